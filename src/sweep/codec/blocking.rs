//! Runs a block with the blocking streams.

use std::io;
use std::net::IpAddr;

use super::clamped;
use super::record::{record_read, room};
use super::streams::{Sink, Source};
use crate::JavaString;
use crate::data::{DataInputStream, DataOutputStream};
use crate::interop::protocol::dispatch;
use crate::mutf8::Rules;
use crate::programs::charset::{Charset, LineReader};
use crate::programs::{Console, Host};
use crate::sweep::block;
use crate::sweep::block::Sources;
use crate::sweep::call::Read;
use crate::sweep::outcome::Outcomes;

pub(crate) fn reads(calls: &[Read], rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    let mut room = room();
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        let mut input = DataInputStream::new(Source::new(bytes, failing));
        let mut at_end = false;
        let mut made = 0;
        for _ in 0..rounds {
            for &call in calls {
                outcomes.label(stream, made);
                made += 1;
                let outcome = dispatch::read(call, &mut input, &mut room);
                at_end = record_read(call, outcome, &mut room, outcomes);
                outcomes.stands(clamped(input.get_ref().given()));
            }
            if at_end {
                break;
            }
        }
    }
}

pub(crate) fn lines(rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        assert_eq!(failing, None, "a console that fails is not swept");
        let mut console = Console::new(bytes);
        read_lines(stream, rounds, || console.read_line(), outcomes);
    }
}

pub(crate) fn decoded(charset: Charset, rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        assert_eq!(failing, None, "a connection that fails is not swept");
        let mut lines = LineReader::new(bytes, charset);
        read_lines(stream, rounds, || lines.read_line(), outcomes);
    }
}

fn read_lines(
    stream: usize,
    rounds: usize,
    mut read_line: impl FnMut() -> io::Result<Option<String>>,
    outcomes: &mut Outcomes,
) {
    for round in 0..rounds {
        outcomes.label(stream, round);
        let line = read_line();
        match &line {
            Ok(Some(line)) => outcomes.returned_text(line.encode_utf16()),
            Ok(None) => outcomes.returned_null(),
            Err(_) => unreachable!("a slice never fails"),
        }
        // The position of a buffered reader is not compared.
        outcomes.stands(0);
        if let Ok(None) = line {
            break;
        }
    }
}

pub(crate) fn encoded(charset: Charset, sinks: &[Vec<JavaString>], outcomes: &mut Outcomes) {
    let mut sent = Vec::new();
    for (stream, lines) in sinks.iter().enumerate() {
        for (index, line) in lines.iter().enumerate() {
            outcomes.label(stream, index);
            sent.clear();
            charset.encode_line(line, &mut sent);
            outcomes.returned(&sent);
            outcomes.stands(0);
        }
    }
}

pub(crate) fn hosts(hosts: &[String], outcomes: &mut Outcomes) {
    for (stream, host) in hosts.iter().enumerate() {
        outcomes.label(stream, 0);
        match Host::of(host) {
            Ok(Host::Address { ip, scope }) => {
                let mut address = match ip {
                    IpAddr::V4(ip) => ip.octets().to_vec(),
                    IpAddr::V6(ip) => ip.octets().to_vec(),
                };
                address.extend(scope.to_be_bytes());
                outcomes.returned(&address);
            }
            Ok(Host::Name) => outcomes.returned_null(),
            Err(_) => outcomes.refused_host(),
        }
        outcomes.stands(0);
    }
}

pub(crate) fn constants(version: u16, bodies: &Sources, outcomes: &mut Outcomes) {
    let rules = Rules::of_class_file(version);
    for (stream, (body, _)) in bodies.iter().enumerate() {
        outcomes.label(stream, 0);
        match rules.decode(body) {
            Ok(text) => outcomes.returned_text(text.encode_utf16()),
            Err(_) => outcomes.refused_constant(),
        }
        outcomes.stands(0);
    }
}

pub(crate) fn writes(sinks: &[block::Sink], outcomes: &mut Outcomes) {
    for (stream, sink) in sinks.iter().enumerate() {
        let mut output = DataOutputStream::new(Sink::new(sink.failing));
        for (index, call) in sink.calls.iter().enumerate() {
            outcomes.label(stream, index);
            match dispatch::write(call, &mut output) {
                Ok(()) => outcomes.returned(output.get_ref().taken()),
                Err(error) => outcomes.threw(&error, output.get_ref().taken()),
            }
            output.get_mut().clear();
            outcomes.stands(output.size());
        }
    }
}

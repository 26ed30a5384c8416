//! Generates dialogues over object streams.

use std::collections::VecDeque;

use super::profile::Content;
use super::steps::{Generator, ROLES};
use super::value::value;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{
    Call, Does, Kind, Method, Objects, Read, Socket, Stream, Value, Way, Write,
};
use crate::interop::protocol::format::Format;
use crate::interop::scenario::language::Step;

/// What has been written to object streams.
#[derive(Debug, Default)]
pub(super) struct Exchanged {
    /// The objects that have been written, to write one again.
    objects: Vec<Value>,
    /// For client and server, what is still to be read by matching calls.
    expected: [VecDeque<Expected>; 2],
    is_used: bool,
}

/// The call that reads what has been written.
#[derive(Debug, Clone, Copy)]
struct Expected {
    method: Method,
    /// How many bytes it reads, if it takes a number.
    count: usize,
}

/// The sizes at which the header of a block changes and a block is full, and others near them.
const SIZES: [usize; 8] = [1, 254, 255, 256, 1023, 1024, 1025, 2048];

/// The header of a stream.
const HEADER: [u8; 4] = [0xAC, 0xED, 0x00, 0x05];

/// A string that is written again, blocks and null, and an array of `short`.
const STREAMS: [&[u8]; 3] = [
    b"\xac\xed\0\x05\x74\0\x02hi\x71\0\x7e\0\0",
    b"\xac\xed\0\x05\x77\x04\0\0\0\x07\x7a\0\0\0\x02\0\x01\x70",
    b"\xac\xed\0\x05\x75\x72\0\x02[S\xef\x83\x2e\x06\xe5\x5d\xb0\xfa\x02\0\0\x78\x70\0\0\0\x01\0\x01",
];

impl Generator<'_> {
    /// Generates the steps of a dialogue over object streams.
    pub(crate) fn generate_objects(mut self) -> Vec<Step> {
        self.exchanged.is_used = true;
        let mut role = self.random.pick(&ROLES);
        match self.random.below(20) {
            0..3 => {
                self.write_data(role);
                self.read_arrived(role.other(), 3);
                self.open(role);
            }
            3 => self.open_behind_a_line(role),
            4 => self.open_with_a_wrong_header(role),
            5 | 6 => self.open_a_part(role),
            _ => self.open(role),
        }
        if self.random.percent(60) {
            self.open(role.other());
        }
        let prompt = self.random.pick(&[100, 80, 30]);
        for _ in 0..1 + self.random.below(4) {
            for _ in 0..1 + self.random.below(4) {
                self.write_content(role);
            }
            if self.random.percent(75) {
                self.make(role, Call::Stream(Stream::Flush));
            }
            if self.random.percent(10) {
                self.other_call(role);
            }
            if self.random.percent(prompt) {
                self.read_arrived(role.other(), 6);
            }
            if self.random.percent(50) {
                role = role.other();
            }
        }
        self.finish(role);
        self.steps
    }

    /// Whether the dialogue is one over object streams.
    pub(super) fn is_over_objects(&self) -> bool {
        self.exchanged.is_used
    }

    pub(super) fn new_output(&mut self, role: Role) {
        self.make(role, Call::Objects(Objects::NewOutput));
    }

    fn new_input(&mut self, role: Role) {
        self.make(role, Call::Objects(Objects::NewInput));
    }

    /// `writer` opens an object stream, and mostly the other role too.
    fn open(&mut self, writer: Role) {
        self.new_output(writer);
        if self.random.percent(92) {
            self.new_input(writer.other());
        }
    }

    /// A line that ends with CR alone: the byte after it is held, and is the first of the stream.
    fn open_behind_a_line(&mut self, writer: Role) {
        let line = Call::Write(Write::Bytes("a\r".into()));
        self.write_call(writer, line, Content::Lines);
        self.new_output(writer);
        self.try_to_read(writer.other(), Method::ReadLine, 0);
        self.new_input(writer.other());
    }

    /// The first bytes of a stream, and the end of the input behind them.
    fn open_a_part(&mut self, writer: Role) {
        let stream = self.random.pick(&STREAMS);
        let length = self.random.below(stream.len() + 1);
        let part = Call::Write(Write::All(stream[..length].to_vec()));
        self.write_call(writer, part, Content::Part);
        self.make(writer, Call::Socket(Socket::ShutdownOutput));
        self.new_input(writer.other());
    }

    /// Another header.
    fn open_with_a_wrong_header(&mut self, writer: Role) {
        let mut header = HEADER.to_vec();
        let at = self.random.below(HEADER.len());
        header[at] = self.random.byte();
        self.write_call(writer, Call::Write(Write::All(header)), Content::Bytes);
        self.new_input(writer.other());
    }

    /// Writes an object or data to an object stream.
    pub(super) fn write_to_objects(&mut self, role: Role) {
        let before = self.steps.len();
        match self.random.below(20) {
            0..9 => self.write_object(role),
            9 | 10 => self.make(role, Call::Objects(Objects::Reset)),
            11 => self.new_output(role),
            12..14 => {
                let bytes = vec![self.random.byte(); self.random.pick(&SIZES)];
                self.write_call(role, Call::Write(Write::All(bytes)), Content::Bytes);
            }
            _ => self.write_data(role),
        }
        let written: Vec<Expected> = self.steps[before..].iter().filter_map(expected).collect();
        let reader = index(role.other());
        self.exchanged.expected[reader].extend(written);
    }

    /// Calls of a role that has ended its direction.
    pub(super) fn after_end_of_objects(&mut self, role: Role) {
        match self.random.below(3) {
            0 => self.new_output(role),
            1 => self.write_object(role),
            _ => {}
        }
    }

    fn write_object(&mut self, role: Role) {
        let known = self.exchanged.objects.len();
        let object = if known > 0 && self.random.percent(45) {
            self.exchanged.objects[self.random.below(known)].clone()
        } else {
            value(Kind::Object, self.random)
        };
        self.exchanged.objects.push(object.clone());
        let method = if self.random.percent(70) {
            Method::WriteObject
        } else {
            Method::WriteUnshared
        };
        if let Ok(call) = Call::new(method, Some(object)) {
            self.make(role, call);
        }
    }

    /// Adds one read that does not wait. Returns whether there is one.
    pub(super) fn read_from_objects(&mut self, role: Role) -> bool {
        let own = index(role);
        if !self.random.percent(OTHER)
            && let Some(expected) = self.exchanged.expected[own].front().copied()
        {
            let method = match expected.method {
                Method::ReadObject if self.random.percent(15) => Method::ReadUnshared,
                method => method,
            };
            if self.try_to_read(role, method, expected.count) {
                self.exchanged.expected[own].pop_front();
                return true;
            }
        }
        for _ in 0..4 {
            let method = match self.random.below(20) {
                0..7 => Method::ReadObject,
                7..10 => Method::ReadUnshared,
                10 | 11 => Method::NewObjectInputStream,
                _ => self.random.pick(Read::EACH).method(),
            };
            let count = self.random.below(9);
            if self.try_to_read(role, method, count) {
                return true;
            }
        }
        false
    }
}

/// The percentage of reads that use any method, matching or not.
const OTHER: usize = 15;

fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

/// The call that reads what this step has written to an object stream.
fn expected(step: &Step) -> Option<Expected> {
    let Step::Call { call, .. } = step else {
        return None;
    };
    let read = |method, count| Some(Expected { method, count });
    let format = match call.method().does() {
        Does::Objects(Way::Output) => {
            return match call {
                Call::Objects(Objects::Write(_) | Objects::WriteUnshared(_)) => {
                    read(Method::ReadObject, 0)
                }
                _ => None,
            };
        }
        Does::Write(format) => format,
        Does::Stream(_) | Does::Read(_) | Does::Socket(_) | Does::Objects(Way::Input) => {
            return None;
        }
    };
    match (format, call) {
        (Format::Bytes, Call::Write(Write::All(bytes))) => read(Method::ReadFully, bytes.len()),
        (Format::LowBytes, Call::Write(Write::Bytes(text))) => {
            read(Method::ReadFully, text.len_utf16())
        }
        (Format::Chars, Call::Write(Write::Chars(text))) => {
            read(Method::ReadFully, 2 * text.len_utf16())
        }
        _ => {
            let mut readers = Read::EACH.iter().map(|read| read.method());
            let reader = readers.find(|reader| reader.format_read() == Some(format));
            reader.and_then(|method| read(method, 0))
        }
    }
}

//! What no call shows of a peer, and the kernel knows: its descriptors, where it listens, in how many
//! segments it writes, and how much it has left to be read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt::set_tcp_quickack;

use super::probe::{Broken, connect, listen, stream_to};
use super::report::Found;
use super::rules::{end, found};
use crate::interop::model::participant::Role;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::message::{Answer, Command};
use crate::system::{descriptors, sock_diag};

/// Conversations in each role, between two looks at what is open.
const ROUNDS: usize = 8;

/// A conversation in each role, again and again: what is open then was open before.
pub(crate) fn descriptors_are_let_go(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let converse = |peer: &mut PeerProcess, rounds: usize| {
        for _ in 0..rounds {
            for role in [Role::Server, Role::Client] {
                let other = connect(peer, role, timeout)?;
                end(peer, timeout)?;
                other.heard(timeout);
            }
        }
        Ok::<_, Broken>(peer.process().and_then(descriptors::descriptors))
    };
    // What a runtime opens once is open by then.
    let before = converse(peer, 2)?;
    let after = converse(peer, ROUNDS)?;
    let (Some(before), Some(after)) = (before, after) else {
        return Ok(Found::NotChecked(NO_ANSWER.to_owned()));
    };
    // One in half of them is a leak; fewer may be what a runtime keeps.
    Ok(if after >= before + ROUNDS {
        Found::Wrong(vec![format!(
            "it had {before} descriptors open, and after {} conversations more {after}",
            2 * ROUNDS
        )])
    } else {
        Found::Obeyed
    })
}

pub(crate) fn it_listens_on_loopback(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let port = listen(peer, timeout)?;
    let addresses = descriptors::listening_on(port);
    end(peer, timeout)?;
    let others = addresses.iter().filter(|address| !address.is_loopback());
    let wrong = others.map(|address| format!("it listens on {address}, port {port}"));
    Ok(match addresses.is_empty() {
        true => Found::NotChecked(NO_ANSWER.to_owned()),
        false => found(wrong.collect()),
    })
}

/// Many small writes whose receiver is in no hurry to acknowledge them: with Nagle's algorithm the
/// first is sent, and the others together.
pub(crate) fn every_write_is_sent(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    /// Fewer than what may be sent before the first is acknowledged.
    const WRITES: usize = 8;
    let mut wrong = Vec::new();
    for role in [Role::Server, Role::Client] {
        let mut stream = stream_to(peer, role, timeout)?;
        let set = set_tcp_quickack(&stream, false).map_err(Into::into);
        set.and_then(|()| stream.set_read_timeout(Some(timeout)))
            .map_err(|why| Broken::NoConnection(why.to_string()))?;
        let mut calls = 0;
        for _ in 0..WRITES {
            peer.send(&Command::Raw("do writeByte 1".to_owned()))?;
        }
        for _ in 0..WRITES {
            calls += usize::from(matches!(peer.answer(timeout)?, Answer::Observed(_)));
        }
        let arrived = stream.read_exact(&mut vec![0; calls]);
        let segments = sock_diag::segments_received(&stream);
        end(peer, timeout)?;
        let Some(segments) = segments else {
            return Ok(Found::NotChecked(NO_ANSWER.to_owned()));
        };
        if arrived.is_err() {
            wrong.push(format!(
                "as {role} it answered {calls} times `do writeByte 1`, and had not sent so many bytes"
            ));
        } else if usize::try_from(segments).is_ok_and(|segments| segments < calls) {
            wrong.push(format!(
                "as {role} it sent {calls} times `do writeByte 1` in {segments} segments"
            ));
        }
    }
    Ok(found(wrong))
}

/// What lies there, and the call that takes some of it.
const READS: [(&[u8], &str); 8] = [
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readByte"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readInt"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readFully 3"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readFully 0"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "skipBytes 3"),
    (b"\0\x02hi\0\x02ho", "readUTF"),
    (b"line\nmore\n", "readLine"),
    (b"line\rmore\n", "readLine"),
];

pub(crate) fn nothing_is_read_ahead(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let mut wrong = Vec::new();
    let roles = [Role::Server, Role::Client].into_iter().cycle();
    for ((bytes, call), role) in READS.into_iter().zip(roles) {
        let mut stream = stream_to(peer, role, timeout)?;
        // So few bytes arrive together, or not at all.
        let sent = stream.write_all(bytes);
        peer.send(&Command::Raw(format!("do {call}")))?;
        let answer = peer.answer(timeout)?;
        let unread = sock_diag::unread(&stream);
        end(peer, timeout)?;
        let Answer::Observed(observation) = answer else {
            continue;
        };
        let (Some(unread), Ok(())) = (unread, sent) else {
            return Ok(Found::NotChecked(NO_ANSWER.to_owned()));
        };
        let taken = bytes.len() as u64 - unread;
        if taken != observation.read {
            wrong.push(format!(
                "`do {call}`: it says that it has read {}, and took {taken} from the connection",
                observation.read
            ));
        }
        drop::<TcpStream>(stream);
    }
    Ok(found(wrong))
}

const NO_ANSWER: &str = "the kernel does not say";

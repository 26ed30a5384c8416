//! Checks that need the kernel, because no answer shows the result: the peer's descriptors, the
//! address on which it listens, the segments in which it writes, and how much it leaves unread.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt::set_tcp_quickack;

use super::answers::{end, found};
use super::probe::{Broken, connect, listen, stream_to};
use super::report::Found;
use crate::interop::model::participant::Role;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::message::{Answer, Command};
use crate::system::{descriptors, sock_diag};

/// The sessions in each role between two counts of open descriptors.
const ROUNDS: usize = 8;

/// Plays a session in each role again and again, and checks that no more descriptors are open
/// afterwards.
pub(crate) fn descriptors_are_let_go(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let converse = |peer: &mut PeerProcess, rounds: usize| {
        for _ in 0..rounds {
            for role in [Role::Server, Role::Client] {
                let other = connect(peer, role, timeout)?;
                end(peer, timeout)?;
                other.received(timeout);
            }
        }
        Ok::<_, Broken>(peer.id().and_then(descriptors::descriptors))
    };
    // By then, everything that a runtime opens once is open.
    let before = converse(peer, 2)?;
    let after = converse(peer, ROUNDS)?;
    let (Some(before), Some(after)) = (before, after) else {
        return Ok(Found::NotChecked(NO_ANSWER.to_owned()));
    };
    // At least one in half of the sessions is a leak; fewer may belong to the runtime.
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

/// Makes many small writes to a receiver that delays its acknowledgements. With Nagle's algorithm,
/// the first would be sent alone and the others together.
pub(crate) fn every_write_is_sent(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    /// Fewer than may be sent before the first is acknowledged.
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

/// Bytes that have arrived, and a call that reads some of them.
const READS: [(&[u8], &str); 9] = [
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readByte"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readInt"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readFully 3"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "readFully 0"),
    (b"\0\x01\x02\x03\x04\x05\x06\x07", "skipBytes 3"),
    (b"\0\x02hi\0\x02ho", "readUTF"),
    (b"line\nmore\n", "readLine"),
    (b"line\rmore\n", "readLine"),
    (b"\xac\xed\0\x05\x77\x01\x02", "newObjectInputStream"),
];

pub(crate) fn nothing_is_read_ahead(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let mut wrong = Vec::new();
    let roles = [Role::Server, Role::Client].into_iter().cycle();
    for ((bytes, call), role) in READS.into_iter().zip(roles) {
        let mut stream = stream_to(peer, role, timeout)?;
        // This few bytes arrive together or not at all.
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

//! The rules about values: which values a method rejects, and which spellings of a value it
//! accepts.

use std::time::Duration;

use super::answers::{asked, end, found, nothing_yet, unsupported};
use super::probe::{Broken, connect};
use super::report::Found;
use crate::interop::model::participant::Role;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::Observation;
use crate::interop::protocol::message::{Answer, Command};

/// Calls with a value that the method does not take, each close to one that it takes.
const NO_VALUES: &[&str] = &[
    // One beyond the range of each type.
    "do writeByte -129",
    "do writeByte 128",
    "do writeShort -32769",
    "do writeShort 32768",
    "do writeChar -1",
    "do writeChar 65536",
    "do writeInt -2147483649",
    "do writeInt 2147483648",
    "do writeLong -9223372036854775809",
    "do writeLong 9223372036854775808",
    // A count is a non-negative `int`.
    "do readFully -1",
    "do readFully 2147483648",
    "do skipBytes -1",
    "do skipBytes -2147483648",
    "do skipBytes 2147483648",
    // Far out of range, where a parser may wrap around.
    "do writeByte 4294967296",
    "do writeInt 18446744073709551616",
    "do writeLong 18446744073709551617",
    // No decimal integers.
    "do writeByte +1",
    "do writeByte --1",
    "do writeByte -",
    "do writeByte 0x1",
    "do writeByte 1e1",
    "do writeInt 1.5",
    "do writeInt 1_000",
    // No booleans.
    "do writeBoolean 1",
    "do writeBoolean True",
    // Too few or too many digits, no digits, or another prefix.
    "do writeFloat 0x3ff",
    "do writeFloat 0x03f800000",
    "do writeFloat 0X3f800000",
    "do writeFloat 3f800000",
    "do writeFloat 0x+f800000",
    "do writeFloat 1.0",
    "do writeDouble 0x3ff00000",
    "do writeDouble 0x03ff0000000000000",
    "do write xf",
    "do write x0g",
    "do write Xff",
    "do write u0061",
    "do writeUTF hello",
    "do writeUTF u123",
    "do writeUTF u00g1",
    "do writeUTF U0061",
    "do writeUTF x61",
    "do writeUTF null",
    // A missing or superfluous word; an empty word counts as one.
    "do writeByte",
    "do writeByte ",
    "do writeByte 1 2",
    "do writeByte 1 ",
    "do readInt 1",
    "do readInt ",
    "do ",
    "do  readInt",
    "do readWord",
    // No objects.
    "do writeObject 7",
    "do writeObject xff",
    "do writeObject u006",
    "do writeObject Integer(2147483648)",
    "do writeObject Integer()",
    "do writeObject int(1)",
    "do writeObject Float(1.5)",
    "do writeObject int[1,]",
    "do writeObject int[1;2]",
    "do writeObject byte[128]",
    "do writeObject =u0061",
    "do writeObject -1=u0061",
    "do writeObject 1=7",
    "do writeObject 1=null",
    "do writeObject",
    "do readObject 1",
    "do newObjectInputStream 1",
];

/// Checks that the peer rejects every value of the list, and reads and writes nothing for it.
pub(crate) fn values_that_are_none(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let other = connect(peer, Role::Server, timeout)?;
    let lines: Vec<_> = NO_VALUES.iter().copied().map(unsupported).collect();
    let mut wrong = asked(peer, timeout, &lines)?;
    wrong.extend(asked(
        peer,
        timeout,
        &[("do size", nothing_yet, "`@@ returned 0 0 0`")],
    )?);
    end(peer, timeout)?;
    other.received(timeout);
    Ok(found(wrong))
}

/// A call, and the same call with its value in another spelling.
const SPELLINGS: &[[&str; 2]] = &[
    ["do writeByte 7", "do writeByte 007"],
    [
        "do writeByte -7",
        "do writeByte -0000000000000000000000000007",
    ],
    ["do writeByte 0", "do writeByte -0"],
    ["do writeShort 0", "do writeShort 00"],
    [
        "do writeChar 65535",
        "do writeChar 0000000000000000000065535",
    ],
    ["do writeInt -2147483648", "do writeInt -02147483648"],
    [
        "do writeLong 9223372036854775807",
        "do writeLong 009223372036854775807",
    ],
    ["do writeFloat 0x7fc0000a", "do writeFloat 0x7FC0000A"],
    [
        "do writeDouble 0xabcdefabcdefabcd",
        "do writeDouble 0xABCdefabcdefABCD",
    ],
    ["do write xabcdef", "do write xABcDEF"],
    ["do writeUTF u00e9d83dde00", "do writeUTF u00E9D83DdE00"],
    ["do writeChars u00ab", "do writeChars u00AB"],
    ["do skipBytes 0", "do skipBytes -0"],
    ["do readFully 0", "do readFully 000"],
];

/// Checks that leading zeros, `-0` and upper-case hex digits do not change a value.
pub(crate) fn spellings(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let other = connect(peer, Role::Client, timeout)?;
    let mut spelled = Vec::new();
    for lines in SPELLINGS {
        let mut answers = Vec::new();
        for line in lines {
            peer.send(&Command::Raw((*line).to_owned()))?;
            answers.push(peer.answer(timeout)?);
        }
        spelled.push((lines, answers));
    }
    end(peer, timeout)?;
    let (bytes, _) = other.received(timeout);
    let mut wrong = Vec::new();
    let mut written = 0;
    for ([plain, odd], answers) in spelled {
        let mut did = answers.iter().map(|answer| match answer {
            Answer::Observed(observation) => {
                let start = std::mem::replace(&mut written, counted(observation));
                let bytes = bytes.get(start..written).unwrap_or_default();
                Some((&observation.result, bytes))
            }
            _ => None,
        });
        let (Some(of_plain), Some(of_odd)) = (did.next(), did.next()) else {
            continue;
        };
        // A method that is not offered in one spelling is not offered in any.
        if of_plain.is_some() && of_plain != of_odd {
            wrong.push(format!(
                "it answered `{odd}` with `@@ {}`, which does not do what `{plain}` does",
                answers[1]
            ));
        }
    }
    Ok(found(wrong))
}

/// How many bytes had been written by then, as counted by the peer.
fn counted(observation: &Observation) -> usize {
    usize::try_from(observation.written).unwrap_or(usize::MAX)
}

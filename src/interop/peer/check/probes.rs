//! The probes of each method. They contain no expected results: the reference supplies them.

use super::object_probes;
use super::probe::{Probe, Step};
use super::scenarios;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Method, Value, Write};
use crate::interop::scenario::language::MOST_ELEMENTS;

/// All probes, those of one method together. The peer alternates between the two roles.
pub(crate) fn trials() -> Vec<Probe> {
    let writes = WRITES.iter().map(|(method, words)| {
        let calls = words.iter().map(|word| call(&format!("{method} {word}")));
        (*method, calls.chain([call("size")]).map(Step::Do).collect())
    });
    let reads = READS.iter().map(|(method, sent, calls)| {
        let steps = [send(sent), Step::Finish].into_iter();
        (*method, steps.chain(calls.iter().map(|c| do_(c))).collect())
    });
    let mut trials: Vec<(Method, Vec<Step>)> = writes.chain(reads).collect();
    trials.extend(sockets());
    trials.extend(limits());
    trials.extend(resets());
    trials.extend(object_probes::trials());
    trials.sort_by_key(|(subject, _)| *subject);
    let in_turn = [Role::Server, Role::Client].into_iter().cycle();
    let trials = trials.into_iter().zip(in_turn);
    let trials = trials.map(|((subject, steps), role)| Probe {
        subject,
        role,
        steps,
    });
    trials.chain(scenarios::trials()).collect()
}

/// A method, and the values that it writes one after another on one connection.
const WRITES: &[(Method, &[&str])] = &[
    (Method::Write, &["x", "x00", "xff7f8000"]),
    (Method::WriteBoolean, &["true", "false"]),
    (Method::WriteByte, &["-128", "-1", "0", "127"]),
    (Method::WriteShort, &["-32768", "-1", "0", "258", "32767"]),
    (Method::WriteChar, &["0", "97", "55296", "65535"]),
    (
        Method::WriteInt,
        &["-2147483648", "-1", "0", "16909060", "2147483647"],
    ),
    (
        Method::WriteLong,
        &[
            "-9223372036854775808",
            "-1",
            "0",
            "72623859790382856",
            "9223372036854775807",
        ],
    ),
    (
        Method::WriteFloat,
        &[
            "0x3f800000",
            "0x80000000",
            "0x00000001",
            "0x7f800000",
            "0x7fc00000",
            // Other NaNs: signalling, negative, with a payload.
            "0x7f800001",
            "0xffc00000",
            "0x7fffffff",
        ],
    ),
    (
        Method::WriteDouble,
        &[
            "0x3ff0000000000000",
            "0x8000000000000000",
            "0x0000000000000001",
            "0x7ff0000000000000",
            "0x7ff8000000000000",
            "0x7ff0000000000001",
            "0xfff8000000000000",
            "0x7fffffffffffffff",
        ],
    ),
    (
        Method::WriteBytes,
        &["u", "u00680069", "u000000ff", "u4e2d", "ud83dde00"],
    ),
    (
        Method::WriteChars,
        &["u", "u00680069", "u000000ff", "u4e2d", "ud83dde00", "ud800"],
    ),
    (
        Method::WriteUtf,
        &[
            "u",
            "u00680069",
            "u0000",
            "u0001007f",
            "u008007ff",
            "u0800ffff",
            "ud83dde00",
            "ud800",
            "udc00d800",
        ],
    ),
];

/// A method, the bytes that the harness sends before it ends its direction, and the calls.
const READS: &[(Method, &str, &[&str])] = &[
    (
        Method::ReadFully,
        "616263646566",
        &[
            "readFully 0",
            "readFully 2",
            "readFully 9",
            "readFully 0",
            "readByte",
        ],
    ),
    (
        Method::SkipBytes,
        "616263646566",
        &[
            "skipBytes 0",
            "skipBytes 2",
            "readByte",
            "skipBytes 2147483647",
            "skipBytes 1",
            "readByte",
        ],
    ),
    (Method::ReadBoolean, "000180", &["readBoolean"; 5]),
    (Method::ReadByte, "007f80ff", &["readByte"; 6]),
    (
        Method::ReadUnsignedByte,
        "007f80ff",
        &["readUnsignedByte"; 6],
    ),
    (Method::ReadShort, "010280007fffffff61", &["readShort"; 6]),
    (
        Method::ReadUnsignedShort,
        "010280007fffffff61",
        &["readUnsignedShort"; 6],
    ),
    (Method::ReadChar, "00618000d800ffff61", &["readChar"; 6]),
    (
        Method::ReadInt,
        "01020304800000007fffffffffffffff616263",
        &["readInt"; 6],
    ),
    (
        Method::ReadLong,
        "010203040506070880000000000000007fffffffffffffff61626364656667",
        &["readLong"; 5],
    ),
    (
        Method::ReadFloat,
        "3f800000800000007f800001ffc00000616263",
        &["readFloat"; 6],
    ),
    (
        Method::ReadDouble,
        "3ff000000000000080000000000000007ff0000000000001fff800000000000061626364656667",
        &["readDouble"; 6],
    ),
    // Every line terminator, and a byte that resembles one.
    (
        Method::ReadLine,
        "610a620d0a630d0d640a0d65",
        &["readLine"; 8],
    ),
    (Method::ReadLine, "0d", &["readLine"; 2]),
    (Method::ReadLine, "0a0a", &["readLine"; 3]),
    (Method::ReadLine, "00800b0c85a0ff", &["readLine"; 2]),
    // The byte that was read after CR to look for LF comes first in the next read.
    (
        Method::ReadLine,
        "610d0102030405",
        &["readLine", "readInt", "readByte"],
    ),
    (
        Method::ReadLine,
        "610d0102030405",
        &["readLine", "skipBytes 2", "readByte"],
    ),
    (
        Method::ReadLine,
        "610d0102030405",
        &["readLine", "readFully 3", "readLine"],
    ),
    (
        Method::ReadLine,
        "610d00026869",
        &["readLine", "readUTF", "readByte"],
    ),
    (
        Method::ReadUtf,
        "0000000268690002c0800004c3a9dfbf0006ed9fbfefbfbf0006eda0bdedb8800003eda080",
        &["readUTF"; 7],
    ),
    // What Java accepts: an unencoded NUL, and overlong encodings.
    (
        Method::ReadUtf,
        "0001000002c1810003e080800003e09fbf",
        &["readUTF"; 4],
    ),
    // What Java rejects; a string follows each, and must still be readable.
    (
        Method::ReadUtf,
        concat!(
            "0001c0000161",
            "000261c0000161",
            "000180000161",
            "0002c041000161",
            "0004f09f9880000161",
            "0003e28041000161",
            "0003e24180000161",
            "0002e241000161",
            "0003614180000161",
        ),
        &["readUTF"; 18],
    ),
    (Method::ReadUtf, "", &["readUTF"]),
    (Method::ReadUtf, "00", &["readUTF"; 2]),
    (Method::ReadUtf, "000568c3", &["readUTF", "readByte"]),
    // If a string is both too short and malformed, being too short comes first.
    (Method::ReadUtf, "000580ff", &["readUTF", "readByte"]),
    (Method::ReadUtf, "ffff6162", &["readUTF"]),
];

/// The ways to end a connection, and what can be done afterwards.
fn sockets() -> Vec<(Method, Vec<Step>)> {
    let mut closed = vec![send("61626364"), do_("readByte"), do_("close")];
    closed.extend(AFTER_CLOSE.map(do_));
    let mut closed_after_its_end = vec![Step::Finish, do_("readByte"), do_("close")];
    closed_after_its_end.extend(["readInt", "readLine", "skipBytes 1", "writeByte 1"].map(do_));
    // The byte after a lone CR was read before.
    let closed_with_a_held_byte = vec![
        send("610d6263"),
        do_("readLine"),
        do_("close"),
        do_("readByte"),
        do_("readByte"),
    ];
    let mut reset = vec![do_("writeInt 1"), do_("reset")];
    reset.extend(AFTER_CLOSE.map(do_));
    let mut reset_by_the_other = vec![send("6162"), Step::Reset];
    reset_by_the_other.extend(
        [
            "readInt",
            "readInt",
            "readLine",
            "skipBytes 1",
            "writeByte 1",
            "flush",
            "size",
            "close",
        ]
        .map(do_),
    );
    let half_closed = vec![
        do_("writeByte 1"),
        do_("shutdownOutput"),
        do_("writeByte 2"),
        do_("write x"),
        do_("flush"),
        do_("size"),
        do_("shutdownOutput"),
        send("61"),
        do_("readByte"),
        Step::Finish,
        do_("readByte"),
        do_("close"),
        do_("shutdownOutput"),
    ];
    let ended_by_the_other = vec![
        Step::Finish,
        do_("readInt"),
        do_("readLine"),
        do_("writeInt 1"),
        do_("flush"),
        do_("size"),
    ];
    let counted = [
        "size",
        "writeInt 1",
        "writeUTF u00e9",
        "size",
        "write x",
        "flush",
        "size",
    ];
    vec![
        (Method::Size, counted.map(do_).to_vec()),
        (Method::Close, closed),
        (Method::Close, closed_after_its_end),
        (Method::Close, closed_with_a_held_byte),
        (Method::Reset, reset),
        (Method::Reset, reset_by_the_other),
        (Method::ShutdownOutput, half_closed),
        (Method::Flush, ended_by_the_other),
    ]
}

/// A reset by the other side is not an end of stream, in any method, whether or not the method is
/// already waiting.
fn resets() -> impl Iterator<Item = (Method, Vec<Step>)> {
    [
        "readFully 3",
        "skipBytes 3",
        "readInt",
        "readLine",
        "readUTF",
    ]
    .into_iter()
    .flat_map(|read| {
        let waits = vec![send("0002"), do_(read), Step::ResetAtOnce, do_("readByte")];
        let comes_late = vec![send("0002"), Step::Reset, do_(read), do_("readByte")];
        [waits, comes_late].map(|steps| (call(read).method(), steps))
    })
}

/// The calls to try on a connection that is already closed.
const AFTER_CLOSE: [&str; 14] = [
    "readByte",
    "readUTF",
    "readFully 0",
    "skipBytes 0",
    "writeByte 1",
    "writeUTF u",
    "write x",
    "writeBytes u",
    "writeChars u",
    "flush",
    "size",
    "shutdownOutput",
    "reset",
    "close",
];

/// The longest string that `writeUTF` accepts, the next longer one, the point where a long string
/// is split, and the longest lines.
fn limits() -> Vec<(Method, Vec<Step>)> {
    let write = |units: Vec<u16>| Step::Do(Call::Write(Write::Utf(units.into())));
    let repeated = |unit: u16, times: usize| vec![unit; times];
    let mut pairs: Vec<u16> = "1234567".encode_utf16().collect();
    pairs.extend([0xD83D, 0xDE00].repeat(11_000));
    pairs.extend("7654321".encode_utf16());
    let longest_line = write(repeated(0x61, MOST_ELEMENTS));
    let mut sent = vec![0xFF, 0xFF];
    sent.extend([b'a'; 65_535]);
    vec![
        (
            Method::WriteUtf,
            vec![
                write(repeated(0x61, 65_535)),
                write(repeated(0x61, 65_536)),
                write(repeated(0x4E2D, 21_845)),
                write(repeated(0, 32_768)),
                write(pairs),
                do_("size"),
                do_("writeUTF u0061"),
            ],
        ),
        (Method::WriteUtf, vec![longest_line, do_("writeUTF u0061")]),
        (
            Method::ReadUtf,
            vec![
                Step::Send(sent),
                Step::Finish,
                do_("readUTF"),
                do_("readUTF"),
            ],
        ),
    ]
}

pub(super) fn do_(text: &str) -> Step {
    Step::Do(call(text))
}

pub(super) fn call(text: &str) -> Call {
    text.parse()
        .unwrap_or_else(|why| unreachable!("{text}: {why}"))
}

pub(super) fn send(hex: &str) -> Step {
    match format!("x{hex}").parse() {
        Ok(Value::Bytes(bytes)) => Step::Send(bytes),
        _ => unreachable!("{hex}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_probed() {
        let trials = trials();
        for method in Method::ALL {
            let plays = |step: &Step| matches!(step, Step::Do(call) if call.method() == *method);
            let shows = |trial: &Probe| trial.subject == *method && trial.steps.iter().any(plays);
            assert!(trials.iter().any(shows), "{method}");
        }
    }
}

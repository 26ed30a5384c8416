//! The same bodies of modified UTF-8 for `readUTF`, the class loader and an object stream.

use super::bodies::{self, Body};
use super::{file, group, hex, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{
    BadLead, Boundary, EndOfFile, LengthLimit, LengthPrefix, LongText, Nul, Position, RawNul, Sign,
    SurrogatePair, Truncated, UnpairedSurrogate,
};
use crate::vectors::method::CONSTANT;
use crate::vectors::model::{Group, JavaClass, Test, VectorFile};

pub(super) fn read_utf() -> VectorFile {
    let of = |body: Body| {
        let input = [&prefixed(&body.bytes)[..], BEHIND].concat();
        test(body.name, &body.flags, body.comment)
            .input(&input)
            .call("readUTF")
    };
    let bodies = bodies::short().into_iter().chain(long()).map(of).collect();
    file(
        "DataInput.readUTF: which bytes are a string, which string, and what the message says if they are none.",
        vec![
            group(
                "readUTF",
                JavaClass::DataInputStream,
                "A length, a body, and one byte behind it, which a correct reader leaves.",
                bodies,
            ),
            group(
                "readUTF-length",
                JavaClass::DataInputStream,
                "The length prefix, and an input that ends too early.",
                lengths(),
            ),
            group(
                "readUTF-position",
                JavaClass::DataInputStream,
                "What is read after a string: a malformed one is consumed whole.",
                positions(),
            ),
        ],
    )
}

pub(super) fn class_file() -> VectorFile {
    let constants = |version: u16| {
        let name = format!("class-{version}");
        let about = format!(
            "The string constants that the class loader accepts in a class file of version {version}."
        );
        let of = |body: Body| {
            test(body.name, &body.flags, body.comment)
                .input(&body.bytes)
                .call(CONSTANT.name)
        };
        let tests = bodies::short().into_iter().map(of).collect();
        Group {
            class_file_version: Some(version),
            ..group(&name, JavaClass::ClassLoader, &about, tests)
        }
    };
    file(
        "CONSTANT_Utf8: the same bytes, as the class loader of the JVM reads them. The message of its ClassFormatError, which names the class, is left out.",
        vec![constants(47), constants(48)],
    )
}

pub(super) fn object_stream() -> VectorFile {
    let of = |body: Body| {
        let string = prefixed(&body.bytes);
        let length = u8::try_from(string.len()).expect("short bodies fit into one block");
        let input = [&hex("aced0005 77")[..], &[length], &string].concat();
        test(body.name, &body.flags, body.comment)
            .input(&input)
            .call("readUTF")
    };
    file(
        "ObjectInputStream.readUTF: the same bytes as block data of an object stream. The messages of its exceptions differ.",
        vec![group(
            "object-readUTF",
            JavaClass::ObjectInputStream,
            "The header of an object stream, and one block with a length and a body.",
            bodies::short().into_iter().map(of).collect(),
        )],
    )
}

/// One byte behind each string.
const BEHIND: &[u8] = b".";

fn prefixed(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("no body is longer than its prefix can say");
    [&length.to_be_bytes(), body].concat()
}

fn long() -> Vec<Body> {
    let of = |name: &str, part: &str, count: usize, end: &[u8], flags: &[Flag], comment: &str| {
        let mut bytes = hex(part).repeat(count);
        bytes.extend_from_slice(end);
        let mut flags = flags.to_vec();
        flags.push(LongText);
        Body {
            name: name.to_owned(),
            bytes,
            flags,
            comment: comment.to_owned(),
        }
    };
    let limit = &[LengthLimit];
    vec![
        of(
            "128-letters",
            "61",
            128,
            b"",
            &[Sign],
            "the low byte of the length is taken for signed",
        ),
        of(
            "255-letters",
            "61",
            255,
            b"",
            &[Boundary],
            "the length is taken from one byte",
        ),
        of(
            "256-letters",
            "61",
            256,
            b"",
            &[Boundary],
            "the two bytes of the length are swapped",
        ),
        of(
            "4096-letters",
            "61",
            4096,
            b"",
            &[],
            "text longer than a buffer of 4 KiB is cut",
        ),
        of(
            "8193-letters",
            "61",
            8193,
            b"",
            &[],
            "text longer than a buffer of 8 KiB is cut",
        ),
        of(
            "32767-letters",
            "61",
            32_767,
            b"",
            &[Boundary],
            "the longest text whose length has no sign",
        ),
        of(
            "32768-letters",
            "61",
            32_768,
            b"",
            &[Sign],
            "the length is taken for signed",
        ),
        of(
            "65535-letters",
            "61",
            65_535,
            b"",
            limit,
            "the longest string is refused",
        ),
        of(
            "65535-in-threes",
            "e4b8ad",
            21_845,
            b"",
            limit,
            "the longest string of three bytes a character is refused",
        ),
        of(
            "65534-in-twos",
            "c3a9",
            32_767,
            b"",
            limit,
            "the longest string of two bytes a character is refused",
        ),
        of(
            "32767-NULs",
            "c080",
            32_767,
            b"",
            &[LengthLimit, Nul],
            "the longest string of NULs in two bytes is refused",
        ),
        of(
            "65535-zeros",
            "00",
            65_535,
            b"",
            &[LengthLimit, RawNul],
            "the longest string of zero bytes is refused",
        ),
        of(
            "10922-pairs",
            "eda0bdedb880",
            10_922,
            b"abc",
            &[LengthLimit, SurrogatePair],
            "the longest string of surrogate pairs is refused",
        ),
        of(
            "21845-surrogates",
            "eda0bd",
            21_845,
            b"",
            &[LengthLimit, UnpairedSurrogate],
            "the longest string of unpaired surrogates is refused",
        ),
        of(
            "65534-letters-and-ff",
            "61",
            65_534,
            b"\xff",
            &[LengthLimit, BadLead],
            "the message has a byte number beyond 32,767 that is signed or cut",
        ),
        of(
            "65533-letters-and-half",
            "61",
            65_534,
            b"\xe4",
            &[LengthLimit, Truncated],
            "a string that ends within a character reads on behind it",
        ),
    ]
}

fn lengths() -> Vec<Test> {
    let of = |id: &str, input: &str, comment: &str| {
        test(id, &[EndOfFile, LengthPrefix], comment)
            .input(&hex(input))
            .call("readUTF")
    };
    vec![
        of(
            "none",
            "",
            "an empty input is an empty string, or no string",
        ),
        of(
            "half",
            "00",
            "one byte of the length is taken for all of it",
        ),
        of("no-body", "0001", "a string without its body is empty"),
        of("one-short", "0003 6162", "a string that is cut is accepted"),
        of(
            "one-short-in-a-character",
            "0003 e4b8",
            "the end of the input is reported as malformed",
        ),
        of(
            "malformed-and-short",
            "0003 ffff",
            "malformed bytes are reported though the input ended first",
        ),
        of(
            "zeros-and-short",
            "0004 000000",
            "missing bytes are taken for zeros",
        ),
        of(
            "longest-and-short",
            "ffff 61",
            "the whole length is waited for, or allocated and returned",
        ),
        of(
            "long-and-one-short",
            "0201 61*512",
            "the last piece of a long string is not checked",
        ),
    ]
}

fn positions() -> Vec<Test> {
    let of = |id: &str, input: &str, then: &str, comment: &str| {
        test(id, &[Position], comment)
            .input(&hex(input))
            .call("readUTF")
            .call(then)
    };
    vec![
        of(
            "sound",
            "0002 6869 07",
            "readByte",
            "a byte more than the string is read",
        ),
        of(
            "two-strings",
            "0002 6869 0003 e4b8ad",
            "readUTF",
            "a buffered reader loses the second string",
        ),
        of(
            "empty",
            "0000 0001 61",
            "readUTF",
            "nothing is read after an empty string",
        ),
        of(
            "malformed",
            "0001 ff 0002 6869",
            "readUTF",
            "the byte that is malformed is left, and read again",
        ),
        of(
            "malformed-at-once",
            "0004 ff616263 0002 6869",
            "readUTF",
            "the rest of a malformed string is left",
        ),
        of(
            "malformed-at-the-end",
            "0004 616263ff 0002 6869",
            "readUTF",
            "a malformed string is not consumed at all",
        ),
        of(
            "truncated-character",
            "0002 e4b8 ad07",
            "readByte",
            "a character is completed with a byte behind the string",
        ),
        of(
            "pair-cut-in-two",
            "0003 eda0bd 0003 edb880",
            "readUTF",
            "two halves of a pair in two strings are joined or refused",
        ),
        of(
            "malformed-long",
            "ffff 61*65534 ff 0002 6869",
            "readUTF",
            "the rest of a long malformed string is left",
        ),
        of(
            "short-body",
            "0005 6869",
            "readByte",
            "the bytes of a string that is cut are left in the stream",
        ),
        of(
            "ends-behind",
            "0001 61",
            "readUTF",
            "the end of the input is reported one call late",
        ),
    ]
}

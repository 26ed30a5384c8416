//! `writeUTF`, `writeBytes` and `writeChars`.

use super::{file, group, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{
    Boundary, ByteOrder, LengthLimit, LongText, LowBits, Nul, Position, Sign, SurrogatePair,
    Unchanged, UnpairedSurrogate,
};
use crate::vectors::model::{JavaClass, Test, VectorFile};

pub(super) fn write_utf() -> VectorFile {
    file(
        "DataOutput.writeUTF: the bytes of every kind of character, and the limit of 65,535 bytes.",
        vec![
            group(
                "writeUTF",
                JavaClass::DataOutputStream,
                "A length of two bytes, and one to three bytes for each code unit.",
                characters(),
            ),
            group(
                "writeUTF-limit",
                JavaClass::DataOutputStream,
                "A string that is too long throws, and writes nothing. The message quotes its first and last eight code units; before JDK 17 it did not.",
                limit(),
            ),
        ],
    )
}

pub(super) fn write_bytes_and_chars() -> VectorFile {
    let of = |method: &str, about: &str, texts: &[(&str, &[Flag], &str)]| {
        let tests = texts
            .iter()
            .map(|&(units, flags, comment)| {
                let id = if units.is_empty() { "empty" } else { units };
                test(id.replace(' ', "-"), flags, comment).call_with(method, units)
            })
            .collect();
        group(method, JavaClass::DataOutputStream, about, tests)
    };
    file(
        "DataOutput.writeBytes and writeChars: no length, and one or two bytes for each code unit.",
        vec![
            of(
                "writeBytes",
                "The low eight bits of each code unit.",
                &[
                    ("", &[], "an empty string writes something"),
                    ("0061 0062 0063", &[], "a length or an end is written"),
                    ("0000", &[], "NUL becomes two bytes"),
                    (
                        "007f 0080 00ff",
                        &[Boundary, Sign],
                        "characters above 7f become two bytes, or a question mark",
                    ),
                    (
                        "0100",
                        &[LowBits],
                        "a character above ff becomes a question mark",
                    ),
                    (
                        "4e2d",
                        &[LowBits],
                        "a character above ff is written with both its bytes, or refused",
                    ),
                    (
                        "d83d de00",
                        &[LowBits, SurrogatePair],
                        "a surrogate pair becomes one byte",
                    ),
                    (
                        "d83d",
                        &[LowBits, UnpairedSurrogate],
                        "an unpaired surrogate is refused or replaced",
                    ),
                    ("000d 000a", &[Unchanged], "line ends are changed"),
                    (
                        "0061*65536",
                        &[LongText],
                        "the length is limited as that of writeUTF is",
                    ),
                ],
            ),
            of(
                "writeChars",
                "Both bytes of each code unit.",
                &[
                    ("", &[], "an empty string writes something"),
                    (
                        "0061 0062",
                        &[],
                        "a length, an end or a byte order mark is written",
                    ),
                    (
                        "0102",
                        &[ByteOrder],
                        "the bytes are written in another order",
                    ),
                    (
                        "0000 ffff",
                        &[Boundary],
                        "the first or the last code unit is changed",
                    ),
                    ("4e2d", &[], "UTF-8 is written"),
                    (
                        "d83d de00",
                        &[SurrogatePair],
                        "a surrogate pair is written as one character of four bytes",
                    ),
                    (
                        "de00 d83d",
                        &[UnpairedSurrogate],
                        "a pair the wrong way round is refused or replaced",
                    ),
                    ("feff", &[Unchanged], "a byte order mark is dropped"),
                    (
                        "0061*65536",
                        &[LongText],
                        "the length is limited as that of writeUTF is",
                    ),
                ],
            ),
        ],
    )
}

fn of(units: &str, flags: &[Flag], comment: &str) -> Test {
    let id = if units.is_empty() { "empty" } else { units };
    test(id.replace(' ', "-"), flags, comment).call_with("writeUTF", units)
}

fn characters() -> Vec<Test> {
    let unpaired = "an unpaired surrogate is replaced or refused";
    vec![
        of("", &[], "an empty string is not written"),
        of(
            "0061",
            &[],
            "the length is missing, or counts something else",
        ),
        of("0000", &[Nul], "NUL is one zero byte"),
        of("0061 0000 0062", &[Nul], "the string ends at NUL"),
        of(
            "0001",
            &[Boundary],
            "U+0001, the first character of one byte, has two",
        ),
        of(
            "007f",
            &[Boundary],
            "U+007F, the last character of one byte, has two",
        ),
        of(
            "0080",
            &[Boundary],
            "U+0080, the first character of two bytes, has one",
        ),
        of("00e9", &[Sign], "the bits of two bytes are wrong"),
        of(
            "07ff",
            &[Boundary],
            "U+07FF, the last character of two bytes, has three",
        ),
        of(
            "0800",
            &[Boundary],
            "U+0800, the first character of three bytes, has two",
        ),
        of("4e2d", &[Sign], "the bits of three bytes are wrong"),
        of("d7ff", &[Boundary], "U+D7FF is taken for a surrogate"),
        of("e000", &[Boundary], "U+E000 is taken for a surrogate"),
        of("feff", &[Unchanged], "a byte order mark is dropped"),
        of("fffd", &[Unchanged], "U+FFFD is taken for a failure"),
        of("fffe", &[Boundary], "a noncharacter is refused or replaced"),
        of("ffff", &[Boundary], "U+FFFF is refused or replaced"),
        of("d800", &[UnpairedSurrogate], unpaired),
        of("dbff", &[UnpairedSurrogate], unpaired),
        of("dc00", &[UnpairedSurrogate], unpaired),
        of("dfff", &[UnpairedSurrogate], unpaired),
        of(
            "d800 dc00",
            &[SurrogatePair],
            "U+10000 is four bytes of standard UTF-8",
        ),
        of(
            "d83d de00",
            &[SurrogatePair],
            "U+1F600 is four bytes of standard UTF-8",
        ),
        of(
            "d83f dffe",
            &[SurrogatePair],
            "U+1FFFE, a noncharacter, is refused or replaced",
        ),
        of(
            "d840 dc00",
            &[SurrogatePair],
            "U+20000, the first character of the third plane, is wrong",
        ),
        of(
            "dbff dfff",
            &[SurrogatePair],
            "U+10FFFF is four bytes of standard UTF-8",
        ),
        of(
            "de00 d83d",
            &[UnpairedSurrogate],
            "a pair the wrong way round is replaced or put right",
        ),
        of(
            "d83d d83d de00",
            &[SurrogatePair, UnpairedSurrogate],
            "a high surrogate before a pair takes its first half",
        ),
        of(
            "d83d 0061",
            &[UnpairedSurrogate],
            "a high surrogate takes the letter with it",
        ),
        of(
            "d83d 0000",
            &[Nul, UnpairedSurrogate],
            "a high surrogate takes the NUL with it",
        ),
        of(
            "0061 00e9 4e2d 0000 d83d",
            &[Nul, UnpairedSurrogate],
            "the length counts code units, not bytes",
        ),
        of(
            "0020 0061 0020",
            &[Unchanged],
            "spaces at the ends are trimmed",
        ),
        of(
            "0065 0301",
            &[Unchanged],
            "a letter and a combining accent are composed (NFC)",
        ),
        of("00e9 fb01 212a", &[Unchanged], "the text is normalized"),
        of(
            "00ad 200b 200d",
            &[Unchanged],
            "characters without width are dropped",
        ),
        of("000d 000a 0085 2028", &[Unchanged], "line ends are changed"),
        of(
            "0025 0073 005c 006e",
            &[Unchanged],
            "the text is taken for a format",
        ),
    ]
}

fn limit() -> Vec<Test> {
    let of = |id: &str, units: &str, flags: &[Flag], comment: &str| {
        let mut all = vec![LengthLimit];
        all.extend_from_slice(flags);
        test(id, &all, comment).call_with("writeUTF", units)
    };
    let too_long = "a string that is too long is cut, or written with a length that wrapped around";
    let mut all = vec![
        of(
            "127-letters",
            "0061*127",
            &[Boundary],
            "the low byte of the length is taken for signed",
        ),
        of(
            "128-letters",
            "0061*128",
            &[Sign],
            "the low byte of the length is taken for signed",
        ),
        of(
            "255-letters",
            "0061*255",
            &[Boundary],
            "the length is one byte",
        ),
        of(
            "256-letters",
            "0061*256",
            &[ByteOrder],
            "the two bytes of the length are swapped",
        ),
        of(
            "32767-letters",
            "0061*32767",
            &[Boundary],
            "the longest text whose length has no sign",
        ),
        of(
            "32768-letters",
            "0061*32768",
            &[Sign],
            "the length is taken for signed",
        ),
        of(
            "65534-letters",
            "0061*65534",
            &[Boundary],
            "the limit is one byte too low",
        ),
        of(
            "65535-letters",
            "0061*65535",
            &[Boundary],
            "the longest string is refused",
        ),
        of(
            "65535-in-threes",
            "4e2d*21845",
            &[Boundary],
            "the limit counts characters, or three bytes for each",
        ),
        of(
            "65535-in-NULs",
            "0000*32767 0061",
            &[Boundary, Nul],
            "the limit counts NUL as one byte",
        ),
        of(
            "65535-in-pairs",
            "d83dde00*10922 006100620063",
            &[Boundary, SurrogatePair],
            "the limit counts a pair as four bytes",
        ),
        of("65536-letters", "0061*65536", &[Boundary], too_long),
        of("65536-in-threes", "4e2d*21846", &[], too_long),
        of(
            "65536-in-NULs",
            "0000*32768",
            &[Nul],
            "the limit counts NUL as one byte",
        ),
        of(
            "65538-in-pairs",
            "d83dde00*10923",
            &[SurrogatePair],
            "the limit counts a pair as four bytes",
        ),
        of(
            "131072-letters",
            "0061*131072",
            &[],
            "the length is kept in 16 bits and looks like none",
        ),
        of("200000-letters", "0061*200000", &[], too_long),
        of(
            "quoted-ends",
            "00310032003300340035003600370038 0061*65520 00380037003600350034003300320031",
            &[],
            "the message quotes another number of code units",
        ),
        of(
            "quoted-pair-in-two",
            "0031003200330034003500360037d83dde00 0061*65520 d83dde000037003600350034003300320031",
            &[SurrogatePair],
            "the message does not cut a pair in two",
        ),
        of(
            "quoted-surrogate",
            "d800 0061*65535",
            &[UnpairedSurrogate],
            "the message replaces an unpaired surrogate",
        ),
    ];
    all.push(
        test(
            "nothing-is-written",
            &[LengthLimit, Position],
            "something of a string that is too long is written or counted",
        )
        .call_with("writeByte", 1)
        .call_with("writeUTF", "0061*65536")
        .call_with("writeByte", 2),
    );
    all
}

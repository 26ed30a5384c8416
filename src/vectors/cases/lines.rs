//! `readLine`, and the byte that it holds after a carriage return.

use super::{file, group, hex, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{HeldByte, LineEnd, LongText, Position, Sign, Unchanged};
use crate::vectors::model::{JavaClass, Test, VectorFile};

pub(super) fn read_line() -> VectorFile {
    file(
        "DataInputStream.readLine: one character a byte, and three ways to end a line.",
        vec![
            group(
                "readLine",
                JavaClass::DataInputStream,
                "Lines are read until there is none.",
                lines(),
            ),
            group(
                "readLine-held",
                JavaClass::DataInputStream,
                "After a carriage return, one byte more is read. If it is no line feed, the next method gets it.",
                held(),
            ),
        ],
    )
}

/// Lines, and the null behind the last one. A file has the same ones.
pub(super) fn lines() -> Vec<Test> {
    let of = |id: &str, flags: &[Flag], input: &str, reads: usize, comment: &str| {
        let mut all = test(id, flags, comment).input(&hex(input));
        for _ in 0..reads {
            all = all.call("readLine");
        }
        all
    };
    let end = &[LineEnd];
    vec![
        of(
            "nothing",
            end,
            "",
            2,
            "the end of the input is an empty line",
        ),
        of("lf", end, "0a", 2, "an empty line is taken for the end"),
        of(
            "cr",
            end,
            "0d",
            2,
            "a carriage return alone does not end a line",
        ),
        of(
            "crlf",
            end,
            "0d0a",
            2,
            "a carriage return and a line feed end two lines",
        ),
        of("no-end", end, "61", 2, "a last line without an end is lost"),
        of(
            "a-lf-b",
            end,
            "61 0a 62",
            3,
            "a line feed reads one byte more",
        ),
        of(
            "a-cr-b",
            end,
            "61 0d 62",
            3,
            "the byte behind a carriage return is lost",
        ),
        of(
            "a-crlf-b",
            end,
            "61 0d0a 62",
            3,
            "a line keeps its carriage return",
        ),
        of(
            "a-cr",
            end,
            "61 0d",
            2,
            "a carriage return at the end of the input ends two lines",
        ),
        of(
            "cr-cr",
            end,
            "61 0d0d 62",
            4,
            "two carriage returns end one line",
        ),
        of(
            "lf-cr",
            end,
            "61 0a0d 62",
            4,
            "a line feed and a carriage return end one line",
        ),
        of(
            "cr-cr-lf",
            end,
            "61 0d0d0a 62",
            4,
            "the line feed behind two carriage returns ends a third line",
        ),
        of("crlf-crlf", end, "0d0a0d0a", 3, "empty lines are skipped"),
        of("lf-lf", end, "0a0a", 3, "empty lines are skipped"),
        of(
            "no-other-end",
            end,
            "00 0b 0c 1c 1d 1e 85",
            2,
            "another control character ends a line",
        ),
        of(
            "latin-1",
            &[Sign],
            "7f 80 a0 ff",
            2,
            "bytes above 7f are decoded, or have a sign",
        ),
        of(
            "utf-8",
            &[Sign],
            "c3a9 e4b8ad 0a",
            2,
            "UTF-8 is decoded: Java makes a character of each byte",
        ),
        of(
            "byte-order-mark",
            &[Unchanged],
            "efbbbf 61 0a",
            2,
            "a byte order mark is dropped",
        ),
        of(
            "spaces",
            &[Unchanged],
            "20 09 61 20 20 0a",
            2,
            "white space at the ends is trimmed",
        ),
        of(
            "zero",
            &[Unchanged],
            "61 00 62 0a",
            2,
            "a line ends at a zero byte",
        ),
        of(
            "127-letters",
            &[LongText],
            "61*127 0a",
            2,
            "a line that fills the first buffer of the JDK but one is cut",
        ),
        of(
            "128-letters",
            &[LongText],
            "61*128 0a",
            2,
            "a line that fills the first buffer of the JDK is cut",
        ),
        of(
            "129-letters",
            &[LongText],
            "61*129 0a",
            2,
            "a line longer than the first buffer of the JDK is cut",
        ),
        of(
            "8193-letters",
            &[LongText],
            "61*8193 0d 62",
            3,
            "a line longer than a buffer of 8 KiB is cut",
        ),
        of(
            "65536-letters",
            &[LongText],
            "61*65536",
            2,
            "a line is limited as a string of writeUTF is",
        ),
    ]
}

fn held() -> Vec<Test> {
    let of = |id: &str, input: &str, comment: &str| {
        test(id, &[HeldByte, Position], comment)
            .input(&hex(input))
            .call("readLine")
    };
    let lost = "the byte that is held is lost, or comes too late";
    vec![
        of("readByte", "0d 61", lost).call("readByte"),
        of("readUnsignedByte", "0d ff", lost).call("readUnsignedByte"),
        of("readBoolean", "0d 00", lost).call("readBoolean"),
        of("readShort", "0d 0102", lost).call("readShort"),
        of("readChar", "0d 0102", lost).call("readChar"),
        of("readInt", "0d 01020304", lost).call("readInt"),
        of("readLong", "0d 0102030405060708", lost).call("readLong"),
        of("readDouble", "0d 3ff0000000000000", lost).call("readDouble"),
        of("readUTF", "0d 0002 6869", lost).call("readUTF"),
        of(
            "readFully-nothing",
            "0d 616263",
            "reading nothing takes the byte that is held",
        )
        .call_with("readFully", 0)
        .call_with("readFully", 2),
        of(
            "skipBytes-nothing",
            "0d 616263",
            "skipping nothing takes the byte that is held",
        )
        .call_with("skipBytes", 0)
        .call_with("skipBytes", 1)
        .call("readByte"),
        of(
            "skipBytes-beyond",
            "0d 61",
            "the byte that is held is not counted as skipped",
        )
        .call_with("skipBytes", 5),
        of(
            "end-within",
            "0d 0102",
            "the byte that is held is still there after the end",
        )
        .call("readInt")
        .call("readByte"),
        of(
            "held-cr",
            "0d 0d 0a 61",
            "a carriage return that is held does not find its line feed",
        )
        .call("readLine")
        .call("readByte"),
        of(
            "held-lf-is-taken",
            "0d 0a 61",
            "the line feed behind a carriage return is left",
        )
        .call("readByte"),
    ]
}

//! `RandomAccessFile`: where it stands after each call, and what the file holds in the end.

use super::{file, group, hex, lines, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{Boundary, EndOfFile, LengthLimit, LineEnd, Nul, Position};
use crate::vectors::model::{JavaClass, Test, VectorFile};

pub(super) fn random_access_file() -> VectorFile {
    let group =
        |name: &str, about: &str, tests| group(name, JavaClass::RandomAccessFile, about, tests);
    file(
        "RandomAccessFile as DataInput and DataOutput: where the file stands after each call, also one that failed.",
        vec![
            group(
                "file-position",
                "seek, length, setLength and getFilePointer.",
                positions(),
            ),
            group(
                "file-end",
                "Reads that reach the end: what was there is consumed, as in a stream.",
                ends(),
            ),
            group(
                "file-readLine",
                "readLine: the same lines as in a stream. But no byte is held: the file stands where the next line begins.",
                lines::lines(),
            ),
            group(
                "file-readUTF",
                "readUTF in the middle of a file, and after a failure.",
                strings(),
            ),
            group(
                "file-write",
                "Writes in the middle, over the end and beyond it.",
                writes(),
            ),
        ],
    )
}

fn of(id: &str, flags: &[Flag], content: &str, comment: &str) -> Test {
    test(id, flags, comment).input(&hex(content))
}

fn positions() -> Vec<Test> {
    let at = &[Position];
    vec![
        of(
            "new",
            at,
            "010203",
            "a file that was opened stands at its end",
        )
        .call("getFilePointer")
        .call("length"),
        of("empty", at, "", "an empty file has a length")
            .call("length")
            .call("readByte"),
        of(
            "seek",
            at,
            "010203",
            "seek moves by a number instead of to it",
        )
        .call_with("seek", "2")
        .call("readByte")
        .call_with("seek", "0")
        .call("readByte"),
        of(
            "seek-to-the-end",
            &[Boundary, Position],
            "010203",
            "the end is no place to stand",
        )
        .call_with("seek", "3")
        .call("readByte"),
        of(
            "seek-beyond-the-end",
            &[EndOfFile, Position],
            "010203",
            "seek beyond the end stops there, throws, or makes the file longer",
        )
        .call_with("seek", "10")
        .call("length")
        .call("readByte")
        .call("getFilePointer"),
        of(
            "seek-negative",
            at,
            "010203",
            "a negative position is no error, or moves the file",
        )
        .call("readByte")
        .call_with("seek", "-1")
        .call("getFilePointer"),
        of(
            "length-moves-nothing",
            at,
            "010203",
            "asking for the length moves the file",
        )
        .call_with("seek", "1")
        .call("length")
        .call("readByte"),
        of(
            "setLength-shorter",
            at,
            "0102030405",
            "the file stands beyond its new end",
        )
        .call_with("seek", "4")
        .call_with("setLength", "2")
        .call("getFilePointer")
        .call("length"),
        of(
            "setLength-behind",
            at,
            "0102030405",
            "the position changes though it is within the new length",
        )
        .call_with("seek", "1")
        .call_with("setLength", "3")
        .call("readByte"),
        of(
            "setLength-longer",
            at,
            "0102",
            "new bytes are not zero, or the file stands at its end",
        )
        .call_with("setLength", "5")
        .call("getFilePointer")
        .call_with("readFully", 5),
        of(
            "setLength-negative",
            at,
            "0102",
            "a negative length is no error",
        )
        .call_with("setLength", "-1")
        .call("length"),
    ]
}

fn ends() -> Vec<Test> {
    let at_end = &[EndOfFile, Position];
    let cut = "the file stands where it stood before the value that is cut";
    let after = |id: &str, content: &str, method: &str| {
        of(id, at_end, content, cut)
            .call(method)
            .call("getFilePointer")
            .call("readByte")
    };
    vec![
        after("readShort-cut", "01", "readShort"),
        after("readChar-cut", "01", "readChar"),
        after("readInt-cut", "010203", "readInt"),
        after("readLong-cut", "01020304050607", "readLong"),
        after("readFloat-cut", "0102", "readFloat"),
        after("readDouble-cut", "01", "readDouble"),
        after("readBoolean-at-the-end", "", "readBoolean"),
        of("readFully-cut", at_end, "0102", cut)
            .call_with("readFully", 3)
            .call("getFilePointer"),
        of(
            "readFully-nothing-beyond",
            at_end,
            "0102",
            "reading nothing beyond the end is an error",
        )
        .call_with("seek", "9")
        .call_with("readFully", 0),
        of(
            "read-again-after-seek",
            at_end,
            "0102",
            "the end is remembered after seek",
        )
        .call("readInt")
        .call_with("seek", "0")
        .call("readShort"),
        of(
            "read-after-growth",
            at_end,
            "01",
            "the end is remembered after a write",
        )
        .call("readShort")
        .call_with("writeShort", 0x0203)
        .call_with("seek", "0")
        .call("readByte")
        .call("readShort"),
        of(
            "skipBytes",
            at_end,
            "0102030405",
            "skipBytes goes beyond the end, or returns what was asked for",
        )
        .call_with("skipBytes", 2)
        .call_with("skipBytes", 10)
        .call_with("skipBytes", 1),
        of(
            "skipBytes-beyond",
            at_end,
            "0102",
            "skipBytes beyond the end stays there, or returns no negative count as Java does",
        )
        .call_with("seek", "9")
        .call_with("skipBytes", 3)
        .call("getFilePointer"),
        of(
            "skipBytes-negative",
            &[Position],
            "0102",
            "skipBytes goes back",
        )
        .call("readByte")
        .call_with("skipBytes", -1),
        of(
            "readLine-beyond",
            &[EndOfFile, LineEnd],
            "6162",
            "readLine beyond the end is an empty line",
        )
        .call_with("seek", "9")
        .call("readLine"),
    ]
}

fn strings() -> Vec<Test> {
    let at = &[Position];
    vec![
        of(
            "in-the-middle",
            at,
            "ffff 0002 6869 ff",
            "the string is read from elsewhere",
        )
        .call_with("seek", "2")
        .call("readUTF"),
        of(
            "malformed",
            at,
            "0002 ff61 0002 6869",
            "the file stands within the malformed string",
        )
        .call("readUTF")
        .call("readUTF"),
        of(
            "cut",
            &[EndOfFile, Position],
            "0005 6869",
            "the file stands before the string that is cut",
        )
        .call("readUTF")
        .call("getFilePointer"),
        of(
            "half-a-length",
            &[EndOfFile, Position],
            "00",
            "half a length is not consumed",
        )
        .call("readUTF"),
        of(
            "line-then-string",
            &[LineEnd, Position],
            "610d 0002 6869",
            "the byte behind a carriage return is lost",
        )
        .call("readLine")
        .call("getFilePointer")
        .call("readUTF"),
        of(
            "line-then-seek",
            &[LineEnd, Position],
            "610d 62",
            "a byte held by readLine is read after seek",
        )
        .call("readLine")
        .call_with("seek", "0")
        .call("readByte"),
        of(
            "line-then-write",
            &[LineEnd, Position],
            "610d 6263",
            "a write behind readLine is one byte too far",
        )
        .call("readLine")
        .call_with("writeByte", 0x7A),
    ]
}

fn writes() -> Vec<Test> {
    let at = &[Position];
    vec![
        of(
            "over",
            at,
            "0102030405",
            "a write inserts bytes, or cuts the file",
        )
        .call_with("seek", "1")
        .call_with("writeShort", 0x0A0B)
        .call("readByte"),
        of("over-the-end", at, "0102", "a write over the end is cut")
            .call_with("seek", "1")
            .call_with("writeInt", 0x0102_0304)
            .call("length"),
        of(
            "beyond-the-end",
            at,
            "0102",
            "the gap before a write beyond the end is not zero",
        )
        .call_with("seek", "5")
        .call_with("writeByte", 0xFF)
        .call("length"),
        of(
            "nothing-beyond-the-end",
            at,
            "0102",
            "a write of nothing beyond the end makes the file longer",
        )
        .call_with("seek", "5")
        .call_with("write", "")
        .call_with("writeBytes", "")
        .call("length"),
        of(
            "writeUTF-in-the-middle",
            &[Nul, Position],
            "ff*12",
            "the string is written elsewhere, or with another length",
        )
        .call_with("seek", "3")
        .call_with("writeUTF", "0068 0000 4e2d")
        .call("getFilePointer")
        .call_with("seek", "3")
        .call("readUTF"),
        of(
            "writeUTF-too-long",
            &[LengthLimit, Position],
            "ffff",
            "something of a string that is too long is written",
        )
        .call_with("seek", "1")
        .call_with("writeUTF", "0061*65536")
        .call("getFilePointer"),
        of(
            "writeChars",
            at,
            "",
            "characters are written in another form than by a stream",
        )
        .call_with("writeChars", "0068 d83d"),
        of(
            "writeBytes",
            at,
            "",
            "characters are written in another form than by a stream",
        )
        .call_with("writeBytes", "0068 01ff"),
        of("writeBoolean", at, "", "true is another byte than 01").call_with("writeBoolean", true),
        of("writeDouble", at, "", "a NaN keeps its bits")
            .call_with("writeDouble", "fff8000000000001"),
        of(
            "read-then-write",
            at,
            "01020304",
            "reading and writing have positions of their own",
        )
        .call("readByte")
        .call_with("writeByte", 9)
        .call("readByte")
        .call_with("seek", "0")
        .call_with("readFully", 4),
    ]
}

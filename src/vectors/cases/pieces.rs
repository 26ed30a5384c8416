//! `readFully` and `skipBytes`.

use super::{file, group, hex, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{Count, EndOfFile, Position};
use crate::vectors::model::{JavaClass, Test, VectorFile};

pub(super) fn read_bytes() -> VectorFile {
    file(
        "DataInput.readFully and skipBytes: how many bytes are taken, also at the end of the input.",
        vec![
            group(
                "readFully",
                JavaClass::DataInputStream,
                "readFully into an array of so many bytes. What the array holds after an exception is left out.",
                read_fully(),
            ),
            group(
                "skipBytes",
                JavaClass::DataInputStream,
                "skipBytes never throws an EOFException, and returns how many bytes it has skipped.",
                skip_bytes(),
            ),
        ],
    )
}

fn of(id: &str, flags: &[Flag], input: &str, method: &str, count: i32, comment: &str) -> Test {
    test(id, flags, comment)
        .input(&hex(input))
        .call_with(method, count)
}

fn read_fully() -> Vec<Test> {
    let of = |id, flags: &[Flag], input, count, comment| {
        of(id, flags, input, "readFully", count, comment)
    };
    vec![
        of(
            "nothing-at-the-end",
            &[Count],
            "",
            0,
            "reading nothing at the end of the input is an error",
        ),
        of("nothing", &[Count], "61", 0, "reading nothing takes a byte"),
        of(
            "one-of-two",
            &[Count],
            "6162",
            1,
            "more is taken than was asked for",
        ),
        of("all", &[Count], "6162", 2, "the last byte is not given"),
        of(
            "one-short",
            &[Count, EndOfFile],
            "6162",
            3,
            "an array that is not filled is returned",
        )
        .call("readByte"),
        of(
            "at-the-end",
            &[Count, EndOfFile],
            "",
            1,
            "the end of the input is no error",
        ),
        of(
            "long",
            &[Count],
            "00*65537",
            65_537,
            "a length is kept in 16 bits",
        ),
        of(
            "long-and-one-short",
            &[Count, EndOfFile],
            "00*65536",
            65_537,
            "the last piece of a long array is not checked",
        ),
        of(
            "then-more",
            &[Position],
            "616263",
            2,
            "a buffered reader has taken the next byte",
        )
        .call("readByte"),
    ]
}

fn skip_bytes() -> Vec<Test> {
    let of = |id, flags: &[Flag], input, count, comment| {
        of(id, flags, input, "skipBytes", count, comment)
    };
    vec![
        of(
            "nothing",
            &[Count],
            "6162",
            0,
            "skipping nothing takes a byte",
        ),
        of(
            "one-of-two",
            &[Position],
            "6162",
            1,
            "more is skipped than was asked for",
        )
        .call("readByte"),
        of("all", &[Count], "6162", 2, "the last byte is not skipped"),
        of(
            "beyond-the-end",
            &[Count, EndOfFile],
            "6162",
            3,
            "the count that was asked for is returned, or an exception thrown",
        )
        .call_with("skipBytes", 1),
        of(
            "at-the-end",
            &[Count, EndOfFile],
            "",
            1,
            "skipping at the end is an error",
        ),
        of(
            "2047",
            &[Count],
            "00*2049",
            2_047,
            "a piece of 2 KiB is skipped though less was asked for",
        ),
        of(
            "2048",
            &[Count],
            "00*2049",
            2_048,
            "a piece of 2 KiB is skipped, and one more",
        ),
        of(
            "2049",
            &[Count],
            "00*2049",
            2_049,
            "only one piece of 2 KiB is skipped",
        ),
        of(
            "5000-of-4097",
            &[Count, EndOfFile],
            "00*4097",
            5_000,
            "the number in the last piece is returned instead of the sum",
        ),
        of(
            "70000",
            &[Count],
            "00*70000",
            70_000,
            "the sum is kept in 16 bits",
        ),
        of(
            "most",
            &[Count, EndOfFile],
            "000000",
            i32::MAX,
            "so much memory is allocated",
        ),
        of(
            "negative",
            &[Count],
            "6162",
            -1,
            "a negative count goes back, or is taken for a large one",
        )
        .call("readByte"),
        of(
            "most-negative",
            &[Count],
            "6162",
            i32::MIN,
            "a negative count goes back, or is taken for a large one",
        ),
    ]
}

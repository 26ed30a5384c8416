//! Inputs for the programs that exchange strings in object streams.

use super::hello::of_any_wire;
use super::hello_scripted::message;
use crate::interop::programs::case::{CaseScript, ChatCase};
use crate::interop::proxy::scripted::Step;

pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = console_rows();
    rows.extend(of_any_wire());
    rows.extend(network_rows());
    rows.extend(scripted_rows());
    rows.extend(block_rows());
    rows.extend(broken_rows());
    rows.extend(endings());
    rows
}

/// The header of every stream.
const HEADER: &[u8] = b"\xac\xed\0\x05";

/// A string, the first object of its stream.
const STRING: &[u8] = b"t\0\x02hi";

/// A reference to the first object.
const REFERENCE: &[u8] = b"q\0\x7e\0\0";

fn console(name: &str, claim: &str, stdin: impl Into<Vec<u8>>) -> ChatCase {
    ChatCase::new(name, claim, CaseScript::Console(stdin.into()))
}

fn scripted(name: &str, claim: &str, steps: Vec<Step>) -> ChatCase {
    ChatCase::new(name, claim, CaseScript::Raw(steps))
}

/// The harness sends the header and then these bytes, all in one segment.
fn sends(name: &str, claim: &str, bytes: &[u8]) -> ChatCase {
    scripted(name, claim, vec![Step::Send([HEADER, bytes].concat())])
}

/// `writeUTF` of a string with this body, as a block of up to 255 bytes.
fn block_of(body: &[u8]) -> Vec<u8> {
    let data = message(body);
    let length = u8::try_from(data.len()).expect("a row's string fits a short block");
    [&[0x77, length], &data[..]].concat()
}

fn console_rows() -> Vec<ChatCase> {
    let long = |length: usize| "a".repeat(length);
    vec![
        console(
            "three-lines",
            "Each line is answered before the next is sent.",
            "one\ntwo\nthree\n",
        ),
        console(
            "equal-lines",
            "Two equal lines are two objects: the second is no reference to the first.",
            "again\nagain\nagain\n",
        ),
        // Not two: whether a server that reads two empty strings has read the same object twice, and
        // writes a reference, differs between releases.
        console(
            "empty-line",
            "An empty line is a message like any other.",
            "a\n\nb\n",
        ),
        console(
            "mixed-line-ends",
            "LF, CR LF, CR and the end of the input each end one line.",
            "one\r\ntwo\rthree\n\r\nfour",
        ),
        console(
            "characters-of-every-length",
            "Characters of one to four bytes round-trip, line by line.",
            "aé世😀\na\0b\n\u{7ff}\u{800}\u{ffff}\u{10ffff}\n",
        ),
        console(
            "not-utf8",
            "Bytes that are not UTF-8 become U+FFFD and do not end a line.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\r\n\xf0\x9f\x98",
        ),
        console(
            "around-a-buffer",
            "A string may end at, before or behind the 1,024 bytes that Java collects.",
            [1019, 1020, 1021, 1022, 1023, 1024, 1025, 2045]
                .map(|length| format!("{}é\n", long(length)))
                .concat(),
        ),
        console(
            "longest-short-string",
            "A string of 65,535 bytes has a length of two bytes, and one byte more a length of eight.",
            format!("{}\n{}\nb\n", long(65_535), long(65_536)),
        ),
        console(
            "long-strings",
            "A string may be longer than a message of writeUTF, and the limit counts bytes.",
            format!(
                "{}\n{}\n{}\n",
                "世".repeat(21_845),
                "世".repeat(21_846),
                "\0".repeat(50_000)
            ),
        ),
    ]
}

fn network_rows() -> Vec<ChatCase> {
    let hello = |name, claim, network| console(name, claim, "hello\n").through(network);
    vec![
        hello(
            "network-of-single-bytes",
            "The header and a message may arrive byte by byte.",
            "both ways slice 1",
        ),
        hello(
            "half-close-within-the-header",
            "If the stream ends within the client's header, the server fails, and then the client.",
            "client to server half-close at 3",
        ),
        hello(
            "half-close-behind-the-header",
            "If the stream ends behind the client's header, the server succeeds and the client fails.",
            "client to server half-close at 4",
        ),
        hello(
            "half-close-within-the-message",
            "If the stream ends within the message, the server fails, and then the client.",
            "client to server half-close at 6",
        ),
        hello(
            "half-close-within-the-header-of-the-answers",
            "If the stream ends within the server's header, nothing is sent and the client fails.",
            "server to client half-close at 2",
        ),
        hello(
            "half-close-within-the-answer",
            "If the stream ends within the answer, only the client fails.",
            "server to client half-close at 8",
        ),
    ]
}

/// Objects that the programs themselves never send.
fn scripted_rows() -> Vec<ChatCase> {
    let twice = [STRING, REFERENCE].concat();
    vec![
        sends(
            "one-string",
            "The end of the stream after an object ends the conversation.",
            STRING,
        ),
        sends(
            "two-strings-in-one-segment",
            "A server answers both objects; to a client the second is more than it asked for.",
            b"t\0\x03onet\0\x03two",
        ),
        sends(
            "reference",
            "A reference is the same string again, and is answered by a reference.",
            &twice,
        ),
        sends(
            "null",
            "Null is printed as null, and is answered by null.",
            b"p",
        ),
        sends(
            "null-counts-no-handle",
            "Null takes no handle: the string behind it has the first.",
            &[b"p", &twice[..]].concat(),
        ),
        sends(
            "reset-between-strings",
            "Behind a reset, the handles begin again.",
            &[STRING, b"y", &twice[..]].concat(),
        ),
        sends(
            "reference-behind-a-reset",
            "A reference to a string before the reset is an error.",
            &[STRING, b"y", REFERENCE].concat(),
        ),
        sends(
            "reset-at-the-end",
            "A reset behind the last message is no message.",
            &[STRING, b"y"].concat(),
        ),
        sends(
            "nothing-but-resets",
            "Resets without a message are none; a client has asked for one.",
            b"yyy",
        ),
        sends(
            "short-string-with-a-long-length",
            "A string may have a length of eight bytes although two were enough.",
            b"|\0\0\0\0\0\0\0\x02hi",
        ),
        sends(
            "unpaired-surrogates",
            "Unpaired surrogates round-trip.",
            b"t\0\x07a\xed\xa0\x80\xed\xa0\x81",
        ),
        sends(
            "overlong-and-raw-nul",
            "NUL as 00 and a slash in three bytes are accepted, and are answered in the usual form.",
            b"t\0\x04\0\xe0\x80\xaf",
        ),
        scripted(
            "one-byte-a-segment",
            "The header and messages may arrive one byte per segment.",
            vec![Step::SendOneByOne(
                [HEADER, STRING, &block_of(b"hi")].concat(),
            )],
        ),
        scripted(
            "silence-between-bytes",
            "A message may arrive byte by byte, with pauses.",
            vec![
                Step::Send(HEADER.to_vec()),
                Step::SendSlowly(b"t\0\x01a".to_vec()),
            ],
        ),
    ]
}

/// Strings of `writeUTF`, which are primitive data in blocks.
fn block_rows() -> Vec<ChatCase> {
    let longest = message(&[b'x'; 65_535]);
    let in_blocks: Vec<u8> = longest
        .chunks(1024)
        .flat_map(|data| {
            let length = u32::try_from(data.len()).expect("a block is short");
            [&[0x7a], &length.to_be_bytes()[..], data].concat()
        })
        .collect();
    vec![
        sends(
            "utf",
            "A message of writeUTF is read as well, and is answered by writeUTF.",
            &block_of("hé世".as_bytes()),
        ),
        sends(
            "utf-between-objects",
            "Each message is answered as it was written.",
            &[STRING, &block_of(b"two"), REFERENCE, &block_of(b"")].concat(),
        ),
        sends(
            "two-utf-in-one-block",
            "A block may hold two messages; to a client the second is more than it asked for.",
            b"\x77\x08\0\x02hi\0\x02ho",
        ),
        sends(
            "utf-across-blocks",
            "A message may continue in the next block, even within its length and a character.",
            b"\x77\x01\0\x77\x03\x04h\xc3\x7a\0\0\0\x02\xa9!",
        ),
        sends(
            "utf-across-a-reset",
            "A reset may lie between two blocks of a message.",
            b"\x77\x03\0\x02h\x79\x77\x01i",
        ),
        sends(
            "longest-utf",
            "The longest message of writeUTF is read and written in blocks of 1,024 bytes.",
            &in_blocks,
        ),
        sends(
            "utf-behind-an-empty-block",
            "An empty block before a message is skipped.",
            &[b"\x77\0", &block_of(b"hi")[..]].concat(),
        ),
        sends(
            "empty-block-before-a-string",
            "An empty block before an object is an incomplete message.",
            &[b"\x77\0", STRING].concat(),
        ),
        sends(
            "object-within-utf",
            "An object within the data of a message is an error.",
            &[b"\x77\x03\0\x02h", STRING].concat(),
        ),
        sends(
            "malformed-utf",
            "A malformed message of writeUTF ends the conversation; those before it are answered.",
            &[STRING, &block_of(b"a\xff")].concat(),
        ),
    ]
}

/// What is no string in an object stream.
fn broken_rows() -> Vec<ChatCase> {
    let number = b"sr\0\x11java.lang.Integer\x12\xe2\xa0\xa4\xf7\x81\x878\x02\0\x01I\0\x05valuexr\
        \0\x10java.lang.Number\x86\xac\x95\x1d\x0b\x94\xe0\x8b\x02\0\0xp\0\0\0\x07";
    let unknown = b"sr\0\x08no.Class\0\0\0\0\0\0\0\x01\x02\0\0xp";
    vec![
        sends(
            "number",
            "An object that is no string is an error.",
            &[STRING, number].concat(),
        ),
        sends(
            "array",
            "An array is no string.",
            b"ur\0\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\0\0xp\0\0\0\x02hi",
        ),
        sends(
            "unknown-class",
            "An object of an unknown class is an error.",
            unknown,
        ),
        sends(
            "malformed-string",
            "A malformed string ends the conversation; the messages before it are answered.",
            &[STRING, b"t\0\x02a\xff"].concat(),
        ),
        sends(
            "four-byte-utf8",
            "A character of four bytes in standard UTF-8 is refused.",
            b"t\0\x05a\xf0\x9f\x98\x80",
        ),
        sends(
            "handle-without-an-object",
            "A reference to an object that has not come is an error.",
            REFERENCE,
        ),
        sends(
            "invalid-type-code",
            "A byte that is no type code is an error.",
            &[STRING, b"A"].concat(),
        ),
        sends(
            "second-header",
            "A second ObjectOutputStream over the same socket is an error.",
            &[HEADER, STRING].concat(),
        ),
        sends(
            "end-of-block-data",
            "The end of an object's own data without an object is an error.",
            b"x",
        ),
        scripted(
            "other-version",
            "A header of another version is an error.",
            vec![Step::Send(b"\xac\xed\0\x06t\0\x02hi".to_vec())],
        ),
        scripted(
            "writeutf-without-a-stream",
            "A message of a DataOutputStream is no header.",
            vec![Step::Send(message(b"hello"))],
        ),
        scripted(
            "line",
            "A line of println is no header.",
            vec![Step::Send(b"hello\n".to_vec())],
        ),
        scripted(
            "http-request",
            "An HTTP request is no header.",
            vec![Step::Send(
                b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            )],
        ),
    ]
}

/// The ways in which a stream ends.
fn endings() -> Vec<ChatCase> {
    let mut rows = vec![
        scripted(
            "end-at-once",
            "If the stream ends before its header, both a server and a client fail.",
            vec![Step::WaitUntilIdle],
        ),
        sends(
            "end-behind-the-header",
            "If the stream ends behind its header, a server succeeds and a client fails.",
            b"",
        ),
        sends(
            "end-within-a-reference",
            "The end of the stream within a handle is an error.",
            &[STRING, &REFERENCE[..3]].concat(),
        ),
        sends(
            "end-within-the-header-of-a-block",
            "The end of the stream within the header of a block is an error.",
            &[STRING, b"\x77"].concat(),
        ),
        sends(
            "end-within-a-block",
            "The end of the stream within a block is an error.",
            &[STRING, b"\x77\x05\0\x03h"].concat(),
        ),
        sends(
            "end-behind-half-a-utf",
            "The end of the stream behind a block that holds half a message is an error.",
            &[STRING, b"\x77\x03\0\x03h"].concat(),
        ),
        scripted(
            "reset-at-once",
            "A connection that is reset in place of the header is an error.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        scripted(
            "reset-within-a-message",
            "A connection that is reset within a message is an error.",
            vec![
                Step::WaitUntilIdle,
                Step::Send([HEADER, b"t\0\x05tw"].concat()),
                Step::Reset,
            ],
        ),
    ];
    rows.extend((1..HEADER.len()).map(|kept| {
        scripted(
            &format!("end-after-{kept}-bytes-of-the-header"),
            &format!("If the stream ends after {kept} of the header's 4 bytes, both sides fail."),
            vec![Step::Send(HEADER[..kept].to_vec())],
        )
    }));
    rows.extend((1..STRING.len()).map(|kept| {
        sends(
            &format!("end-after-{kept}-bytes-of-a-string"),
            &format!("The end of the stream after {kept} of a string's 5 bytes is an error."),
            &[STRING, &STRING[..kept]].concat(),
        )
    }));
    rows
}

//! Inputs for the conversation programs: many messages, and the ways in which a conversation ends.

use super::hello::of_any_conversation;
use super::hello_scripted::message;
use crate::interop::programs::case::{CaseScript, ChatCase};
use crate::interop::proxy::scripted::Step;

pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = console_rows();
    rows.extend(of_any_conversation());
    rows.extend(raw_rows());
    rows
}

fn console_rows() -> Vec<ChatCase> {
    let row =
        |name, claim, stdin: &[u8]| ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()));
    let long = |length: usize| "a".repeat(length);
    vec![
        row(
            "three-lines",
            "Each line is answered before the next is sent.",
            b"one\ntwo\nthree\n",
        ),
        row(
            "characters-of-every-length",
            "Characters of one to four bytes round-trip, line by line.",
            "aé世😀\na\0b\n\u{7ff}\u{800}\u{ffff}\u{10ffff}\n".as_bytes(),
        ),
        row(
            "not-utf8",
            "Bytes that are not UTF-8 become U+FFFD and do not end a line.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\r\n\xf0\x9f\x98",
        ),
        row(
            "longest-then-short",
            "The longest message is read completely before the next one.",
            format!("{}\nb\n{}\n", long(65_535), long(65_535)).as_bytes(),
        ),
        row(
            "too-long-in-between",
            "A line that is too long ends the conversation; to the server it ends regularly.",
            format!("first\n{}\nnever\n", long(65_536)).as_bytes(),
        ),
    ]
}

fn raw_rows() -> Vec<ChatCase> {
    let raw = |name, claim, steps| ChatCase::new(name, claim, CaseScript::Raw(steps));
    let behind_one = |bytes: &[u8]| vec![Step::Send([&message(b"one"), bytes].concat())];
    vec![
        raw(
            "end-after-a-message",
            "The end of the stream after a whole message ends the conversation.",
            behind_one(b""),
        ),
        raw(
            "end-at-once",
            "If the stream ends before the first message, a server succeeds and a client fails.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "end-within-the-length",
            "The end of the stream within a length field is an error.",
            behind_one(b"\x00"),
        ),
        raw(
            "end-within-the-body",
            "The end of the stream within a message body is an error.",
            behind_one(b"\x00\x05tw"),
        ),
        raw(
            "two-messages-in-one-segment",
            "A server answers both messages; to a client the second is more than it asked for.",
            behind_one(&message(b"two")),
        ),
        raw(
            "one-byte-a-segment",
            "Messages may arrive one byte per segment.",
            vec![Step::SendOneByOne(
                [message("世".as_bytes()), message(b"")].concat(),
            )],
        ),
        raw(
            "malformed-second",
            "A malformed message ends the conversation; the messages before it are answered.",
            behind_one(&message(b"a\xff")),
        ),
        raw(
            "raw-nuls-after-a-message",
            "A message that can be read can be too long to write.",
            behind_one(&message(&[0; 65_535])),
        ),
        raw(
            "reset-at-once",
            "A reset in place of a message is an error.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-within-a-message",
            "A reset within a message is an error.",
            vec![
                Step::WaitUntilIdle,
                Step::Send(b"\x00\x05tw".to_vec()),
                Step::Reset,
            ],
        ),
    ]
}

//! Inputs for the programs that exchange lines of text: charsets and line terminators.

use super::hello::of_any_conversation;
use crate::interop::programs::case::{CaseScript, ChatCase};
use crate::interop::proxy::scripted::Step;
use crate::programs::charset::Charset;

pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = console_rows();
    rows.extend(of_any_conversation());
    rows.extend(raw_rows());
    rows.extend(Charset::ALL.into_iter().flat_map(rows_in));
    rows
}

fn console_rows() -> Vec<ChatCase> {
    let row =
        |name, claim, stdin: &[u8]| ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()));
    let long = format!("{}\nb\n{}\n", "a".repeat(70_000), "世".repeat(30_000));
    vec![
        row(
            "hello-hi-bye",
            "Each line, including the last, is answered before the next is sent.",
            b"hello\nhi\nhello\nhi\nbye\n",
        ),
        row(
            "not-utf8",
            "Bytes on stdin that are not UTF-8 become U+FFFD, which is sent.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\r\n\xf0\x9f\x98",
        ),
        row(
            "long-lines",
            "A line may be longer than a message of writeUTF, and is read completely.",
            long.as_bytes(),
        ),
    ]
}

fn raw_rows() -> Vec<ChatCase> {
    let raw = |name, claim, steps| ChatCase::new(name, claim, CaseScript::Raw(steps));
    vec![
        raw(
            "one-line",
            "The end of the stream after a line ends the conversation.",
            vec![Step::Send(b"one\n".to_vec())],
        ),
        raw(
            "line-ends-inside",
            "CR, CR LF and LF each end a line, also within one segment.",
            vec![Step::Send(b"one\rtwo\r\n\r\n\rthree\n\n".to_vec())],
        ),
        raw(
            "cr-lf",
            "The LF of a CR LF does not count as another line.",
            vec![Step::Send(b"one\r\n".to_vec())],
        ),
        raw(
            "no-end-on-the-last-line",
            "The end of the stream ends the last line.",
            vec![Step::Send(b"one".to_vec())],
        ),
        raw(
            "end-at-once",
            "If the stream ends before the first line, a server succeeds and a client fails.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "one-byte-a-segment",
            "A line may arrive one byte per segment.",
            vec![Step::SendOneByOne("世😀\r\nb\n".into())],
        ),
        raw(
            "reset-at-once",
            "A reset in place of a line is an error.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-within-a-line",
            "A reset within a line is an error.",
            vec![Step::WaitUntilIdle, Step::Send(b"tw".to_vec()), Step::Reset],
        ),
    ]
}

fn rows_in(charset: Charset) -> Vec<ChatCase> {
    let row = |name: &str, claim: &str, play| {
        let name = format!("{name}-{}", charset.name().to_lowercase());
        ChatCase::new(&name, &format!("In {charset}, {claim}."), play).in_charset(charset)
    };
    let console = |name, claim, text: &str| row(name, claim, CaseScript::Console(text.into()));
    let raw = |name, claim, bytes: &[u8]| {
        row(name, claim, CaseScript::Raw(vec![Step::Send(bytes.into())]))
    };
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let long = format!("{}é世😀{}世\nb\n", "a".repeat(8190), "世".repeat(8192));
    vec![
        console(
            "characters",
            "characters of the charset round-trip, and others are replaced",
            "hello\né世😀\u{20ac}\na\0b\u{7f}\u{80}\u{85}\u{2028}\n\u{a0a}\u{d0d}\u{a00}\n\
             \u{feff}\u{ffff}\u{fffe}\u{10ffff}\n\u{e5e5}\u{2641}\u{2295}\nbye\n",
        ),
        console(
            "across-a-buffer",
            "a character may cross the boundary of a buffer",
            &long,
        ),
        raw("every-byte", "each of the 256 bytes is decoded as in Java", &all),
        raw(
            "malformed",
            "malformed bytes are replaced as in Java",
            b"\0a\xff\xff\x81\x30\x81\x7f\x81\xff\xd8\x00\0\n\0b\xed\xa0\x80\xf0\x9f\x98\xdc\x00\0\n",
        ),
        raw(
            "cut",
            "a truncated character becomes one replacement character",
            b"\0a\0\xe4\xb8",
        ),
        raw(
            "cut-pair",
            "a truncated surrogate pair becomes as many replacement characters as in Java",
            b"\0a\0\n\xd8\x3d\xde",
        ),
    ]
}

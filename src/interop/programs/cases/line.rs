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
            "Each line is answered before the next is sent, up to the last.",
            b"hello\nhi\nhello\nhi\nbye\n",
        ),
        row(
            "not-utf8",
            "Bytes that are not UTF-8 become U+FFFD on the console, and so they are sent.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\r\n\xf0\x9f\x98",
        ),
        row(
            "long-lines",
            "A line may be longer than writeUTF could say, and nothing of it is left over.",
            long.as_bytes(),
        ),
    ]
}

fn raw_rows() -> Vec<ChatCase> {
    let raw = |name, claim, steps| ChatCase::new(name, claim, CaseScript::Raw(steps));
    vec![
        raw(
            "one-line",
            "A line and the end of the conversation.",
            vec![Step::Send(b"one\n".to_vec())],
        ),
        raw(
            "line-ends-inside",
            "CR, CR LF and LF within what comes at once end lines like any other.",
            vec![Step::Send(b"one\rtwo\r\n\r\n\rthree\n\n".to_vec())],
        ),
        raw(
            "cr-lf",
            "The LF of a CR LF is no line of its own, and no more than was asked.",
            vec![Step::Send(b"one\r\n".to_vec())],
        ),
        raw(
            "no-end-on-the-last-line",
            "The last line may end with the connection.",
            vec![Step::Send(b"one".to_vec())],
        ),
        raw(
            "end-at-once",
            "An end in place of the first line ends the server well, and not the client.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "one-byte-a-segment",
            "A line may come in as many pieces as it has bytes.",
            vec![Step::SendOneByOne("世😀\r\nb\n".into())],
        ),
        raw(
            "reset-at-once",
            "A reset instead of a line is a failure.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-within-a-line",
            "A reset within a line is a failure.",
            vec![Step::WaitUntilIdle, Step::Send(b"tw".to_vec()), Step::Reset],
        ),
    ]
}

fn rows_in(charset: Charset) -> Vec<ChatCase> {
    let row = |name: &str, claim: &str, play| {
        let name = format!("{name}-{}", charset.name().to_lowercase());
        ChatCase::new(&name, &format!("{claim} in {charset}."), play).in_charset(charset)
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
            "What can be said goes there and back, and the rest is replaced,",
            "hello\né世😀\u{20ac}\na\0b\u{7f}\u{80}\u{85}\u{2028}\n\u{a0a}\u{d0d}\u{a00}\n\
             \u{feff}\u{ffff}\u{fffe}\u{10ffff}\n\u{e5e5}\u{2641}\u{2295}\nbye\n",
        ),
        console(
            "across-a-buffer",
            "A character may stand anywhere in a long line",
            &long,
        ),
        raw("every-byte", "Every byte there is is heard as by Java", &all),
        raw(
            "malformed",
            "What means nothing is replaced as by Java",
            b"\0a\xff\xff\x81\x30\x81\x7f\x81\xff\xd8\x00\0\n\0b\xed\xa0\x80\xf0\x9f\x98\xdc\x00\0\n",
        ),
        raw(
            "cut",
            "A character that is cut off is one replacement",
            b"\0a\0\xe4\xb8",
        ),
        raw(
            "cut-pair",
            "A pair that is cut off is as many replacements as in Java",
            b"\0a\0\n\xd8\x3d\xde",
        ),
    ]
}

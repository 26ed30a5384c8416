//! Inputs for the programs with raw framing, for which a message is whatever one `recv` returns.
//!
//! What one `recv` returns depends on timing as soon as more bytes are in transit than the buffer
//! holds. These inputs avoid that: each side waits for the other, or everything sent in one call is
//! in the receiver's buffer before it is read, or the harness sends the next piece only after the
//! previous one was answered. Inputs without a certain outcome are left out: further lines after
//! one that is longer than the buffer, and a network of small pieces, two of which may be read as
//! one.

use super::hello::of_any_wire;
use crate::interop::programs::case::{CaseScript, ChatCase};
use crate::interop::proxy::scripted::Step;
use crate::programs::framing::raw::RECV_BUFFER;

pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = console_rows();
    rows.extend(of_any_wire());
    rows.extend(length_rows());
    rows.extend(network_rows());
    rows.extend(raw_rows());
    rows
}

fn console(name: &str, claim: &str, stdin: &[u8]) -> ChatCase {
    ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()))
}

fn raw(name: &str, claim: &str, steps: Vec<Step>) -> ChatCase {
    ChatCase::new(name, claim, CaseScript::Raw(steps))
}

fn console_rows() -> Vec<ChatCase> {
    vec![
        console(
            "hello-hi-bye",
            "Each line is answered before the next is sent, up to the last.",
            b"hello\nhi\nhello\nhi\nbye\n",
        ),
        console(
            "nothing-after-bye",
            "When bye is answered the client ends, whatever else it could say.",
            b"hello\nbye\nnever\nbye\n",
        ),
        console(
            "no-bye",
            "A client without a bye ends with its input.",
            b"hello\nhi\n",
        ),
        console(
            "no-bye-but-nearly",
            "Only a line that is bye and nothing else is the last.",
            b"bye bye\nbye \n bye\nBYE\ngoodbye\nbye\0\nby\nhi\n",
        ),
        console(
            "no-newline",
            "A line that ends with the input is sent.",
            b"hello\nhi",
        ),
        console(
            "empty-lines",
            "An empty line is passed over, since no byte can be sent for it.",
            b"\n\nhello\n\nbye\n",
        ),
        console(
            "nothing-but-empty-lines",
            "Empty lines alone are no message, and both end well.",
            b"\n\n\n",
        ),
        console(
            "carriage-returns",
            "CR ends no line and is a byte like any other, before a LF too.",
            b"one\r\ntwo\rthree\n\r\nbye\r\nfour\n",
        ),
        console(
            "characters-of-every-length",
            "Characters of every length go there and back as UTF-8.",
            "aé世😀\na\0b\n\u{7ff}\u{800}\u{ffff}\u{10ffff}\n你好，世界\nbye\n".as_bytes(),
        ),
        console(
            "not-utf8",
            "Bytes that are not UTF-8 go there and back as they are.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\n\xc0\x80\n\xf0\x9f\x98",
        ),
        console(
            "every-byte",
            "Every byte goes there and back, and LF alone ends a line.",
            &(0..=u8::MAX).collect::<Vec<u8>>(),
        ),
    ]
}

/// Lines about as long as one `recv` can return.
fn length_rows() -> Vec<ChatCase> {
    let line = |length: usize| "x".repeat(length) + "\n";
    let short = line(RECV_BUFFER - 1) + "世\n";
    let whole = line(RECV_BUFFER) + "世\n" + &line(RECV_BUFFER);
    let cut = "x".repeat(RECV_BUFFER - 1) + "世\n";
    let thrice = line(3 * RECV_BUFFER);
    vec![
        console(
            "nearly-a-buffer",
            "A line of 1023 bytes is one message.",
            short.as_bytes(),
        ),
        console(
            "a-whole-buffer",
            "A line of 1024 bytes is one message, and nothing of it is left over.",
            whole.as_bytes(),
        ),
        console(
            "a-byte-more-than-a-buffer",
            "A line of 1025 bytes is two messages to the server; the client takes the first alone.",
            line(RECV_BUFFER + 1).as_bytes(),
        ),
        console(
            "a-character-across-the-buffer",
            "A character that is cut by the end of the buffer is printed as the bytes of it.",
            cut.as_bytes(),
        ),
        console(
            "three-buffers",
            "A line of 3072 bytes is three messages to the server.",
            thrice.as_bytes(),
        ),
    ]
}

/// Inputs with a network plan between two well-behaved programs.
fn network_rows() -> Vec<ChatCase> {
    let hello = |name, claim, network| console(name, claim, b"hello\n").through(network);
    vec![
        hello(
            "cut-in-two",
            "A message that comes in two pieces is two messages to the server.",
            "client to server split at 3",
        ),
        hello(
            "answer-cut-in-two",
            "Of an answer that comes in two pieces the client takes the first.",
            "server to client split at 3",
        ),
        hello(
            "half-close-within-the-message",
            "What came before the end is a message.",
            "client to server half-close at 3",
        ),
        hello(
            "half-close-within-the-answer",
            "What came before the end is an answer.",
            "server to client half-close at 3",
        ),
        hello(
            "half-close-instead-of-the-message",
            "An end in place of the message ends the server well, and not the client.",
            "client to server half-close at 0",
        ),
        hello(
            "close-instead-of-the-answer",
            "A connection closed in place of the answer is a failure of the client.",
            "server to client close at 0",
        ),
        hello(
            "reset-instead-of-the-message",
            "A reset in place of the message is a failure of both.",
            "client to server reset at 0",
        ),
        console(
            "late",
            "Messages that take their time are messages.",
            b"hello\nhi\nbye\n",
        )
        .through("both ways pause 20"),
    ]
}

/// Inputs in which the harness plays one role.
fn raw_rows() -> Vec<ChatCase> {
    let send = |bytes: &[u8]| Step::Send(bytes.to_vec());
    let every: Vec<u8> = (0..=u8::MAX).collect();
    vec![
        raw(
            "one-piece",
            "A piece is a message, and the end behind it the end.",
            vec![send(b"one")],
        ),
        raw(
            "three-pieces",
            "Pieces that wait for each other's answers are messages.",
            in_turn(&[b"one", "二".as_bytes(), b"three"]),
        ),
        raw(
            "one-byte-a-segment",
            "Each byte of a character that comes alone is a message, printed as it is.",
            in_turn(&[b"\xe4", b"\xb8", b"\x96"]),
        ),
        raw(
            "every-byte-at-once",
            "Every byte there is is printed as it is, LF too.",
            in_turn(&[&every, b"\n", b"\0"]),
        ),
        raw(
            "two-lines-at-once",
            "LF ends no message: what one recv brings is one.",
            in_turn(&[b"one\ntwo\n", b"bye\n", b"three"]),
        ),
        raw(
            "bye-first",
            "A bye from the other side is a message like any other.",
            in_turn(&[b"bye", b"bye", b"bye"]),
        ),
        raw(
            "a-whole-buffer-each-time",
            "1024 bytes are one message, again and again.",
            in_turn(&[&[b'a'; RECV_BUFFER], &[b'b'; RECV_BUFFER], b"c"]),
        ),
        raw(
            "longer-than-the-buffer",
            "Of 2500 bytes each recv brings what has room, and the rest is the next message.",
            vec![send(&[b'x'; 2500])],
        ),
        raw(
            "end-at-once",
            "An end in place of the first piece ends the server well, and not the client.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "reset-at-once",
            "A reset instead of a piece is a failure.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-after-a-piece",
            "A reset when the first piece has been answered is a failure.",
            vec![send(b"one"), Step::Receive, Step::Reset],
        ),
    ]
}

/// Sends these pieces, each after the previous one was answered.
fn in_turn(pieces: &[&[u8]]) -> Vec<Step> {
    let send = |piece: &&[u8]| Step::Send(piece.to_vec());
    let mut steps: Vec<Step> = pieces
        .iter()
        .flat_map(|piece| [send(piece), Step::Receive])
        .collect();
    // The last answer is read together with the end.
    steps.pop();
    steps
}

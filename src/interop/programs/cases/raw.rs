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
            "Each line, including the last, is answered before the next is sent.",
            b"hello\nhi\nhello\nhi\nbye\n",
        ),
        console(
            "nothing-after-bye",
            "The client ends once bye is answered, even if it has more input.",
            b"hello\nbye\nnever\nbye\n",
        ),
        console(
            "no-bye",
            "Without bye, the client ends at the end of its input.",
            b"hello\nhi\n",
        ),
        console(
            "no-bye-but-nearly",
            "Only a line that is exactly bye ends the conversation.",
            b"bye bye\nbye \n bye\nBYE\ngoodbye\nbye\0\nby\nhi\n",
        ),
        console(
            "no-newline",
            "A line that ends with the input is sent.",
            b"hello\nhi",
        ),
        console(
            "empty-lines",
            "Empty lines are skipped: there is nothing to send.",
            b"\n\nhello\n\nbye\n",
        ),
        console(
            "nothing-but-empty-lines",
            "If all lines are empty, nothing is sent and both programs succeed.",
            b"\n\n\n",
        ),
        console(
            "carriage-returns",
            "CR does not end a line; it is sent like any other byte, also before LF.",
            b"one\r\ntwo\rthree\n\r\nbye\r\nfour\n",
        ),
        console(
            "characters-of-every-length",
            "Characters of one to four bytes round-trip as UTF-8.",
            "aé世😀\na\0b\n\u{7ff}\u{800}\u{ffff}\u{10ffff}\n你好，世界\nbye\n".as_bytes(),
        ),
        console(
            "not-utf8",
            "Bytes that are not UTF-8 round-trip unchanged.",
            b"a\xff\n\xe4\xb8\nb\xed\xa0\x80c\n\xc0\x80\n\xf0\x9f\x98",
        ),
        console(
            "every-byte",
            "Each of the 256 bytes round-trips, except that LF ends a line.",
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
            "A line of 1024 bytes is one message, read completely.",
            whole.as_bytes(),
        ),
        console(
            "a-byte-more-than-a-buffer",
            "The server reads a line of 1025 bytes as two messages; the client reads only the first answer.",
            line(RECV_BUFFER + 1).as_bytes(),
        ),
        console(
            "a-character-across-the-buffer",
            "A character split at the end of the buffer is printed as its bytes.",
            cut.as_bytes(),
        ),
        console(
            "three-buffers",
            "The server reads a line of 3072 bytes as three messages.",
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
            "The server reads a message that arrives in two segments as two messages.",
            "client to server split at 3",
        ),
        hello(
            "answer-cut-in-two",
            "The client reads only the first segment of an answer that arrives in two.",
            "server to client split at 3",
        ),
        hello(
            "half-close-within-the-message",
            "The bytes before the end of the stream are a message.",
            "client to server half-close at 3",
        ),
        hello(
            "half-close-within-the-answer",
            "The bytes before the end of the stream are an answer.",
            "server to client half-close at 3",
        ),
        hello(
            "half-close-instead-of-the-message",
            "If the stream ends before the message, the server succeeds and the client fails.",
            "client to server half-close at 0",
        ),
        hello(
            "close-instead-of-the-answer",
            "If the connection is closed before the answer, the client fails.",
            "server to client close at 0",
        ),
        hello(
            "reset-instead-of-the-message",
            "If the connection is reset before the message, both programs fail.",
            "client to server reset at 0",
        ),
        console("late", "Messages may be delayed.", b"hello\nhi\nbye\n")
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
            "A segment is a message; the end of the stream after it ends the conversation.",
            vec![send(b"one")],
        ),
        raw(
            "three-pieces",
            "Each segment that is sent after the previous answer is a message.",
            in_turn(&[b"one", "二".as_bytes(), b"three"]),
        ),
        raw(
            "one-byte-a-segment",
            "Each byte of a character is a message if it arrives alone, and is printed unchanged.",
            in_turn(&[b"\xe4", b"\xb8", b"\x96"]),
        ),
        raw(
            "every-byte-at-once",
            "Each of the 256 bytes, including LF, is printed unchanged.",
            in_turn(&[&every, b"\n", b"\0"]),
        ),
        raw(
            "two-lines-at-once",
            "LF does not end a message: the bytes of one recv are one message.",
            in_turn(&[b"one\ntwo\n", b"bye\n", b"three"]),
        ),
        raw(
            "bye-first",
            "A bye from the other side is an ordinary message.",
            in_turn(&[b"bye", b"bye", b"bye"]),
        ),
        raw(
            "a-whole-buffer-each-time",
            "Each message of exactly 1024 bytes is read as one.",
            in_turn(&[&[b'a'; RECV_BUFFER], &[b'b'; RECV_BUFFER], b"c"]),
        ),
        raw(
            "longer-than-the-buffer",
            "Of 2500 bytes, each recv returns a buffer's worth, and the rest are the next messages.",
            vec![send(&[b'x'; 2500])],
        ),
        raw(
            "end-at-once",
            "If the stream ends before the first segment, a server succeeds and a client fails.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "reset-at-once",
            "A reset in place of a message is an error.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-after-a-piece",
            "A reset after the first answer is an error.",
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

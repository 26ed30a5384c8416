//! Inputs in which the harness plays one role and misbehaves in ways that none of the programs
//! would.

use crate::interop::programs::case::{CaseScript, ChatCase};
use crate::interop::proxy::scripted::Step;

pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = cuts();
    rows.extend(bodies());
    rows.extend(shapings());
    rows
}

/// A message of seven bytes: two bytes of length, and three bytes for the last character.
const MESSAGE: &[u8] = b"\x00\x05hi\xe4\xb8\x96";

fn raw(name: &str, claim: &str, steps: Vec<Step>) -> ChatCase {
    ChatCase::new(name, claim, CaseScript::Raw(steps))
}

/// The message truncated before each of its bytes.
fn cuts() -> Vec<ChatCase> {
    (0..MESSAGE.len())
        .map(|kept| {
            raw(
                &format!("cut-after-{kept}-bytes"),
                &format!("A message truncated after {kept} of its 7 bytes is an end of file."),
                vec![Step::Send(MESSAGE[..kept].to_vec())],
            )
        })
        .collect()
}

/// Complete messages whose body no writer produces, or only Java's writer.
fn bodies() -> Vec<ChatCase> {
    let body = |name, claim, body: &[u8]| raw(name, claim, vec![Step::Send(message(body))]);
    vec![
        // Accepted, although a writer encodes it differently.
        body("raw-nul", "NUL as 00 is accepted.", b"a\x00b"),
        body(
            "overlong-two-bytes",
            "A slash in two bytes is accepted.",
            b"a\xc0\xafb",
        ),
        body(
            "overlong-three-bytes",
            "A slash in three bytes is accepted.",
            b"a\xe0\x80\xafb",
        ),
        // Accepted, but cannot be encoded in UTF-8.
        body(
            "unpaired-high-surrogate",
            "An unpaired high surrogate round-trips.",
            b"a\xed\xa0\x80b",
        ),
        body(
            "unpaired-low-surrogate",
            "An unpaired low surrogate round-trips.",
            b"a\xed\xb0\x80b",
        ),
        body(
            "high-surrogate-at-the-end",
            "A message may end with a high surrogate.",
            b"a\xed\xaf\xbf",
        ),
        body(
            "swapped-surrogates",
            "A low surrogate before a high one is not a pair.",
            b"\xed\xb8\x80\xed\xa0\xbd",
        ),
        body(
            "surrogate-pair",
            "Two surrogates are one character.",
            b"\xed\xa0\xbd\xed\xb8\x80",
        ),
        body(
            "four-byte-utf8",
            "A character of four bytes in standard UTF-8 is refused at its first byte.",
            b"a\xf0\x9f\x98\x80",
        ),
        body(
            "lone-continuation-byte",
            "A byte from 80 to BF cannot begin a character.",
            b"ab\x80",
        ),
        body("lead-ff", "FF cannot begin a character.", b"\xff"),
        body(
            "two-byte-character-cut",
            "A character of two bytes that is truncated at the end of the body is malformed.",
            b"ab\xc3",
        ),
        body(
            "three-byte-character-cut",
            "A character of three bytes that is truncated at the end of the body is malformed.",
            b"ab\xe4\xb8",
        ),
        body(
            "second-of-two-bytes-bad",
            "The second of two bytes must be a continuation byte.",
            b"a\xc3A",
        ),
        body(
            "second-of-three-bytes-bad",
            "The second of three bytes must be a continuation byte.",
            b"a\xe4A\x96",
        ),
        body(
            "third-of-three-bytes-bad",
            "The third of three bytes must be a continuation byte.",
            b"a\xe4\xb8A",
        ),
        raw(
            "malformed-and-cut",
            "If a malformed body is also truncated, the end of file is reported.",
            vec![Step::Send(b"\x00\x05\xff\xff".to_vec())],
        ),
        body(
            "65535-raw-nuls",
            "A message that can be read can be too long to write.",
            &[0; 65_535],
        ),
        body(
            "65535-bytes",
            "The longest body round-trips.",
            &[b'x'; 65_535],
        ),
    ]
}

/// Unusual ways to send a valid message, and connections without any message.
fn shapings() -> Vec<ChatCase> {
    vec![
        raw(
            "length-without-body",
            "A length of 65,535 without a body is an end of file.",
            vec![Step::Send(b"\xff\xff".to_vec())],
        ),
        raw(
            "two-messages-in-one-segment",
            "Bytes after the message are not read.",
            vec![Step::Send([message(b"one"), message(b"two")].concat())],
        ),
        raw(
            "a-message-and-a-half",
            "A truncated second message is not read.",
            vec![Step::Send(
                [message(b"one"), b"\x00\x05tw".to_vec()].concat(),
            )],
        ),
        raw(
            "one-byte-a-segment",
            "A message may arrive one byte per segment.",
            vec![Step::SendOneByOne(MESSAGE.to_vec())],
        ),
        raw(
            "silence-between-bytes",
            "A message may arrive byte by byte, with pauses.",
            vec![Step::SendSlowly(message(b"a"))],
        ),
        raw(
            "tls-hello",
            "A TLS handshake is read as a message of 5,635 bytes that is never complete.",
            vec![Step::Send(TLS_HELLO.to_vec())],
        ),
        raw(
            "http-request",
            "An HTTP request is read as a message of 18,245 bytes that is never complete.",
            vec![Step::Send(
                b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec(),
            )],
        ),
        raw(
            "silence-then-close",
            "A connection that is closed without a byte is an end of file.",
            vec![Step::WaitUntilIdle],
        ),
        raw(
            "reset",
            "A reset in place of a message is an error.",
            vec![Step::WaitUntilIdle, Step::Reset],
        ),
        raw(
            "reset-within-the-message",
            "A reset within a message is an error.",
            vec![
                Step::WaitUntilIdle,
                Step::Send(MESSAGE[..4].to_vec()),
                Step::Reset,
            ],
        ),
    ]
}

/// The beginning of a TLS 1.2 connection: a handshake record that contains a ClientHello.
const TLS_HELLO: &[u8] = b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03\
    0123456789abcdef0123456789abcdef\x00\x00\x04\xc0\x2f\x00\xff\x01\x00\x00\x00";

/// The bytes of a message with this body.
pub(crate) fn message(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a row's body fits a message");
    [&length.to_be_bytes(), body].concat()
}

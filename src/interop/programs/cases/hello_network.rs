//! Inputs for two well-behaved programs on a network that splits, delays or breaks their
//! connection.

use crate::interop::programs::case::{CaseScript, ChatCase};

pub(crate) fn rows() -> Vec<ChatCase> {
    let row = |name: &str, claim: &str, network: &str| {
        ChatCase::new(name, claim, CaseScript::Console(b"hello\n".to_vec())).through(network)
    };
    let longest = CaseScript::Console([&[b'x'; 65_535][..], b"\n"].concat());
    vec![
        row(
            "network-of-single-bytes",
            "A message may arrive byte by byte, each read before the next is sent.",
            "both ways slice 1",
        ),
        row(
            "network-that-is-late",
            "A message may be delayed.",
            "client to server pause 40, server to client coalesce",
        ),
        ChatCase::new(
            "network-that-is-slow",
            "The longest message round-trips over a slow network.",
            longest,
        )
        .through("both ways slow 8192"),
        row(
            "half-close-within-the-length",
            "If the stream ends within the length field, the server fails, and then the client.",
            "client to server half-close at 1",
        ),
        row(
            "half-close-within-the-body",
            "If the stream ends within the message, the server fails, and then the client.",
            "client to server half-close at 4",
        ),
        row(
            "half-close-within-the-answer",
            "If the stream ends within the answer, only the client fails.",
            "server to client half-close at 3",
        ),
        row(
            "close-within-the-message",
            "If the connection is closed within the message, both programs fail.",
            "client to server close at 4",
        ),
        row(
            "reset-instead-of-the-message",
            "If the connection is reset before the message, both programs fail.",
            "client to server reset at 0",
        ),
        row(
            "reset-within-the-answer",
            "If the connection is reset within the answer, the client fails.",
            "server to client reset at 3",
        ),
    ]
}

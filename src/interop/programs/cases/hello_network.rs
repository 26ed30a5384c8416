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
            "A message that arrives byte by byte, each read before the next comes, is a message.",
            "both ways slice 1",
        ),
        row(
            "network-that-is-late",
            "A message that comes late is a message.",
            "client to server pause 40, server to client coalesce",
        ),
        ChatCase::new(
            "network-that-is-slow",
            "The longest message goes through a narrow network, there and back.",
            longest,
        )
        .through("both ways slow 8192"),
        row(
            "half-close-within-the-length",
            "The end of file within the length is a failure of the server, and then of the client.",
            "client to server half-close at 1",
        ),
        row(
            "half-close-within-the-body",
            "The end of file within the message is a failure of the server, and then of the client.",
            "client to server half-close at 4",
        ),
        row(
            "half-close-within-the-answer",
            "The end of file within the answer is a failure of the client alone.",
            "server to client half-close at 3",
        ),
        row(
            "close-within-the-message",
            "A connection closed within the message is a failure of both.",
            "client to server close at 4",
        ),
        row(
            "reset-instead-of-the-message",
            "A reset in place of the message is a failure of both.",
            "client to server reset at 0",
        ),
        row(
            "reset-within-the-answer",
            "A reset within the answer is a failure of the client.",
            "server to client reset at 3",
        ),
    ]
}

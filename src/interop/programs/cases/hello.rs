//! Inputs for one message and its echo.
//!
//! An input contains no expected values: Java with Java supplies them.

use super::{hello_network, hello_scripted};
use crate::interop::programs::{CaseScript, ChatCase};

/// The inputs for one message and the same message back.
pub(crate) fn rows() -> Vec<ChatCase> {
    let mut rows = console_rows();
    rows.extend(hello_network::rows());
    rows.extend(hello_scripted::rows());
    rows
}

fn console_rows() -> Vec<ChatCase> {
    let row =
        |name, claim, stdin: &[u8]| ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()));
    let line = |unit: &str, count: usize| format!("{}\n", unit.repeat(count)).into_bytes();
    vec![
        row("ascii", "ASCII text round-trips.", b"hello\n"),
        row(
            "latin",
            "Characters of two bytes round-trip.",
            "Grüße, señor\n".as_bytes(),
        ),
        row(
            "chinese",
            "Characters of three bytes round-trip.",
            "你好，世界\n".as_bytes(),
        ),
        row(
            "emoji",
            "A character beyond U+FFFF is sent as two surrogates of three bytes each.",
            "hi 😀👍🏽\n".as_bytes(),
        ),
        row(
            "mixture",
            "Characters of every encoded length round-trip in one message.",
            "aé世😀\u{7f}\u{80}\u{7ff}\u{800}\u{10ffff}z\n".as_bytes(),
        ),
        row("nul-inside", "NUL is sent as C0 80.", b"a\0b\n"),
        row(
            "control-characters",
            "Control characters that do not end a line round-trip.",
            b"\x01\t\x0b\x0c\x1b\x7f\n",
        ),
        row(
            "unicode-line-ends",
            "NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR do not end a line.",
            "a\u{85}b\u{2028}c\u{2029}d\n".as_bytes(),
        ),
        row(
            "byte-order-mark",
            "A byte order mark is a character like any other.",
            "\u{feff}hello\n".as_bytes(),
        ),
        row(
            "noncharacter",
            "U+FFFF is a character like any other.",
            "\u{ffff}\u{fffe}\n".as_bytes(),
        ),
        row("empty-line", "An empty line is an empty message.", b"\n"),
        row(
            "two-lines",
            "Only the first line is sent.",
            b"first\nsecond\n",
        ),
        row("crlf", "CR LF ends a line.", b"hello\r\nsecond\r\n"),
        row("lone-cr", "CR alone ends a line.", b"hello\rsecond\r"),
        row("cr-at-once", "CR alone is an empty message.", b"\rhello\n"),
        row(
            "no-newline",
            "A line that ends with the input is sent.",
            b"hello",
        ),
        row(
            "end-of-file",
            "Without input, nothing is sent and both programs fail.",
            b"",
        ),
        row(
            "not-utf8",
            "Bytes that are not UTF-8 become U+FFFD.",
            b"a\xffb\xc3(\x80\xfe\n",
        ),
        row(
            "surrogate-in-utf8",
            "A surrogate encoded in three bytes becomes one U+FFFD.",
            b"a\xed\xa0\x80b\xed\xb0\x80c\n",
        ),
        row(
            "overlong-utf8",
            "Overlong forms become one U+FFFD for each byte.",
            b"\xc0\x80 \xe0\x80\x80 \xf0\x80\x80\x80 \xc1\xbf\n",
        ),
        row(
            "beyond-unicode",
            "Forms beyond U+10FFFF become one U+FFFD for each byte.",
            b"\xf4\x90\x80\x80 \xf5\x80\x80\x80 \xf8\x88\x80\x80\x80\n",
        ),
        row(
            "cut-utf8",
            "A truncated character becomes one U+FFFD, at the end of a line and at the end of the input.",
            b"\xe4\xb8 \xf0\x9f\x98 \xf0\x9f \xe4x\xf0\x9f\x98",
        ),
        row(
            "ascii-65535",
            "A message has at most 65,535 bytes.",
            &line("a", 65_535),
        ),
        row(
            "ascii-65536",
            "A message of 65,536 bytes is refused before a byte is sent.",
            &line("a", 65_536),
        ),
        row(
            "chinese-21845",
            "21,845 characters of three bytes are 65,535 bytes.",
            &line("世", 21_845),
        ),
        row(
            "chinese-21846",
            "The limit counts bytes, not characters.",
            &line("世", 21_846),
        ),
        row(
            "nul-32768",
            "The limit counts NUL as two bytes.",
            &line("\0", 32_768),
        ),
        ChatCase::new(
            "default-port",
            "Without arguments, both programs use port 666 of localhost.",
            CaseScript::DefaultPort("hello 世界\n".into()),
        ),
        row(
            "64-kib-without-newline",
            "A line without a terminator is read to the end of the input and refused.",
            "0123456789abcdef".repeat(4096).as_bytes(),
        ),
    ]
}

/// Inputs for every pair that holds a conversation, whatever its framing.
pub(crate) fn of_any_wire() -> Vec<ChatCase> {
    let row =
        |name, claim, stdin: &[u8]| ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()));
    let numbers: String = (0..1000).map(|number| format!("{number}\n")).collect();
    vec![
        row(
            "no-lines",
            "Without input, nothing is sent and both programs succeed.",
            b"",
        ),
        // It takes longer than all other inputs of its suite together.
        row(
            "thousand-lines",
            "Each of a thousand lines is answered.",
            numbers.as_bytes(),
        )
        .only_with_the_oracle(),
    ]
}

/// Inputs for every pair that holds a conversation and can send any line, including an empty one.
pub(crate) fn of_any_conversation() -> Vec<ChatCase> {
    let row =
        |name, claim, stdin: &[u8]| ChatCase::new(name, claim, CaseScript::Console(stdin.to_vec()));
    let mut rows = of_any_wire();
    rows.extend([
        row(
            "empty-lines",
            "Empty lines are messages like any other.",
            b"\n\na\n\n",
        ),
        row(
            "mixed-line-ends",
            "LF, CR LF, CR and the end of the input each end one line.",
            b"one\r\ntwo\rthree\n\r\n\r\rfour",
        ),
    ]);
    rows
}

#[cfg(test)]
mod tests {
    use crate::interop::model::participant::{Pairing, Participant};
    use crate::interop::programs::{CaseScript, ChatCase};

    #[test]
    fn console_rows_pair_all_peers_and_raw_rows_pair_each_with_raw() {
        let names = |row: &ChatCase| -> Vec<String> {
            let oracle = Participant::Java(17);
            row.pairings(&[Participant::Rust, oracle], Some(oracle))
                .iter()
                .map(Pairing::to_string)
                .collect()
        };
        let console = ChatCase::new("x", "", CaseScript::Console(Vec::new()));
        assert_eq!(
            names(&console),
            [
                "rust-to-rust",
                "rust-to-java17",
                "java17-to-rust",
                "java17-to-java17"
            ]
        );
        assert_eq!(
            names(&console.only_with_the_oracle()),
            ["rust-to-java17", "java17-to-rust", "java17-to-java17"]
        );
        let raw = ChatCase::new("x", "", CaseScript::Raw(Vec::new()));
        assert_eq!(
            names(&raw),
            [
                "raw-to-rust",
                "raw-to-java17",
                "rust-to-raw",
                "java17-to-raw"
            ]
        );
    }
}

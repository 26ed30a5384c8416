//! `javatalk trace`: what it shows of a conversation, in which order, and what it says where it cannot.

use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use crate::traced::{Traced, javatalk, trace};

#[test]
fn both_sides_make_the_expected_system_calls_in_order() {
    let Some(traced) = Traced::of(&["rust", "rust", "--input", "hello"]) else {
        return;
    };
    let server = traced.calls("server");
    assert_eq!(
        server,
        [
            "socket", "bind", "listen", "accept", "close", "read", "read", "write", "shutdown",
            "close",
        ]
    );
    let client = traced.calls("client");
    assert_eq!(
        client,
        [
            "socket", "connect", "write", "read", "read", "shutdown", "close",
        ]
    );
}

#[test]
fn wire_bytes_are_named_and_the_handshake_and_close_are_shown() {
    let Some(traced) = Traced::of(&["rust", "rust", "--input", "hello"]) else {
        return;
    };
    for role in ["client", "server"] {
        assert_eq!(
            traced.fields(role),
            [
                ("0005", "length of the message: 5 bytes"),
                ("68656c6c6f", "the message: \"hello\""),
            ]
        );
    }
    let flags = traced.flags();
    assert_eq!(flags[..3], ["SYN", "SYN ACK", "ACK"]);
    let ends = flags.iter().filter(|flags| flags.contains("FIN")).count();
    assert_eq!(ends, 2, "{flags:?}");
}

#[test]
fn each_segment_of_a_raw_chat_is_shown_as_one_message() {
    let raw = ["--chat", "--wire", "raw", "--input", "h\u{e9}llo\nbye"];
    let Some(traced) = Traced::of(&[&raw[..], &["python", "rust"]].concat()) else {
        return;
    };
    for role in ["client", "server"] {
        assert_eq!(
            traced.fields(role),
            [
                ("68c3a96c6c6f", "6 bytes: \"h\u{e9}llo\""),
                ("627965", "3 bytes: \"bye\""),
            ]
        );
    }
}

#[test]
fn a_participant_without_the_wire_is_refused_with_alternatives() {
    trace(&["--chat", "--wire", "raw", "java", "rust"])
        .assert()
        .code(2)
        .stderr(contains("use `rust`, `python` or `cpp`"))
        .stdout(is_empty());
    trace(&["rust", "cpp"])
        .assert()
        .code(2)
        .stderr(contains("`cpp` needs --chat --wire raw"))
        .stdout(is_empty());
}

#[test]
fn causes_are_shown_before_their_effects() {
    let Some(traced) = Traced::of(&["rust", "rust", "--input", "hello"]) else {
        return;
    };
    let line = traced.line();
    // Nobody waits for whether the server accepts before or after the client has written.
    let opening = [
        "server listen",
        "client connect",
        "client: SYN",
        "server: SYN ACK",
        "server accept",
        "server read",
    ];
    let talk = [
        "client connect",
        "client write",
        "client: PSH ACK",
        "server read",
        "server write",
        "server: PSH ACK",
        "client read",
    ];
    for chain in [&opening[..], &talk] {
        let mut at = 0;
        for wanted in chain {
            let found = line[at..]
                .iter()
                .position(|moment| moment.starts_with(wanted));
            // A call that waited begins before its cause: what counts is when it comes back.
            at +=
                found.unwrap_or_else(|| panic!("{wanted} is not behind {:?}: {line:#?}", line[at]));
        }
    }
}

#[test]
fn the_text_fits_a_terminal_and_the_svg_is_xml_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talk.svg");
    // Long, wide, and full of what neither XML nor a terminal likes.
    let input = format!("{}😀世界<&\u{1}\u{202e}\"", "é".repeat(30_000));
    let output = trace(&["rust", "rust"])
        .arg("--svg")
        .arg(&file)
        .write_stdin(input)
        .assert()
        .success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for line in text.lines() {
        let wide = unicode_width::UnicodeWidthStr::width(line);
        assert!(wide <= 100, "{wide}: {line}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    let svg = fs::read_to_string(file).unwrap();
    let drawing = roxmltree::Document::parse(&svg).unwrap();
    for node in drawing.descendants().filter(|node| node.is_element()) {
        let name = node.tag_name().name();
        let known = [
            "svg", "g", "title", "style", "rect", "line", "polygon", "text",
        ];
        assert!(known.contains(&name), "{name}");
    }
    let texts: Vec<&str> = drawing
        .descendants()
        .filter_map(|node| node.text())
        .collect();
    for wanted in ["client rust", "server rust"] {
        assert!(texts.iter().any(|text| text.contains(wanted)) || svg.contains(wanted));
    }
}

/// The types and bodies of the blocks of a pcapng file.
fn blocks(file: &[u8]) -> Vec<(u32, &[u8])> {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let length = usize::try_from(number(at + 4)).unwrap();
        blocks.push((number(at), &file[at + 8..at + length - 4]));
        at += length;
    }
    blocks
}

#[test]
fn pcapng_packets_carry_their_fields_as_comments() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talk.pcapng");
    let path = file.to_str().unwrap();
    let Some(traced) = Traced::of(&["rust", "rust", "--input", "hello", "--pcapng", path]) else {
        return;
    };
    let file = fs::read(path).unwrap();
    let blocks = blocks(&file);
    let packets: Vec<&[u8]> = blocks
        .iter()
        .filter(|(kind, _)| *kind == 6)
        .map(|(_, body)| *body)
        .collect();
    assert_eq!(packets.len(), traced.flags().len());
    let has = |packet: &[u8], what: &[u8]| packet.windows(what.len()).any(|w| w == what);
    let told: Vec<_> = packets
        .iter()
        .filter(|packet| has(packet, b"\x00\x05hello"))
        .collect();
    assert_eq!(told.len(), 2);
    for packet in told {
        assert!(has(packet, b"00 05: length of the message: 5 bytes\n"));
    }
}

#[test]
fn line_messages_are_named_as_lines() {
    let arguments = [
        "rust",
        "rust",
        "--chat",
        "--wire",
        "line",
        "--charset",
        "GBK",
    ];
    let Some(traced) = Traced::of(&[&arguments[..], &["--input", "世界"]].concat()) else {
        return;
    };
    assert_eq!(
        traced.fields("client"),
        [
            ("cac0bde7", "the line, in GBK: \"世界\""),
            ("0a", "its end")
        ]
    );
}

#[test]
fn the_clients_input_is_read_from_stdin_unless_it_is_empty() {
    trace(&["rust", "rust", "--chat"])
        .write_stdin("one\ntwo\n")
        .assert()
        .success()
        .stdout(contains("stdout  two"));
    trace(&["rust", "rust"])
        .write_stdin("")
        .assert()
        .success()
        .stdout(contains("client say:hello"));
    // Nothing at all is what was asked for.
    trace(&["rust", "rust", "--input", ""])
        .assert()
        .success()
        .stdout(contains("client rust: exit code 6"));
}

#[test]
fn a_trace_ends_with_its_client_if_an_external_server_keeps_running() {
    // It waits for many connections at a time, and never in accept.
    let server = format!("'{}' server --forever 6660", javatalk().display());
    let arguments = ["rust", &server, "--port", "6660", "--input", "hello"];
    let Some(traced) = Traced::of(&[&arguments[..], &["--wire", "utf"]].concat()) else {
        return;
    };
    assert_eq!(traced.fields("server").len(), 2);
}

#[test]
fn bytes_of_an_external_program_are_named_only_with_wire() {
    let program = |words: &str| format!("'{}' {words}", javatalk().display());
    let (client, server) = (program("client localhost 6663"), program("server 6663"));
    let unnamed = [("000568656c6c6f", "7 bytes: \"\\0\\u{5}hello\"")];
    let named = [
        ("0005", "length of the message: 5 bytes"),
        ("68656c6c6f", "the message: \"hello\""),
    ];
    let port = ["--port", "6663", "--input", "hello"];
    let Some(traced) = Traced::of(&[&[&*client, &server][..], &port].concat()) else {
        return;
    };
    for role in ["client", "server"] {
        assert_eq!(traced.fields(role), unnamed);
    }
    // What is known of one of them is said of that one.
    let traced = Traced::of(&[&["rust", &server][..], &port].concat()).unwrap();
    assert_eq!(traced.fields("client"), named);
    assert_eq!(traced.fields("server"), unnamed);
    let said = ["--wire", "utf"];
    let traced = Traced::of(&[&[&*client, &server][..], &port, &said].concat()).unwrap();
    for role in ["client", "server"] {
        assert_eq!(traced.fields(role), named);
    }
}

#[test]
fn a_line_wire_between_built_in_programs_needs_chat() {
    trace(&["rust", "rust", "--wire", "line"])
        .assert()
        .code(2)
        .stderr(contains(
            "--wire line needs --chat, unless both programs are commands",
        ))
        .stdout(is_empty());
}

#[test]
fn the_port_of_an_external_server_is_detected() {
    if Traced::of(&["rust", "rust"]).is_none() {
        return;
    }
    let server = format!("'{}' server 6661", javatalk().display());
    trace(&["rust", &server, "--input", "hello"])
        .assert()
        .success()
        .stdout(contains("port 6661").and(contains("connect(3, 127.0.0.1:6661)")));
}

#[test]
fn socket_options_are_shown_only_with_all_calls() {
    trace(&["rust", "rust", "--input", "x"])
        .assert()
        .success()
        .stdout(contains("SO_REUSEADDR").not());
    let Some(_) = Traced::of(&["rust", "rust"]) else {
        return;
    };
    trace(&["rust", "rust", "--input", "x", "--all-calls"])
        .assert()
        .success()
        .stdout(contains("SO_REUSEADDR"));
}

#[test]
fn without_strace_the_rest_is_shown_with_advice_to_install_it() {
    let nowhere = tempfile::tempdir().unwrap();
    trace(&["rust", "rust", "--input", "hello"])
        .env("PATH", nowhere.path())
        .assert()
        .success()
        .stdout(contains("not shown: strace is not on PATH").and(contains("client say:hello")))
        .stderr(contains("install it"));
}

#[test]
fn a_server_that_ends_before_it_listens_fails_the_trace() {
    trace(&["rust", "sh -c 'echo so it is >&2; exit 3'"])
        .assert()
        .code(3)
        .stdout(contains("stderr  so it is"))
        .stderr(contains(
            "the server did not listen on port 666: exit code 3",
        ));
}

#[test]
fn a_server_that_hangs_before_it_listens_times_out() {
    let server = "sh -c 'exec sleep 600'";
    trace(&["rust", server, "--timeout", "1"])
        .assert()
        .code(3)
        .stderr(contains("it is still running"));
}

#[test]
fn invalid_arguments_are_rejected_before_any_program_runs() {
    trace(&["rust", "no-such-program"])
        .assert()
        .code(2)
        .stdout(is_empty())
        .stderr(contains("there is no such program").and(contains("`java17` and so on")));
    trace(&["rust", "rust", "--svg", "/no/such/folder/x.svg"])
        .assert()
        .code(7)
        .stdout(is_empty())
        .stderr(contains("/no/such/folder/x.svg"));
    trace(&["rust", "rust", "--svg", "-", "--json", "-"])
        .assert()
        .code(2);
}

#[test]
fn a_killed_trace_leaves_no_process_and_no_folder() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("number");
    let server = format!("sh -c 'echo $$ > {}; exec sleep 600'", file.display());
    let mut killed = Program::new(javatalk())
        .args(["trace", "rust", &server])
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut number = String::new();
    until("the server runs", || {
        number = fs::read_to_string(&file).unwrap_or_default();
        number.ends_with('\n')
    });
    let left = || fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left(), 1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    until("its folder is gone", || left() == 0);
    let stat = format!("/proc/{}/stat", number.trim());
    until("the server is gone", || {
        // One who is dead and not yet taken is gone too.
        fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z"))
    });
}

#[track_caller]
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within 30 s");
        thread::yield_now();
    }
}

#[test]
fn the_help_ends_with_examples_and_exit_status() {
    Command::new(javatalk())
        .args(["trace", "--help"])
        .assert()
        .success()
        .stdout(contains("Examples:").and(contains("Exit status:")));
}

//! The module `testing`, with which other crates hold their codecs against a JDK.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::str::Utf8Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use javatalk::data::{DataInputStream, DataOutputStream, Error};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::mutf8::{self, DecodeError, Rules};
use javatalk::testing::{Answer, Decoder, Encoder, Exception, Java};
use javatalk::{JavaStr, JavaString};

fn thrown(error: &Error) -> Exception {
    Exception::new(error.java_class(), error.java_message())
}

pub(crate) fn a_correct_codec_agrees_with_java(_: &Arc<Toolbox>) {
    let malformed = |error: &DecodeError| thrown(&Error::from(*error));
    let mut decoder = Decoder::new(mutf8::decode_utf16).exceptions(malformed);
    let mut reader = Decoder::of_streams(|stream| DataInputStream::new(stream).read_utf());
    let mut encoder = Encoder::new(|text: JavaStr<'_>| mutf8::encode(text));
    let mut writer = Encoder::with_length(|text: JavaStr<'_>| {
        let mut output = DataOutputStream::new(Vec::new());
        output.write_utf(text).map(|()| output.into_inner())
    });
    reader = reader.exceptions(thrown);
    // The sweep compares these codecs with every JDK.
    let java = Java::newest().unwrap();
    let cases = decoder.check(java).unwrap();
    assert!(cases > 21_000_000, "{cases}");
    // It also reads streams that end within a string.
    assert!(reader.check(java).unwrap() > cases);
    assert_eq!(encoder.check(java).unwrap().left_out, 0);
    writer.check(java).unwrap();
}

pub(crate) fn a_decoder_of_class_files_agrees_with_the_class_loader(_: &Arc<Toolbox>) {
    let java = Java::newest().unwrap();
    for version in [47, 48, 52] {
        let decoder = Decoder::new(|body| Rules::of_class_file(version).decode(body));
        decoder.class_file(version).check(java).unwrap();
    }
    let mismatches = Decoder::new(mutf8::decode).class_file(52).check(java);
    let text = mismatches.unwrap_err().to_string();
    assert!(
        text.contains(
            "\n  00\n    codec  gives \"\\0\"\n    java   throws java.lang.ClassFormatError"
        ),
        "{text}"
    );
}

pub(crate) fn a_decoder_of_utf_8_is_shown_with_the_bytes_that_it_refuses(_: &Arc<Toolbox>) {
    let java = Java::newest().unwrap();
    let mismatches = Decoder::new(std::str::from_utf8).check(java).unwrap_err();
    let text = mismatches.to_string();
    let start = format!(
        "the decoder differs from readUTF of java{} in ",
        java.feature()
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(
        text.contains(
            "\n  c0 80\n    codec  refuses with Utf8Error { valid_up_to: 0, error_len: Some(1) }\n    \
             java   gives \"\\0\"\n"
        ),
        "{text}"
    );
    assert_eq!(format!("{mismatches:?}"), text);
    assert!(mismatches.count() > 4_000_000);
}

pub(crate) fn a_long_body_is_shown_as_the_bytes_that_matter(_: &Arc<Toolbox>) {
    let java = Java::newest().unwrap();
    // Wrong only beyond what is compared exhaustively.
    let mut decoder = Decoder::new(|body: &[u8]| match mutf8::decode(body) {
        Ok(text) if text.len_utf16() > 300 => Err(None),
        other => other.map_err(Some),
    });
    let mismatches = decoder.check(java).unwrap_err();
    let [first, ..] = mismatches.first() else {
        panic!("{mismatches}")
    };
    assert!(first.input.starts_with("61 61 61 61 "), "{mismatches}");
    assert!(first.codec.starts_with("refuses with None"), "{mismatches}");
}

pub(crate) fn wrong_exceptions_positions_and_panics_are_mismatches(_: &Arc<Toolbox>) {
    let java = Java::newest().unwrap();
    let any = |_: &DecodeError| Exception::new("java.io.EOFException", None);
    let mismatches = Decoder::new(mutf8::decode).exceptions(any).check(java);
    let text = mismatches.unwrap_err().to_string();
    assert!(
        text.contains(
            ", as java.io.EOFException\n    java   throws java.io.UTFDataFormatException: "
        ),
        "{text}"
    );

    // A reader that takes the bytes one by one stops at the first that is wrong.
    let mut reader = Decoder::of_streams(|stream| {
        let (length, body) = stream.split_first_chunk().ok_or(None)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let body = body.get(..length).ok_or(None)?;
        let text = mutf8::decode(body);
        let taken = text
            .as_ref()
            .map_or_else(|error| error.valid_up_to(), |_| length);
        *stream = &stream[2 + taken..];
        text.map_err(Some)
    });
    let text = reader.check(java).unwrap_err().to_string();
    assert!(
        text.contains("\n  00 01 80\n    codec  refuses with Some("),
        "{text}"
    );
    assert!(
        text.contains(", after 2 bytes\n    java   throws "),
        "{text}"
    );

    let mut panicking = Decoder::new(|body| {
        assert!(!body.starts_with(b"ab"), "no ab");
        mutf8::decode(body)
    });
    let text = panicking.check(java).unwrap_err().to_string();
    assert!(text.contains("and then panicked"), "{text}");
    assert!(
        text.contains("\n  61 62\n    codec  panics: no ab\n    java   gives \"ab\""),
        "{text}"
    );
}

pub(crate) fn an_encoder_of_utf_8_is_shown_with_the_strings_that_differ(_: &Arc<Toolbox>) {
    let java = Java::newest().unwrap();
    let text = Encoder::new(str::as_bytes)
        .check(java)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("\n  \"\\0\"\n    codec  gives 00\n    java   gives c0 80"),
        "{text}"
    );
    assert!(
        text.contains("\n    java   gives ed a0 80 ed b0 80"),
        "{text}"
    );
    // What `str` cannot hold is counted.
    let compared = Encoder::new(|text: &str| mutf8::encode(text)).check(java);
    assert!(compared.unwrap().left_out > 1_000_000);

    let without_limit = |text: JavaStr<'_>| {
        let body = mutf8::encode(text);
        let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
        [&length.to_be_bytes()[..], &body].concat()
    };
    let text = Encoder::with_length(without_limit).check(java);
    let text = text.unwrap_err().to_string();
    assert!(
        text.contains("java   throws java.io.UTFDataFormatException: encoded string"),
        "{text}"
    );
}

pub(crate) fn each_call_returns_what_java_returns(_: &Arc<Toolbox>) {
    for java in Java::all().unwrap() {
        let bytes = [0xFF, 0xFE, 0xFD, 0xFC, 0x80, 0x01, 0x02, 0x03, 0x04];
        let eof = || Err(Exception::new("java.io.EOFException", None));
        let answer = |result, consumed| Answer { result, consumed };
        assert_eq!(java.read_boolean(&bytes), answer_of(true, 1));
        assert_eq!(java.read_byte(&bytes), answer_of(-1, 1));
        assert_eq!(java.read_unsigned_byte(&bytes), answer_of(0xFF, 1));
        assert_eq!(java.read_short(&bytes), answer_of(-2, 2));
        assert_eq!(java.read_unsigned_short(&bytes), answer_of(0xFFFE, 2));
        assert_eq!(java.read_char(&bytes), answer_of(0xFFFE, 2));
        assert_eq!(java.read_int(&bytes), answer_of(-66_052, 4));
        assert_eq!(java.read_long(&bytes).consumed, 8);
        assert_eq!(
            java.read_float(&bytes[4..]).result.unwrap().to_bits(),
            0x8001_0203
        );
        assert_eq!(java.read_double(&bytes[..8]).consumed, 8);
        assert_eq!(
            java.read_fully(&bytes, 3),
            answer_of(vec![0xFF, 0xFE, 0xFD], 3)
        );
        assert_eq!(java.skip_bytes(&bytes, 20), answer_of(9, 9));
        assert_eq!(java.read_line(b"\xe9\r\nb"), answer_of(Some("é".into()), 3));
        assert_eq!(java.read_line(b""), answer_of(None::<JavaString>, 0));
        assert_eq!(java.read_utf(b"\0\x02\xc0\x80"), answer_of("\0".into(), 4));
        assert_eq!(java.read_int(b"\0\0"), answer(eof(), 2));

        assert_eq!(java.write(b"ab"), b"ab");
        assert_eq!(java.write_boolean(true), [1]);
        assert_eq!(java.write_byte(-2), [0xFE]);
        assert_eq!(java.write_unsigned_byte(0xFE), [0xFE]);
        assert_eq!(java.write_short(-2), [0xFF, 0xFE]);
        assert_eq!(java.write_unsigned_short(0xFFFE), [0xFF, 0xFE]);
        assert_eq!(java.write_char(0xD800), [0xD8, 0]);
        assert_eq!(java.write_int(-2), [0xFF, 0xFF, 0xFF, 0xFE]);
        assert_eq!(java.write_long(1), [0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(java.write_float(1.0), [0x3F, 0x80, 0, 0]);
        assert_eq!(java.write_double(1.0), [0x3F, 0xF0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(java.write_bytes("é中"), [0xE9, 0x2D]);
        assert_eq!(java.write_chars("é"), [0, 0xE9]);
        assert_eq!(java.write_utf("é").unwrap(), [0, 2, 0xC3, 0xA9]);
        let refused = java.write_utf(&"中".repeat(22_000)).unwrap_err();
        assert_eq!(refused.class(), "java.io.UTFDataFormatException");

        assert_eq!(java.load_constant(47, b"\xc1\x81").unwrap(), "A");
        let refused = java.load_constant(48, b"\xc1\x81").unwrap_err();
        assert_eq!(refused.to_string(), "java.lang.ClassFormatError");
    }
}

fn answer_of<T>(value: T, consumed: usize) -> Answer<T> {
    Answer {
        result: Ok(value),
        consumed,
    }
}

pub(crate) fn a_missing_release_is_an_error_that_lists_those_found(_: &Arc<Toolbox>) {
    let error = Java::release(3).unwrap_err().to_string();
    assert!(
        error.starts_with("no JDK 3 was found, only java"),
        "{error}"
    );
    assert!(
        error.ends_with("; name one with JAVATALK_JDK=PATH"),
        "{error}"
    );
}

pub(crate) fn without_a_jdk_the_error_says_how_to_get_one(_: &Arc<Toolbox>) {
    let output = process(Part::SaysWhetherThereIsJava)
        .env("JAVATALK_JDK", "none")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("JAVATALK_JDK is `none`: "), "{text}");
}

pub(crate) fn a_killed_test_leaves_no_jvm(toolbox: &Arc<Toolbox>) {
    let jdk = toolbox.jdks().last().unwrap();
    let mut child = process(Part::HoldsAJvm)
        .env("JAVATALK_JDK", jdk.home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let jvm = only_child(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while fs::exists(format!("/proc/{jvm}")).unwrap() {
        assert!(Instant::now() < deadline, "the JVM {jvm} still runs");
        thread::yield_now();
    }
}

/// The process that this one has started.
fn only_child(process: u32) -> u32 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let children = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("children")));
    let children: Vec<String> = children.map(Result::unwrap).collect();
    let children = children.concat();
    let mut children = children.split_ascii_whitespace();
    let child = children.next().expect("it has started a JVM");
    assert_eq!(children.next(), None);
    child.parse().unwrap()
}

/// What this executable does in a process of its own.
#[derive(Debug, Clone, Copy)]
enum Part {
    SaysWhetherThereIsJava,
    HoldsAJvm,
}

/// The variable that makes this executable play a part.
const PART: &str = "PART_OF_A_TEST";

fn process(part: Part) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(PART, format!("{part:?}"));
    command
}

/// Plays the part for which a test has started this process. `None` if no test has.
pub(crate) fn part() -> Option<ExitCode> {
    let part = env::var(PART).ok()?;
    let parts = [Part::SaysWhetherThereIsJava, Part::HoldsAJvm];
    let part = parts.into_iter().find(|known| format!("{known:?}") == part);
    match part.expect("a known part") {
        Part::SaysWhetherThereIsJava => {
            // As a test that unwraps it.
            Java::newest().unwrap();
        }
        Part::HoldsAJvm => {
            assert_eq!(Java::newest().unwrap().write_boolean(true), [1]);
            let mut stdout = io::stdout();
            writeln!(stdout, "ready").unwrap();
            let _ = io::stdin().read_line(&mut String::new());
        }
    }
    Some(ExitCode::SUCCESS)
}

/// Borrows from the body, as many decoders do.
#[allow(dead_code, reason = "it only has to compile")]
#[allow(clippy::redundant_closure, reason = "closures are what it is about")]
fn a_decoder_may_borrow_from_its_body() {
    fn borrowing(body: &[u8]) -> Result<&str, Utf8Error> {
        std::str::from_utf8(body)
    }
    let _ = Decoder::new(borrowing);
    let _ = Decoder::new(|body| mutf8::decode_cow(body));
    let _ = Encoder::new(|text: &str| mutf8::encode_cow(text));
}

//! Slices, buffered readers, cursors and vectors are read and written in ways of their own, and
//! nothing of that can be told from what comes of it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Cursor, ErrorKind, Read};

use javatalk::JavaString;
use javatalk::data::{
    DataInput, DataInputStream, DataOutput, DataOutputStream, Error, SliceInput, VecOutput,
};

use crate::pipe::{Sink, Source, source};

/// What a call says.
type Call<I> = fn(&mut I) -> Result<String, Error>;

/// Where in [`calls`] the strings begin.
const UTF: usize = 7;

fn calls<I: DataInput>() -> [Call<I>; 10] {
    fn said(value: Result<impl std::fmt::Debug, Error>) -> Result<String, Error> {
        value.map(|value| format!("{value:?}"))
    }
    [
        |input| said(input.read_boolean()),
        |input| said(input.read_byte()),
        |input| said(input.read_short()),
        |input| said(input.read_int()),
        |input| said(input.read_long()),
        |input| said(input.read_double()),
        |input| said(input.read_line()),
        |input| said(input.read_utf()),
        |input| {
            let mut text =
                JavaString::from("what was there before, and room for more than sixteen");
            said(input.read_utf_into(&mut text).map(|()| text))
        },
        |input| {
            let mut text = JavaString::from_utf16(&[0xD800]);
            said(input.read_utf_into(&mut text).map(|()| text))
        },
    ]
}

/// What all calls say, each of a stream of its own, and what can be read behind it.
fn outcomes_of_all_calls<R: Read>(mut open: impl FnMut() -> R) -> Vec<[String; 2]> {
    said_by(|| DataInputStream::new(open()))
}

fn everything_said_by_a_slice(bytes: &[u8]) -> Vec<[String; 2]> {
    said_by(|| SliceInput::new(bytes))
}

/// What the inherent methods say, which a reader with a buffer has.
fn said_ahead<R: BufRead>(mut open: impl FnMut() -> R) -> Vec<[String; 2]> {
    said_by(|| Ahead(DataInputStream::new(open())))
}

/// Calls the inherent methods where there are any.
struct Ahead<R>(DataInputStream<R>);

macro_rules! inherent {
    ($($method:ident -> $result:ty;)*) => {$(
        fn $method(&mut self) -> Result<$result, Error> {
            self.0.$method()
        }
    )*};
}

impl<R: BufRead> DataInput for Ahead<R> {
    inherent! {
        read_boolean -> bool;
        read_byte -> i8;
        read_unsigned_byte -> u8;
        read_short -> i16;
        read_unsigned_short -> u16;
        read_char -> u16;
        read_int -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_line -> Option<JavaString>;
        read_utf -> JavaString;
    }

    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        self.0.read_fully(buffer)
    }

    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        self.0.skip_bytes(count)
    }

    fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        self.0.read_utf_into(text)
    }
}

fn said_by<I: DataInput>(mut open: impl FnMut() -> I) -> Vec<[String; 2]> {
    calls()
        .map(|call: Call<I>| {
            let mut input = open();
            let said = call(&mut input);
            let next = input.read_byte();
            [told(said), told(next.map(|next| next.to_string()))]
        })
        .to_vec()
}

/// How many bytes came before the end depends on the reader: `end_of_input.rs` tests that.
fn told(said: Result<String, Error>) -> String {
    match said {
        Err(Error::EndOfInput(end)) => format!("ended, {:?} wanted", end.wanted()),
        said => format!("{said:?}"),
    }
}

/// Messages of `writeUTF` with up to 70 bytes and some more, sound and malformed.
fn messages() -> Vec<Vec<u8>> {
    let bodies = (0..=70)
        .chain([511, 512, 513, 4095, 4096, 4097, 9000])
        .flat_map(|len| {
            let plain = "x".repeat(len).into_bytes();
            let odds: [&[u8]; 6] = [
                b"\xC3\xA9",
                b"\0",
                b"\xC0\x80",
                b"\xED\xA0\x80",
                b"\xFF",
                b"\xE4\xB8",
            ];
            let odd = odds.into_iter().filter_map({
                let plain = plain.clone();
                move |odd| {
                    let start = plain.len().checked_sub(odd.len())?;
                    let at = [start, start / 2];
                    Some(at.map(|at| {
                        let mut body = plain.clone();
                        body[at..at + odd.len()].copy_from_slice(odd);
                        body
                    }))
                }
            });
            std::iter::once(plain)
                .chain(odd.flatten())
                .collect::<Vec<_>>()
        });
    bodies
        .map(|body| {
            let length = u16::try_from(body.len()).unwrap();
            [&length.to_be_bytes(), &body[..]].concat()
        })
        .collect()
}

/// Where a message may be cut: anywhere if it is short.
fn cuts(message: &[u8]) -> Vec<usize> {
    let edges = [
        0,
        1,
        2,
        3,
        10,
        message.len() / 2,
        message.len() - 1,
        message.len(),
    ];
    match message.len() {
        0..40 => (0..=message.len()).collect(),
        _ => edges.into(),
    }
}

#[test]
fn slices_and_buffered_readers_read_like_any_other_reader() {
    for message in messages() {
        for cut in cuts(&message) {
            let there = &message[..cut];
            let expected = outcomes_of_all_calls(|| source(there));
            assert_eq!(outcomes_of_all_calls(|| there), expected, "{there:02x?}");
            assert_eq!(
                outcomes_of_all_calls(|| Box::new(there)),
                expected,
                "{there:02x?}"
            );
            assert_eq!(
                outcomes_of_all_calls(|| Cursor::new(there)),
                expected,
                "{there:02x?}"
            );
            assert_eq!(
                outcomes_of_all_calls(|| VecDeque::from(there.to_vec())),
                expected
            );
            let reader = || Box::new(there) as Box<dyn Read + '_>;
            assert_eq!(outcomes_of_all_calls(reader), expected, "{there:02x?}");
            assert_eq!(everything_said_by_a_slice(there), expected, "{there:02x?}");
            assert_eq!(said_ahead(|| there), expected, "{there:02x?}");
            assert_eq!(said_ahead(|| Cursor::new(there)), expected, "{there:02x?}");
            for capacity in [1, 7, 8192] {
                let buffered = outcomes_of_all_calls(|| BufReader::with_capacity(capacity, there));
                assert_eq!(buffered, expected, "{capacity} {there:02x?}");
                let ahead = said_ahead(|| BufReader::with_capacity(capacity, there));
                assert_eq!(ahead, expected, "{capacity} {there:02x?}");
            }
        }
    }
}

#[test]
fn a_failing_source_fails_equally_through_a_buffered_reader() {
    for message in messages().into_iter().filter(|message| message.len() < 80) {
        for cut in cuts(&message) {
            let failing = || -> Source {
                source(&message[..cut])
                    .then_fail(ErrorKind::Interrupted)
                    .then_fail(ErrorKind::TimedOut)
                    .then(&message[cut..])
            };
            let expected = outcomes_of_all_calls(failing);
            for capacity in [1, 7, 8192] {
                let buffered =
                    outcomes_of_all_calls(|| BufReader::with_capacity(capacity, failing()));
                assert_eq!(buffered, expected, "{capacity} {cut} {message:02x?}");
                let ahead = said_ahead(|| BufReader::with_capacity(capacity, failing()));
                assert_eq!(ahead, expected, "{capacity} {cut} {message:02x?}");
            }
        }
    }
}

#[test]
fn bytes_behind_a_message_are_no_part_of_it() {
    for message in messages() {
        let alone = said_by(|| SliceInput::new(&message));
        for behind in [1, 13, 16, 70] {
            for byte in [b'a', 0x00, 0x80, 0xFF] {
                let bytes = [&message[..], &vec![byte; behind]].concat();
                let slice = said_by(|| SliceInput::new(&bytes));
                assert_eq!(said_ahead(|| &bytes[..]), slice, "{bytes:02x?}");
                assert_eq!(outcomes_of_all_calls(|| &bytes[..]), slice, "{bytes:02x?}");
                // The calls from `read_utf` on.
                let strings = |said: &[[String; 2]]| {
                    let strings = said[UTF..].iter().map(|[said, _]| said.clone());
                    strings.collect::<Vec<_>>()
                };
                assert_eq!(strings(&slice), strings(&alone), "{bytes:02x?}");
            }
        }
    }
}

#[test]
fn a_slice_advances_past_the_message_that_was_read() {
    for message in messages() {
        let bytes = [&message, &b"more"[..]].concat();
        let mut input = DataInputStream::new(&bytes[..]);
        let _ = input.read_utf();
        assert_eq!(input.get_ref(), b"more", "{message:02x?}");
    }
}

#[test]
fn a_vec_receives_the_bytes_that_a_writer_receives_in_one_call() {
    for len in (0..=70).chain([4096, 65_533]) {
        for odd in ["", "é", "\0", "😀"] {
            let text = format!("{}{odd}", "x".repeat(len));
            let mut sink = DataOutputStream::new(Sink::endless());
            let mut vector = DataOutputStream::new(Vec::new());
            let mut appended = Vec::new();
            let written = sink.write_utf(&text);
            assert_eq!(written, vector.write_utf(&text));
            assert_eq!(written, VecOutput::new(&mut appended).write_utf(&text));
            assert_eq!(sink.size(), vector.size());
            assert_eq!(sink.get_ref().taken, *vector.get_ref());
            assert_eq!(sink.get_ref().taken, appended);
            assert!(sink.get_ref().calls.len() <= 1, "{text:?}");
        }
    }
}

#[test]
fn a_slice_is_split_into_lines_as_a_stream_is() {
    const LETTERS: [u8; 4] = [b'a', b'\r', b'\n', 0xE9];
    fn lines(mut input: impl DataInput) -> Vec<String> {
        // A byte between two lines, which may be one that the stream holds.
        let mut next = || (input.read_line(), input.read_byte());
        (0..4).map(|_| format!("{:?}", next())).map(ended).collect()
    }
    fn ended(said: String) -> String {
        said.split("EndOfInput")
            .next()
            .unwrap_or_default()
            .to_owned()
    }
    for number in 0..4_usize.pow(5) {
        let text = [4, 3, 2, 1, 0].map(|place| LETTERS[number / 4_usize.pow(place) % 4]);
        for len in 0..=text.len() {
            let bytes = &text[..len];
            let of_a_stream = lines(DataInputStream::new(bytes));
            assert_eq!(lines(SliceInput::new(bytes)), of_a_stream, "{bytes:02x?}");
        }
    }
}

#[test]
fn a_slice_input_knows_where_it_stands() {
    let bytes = b"\0\x02hi\0\x05he";
    let mut input = SliceInput::new(bytes);
    assert_eq!(input.read_utf_bytes().unwrap(), b"hi");
    assert_eq!((input.position(), input.remaining()), (4, &bytes[4..]));
    let mut copy = input.clone();
    assert!(input.read_utf_bytes().is_err());
    assert_eq!((input.position(), input.remaining()), (8, &[][..]));
    assert_eq!(copy.skip_bytes(100).unwrap(), 4);
    assert_eq!(copy.position(), 8);
    assert_eq!(copy.read_slice(0).unwrap(), b"");
}

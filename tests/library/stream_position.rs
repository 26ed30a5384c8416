//! Where the source stands after each call, whether it went well or not.

use std::io::{BufReader, ErrorKind};

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, Error};

use crate::numbers::{Call, NUMBERS};
use crate::pipe::{Source, source};

/// Every method that reads a value of known width, and that width.
fn calls() -> impl Iterator<Item = (&'static str, usize, Call)> {
    let others: [(_, _, Call); 3] = [
        ("read_fully", 3, |input| input.read_fully(&mut [0; 3])),
        ("read_utf", 6, |input| input.read_utf().map(drop)),
        ("read_utf_into", 6, |input| {
            input.read_utf_into(&mut JavaString::new())
        }),
    ];
    NUMBERS.into_iter().chain(others)
}

/// For `read_utf` a string of four bytes, for the others a number.
const BYTES: [u8; 8] = [0, 4, b'a', b'b', b'c', b'd', b'e', b'f'];

#[test]
fn no_read_consumes_more_than_its_value() {
    for (name, width, call) in calls() {
        let mut input = DataInputStream::new(source(&BYTES).then(b"more"));
        call(&mut input).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(input.get_ref().given, width, "{name}");
    }
}

#[test]
fn each_part_of_a_value_is_read_in_one_call() {
    for (name, _, call) in calls() {
        let mut input = DataInputStream::new(source(&BYTES));
        call(&mut input).unwrap();
        let parts = if name.starts_with("read_utf") { 2 } else { 1 };
        assert_eq!(input.get_ref().calls, parts, "{name}");
    }
}

#[test]
fn end_of_input_within_a_value_consumes_the_available_bytes() {
    for (name, width, call) in calls() {
        for there in 0..width {
            let mut input = DataInputStream::new(source(&BYTES[..there]));
            let result = call(&mut input);
            assert!(
                matches!(result, Err(Error::EndOfInput(_))),
                "{name} {there}: {result:?}"
            );
            assert_eq!(input.get_ref().given, there, "{name}");
        }
    }
}

// A slice is read in a way of its own.
#[test]
fn end_of_input_within_a_value_consumes_the_rest_of_a_slice() {
    type Call = fn(&mut DataInputStream<&[u8]>) -> Result<(), Error>;
    let calls: [(&str, usize, Call); 9] = [
        ("read_byte", 1, |input| input.read_byte().map(drop)),
        ("read_unsigned_byte", 1, |input| {
            input.read_unsigned_byte().map(drop)
        }),
        ("read_short", 2, |input| input.read_short().map(drop)),
        ("read_char", 2, |input| input.read_char().map(drop)),
        ("read_int", 4, |input| input.read_int().map(drop)),
        ("read_long", 8, |input| input.read_long().map(drop)),
        ("read_float", 4, |input| input.read_float().map(drop)),
        ("read_double", 8, |input| input.read_double().map(drop)),
        ("read_utf", 6, |input| input.read_utf().map(drop)),
    ];
    for (name, width, call) in calls {
        for there in 0..width {
            let mut input = DataInputStream::new(&BYTES[..there]);
            let result = call(&mut input);
            assert!(
                matches!(result, Err(Error::EndOfInput(_))),
                "{name} {there}: {result:?}"
            );
            assert!(input.get_ref().is_empty(), "{name} {there}");
        }
        let mut input = DataInputStream::new(&BYTES[..]);
        call(&mut input).unwrap();
        assert_eq!(input.get_ref().len(), BYTES.len() - width, "{name}");
    }
}

#[test]
fn a_held_byte_precedes_the_bytes_of_a_slice() {
    let mut input = DataInputStream::new(&b"line\r\x01\x02\x03\x04"[..]);
    input.read_line().unwrap();
    assert_eq!(input.read_int().unwrap(), 0x0102_0304);
}

#[test]
fn an_error_within_a_value_consumes_the_bytes_before_it() {
    for kind in [
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
        ErrorKind::ConnectionReset,
    ] {
        for (name, width, call) in calls() {
            for there in 0..width {
                // A piece of no bytes would be an end.
                let begun = match there {
                    0 => Source::default(),
                    _ => source(&BYTES[..there]),
                };
                let mut input = DataInputStream::new(begun.then_fail(kind).then(b"next"));
                match call(&mut input) {
                    Err(Error::Io(error)) => assert_eq!(error.kind(), kind, "{name} {there}"),
                    other => panic!("{name} {there}: {other:?}"),
                }
                assert_eq!(
                    input.read_byte().unwrap(),
                    110,
                    "{name}: the byte after the failure"
                );
            }
        }
    }
}

#[test]
fn an_interruption_within_a_value_is_retried() {
    for (name, width, call) in calls() {
        let mut pieces = Source::default();
        for byte in &BYTES[..width] {
            pieces = pieces.then_fail(ErrorKind::Interrupted).then(&[*byte]);
        }
        let mut input = DataInputStream::new(pieces);
        call(&mut input).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(input.get_ref().given, width, "{name}");
    }
}

// DataInput#readFully: if end of file is detected, some bytes may have been stored already.
#[test]
fn read_fully_stores_the_bytes_before_end_of_input() {
    let mut input = DataInputStream::new(source(b"ab"));
    let mut buffer = *b"....";
    assert!(matches!(
        input.read_fully(&mut buffer),
        Err(Error::EndOfInput(_))
    ));
    assert_eq!(&buffer, b"ab..");
}

#[test]
fn empty_reads_and_skips_do_not_touch_the_source() {
    let mut input = DataInputStream::new(Source::default().then_fail(ErrorKind::Other));
    input.read_fully(&mut []).unwrap();
    assert_eq!(input.skip_bytes(0).unwrap(), 0);
    assert_eq!(input.get_ref().calls, 0);
}

#[test]
fn skip_bytes_continues_over_short_reads_and_interruptions() {
    let pieces = source(b"a")
        .then(b"bc")
        .then_fail(ErrorKind::Interrupted)
        .then(b"defg");
    let mut input = DataInputStream::new(pieces);
    assert_eq!(input.skip_bytes(5).unwrap(), 5);
    assert_eq!(input.read_byte().unwrap(), 102);
}

#[test]
fn skip_bytes_returns_an_error_of_the_source() {
    let mut input = DataInputStream::new(source(b"ab").then_fail(ErrorKind::TimedOut).then(b"cd"));
    assert!(matches!(input.skip_bytes(4), Err(Error::Io(_))));
    assert_eq!(input.skip_bytes(4).unwrap(), 2);
}

#[test]
fn an_announced_length_does_not_size_the_buffer() {
    let there = b"\xff\xffab";
    let mut input = DataInputStream::new(source(there));
    assert!(matches!(input.read_utf(), Err(Error::EndOfInput(_))));
    assert!(
        input.get_ref().largest_offer <= 512,
        "{}",
        input.get_ref().largest_offer
    );
}

// A buffer of one byte passes every offer on.
#[test]
fn behind_a_buffer_an_announced_length_sizes_at_most_one_page() {
    let there = source(b"\xff\xffab");
    let mut input = DataInputStream::new(BufReader::with_capacity(1, there));
    assert!(matches!(input.read_utf(), Err(Error::EndOfInput(_))));
    let offer = input.get_ref().get_ref().largest_offer;
    assert!(offer <= 4096, "{offer}");

    let mut body = vec![0xFF, 0xFF];
    body.resize(2 + 65_535, b'a');
    for arrived in [4098, 5_000, 40_000] {
        let there = source(&body[..arrived]);
        let mut input = DataInputStream::new(BufReader::with_capacity(1, there));
        assert!(matches!(input.read_utf(), Err(Error::EndOfInput(_))));
        let offer = input.get_ref().get_ref().largest_offer;
        assert!(
            offer <= arrived,
            "{offer} offered when {arrived} had arrived"
        );
    }
}

#[test]
fn the_read_buffer_at_most_doubles_as_bytes_arrive() {
    let mut body = vec![0xFF, 0xFF];
    body.resize(2 + 65_535, b'a');
    for arrived in [512, 513, 1024, 5_000, 40_000] {
        let mut input = DataInputStream::new(source(&body[..arrived]));
        assert!(matches!(input.read_utf(), Err(Error::EndOfInput(_))));
        let offer = input.get_ref().largest_offer;
        assert!(
            offer <= arrived,
            "{offer} offered when {arrived} had arrived"
        );
    }
}

#[test]
fn read_utf_into_fills_existing_capacity_in_one_call() {
    let mut body = vec![0xFF, 0xFF];
    body.resize(2 + 65_535, b'a');
    let mut input = DataInputStream::new(source(&body));
    let mut text = JavaString::from(String::with_capacity(65_535));
    input.read_utf_into(&mut text).unwrap();
    assert_eq!(input.get_ref().calls, 2);
    assert_eq!(text.len_utf16(), 65_535);
}

#[test]
fn the_source_can_be_used_between_two_values() {
    let mut input = DataInputStream::new(&b"\0\x01ab\0\x02"[..]);
    assert_eq!(input.read_short().unwrap(), 1);
    let (raw, rest) = input.get_ref().split_at(2);
    assert_eq!(raw, b"ab");
    *input.get_mut() = rest;
    assert_eq!(input.read_short().unwrap(), 2);
}

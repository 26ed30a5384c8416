//! `read_line` beyond its table: when it waits, what it holds, and who gets that.

use std::io::{ErrorKind, Read};

use javatalk::data::{DataInput, DataInputStream, Error};

use crate::pipe::{Source, source};

#[test]
fn read_line_returns_at_a_line_feed_without_another_read() {
    // A second call would fail, and a socket's would block.
    let mut input = DataInputStream::new(source(b"a\n").then_fail(ErrorKind::TimedOut));
    assert_eq!(input.read_line().unwrap().unwrap(), "a");
}

#[test]
fn read_line_reads_one_byte_after_a_carriage_return() {
    let mut input = DataInputStream::new(source(b"a\r").then_fail(ErrorKind::TimedOut));
    let error = input.read_line().unwrap_err();
    assert_eq!(error.java_class(), "java.net.SocketTimeoutException");
}

#[test]
fn read_line_reads_one_byte_per_call() {
    let mut input = DataInputStream::new(source(b"ab\r\ncd"));
    assert_eq!(input.read_line().unwrap().unwrap(), "ab");
    assert_eq!((input.get_ref().calls, input.get_ref().given), (4, 4));
    assert_eq!(input.get_ref().largest_offer, 1);
}

#[test]
fn a_failure_within_a_line_loses_its_beginning() {
    let mut input =
        DataInputStream::new(source(b"ab").then_fail(ErrorKind::WouldBlock).then(b"cd\n"));
    assert!(matches!(input.read_line(), Err(Error::Io(_))));
    assert_eq!(input.read_line().unwrap().unwrap(), "cd");
}

#[test]
fn an_interruption_within_a_line_loses_nothing() {
    let mut input = DataInputStream::new(
        source(b"a")
            .then_fail(ErrorKind::Interrupted)
            .then(b"b\r")
            .then_fail(ErrorKind::Interrupted),
    );
    assert_eq!(input.read_line().unwrap().unwrap(), "ab");
}

#[test]
fn into_parts_returns_the_held_byte() {
    let mut input = DataInputStream::new(&b"a\rbc"[..]);
    assert_eq!(input.read_line().unwrap().unwrap(), "a");
    assert_eq!(input.into_parts(), (&b"c"[..], Some(b'b')));
}

#[test]
fn no_byte_is_held_after_crlf() {
    let mut input = DataInputStream::new(&b"a\r\nbc"[..]);
    assert_eq!(input.read_line().unwrap().unwrap(), "a");
    assert_eq!(input.into_parts(), (&b"bc"[..], None));
}

#[test]
fn no_byte_is_held_once_it_was_read() {
    let mut input = DataInputStream::new(&b"a\rbc"[..]);
    input.read_line().unwrap();
    assert_eq!(input.read_unsigned_byte().unwrap(), b'b');
    assert_eq!(input.into_parts(), (&b"c"[..], None));
}

#[test]
fn std_read_returns_the_held_byte_without_blocking() {
    let mut input = DataInputStream::new(source(b"\ra").then_fail(ErrorKind::TimedOut).then(b"b"));
    assert_eq!(input.read_line().unwrap().unwrap(), "");
    let mut buffer = [0; 4];
    assert_eq!(Read::read(&mut input, &mut buffer).unwrap(), 1);
    assert_eq!(buffer[0], b'a');
    assert_eq!(
        Read::read(&mut input, &mut buffer).unwrap_err().kind(),
        ErrorKind::TimedOut
    );
}

#[test]
fn skip_bytes_counts_the_held_byte() {
    let mut input = DataInputStream::new(&b"a\rbcd"[..]);
    assert_eq!(input.read_line().unwrap().unwrap(), "a");
    assert_eq!(input.skip_bytes(2).unwrap(), 2);
    assert_eq!(input.read_byte().unwrap(), b'd'.cast_signed());
    // Nor is there more to skip when it was the last.
    let mut input = DataInputStream::new(&b"a\rb"[..]);
    input.read_line().unwrap();
    assert_eq!(input.skip_bytes(0).unwrap(), 0);
    assert_eq!(input.skip_bytes(9).unwrap(), 1);
}

#[test]
fn an_empty_std_read_leaves_the_held_byte() {
    let mut input = DataInputStream::new(&b"\ra"[..]);
    input.read_line().unwrap();
    assert_eq!(Read::read(&mut input, &mut []).unwrap(), 0);
    assert_eq!(input.read_byte().unwrap(), 97);
}

#[test]
fn read_to_end_begins_with_the_held_byte() {
    let mut input = DataInputStream::new(&b"\rabc"[..]);
    input.read_line().unwrap();
    let mut rest = Vec::new();
    input.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"abc");
}

#[test]
fn an_end_of_input_is_returned_even_if_more_follows() {
    // A terminal: end of input, and then more.
    let mut input = DataInputStream::new(Source::default().then(b"").then(b"a\n"));
    assert_eq!(input.read_line().unwrap(), None);
    assert_eq!(input.read_line().unwrap().unwrap(), "a");
}

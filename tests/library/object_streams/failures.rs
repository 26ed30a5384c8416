//! Failures: Java's exceptions, and where the stream is after them.

use std::io::{self, ErrorKind, Read, Write};

use javatalk::data::{DataInput, DataOutput, Error};
use javatalk::object::{Object, ObjectError, ObjectInput, ObjectOutput};

use super::{stream, thrown};

#[test]
fn a_wrong_header_is_shown() {
    for (bytes, exception) in [
        (&b""[..], "java.io.EOFException"),
        (b"\xac\xed\0", "java.io.EOFException"),
        (
            b"\xac\xed\0\x04",
            "java.io.StreamCorruptedException: invalid stream header: ACED0004",
        ),
        (
            b"\x01\x02\x03\x04",
            "java.io.StreamCorruptedException: invalid stream header: 01020304",
        ),
    ] {
        assert_eq!(thrown(ObjectInput::new(bytes)), exception);
    }
}

#[test]
fn a_second_header_is_no_object() {
    let mut input = stream(b"\xac\xed\0\x05\x70");
    let exception = "java.io.StreamCorruptedException: invalid type code: AC";
    assert_eq!(thrown(input.read_object()), exception);
    assert_eq!(thrown(input.read_byte()), exception);
}

#[test]
fn a_malformed_string_ends_with_the_malformed_character() {
    let mut input = stream(b"\x77\x0a\0\x05a\xe4\x41\xadb\0\x01c");
    let error = input.read_utf().unwrap_err();
    assert_eq!(error.java_class(), "java.io.UTFDataFormatException");
    assert_eq!(error.java_message(), None);
    assert!(
        matches!(error, Error::Object(why) if matches!(*why, ObjectError::Malformed(error) if error.valid_up_to() == 1))
    );
    assert_eq!(input.read_unsigned_byte().unwrap(), b'b');
    assert_eq!(input.read_utf().unwrap(), "c");
}

#[test]
fn a_malformed_string_object_ends_with_its_piece() {
    let mut input = stream(b"\x74\0\x02\xff!\x74\0\x01a");
    assert_eq!(
        thrown(input.read_object()),
        "java.io.UTFDataFormatException"
    );
    assert_eq!(input.read_object().unwrap(), Some(Object::from("a")));
}

#[test]
fn a_string_that_is_too_long_is_not_begun() {
    let mut output = ObjectOutput::new(Vec::new()).unwrap();
    let error = output.write_utf(&"a".repeat(65_536)).unwrap_err();
    assert_eq!(error.java_class(), "java.io.UTFDataFormatException");
    assert_eq!(error.java_message(), None);
    assert!(
        error
            .to_string()
            .starts_with("encoded string of 65536 bytes")
    );
    assert_eq!(output.into_inner().unwrap().len(), 4);
}

#[test]
fn an_error_survives_the_conversion_to_an_io_error_and_back() {
    let error = stream(b"\x77\x01\x02").read_object().unwrap_err();
    let shown = error.to_string();
    let io = io::Error::from(error);
    assert_eq!(io.kind(), ErrorKind::InvalidData);
    assert_eq!(io.to_string(), shown);
    let optional = ObjectError::OptionalData {
        length: 1,
        eof: false,
    };
    assert_eq!(Error::from(io), Error::Object(Box::new(optional)));
}

#[test]
fn an_error_is_no_larger_than_two_words() {
    assert!(size_of::<Error>() <= 2 * size_of::<usize>());
}

#[test]
fn an_object_of_another_class_is_skipped() {
    // A class with a number, a string that refers to the type of its own field, and data of its own.
    let foreign = b"\x73\x72\0\x01A\0\0\0\0\0\0\0\x01\x03\0\x02I\0\x01nL\0\x01s\x74\0\x12Ljava/lang/String;\x78\x70\
        \0\0\0\x09\x71\0\x7e\0\x01\x77\x02\x01\x02\x74\0\x01x\x78";
    let bytes = [
        &foreign[..],
        b"\x74\0\x05after\x71\0\x7e\0\x04\x71\0\x7e\0\x02",
    ]
    .concat();
    let mut input = stream(&bytes);
    let class = "java.lang.ClassNotFoundException: A";
    assert_eq!(thrown(input.read_object()), class);
    assert_eq!(input.read_object().unwrap(), Some(Object::from("after")));
    assert_eq!(input.read_object().unwrap(), Some(Object::from("after")));
    assert_eq!(thrown(input.read_object()), class);
}

#[test]
fn an_exception_of_the_other_side_is_told() {
    let thrown_there = b"\x7b\x73\x72\0\x01E\0\0\0\0\0\0\0\0\x02\0\0\x78\x72\0\x13java.lang.Throwable\xd5\xc6\x35\
        \x27\x39\x77\xb8\xcb\x02\0\x01L\0\x0ddetailMessage\x74\0\x12Ljava/lang/String;\x78\x70\x74\0\x03why";
    let mut input = stream(&[&thrown_there[..], b"\x70"].concat());
    assert_eq!(
        thrown(input.read_object()),
        "java.io.WriteAbortedException: writing aborted; E: why"
    );
    assert_eq!(input.read_object().unwrap(), None);
}

#[test]
fn an_exception_that_is_a_number_is_none() {
    let number =
        b"\x7bsr\0\x11java.lang.Integer\x12\xe2\xa0\xa4\xf7\x81\x878\x02\0\x01I\0\x05valuexr\
        \0\x10java.lang.Number\x86\xac\x95\x1d\x0b\x94\xe0\x8b\x02\0\0xp\0\0\0\x07";
    let mut input = stream(&[&number[..], b"\x70"].concat());
    assert_eq!(thrown(input.read_object()), "java.lang.ClassCastException");
    assert_eq!(input.read_object().unwrap(), None);
}

/// Gives its bytes, and fails once with a time-out after so many.
struct Slow {
    bytes: Vec<u8>,
    until: Option<usize>,
    given: usize,
}

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.until == Some(self.given) {
            self.until = None;
            return Err(ErrorKind::TimedOut.into());
        }
        let end = self.until.unwrap_or(self.bytes.len());
        let count = buffer.len().min(end - self.given);
        buffer[..count].copy_from_slice(&self.bytes[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}

fn slow(bytes: &[u8], until: usize) -> ObjectInput<Slow> {
    let bytes = [b"\xac\xed\0\x05", bytes].concat();
    ObjectInput::new(Slow {
        bytes,
        until: Some(4 + until),
        given: 0,
    })
    .unwrap()
}

#[test]
fn after_a_time_out_within_a_block_primitive_data_have_ended() {
    let mut input = slow(b"\x77\x04\0\0\0\x07\x70", 4);
    assert_eq!(
        thrown(input.read_int()),
        "java.net.SocketTimeoutException: timed out"
    );
    assert_eq!(thrown(input.read_byte()), "java.io.EOFException");
}

#[test]
fn nothing_refers_to_an_unshared_array_that_did_not_end() {
    let array = b"ur\0\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\0\0xp\0\0\0\x02h";
    let mut input = slow(&[&array[..], b"q\0\x7e\0\x01"].concat(), array.len());
    assert_eq!(
        thrown(input.read_unshared()),
        "java.net.SocketTimeoutException: timed out"
    );
    assert_eq!(
        thrown(input.read_object()),
        "java.io.InvalidObjectException: cannot read back reference to unshared object"
    );
}

#[test]
fn after_a_time_out_before_an_object_primitive_data_are_read_without_blocks() {
    let mut input = slow(b"\x74\0\x01a\x77\x02\0\x07", 0);
    assert!(matches!(input.read_object(), Err(Error::Io(_))));
    assert_eq!(input.read_object().unwrap(), Some(Object::from("a")));
    assert_eq!(input.read_short().unwrap(), 0x7702);
}

/// Fails once, and takes what it is given.
#[derive(Debug, Default)]
struct Broken {
    fails: bool,
    bytes: Vec<u8>,
}

impl Write for Broken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.fails) {
            return Err(ErrorKind::TimedOut.into());
        }
        self.bytes.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_block_that_was_not_written_is_written_again() {
    let mut output = ObjectOutput::new(Broken::default()).unwrap();
    output.write_boolean(true).unwrap();
    output.get_mut().fails = true;
    assert!(output.flush().is_err());
    output.flush().unwrap();
    assert_eq!(output.get_ref().bytes, b"\xac\xed\0\x05\x77\x01\x01");
}

#[test]
fn after_a_failure_within_an_object_nothing_refers_to_it() {
    let mut output = ObjectOutput::new(Broken::default()).unwrap();
    let text = Object::from("a");
    output.get_mut().fails = true;
    assert!(output.write_object(&text).is_err());
    output.write_object(&text).unwrap();
    output.write_boolean(true).unwrap();
    output.flush().unwrap();
    assert_eq!(
        output.get_ref().bytes,
        b"\xac\xed\0\x05\x74\0\x01a\x77\x01\x01"
    );
}

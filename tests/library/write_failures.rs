//! A sink that fails at each byte: what is out by then, what `size` says, what goes on working.

use std::io::{self, ErrorKind, Write};

use javatalk::JavaString;
use javatalk::data::{DataOutput, DataOutputStream, Error};

use crate::pipe::Sink;

type Call = fn(&mut DataOutputStream<Sink>) -> Result<(), Error>;

/// Every method, and what it writes.
const CALLS: [(&str, &[u8], Call); 15] = [
    ("write", b"abc", |output| output.write(b"abc")),
    ("write_boolean", b"\x01", |output| {
        output.write_boolean(true)
    }),
    ("write_byte", b"\xff", |output| output.write_byte(-1)),
    ("write_unsigned_byte", b"\xff", |output| {
        output.write_unsigned_byte(255)
    }),
    ("write_short", b"\x01\x02", |output| {
        output.write_short(0x0102)
    }),
    ("write_unsigned_short", b"\x01\x02", |output| {
        output.write_unsigned_short(0x0102)
    }),
    ("write_char", b"\x01\x02", |output| {
        output.write_char(0x0102)
    }),
    ("write_int", b"\x01\x02\x03\x04", |output| {
        output.write_int(0x0102_0304)
    }),
    (
        "write_long",
        b"\x01\x02\x03\x04\x05\x06\x07\x08",
        |output| output.write_long(0x0102_0304_0506_0708),
    ),
    ("write_float", b"\x3f\x80\x00\x00", |output| {
        output.write_float(1.0)
    }),
    ("write_double", b"\x3f\xf0\0\0\0\0\0\0", |output| {
        output.write_double(1.0)
    }),
    ("write_bytes", b"abc", |output| output.write_bytes("abc")),
    ("write_bytes beyond ASCII", b"\xe9\x2d", |output| {
        output.write_bytes("é中")
    }),
    ("write_chars", b"\0a\0b", |output| output.write_chars("ab")),
    ("write_utf", b"\0\x04a\xc0\x80b", |output| {
        output.write_utf("a\0b")
    }),
];

#[test]
fn each_method_makes_one_write_call() {
    for (name, bytes, call) in CALLS {
        let mut output = DataOutputStream::new(Sink::endless());
        call(&mut output).unwrap();
        assert_eq!(output.get_ref().taken, bytes, "{name}");
        assert_eq!(output.get_ref().calls, [bytes.len()], "{name}");
        assert_eq!(output.size(), i32::try_from(bytes.len()).unwrap(), "{name}");
    }
}

#[test]
fn a_failed_write_leaves_size_unchanged() {
    for (name, bytes, call) in CALLS {
        for room in 0..bytes.len() {
            let sink = Sink::with_room_for(room + 4, ErrorKind::BrokenPipe);
            let mut output = DataOutputStream::new(sink);
            output.write_int(0).unwrap();
            match call(&mut output) {
                Err(Error::Io(error)) => assert_eq!(error.kind(), ErrorKind::BrokenPipe),
                other => panic!("{name} {room}: {other:?}"),
            }
            assert_eq!(output.size(), 4, "{name} {room}");
            assert_eq!(output.get_ref().taken[4..], bytes[..room], "{name} {room}");
        }
    }
}

// DataOutput#writeUTF: if this total is larger than 65535, a UTFDataFormatException is thrown.
#[test]
fn a_too_long_string_is_rejected_before_the_first_byte() {
    let mut output = DataOutputStream::new(Sink::endless());
    let error = output.write_utf(&"a".repeat(65_536)).unwrap_err();
    assert_eq!(error.java_class(), "java.io.UTFDataFormatException");
    assert!(output.get_ref().calls.is_empty());
    assert_eq!(output.size(), 0);
    output.write_utf("b").unwrap();
    assert_eq!(output.get_ref().taken, b"\0\x01b");
}

#[test]
fn an_empty_string_is_written_as_its_length_only() {
    let mut output = DataOutputStream::new(Sink::endless());
    output.write_bytes("").unwrap();
    output.write_chars("").unwrap();
    assert!(output.get_ref().calls.is_empty());
    output.write_utf("").unwrap();
    assert_eq!(output.get_ref().taken, b"\0\0");
}

#[test]
fn a_sink_that_accepts_one_byte_at_a_time_receives_all_bytes() {
    struct Narrow(Vec<u8>, bool);
    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            self.0.extend(&bytes[..1]);
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut output = DataOutputStream::new(Narrow(Vec::new(), false));
    output.write_utf("héllo").unwrap();
    assert_eq!(output.size(), 8);
    assert_eq!(output.into_inner().0, b"\0\x06h\xc3\xa9llo");
}

#[test]
fn a_sink_that_accepts_no_bytes_is_an_error() {
    let mut room = [0; 2];
    let mut output = DataOutputStream::new(&mut room[..]);
    match output.write_int(1) {
        Err(Error::Io(error)) => assert_eq!(error.kind(), ErrorKind::WriteZero),
        other => panic!("{other:?}"),
    }
    assert_eq!(output.size(), 0);
}

#[test]
fn flush_returns_an_error_of_the_sink() {
    let mut output = DataOutputStream::new(Sink::with_room_for(0, ErrorKind::ConnectionReset));
    let error = output.flush().unwrap_err();
    assert_eq!(error.java_class(), "java.net.SocketException");
}

#[test]
fn the_stream_can_be_used_after_its_sink_is_replaced() {
    let half = JavaString::from_utf16(&[0xD800]);
    let mut output = DataOutputStream::new(Sink::with_room_for(5, ErrorKind::TimedOut));
    output.write_utf(&half).unwrap();
    assert!(output.write_boolean(true).is_err());
    *output.get_mut() = Sink::endless();
    output.write_boolean(true).unwrap();
    assert_eq!(output.size(), 6);
}

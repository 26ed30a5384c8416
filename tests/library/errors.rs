//! The error: what Java calls it, what it says, and how it travels.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use javatalk::data::{
    DataInput, DataInputStream, DataOutputStream, EndOfInput, Error, ReadJavaExt,
};
use javatalk::mutf8;
use javatalk::mutf8::{DecodeError, DecodeErrorKind};

fn too_long(text: &str) -> Error {
    DataOutputStream::new(Vec::new())
        .write_utf(text)
        .unwrap_err()
}

const PARTIAL: DecodeError = DecodeError::new(DecodeErrorKind::PartialAtEnd, 5);
const LEAD: DecodeError = DecodeError::new(DecodeErrorKind::Lead, 3);

fn one_of_each() -> [Error; 5] {
    [
        Error::EndOfInput(EndOfInput::new(4, 2)),
        Error::Malformed(PARTIAL),
        Error::Malformed(LEAD),
        too_long(&"a".repeat(65_536)),
        Error::Io(io::Error::new(ErrorKind::TimedOut, "Read timed out")),
    ]
}

#[test]
fn an_error_takes_at_most_two_machine_words() {
    assert!(size_of::<Error>() <= 16);
    assert!(size_of::<Result<(), Error>>() <= 16);
}

#[test]
fn errors_are_send_sync_and_static() {
    fn assert_is_a_portable_error<T: std::error::Error + Send + Sync + 'static>() {}
    assert_is_a_portable_error::<Error>();
    assert_is_a_portable_error::<DecodeError>();
}

#[test]
fn each_error_has_the_java_class_and_message() {
    let seen = one_of_each().map(|error| {
        let message = error
            .java_message()
            .map(|message| message.into_string().unwrap());
        (error.java_class().to_owned(), message)
    });
    let expected = [
        ("java.io.EOFException", None),
        (
            "java.io.UTFDataFormatException",
            Some("malformed input: partial character at end"),
        ),
        (
            "java.io.UTFDataFormatException",
            Some("malformed input around byte 3"),
        ),
        (
            "java.io.UTFDataFormatException",
            Some("encoded string (aaaaaaaa...aaaaaaaa) too long: 65536 bytes"),
        ),
        ("java.net.SocketTimeoutException", Some("Read timed out")),
    ];
    let expected = expected.map(|(class, message)| (class.to_owned(), message.map(str::to_owned)));
    assert_eq!(seen, expected);
}

#[test]
fn each_error_displays_what_to_do() {
    assert_eq!(
        one_of_each().map(|error| error.to_string()),
        [
            "input ended after 2 of 4 bytes",
            "at byte 5: partial character of modified UTF-8 at the end; check that the other side \
             called writeUTF here",
            "at byte 3: not modified UTF-8; check that the other side called writeUTF here",
            "encoded string of 65536 bytes: writeUTF takes 65535 at most, write it in pieces or \
             as a length and bytes",
            "Read timed out",
        ]
    );
    assert_eq!(
        PARTIAL.to_string(),
        "at byte 5: partial character of modified UTF-8 at the end"
    );
    assert_eq!(LEAD.to_string(), "at byte 3: not modified UTF-8");
}

#[test]
fn a_surrogate_pair_split_by_the_message_stays_split() {
    let text = format!("1234567😀{}😀7654321", "a".repeat(65_520));
    let message = too_long(&text).java_message().unwrap();
    assert_eq!(message.as_str(), None);
    assert_eq!(
        format!("{message:?}"),
        r#""encoded string (1234567\uD83D...\uDE007654321) too long: 65546 bytes""#
    );
}

#[test]
fn the_encoded_length_of_a_too_long_string_can_be_matched() {
    match too_long(&"中".repeat(30_000)) {
        Error::TooLong(error) => assert_eq!(error.encoded_len(), 90_000),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_io_error_maps_to_the_closest_java_class() {
    use ErrorKind::*;
    for (kind, class) in [
        (UnexpectedEof, "java.io.EOFException"),
        (Interrupted, "java.io.InterruptedIOException"),
        (NotFound, "java.io.FileNotFoundException"),
        (ConnectionRefused, "java.net.ConnectException"),
        (HostUnreachable, "java.net.NoRouteToHostException"),
        (AddrInUse, "java.net.BindException"),
        (AddrNotAvailable, "java.net.BindException"),
        (TimedOut, "java.net.SocketTimeoutException"),
        (WouldBlock, "java.net.SocketTimeoutException"),
        (ConnectionReset, "java.net.SocketException"),
        (ConnectionAborted, "java.net.SocketException"),
        (NotConnected, "java.net.SocketException"),
        (BrokenPipe, "java.net.SocketException"),
        (NetworkDown, "java.net.SocketException"),
        (NetworkUnreachable, "java.net.SocketException"),
        (PermissionDenied, "java.io.IOException"),
        (StorageFull, "java.io.IOException"),
        (InvalidData, "java.io.IOException"),
        (Other, "java.io.IOException"),
    ] {
        assert_eq!(
            Error::from(io::Error::from(kind)).java_class(),
            class,
            "{kind}"
        );
    }
}

#[test]
fn each_error_round_trips_through_an_io_error() {
    let kinds = one_of_each().map(|error| {
        let before = format!("{error:?}");
        let error = io::Error::from(error);
        let kind = error.kind();
        assert_eq!(format!("{:?}", Error::from(error)), before);
        kind
    });
    assert_eq!(
        kinds,
        [
            ErrorKind::UnexpectedEof,
            ErrorKind::InvalidData,
            ErrorKind::InvalidData,
            ErrorKind::InvalidInput,
            ErrorKind::TimedOut,
        ]
    );
}

#[test]
fn an_io_error_round_trips_through_an_error() {
    let reset = io::Error::from_raw_os_error(104);
    let back = io::Error::from(Error::from(reset));
    assert_eq!(back.raw_os_error(), Some(104));
}

#[test]
fn an_error_of_a_nested_stream_is_returned_unchanged() {
    struct Failing;
    impl io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(Error::Malformed(LEAD).into())
        }
    }

    let mut input = DataInputStream::new(DataInputStream::new(Failing));
    let error = input.read_int().unwrap_err();
    assert_eq!(error, Error::Malformed(LEAD));
}

#[test]
fn an_unexpected_eof_with_a_message_is_not_end_of_input() {
    struct Truncated;
    impl io::Read for Truncated {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                "close_notify is missing",
            ))
        }
    }

    let error = DataInputStream::new(Truncated).read_int().unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    assert_eq!(error.java_class(), "java.io.EOFException");
    assert_eq!(error.java_message().unwrap(), "close_notify is missing");
}

// It is what `read_exact` says of a source that ends, and what nobody can tell from it.
#[test]
fn a_bare_unexpected_eof_is_end_of_input() {
    let of_read_exact = io::Read::read_exact(&mut io::empty(), &mut [0]).unwrap_err();
    for error in [of_read_exact, ErrorKind::UnexpectedEof.into()] {
        let Error::EndOfInput(end) = Error::from(error) else {
            panic!("it is no other error");
        };
        assert_eq!((end.wanted(), end.came()), (None, None));
        assert_eq!(end.to_string(), "input ended before the value was complete");
    }
}

#[test]
fn the_displayed_error_is_not_repeated_as_its_source() {
    let decode = mutf8::decode(b"\xff").unwrap_err();
    let error = Error::Io(io::Error::new(ErrorKind::InvalidData, decode));
    assert_eq!(error.to_string(), "at byte 0: not modified UTF-8");
    assert!(error.source().is_none());
    assert!(Error::from(EndOfInput::new(1, 0)).source().is_none());
}

#[test]
fn the_question_mark_converts_between_error_and_io_error() {
    fn in_terms_of_io() -> io::Result<i32> {
        Ok(DataInputStream::new(io::empty()).read_int()?)
    }
    fn in_terms_of_java() -> Result<i32, Error> {
        Ok(in_terms_of_io()?)
    }

    assert!(matches!(in_terms_of_java(), Err(Error::EndOfInput(_))));
}

#[test]
fn errors_are_equal_if_nothing_tells_them_apart() {
    for (at, one) in one_of_each().into_iter().enumerate() {
        for (other_at, other) in one_of_each().into_iter().enumerate() {
            assert_eq!(one == other, at == other_at, "{one:?} and {other:?}");
        }
    }
    assert_ne!(
        Error::from(EndOfInput::new(4, 2)),
        EndOfInput::new(4, 3).into()
    );
    assert_ne!(too_long(&"a".repeat(65_536)), too_long(&"b".repeat(65_536)));
    let io = |kind, text: &'static str| Error::Io(io::Error::new(kind, text));
    assert_ne!(io(ErrorKind::TimedOut, "a"), io(ErrorKind::TimedOut, "b"));
    assert_ne!(io(ErrorKind::TimedOut, "a"), io(ErrorKind::BrokenPipe, "a"));
    let os = |code| Error::Io(io::Error::from_raw_os_error(code));
    assert_eq!(os(104), os(104));
    assert_ne!(os(104), os(103));
}

#[test]
fn an_error_goes_into_what_has_an_io_error_and_comes_back() {
    #[derive(Debug)]
    enum Failure {
        Io(io::Error),
    }
    impl From<io::Error> for Failure {
        fn from(error: io::Error) -> Self {
            Self::Io(error)
        }
    }
    fn read(mut bytes: &[u8]) -> Result<i32, Failure> {
        let number = bytes.read_java_int()?;
        bytes.read_java_utf()?;
        Ok(number)
    }

    for (bytes, expected) in [
        (&b"\0\0"[..], EndOfInput::new(4, 2).into()),
        (b"\0\0\0\0\0\x05he", EndOfInput::new(5, 2).into()),
        (
            b"\0\0\0\0\0\x01\xff",
            Error::Malformed(DecodeError::new(DecodeErrorKind::Lead, 0)),
        ),
    ] {
        let Err(Failure::Io(error)) = read(bytes) else {
            panic!("{bytes:02x?}");
        };
        assert_eq!(Error::from(error), expected);
    }
}

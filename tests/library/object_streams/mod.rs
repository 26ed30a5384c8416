//! The object streams without a JDK: what each call reads and writes, and where the stream is after it.
//!
//! `tests/with_java` compares everything here with the JDK, and much more.

mod blocks;
mod failures;
mod hostile;
mod objects;

use javatalk::data::Error;
use javatalk::object::{ObjectError, ObjectInput};

/// A stream over these bytes behind a header.
fn stream(bytes: &[u8]) -> ObjectInput<std::io::Cursor<Vec<u8>>> {
    let bytes = [b"\xac\xed\0\x05", bytes].concat();
    ObjectInput::new(std::io::Cursor::new(bytes)).unwrap()
}

/// The class and message of Java's exception, as `toString()` shows them.
fn thrown<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.unwrap_err();
    match error.java_message() {
        Some(message) => format!("{}: {message}", error.java_class()),
        None => error.java_class().to_owned(),
    }
}

#[track_caller]
fn optional_data<T: std::fmt::Debug>(result: Result<T, Error>) -> (u32, bool) {
    match result {
        Err(Error::Object(why)) => match *why {
            ObjectError::OptionalData { length, eof } => (length, eof),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

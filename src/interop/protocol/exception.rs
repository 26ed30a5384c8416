//! Which exceptions must have the message of Java.

use crate::JavaString;
use crate::data::Error;
use crate::data::object::ObjectError;

/// Whether the JDK words the messages of this class, so that they must be equal. The operating system
/// words those of socket exceptions, which are compared by class.
pub(crate) fn is_worded_by_the_jdk(class: &str) -> bool {
    WORDED_BY_THE_JDK.contains(&class)
}

const WORDED_BY_THE_JDK: [&str; 5] = [
    "java.io.EOFException",
    "java.io.UTFDataFormatException",
    "java.io.StreamCorruptedException",
    "java.io.OptionalDataException",
    "java.io.InvalidObjectException",
];

/// What a call throws if there is no object stream in its direction.
pub(crate) const NO_OBJECT_STREAM: &str = "java.lang.IllegalStateException";

/// The message that a peer reports for `error`. An `OptionalDataException` has none in Java, and its
/// fields take that place: `length 4`, or `eof`.
pub fn message(error: &Error) -> Option<JavaString> {
    if let Error::Object(error) = error
        && let ObjectError::OptionalData { length, eof } = **error
    {
        return Some(if eof {
            "eof".into()
        } else {
            format!("length {length}").into()
        });
    }
    error.java_message()
}

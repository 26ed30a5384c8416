//! What came of a call, in the form in which `ObjectStreams.java` answers.

use std::fmt;

use javatalk::JavaString;
use javatalk::data::Error;
use javatalk::object::ObjectError;

pub(super) fn put_text(bytes: &mut Vec<u8>, units: &[u16]) {
    bytes.extend(i32::try_from(units.len()).unwrap().to_be_bytes());
    bytes.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
}

fn put_java(bytes: &mut Vec<u8>, text: &JavaString) {
    let units: Vec<u16> = text.encode_utf16().collect();
    put_text(bytes, &units);
}

/// The exception that Java throws for this error.
pub(super) fn put_error(bytes: &mut Vec<u8>, error: &Error) {
    bytes.push(2);
    put_java(bytes, &error.java_class().into());
    match error.java_message() {
        Some(message) => {
            bytes.push(0);
            put_java(bytes, &message);
        }
        None => bytes.push(1),
    }
    if let Error::Object(why) = error {
        if let ObjectError::OptionalData { length, eof } = **why {
            bytes.extend(length.to_be_bytes());
            bytes.push(u8::from(eof));
        }
    }
}

/// An outcome: what came of the call, and how many bytes have been transferred since the beginning.
pub(super) fn put_outcome(mut bytes: Vec<u8>, transferred: usize) -> Vec<u8> {
    bytes.extend(i32::try_from(transferred).unwrap().to_be_bytes());
    bytes
}

/// An outcome, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) end: End,
    pub(super) transferred: i32,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum End {
    Returned(Vec<u8>),
    Null,
    Threw {
        class: String,
        message: Option<String>,
        /// Of an `OptionalDataException`.
        fields: Vec<u8>,
    },
}

impl Outcome {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let (bytes, transferred) = bytes.split_last_chunk().expect("an outcome has a position");
        let transferred = i32::from_be_bytes(*transferred);
        let (&how, mut rest) = bytes.split_first().expect("an outcome says how it ended");
        let end = match how {
            0 => End::Returned(rest.to_vec()),
            1 => End::Null,
            _ => {
                let class = take_text(&mut rest);
                let (&is_null, after) = rest.split_first().unwrap();
                rest = after;
                let message = (is_null == 0).then(|| take_text(&mut rest));
                End::Threw {
                    class,
                    message,
                    fields: rest.to_vec(),
                }
            }
        };
        Self { end, transferred }
    }
}

impl End {
    /// The class, if it is an object of a class that the library does not have.
    pub(super) fn foreign(&self) -> Option<String> {
        match self {
            Self::Returned(bytes) if bytes.len() > 9 && bytes[4] == 17 => {
                Some(take_text(&mut &bytes[5..]))
            }
            Self::Returned(_) | Self::Null | Self::Threw { .. } => None,
        }
    }
}

pub(super) fn take_text(rest: &mut &[u8]) -> String {
    let (len, after) = rest.split_first_chunk().unwrap();
    let len = 2 * usize::try_from(i32::from_be_bytes(*len)).unwrap();
    let (units, after) = after.split_at(len);
    *rest = after;
    let units: Vec<u16> = units
        .chunks_exact(2)
        .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
        .collect();
    JavaString::from_utf16(&units).to_string()
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::Returned(bytes) => {
                let shown = &bytes[..bytes.len().min(40)];
                write!(f, "returned {} bytes {shown:02x?}", bytes.len())?;
            }
            End::Null => f.write_str("returned null")?,
            End::Threw {
                class,
                message,
                fields,
            } => write!(f, "threw {class}: {message:?} {fields:02x?}")?,
        }
        write!(f, ", {} bytes", self.transferred)
    }
}

//! What a call came to, in the encoding of `Sweep.java`. The same for the blocking and the
//! asynchronous streams.

use crate::JavaString;
use crate::data::Error;
use crate::interop::protocol::call::{Read, Value};
use crate::interop::protocol::dispatch::Room;
use crate::sweep::outcome::Outcomes;

/// The memory that all calls of a block fill. It is reused, because its previous content must not
/// matter.
pub(crate) fn room() -> Room {
    Room {
        bytes: Vec::new(),
        text: Some(JavaString::new()),
    }
}

/// Records the outcome of a reading call. Returns whether it reported the end of the input.
#[inline]
pub(crate) fn record_read(
    call: Read,
    outcome: Result<Value, Error>,
    room: &mut Room,
    outcomes: &mut Outcomes,
) -> bool {
    match outcome {
        // No `Read` returns an object.
        Ok(Value::Void | Value::Object(_)) => outcomes.returned(&[]),
        Ok(Value::Boolean(truth)) => outcomes.returned(&[truth.into()]),
        Ok(Value::Whole(number)) => {
            let bytes = number.to_be_bytes();
            outcomes.returned(&bytes[bytes.len() - width(call)..]);
        }
        Ok(Value::Float(bits)) => outcomes.returned(&bits.to_be_bytes()),
        Ok(Value::Double(bits)) => outcomes.returned(&bits.to_be_bytes()),
        Ok(Value::Bytes(bytes)) => {
            outcomes.returned(&bytes);
            room.bytes = bytes;
            room.bytes.clear();
        }
        Ok(Value::Text(text)) => {
            match text.as_str() {
                // Many times faster than `encode_utf16`, and most strings are ASCII.
                Some(ascii) if ascii.is_ascii() => {
                    outcomes.returned_text(ascii.bytes().map(u16::from));
                }
                Some(_) | None => outcomes.returned_text(text.encode_utf16()),
            }
            room.text = Some(text);
        }
        Ok(Value::Null) => {
            outcomes.returned_null();
            return true;
        }
        Err(error) => {
            // Only `readFully` gives something even so.
            outcomes.threw(&error, &room.bytes);
            room.bytes.clear();
            return matches!(error, Error::EndOfInput(_));
        }
    }
    false
}

/// How many bytes the number has that the call returns in Java.
fn width(call: Read) -> usize {
    let declaration = call.method().declaration();
    let size = declaration.and_then(|declaration| declaration.returns.size());
    size.unwrap_or(size_of::<i64>())
}

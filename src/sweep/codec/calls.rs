//! One call of a method and its outcome, for both the blocking and the asynchronous streams.
//!
//! `$made!(EXPRESSION)` evaluates a call: directly, or by polling its future.

use crate::data::Error;
use crate::sweep::outcome::Outcomes;

/// Makes one call of a `DataInputStream`. Returns whether it reported the end of the input.
macro_rules! read {
    ($call:expr, $input:expr, $text:expr, $outcomes:expr, $made:ident, $made_once:ident) => {{
        use $crate::sweep::call::Read;
        let (input, text, outcomes) = ($input, $text, $outcomes);
        let done = match $call {
            Read::Fully(count) => {
                let mut buffer = vec![0; count.into()];
                match $made!(input.read_fully(&mut buffer)) {
                    Ok(()) => Ok(outcomes.returned(&buffer)),
                    Err(error) => {
                        return $crate::sweep::codec::calls::threw(&error, &buffer, outcomes);
                    }
                }
            }
            Read::Line => match $made!(input.read_line()) {
                Ok(Some(line)) => Ok(outcomes.returned_text(line.encode_utf16())),
                Ok(None) => {
                    outcomes.returned_null();
                    return true;
                }
                Err(error) => Err(error),
            },
            Read::Utf => match $made!(input.read_utf_into(text)) {
                Ok(()) => Ok(match text.as_str() {
                    // Many times faster than `encode_utf16`, and most strings are ASCII.
                    Some(ascii) if ascii.is_ascii() => {
                        outcomes.returned_text(ascii.bytes().map(u16::from));
                    }
                    _ => outcomes.returned_text(text.encode_utf16()),
                }),
                Err(error) => Err(error),
            },
            // Java takes an int, and skips nothing if it is negative.
            Read::Skip(count) => $made_once!(input.skip_bytes(usize::try_from(count).unwrap_or(0)))
                .map(|skipped| {
                    let skipped = $crate::sweep::codec::clamped(skipped);
                    outcomes.returned(&skipped.to_be_bytes());
                }),
            Read::Boolean => {
                $made!(input.read_boolean()).map(|value| outcomes.returned(&[value.into()]))
            }
            Read::Byte => {
                $made!(input.read_byte()).map(|value| outcomes.returned(&value.to_be_bytes()))
            }
            // Java returns an int.
            Read::UnsignedByte => $made!(input.read_unsigned_byte())
                .map(|value| outcomes.returned(&i32::from(value).to_be_bytes())),
            Read::Short => {
                $made!(input.read_short()).map(|value| outcomes.returned(&value.to_be_bytes()))
            }
            Read::UnsignedShort => $made!(input.read_unsigned_short())
                .map(|value| outcomes.returned(&i32::from(value).to_be_bytes())),
            Read::Char => {
                $made!(input.read_char()).map(|value| outcomes.returned(&value.to_be_bytes()))
            }
            Read::Int => {
                $made!(input.read_int()).map(|value| outcomes.returned(&value.to_be_bytes()))
            }
            Read::Long => {
                $made!(input.read_long()).map(|value| outcomes.returned(&value.to_be_bytes()))
            }
            Read::Float => $made!(input.read_float())
                .map(|value| outcomes.returned(&value.to_bits().to_be_bytes())),
            Read::Double => $made!(input.read_double())
                .map(|value| outcomes.returned(&value.to_bits().to_be_bytes())),
        };
        done.is_err_and(|error| $crate::sweep::codec::calls::threw(&error, &[], outcomes))
    }};
}

/// Makes one call of a `DataOutputStream`.
macro_rules! write {
    ($call:expr, $output:expr, $made:ident) => {{
        use $crate::sweep::call::Write;
        let output = $output;
        match $call {
            Write::All(bytes) => $made!(output.write(bytes)),
            Write::Boolean(value) => $made!(output.write_boolean(*value)),
            Write::Byte(value) => $made!(output.write_byte(*value)),
            Write::UnsignedByte(value) => $made!(output.write_unsigned_byte(*value)),
            Write::Short(value) => $made!(output.write_short(*value)),
            Write::UnsignedShort(value) => $made!(output.write_unsigned_short(*value)),
            Write::Char(unit) => $made!(output.write_char(*unit)),
            Write::Int(value) => $made!(output.write_int(*value)),
            Write::Long(value) => $made!(output.write_long(*value)),
            Write::Float(bits) => $made!(output.write_float(f32::from_bits(*bits))),
            Write::Double(bits) => $made!(output.write_double(f64::from_bits(*bits))),
            Write::Bytes(text) => $made!(output.write_bytes(text)),
            Write::Chars(text) => $made!(output.write_chars(text)),
            Write::Utf(text) => $made!(output.write_utf(text)),
        }
    }};
}

pub(crate) use read;
pub(crate) use write;

/// Records an error. Returns whether it reported the end of the input.
pub(crate) fn threw(error: &Error, given: &[u8], outcomes: &mut Outcomes) -> bool {
    outcomes.threw(error, given);
    matches!(error, Error::EndOfInput(_))
}

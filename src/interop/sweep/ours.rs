//! The codec under test plays a block: the twin of what `Sweep.java` does with a request.

use crate::JavaString;
use crate::chat::read_line;
use crate::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};

use super::block::{self, Sources, Work};
use super::call::{Read, Write};
use super::outcome::Outcomes;
use super::streams::{Sink, Source};

/// Makes all calls of a block, and records what they come to.
pub(super) fn play(work: &Work, outcomes: &mut Outcomes) {
    match work {
        Work::Reads {
            calls,
            rounds,
            sources,
        } => reads(calls, *rounds, sources, outcomes),
        Work::Lines { rounds, sources } => lines(*rounds, sources, outcomes),
        Work::Writes(sinks) => writes(sinks, outcomes),
    }
}

fn reads(calls: &[Read], rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    // Kept for all calls, so that what it held before must not matter.
    let mut text = JavaString::new();
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        let mut input = DataInputStream::new(Source::new(bytes, failing));
        let mut at_end = false;
        let mut made = 0;
        for _ in 0..rounds {
            for &call in calls {
                outcomes.label(stream, made);
                made += 1;
                at_end = read(call, &mut input, &mut text, outcomes);
                outcomes.stands(clamped(input.get_ref().given()));
            }
            if at_end {
                break;
            }
        }
    }
}

/// Makes one call, and tells whether it said that there is nothing more.
fn read(
    call: Read,
    input: &mut DataInputStream<Source<'_>>,
    text: &mut JavaString,
    outcomes: &mut Outcomes,
) -> bool {
    let done = match call {
        Read::Fully(count) => {
            let mut buffer = vec![0; count.into()];
            return match input.read_fully(&mut buffer) {
                Ok(()) => {
                    outcomes.returned(&buffer);
                    false
                }
                Err(error) => threw(&error, &buffer, outcomes),
            };
        }
        Read::Line => match input.read_line() {
            Ok(Some(line)) => {
                outcomes.returned_text(line.encode_utf16());
                return false;
            }
            Ok(None) => {
                outcomes.returned_null();
                return true;
            }
            Err(error) => Err(error),
        },
        Read::Utf => match input.read_utf_into(text) {
            Ok(()) => {
                match text.as_str() {
                    // Many times faster than by way of `encode_utf16`, and most are such.
                    Some(ascii) if ascii.is_ascii() => {
                        outcomes.returned_text(ascii.bytes().map(u16::from));
                    }
                    _ => outcomes.returned_text(text.encode_utf16()),
                }
                return false;
            }
            Err(error) => Err(error),
        },
        // Java takes an int, and does nothing if it is negative.
        Read::Skip(count) => input
            .skip_bytes(usize::try_from(count).unwrap_or(0))
            .map(|skipped| outcomes.returned(&clamped(skipped).to_be_bytes())),
        Read::Boolean => input
            .read_boolean()
            .map(|value| outcomes.returned(&[value.into()])),
        Read::Byte => input
            .read_byte()
            .map(|value| outcomes.returned(&value.to_be_bytes())),
        // Java returns an int.
        Read::UnsignedByte => input
            .read_unsigned_byte()
            .map(|value| outcomes.returned(&i32::from(value).to_be_bytes())),
        Read::Short => input
            .read_short()
            .map(|value| outcomes.returned(&value.to_be_bytes())),
        Read::UnsignedShort => input
            .read_unsigned_short()
            .map(|value| outcomes.returned(&i32::from(value).to_be_bytes())),
        Read::Char => input
            .read_char()
            .map(|value| outcomes.returned(&value.to_be_bytes())),
        Read::Int => input
            .read_int()
            .map(|value| outcomes.returned(&value.to_be_bytes())),
        Read::Long => input
            .read_long()
            .map(|value| outcomes.returned(&value.to_be_bytes())),
        Read::Float => input
            .read_float()
            .map(|value| outcomes.returned(&value.to_bits().to_be_bytes())),
        Read::Double => input
            .read_double()
            .map(|value| outcomes.returned(&value.to_bits().to_be_bytes())),
    };
    done.is_err_and(|error| threw(&error, &[], outcomes))
}

fn threw(error: &Error, given: &[u8], outcomes: &mut Outcomes) -> bool {
    outcomes.threw(error, given);
    matches!(error, Error::EndOfInput)
}

fn lines(rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        assert_eq!(failing, None, "a console that fails is not swept");
        let mut console = bytes;
        for round in 0..rounds {
            outcomes.label(stream, round);
            let line = read_line(&mut console);
            match &line {
                Ok(Some(line)) => outcomes.returned_text(line.encode_utf16()),
                Ok(None) => outcomes.returned_null(),
                Err(_) => unreachable!("a slice never fails"),
            }
            // How far a reader with a buffer has read is its own affair.
            outcomes.stands(0);
            if let Ok(None) = line {
                break;
            }
        }
    }
}

fn writes(sinks: &[block::Sink], outcomes: &mut Outcomes) {
    for (stream, sink) in sinks.iter().enumerate() {
        let mut output = DataOutputStream::new(Sink::new(sink.failing));
        for (index, call) in sink.calls.iter().enumerate() {
            outcomes.label(stream, index);
            match write(call, &mut output) {
                Ok(()) => outcomes.returned(output.get_ref().taken()),
                Err(error) => outcomes.threw(&error, output.get_ref().taken()),
            }
            output.get_mut().clear();
            outcomes.stands(output.size());
        }
    }
}

fn write(call: &Write, output: &mut DataOutputStream<Sink>) -> Result<(), Error> {
    match call {
        Write::All(bytes) => output.write(bytes),
        Write::Boolean(value) => output.write_boolean(*value),
        Write::Byte(value) => output.write_byte(*value),
        Write::UnsignedByte(value) => output.write_unsigned_byte(*value),
        Write::Short(value) => output.write_short(*value),
        Write::UnsignedShort(value) => output.write_unsigned_short(*value),
        Write::Char(unit) => output.write_char(*unit),
        Write::Int(value) => output.write_int(*value),
        Write::Long(value) => output.write_long(*value),
        Write::Float(bits) => output.write_float(f32::from_bits(*bits)),
        Write::Double(bits) => output.write_double(f64::from_bits(*bits)),
        Write::Bytes(text) => output.write_bytes(text),
        Write::Chars(text) => output.write_chars(text),
        Write::Utf(text) => output.write_utf(text),
    }
}

fn clamped(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

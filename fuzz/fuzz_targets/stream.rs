//! Any calls on any bytes that arrive in any pieces: nothing panics, and the pieces do not matter.
//!
//! ```text
//! cargo fuzz run -s none stream
//! ```

#![no_main]

use std::io::{self, ErrorKind, Read};

use arbitrary::Arbitrary;
use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Conversation {
    bytes: Vec<u8>,
    /// How many bytes each read gives; 0 is an interruption.
    pieces: Vec<u8>,
    calls: Vec<Call>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Call {
    Fully(u8),
    Skip(u16),
    Boolean,
    Byte,
    UnsignedByte,
    Short,
    UnsignedShort,
    Char,
    Int,
    Long,
    Float,
    Double,
    Line,
    Utf,
}

fuzz_target!(|conversation: Conversation| {
    let Conversation {
        bytes,
        pieces,
        calls,
    } = conversation;
    let mut whole = DataInputStream::new(&bytes[..]);
    let pieces = Pieces {
        rest: &bytes,
        pieces: pieces.iter().cycle(),
        interrupted: false,
    };
    let mut pieced = DataInputStream::new(pieces);
    for call in calls {
        let (seen, expected) = (play(call, &mut pieced), play(call, &mut whole));
        assert_eq!(format!("{seen:?}"), format!("{expected:?}"), "{call:?}");
    }
    let (source, held) = pieced.into_parts();
    assert_eq!((source.rest, held), whole.into_parts());
});

/// What the call gave, written down again with the method that is its opposite.
fn play(call: Call, input: &mut impl DataInput) -> Result<Vec<u8>, Error> {
    let mut output = DataOutputStream::new(Vec::new());
    match call {
        Call::Fully(count) => {
            let mut buffer = vec![0; count.into()];
            input.read_fully(&mut buffer)?;
            output.write(&buffer)?;
        }
        Call::Skip(count) => {
            let skipped = input.skip_bytes(count.into())?;
            assert!(skipped <= count.into());
            output.write_long(skipped.try_into().unwrap())?;
        }
        Call::Boolean => output.write_boolean(input.read_boolean()?)?,
        Call::Byte => output.write_byte(input.read_byte()?)?,
        Call::UnsignedByte => output.write_unsigned_byte(input.read_unsigned_byte()?)?,
        Call::Short => output.write_short(input.read_short()?)?,
        Call::UnsignedShort => output.write_unsigned_short(input.read_unsigned_short()?)?,
        Call::Char => output.write_char(input.read_char()?)?,
        Call::Int => output.write_int(input.read_int()?)?,
        Call::Long => output.write_long(input.read_long()?)?,
        Call::Float => output.write_float(input.read_float()?)?,
        Call::Double => output.write_double(input.read_double()?)?,
        Call::Line => output.write_bytes(&input.read_line()?.unwrap_or_default())?,
        Call::Utf => {
            let mut text = JavaString::from("replaced");
            input.read_utf_into(&mut text)?;
            output.write_chars(&text)?;
        }
    }
    Ok(output.into_inner())
}

struct Pieces<'a, I> {
    rest: &'a [u8],
    pieces: I,
    interrupted: bool,
}

impl<'a, I: Iterator<Item = &'a u8>> Read for Pieces<'_, I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.pieces.next().copied().unwrap_or(u8::MAX);
        // Never twice in a row: nothing but interruptions would never end.
        self.interrupted = piece == 0 && !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let count = usize::from(piece.max(1))
            .min(self.rest.len())
            .min(buffer.len());
        let (given, rest) = self.rest.split_at(count);
        buffer[..count].copy_from_slice(given);
        self.rest = rest;
        Ok(count)
    }
}

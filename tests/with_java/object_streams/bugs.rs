//! Typical bugs of object streams, each of which the comparison with Java must find.
//!
//! A bug changes what the calls of a correct stream do, or the bytes that it writes.

use std::io::Write;

use javatalk::data::{DataInput, Error};
use javatalk::mutf8;
use javatalk::object::{Blocks, Object, ObjectError, ObjectInput, ObjectOutput};

use super::writes::{Call, Sink};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteBug {
    /// No object is a reference to one before it.
    HandlesForgotten,
    /// An object is a reference to an equal one before it.
    HandlesByValue,
    /// `reset` writes and forgets nothing.
    ResetIgnored,
    /// Later objects may refer to an unshared one.
    UnsharedKept,
    /// `flush` writes the block, and does not flush the sink.
    FlushMissing,
    /// `drain` leaves what has been collected.
    DrainMissing,
    HeaderMissing,
    /// A block of 256 bytes has a header of two bytes.
    ShortHeaderAt256,
    /// A block of 255 bytes has a header of five bytes.
    LongHeaderAt255,
    /// A block has 1,023 bytes at most.
    BlockOf1023,
    /// A string of more than 65,535 bytes has a length of two bytes, modulo 65,536.
    LongStringsShort,
    /// Strings are cut into blocks as in other releases.
    BlocksOfOtherReleases,
}

impl WriteBug {
    pub(super) const ALL: [Self; 12] = [
        Self::HandlesForgotten,
        Self::HandlesByValue,
        Self::ResetIgnored,
        Self::UnsharedKept,
        Self::FlushMissing,
        Self::DrainMissing,
        Self::HeaderMissing,
        Self::ShortHeaderAt256,
        Self::LongHeaderAt255,
        Self::BlockOf1023,
        Self::LongStringsShort,
        Self::BlocksOfOtherReleases,
    ];

    pub(super) fn blocks(self, correct: Blocks) -> Blocks {
        match (self, correct) {
            (Self::BlocksOfOtherReleases, Blocks::UpTo23) => Blocks::Since24,
            (Self::BlocksOfOtherReleases, Blocks::Since24) => Blocks::UpTo23,
            (_, correct) => correct,
        }
    }

    pub(super) fn play(
        self,
        call: &Call,
        output: &mut ObjectOutput<Sink>,
        objects: &[Object],
    ) -> Result<(), Error> {
        match (self, call) {
            (Self::HandlesForgotten, Call::Object(Some(number))) => {
                output.write_object(&Object::new(objects[*number].content().clone()))
            }
            (Self::HandlesByValue, Call::Object(Some(number))) => {
                let object = &objects[*number];
                let first = objects.iter().find(|other| *other == object);
                output.write_object(first.unwrap_or(object))
            }
            (Self::ResetIgnored, Call::Reset) | (Self::DrainMissing, Call::Drain) => Ok(()),
            (Self::UnsharedKept, Call::Unshared(number)) => {
                output.write_object(number.map(|number| &objects[number]))
            }
            (Self::FlushMissing, Call::Flush) => output.drain(),
            (Self::LongStringsShort, Call::NewString(text)) => {
                let body = mutf8::encode(&text[..]);
                if body.len() <= usize::from(u16::MAX) {
                    return call.play(output, objects);
                }
                output.drain()?;
                let [.., high, low] = body.len().to_be_bytes();
                output.get_mut().write_all(&[0x74, high, low])?;
                Ok(output.get_mut().write_all(&body)?)
            }
            (_, call) => call.play(output, objects),
        }
    }

    /// What reaches the sink of these bytes, which are a whole block if they begin like one. The header
    /// of the stream comes before anything else.
    pub(super) fn written(self, bytes: &[u8], is_first: bool) -> Vec<u8> {
        match (self, bytes) {
            (Self::HeaderMissing, _) if is_first => Vec::new(),
            (Self::ShortHeaderAt256, [0x7A, 0, 0, 1, 0, data @ ..]) => [&[0x77, 0], data].concat(),
            (Self::LongHeaderAt255, [0x77, 0xFF, data @ ..]) => {
                [&[0x7A, 0, 0, 0, 0xFF], data].concat()
            }
            (Self::BlockOf1023, [0x7A, 0, 0, 4, 0, data @ .., last]) => {
                [&[0x7A, 0, 0, 3, 0xFF], data, &[0x77, 1, *last]].concat()
            }
            (_, bytes) => bytes.to_vec(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadBug {
    /// `readUnshared` reads what others refer to.
    UnsharedShared,
    /// `readObject` skips primitive data.
    OptionalDataSkipped,
    /// `readObject` returns null at the end of the input.
    EndAsNull,
    /// `readUTF` replaces what is malformed.
    MalformedReplaced,
}

impl ReadBug {
    pub(super) const ALL: [Self; 4] = [
        Self::UnsharedShared,
        Self::OptionalDataSkipped,
        Self::EndAsNull,
        Self::MalformedReplaced,
    ];

    pub(super) fn object(
        self,
        input: &mut ObjectInput<impl std::io::Read>,
        is_unshared: bool,
    ) -> Result<Option<Object>, Error> {
        let read = if is_unshared && self != Self::UnsharedShared {
            input.read_unshared()
        } else {
            input.read_object()
        };
        match (self, read) {
            (Self::EndAsNull, Err(Error::EndOfInput(_))) => Ok(None),
            (Self::OptionalDataSkipped, Err(Error::Object(why))) => match *why {
                ObjectError::OptionalData { length, .. } => {
                    input.skip_bytes(length.try_into().unwrap())?;
                    input.read_object()
                }
                why => Err(why.into()),
            },
            (_, read) => read,
        }
    }
}

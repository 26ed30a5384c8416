//! Sequences of calls that read, for Java and for the library.

use std::cell::Cell;
use std::io::{self, Read};

use javatalk::data::{DataInput, Error};
use javatalk::object::{Object, ObjectError, ObjectInput};

use super::Sequence;
use super::bugs::ReadBug;
use super::outcome::{put_error, put_outcome, put_text};
use super::writes::put_content;

/// A method of `ObjectInputStream`; its number is that in `ObjectStreams.java`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    ReadFully,
    ReadBoolean,
    ReadByte,
    ReadUnsignedByte,
    ReadShort,
    ReadUnsignedShort,
    ReadChar,
    ReadInt,
    ReadLong,
    ReadFloat,
    ReadDouble,
    ReadUtf,
    ReadLine,
    SkipBytes,
    Read,
    ReadObject,
    ReadUnshared,
    Available,
}

impl Method {
    pub(super) const ALL: [Self; 18] = [
        Self::ReadFully,
        Self::ReadBoolean,
        Self::ReadByte,
        Self::ReadUnsignedByte,
        Self::ReadShort,
        Self::ReadUnsignedShort,
        Self::ReadChar,
        Self::ReadInt,
        Self::ReadLong,
        Self::ReadFloat,
        Self::ReadDouble,
        Self::ReadUtf,
        Self::ReadLine,
        Self::SkipBytes,
        Self::Read,
        Self::ReadObject,
        Self::ReadUnshared,
        Self::Available,
    ];
}

/// Calls over these bytes.
#[derive(Clone, Debug)]
pub(super) struct Reads {
    /// The source gives at most so many bytes at a time.
    pub(super) piece: usize,
    /// The source fails once, after this number of bytes.
    pub(super) failing: Option<usize>,
    pub(super) bytes: Vec<u8>,
    /// Methods, and how many bytes those read that take a number.
    pub(super) calls: Vec<(Method, usize)>,
}

impl Sequence for Reads {
    fn request(&self) -> Vec<u8> {
        let mut request = vec![b'R'];
        let mut put = |number: usize| {
            let number = i32::try_from(number).unwrap_or(i32::MAX);
            request.extend(number.to_be_bytes());
        };
        put(self.piece);
        match self.failing {
            Some(failing) => put(failing),
            None => request.extend((-1i32).to_be_bytes()),
        }
        request.extend(i32::try_from(self.bytes.len()).unwrap().to_be_bytes());
        request.extend(&self.bytes);
        request.extend(i32::try_from(self.calls.len()).unwrap().to_be_bytes());
        for (method, argument) in &self.calls {
            request.push(*method as u8);
            request.extend(i32::try_from(*argument).unwrap().to_be_bytes());
        }
        request
    }

    fn play(&self, _feature: u32) -> Vec<Vec<u8>> {
        self.play_with(None)
    }

    fn call(&self, index: usize) -> String {
        match index.checked_sub(1) {
            None => "new ObjectInputStream".to_owned(),
            Some(index) => format!("{:?}", self.calls.get(index)),
        }
    }
}

impl Reads {
    /// The outcomes of the library, with a bug or without.
    pub(super) fn play_with(&self, bug: Option<ReadBug>) -> Vec<Vec<u8>> {
        let source = Source {
            bytes: &self.bytes,
            piece: self.piece,
            failing: self.failing,
            given: 0,
        };
        let given = Cell::new(0);
        let mut input = match ObjectInput::new(Counted {
            source,
            given: &given,
        }) {
            Ok(input) => input,
            Err(error) => {
                let mut bytes = Vec::new();
                put_error(&mut bytes, &error);
                return vec![put_outcome(bytes, given.get())];
            }
        };
        let mut outcomes = vec![put_outcome(vec![0], given.get())];
        let mut objects = Vec::new();
        for &(method, argument) in &self.calls {
            let bytes = call(bug, &mut input, method, argument, &mut objects);
            outcomes.push(put_outcome(bytes, given.get()));
        }
        outcomes
    }
}

type Input<'a> = ObjectInput<Counted<'a>>;

fn call(
    bug: Option<ReadBug>,
    input: &mut Input<'_>,
    method: Method,
    argument: usize,
    objects: &mut Vec<Object>,
) -> Vec<u8> {
    let mut bytes = vec![0];
    let called = match method {
        Method::ReadFully => {
            let mut buffer = vec![0; argument];
            let read = input.read_fully(&mut buffer);
            bytes.extend(buffer);
            read
        }
        Method::ReadBoolean => put(&mut bytes, input.read_boolean(), |value| [u8::from(value)]),
        Method::ReadByte => put(&mut bytes, input.read_byte(), i8::to_be_bytes),
        Method::ReadUnsignedByte => put(&mut bytes, input.read_unsigned_byte(), |value| [value]),
        Method::ReadShort => put(&mut bytes, input.read_short(), i16::to_be_bytes),
        Method::ReadUnsignedShort => put(&mut bytes, input.read_unsigned_short(), u16::to_be_bytes),
        Method::ReadChar => put(&mut bytes, input.read_char(), u16::to_be_bytes),
        Method::ReadInt => put(&mut bytes, input.read_int(), i32::to_be_bytes),
        Method::ReadLong => put(&mut bytes, input.read_long(), i64::to_be_bytes),
        Method::ReadFloat => {
            let bits = input.read_float().map(f32::to_bits);
            put(&mut bytes, bits, u32::to_be_bytes)
        }
        Method::ReadDouble => {
            let bits = input.read_double().map(f64::to_bits);
            put(&mut bytes, bits, u64::to_be_bytes)
        }
        Method::ReadUtf => input.read_utf().map(|text| {
            let units: Vec<u16> = text.encode_utf16().collect();
            put_text(&mut bytes, &units);
        }),
        Method::ReadLine => input.read_line().map(|line| match line {
            Some(line) => {
                let units: Vec<u16> = line.encode_utf16().collect();
                put_text(&mut bytes, &units);
            }
            None => bytes = vec![1],
        }),
        Method::SkipBytes => put(&mut bytes, input.skip_bytes(argument), int),
        Method::Read => {
            let mut buffer = vec![0; argument];
            input.read(&mut buffer).map_err(Error::from).map(|count| {
                let returned = if count == 0 && argument > 0 {
                    (-1i32).to_be_bytes()
                } else {
                    int(count)
                };
                bytes.extend(returned);
                bytes.extend(&buffer[..count]);
            })
        }
        Method::ReadObject | Method::ReadUnshared => {
            let is_unshared = method == Method::ReadUnshared;
            let read = match bug {
                Some(bug) => bug.object(input, is_unshared),
                None if is_unshared => input.read_unshared(),
                None => input.read_object(),
            };
            put_object(&mut bytes, read, objects)
        }
        Method::Available => {
            let available = input.available(|source| Ok(source.source.available()));
            put(&mut bytes, available, int)
        }
    };
    if let Err(error) = called {
        bytes.clear();
        if bug == Some(ReadBug::MalformedReplaced) && is_malformed(&error) {
            put_text(&mut bytes, &[0xFFFD]);
            return bytes;
        }
        put_error(&mut bytes, &error);
    }
    bytes
}

fn is_malformed(error: &Error) -> bool {
    matches!(error, Error::Object(why) if matches!(**why, ObjectError::Malformed(_)))
}

fn int(count: usize) -> [u8; 4] {
    i32::try_from(count).unwrap().to_be_bytes()
}

fn put<T, const N: usize>(
    bytes: &mut Vec<u8>,
    value: Result<T, Error>,
    encode: impl Fn(T) -> [u8; N],
) -> Result<(), Error> {
    value.map(|value| bytes.extend(encode(value)))
}

fn put_object(
    bytes: &mut Vec<u8>,
    object: Result<Option<Object>, Error>,
    objects: &mut Vec<Object>,
) -> Result<(), Error> {
    match object {
        Ok(None) => *bytes = vec![1],
        Ok(Some(object)) => {
            // Java has one empty string, however many it reads.
            let is_empty = object.as_java_str().is_some_and(|text| text.is_empty());
            let known = objects.iter().position(|known| known.is_same(&object));
            match known.filter(|_| !is_empty) {
                Some(number) => bytes.extend(int(number)),
                None => {
                    bytes.extend(int(objects.len()));
                    put_content(bytes, object.content());
                    objects.push(object);
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Gives its bytes in pieces, and fails once.
struct Source<'a> {
    bytes: &'a [u8],
    piece: usize,
    failing: Option<usize>,
    given: usize,
}

impl Source<'_> {
    fn available(&self) -> usize {
        self.piece.min(self.bytes.len() - self.given)
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = buffer.len().min(self.available());
        if let Some(failing) = self.failing.filter(|&failing| failing >= self.given) {
            count = count.min(failing - self.given);
            if count == 0 && !buffer.is_empty() {
                self.failing = None;
                return Err(io::Error::other("so it was told"));
            }
        }
        buffer[..count].copy_from_slice(&self.bytes[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}

/// Says how many bytes have been given, also if the constructor fails.
struct Counted<'a> {
    source: Source<'a>,
    given: &'a Cell<usize>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer);
        self.given.set(self.source.given);
        read
    }
}

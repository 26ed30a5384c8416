//! Sequences of calls that write, for Java and for the library.

use std::io::{self, Write};

use javatalk::JavaString;
use javatalk::data::{DataOutput, Error};
use javatalk::object::{Blocks, Content, Object, ObjectOutput};

use super::Sequence;
use super::bugs::WriteBug;
use super::outcome::{put_error, put_outcome, put_text};

/// A call of `ObjectOutputStream`.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Write(Vec<u8>),
    Boolean(bool),
    Byte(i8),
    Short(i16),
    Char(u16),
    Int(i32),
    Long(i64),
    Float(u32),
    Double(u64),
    Bytes(Vec<u16>),
    Chars(Vec<u16>),
    Utf(Vec<u16>),
    /// The number of an object; `None` is null.
    Object(Option<usize>),
    Unshared(Option<usize>),
    NewString(Vec<u16>),
    Reset,
    Flush,
    Drain,
}

/// Objects, and calls that may write each of them several times.
#[derive(Clone, Debug, Default)]
pub(super) struct Writes {
    pub(super) objects: Vec<Content>,
    pub(super) calls: Vec<Call>,
}

impl Sequence for Writes {
    fn request(&self) -> Vec<u8> {
        let mut bytes = vec![b'W'];
        put_len(&mut bytes, self.objects.len());
        for object in &self.objects {
            put_content(&mut bytes, object);
        }
        put_len(&mut bytes, self.calls.len());
        for call in &self.calls {
            call.encode(&mut bytes);
        }
        bytes
    }

    fn play(&self, feature: u32) -> Vec<Vec<u8>> {
        self.play_with(None, feature)
    }

    fn call(&self, index: usize) -> String {
        let shown = match index.checked_sub(1) {
            None => "new ObjectOutputStream".to_owned(),
            Some(index) => match self.calls.get(index) {
                Some(call) => format!("{call:?}"),
                None => "all bytes".to_owned(),
            },
        };
        shown.chars().take(200).collect()
    }
}

impl Writes {
    /// The outcomes of the library, with a bug or without.
    pub(super) fn play_with(&self, bug: Option<WriteBug>, feature: u32) -> Vec<Vec<u8>> {
        let blocks = if feature < 24 {
            Blocks::UpTo23
        } else {
            Blocks::Since24
        };
        let blocks = bug.map_or(blocks, |bug| bug.blocks(blocks));
        let objects: Vec<Object> = self.objects.iter().cloned().map(Object::new).collect();
        let sink = Sink {
            bug,
            ..Sink::default()
        };
        let mut output = ObjectOutput::with_blocks(sink, blocks).unwrap();
        let mut outcomes = vec![output.get_ref().outcome(vec![0])];
        for call in &self.calls {
            let mut bytes = Vec::new();
            let played = match bug {
                Some(bug) => bug.play(call, &mut output, &objects),
                None => call.play(&mut output, &objects),
            };
            match played {
                Ok(()) => bytes.push(0),
                Err(error) => put_error(&mut bytes, &error),
            }
            outcomes.push(output.get_ref().outcome(bytes));
        }
        outcomes.push(output.get_ref().bytes.clone());
        outcomes
    }
}

impl Call {
    fn encode(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(value) => {
                bytes.push(0);
                put_len(bytes, value.len());
                bytes.extend(value);
            }
            Self::Boolean(value) => bytes.extend([1, u8::from(*value)]),
            Self::Byte(value) => {
                bytes.push(2);
                bytes.extend(value.to_be_bytes());
            }
            Self::Short(value) => {
                bytes.push(3);
                bytes.extend(value.to_be_bytes());
            }
            Self::Char(value) => {
                bytes.push(4);
                bytes.extend(value.to_be_bytes());
            }
            Self::Int(value) => {
                bytes.push(5);
                bytes.extend(value.to_be_bytes());
            }
            Self::Long(value) => {
                bytes.push(6);
                bytes.extend(value.to_be_bytes());
            }
            Self::Float(value) => {
                bytes.push(7);
                bytes.extend(value.to_be_bytes());
            }
            Self::Double(value) => {
                bytes.push(8);
                bytes.extend(value.to_be_bytes());
            }
            Self::Bytes(text) => {
                bytes.push(9);
                put_text(bytes, text);
            }
            Self::Chars(text) => {
                bytes.push(10);
                put_text(bytes, text);
            }
            Self::Utf(text) => {
                bytes.push(11);
                put_text(bytes, text);
            }
            Self::Object(number) => {
                bytes.push(12);
                put_number(bytes, *number);
            }
            Self::Unshared(number) => {
                bytes.push(13);
                put_number(bytes, *number);
            }
            Self::NewString(text) => {
                bytes.push(14);
                put_text(bytes, text);
            }
            Self::Reset => bytes.push(15),
            Self::Flush => bytes.push(16),
            Self::Drain => bytes.push(17),
        }
    }

    pub(super) fn play(
        &self,
        output: &mut ObjectOutput<Sink>,
        objects: &[Object],
    ) -> Result<(), Error> {
        match self {
            Self::Write(value) => output.write(value),
            Self::Boolean(value) => output.write_boolean(*value),
            Self::Byte(value) => output.write_byte(*value),
            Self::Short(value) => output.write_short(*value),
            Self::Char(value) => output.write_char(*value),
            Self::Int(value) => output.write_int(*value),
            Self::Long(value) => output.write_long(*value),
            Self::Float(value) => output.write_float(f32::from_bits(*value)),
            Self::Double(value) => output.write_double(f64::from_bits(*value)),
            Self::Bytes(text) => output.write_bytes(&JavaString::from_utf16(text)),
            Self::Chars(text) => output.write_chars(&JavaString::from_utf16(text)),
            // Not as text: code units go another way through the library.
            Self::Utf(text) if text.len() % 2 == 0 => output.write_utf(&text[..]),
            Self::Utf(text) => output.write_utf(&JavaString::from_utf16(text)),
            Self::Object(number) => output.write_object(number.map(|number| &objects[number])),
            Self::Unshared(number) => output.write_unshared(number.map(|number| &objects[number])),
            Self::NewString(text) => output.write_string(&JavaString::from_utf16(text)),
            Self::Reset => output.reset(),
            Self::Flush => output.flush(),
            Self::Drain => output.drain(),
        }
    }
}

/// Counts how often it is flushed.
#[derive(Default)]
pub(super) struct Sink {
    bug: Option<WriteBug>,
    has_begun: bool,
    bytes: Vec<u8>,
    flushes: usize,
}

impl Sink {
    fn outcome(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        put_len(&mut bytes, self.flushes);
        put_outcome(bytes, self.bytes.len())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match self.bug {
            Some(bug) => self.bytes.extend(bug.written(bytes, is_first)),
            None => self.bytes.extend(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushes += 1;
        Ok(())
    }
}

fn put_len(bytes: &mut Vec<u8>, len: usize) {
    bytes.extend(i32::try_from(len).unwrap().to_be_bytes());
}

fn put_number(bytes: &mut Vec<u8>, number: Option<usize>) {
    let number = number.map_or(-1, |number| i32::try_from(number).unwrap());
    bytes.extend(number.to_be_bytes());
}

/// An object, as requests and answers have it.
pub(super) fn put_content(bytes: &mut Vec<u8>, content: &Content) {
    macro_rules! value {
        ($kind:literal, $value:expr) => {{
            bytes.push($kind);
            bytes.extend($value.to_be_bytes());
        }};
    }
    macro_rules! array {
        ($kind:literal, $values:expr) => {{
            bytes.push($kind);
            put_len(bytes, $values.len());
            for value in $values {
                bytes.extend(value.to_be_bytes());
            }
        }};
    }
    match content {
        Content::String(text) => {
            bytes.push(0);
            let units: Vec<u16> = text.encode_utf16().collect();
            put_text(bytes, &units);
        }
        Content::Boolean(value) => value!(1, u8::from(*value)),
        Content::Byte(value) => value!(2, value),
        Content::Character(value) => value!(3, value),
        Content::Short(value) => value!(4, value),
        Content::Integer(value) => value!(5, value),
        Content::Long(value) => value!(6, value),
        Content::Float(value) => value!(7, value.to_bits()),
        Content::Double(value) => value!(8, value.to_bits()),
        Content::Booleans(values) => {
            array!(9, values.iter().copied().map(u8::from).collect::<Vec<u8>>());
        }
        Content::Bytes(values) => array!(10, values),
        Content::Chars(values) => array!(11, values),
        Content::Shorts(values) => array!(12, values),
        Content::Ints(values) => array!(13, values),
        Content::Longs(values) => array!(14, values),
        Content::Floats(values) => array!(15, values),
        Content::Doubles(values) => array!(16, values),
    }
}

//! The parts of an object stream, as reports and traces name them.

use std::io::{Chain, Read};
use std::ops::Range;

use super::super::field::{Field, SHOWN};
use crate::data;
use crate::data::object::wire::{self, HEADER};
use crate::data::object::{Object, ObjectError, ObjectInput};
use crate::mutf8;
use crate::text::count::plural;
use crate::text::quotation::{quoted, shortened};

/// Splits a direction into the header, blocks of primitive data, and objects.
pub(crate) fn fields(flow: &[u8]) -> Vec<Field> {
    let parts = Parts::of(flow);
    parts.fields
}

/// The bodies of the strings that have a length of two bytes.
pub(crate) fn texts(flow: &[u8]) -> Vec<Range<usize>> {
    Parts::of(flow).texts
}

struct Parts<'a> {
    flow: &'a [u8],
    /// Up to where the flow has been split.
    at: usize,
    /// Reads the objects, and knows what the handles stand for. None outside a sound stream.
    objects: Option<Objects<'a>>,
    fields: Vec<Field>,
    texts: Vec<Range<usize>>,
}

type Objects<'a> = ObjectInput<Chain<&'static [u8], &'a [u8]>>;

impl<'a> Parts<'a> {
    fn of(flow: &'a [u8]) -> Self {
        let mut parts = Self {
            flow,
            at: 0,
            objects: None,
            fields: Vec::new(),
            texts: Vec::new(),
        };
        parts.split();
        parts
    }

    fn rest(&self) -> &'a [u8] {
        &self.flow[self.at..]
    }

    /// Adds the next `len` bytes as a field, or fewer where the flow is cut.
    fn add(&mut self, len: usize, meaning: impl Into<String>) {
        let bytes = &self.rest()[..len.min(self.rest().len())];
        let mut meaning = meaning.into();
        if bytes.len() < len {
            let came = bytes.len();
            meaning = format!("{meaning}, cut after {came} of {len} bytes");
        }
        if !bytes.is_empty() {
            self.fields.push(Field {
                start: self.at,
                bytes: bytes.to_vec(),
                meaning,
            });
        }
        self.at += bytes.len();
    }

    fn split(&mut self) {
        if !HEADER.starts_with(&self.rest()[..self.rest().len().min(HEADER.len())]) {
            self.add(self.rest().len(), "not an object stream: it has no header");
            return;
        }
        self.add(HEADER.len(), "the header of the object stream");
        self.objects = no_objects();
        while let Some(&code) = self.rest().first() {
            self.part(code);
        }
    }

    /// The part that begins with this type code.
    fn part(&mut self, code: u8) {
        match code {
            wire::BLOCK_DATA => self.block::<1>(),
            wire::BLOCK_DATA_LONG => self.block::<4>(),
            wire::RESET => {
                // A new table of handles.
                self.objects = no_objects();
                self.add(1, "reset: handles begin again");
            }
            wire::STRING => self.string::<2>("a string"),
            wire::LONG_STRING => self.string::<8>("a long string"),
            wire::END_BLOCK_DATA => self.add(1, "the end of an object's own data"),
            _ => self.object(code),
        }
    }

    /// A block, whose length has `N` bytes.
    fn block<const N: usize>(&mut self) {
        let Some(len) = self.length::<N>() else {
            self.add(1 + N, "a block of primitive data: its header");
            return;
        };
        let bytes = plural(len, "byte");
        self.add(1 + N, format!("a block of primitive data: {len} {bytes}"));
        let data = &self.rest()[..len.min(self.rest().len())];
        let said = match utf(data) {
            Some(text) => format!("its data, as writeUTF: {text:?}"),
            None => format!("its data: {}", quoted(data, SHOWN)),
        };
        self.add(len, said);
    }

    /// A string, whose length has `N` bytes.
    fn string<const N: usize>(&mut self, what: &str) {
        let Some(len) = self.length::<N>() else {
            self.add(1 + N, format!("{what}: its length"));
            return;
        };
        let begin = self.at + 1 + N;
        let body = &self.flow[begin..begin.saturating_add(len).min(self.flow.len())];
        let handle = match self.read_object() {
            Ok(_) => self.newest_handle(),
            Err(_) => String::new(),
        };
        let bytes = plural(len, "byte");
        self.add(1 + N, format!("{what}: {len} {bytes}{handle}"));
        if N == 2 {
            self.texts.push(begin..begin + body.len());
        }
        let said = match mutf8::decode(body) {
            Ok(text) => format!(
                "the string: {:?}",
                shortened(&text.to_string_lossy(), SHOWN)
            ),
            Err(why) => format!("the string, not modified UTF-8: {why}"),
        };
        self.add(len, said);
    }

    /// An object whose length shows only when it is read.
    fn object(&mut self, code: u8) {
        let before = self.rest().len();
        let (meaning, len) = match self.read_object() {
            Ok((object, len)) => (described(code, self.rest(), object.as_ref()), len),
            Err(Unread::Cut) => ("the beginning of an object".to_owned(), before),
            Err(Unread::Unknown(why)) => (format!("not read further: {why}"), before),
            Err(Unread::Foreign(class, len)) => (format!("an object of {class}"), len),
        };
        self.add(len, meaning);
    }

    /// The length of `N` bytes behind the type code.
    fn length<const N: usize>(&self) -> Option<usize> {
        let bytes = self.rest().get(1..)?.first_chunk::<N>()?;
        let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        usize::try_from(bytes.iter().fold(0, fold)).ok()
    }

    /// Reads the object that begins here, and returns how many bytes it has.
    fn read_object(&mut self) -> Result<(Option<Object>, usize), Unread> {
        let rest = self.rest();
        let Some(objects) = &mut self.objects else {
            return Err(Unread::Unknown(
                "what the handles stand for is unknown".to_owned(),
            ));
        };
        *objects.get_mut().get_mut().1 = rest;
        let read = objects.read_object();
        let len = rest.len() - objects.get_ref().get_ref().1.len();
        let why = match read {
            Ok(object) => return Ok((object, len)),
            Err(why) => why,
        };
        // Behind a failure the stream reads otherwise than the flow was written.
        Err(match why {
            data::Error::Object(why) => match *why {
                ObjectError::ClassNotFound(class) => {
                    Unread::Foreign(class.to_string_lossy().into_owned(), len)
                }
                why => {
                    self.objects = None;
                    Unread::Unknown(why.to_string())
                }
            },
            data::Error::EndOfInput(_) => {
                self.objects = None;
                Unread::Cut
            }
            why => {
                self.objects = None;
                Unread::Unknown(why.to_string())
            }
        })
    }

    fn newest_handle(&self) -> String {
        let newest = self.objects.as_ref().and_then(ObjectInput::newest_handle);
        newest.map_or_else(String::new, |handle| format!(", handle {handle:x}"))
    }
}

/// A table of handles without an entry.
fn no_objects<'a>() -> Option<Objects<'a>> {
    ObjectInput::new(Read::chain(&HEADER[..], &[][..])).ok()
}

/// Why an object was not read.
enum Unread {
    Cut,
    Foreign(String, usize),
    Unknown(String),
}

/// What an object is, whose bytes begin like this.
fn described(code: u8, bytes: &[u8], object: Option<&Object>) -> String {
    let Some(object) = object else {
        return "null".to_owned();
    };
    let what = match object.as_java_str() {
        Some(text) => format!("{:?}", shortened(&text.to_string_lossy(), SHOWN)),
        None => format!("an object of {}", object.class_name()),
    };
    match bytes {
        [wire::REFERENCE, handle @ ..] if code == wire::REFERENCE => {
            let handle = handle
                .first_chunk()
                .map_or(0, |bytes| u32::from_be_bytes(*bytes));
            format!("a reference to handle {handle:x}: {what}")
        }
        _ => what,
    }
}

/// The text, if the whole data are one string of `writeUTF`.
fn utf(data: &[u8]) -> Option<String> {
    let (length, body) = data.split_first_chunk::<2>()?;
    if usize::from(u16::from_be_bytes(*length)) != body.len() {
        return None;
    }
    let text = mutf8::decode(body).ok()?;
    Some(shortened(&text.to_string_lossy(), SHOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> Vec<String> {
        let fields = fields(&[&HEADER[..], bytes].concat());
        let shown = |field: &Field| format!("{} {}", field.start, field.meaning);
        fields[1..].iter().map(shown).collect()
    }

    #[test]
    fn objects_and_blocks_are_named() {
        assert_eq!(
            shown(b"t\0\x02hiq\0\x7e\0\0p\x77\x04\0\x02hi\x77\x01\xffyt\0\x01a"),
            [
                "4 a string: 2 bytes, handle 7e0000",
                "7 the string: \"hi\"",
                "9 a reference to handle 7e0000: \"hi\"",
                "14 null",
                "15 a block of primitive data: 4 bytes",
                "17 its data, as writeUTF: \"hi\"",
                "21 a block of primitive data: 1 byte",
                "23 its data: b\"\\xff\"",
                "24 reset: handles begin again",
                "25 a string: 1 byte, handle 7e0000",
                "28 the string: \"a\"",
            ]
        );
        assert_eq!(
            shown(b"\x7a\0\0\0\x01a|\0\0\0\0\0\0\0\x01bx"),
            [
                "4 a block of primitive data: 1 byte",
                "9 its data: \"a\"",
                "10 a long string: 1 byte, handle 7e0000",
                "19 the string: \"b\"",
                "20 the end of an object's own data",
            ]
        );
    }

    #[test]
    fn other_objects_are_named_by_their_class_and_counted() {
        let mut objects = crate::data::object::ObjectOutput::new(Vec::new()).unwrap();
        objects.write_object(&Object::from(7)).unwrap();
        objects.write_string("hi").unwrap();
        let objects = objects.into_inner().unwrap();
        let unknown = b"sr\0\x08no.Class\0\0\0\0\0\0\0\x01\x02\0\0xpq\0\x7e\0\x03";
        assert_eq!(
            shown(&[&objects[4..], unknown].concat()),
            [
                "4 an object of java.lang.Integer",
                // Its class, the superclass and the object come before it.
                "81 a string: 2 bytes, handle 7e0003",
                "84 the string: \"hi\"",
                "86 an object of no.Class",
                "111 a reference to handle 7e0003: \"hi\"",
            ]
        );
    }

    #[test]
    fn a_cut_or_broken_stream_is_named_up_to_its_end() {
        assert_eq!(
            shown(b"t\0\x03h"),
            [
                "4 a string: 3 bytes",
                "7 the string: \"h\", cut after 1 of 3 bytes",
            ]
        );
        assert_eq!(
            shown(b"t\0"),
            ["4 a string: its length, cut after 2 of 3 bytes"]
        );
        assert_eq!(shown(b"q\0"), ["4 the beginning of an object"]);
        assert_eq!(
            shown(b"\x77\x03a"),
            [
                "4 a block of primitive data: 3 bytes",
                "6 its data: \"a\", cut after 1 of 3 bytes",
            ]
        );
        let broken = shown(b"q\0\x7e\0\x05t\0\0");
        assert!(broken[0].starts_with("4 not read further: "), "{broken:?}");
        assert_eq!(fields(b"\xac\xed").len(), 1);
        assert_eq!(
            fields(b"hello")[0].meaning,
            "not an object stream: it has no header"
        );
        assert!(fields(b"").is_empty());
    }

    #[test]
    fn the_texts_are_those_of_short_strings() {
        let flow = [
            &HEADER[..],
            b"t\0\x02hi\x77\x04\0\x02hi|\0\0\0\0\0\0\0\x01bt\0\x05hel",
        ]
        .concat();
        let texts: Vec<&[u8]> = texts(&flow).into_iter().map(|at| &flow[at]).collect();
        assert_eq!(texts, [&b"hi"[..], b"hel"]);
    }
}

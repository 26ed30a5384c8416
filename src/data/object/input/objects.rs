//! Objects: the counterpart of Java's `readObject0`.
//!
//! An object of another class than those of [`Content`] is read as Java reads one whose class it does
//! not have: completely, with all that it refers to, so that the next one can be read.

use std::io::Read;
use std::sync::Arc;

use super::super::class::{Class, VALUE};
use super::super::wire::{self, BLOCK};
use super::super::{Content, Object, ObjectError};
use super::blocks::{BlockInput, corrupted, invalid_type_code};
use super::descriptor::{Descriptor, NULL_DESCRIPTOR, invalid, unshared};
use super::handles::Entry;
use crate::JavaString;
use crate::data::{EndOfInput, Error};

impl<R: Read> BlockInput<R> {
    /// Reads an object of the outermost level.
    pub(in super::super) fn object(&mut self, unshared: bool) -> Result<Option<Object>, Error> {
        let read = self.nested_object(unshared);
        self.depth = 0;
        match read? {
            Entry::Object(object) => Ok(Some(object)),
            Entry::Null => Ok(None),
            Entry::Foreign(class) => {
                Err(ObjectError::ClassNotFound(Arc::unwrap_or_clone(class)).into())
            }
            Entry::Descriptor(_) | Entry::BegunDescriptor => {
                Err(not_found("java.io.ObjectStreamClass"))
            }
            Entry::Unshared | Entry::Begun => Err(unfinished()),
        }
    }

    fn nested_object(&mut self, unshared: bool) -> Result<Entry, Error> {
        let mode = self.block_mode();
        if mode {
            let length = self.block_remaining();
            if length > 0 {
                return Err(optional_data(length, false));
            }
            self.set_block_mode(false);
        }
        let code = loop {
            // If this fails, the stream stays outside the block mode, as in Java.
            let code = self.peek()?;
            if code != wire::RESET {
                break code;
            }
            self.byte()?;
            self.reset()?;
        };
        self.deeper()?;
        let read = self.object_of_code(code, unshared, mode);
        self.depth = self.depth.saturating_sub(1);
        self.set_block_mode(mode);
        read
    }

    fn object_of_code(&mut self, code: u8, unshared: bool, mode: bool) -> Result<Entry, Error> {
        match code {
            wire::NULL => {
                self.byte()?;
                Ok(Entry::Null)
            }
            wire::REFERENCE => self.reference(unshared),
            wire::CLASS => self.class(unshared),
            wire::CLASS_DESCRIPTOR | wire::PROXY_CLASS_DESCRIPTOR => {
                let handle = self.descriptor()?;
                let descriptor = self.descriptor_of(handle.unwrap_or(usize::MAX))?;
                Ok(Entry::Descriptor(descriptor))
            }
            wire::STRING | wire::LONG_STRING => {
                let (object, _) = self.string_object(unshared)?;
                Ok(Entry::Object(object))
            }
            wire::ARRAY => self.array_object(unshared),
            wire::ENUM => self.constant(unshared),
            wire::OBJECT => self.ordinary(unshared),
            wire::EXCEPTION => self.exception(),
            wire::BLOCK_DATA | wire::BLOCK_DATA_LONG if mode => {
                self.set_block_mode(true);
                self.buffered()?;
                Err(optional_data(self.block_remaining(), false))
            }
            wire::BLOCK_DATA | wire::BLOCK_DATA_LONG => Err(corrupted("unexpected block data")),
            wire::END_BLOCK_DATA if mode => Err(optional_data(0, true)),
            wire::END_BLOCK_DATA => Err(corrupted("unexpected end of block data")),
            code => Err(invalid_type_code(code)),
        }
    }

    /// Counts a level of nesting, which ends with `depth -= 1`.
    pub(super) fn deeper(&mut self) -> Result<(), Error> {
        if self.depth >= DEEPEST {
            return Err(ObjectError::TooDeep.into());
        }
        self.depth += 1;
        Ok(())
    }

    /// Reads a reference, and checks that there is such a handle.
    pub(super) fn handle(&mut self) -> Result<usize, Error> {
        self.byte()?;
        let wire_handle = u32::from_be_bytes(self.array()?);
        let handle = wire_handle.checked_sub(wire::FIRST_HANDLE);
        handle
            .and_then(|handle| usize::try_from(handle).ok())
            .filter(|&handle| self.handles.get(handle).is_some())
            .ok_or_else(|| corrupted(format!("invalid handle value: {wire_handle:08X}")))
    }

    fn reference(&mut self, as_unshared: bool) -> Result<Entry, Error> {
        let handle = self.handle()?;
        if as_unshared {
            let why = "cannot read back reference as unshared";
            return Err(ObjectError::InvalidObject(why.to_owned()).into());
        }
        match self.handles.get(handle) {
            Some(Entry::Unshared) => Err(unshared()),
            Some(Entry::Begun) | None => Err(unfinished()),
            Some(entry) => Ok(entry.clone()),
        }
    }

    pub(super) fn utf(&mut self) -> Result<JavaString, Error> {
        let len = u16::from_be_bytes(self.array()?);
        self.text(len.into(), Vec::new())
    }

    /// Reads a string object, and returns its handle too.
    pub(super) fn string_object(&mut self, unshared: bool) -> Result<(Object, usize), Error> {
        let text = match self.byte()? {
            wire::STRING => self.utf()?,
            wire::LONG_STRING => {
                let len = i64::from_be_bytes(self.array()?);
                // Java reads a negative length as 0.
                self.text(u64::try_from(len).unwrap_or(0), Vec::new())?
            }
            code => return Err(invalid_type_code(code)),
        };
        let object = Object::new(Content::String(text));
        let handle = self
            .handles
            .assign(shared(Entry::Object(object.clone()), unshared));
        Ok((object, handle))
    }

    fn class(&mut self, unshared: bool) -> Result<Entry, Error> {
        self.byte()?;
        let handle = self.descriptor()?;
        self.descriptor_of(handle.unwrap_or(usize::MAX))?;
        let class = foreign("java.lang.Class");
        self.handles.assign(shared(class.clone(), unshared));
        Ok(class)
    }

    fn array_object(&mut self, unshared: bool) -> Result<Entry, Error> {
        self.byte()?;
        let descriptor = self.descriptor()?;
        let len = i32::from_be_bytes(self.array()?);
        let Ok(len) = usize::try_from(len) else {
            return Err(corrupted("Array length is negative"));
        };
        let descriptor = self.descriptor_of(descriptor.unwrap_or(usize::MAX))?;
        let Some(class) = descriptor.class else {
            let entry = Entry::Foreign(Arc::new(descriptor.name.clone()));
            self.handles.assign(entry.clone());
            for _ in 0..len {
                self.nested_object(false)?;
            }
            return Ok(entry);
        };
        if !class.is_array() {
            return Err(NULL_DESCRIPTOR.into());
        }
        let handle = self.handles.assign(shared(Entry::Begun, unshared));
        let content = self.elements(class, len)?;
        let entry = Entry::Object(Object::new(content));
        self.handles.set(handle, shared(entry.clone(), unshared));
        Ok(entry)
    }

    fn elements(&mut self, class: Class, len: usize) -> Result<Content, Error> {
        Ok(match class {
            Class::Booleans => Content::Booleans(self.array_of(len, |[byte]| byte != 0)?),
            Class::Bytes => Content::Bytes(self.array_of(len, |[byte]| byte)?),
            Class::Chars => Content::Chars(self.array_of(len, u16::from_be_bytes)?),
            Class::Shorts => Content::Shorts(self.array_of(len, i16::from_be_bytes)?),
            Class::Ints => Content::Ints(self.array_of(len, i32::from_be_bytes)?),
            Class::Longs => Content::Longs(self.array_of(len, i64::from_be_bytes)?),
            Class::Floats => Content::Floats(self.array_of(len, f32::from_be_bytes)?),
            Class::Doubles => Content::Doubles(self.array_of(len, f64::from_be_bytes)?),
            Class::Number
            | Class::Boolean
            | Class::Byte
            | Class::Character
            | Class::Short
            | Class::Integer
            | Class::Long
            | Class::Float
            | Class::Double => return Err(NULL_DESCRIPTOR.into()),
        })
    }

    /// Reads the elements of an array in pieces, and allocates as they arrive.
    fn array_of<T: Copy, const N: usize>(
        &mut self,
        len: usize,
        value: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, Error> {
        let mut values = Vec::new();
        while values.len() < len {
            let count = (len - values.len()).min(BLOCK / N);
            let before = values.len() * N;
            let (source, buffer) = self.scratch();
            let piece = &mut buffer[..count * N];
            source.read_fully(piece).map_err(|error| match error {
                Error::EndOfInput(end) => {
                    EndOfInput::new(len * N, before + end.came().unwrap_or(0)).into()
                }
                other => other,
            })?;
            if values.capacity() - values.len() < count {
                values.reserve_exact(count.max(values.len()).min(len - values.len()));
            }
            let chunks = piece.chunks_exact(N);
            values.extend(chunks.filter_map(|chunk| Some(value(*chunk.first_chunk()?))));
        }
        Ok(values)
    }

    fn constant(&mut self, unshared: bool) -> Result<Entry, Error> {
        self.byte()?;
        let handle = self.descriptor()?;
        let descriptor = self.descriptor_of(handle.unwrap_or(usize::MAX))?;
        if !descriptor.is_enum() {
            return Err(ObjectError::InvalidClass {
                class: None,
                reason: format!("non-enum class: {}", descriptor.shown()),
            }
            .into());
        }
        let entry = Entry::Foreign(Arc::new(descriptor.name.clone()));
        self.handles.assign(shared(entry.clone(), unshared));
        self.string_object(false)?;
        Ok(entry)
    }

    fn ordinary(&mut self, unshared: bool) -> Result<Entry, Error> {
        self.byte()?;
        let handle = self.descriptor()?;
        let descriptor = self.descriptor_of(handle.unwrap_or(usize::MAX))?;
        descriptor.check_object()?;
        if let Some("java.lang.String" | "java.lang.Class" | "java.io.ObjectStreamClass") =
            descriptor.name.as_str()
        {
            return Err(ObjectError::InvalidClass {
                class: None,
                reason: "invalid class descriptor".into(),
            }
            .into());
        }
        let entry = match descriptor.class {
            None => {
                let entry = Entry::Foreign(Arc::new(descriptor.name.clone()));
                self.handles.assign(entry.clone());
                if descriptor.is_externalizable() {
                    self.external_data(&descriptor)?;
                } else {
                    self.serial_data(&descriptor)?;
                }
                return Ok(entry);
            }
            Some(class) => {
                let entry =
                    |value| Ok::<_, Error>(Entry::Object(Object::new(boxed(class, value)?)));
                // What it refers to may refer to it, and then finds no value.
                let begun = shared(entry([0; 8])?, unshared);
                let handle = self.handles.assign(begun);
                let entry = entry(self.serial_data(&descriptor)?.value)?;
                self.handles.set(handle, shared(entry.clone(), unshared));
                entry
            }
        };
        Ok(entry)
    }

    fn external_data(&mut self, descriptor: &Descriptor) -> Result<(), Error> {
        if !descriptor.has_block_external_data() {
            // Only the class itself knows where its data end.
            return Ok(());
        }
        self.set_block_mode(true);
        self.skip_custom_data()
    }

    /// Reads the fields of an object, and returns those that matter.
    fn serial_data(&mut self, descriptor: &Arc<Descriptor>) -> Result<Fields, Error> {
        let mut found = Fields::default();
        for slot in self.slots(descriptor)? {
            let is_own = Arc::ptr_eq(&slot, descriptor);
            let is_throwable = slot.name == "java.lang.Throwable";
            for field in slot.fields() {
                let Some(size) = field.size() else {
                    let entry = self.nested_object(false)?;
                    if let (true, Entry::Object(object)) = (is_throwable, entry) {
                        if field.name == "detailMessage" {
                            found.message = object.as_java_str().map(|text| text.to_java_string());
                        }
                    }
                    continue;
                };
                let mut bytes = [0; 8];
                self.read_fully(&mut bytes[8 - size..])?;
                if is_own && field.name == VALUE {
                    found.value = bytes;
                }
            }
            if slot.has_write_method() {
                self.skip_custom_data()?;
            }
        }
        Ok(found)
    }

    /// Skips what a class has written for itself, up to and including its end.
    pub(super) fn skip_custom_data(&mut self) -> Result<(), Error> {
        loop {
            if self.block_mode() {
                self.skip_blocks()?;
                self.set_block_mode(false);
            }
            match self.peek()? {
                wire::BLOCK_DATA | wire::BLOCK_DATA_LONG => {
                    self.set_block_mode(true);
                }
                wire::END_BLOCK_DATA => {
                    self.byte()?;
                    return Ok(());
                }
                _ => {
                    self.nested_object(false)?;
                }
            }
        }
    }

    /// The exception that the other side has met while it wrote an object.
    fn exception(&mut self) -> Result<Entry, Error> {
        self.byte()?;
        self.handles.clear();
        let code = self.peek()?;
        if code != wire::OBJECT && code != wire::REFERENCE {
            return Err(invalid_type_code(code));
        }
        self.deeper()?;
        let (class, message) = self.thrown()?;
        self.depth -= 1;
        Err(ObjectError::WriteAborted { class, message }.into())
    }

    /// The class and the message of an exception.
    fn thrown(&mut self) -> Result<(JavaString, Option<JavaString>), Error> {
        if self.peek()? == wire::REFERENCE {
            self.reference(false)?;
            return Err(unfinished());
        }
        self.byte()?;
        let handle = self.descriptor()?;
        let descriptor = self.descriptor_of(handle.unwrap_or(usize::MAX))?;
        descriptor.check_object()?;
        self.handles
            .assign(Entry::Foreign(Arc::new(descriptor.name.clone())));
        let fields = self.serial_data(&descriptor)?;
        if descriptor.class.is_some() {
            return Err(ObjectError::Unchecked("java.lang.ClassCastException").into());
        }
        Ok((descriptor.name.clone(), fields.message))
    }
}

/// The fields of an object that matter.
#[derive(Debug, Default)]
struct Fields {
    /// The field `value` of a boxed value, at the end.
    value: [u8; 8],
    /// The message of an exception.
    message: Option<JavaString>,
}

fn boxed(class: Class, value: [u8; 8]) -> Result<Content, Error> {
    let [.., e, f, g, h] = value;
    Ok(match class {
        Class::Boolean => Content::Boolean(h != 0),
        Class::Byte => Content::Byte(i8::from_be_bytes([h])),
        Class::Character => Content::Character(u16::from_be_bytes([g, h])),
        Class::Short => Content::Short(i16::from_be_bytes([g, h])),
        Class::Integer => Content::Integer(i32::from_be_bytes([e, f, g, h])),
        Class::Long => Content::Long(i64::from_be_bytes(value)),
        Class::Float => Content::Float(f32::from_be_bytes([e, f, g, h])),
        Class::Double => Content::Double(f64::from_be_bytes(value)),
        Class::Number
        | Class::Booleans
        | Class::Bytes
        | Class::Chars
        | Class::Shorts
        | Class::Ints
        | Class::Longs
        | Class::Floats
        | Class::Doubles => {
            return Err(invalid(class.name(), "unable to create instance").into());
        }
    })
}

/// What the handle of an object is, which may have been written unshared.
fn shared(entry: Entry, unshared: bool) -> Entry {
    if unshared { Entry::Unshared } else { entry }
}

fn foreign(class: &str) -> Entry {
    Entry::Foreign(Arc::new(class.into()))
}

fn not_found(class: &str) -> Error {
    ObjectError::ClassNotFound(class.into()).into()
}

fn optional_data(length: usize, eof: bool) -> Error {
    // A block is shorter than 2 GiB.
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    ObjectError::OptionalData { length, eof }.into()
}

/// Java returns what there is of such an object.
fn unfinished() -> Error {
    ObjectError::InvalidObject("reference to an object that was not read to its end".to_owned())
        .into()
}

/// How deeply objects may be nested that have no counterpart here.
const DEEPEST: u32 = 256;

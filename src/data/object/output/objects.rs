//! Objects: references, class descriptors and contents.

use std::io::{self, Write};

use super::super::class::{Class, VALUE};
use super::super::wire;
use super::super::{Content, Object};
use super::ObjectOutput;
use super::handles::{Sharing, wire_handle};
use crate::data::Error;

impl<W: Write> ObjectOutput<W> {
    /// Writes something that is no block data: collected bytes before it, and it at once.
    pub(super) fn whole(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.blocks.set_block_mode(false)?;
        let written = write(self);
        let ended = self.blocks.set_block_mode(true);
        if written.is_err() || ended.is_err() {
            self.handles.clear();
        }
        written.and(ended)
    }

    pub(super) fn object(
        &mut self,
        object: Option<&Object>,
        sharing: Sharing,
    ) -> Result<(), Error> {
        let Some(object) = object else {
            return self.blocks.put(&[wire::NULL]);
        };
        if let (Sharing::Shared, Some(handle)) = (sharing, self.handles.of(object)) {
            return self.reference(handle);
        }
        let Some(class) = Class::of(object.content()) else {
            self.handles.assign(object, sharing);
            return match object.as_java_str() {
                Some(text) => self.blocks.string(text),
                None => Ok(()),
            };
        };
        let code = if class.is_array() {
            wire::ARRAY
        } else {
            wire::OBJECT
        };
        self.blocks.put(&[code])?;
        self.descriptor(Some(class))?;
        self.handles.assign(object, sharing);
        self.content(object.content())
    }

    fn reference(&mut self, handle: usize) -> Result<(), Error> {
        self.blocks.put(&[wire::REFERENCE])?;
        self.blocks.put(&wire_handle(handle).to_be_bytes())
    }

    /// The descriptor of a class, and of its superclasses.
    fn descriptor(&mut self, class: Option<Class>) -> Result<(), Error> {
        let mut next = class;
        while let Some(class) = next {
            if let Some(handle) = self.handles.of_class(class) {
                return self.reference(handle);
            }
            self.handles.assign_class(class);
            self.blocks.put(&[wire::CLASS_DESCRIPTOR])?;
            self.name(class.name())?;
            self.blocks.put(&class.version().to_be_bytes())?;
            match class.value_type() {
                Some(code) => {
                    self.blocks.put(&[wire::SERIALIZABLE, 0, 1, code])?;
                    self.name(VALUE)?;
                }
                None => self.blocks.put(&[wire::SERIALIZABLE, 0, 0])?,
            }
            self.blocks.put(&[wire::END_BLOCK_DATA])?;
            next = class.superclass();
        }
        self.blocks.put(&[wire::NULL])
    }

    /// The name of a class or a field: short, and in ASCII.
    fn name(&mut self, name: &str) -> Result<(), Error> {
        let len = u16::try_from(name.len()).unwrap_or(u16::MAX);
        self.blocks.put(&len.to_be_bytes())?;
        self.blocks.put(name.as_bytes())
    }

    fn content(&mut self, content: &Content) -> Result<(), Error> {
        match content {
            Content::String(text) => self.blocks.string(text.into()),
            Content::Boolean(value) => self.blocks.put(&[u8::from(*value)]),
            Content::Byte(value) => self.blocks.put(&value.to_be_bytes()),
            Content::Character(unit) => self.blocks.put(&unit.to_be_bytes()),
            Content::Short(value) => self.blocks.put(&value.to_be_bytes()),
            Content::Integer(value) => self.blocks.put(&value.to_be_bytes()),
            Content::Long(value) => self.blocks.put(&value.to_be_bytes()),
            Content::Float(value) => self.blocks.put(&float(*value)),
            Content::Double(value) => self.blocks.put(&double(*value)),
            Content::Booleans(values) => self.array(values, |value| [u8::from(value)]),
            Content::Bytes(values) => {
                self.length(values.len())?;
                self.blocks.put(values)
            }
            Content::Chars(values) => self.array(values, u16::to_be_bytes),
            Content::Shorts(values) => self.array(values, i16::to_be_bytes),
            Content::Ints(values) => self.array(values, i32::to_be_bytes),
            Content::Longs(values) => self.array(values, i64::to_be_bytes),
            Content::Floats(values) => self.array(values, float),
            Content::Doubles(values) => self.array(values, double),
        }
    }

    fn array<T: Copy, const N: usize>(
        &mut self,
        values: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) -> Result<(), Error> {
        self.length(values.len())?;
        self.blocks.put_each(values, bytes)
    }

    /// A Java array has at most 2147483647 elements.
    fn length(&mut self, len: usize) -> Result<(), Error> {
        let len = i32::try_from(len).map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "an array of more than 2147483647 elements, which Java cannot hold",
            )
        })?;
        self.blocks.put(&len.to_be_bytes())
    }
}

/// The bytes of a `float`: every NaN is the same one.
fn float(value: f32) -> [u8; 4] {
    let bits = if value.is_nan() {
        0x7FC0_0000
    } else {
        value.to_bits()
    };
    bits.to_be_bytes()
}

/// The bytes of a `double`: every NaN is the same one.
fn double(value: f64) -> [u8; 8] {
    let bits = if value.is_nan() {
        0x7FF8_0000_0000_0000
    } else {
        value.to_bits()
    };
    bits.to_be_bytes()
}

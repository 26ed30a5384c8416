//! `ObjectOutput`: what `java.io.ObjectOutputStream` writes.

mod handles;
mod objects;

use std::io::{self, Write};

use handles::{Handles, Sharing};

use super::blocks::{BlockOutput, Blocks};
use super::wire;
use super::{Object, ObjectError};
use crate::data::{DataOutput, Error, TooLong};
use crate::{JavaStr, mutf8};

/// Writes Java's primitive values, strings and objects, as `java.io.ObjectOutputStream`.
///
/// Primitive values are written by the methods of [`DataOutput`]. They are collected, and written
/// in blocks of at most 1,024 bytes: when a block is full, and by
/// [`flush`](ObjectOutput::flush), [`drain`](ObjectOutput::drain), an object or a reset. An object
/// is written at once. None of these but `flush` flushes the writer.
///
/// # Handles
///
/// The stream numbers everything that may be referred to: strings, other objects and class
/// descriptors. If an [`Object`] is written again, only a reference to it is written, and the reader
/// gets the same object. The stream keeps a clone of each object for this, until
/// [`reset`](ObjectOutput::reset). [`write_string`](ObjectOutput::write_string) keeps nothing.
///
/// A Java program that reads lines and writes each with `writeObject` creates a string for each, so
/// none is ever a reference. But a literal is the same object each time, and so is a small number:
/// `writeObject(7)` calls `Integer.valueOf`, which returns the same object for each number from −128
/// to 127. To write the same bytes, write clones of one `Object`.
///
/// # Failures
///
/// If the writer fails within an object, the handles are forgotten, as in Java. Java then also tries
/// to write the exception to the same stream; this stream does not.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutput, Error};
/// use javatalk::object::{Object, ObjectOutput};
///
/// let mut output = ObjectOutput::new(Vec::new())?;
/// output.write_int(7)?;
/// let bye = Object::from("bye");
/// output.write_object(&bye)?;
/// output.write_object(&bye)?;
/// let bytes = output.into_inner()?;
/// assert_eq!(
///     bytes,
///     b"\xac\xed\0\x05\x77\x04\0\0\0\x07\x74\0\x03bye\x71\0\x7e\0\0"
/// );
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct ObjectOutput<W> {
    blocks: BlockOutput<W>,
    handles: Handles,
}

impl<W: Write> ObjectOutput<W> {
    /// Creates a stream and writes its header, as `new ObjectOutputStream(OutputStream)`.
    ///
    /// Bytes: `ac ed 00 05`, in one call. The writer is not flushed: behind a
    /// [`BufWriter`](std::io::BufWriter), call [`flush`](ObjectOutput::flush) before you wait for the
    /// other side, because [`ObjectInput::new`](super::ObjectInput::new) and Java's constructor wait
    /// for these bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::ObjectOutput;
    ///
    /// let output = ObjectOutput::new(Vec::new())?;
    /// assert_eq!(output.get_ref(), b"\xac\xed\0\x05");
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn new(sink: W) -> Result<Self, Error> {
        Self::with_blocks(sink, Blocks::Since24)
    }

    /// Like [`new`](ObjectOutput::new), but cuts strings into blocks as a given release does.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::DataOutput;
    /// use javatalk::object::{Blocks, ObjectOutput};
    ///
    /// let mut output = ObjectOutput::with_blocks(Vec::new(), Blocks::UpTo23)?;
    /// output.write_utf(&"é".repeat(600))?;
    /// assert_eq!(output.into_inner()?[4..9], [0x7a, 0, 0, 0x04, 0x00]);
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn with_blocks(sink: W, blocks: Blocks) -> Result<Self, Error> {
        let mut blocks = BlockOutput::new(sink, blocks);
        blocks.put(&wire::HEADER)?;
        blocks.set_block_mode(true)?;
        Ok(Self {
            blocks,
            handles: Handles::default(),
        })
    }

    /// A reference to the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, Error};
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_int(7)?;
    /// assert_eq!(output.get_ref().len(), 4);
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn get_ref(&self) -> &W {
        &self.blocks.sink
    }

    /// The same stream over a clone of the writer: a call can be tried on it.
    #[cfg(feature = "interop")]
    pub(crate) fn fork(&self) -> Self
    where
        W: Clone,
    {
        Self {
            blocks: self.blocks.clone(),
            handles: self.handles.clone(),
        }
    }

    /// A mutable reference to the writer. Bytes written directly to it come before the collected
    /// ones; call [`drain`](ObjectOutput::drain) first.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.get_mut().clear();
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub const fn get_mut(&mut self) -> &mut W {
        &mut self.blocks.sink
    }

    /// Writes the collected bytes and returns the writer. It is not flushed.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails; it is lost then. Call [`drain`](ObjectOutput::drain) first
    /// to keep it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, Error};
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_boolean(true)?;
    /// assert_eq!(output.into_inner()?, b"\xac\xed\0\x05\x77\x01\x01");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_inner(mut self) -> Result<W, Error> {
        self.drain()?;
        Ok(self.blocks.sink)
    }

    /// Writes bytes unchanged, as `ObjectOutputStream.write(byte[])`. This inherent method calls
    /// [`DataOutput::write`] and takes precedence over [`Write::write`].
    ///
    /// Bytes: exactly the given ones, in blocks.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write(b"\xca\xfe")?;
    /// assert_eq!(output.into_inner()?[4..], *b"\x77\x02\xca\xfe");
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.blocks.write(bytes)
    }

    /// Writes an object, or null, as `ObjectOutputStream.writeObject(Object)`.
    ///
    /// Bytes: `70` for null; `71` and the handle for an object that has been written since the last
    /// reset. Otherwise, for a string, `74` and what `writeUTF` writes, or `7c`, a length of eight
    /// bytes and the string if it is longer than 65,535 bytes. For an array `75`, the class
    /// descriptor, the number of elements in four bytes and the elements. For a number, `true` or
    /// `false`, or a `char`, `73`, the class descriptor and the value. A class descriptor that has been
    /// written before is a reference as well.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails; what has been written is no complete object then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::Error;
    /// # use javatalk::object::{Content, Object, ObjectOutput};
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_object(None)?;
    /// output.write_object(&Object::from("hi"))?;
    /// output.write_object(&Object::new(Content::Shorts(vec![1])))?;
    /// assert_eq!(
    ///     output.into_inner()?[4..],
    ///     *b"\x70\x74\0\x02hi\x75\x72\0\x02[S\xef\x83\x2e\x06\xe5\x5d\xb0\xfa\x02\0\0\x78\x70\0\0\0\x01\0\x01"
    /// );
    /// # Ok::<(), Error>(())
    /// ```
    pub fn write_object<'a>(&mut self, object: impl Into<Option<&'a Object>>) -> Result<(), Error> {
        let object = object.into();
        self.whole(|output| output.object(object, Sharing::Shared))
    }

    /// Writes an object that is never referred to, as `ObjectOutputStream.writeUnshared(Object)`.
    ///
    /// Bytes: those of [`write_object`](ObjectOutput::write_object), but an object that has been
    /// written is written again in full. It takes a handle.
    ///
    /// # Errors
    ///
    /// The same as `write_object`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::Error;
    /// # use javatalk::object::{Object, ObjectOutput};
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// let text = Object::from("a");
    /// output.write_object(&text)?;
    /// output.write_unshared(&text)?;
    /// assert_eq!(output.into_inner()?[4..], *b"\x74\0\x01a\x74\0\x01a");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn write_unshared<'a>(
        &mut self,
        object: impl Into<Option<&'a Object>>,
    ) -> Result<(), Error> {
        let object = object.into();
        self.whole(|output| output.object(object, Sharing::Unshared))
    }

    /// Writes a string that is the same object as no other, as
    /// `ObjectOutputStream.writeObject(new String(text))`. It takes a handle, and is not kept.
    ///
    /// Bytes: those of [`write_object`](ObjectOutput::write_object).
    ///
    /// # Errors
    ///
    /// The same as `write_object`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::Error;
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_string("a")?;
    /// output.write_string("a")?;
    /// assert_eq!(output.into_inner()?[4..], *b"\x74\0\x01a\x74\0\x01a");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn write_string<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> Result<(), Error> {
        let text = text.into();
        self.whole(|output| {
            output.handles.skip();
            output.blocks.string(text)
        })
    }

    /// Forgets all handles, here and at the other side, as `ObjectOutputStream.reset()`: objects that
    /// have been written are written in full again.
    ///
    /// Bytes: `79`, at once.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::Error;
    /// # use javatalk::object::{Object, ObjectOutput};
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// let text = Object::from("a");
    /// output.write_object(&text)?;
    /// output.reset()?;
    /// output.write_object(&text)?;
    /// assert_eq!(output.into_inner()?[4..], *b"\x74\0\x01a\x79\x74\0\x01a");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn reset(&mut self) -> Result<(), Error> {
        self.whole(|output| {
            output.blocks.put(&[wire::RESET])?;
            output.handles.clear();
            Ok(())
        })
    }

    /// Writes the collected bytes and flushes the writer, as `ObjectOutputStream.flush()`.
    ///
    /// Bytes: the block, if there are collected bytes: `77`, a length of one byte and the data; `7a`
    /// and a length of four bytes if there are more than 255.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails; the collected bytes are written again by the next call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, Error};
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_int(1)?;
    /// assert_eq!(output.get_ref().len(), 4);
    /// output.flush()?;
    /// assert_eq!(output.get_ref().len(), 10);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn flush(&mut self) -> Result<(), Error> {
        self.drain()?;
        Ok(self.blocks.sink.flush()?)
    }

    /// Writes the collected bytes but does not flush the writer, as the protected
    /// `ObjectOutputStream.drain()`.
    ///
    /// # Errors
    ///
    /// The same as [`flush`](ObjectOutput::flush).
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, Error};
    /// # use javatalk::object::ObjectOutput;
    /// let mut output = ObjectOutput::new(Vec::new())?;
    /// output.write_boolean(true)?;
    /// output.drain()?;
    /// assert_eq!(output.get_ref()[4..], *b"\x77\x01\x01");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn drain(&mut self) -> Result<(), Error> {
        self.blocks.drain()
    }
}

impl<W: Write> DataOutput for ObjectOutput<W> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Self::write(self, bytes)
    }

    fn write_bytes_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        self.blocks.low_bytes(text)
    }

    fn write_chars_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        text.encode_utf16()
            .try_for_each(|unit| self.blocks.put(&unit.to_be_bytes()))
    }

    fn write_utf_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        if self.blocks.put_short(text, |len| len) {
            return Ok(());
        }
        let encoded_len = mutf8::encoded_len(text);
        let Ok(len) = u16::try_from(encoded_len) else {
            let too_long = ObjectError::TooLong(TooLong::new(text, encoded_len));
            return Err(too_long.into());
        };
        self.blocks.put(&len.to_be_bytes())?;
        self.blocks.body(text)
    }
}

impl<W: Write> Write for ObjectOutput<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::write(self, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(Self::flush(self)?)
    }
}

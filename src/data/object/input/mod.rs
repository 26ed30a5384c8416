//! `ObjectInput`: what `java.io.ObjectInputStream` reads.

mod blocks;
mod descriptor;
mod handles;
mod objects;
mod source;
mod text;

use std::io::{self, Read};

use blocks::{BlockInput, corrupted};

use super::Object;
use super::wire;
use crate::JavaString;
use crate::data::{DataInput, Error};

/// Reads Java's primitive values, strings and objects, as `java.io.ObjectInputStream`.
///
/// Primitive values are read by the methods of [`DataInput`], across the boundaries of blocks.
///
/// # Objects and primitive data
///
/// The stream knows which of them comes next. Where the reader asks for the other one, it gets an
/// error and nothing is lost:
///
/// - [`read_object`](ObjectInput::read_object), and primitive data come:
///   [`ObjectError::OptionalData`](super::ObjectError::OptionalData), with the number of bytes that are
///   left of their block.
/// - [`read_int`](DataInput::read_int) or any other read of primitive data, and an object comes:
///   [`Error::EndOfInput`], as if the input had ended. It fails so until an object has been read. What
///   was left of the block before the object is consumed.
///
/// # Strings
///
/// [`read_utf`](DataInput::read_utf) accepts and decodes what
/// [`DataInputStream`](crate::data::DataInputStream) does. But it decodes while it reads: a malformed
/// string ends with the malformed character, and the next read continues within the string.
///
/// # Handles
///
/// The stream keeps everything that it has read as an object until the other side writes a reset, because
/// the other side may refer to it. This takes up to 256 bytes for each object or class descriptor, and its
/// content. An object that has been read twice by reference is the same [`Object`].
///
/// # After a failure
///
/// As in Java, the stream is in an odd state if the reader fails or ends, for example with a time-out:
/// within a block, all further reads of primitive data find the end of the input until an object is
/// read; where an object should begin, primitive data are then read without the headers of blocks.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInput, Error};
/// use javatalk::object::ObjectInput;
///
/// let bytes = b"\xac\xed\0\x05\x77\x04\0\0\0\x07\x74\0\x03bye\x71\0\x7e\0\0";
/// let mut input = ObjectInput::new(&bytes[..])?;
/// assert_eq!(input.read_int()?, 7);
/// let first = input.read_object()?.unwrap();
/// let second = input.read_object()?.unwrap();
/// assert_eq!(first.as_java_str().unwrap(), "bye");
/// assert!(first.is_same(&second));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct ObjectInput<R> {
    blocks: BlockInput<R>,
}

impl<R: Read> ObjectInput<R> {
    /// Creates a stream and reads its header, as `new ObjectInputStream(InputStream)`.
    ///
    /// Bytes: `ac ed 00 05`. It **waits** for them: if both sides of a connection create their input
    /// first, both wait for ever. See [the module](super#the-deadlock-that-everybody-meets).
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer bytes. `StreamCorruptedException: invalid stream
    /// header: XXXXXXXX` if they are others. [`Error::Io`] if the reader fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::ObjectInput;
    ///
    /// let input = ObjectInput::new(&b"\xac\xed\0\x05\x70"[..])?;
    /// assert_eq!(input.get_ref(), b"\x70");
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn new(source: R) -> Result<Self, Error> {
        let mut blocks = BlockInput::new(source);
        let [a, b] = blocks.array()?;
        let [c, d] = blocks.array()?;
        if [a, b, c, d] != wire::HEADER {
            return Err(corrupted(format!(
                "invalid stream header: {a:02X}{b:02X}{c:02X}{d:02X}"
            )));
        }
        blocks.set_block_mode(true);
        Ok(Self { blocks })
    }

    /// A reference to the reader. The stream may hold up to 1,024 bytes that it has taken from it, all
    /// of the current block, and one byte behind it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectInput;
    /// let input = ObjectInput::new(&b"\xac\xed\0\x05abc"[..])?;
    /// assert_eq!(input.get_ref().len(), 3);
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub const fn get_ref(&self) -> &R {
        &self.blocks.source.reader
    }

    /// A mutable reference to the reader, for example to set a time-out. Reading from it directly
    /// bypasses what the stream holds.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectInput;
    /// let mut input = ObjectInput::new(&b"\xac\xed\0\x05"[..])?;
    /// *input.get_mut() = b"\x70";
    /// assert_eq!(input.read_object()?, None);
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub const fn get_mut(&mut self) -> &mut R {
        &mut self.blocks.source.reader
    }

    /// Returns the reader. What the stream holds of the current block is lost, and so is a byte that it
    /// has looked at, which begins the next block or object.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectInput;
    /// let mut input = ObjectInput::new(&b"\xac\xed\0\x05\x70rest"[..])?;
    /// input.read_object()?;
    /// assert_eq!(input.into_inner(), b"rest");
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn into_inner(self) -> R {
        self.blocks.source.reader
    }

    /// The same stream over a clone of the reader: a call can be tried on it.
    #[cfg(feature = "interop")]
    pub(crate) fn fork(&self) -> Self
    where
        R: Clone,
    {
        Self {
            blocks: self.blocks.clone(),
        }
    }

    /// The handle that was assigned last, as it is written in a reference.
    #[cfg(feature = "interop")]
    pub(crate) fn newest_handle(&self) -> Option<u32> {
        let newest = u32::try_from(self.blocks.handles.len().checked_sub(1)?).ok()?;
        Some(wire::FIRST_HANDLE.wrapping_add(newest))
    }

    /// Reads an object, as `ObjectInputStream.readObject()`; `None` is null.
    ///
    /// Bytes: those that [`ObjectOutput::write_object`](super::ObjectOutput::write_object) writes, and
    /// resets before them.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if the input ends. [`Error::Object`] with
    /// [`OptionalData`](super::ObjectError::OptionalData) if primitive data come, and with
    /// [`ClassNotFound`](super::ObjectError::ClassNotFound) for an object of any other class than those
    /// of [`Content`](super::Content): it has been skipped then, and the next object can be read. Only
    /// if the object's class writes itself without block data, as no class has done since JDK 1.2, is
    /// the position unknown. The other variants of [`ObjectError`](super::ObjectError) if the bytes are
    /// not what Java writes. [`Error::Io`] if the reader fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error};
    /// # use javatalk::object::{Object, ObjectError, ObjectInput};
    /// let bytes = b"\xac\xed\0\x05\x74\0\x02hi\x77\x01\x07\x70";
    /// let mut input = ObjectInput::new(&bytes[..])?;
    /// assert_eq!(input.read_object()?, Some(Object::from("hi")));
    ///
    /// let Err(Error::Object(why)) = input.read_object() else { panic!() };
    /// assert_eq!(*why, ObjectError::OptionalData { length: 1, eof: false });
    /// assert_eq!(input.read_byte()?, 7);
    /// assert_eq!(input.read_object()?, None);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn read_object(&mut self) -> Result<Option<Object>, Error> {
        self.blocks.object(false)
    }

    /// Reads an object that nothing else refers to, as `ObjectInputStream.readUnshared()`.
    ///
    /// Bytes: those of [`read_object`](ObjectInput::read_object).
    ///
    /// # Errors
    ///
    /// Those of `read_object`, and [`InvalidObject`](super::ObjectError::InvalidObject) if a reference
    /// comes. A later reference to this object fails in the same way.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::{Object, ObjectInput};
    /// let mut input = ObjectInput::new(&b"\xac\xed\0\x05\x74\0\x01a\x71\0\x7e\0\0"[..])?;
    /// assert_eq!(input.read_unshared()?, Some(Object::from("a")));
    /// let error = input.read_object().unwrap_err();
    /// assert_eq!(error.java_class(), "java.io.InvalidObjectException");
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn read_unshared(&mut self) -> Result<Option<Object>, Error> {
        self.blocks.object(true)
    }

    /// How many bytes of primitive data can be read without waiting, as
    /// `ObjectInputStream.available()`. At most those of the current block; 0 if an object comes next.
    ///
    /// `ready` returns how many bytes the reader has without waiting, as `InputStream.available()`. It
    /// is called several times.
    ///
    /// Bytes: the headers of empty blocks, and of the block whose bytes are available.
    ///
    /// # Errors
    ///
    /// The error of `ready`; `StreamCorruptedException` for bytes that are no header;
    /// [`Error::Io`] if the reader fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::object::ObjectInput;
    /// let mut input = ObjectInput::new(&b"\xac\xed\0\x05\x77\x02\x07"[..])?;
    /// assert_eq!(input.available(|rest| Ok(rest.len()))?, 1);
    /// # Ok::<(), javatalk::data::Error>(())
    /// ```
    pub fn available(
        &mut self,
        mut ready: impl FnMut(&mut R) -> io::Result<usize>,
    ) -> Result<usize, Error> {
        self.blocks.available(&mut |source| {
            let peeked = usize::from(source.peeked().is_some());
            Ok(ready(&mut source.reader)? + peeked)
        })
    }
}

impl<R: Read> DataInput for ObjectInput<R> {
    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        self.blocks.read_fully(buffer)
    }

    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        self.blocks.skip(count)
    }

    #[inline]
    fn read_byte(&mut self) -> Result<i8, Error> {
        Ok(i8::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_unsigned_byte(&mut self) -> Result<u8, Error> {
        Ok(u8::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_short(&mut self) -> Result<i16, Error> {
        Ok(i16::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_unsigned_short(&mut self) -> Result<u16, Error> {
        Ok(u16::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_int(&mut self) -> Result<i32, Error> {
        Ok(i32::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_long(&mut self) -> Result<i64, Error> {
        Ok(i64::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_float(&mut self) -> Result<f32, Error> {
        Ok(f32::from_be_bytes(self.blocks.array()?))
    }

    #[inline]
    fn read_double(&mut self) -> Result<f64, Error> {
        Ok(f64::from_be_bytes(self.blocks.array()?))
    }

    fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
        let mut line = Vec::new();
        let mut first = true;
        loop {
            match self.blocks.line_byte()? {
                None if first => return Ok(None),
                None | Some(b'\n') => break,
                Some(b'\r') => {
                    match self.blocks.line_byte()? {
                        None | Some(b'\n') => {}
                        Some(byte) => self.blocks.hold(byte),
                    }
                    break;
                }
                Some(byte) => line.push(byte),
            }
            first = false;
        }
        Ok(Some(super::super::text::line(line)))
    }

    fn read_utf(&mut self) -> Result<JavaString, Error> {
        let len = self.read_unsigned_short()?;
        self.blocks.text(len.into(), Vec::new())
    }

    fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        text.emptied();
        let len = self.read_unsigned_short()?;
        let memory = text.take_memory().into_bytes();
        *text = self.blocks.text(len.into(), memory)?;
        Ok(())
    }
}

impl<R: Read> Read for ObjectInput<R> {
    /// Reads primitive data, as `ObjectInputStream.read(byte[])`; 0 where Java returns -1.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.blocks.read(buffer)?)
    }
}

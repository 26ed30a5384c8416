//! `DataOutputStream`: `DataOutput` over any writer.

use std::io::{self, IoSlice, Write};

use super::{DataOutput, Error, text};
use crate::JavaStr;

/// Writes Java's primitive values and strings to any writer, as `java.io.DataOutputStream`.
///
/// Each method makes one call of [`write_all`](Write::write_all) on the writer. The stream does not
/// buffer: over a file or a socket, wrap the writer in a [`BufWriter`](std::io::BufWriter), and
/// call [`flush`](DataOutputStream::flush) before waiting for an answer. Over a vector,
/// [`VecOutput`](super::VecOutput) is faster.
///
/// The stream itself implements [`Write`]. If both traits are imported, `write` and `flush` are the
/// Java methods: `write` writes all bytes, and both return [`Error`].
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutput, DataOutputStream, Error};
/// use std::io::Write;
///
/// let mut output = DataOutputStream::new(Vec::new());
/// output.write(b"\xca\xfe")?;
/// output.write_int(7)?;
/// write!(output, "{}", 42)?;
/// output.flush()?;
/// assert_eq!(output.size(), 8);
/// assert_eq!(output.into_inner(), b"\xca\xfe\0\0\0\x0742");
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct DataOutputStream<W> {
    sink: W,
    written: i32,
}

impl<W: Write> DataOutputStream<W> {
    /// Creates a stream over a writer, as `new DataOutputStream(OutputStream)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::DataOutputStream;
    ///
    /// let output = DataOutputStream::new(Vec::new());
    /// assert_eq!(output.size(), 0);
    /// ```
    pub const fn new(sink: W) -> Self {
        Self { sink, written: 0 }
    }

    /// A reference to the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_boolean(true)?;
    /// assert_eq!(output.get_ref(), b"\x01");
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn get_ref(&self) -> &W {
        &self.sink
    }

    /// A mutable reference to the writer. Bytes written directly to it do not count in
    /// [`size`](DataOutputStream::size).
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::DataOutputStream;
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.get_mut().push(1);
    /// assert_eq!(output.size(), 0);
    /// ```
    pub const fn get_mut(&mut self) -> &mut W {
        &mut self.sink
    }

    /// Returns the writer, without flushing it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_short(1)?;
    /// assert_eq!(output.into_inner(), b"\x00\x01");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_inner(self) -> W {
        self.sink
    }

    /// Writes bytes unchanged, as `DataOutputStream.write(byte[])`. This inherent method calls
    /// [`DataOutput::write`] and takes precedence over [`Write::write`].
    ///
    /// Bytes: exactly the given ones.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutputStream, Error};
    /// # #[expect(unused_imports)]
    /// use std::io::Write;
    ///
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write(b"all of it")?;
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.sink.write_all(bytes)?;
        self.count(bytes.len());
        Ok(())
    }

    /// Flushes the writer, as `DataOutputStream.flush()`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// use std::io::BufWriter;
    ///
    /// let mut output = DataOutputStream::new(BufWriter::new(Vec::new()));
    /// output.write_int(1)?;
    /// assert_eq!(output.get_ref().get_ref().len(), 0);
    /// output.flush()?;
    /// assert_eq!(output.get_ref().get_ref().len(), 4);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn flush(&mut self) -> Result<(), Error> {
        Ok(self.sink.flush()?)
    }

    /// How many bytes have been written, as `DataOutputStream.size()`.
    ///
    /// A method that fails does not count, even if some of its bytes were written. The count stops
    /// at 2147483647.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_utf("hi")?;
    /// assert_eq!(output.size(), 4);
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn size(&self) -> i32 {
        self.written
    }

    #[inline]
    fn count(&mut self, bytes: usize) {
        let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
        self.written = self.written.saturating_add(bytes);
    }
}

macro_rules! vectors {
    ($($vector:ty),*) => {$(
        /// A vector does not show how many calls wrote to it, so these methods may write in one.
        impl DataOutputStream<$vector> {
            /// Writes a string, as [`DataOutput::write_utf`]. This inherent method takes precedence,
            /// and is faster: the bytes are encoded where they stay.
            ///
            /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
            ///
            /// # Errors
            ///
            /// [`Error::TooLong`] if the modified UTF-8 is longer than 65,535 bytes; nothing is
            /// written then.
            ///
            /// # Examples
            ///
            /// ```
            /// # use javatalk::data::{DataOutputStream, Error};
            /// let mut bytes = Vec::new();
            /// DataOutputStream::new(&mut bytes).write_utf("hi")?;
            /// assert_eq!(bytes, b"\0\x02hi");
            /// # Ok::<(), Error>(())
            /// ```
            #[inline]
            pub fn write_utf<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> Result<(), Error> {
                let before = self.sink.len();
                text::append(text.into(), &mut self.sink)?;
                self.count(self.sink.len() - before);
                Ok(())
            }
        }
    )*};
}

vectors!(Vec<u8>, &mut Vec<u8>);

impl<W: Write> DataOutput for DataOutputStream<W> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Self::write(self, bytes)
    }
}

impl<W: Write> Write for DataOutputStream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.sink.write(bytes)?;
        self.count(count);
        Ok(count)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let count = self.sink.write_vectored(slices)?;
        self.count(count);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        Ok(Self::write(self, bytes)?)
    }
}

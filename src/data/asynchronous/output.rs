//! The trait `AsyncDataOutput`: what to write, whatever it is written to, without a thread that waits.

use crate::JavaStr;
use crate::data::{DataOutput, DataOutputStream, Error};

/// Writes Java's primitive values and strings, as [`DataOutput`] and so as `java.io.DataOutput`,
/// and waits as a task waits.
///
/// Every method comes to what the method of [`DataOutput`] comes to. A future that is dropped before
/// it is ready never leaves half a value behind: if no byte of it has gone out, nothing has
/// happened; if one has, the rest follows with the next write. Whoever does not know which of the two
/// it was (a stream's `size` tells) cannot write the same again without the risk of saying it twice.
///
/// An implementation supplies [`write`](AsyncDataOutput::write), which must keep that promise;
/// everything else is made of it, one call each.
/// [`AsyncDataOutputStream`](super::AsyncDataOutputStream) is the one over any
/// [`AsyncWrite`](tokio::io::AsyncWrite).
///
/// All futures can be sent to another thread, and so can whatever implements the trait. There is no
/// `dyn AsyncDataOutput`: be generic over it.
///
/// # Examples
///
/// ```
/// use javatalk::data::Error;
/// use javatalk::data::asynchronous::{AsyncDataOutput, AsyncDataOutputStream};
///
/// async fn write_name(output: &mut impl AsyncDataOutput) -> Result<(), Error> {
///     output.write_int(7).await?;
///     output.write_utf("name").await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let mut output = AsyncDataOutputStream::new(Vec::new());
/// write_name(&mut output).await?;
/// assert_eq!(output.get_ref(), b"\0\0\0\x07\0\x04name");
/// # Ok(())
/// # }
/// ```
pub trait AsyncDataOutput: Send {
    /// Writes bytes as they are, as `DataOutput.write(byte[])`.
    ///
    /// Bytes: these, all of them.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write(b"\xca\xfe").await?;
    /// assert_eq!(output.get_ref(), b"\xca\xfe");
    /// # Ok(())
    /// # }
    /// ```
    fn write(&mut self, bytes: &[u8]) -> impl Future<Output = Result<(), Error>> + Send;

    /// Writes a truth value, as `DataOutput.writeBoolean(boolean)`.
    ///
    /// Bytes: one, `01` or `00`.
    ///
    /// Cancel-safe: it has not happened.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_boolean(true).await?;
    /// assert_eq!(output.get_ref(), b"\x01");
    /// # Ok(())
    /// # }
    /// ```
    fn write_boolean(&mut self, value: bool) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<1>(|output| output.write_boolean(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a signed byte, as `DataOutput.writeByte(int)`.
    ///
    /// Bytes: one.
    ///
    /// Cancel-safe: it has not happened.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_byte(-1).await?;
    /// assert_eq!(output.get_ref(), b"\xff");
    /// # Ok(())
    /// # }
    /// ```
    fn write_byte(&mut self, value: i8) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<1>(|output| output.write_byte(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes an unsigned byte, as `DataOutput.writeByte(int)`.
    ///
    /// Bytes: one.
    ///
    /// Cancel-safe: it has not happened.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_unsigned_byte(200).await?;
    /// assert_eq!(output.get_ref(), b"\xc8");
    /// # Ok(())
    /// # }
    /// ```
    fn write_unsigned_byte(&mut self, value: u8) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<1>(|output| output.write_unsigned_byte(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a signed 16-bit number, as `DataOutput.writeShort(int)`.
    ///
    /// Bytes: two, the high one first.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_short(-2).await?;
    /// assert_eq!(output.get_ref(), b"\xff\xfe");
    /// # Ok(())
    /// # }
    /// ```
    fn write_short(&mut self, value: i16) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<2>(|output| output.write_short(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes an unsigned 16-bit number, as `DataOutput.writeShort(int)`.
    ///
    /// Bytes: two, the high one first.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_unsigned_short(65534).await?;
    /// assert_eq!(output.get_ref(), b"\xff\xfe");
    /// # Ok(())
    /// # }
    /// ```
    fn write_unsigned_short(
        &mut self,
        value: u16,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<2>(|output| output.write_unsigned_short(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a UTF-16 code unit, as `DataOutput.writeChar(int)`.
    ///
    /// Bytes: two, the high one first.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_char('中' as u16).await?;
    /// assert_eq!(output.get_ref(), b"\x4e\x2d");
    /// # Ok(())
    /// # }
    /// ```
    fn write_char(&mut self, unit: u16) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<2>(|output| output.write_char(unit));
        async move { self.write(&bytes?).await }
    }

    /// Writes a 32-bit number, as `DataOutput.writeInt(int)`.
    ///
    /// Bytes: four, the highest first.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_int(256).await?;
    /// assert_eq!(output.get_ref(), b"\0\0\x01\0");
    /// # Ok(())
    /// # }
    /// ```
    fn write_int(&mut self, value: i32) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<4>(|output| output.write_int(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a 64-bit number, as `DataOutput.writeLong(long)`.
    ///
    /// Bytes: eight, the highest first.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_long(1 << 32).await?;
    /// assert_eq!(output.get_ref(), b"\0\0\0\x01\0\0\0\0");
    /// # Ok(())
    /// # }
    /// ```
    fn write_long(&mut self, value: i64) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<8>(|output| output.write_long(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a number of single precision, as `DataOutput.writeFloat(float)`.
    ///
    /// Bytes: four, the highest first. Every NaN is `7f c0 00 00`.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_float(1.0).await?;
    /// assert_eq!(output.get_ref(), b"\x3f\x80\0\0");
    /// # Ok(())
    /// # }
    /// ```
    fn write_float(&mut self, value: f32) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<4>(|output| output.write_float(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes a number of double precision, as `DataOutput.writeDouble(double)`.
    ///
    /// Bytes: eight, the highest first. Every NaN is `7f f8 00 00 00 00 00 00`.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_double(-1.0).await?;
    /// assert_eq!(output.get_ref(), b"\xbf\xf0\0\0\0\0\0\0");
    /// # Ok(())
    /// # }
    /// ```
    fn write_double(&mut self, value: f64) -> impl Future<Output = Result<(), Error>> + Send {
        let bytes = fixed::<8>(|output| output.write_double(value));
        async move { self.write(&bytes?).await }
    }

    /// Writes the low byte of each code unit, as `DataOutput.writeBytes(String)`.
    ///
    /// Bytes: one for each UTF-16 code unit, its high eight bits dropped; no length, no end.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_bytes("aé中").await?;
    /// assert_eq!(output.get_ref(), b"\x61\xe9\x2d");
    /// # Ok(())
    /// # }
    /// ```
    fn write_bytes<T>(&mut self, text: &T) -> impl Future<Output = Result<(), Error>> + Send
    where
        T: ?Sized,
        for<'a> &'a T: Into<JavaStr<'a>>,
    {
        let bytes = string(|output| output.write_bytes(text.into()));
        async move { self.write(&bytes?).await }
    }

    /// Writes each code unit, as `DataOutput.writeChars(String)`.
    ///
    /// Bytes: two for each UTF-16 code unit, the high one first; no length, no end.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_chars("a😀").await?;
    /// assert_eq!(output.get_ref(), b"\x00\x61\xd8\x3d\xde\x00");
    /// # Ok(())
    /// # }
    /// ```
    fn write_chars<T>(&mut self, text: &T) -> impl Future<Output = Result<(), Error>> + Send
    where
        T: ?Sized,
        for<'a> &'a T: Into<JavaStr<'a>>,
    {
        let bytes = string(|output| output.write_chars(text.into()));
        async move { self.write(&bytes?).await }
    }

    /// Writes a string, as `DataOutput.writeUTF(String)`.
    ///
    /// Bytes: two for the length, unsigned, then that many of modified UTF-8.
    ///
    /// Dropped: not at all, or wholly with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] if there would be more than 65535; nothing is written then.
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_utf("a\0中").await?;
    /// assert_eq!(output.get_ref(), b"\x00\x06a\xc0\x80\xe4\xb8\xad");
    /// # Ok(())
    /// # }
    /// ```
    fn write_utf<T>(&mut self, text: &T) -> impl Future<Output = Result<(), Error>> + Send
    where
        T: ?Sized,
        for<'a> &'a T: Into<JavaStr<'a>>,
    {
        let bytes = string(|output| output.write_utf(text.into()));
        async move { self.write(&bytes?).await }
    }
}

/// What the blocking stream makes of a value of so many bytes.
fn fixed<const N: usize>(
    write: impl FnOnce(&mut DataOutputStream<&mut [u8]>) -> Result<(), Error>,
) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    write(&mut DataOutputStream::new(&mut bytes[..]))?;
    Ok(bytes)
}

/// What the blocking stream makes of a string.
fn string(
    write: impl FnOnce(&mut DataOutputStream<Vec<u8>>) -> Result<(), Error>,
) -> Result<Vec<u8>, Error> {
    let mut output = DataOutputStream::new(Vec::new());
    write(&mut output)?;
    Ok(output.into_inner())
}

//! The trait `AsyncDataOutput`, independent of the type of the sink.

use crate::JavaStr;
use crate::data::{DataOutput, DataOutputStream, Error, VecOutput};

/// Writes Java's primitive values and strings asynchronously, as [`DataOutput`] and
/// `java.io.DataOutput`.
///
/// Every method has the same result as the method of [`DataOutput`]. A future that is dropped
/// before it completes never leaves half a value behind: if no byte has been sent, the write has
/// not happened; otherwise the rest is sent with the next write. A program that repeats the write
/// may send the value twice, unless it checks first whether the write had begun (the `size` of a
/// stream tells).
///
/// An implementation must supply [`write`](AsyncDataOutput::write), which must give this guarantee;
/// all other methods call it once. [`AsyncDataOutputStream`](super::AsyncDataOutputStream)
/// implements the trait over any [`AsyncWrite`](tokio::io::AsyncWrite).
///
/// All futures and all implementors are `Send`. The trait is not dyn-compatible: write generic code
/// instead of `dyn AsyncDataOutput`.
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
    /// Writes bytes unchanged, as `DataOutput.write(byte[])`.
    ///
    /// Bytes: exactly the given ones.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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

    /// Writes a `boolean`, as `DataOutput.writeBoolean(boolean)`.
    ///
    /// Bytes: one, `01` or `00`.
    ///
    /// Cancel-safe: a dropped write has not happened.
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
    /// Cancel-safe: a dropped write has not happened.
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
    /// Cancel-safe: a dropped write has not happened.
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
    /// Bytes: two, high byte first.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: two, high byte first.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: two, high byte first.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: four, highest byte first.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: eight, highest byte first.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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

    /// Writes a single-precision number, as `DataOutput.writeFloat(float)`.
    ///
    /// Bytes: four, highest byte first. Every NaN is `7f c0 00 00`.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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

    /// Writes a double-precision number, as `DataOutput.writeDouble(double)`.
    ///
    /// Bytes: eight, highest byte first. Every NaN is `7f f8 00 00 00 00 00 00`.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: one for each UTF-16 code unit, without the high eight bits; no length, no terminator.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: two for each UTF-16 code unit, high byte first; no length, no terminator.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
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
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// If dropped: nothing is sent, or all of it, the rest with the next write.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] if the body would be longer than 65535 bytes; nothing is written then.
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

/// The encoding of a value of `N` bytes, by the blocking stream.
fn fixed<const N: usize>(
    write: impl FnOnce(&mut DataOutputStream<&mut [u8]>) -> Result<(), Error>,
) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    write(&mut DataOutputStream::new(&mut bytes[..]))?;
    Ok(bytes)
}

/// The encoding of a string, by the blocking stream.
fn string(write: impl FnOnce(&mut VecOutput<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write(&mut VecOutput::new(&mut bytes))?;
    Ok(bytes)
}

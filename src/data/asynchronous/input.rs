//! The trait `AsyncDataInput`, independent of the type of the source.

use std::io::Cursor;

use crate::JavaString;
use crate::data::{DataInputStream, Error};

/// Reads Java's primitive values and strings asynchronously, as
/// [`DataInput`](crate::data::DataInput) and `java.io.DataInput`.
///
/// Every method has the same result as the method of [`DataInput`](crate::data::DataInput): the
/// value, the error, and the position in the input. Every future except that of [`skip_bytes`](AsyncDataInput::skip_bytes) is
/// cancel-safe: if it is dropped before it completes, as in a `tokio::select!`, the bytes that have
/// arrived are held, and the next read gets them first.
///
/// An implementation must supply [`read_fully`](AsyncDataInput::read_fully),
/// [`skip_bytes`](AsyncDataInput::skip_bytes), [`read_line`](AsyncDataInput::read_line) and
/// [`read_utf_into`](AsyncDataInput::read_utf_into), all but `skip_bytes` cancel-safe; the default
/// implementations of all other methods use these.
/// [`AsyncDataInputStream`](super::AsyncDataInputStream) implements the trait over any
/// [`AsyncRead`](tokio::io::AsyncRead).
///
/// All futures and all implementors are `Send`. The trait is not dyn-compatible: write generic code
/// instead of `dyn AsyncDataInput`.
///
/// # Examples
///
/// ```
/// use javatalk::data::Error;
/// use javatalk::data::asynchronous::{AsyncDataInput, AsyncDataInputStream};
///
/// async fn read_point(input: &mut impl AsyncDataInput) -> Result<(i32, i32), Error> {
///     Ok((input.read_int().await?, input.read_int().await?))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let mut input = AsyncDataInputStream::new(&b"\0\0\0\x03\xff\xff\xff\xff"[..]);
/// assert_eq!(read_point(&mut input).await?, (3, -1));
/// # Ok(())
/// # }
/// ```
pub trait AsyncDataInput: Send {
    /// Fills the buffer, as `DataInput.readFully(byte[])`.
    ///
    /// Bytes: as many as the buffer holds. An empty buffer does not access the source.
    ///
    /// Cancel-safe: the bytes that have arrived are read again; the buffer's content is
    /// unspecified.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; they are in the buffer, and consumed.
    /// [`Error::Io`] if the source fails; the bytes read before that are also in the buffer, and
    /// consumed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"abc"[..]);
    /// let mut buffer = [0; 2];
    /// input.read_fully(&mut buffer).await?;
    /// assert_eq!(&buffer, b"ab");
    /// # Ok(())
    /// # }
    /// ```
    fn read_fully(&mut self, buffer: &mut [u8]) -> impl Future<Output = Result<(), Error>> + Send;

    /// Skips up to `count` bytes and returns how many were skipped, as `DataInput.skipBytes(int)`.
    ///
    /// Bytes: `count`, or all that are left if there are fewer.
    ///
    /// **Not** cancel-safe: the bytes skipped before the future was dropped are lost.
    ///
    /// # Errors
    ///
    /// The end of the input is not an error: the result is smaller then. [`Error::Io`] if the
    /// source fails; the bytes skipped before that are lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"abc"[..]);
    /// assert_eq!(input.skip_bytes(2).await?, 2);
    /// assert_eq!(input.skip_bytes(2).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn skip_bytes(&mut self, count: usize) -> impl Future<Output = Result<usize, Error>> + Send;

    /// Reads a `boolean`, as `DataInput.readBoolean()`.
    ///
    /// Bytes: one; zero is false, any other value is true.
    ///
    /// Cancel-safe: no byte has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\x00\x80"[..]);
    /// assert_eq!(input.read_boolean().await?, false);
    /// assert_eq!(input.read_boolean().await?, true);
    /// # Ok(())
    /// # }
    /// ```
    fn read_boolean(&mut self) -> impl Future<Output = Result<bool, Error>> + Send {
        async { whole::<1>(self).await?.read_boolean() }
    }

    /// Reads a signed byte, as `DataInput.readByte()`.
    ///
    /// Bytes: one.
    ///
    /// Cancel-safe: no byte has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\xff"[..]);
    /// assert_eq!(input.read_byte().await?, -1);
    /// # Ok(())
    /// # }
    /// ```
    fn read_byte(&mut self) -> impl Future<Output = Result<i8, Error>> + Send {
        async { whole::<1>(self).await?.read_byte() }
    }

    /// Reads an unsigned byte, as `DataInput.readUnsignedByte()`.
    ///
    /// Bytes: one.
    ///
    /// Cancel-safe: no byte has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\xff"[..]);
    /// assert_eq!(input.read_unsigned_byte().await?, 255);
    /// # Ok(())
    /// # }
    /// ```
    fn read_unsigned_byte(&mut self) -> impl Future<Output = Result<u8, Error>> + Send {
        async { whole::<1>(self).await?.read_unsigned_byte() }
    }

    /// Reads a signed 16-bit number, as `DataInput.readShort()`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\xff\xfe"[..]);
    /// assert_eq!(input.read_short().await?, -2);
    /// # Ok(())
    /// # }
    /// ```
    fn read_short(&mut self) -> impl Future<Output = Result<i16, Error>> + Send {
        async { whole::<2>(self).await?.read_short() }
    }

    /// Reads an unsigned 16-bit number, as `DataInput.readUnsignedShort()`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\xff\xfe"[..]);
    /// assert_eq!(input.read_unsigned_short().await?, 65534);
    /// # Ok(())
    /// # }
    /// ```
    fn read_unsigned_short(&mut self) -> impl Future<Output = Result<u16, Error>> + Send {
        async { whole::<2>(self).await?.read_unsigned_short() }
    }

    /// Reads a UTF-16 code unit, as `DataInput.readChar()`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\x4e\x2d"[..]);
    /// assert_eq!(input.read_char().await?, '中' as u16);
    /// # Ok(())
    /// # }
    /// ```
    fn read_char(&mut self) -> impl Future<Output = Result<u16, Error>> + Send {
        async { whole::<2>(self).await?.read_char() }
    }

    /// Reads a 32-bit number, as `DataInput.readInt()`.
    ///
    /// Bytes: four, highest byte first.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\0\0\x01\0"[..]);
    /// assert_eq!(input.read_int().await?, 256);
    /// # Ok(())
    /// # }
    /// ```
    fn read_int(&mut self) -> impl Future<Output = Result<i32, Error>> + Send {
        async { whole::<4>(self).await?.read_int() }
    }

    /// Reads a 64-bit number, as `DataInput.readLong()`.
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\0\0\0\x01\0\0\0\0"[..]);
    /// assert_eq!(input.read_long().await?, 1 << 32);
    /// # Ok(())
    /// # }
    /// ```
    fn read_long(&mut self) -> impl Future<Output = Result<i64, Error>> + Send {
        async { whole::<8>(self).await?.read_long() }
    }

    /// Reads a single-precision number, as `DataInput.readFloat()`.
    ///
    /// Bytes: four, highest byte first. All bits are kept, including those of a NaN.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\x3f\x80\0\0"[..]);
    /// assert_eq!(input.read_float().await?, 1.0);
    /// # Ok(())
    /// # }
    /// ```
    fn read_float(&mut self) -> impl Future<Output = Result<f32, Error>> + Send {
        async { whole::<4>(self).await?.read_float() }
    }

    /// Reads a double-precision number, as `DataInput.readDouble()`.
    ///
    /// Bytes: eight, highest byte first. All bits are kept, including those of a NaN.
    ///
    /// Cancel-safe: the bytes that have arrived are read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\xbf\xf0\0\0\0\0\0\0"[..]);
    /// assert_eq!(input.read_double().await?, -1.0);
    /// # Ok(())
    /// # }
    /// ```
    fn read_double(&mut self) -> impl Future<Output = Result<f64, Error>> + Send {
        async { whole::<8>(self).await?.read_double() }
    }

    /// Reads a line of Latin-1 without its terminator, as `DataInput.readLine()`; `None` at the end
    /// of the input.
    ///
    /// Bytes: up to and including `\n`, `\r` or `\r\n`, or up to the end of the input. After `\r`
    /// it waits for one more byte, which the stream holds unless it is `\n`.
    ///
    /// Cancel-safe: the part of the line that has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the source fails; the part of the line read before that is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"one\r\ntwo"[..]);
    /// assert_eq!(input.read_line().await?.unwrap(), "one");
    /// assert_eq!(input.read_line().await?.unwrap(), "two");
    /// assert_eq!(input.read_line().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn read_line(&mut self) -> impl Future<Output = Result<Option<JavaString>, Error>> + Send;

    /// Reads a string, as `DataInput.readUTF()`.
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// Cancel-safe: the part of the length and body that has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if the input ends before the last byte, even if the bytes before are
    /// malformed. [`Error::Malformed`] if all bytes are there but are not modified UTF-8; they are
    /// consumed, and the next value can be read. [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\x00\x03\xe4\xb8\xad"[..]);
    /// assert_eq!(input.read_utf().await?, "中");
    /// # Ok(())
    /// # }
    /// ```
    fn read_utf(&mut self) -> impl Future<Output = Result<JavaString, Error>> + Send {
        async {
            let mut text = JavaString::new();
            self.read_utf_into(&mut text).await?;
            Ok(text)
        }
    }

    /// Reads a string into an existing one and reuses its memory, for callers that read many
    /// strings; otherwise as [`read_utf`](AsyncDataInput::read_utf).
    ///
    /// Bytes: the same as `read_utf`.
    ///
    /// Cancel-safe: the same as `read_utf`; the string is unchanged.
    ///
    /// # Errors
    ///
    /// The same as `read_utf`; the string is empty after an error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # use javatalk::JavaString;
    /// let mut input = AsyncDataInputStream::new(&b"\x00\x03one\x00\x03two"[..]);
    /// let mut text = JavaString::new();
    /// input.read_utf_into(&mut text).await?;
    /// assert_eq!(text, "one");
    /// input.read_utf_into(&mut text).await?;
    /// assert_eq!(text, "two");
    /// # Ok(())
    /// # }
    /// ```
    fn read_utf_into(
        &mut self,
        text: &mut JavaString,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Waits for the bytes of a value, which the blocking stream then decodes.
async fn whole<const N: usize>(
    input: &mut (impl AsyncDataInput + ?Sized),
) -> Result<DataInputStream<Cursor<[u8; N]>>, Error> {
    let mut bytes = [0; N];
    input.read_fully(&mut bytes).await?;
    Ok(DataInputStream::new(Cursor::new(bytes)))
}

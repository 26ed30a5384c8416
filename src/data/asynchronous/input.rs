//! The trait `AsyncDataInput`: what to read, whatever it is read from, without a thread that waits.

use std::io::Cursor;

use crate::JavaString;
use crate::data::{DataInput, DataInputStream, Error};

/// Reads Java's primitive values and strings, as [`DataInput`] and so as `java.io.DataInput`, and
/// waits as a task waits.
///
/// Every method comes to what the method of [`DataInput`] comes to: the value, the error, and how
/// much of the input is gone. Every future but that of [`skip_bytes`](AsyncDataInput::skip_bytes)
/// may be dropped before it is ready, as in a `tokio::select!`: what had arrived of the value is
/// held, and the next read gets it first.
///
/// An implementation supplies [`read_fully`](AsyncDataInput::read_fully),
/// [`skip_bytes`](AsyncDataInput::skip_bytes), [`read_line`](AsyncDataInput::read_line) and
/// [`read_utf_into`](AsyncDataInput::read_utf_into), which must keep that promise; everything else
/// is made of them. [`AsyncDataInputStream`](super::AsyncDataInputStream) is the one over any
/// [`AsyncRead`](tokio::io::AsyncRead).
///
/// All futures can be sent to another thread, and so can whatever implements the trait. There is no
/// `dyn AsyncDataInput`: be generic over it.
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
    /// Bytes: as many as the buffer has; for an empty one the source is not touched.
    ///
    /// Cancel-safe: what has arrived is read again; what the buffer holds then means nothing.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; those there were are in the buffer, and consumed.
    /// [`Error::Io`] if the source fails; likewise.
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

    /// Skips up to `count` bytes and says how many there were, as `DataInput.skipBytes(int)`.
    ///
    /// Bytes: `count`, or all that are left.
    ///
    /// **Not** cancel-safe: what was skipped before the future was dropped is gone.
    ///
    /// # Errors
    ///
    /// None at the end of the input: the result is smaller then. [`Error::Io`] if the source fails;
    /// what was skipped before is gone.
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

    /// Reads a truth value, as `DataInput.readBoolean()`.
    ///
    /// Bytes: one; zero is false, anything else is true.
    ///
    /// Cancel-safe: nothing has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there is none; [`Error::Io`] if the source fails.
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
    /// Cancel-safe: nothing has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there is none; [`Error::Io`] if the source fails.
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
    /// Cancel-safe: nothing has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there is none; [`Error::Io`] if the source fails.
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
    /// Bytes: two, the high one first.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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
    /// Bytes: two, the high one first.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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
    /// Bytes: two, the high one first.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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
    /// Bytes: four, the highest first.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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
    /// Bytes: eight, the highest first.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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

    /// Reads a number of single precision, as `DataInput.readFloat()`.
    ///
    /// Bytes: four, the highest first; every NaN keeps its bits.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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

    /// Reads a number of double precision, as `DataInput.readDouble()`.
    ///
    /// Bytes: eight, the highest first; every NaN keeps its bits.
    ///
    /// Cancel-safe: what has arrived is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer; [`Error::Io`] if the source fails.
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

    /// Reads a line of Latin-1 without its end, as `DataInput.readLine()`; none if there is nothing
    /// more.
    ///
    /// Bytes: those of the line and its end: `\n`, `\r`, `\r\n`, or the end of the input. After `\r` it
    /// waits for one byte more, and the stream holds it if it is no `\n`.
    ///
    /// Cancel-safe: what has arrived of the line is read again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the source fails; what was read of the line is gone.
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
    /// Bytes: two for the length, unsigned, then that many of modified UTF-8.
    ///
    /// Cancel-safe: what has arrived of length and body is read again.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if there are fewer, whatever they hold. [`Error::Malformed`] if they
    /// are all there and are not modified UTF-8; they are consumed, and the next value can be read.
    /// [`Error::Io`] if the source fails.
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

    /// Reads a string in place of another and takes over its memory, for those who read many;
    /// otherwise as [`read_utf`](AsyncDataInput::read_utf).
    ///
    /// Bytes: as `read_utf`.
    ///
    /// Cancel-safe: as `read_utf`; the string is as it was then.
    ///
    /// # Errors
    ///
    /// As `read_utf`; the string is empty then.
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

/// Waits for the bytes of a value, for the blocking stream to read.
async fn whole<const N: usize>(
    input: &mut (impl AsyncDataInput + ?Sized),
) -> Result<DataInputStream<Cursor<[u8; N]>>, Error> {
    let mut bytes = [0; N];
    input.read_fully(&mut bytes).await?;
    Ok(DataInputStream::new(Cursor::new(bytes)))
}

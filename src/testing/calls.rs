//! The methods of `DataInputStream` and `DataOutputStream`, called in Java.

use super::answer::{Answer, Exception};
use super::java::Java;
use crate::sweep::block::{Sink, Sources, Work};
use crate::sweep::call::{Count, Read, Write};
use crate::sweep::outcome::{End, Outcome, integer, text};
use crate::{JavaStr, JavaString};

/// The reading methods of `java.io.DataInputStream`, each called on a new stream over these bytes.
///
/// # Panics
///
/// All of them panic if the JVM cannot be started, or has ended.
impl Java {
    /// `readFully` of an array of `count` bytes.
    #[must_use]
    pub fn read_fully(&self, bytes: &[u8], count: usize) -> Answer<Vec<u8>> {
        self.read(Read::Fully(Self::count(count)), bytes, <[u8]>::to_vec)
    }

    /// `skipBytes`: how many bytes it has skipped.
    #[must_use]
    pub fn skip_bytes(&self, bytes: &[u8], count: i32) -> Answer<i32> {
        self.read(Read::Skip(Count(count)), bytes, |value| {
            i32::from_be_bytes(array(value))
        })
    }

    /// `readBoolean`.
    #[must_use]
    pub fn read_boolean(&self, bytes: &[u8]) -> Answer<bool> {
        self.read(Read::Boolean, bytes, |value| value != [0])
    }

    /// `readByte`.
    #[must_use]
    pub fn read_byte(&self, bytes: &[u8]) -> Answer<i8> {
        self.read(Read::Byte, bytes, |value| i8::from_be_bytes(array(value)))
    }

    /// `readUnsignedByte`.
    #[must_use]
    pub fn read_unsigned_byte(&self, bytes: &[u8]) -> Answer<u8> {
        self.read(Read::UnsignedByte, bytes, unsigned)
    }

    /// `readShort`.
    #[must_use]
    pub fn read_short(&self, bytes: &[u8]) -> Answer<i16> {
        self.read(Read::Short, bytes, |value| i16::from_be_bytes(array(value)))
    }

    /// `readUnsignedShort`.
    #[must_use]
    pub fn read_unsigned_short(&self, bytes: &[u8]) -> Answer<u16> {
        self.read(Read::UnsignedShort, bytes, unsigned)
    }

    /// `readChar`: a code unit.
    #[must_use]
    pub fn read_char(&self, bytes: &[u8]) -> Answer<u16> {
        self.read(Read::Char, bytes, |value| u16::from_be_bytes(array(value)))
    }

    /// `readInt`.
    #[must_use]
    pub fn read_int(&self, bytes: &[u8]) -> Answer<i32> {
        self.read(Read::Int, bytes, |value| i32::from_be_bytes(array(value)))
    }

    /// `readLong`.
    #[must_use]
    pub fn read_long(&self, bytes: &[u8]) -> Answer<i64> {
        self.read(Read::Long, bytes, |value| i64::from_be_bytes(array(value)))
    }

    /// `readFloat`, with the bits that Java has.
    #[must_use]
    pub fn read_float(&self, bytes: &[u8]) -> Answer<f32> {
        self.read(Read::Float, bytes, |bits| f32::from_be_bytes(array(bits)))
    }

    /// `readDouble`, with the bits that Java has.
    #[must_use]
    pub fn read_double(&self, bytes: &[u8]) -> Answer<f64> {
        self.read(Read::Double, bytes, |bits| f64::from_be_bytes(array(bits)))
    }

    /// `readLine`; `None` for null, at the end of the bytes.
    #[must_use]
    pub fn read_line(&self, bytes: &[u8]) -> Answer<Option<JavaString>> {
        let outcome = self.outcome(&reading(Read::Line, bytes));
        Answer::of(&outcome, |units| match outcome.end {
            End::Null => None,
            End::Returned | End::Threw { .. } => Some(text(units)),
        })
    }

    /// `readUTF`. The bytes begin with the length.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # // Not run: the package's own tests also run without a JDK.
    /// # let java = javatalk::testing::Java::newest()?;
    /// // An overlong form, which a UTF-8 decoder refuses.
    /// let answer = java.read_utf(b"\0\x02\xc1\x81");
    /// assert_eq!(answer.result.unwrap(), "A");
    /// assert_eq!(answer.consumed, 4);
    ///
    /// let thrown = java.read_utf(b"\0\x01\xff").result.unwrap_err();
    /// assert_eq!(thrown.class(), "java.io.UTFDataFormatException");
    /// # Ok::<(), javatalk::testing::NoJava>(())
    /// ```
    #[must_use]
    pub fn read_utf(&self, bytes: &[u8]) -> Answer<JavaString> {
        self.read(Read::Utf, bytes, text)
    }

    /// The string that the class loader makes of a constant with these bytes, in a class file of
    /// this major version: 45 for Java 1.1, 52 for Java 8, 61 for Java 17.
    ///
    /// # Errors
    ///
    /// A `java.lang.ClassFormatError` without its message, if the class is refused.
    pub fn load_constant(&self, version: u16, bytes: &[u8]) -> Result<JavaString, Exception> {
        let work = Work::Constants {
            version,
            bodies: Sources::one(bytes.to_vec()),
        };
        Answer::of(&self.outcome(&work), text).result
    }

    fn read<T>(&self, call: Read, bytes: &[u8], value: impl FnOnce(&[u8]) -> T) -> Answer<T> {
        Answer::of(&self.outcome(&reading(call, bytes)), value)
    }

    fn count(count: usize) -> Count {
        Count(i32::try_from(count).expect("a Java array has at most 2^31 - 1 elements"))
    }

    fn outcome(&self, work: &Work) -> Outcome {
        let mut outcomes = self.outcomes(work);
        assert_eq!(outcomes.len(), 1, "one call has one outcome");
        outcomes.remove(0)
    }
}

fn reading(call: Read, bytes: &[u8]) -> Work {
    Work::Reads {
        calls: vec![call],
        rounds: 1,
        sources: Sources::one(bytes.to_vec()),
    }
}

/// The bytes of a number. `Sweep.java` sends as many as the type that the method returns has.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes
        .try_into()
        .expect("a number has the width of its type")
}

/// The value of a method that returns an `int` in a smaller range.
fn unsigned<T: TryFrom<i64>>(bytes: &[u8]) -> T {
    T::try_from(integer(bytes))
        .unwrap_or_else(|_| panic!("{bytes:02x?} is not in the range of the method"))
}

/// The writing methods of `java.io.DataOutputStream`, each called on a new stream: the bytes that
/// have reached the sink, or what was thrown.
///
/// # Errors
///
/// Only `writeUTF` throws: at most 65535 bytes follow its length.
///
/// # Panics
///
/// All of them panic if the JVM cannot be started, or has ended.
impl Java {
    /// `write` of an array.
    #[must_use]
    pub fn write(&self, bytes: &[u8]) -> Vec<u8> {
        self.written(Write::All(bytes.to_vec()))
    }

    /// `writeBoolean`.
    #[must_use]
    pub fn write_boolean(&self, value: bool) -> Vec<u8> {
        self.written(Write::Boolean(value))
    }

    /// `writeByte`.
    #[must_use]
    pub fn write_byte(&self, value: i8) -> Vec<u8> {
        self.written(Write::Byte(value))
    }

    /// `writeByte` of 0 to 255.
    #[must_use]
    pub fn write_unsigned_byte(&self, value: u8) -> Vec<u8> {
        self.written(Write::UnsignedByte(value))
    }

    /// `writeShort`.
    #[must_use]
    pub fn write_short(&self, value: i16) -> Vec<u8> {
        self.written(Write::Short(value))
    }

    /// `writeShort` of 0 to 65535.
    #[must_use]
    pub fn write_unsigned_short(&self, value: u16) -> Vec<u8> {
        self.written(Write::UnsignedShort(value))
    }

    /// `writeChar` of a code unit.
    #[must_use]
    pub fn write_char(&self, value: u16) -> Vec<u8> {
        self.written(Write::Char(value))
    }

    /// `writeInt`.
    #[must_use]
    pub fn write_int(&self, value: i32) -> Vec<u8> {
        self.written(Write::Int(value))
    }

    /// `writeLong`.
    #[must_use]
    pub fn write_long(&self, value: i64) -> Vec<u8> {
        self.written(Write::Long(value))
    }

    /// `writeFloat`.
    #[must_use]
    pub fn write_float(&self, value: f32) -> Vec<u8> {
        self.written(Write::Float(value.to_bits()))
    }

    /// `writeDouble`.
    #[must_use]
    pub fn write_double(&self, value: f64) -> Vec<u8> {
        self.written(Write::Double(value.to_bits()))
    }

    /// `writeBytes`: the low eight bits of each code unit.
    #[must_use]
    pub fn write_bytes<'a>(&self, text: impl Into<JavaStr<'a>>) -> Vec<u8> {
        self.written(Write::Bytes(text.into().to_java_string()))
    }

    /// `writeChars`: each code unit as two bytes.
    #[must_use]
    pub fn write_chars<'a>(&self, text: impl Into<JavaStr<'a>>) -> Vec<u8> {
        self.written(Write::Chars(text.into().to_java_string()))
    }

    /// `writeUTF`: the length, and the text in modified UTF-8.
    ///
    /// # Errors
    ///
    /// If the text takes more than 65535 bytes.
    pub fn write_utf<'a>(&self, text: impl Into<JavaStr<'a>>) -> Result<Vec<u8>, Exception> {
        self.write_call(Write::Utf(text.into().to_java_string()))
    }

    fn written(&self, call: Write) -> Vec<u8> {
        match self.write_call(call) {
            Ok(bytes) => bytes,
            Err(thrown) => panic!("a sink in memory never fails: {thrown}"),
        }
    }

    fn write_call(&self, call: Write) -> Result<Vec<u8>, Exception> {
        let work = Work::Writes(vec![Sink {
            failing: None,
            calls: vec![call],
        }]);
        Answer::of(&self.outcome(&work), <[u8]>::to_vec).result
    }
}

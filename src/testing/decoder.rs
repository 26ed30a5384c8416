//! A decoder of modified UTF-8, which is compared with Java.

use std::fmt::Debug;

use super::answer::Exception;
use super::bodies::Body;
use super::decoding::{Comparison, Detail, Refusal, Said};
use super::java::Java;
use super::mismatch::{Found, Mismatches};
use crate::JavaString;

/// A decoder of modified UTF-8, to be compared with Java.
///
/// # Examples
///
/// ```no_run
/// # // Not run: the package's own tests also run without a JDK.
/// # mod my_codec {
/// #     pub fn decode(body: &[u8]) -> Result<std::borrow::Cow<'_, str>, std::str::Utf8Error> {
/// #         std::str::from_utf8(body).map(Into::into)
/// #     }
/// # }
/// use javatalk::testing::{Decoder, Java};
///
/// # fn check() -> Result<(), Box<dyn std::error::Error>> {
/// let java = Java::newest()?;
/// let compared = Decoder::new(my_codec::decode).check(java)?;
/// println!("{compared} bodies, all as in {java}");
/// # Ok(())
/// # }
/// ```
pub struct Decoder<'f, E> {
    decode: Box<Decode<'f, E>>,
    class_file: Option<u16>,
    exception: Option<fn(&E) -> Exception>,
    has_stream: bool,
}

type Decode<'f, E> = dyn FnMut(&Body) -> Decoded<E> + 'f;

/// What the decoder made of a body.
struct Decoded<E> {
    result: Result<JavaString, E>,
    /// How many bytes it took from the stream. `None` if it has no stream.
    consumed: Option<usize>,
}

impl<'f, E: Debug + 'f> Decoder<'f, E> {
    /// A function from the bytes of a body, without the length before it, to a string.
    ///
    /// The string may be a `String`, a `Cow<str>`, a `&str`, a `Vec<u16>` of code units or a
    /// [`JavaString`]. It may borrow from the bytes. A decoder to a `String` must refuse unpaired
    /// surrogates, which Java accepts, or replace them: both are mismatches.
    pub fn new<T: Into<JavaString>>(
        mut decode: impl FnMut(&'static [u8]) -> Result<T, E> + 'f,
    ) -> Self {
        Self::boxed(false, move |body| Decoded {
            result: decode(body.bytes).map(Into::into),
            consumed: None,
        })
    }

    /// A function that reads the length and the string from a stream, which goes on behind the
    /// string.
    ///
    /// The bytes that it takes from the stream are compared too, also if it refuses the string: Java
    /// takes the whole body before it decodes it. `&mut &[u8]` implements
    /// [`Read`](std::io::Read).
    pub fn of_streams<T: Into<JavaString>>(
        mut read: impl FnMut(&mut &'static [u8]) -> Result<T, E> + 'f,
    ) -> Self {
        Self::boxed(true, move |body| {
            let mut stream = body.stream;
            let result = read(&mut stream).map(Into::into);
            Decoded {
                result,
                consumed: Some(body.stream.len() - stream.len()),
            }
        })
    }

    fn boxed(has_stream: bool, decode: impl FnMut(&Body) -> Decoded<E> + 'f) -> Self {
        Self {
            decode: Box::new(decode),
            class_file: None,
            exception: None,
            has_stream,
        }
    }

    /// Compares with the class loader instead of `readUTF`: the bodies are string constants of a
    /// class file of this major version.
    ///
    /// The class loader is slower, so that these are all bodies of up to two bytes, those of three
    /// bytes with at least one byte of each class, and random ones.
    #[must_use]
    pub fn class_file(mut self, version: u16) -> Self {
        self.class_file = Some(version);
        self
    }

    /// Compares the exceptions too: `exception` says what Java should throw instead of an error.
    ///
    /// Without it, only whether a body is refused is compared. With [`class_file`](Self::class_file)
    /// the exception is a `java.lang.ClassFormatError` without a message.
    #[must_use]
    pub fn exceptions(mut self, exception: fn(&E) -> Exception) -> Self {
        self.exception = Some(exception);
        self
    }

    /// Compares it with this JDK, and returns the number of bodies.
    ///
    /// These are all bodies of up to three bytes, every two surrogates, bodies of four bytes with at
    /// least one byte of each class, and random bodies of up to 65535 bytes: 21 million.
    ///
    /// # Errors
    ///
    /// Where it differs.
    ///
    /// # Panics
    ///
    /// If the JVM cannot be started, or has ended. If the decoder panics, that is a mismatch, and the
    /// last one.
    pub fn check(&mut self, java: &Java) -> Result<usize, Mismatches> {
        let Self {
            decode,
            class_file,
            exception,
            has_stream,
        } = self;
        // Only this closure depends on the type of the error, so that all else is compiled with the
        // package, which can be optimised.
        let mut decode = |body: &Body, detail: Detail| {
            let decoded = decode(body);
            Said {
                result: decoded.result.map_err(|error| Refusal {
                    exception: exception.map(|exception| exception(&error)),
                    shown: match detail {
                        Detail::Compared => String::new(),
                        Detail::Shown => format!("{error:?}"),
                    },
                }),
                consumed: decoded.consumed,
            }
        };
        Comparison {
            decode: &mut decode,
            class_file: *class_file,
            has_stream: *has_stream,
            java,
            found: Found::default(),
        }
        .run()
    }
}

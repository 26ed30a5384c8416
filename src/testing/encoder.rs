//! An encoder of modified UTF-8, which is compared with Java.

use std::fmt::Debug;

use super::answer::Exception;
use super::conversion::{Encoded, FromJava};
use super::decoding::{Detail, Refusal};
use super::encoding::Comparison;
use super::java::Java;
use super::mismatch::{Found, Mismatches};
use crate::JavaStr;

/// An encoder of modified UTF-8, to be compared with `writeUTF`.
///
/// # Examples
///
/// ```no_run
/// # // Not run: the package's own tests also run without a JDK.
/// # mod my_codec {
/// #     pub fn encode(text: &str) -> Vec<u8> { text.into() }
/// # }
/// use javatalk::testing::{Encoder, Java};
///
/// # fn check() -> Result<(), Box<dyn std::error::Error>> {
/// let compared = Encoder::new(my_codec::encode).check(Java::newest()?)?;
/// println!("{} strings, {} left out", compared.cases, compared.left_out);
/// # Ok(())
/// # }
/// ```
pub struct Encoder<'f, E> {
    encode: Box<Encode<'f, E>>,
    exception: Option<fn(&E) -> Exception>,
    /// Whether the bytes begin with the length.
    with_length: bool,
}

/// `None` if the encoder cannot take the string.
type Encode<'f, E> = dyn FnMut(JavaStr<'static>) -> Option<Result<Vec<u8>, E>> + 'f;

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compared {
    /// How many strings.
    pub cases: usize,
    /// How many strings were not compared, because they have unpaired surrogates, which the type that
    /// the encoder takes cannot hold.
    pub left_out: usize,
}

impl<'f, E: Debug + 'f> Encoder<'f, E> {
    /// A function from a string to the bytes of its body, without the length before it.
    ///
    /// It may take a `&str`, a `String`, a `Vec<u16>` of code units or a [`JavaStr`], and return
    /// bytes or a [`Result`] with bytes. It is also called with strings that are too long for
    /// `writeUTF`; what it makes of those is not compared.
    pub fn new<T: FromJava, B: Encoded<Error = E>>(encode: impl FnMut(T) -> B + 'f) -> Self {
        Self::boxed(encode, false)
    }

    /// A function from a string to the length of its body and the body, as `writeUTF` writes them.
    ///
    /// It must refuse strings that are too long for `writeUTF`.
    pub fn with_length<T: FromJava, B: Encoded<Error = E>>(
        encode: impl FnMut(T) -> B + 'f,
    ) -> Self {
        Self::boxed(encode, true)
    }

    fn boxed<T: FromJava, B: Encoded<Error = E>>(
        mut encode: impl FnMut(T) -> B + 'f,
        with_length: bool,
    ) -> Self {
        Self {
            encode: Box::new(move |text| Some(encode(T::from_java(text)?).into_bytes())),
            exception: None,
            with_length,
        }
    }

    /// Compares the exceptions too: `exception` says what Java should throw instead of an error.
    ///
    /// Without it, only whether a string is refused is compared.
    #[must_use]
    pub fn exceptions(mut self, exception: fn(&E) -> Exception) -> Self {
        self.exception = Some(exception);
        self
    }

    /// Compares it with this JDK.
    ///
    /// The strings are every code unit, every surrogate followed by every low surrogate, random
    /// strings, and strings of about 65535 bytes: 2.2 million.
    ///
    /// # Errors
    ///
    /// Where it differs.
    ///
    /// # Panics
    ///
    /// If the JVM cannot be started, or has ended. If the encoder panics, that is a mismatch, and the
    /// last one.
    pub fn check(&mut self, java: &Java) -> Result<Compared, Mismatches> {
        let Self {
            encode,
            exception,
            with_length,
        } = self;
        // Only this closure depends on the type of the error, so that all else is compiled with the
        // package, which can be optimised.
        let mut encode = |text, detail: Detail| {
            let encoded: Result<Vec<u8>, E> = encode(text)?;
            Some(encoded.map_err(|error| Refusal {
                exception: exception.map(|exception| exception(&error)),
                shown: match detail {
                    Detail::Compared => String::new(),
                    Detail::Shown => format!("{error:?}"),
                },
            }))
        };
        Comparison {
            encode: &mut encode,
            with_length: *with_length,
            java,
            found: Found::default(),
        }
        .run()
    }
}

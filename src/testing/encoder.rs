//! Compares an encoder of modified UTF-8 with Java, over the strings of the sweep.
//!
//! As for a decoder, the codec of this package stands in for Java where the JVM confirms its
//! checksum.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use super::answer::{Answer, Exception};
use super::conversion::{Encoded, FromJava};
use super::java::Java;
use super::mismatch::{Found, Mismatch, Mismatches};
use super::strings;
use super::strings::Strings;
use super::words::{gives, hex, panicked, quoted, refuses, throws};
use crate::JavaStr;
use crate::data::{DataOutput, DataOutputStream};
use crate::sweep::outcome::Outcomes;

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
    encode: Box<dyn FnMut(JavaStr<'static>) -> Option<Result<Vec<u8>, E>> + 'f>,
    exception: Option<fn(&E) -> Exception>,
    /// Whether the bytes begin with the length.
    with_length: bool,
}

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

/// What the encoder made of a string, or its panic. `None` if it cannot take the string.
type Said<E> = Option<thread::Result<Result<Vec<u8>, E>>>;

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
        let mut found = Found::default();
        let mut left_out = 0;
        for block in strings::all() {
            left_out += self.check_block(java, block, &mut found);
            if found.panicked {
                break;
            }
        }
        let subject = || {
            format!(
                "the encoder differs from writeUTF of java{}",
                java.feature()
            )
        };
        found
            .into_result(subject)
            .map(|cases| Compared { cases, left_out })
    }

    /// Returns how many strings the encoder cannot take.
    fn check_block(&mut self, java: &Java, block: &'static Strings, found: &mut Found) -> usize {
        let work = block.writes();
        let request = work.encode(false);
        let (checksum, (library, recorded), said) = thread::scope(|scope| {
            let asked = scope.spawn(|| java.checksum(&request));
            let library = library(block);
            let said = self.run(block);
            match asked.join() {
                Ok(checksum) => (checksum, library, said),
                Err(panic) => resume_unwind(panic),
            }
        });
        let expected = if checksum == recorded.checksum() {
            library
        } else {
            let outcomes = java.outcomes(&work);
            let answers = outcomes
                .iter()
                .map(|outcome| Answer::of(outcome, <[u8]>::to_vec));
            answers.map(|answer| answer.result).collect()
        };
        let before = found.count;
        let mut left_out = 0;
        for ((text, said), expected) in block.iter().zip(said).zip(expected) {
            let Some(said) = said else {
                left_out += 1;
                continue;
            };
            if expected.is_err() && !self.with_length && said.is_ok() {
                continue;
            }
            found.cases += 1;
            if !self.agrees(&said, &expected) {
                found.panicked |= said.is_err();
                found.add(before, || self.describe(text, &said, &expected));
            }
        }
        left_out
    }

    /// What the encoder makes of each string, up to the first panic, which is the last element.
    fn run(&mut self, block: &'static Strings) -> Vec<Said<E>> {
        let mut all = Vec::with_capacity(block.len());
        for text in block.iter() {
            // After a panic, the encoder is not called again.
            let said = catch_unwind(AssertUnwindSafe(|| (self.encode)(text)));
            let is_panic = said.is_err();
            all.push(said.transpose());
            if is_panic {
                break;
            }
        }
        all
    }

    fn agrees(
        &self,
        said: &thread::Result<Result<Vec<u8>, E>>,
        expected: &Result<Vec<u8>, Exception>,
    ) -> bool {
        match (said, expected) {
            (Err(_), _) | (Ok(Ok(_)), Err(_)) | (Ok(Err(_)), Ok(_)) => false,
            (Ok(Ok(bytes)), Ok(java)) => bytes == self.shown(java),
            (Ok(Err(error)), Err(java)) => self
                .exception
                .is_none_or(|exception| exception(error) == *java),
        }
    }

    /// The part of Java's bytes that the encoder returns.
    fn shown<'a>(&self, java: &'a [u8]) -> &'a [u8] {
        if self.with_length {
            java
        } else {
            java.get(LENGTH..).unwrap_or_default()
        }
    }

    fn describe(
        &self,
        text: JavaStr<'_>,
        said: &thread::Result<Result<Vec<u8>, E>>,
        expected: &Result<Vec<u8>, Exception>,
    ) -> Mismatch {
        Mismatch {
            input: quoted(&text.to_java_string()),
            codec: match said {
                Ok(Ok(bytes)) => gives(&hex(bytes), None),
                Ok(Err(error)) => {
                    let exception = self.exception.map(|exception| exception(error));
                    refuses(error, exception, None)
                }
                Err(panic) => panicked(&**panic),
            },
            java: match expected {
                Ok(bytes) => gives(&hex(self.shown(bytes)), None),
                Err(exception) => throws(exception, None),
            },
        }
    }
}

/// The results of the codec of this package.
fn library(block: &'static Strings) -> (Vec<Result<Vec<u8>, Exception>>, Outcomes) {
    let mut outcomes = Outcomes::default();
    let mut output = DataOutputStream::new(Vec::new());
    let mut results = Vec::with_capacity(block.len());
    for text in block.iter() {
        let written = output.write_utf(text);
        let bytes = std::mem::take(output.get_mut());
        results.push(match written {
            Ok(()) => {
                outcomes.returned(&bytes);
                Ok(bytes)
            }
            Err(error) => {
                outcomes.threw(&error, &bytes);
                Err(Exception::new(error.java_class(), error.java_message()))
            }
        });
        outcomes.stands(output.size());
    }
    (results, outcomes)
}

/// The size of the length before a body.
const LENGTH: usize = size_of::<u16>();

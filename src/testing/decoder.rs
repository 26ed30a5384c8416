//! Compares a decoder of modified UTF-8 with Java, over the bodies of the sweep.
//!
//! The JVM sends a checksum of a block's outcomes, as in the sweep. The codec of this package runs
//! the same block. If the checksums are equal, its results are Java's, and the decoder is compared
//! with them. Otherwise the JVM sends the outcomes themselves.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use super::answer::{Answer, Exception};
use super::bodies;
use super::bodies::{Bodies, Body};
use super::java::Java;
use super::mismatch::{Found, Mismatch, Mismatches};
use super::words::{gives, hex, panicked, quoted, refuses, throws};
use crate::JavaString;
use crate::data::Error;
use crate::mutf8::{DecodeError, Rules};
use crate::sweep::minimize::shrink;
use crate::sweep::outcome::{Outcome, Outcomes, text};

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
/// use javatalk::testing::{Decoder, Java, Mismatches};
///
/// # fn check() -> Result<(), Box<dyn std::error::Error>> {
/// let java = Java::newest()?;
/// let compared = Decoder::new(my_codec::decode).check(java)?;
/// println!("{compared} bodies, all as in {java}");
/// # Ok(())
/// # }
/// ```
pub struct Decoder<'f, E> {
    decode: Box<dyn FnMut(&Body) -> Said<E> + 'f>,
    class_file: Option<u16>,
    exception: Option<fn(&E) -> Exception>,
    /// What is compared with Java, for messages.
    what: &'static str,
}

/// What the decoder made of a body.
struct Said<E> {
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
        Self::boxed("the decoder", move |body| Said {
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
        Self::boxed("the reader", move |body| {
            let mut stream = body.stream;
            let result = read(&mut stream).map(Into::into);
            Said {
                result,
                consumed: Some(body.stream.len() - stream.len()),
            }
        })
    }

    fn boxed(what: &'static str, decode: impl FnMut(&Body) -> Said<E> + 'f) -> Self {
        Self {
            decode: Box::new(decode),
            class_file: None,
            exception: None,
            what,
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
        let mut found = Found::default();
        match self.class_file {
            None => self.check_blocks(java, bodies::read_utf(), &mut found),
            Some(_) => self.check_blocks(java, bodies::class_file(), &mut found),
        }
        found.into_result(|| {
            let what = self.what;
            match self.class_file {
                None => format!("{what} differs from readUTF of java{}", java.feature()),
                Some(version) => format!(
                    "{what} differs from the class loader of java{}, for class files of version \
                     {version},",
                    java.feature()
                ),
            }
        })
    }

    fn check_blocks(
        &mut self,
        java: &Java,
        blocks: impl Iterator<Item = &'static Bodies>,
        found: &mut Found,
    ) {
        for block in blocks {
            self.check_block(java, block, found);
            if found.panicked {
                break;
            }
        }
    }

    fn check_block(&mut self, java: &Java, block: &'static Bodies, found: &mut Found) {
        let work = match self.class_file {
            None => block.reads(),
            Some(version) => block.constants(version),
        };
        let request = work.encode(false);
        let (checksum, (library, recorded), said) = thread::scope(|scope| {
            let asked = scope.spawn(|| java.checksum(&request));
            let library = self.library(block);
            let said = self.run(block);
            match asked.join() {
                Ok(checksum) => (checksum, library, said),
                Err(panic) => resume_unwind(panic),
            }
        });
        let expected = if checksum == recorded.checksum() {
            Expected::Library(library)
        } else {
            Expected::java(&java.outcomes(&work), self.class_file.is_none())
        };
        let before = found.count;
        for (index, (body, said)) in block.iter().zip(said).enumerate() {
            found.cases += 1;
            if !self.agrees(&said, &expected, index, &body) {
                found.panicked |= said.is_err();
                let answer = expected.answer(index, &body, self.class_file);
                found.add(before, || self.describe(java, &body, said, answer));
            }
        }
    }

    /// The results of the codec of this package.
    fn library(&self, block: &'static Bodies) -> (Vec<Result<JavaString, DecodeError>>, Outcomes) {
        let rules = self.class_file.map_or(Rules::ReadUtf, Rules::of_class_file);
        let mut outcomes = Outcomes::default();
        let mut results = Vec::with_capacity(block.len());
        for body in block.iter() {
            let result = rules.decode(body.bytes);
            match (&result, self.class_file) {
                (Ok(text), _) => outcomes.returned_text(text.encode_utf16()),
                (Err(error), None) => outcomes.threw(&(*error).into(), &[]),
                (Err(_), Some(_)) => outcomes.refused_constant(),
            }
            outcomes.stands(match self.class_file {
                None => i32::try_from(body.end).unwrap_or(i32::MAX),
                Some(_) => 0,
            });
            results.push(result);
        }
        (results, outcomes)
    }

    /// What the decoder makes of each body, up to the first panic, which is the last element.
    fn run(&mut self, block: &'static Bodies) -> Vec<thread::Result<Said<E>>> {
        let mut all = Vec::with_capacity(block.len());
        for body in block.iter() {
            let said = self.call(&body);
            let is_panic = said.is_err();
            all.push(said);
            if is_panic {
                break;
            }
        }
        all
    }

    fn call(&mut self, body: &Body) -> thread::Result<Said<E>> {
        // After a panic, the decoder is not called again.
        catch_unwind(AssertUnwindSafe(|| (self.decode)(body)))
    }

    fn agrees(
        &self,
        said: &thread::Result<Said<E>>,
        expected: &Expected,
        index: usize,
        body: &Body,
    ) -> bool {
        let Ok(said) = said else { return false };
        let is_same = match (&said.result, expected.text(index)) {
            (Ok(text), Some(java)) => text == java,
            (Err(error), None) => self.exception.is_none_or(|exception| {
                Err(exception(error)) == expected.answer(index, body, self.class_file).result
            }),
            (Ok(_), None) | (Err(_), Some(_)) => false,
        };
        is_same
            && said
                .consumed
                .is_none_or(|count| count == expected.consumed(index, body))
    }

    /// Whether this body alone is a mismatch.
    fn differs(&mut self, java: &Java, body: &Body) -> bool {
        let expected = Expected::Java(vec![self.ask(java, body)]);
        let said = self.call(body);
        !self.agrees(&said, &expected, 0, body)
    }

    fn ask(&self, java: &Java, body: &Body) -> Answer<JavaString> {
        match self.class_file {
            None => java.read_utf(body.stream),
            Some(version) => Answer {
                result: java.load_constant(version, body.bytes),
                consumed: 0,
            },
        }
    }

    fn describe(
        &mut self,
        java: &Java,
        body: &Body,
        said: thread::Result<Said<E>>,
        answer: Answer<JavaString>,
    ) -> Mismatch {
        let (body, said, answer) = match said {
            Ok(_) if body.bytes.len() > SMALL => {
                let body = self.smaller(java, body);
                (body, self.call(&body), self.ask(java, &body))
            }
            said => (*body, said, answer),
        };
        let has_stream = matches!(
            &said,
            Ok(Said {
                consumed: Some(_),
                ..
            })
        );
        let consumed = has_stream.then_some(answer.consumed);
        Mismatch {
            input: if has_stream {
                hex(&body.stream[..body.end_of_first().min(body.stream.len())])
            } else {
                hex(body.bytes)
            },
            codec: match &said {
                Ok(said) => match &said.result {
                    Ok(text) => gives(&quoted(text), said.consumed),
                    Err(error) => {
                        let exception = self.exception.map(|exception| exception(error));
                        refuses(error, exception, said.consumed)
                    }
                },
                Err(panic) => panicked(&**panic),
            },
            java: match &answer.result {
                Ok(text) => gives(&quoted(text), consumed),
                Err(exception) => throws(exception, consumed),
            },
        }
    }

    /// A shorter body with a mismatch, each confirmed by the JVM.
    fn smaller(&mut self, java: &Java, body: &Body) -> Body {
        let small = shrink(&body.stream[..body.end_of_first()], |candidate| {
            // The decoder may keep a string that borrows from it. There are some hundred candidates.
            self.differs(java, &Body::alone(candidate.to_vec().leak()))
        });
        Body::alone(small.leak())
    }
}

/// What Java made of the bodies of a block.
enum Expected {
    /// The results of the codec of this package, which are Java's.
    Library(Vec<Result<JavaString, DecodeError>>),
    Java(Vec<Answer<JavaString>>),
}

impl Expected {
    /// `on_stream`: the bodies are on one stream, whose position is that after all calls.
    fn java(outcomes: &[Outcome], on_stream: bool) -> Self {
        let mut before = 0;
        let answers = outcomes.iter().map(|outcome| {
            let answer = Answer::of(outcome, text);
            let start = if on_stream { before } else { 0 };
            before = answer.consumed;
            Answer {
                consumed: answer.consumed - start,
                ..answer
            }
        });
        Self::Java(answers.collect())
    }

    /// The string that Java made of a body; `None` if it threw.
    fn text(&self, index: usize) -> Option<&JavaString> {
        match self {
            Self::Library(results) => results[index].as_ref().ok(),
            Self::Java(answers) => answers[index].result.as_ref().ok(),
        }
    }

    fn consumed(&self, index: usize, body: &Body) -> usize {
        match self {
            Self::Library(_) => body.end_of_first(),
            Self::Java(answers) => answers[index].consumed,
        }
    }

    fn answer(&self, index: usize, body: &Body, class_file: Option<u16>) -> Answer<JavaString> {
        match self {
            Self::Library(results) => Answer {
                result: match (&results[index], class_file) {
                    (Ok(text), _) => Ok(text.clone()),
                    (Err(error), None) => {
                        let error = Error::from(*error);
                        Err(Exception::new(error.java_class(), error.java_message()))
                    }
                    (Err(_), Some(_)) => Err(Exception::new(CLASS_FORMAT_ERROR, None)),
                },
                consumed: body.end_of_first(),
            },
            Self::Java(answers) => answers[index].clone(),
        }
    }
}

/// What the class loader throws. Its message, which names the class, is not compared.
const CLASS_FORMAT_ERROR: &str = "java.lang.ClassFormatError";

/// A body up to this size needs no minimizing.
const SMALL: usize = 16;

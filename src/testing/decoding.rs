//! Compares a decoder with Java, over the bodies of the sweep.
//!
//! The JVM sends a checksum of a block's outcomes, as in the sweep. The codec of this package runs
//! the same block. If the checksums are equal, its results are Java's, and the decoder is compared
//! with them. Otherwise the JVM sends the outcomes themselves.

use std::any::Any;
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

/// A decoder, and what is compared.
pub(crate) struct Comparison<'a> {
    pub(crate) decode: &'a mut dyn FnMut(&Body, Detail) -> Said,
    pub(crate) class_file: Option<u16>,
    /// Whether the decoder reads from a stream.
    pub(crate) has_stream: bool,
    pub(crate) java: &'a Java,
    pub(crate) found: Found,
}

/// What is needed of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Compared,
    Shown,
}

/// What the decoder made of a body.
pub(crate) struct Said {
    pub(crate) result: Result<JavaString, Refusal>,
    /// How many bytes it took from the stream. `None` if it has no stream.
    pub(crate) consumed: Option<usize>,
}

/// An error of the decoder.
pub(crate) struct Refusal {
    /// What Java should throw, if that is compared.
    pub(crate) exception: Option<Exception>,
    /// The error, with [`Detail::Shown`].
    pub(crate) shown: String,
}

/// A body for which the decoder differs from Java, and the panic, if it has panicked.
type Difference = (Body, Option<Box<dyn Any + Send>>);

impl Comparison<'_> {
    pub(crate) fn run(mut self) -> Result<usize, Mismatches> {
        match self.class_file {
            None => {
                self.compare(bodies::read_utf());
                if self.has_stream {
                    self.compare_cut_off();
                }
            }
            Some(_) => self.compare(bodies::class_file()),
        }
        let feature = self.java.feature();
        let what = if self.has_stream {
            "the reader"
        } else {
            "the decoder"
        };
        self.found.into_result(|| match self.class_file {
            None => format!("{what} differs from readUTF of java{feature}"),
            Some(version) => format!(
                "{what} differs from the class loader of java{feature}, for class files of version \
                 {version},"
            ),
        })
    }

    fn compare(&mut self, blocks: impl Iterator<Item = &'static Bodies>) {
        for block in blocks {
            let differences = self.differences(block);
            self.add(differences);
            if self.found.panicked {
                break;
            }
        }
    }

    /// Compares streams that end within a string, each with an answer of its own.
    fn compare_cut_off(&mut self) {
        for stream in bodies::cut_off() {
            if self.found.panicked {
                break;
            }
            let body = Body::on(stream);
            self.found.cases += 1;
            let answer = self.ask(&body);
            match self.call(&body, Detail::Compared) {
                Ok(said) if is_as_java(&said, &answer) => {}
                Ok(_) => self.add(vec![(body, None)]),
                Err(panic) => self.add(vec![(body, Some(panic))]),
            }
        }
    }

    /// Adds the differences of a block.
    fn add(&mut self, differences: Vec<Difference>) {
        let before = self.found.count;
        for (body, panic) in differences {
            self.found.panicked |= panic.is_some();
            if self.found.is_shown(before) {
                let mismatch = self.describe(&body, panic);
                self.found.show(mismatch);
            }
            self.found.count += 1;
        }
    }

    fn differences(&mut self, block: &'static Bodies) -> Vec<Difference> {
        let java = self.java;
        let id = (std::ptr::from_ref(block).addr(), self.class_file);
        if java.has_confirmed(id) {
            return self.differences_from_library(block, &mut |_, _| {});
        }
        let work = match self.class_file {
            None => block.reads(),
            Some(version) => block.constants(version),
        };
        let request = work.encode(false);
        let mut recorded = Outcomes::default();
        let class_file = self.class_file;
        let (checksum, differences) = thread::scope(|scope| {
            let asked = scope.spawn(|| java.checksum(&request));
            let differences = self.differences_from_library(block, &mut |body, result| {
                record(result, body, class_file, &mut recorded);
            });
            match asked.join() {
                Ok(checksum) => (checksum, differences),
                Err(panic) => resume_unwind(panic),
            }
        });
        if checksum == recorded.checksum() {
            java.confirm(id);
            return differences;
        }
        let answers = answers(&java.outcomes(&work), self.class_file);
        self.differences_from_java(block, &answers)
    }

    /// Compares the decoder with the codec of this package, whose results `record` receives.
    fn differences_from_library(
        &mut self,
        block: &'static Bodies,
        record: &mut dyn FnMut(&Body, &Result<JavaString, DecodeError>),
    ) -> Vec<Difference> {
        let rules = self.class_file.map_or(Rules::ReadUtf, Rules::of_class_file);
        let mut differences = Vec::new();
        let mut has_panicked = false;
        for body in block.iter() {
            let library = rules.decode(body.bytes);
            record(&body, &library);
            if has_panicked {
                continue;
            }
            self.found.cases += 1;
            match self.call(&body, Detail::Compared) {
                Ok(said) if is_as_library(&said, &library, &body, self.class_file) => {}
                Ok(_) => differences.push((body, None)),
                Err(panic) => {
                    // The decoder is not called again; the results are still needed.
                    has_panicked = true;
                    differences.push((body, Some(panic)));
                }
            }
        }
        differences
    }

    fn differences_from_java(
        &mut self,
        block: &'static Bodies,
        answers: &[Answer<JavaString>],
    ) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (body, answer) in block.iter().zip(answers) {
            match self.call(&body, Detail::Compared) {
                Ok(said) if is_as_java(&said, answer) => {}
                Ok(_) => differences.push((body, None)),
                Err(panic) => {
                    differences.push((body, Some(panic)));
                    break;
                }
            }
        }
        differences
    }

    fn call(&mut self, body: &Body, detail: Detail) -> thread::Result<Said> {
        // After a panic, the decoder is not called again.
        catch_unwind(AssertUnwindSafe(|| (self.decode)(body, detail)))
    }

    fn ask(&self, body: &Body) -> Answer<JavaString> {
        match self.class_file {
            None => self.java.read_utf(body.stream),
            Some(version) => Answer {
                result: self.java.load_constant(version, body.bytes),
                consumed: 0,
            },
        }
    }

    fn describe(&mut self, body: &Body, panic: Option<Box<dyn Any + Send>>) -> Mismatch {
        let body = if panic.is_none() && body.bytes.len() > SMALL {
            self.smaller(body)
        } else {
            *body
        };
        let said = match panic {
            Some(panic) => Err(panic),
            None => self.call(&body, Detail::Shown),
        };
        let answer = self.ask(&body);
        let consumed = self.has_stream.then_some(answer.consumed);
        Mismatch {
            input: hex(if self.has_stream {
                body.alone()
            } else {
                body.bytes
            }),
            codec: match &said {
                Ok(said) => match &said.result {
                    Ok(text) => gives(&quoted(text), said.consumed),
                    Err(refusal) => {
                        refuses(&refusal.shown, refusal.exception.as_ref(), said.consumed)
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

    /// A shorter body with a mismatch, confirmed by the JVM.
    fn smaller(&mut self, body: &Body) -> Body {
        let small = shrink(body.alone(), |candidate| {
            // The decoder may keep a string that borrows from it. There are some hundred candidates.
            let body = Body::on(candidate.to_vec().leak());
            let answer = self.ask(&body);
            let said = self.call(&body, Detail::Compared);
            said.is_ok_and(|said| !is_as_java(&said, &answer))
        });
        Body::on(small.leak())
    }
}

/// Records a result of the codec of this package, as `Sweep.java` does.
fn record(
    result: &Result<JavaString, DecodeError>,
    body: &Body,
    class_file: Option<u16>,
    outcomes: &mut Outcomes,
) {
    match (result, class_file) {
        (Ok(text), _) => outcomes.returned_text(text.encode_utf16()),
        (Err(error), None) => outcomes.threw(&(*error).into(), &[]),
        (Err(_), Some(_)) => outcomes.refused_constant(),
    }
    outcomes.stands(match class_file {
        None => i32::try_from(body.end).unwrap_or(i32::MAX),
        Some(_) => 0,
    });
}

/// Whether the decoder agrees with the codec of this package.
fn is_as_library(
    said: &Said,
    library: &Result<JavaString, DecodeError>,
    body: &Body,
    class_file: Option<u16>,
) -> bool {
    let is_same = match (&said.result, library) {
        (Ok(text), Ok(library)) => text == library,
        (Err(refusal), Err(error)) => refusal.exception.as_ref().is_none_or(|exception| {
            let error = Error::from(*error);
            *exception
                == match class_file {
                    None => Exception::new(error.java_class(), error.java_message()),
                    // Java's message names the class; it is not compared.
                    Some(_) => Exception::new("java.lang.ClassFormatError", None),
                }
        }),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    is_same
        && said
            .consumed
            .is_none_or(|count| count == body.alone().len())
}

/// Whether the decoder agrees with an answer of the JVM.
fn is_as_java(said: &Said, answer: &Answer<JavaString>) -> bool {
    let is_same = match (&said.result, &answer.result) {
        (Ok(text), Ok(java)) => text == java,
        (Err(refusal), Err(java)) => {
            let exception = refusal.exception.as_ref();
            exception.is_none_or(|exception| exception == java)
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    is_same && said.consumed.is_none_or(|count| count == answer.consumed)
}

/// What Java made of the bodies of a block. The position of a stream is that after all calls so far.
fn answers(outcomes: &[Outcome], class_file: Option<u16>) -> Vec<Answer<JavaString>> {
    let mut before = 0;
    let answers = outcomes.iter().map(|outcome| {
        let answer = Answer::of(outcome, text);
        let consumed = answer.consumed - before;
        if class_file.is_none() {
            before = answer.consumed;
        }
        Answer { consumed, ..answer }
    });
    answers.collect()
}

/// A body up to this size needs no minimizing.
const SMALL: usize = 16;

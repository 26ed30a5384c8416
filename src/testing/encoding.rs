//! Compares an encoder with Java, over the strings of the sweep.
//!
//! As for a decoder, the codec of this package stands in for Java where the JVM confirms its
//! checksum.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use super::answer::{Answer, Exception};
use super::decoding::{Detail, Refusal};
use super::encoder::Compared;
use super::java::Java;
use super::mismatch::{Found, Mismatch, Mismatches};
use super::strings;
use super::strings::Strings;
use super::words::{gives, hex, panicked, quoted, refuses, throws};
use crate::JavaStr;
use crate::data::DataOutputStream;
use crate::sweep::outcome::Outcomes;

/// An encoder, and what is compared.
pub(crate) struct Comparison<'a> {
    pub(crate) encode: &'a mut Encode<'a>,
    pub(crate) with_length: bool,
    pub(crate) java: &'a Java,
    pub(crate) found: Found,
}

/// `None` if the encoder cannot take the string.
type Encode<'a> = dyn FnMut(JavaStr<'static>, Detail) -> Option<Result<Vec<u8>, Refusal>> + 'a;

/// What the encoder made of a string, or its panic.
type Said = thread::Result<Result<Vec<u8>, Refusal>>;

impl Comparison<'_> {
    pub(crate) fn run(mut self) -> Result<Compared, Mismatches> {
        let mut left_out = 0;
        for block in strings::all() {
            left_out += self.compare_block(block);
            if self.found.panicked {
                break;
            }
        }
        let feature = self.java.feature();
        let subject = || format!("the encoder differs from writeUTF of java{feature}");
        let cases = self.found.into_result(subject)?;
        Ok(Compared { cases, left_out })
    }

    /// Returns how many strings the encoder cannot take.
    fn compare_block(&mut self, block: &'static Strings) -> usize {
        let java = self.java;
        let work = block.writes();
        let request = work.encode(false);
        let (checksum, (library, recorded), said) = thread::scope(|scope| {
            let asked = scope.spawn(|| java.checksum(&request));
            let library = library(block);
            let said = self.play(block);
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
        let before = self.found.count;
        let mut left_out = 0;
        for ((text, said), expected) in block.iter().zip(said).zip(expected) {
            let Some(said) = said else {
                left_out += 1;
                continue;
            };
            if expected.is_err() && !self.with_length && said.is_ok() {
                continue;
            }
            self.found.cases += 1;
            if !self.agrees(&said, &expected) {
                self.found.panicked |= said.is_err();
                if self.found.is_shown(before) {
                    let mismatch = self.describe(text, said, &expected);
                    self.found.show(mismatch);
                }
                self.found.count += 1;
            }
        }
        left_out
    }

    /// What the encoder makes of each string, up to the first panic, which is the last element.
    fn play(&mut self, block: &'static Strings) -> Vec<Option<Said>> {
        let mut all = Vec::with_capacity(block.len());
        for text in block.iter() {
            let said = self.call(text, Detail::Compared);
            let is_panic = matches!(said, Some(Err(_)));
            all.push(said);
            if is_panic {
                break;
            }
        }
        all
    }

    fn call(&mut self, text: JavaStr<'static>, detail: Detail) -> Option<Said> {
        // After a panic, the encoder is not called again.
        catch_unwind(AssertUnwindSafe(|| (self.encode)(text, detail))).transpose()
    }

    fn agrees(&self, said: &Said, expected: &Result<Vec<u8>, Exception>) -> bool {
        match (said, expected) {
            (Err(_), _) | (Ok(Ok(_)), Err(_)) | (Ok(Err(_)), Ok(_)) => false,
            (Ok(Ok(bytes)), Ok(java)) => bytes == self.shown(java),
            (Ok(Err(refusal)), Err(java)) => {
                let exception = refusal.exception.as_ref();
                exception.is_none_or(|exception| exception == java)
            }
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
        &mut self,
        text: JavaStr<'static>,
        said: Said,
        expected: &Result<Vec<u8>, Exception>,
    ) -> Mismatch {
        let said = match said {
            Ok(Err(_)) => self.call(text, Detail::Shown).unwrap_or(said),
            Ok(Ok(_)) | Err(_) => said,
        };
        Mismatch {
            input: quoted(&text.to_java_string()),
            codec: match &said {
                Ok(Ok(bytes)) => gives(&hex(bytes), None),
                Ok(Err(refusal)) => refuses(&refusal.shown, refusal.exception.as_ref(), None),
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

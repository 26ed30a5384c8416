//! Readers and writers like `DataInput` and `DataOutput`: each method's values, and where the
//! stream stands afterwards.

mod byteorder;
mod inputs;
mod java_data_io_rs;
mod methods;

use std::io::{self, Read};

use javatalk::data::{DataInput, DataInputStream, Error};
use serde::Serialize;

use crate::bodies::Bodies;
use crate::numbers::{grouped, hex};
use crate::panics::caught;
use crate::tally::{Example, Tally};
use crate::{pieces, versions};

/// What was measured of one method of one crate.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) krate: &'static str,
    pub(crate) version: &'static str,
    pub(crate) method: &'static str,
    pub(crate) cases: u64,
    pub(crate) differences: Tally<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Another value, or a value in place of an error, or the other way round.
    Value,
    /// Another error.
    Error,
    /// The same otherwise, and the stream stands elsewhere.
    Position,
    /// Other bytes were written.
    Bytes,
    Panics,
}

/// Measures the crates whose name contains the filter.
pub(crate) fn measure(filter: &str) -> Vec<Measured> {
    [
        (java_data_io_rs::methods(), "java_data_io_rs"),
        (byteorder::methods(), "byteorder"),
    ]
    .into_iter()
    .filter(|(_, krate)| krate.contains(filter))
    .flat_map(|(methods, krate)| {
        methods.into_iter().map(move |method| {
            let (cases, differences) = match method.what {
                What::Reads {
                    inputs,
                    java,
                    other,
                } => compare_reads(&inputs(), java, other),
                What::ReadsUtf { other } => compare_read_utf(other),
                What::Writes {
                    values,
                    java,
                    other,
                } => compare_writes(&values(), java, other),
            };
            Measured {
                krate,
                version: versions::of(krate),
                method: method.name,
                cases,
                differences,
            }
        })
    })
    .collect()
}

struct Method {
    name: &'static str,
    what: What,
}

enum What {
    Reads {
        inputs: fn() -> Vec<Vec<u8>>,
        java: Reading,
        other: Reading,
    },
    ReadsUtf {
        other: Reading,
    },
    Writes {
        values: fn() -> Vec<u64>,
        java: Writing,
        other: Writing,
    },
}

/// What a method gives for an input.
type Reading = fn(&mut Source<'_>) -> Result<Value, Failure>;
/// The bytes that a method writes for the bits of a value.
type Writing = fn(u64) -> Vec<u8>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Bits(u64),
    Units(Vec<u16>),
    Many(Vec<Result<Value, Failure>>),
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    EndOfInput,
    Malformed,
    Other,
}

/// Bytes that are handed out as they are asked for, and counted.
struct Source<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.bytes[self.position..]).read(buffer)?;
        self.position += count;
        Ok(count)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::EndOfInput(_) => Self::EndOfInput,
            Error::Malformed(_) => Self::Malformed,
            _ => Self::Other,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::EndOfInput,
            _ => Self::Other,
        }
    }
}

impl From<::java_data_io_rs::Error> for Failure {
    fn from(error: ::java_data_io_rs::Error) -> Self {
        match error {
            ::java_data_io_rs::Error::IoError(error) => error.into(),
            ::java_data_io_rs::Error::UtfDataFormatError => Self::Malformed,
        }
    }
}

type Outcome = Option<(Result<Value, Failure>, usize)>;

fn outcome(read: Reading, input: &[u8]) -> Outcome {
    let mut source = Source {
        bytes: input,
        position: 0,
    };
    caught(|| read(&mut source)).map(|answer| (answer, source.position))
}

fn read_kind(java: &Outcome, other: &Outcome) -> Option<Kind> {
    match (java, other) {
        (None, _) => unreachable!("javatalk does not panic"),
        (_, None) => Some(Kind::Panics),
        (Some((Err(java), _)), Some((Err(other), _))) if java != other => Some(Kind::Error),
        (Some((java, _)), Some((other, _))) if java != other => Some(Kind::Value),
        (Some((_, java)), Some((_, other))) => (java != other).then_some(Kind::Position),
    }
}

fn read_example(input: &[u8], java: &Outcome, other: &Outcome) -> Example {
    Example {
        given: hex(input),
        java: in_words(java),
        krate: in_words(other),
    }
}

fn compare_reads(inputs: &[Vec<u8>], java: Reading, other: Reading) -> (u64, Tally<Kind>) {
    let mut differences = Tally::default();
    for (at, input) in inputs.iter().enumerate() {
        let java = outcome(java, input);
        let other = outcome(other, input);
        if let Some(kind) = read_kind(&java, &other) {
            differences.count(kind, at as u64, || read_example(input, &java, &other));
        }
    }
    (inputs.len() as u64, differences)
}

/// Every body behind its length and before four bytes more, as in a message that goes on.
fn compare_read_utf(other: Reading) -> (u64, Tally<Kind>) {
    let java: Reading = |source| {
        let text = DataInputStream::new(source).read_utf()?;
        Ok(Value::Units(text.encode_utf16().collect()))
    };
    let gathered = pieces::shared(Bodies::LEN, |range, mine: &mut Tally<Kind>| {
        let mut body = Vec::new();
        let mut input = Vec::new();
        for index in range {
            Bodies::get(index, &mut body);
            let length = u16::try_from(body.len()).expect("no body is longer than that");
            input.clear();
            input.extend_from_slice(&length.to_be_bytes());
            input.extend_from_slice(&body);
            input.extend_from_slice(b"\x80\x80\x80\x80");
            let java = outcome(java, &input);
            let other = outcome(other, &input);
            if let Some(kind) = read_kind(&java, &other) {
                mine.count(kind, index, || read_example(&input, &java, &other));
            }
        }
    });
    let differences = gathered.into_iter().fold(Tally::default(), Tally::merge);
    (Bodies::LEN, differences)
}

fn compare_writes(values: &[u64], java: Writing, other: Writing) -> (u64, Tally<Kind>) {
    let mut differences = Tally::default();
    for (at, &value) in values.iter().enumerate() {
        let java = java(value);
        let other = caught(|| other(value));
        let kind = match &other {
            None => Kind::Panics,
            Some(other) if *other == java => continue,
            Some(_) => Kind::Bytes,
        };
        differences.count(kind, at as u64, || Example {
            given: format!("`0x{value:x}`"),
            java: hex(&java),
            krate: other.map_or_else(|| "panics".to_owned(), |other| hex(&other)),
        });
    }
    (values.len() as u64, differences)
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        None => "panics".to_owned(),
        Some((answer, position)) => format!("{}, {position} bytes read", answer_in_words(answer)),
    }
}

fn answer_in_words(answer: &Result<Value, Failure>) -> String {
    match answer {
        Ok(Value::Bits(bits)) => format!("`0x{bits:x}`"),
        Ok(Value::Units(units)) => crate::numbers::units(units),
        Ok(Value::None) => "nothing".to_owned(),
        Ok(Value::Many(answers)) => {
            let answers: Vec<String> = answers.iter().map(answer_in_words).collect();
            answers.join(", ")
        }
        Err(Failure::EndOfInput) => "end of input".to_owned(),
        Err(Failure::Malformed) => "malformed".to_owned(),
        Err(Failure::Other) => "another error".to_owned(),
    }
}

impl Kind {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Value => "other value",
            Self::Error => "other error",
            Self::Position => "other position",
            Self::Bytes => "other bytes",
            Self::Panics => "panics",
        }
    }
}

impl Measured {
    /// One line for those that differ nowhere.
    pub(crate) fn agreeing(methods: &[&Self]) -> String {
        let cases: u64 = methods.iter().map(|method| method.cases).sum();
        let names: Vec<String> = methods
            .iter()
            .map(|method| format!("`{}`", method.method))
            .collect();
        format!("{} ({} cases)", names.join(", "), grouped(cases))
    }
}

#[cfg(test)]
mod tests {
    use super::inputs::{bits_of, line_ends, numbers};
    use super::*;

    fn right(source: &mut Source<'_>) -> Result<Value, Failure> {
        Ok(Value::Bits(
            DataInputStream::new(source).read_unsigned_short()?.into(),
        ))
    }

    #[track_caller]
    fn assert_kind(mutant: Reading, input: &[u8], expected: Option<Kind>) {
        let kind = read_kind(&outcome(right, input), &outcome(mutant, input));
        assert_eq!(kind, expected);
    }

    #[test]
    fn readers_are_classified_by_value_error_and_position() {
        assert_kind(right, b"\0\x01", None);
        assert_kind(right, b"\0", None);

        let little_endian: Reading = |source| {
            Ok(Value::Bits(
                ::byteorder::ReadBytesExt::read_u16::<::byteorder::LittleEndian>(source)?.into(),
            ))
        };
        assert_kind(little_endian, b"\0\x01", Some(Kind::Value));
        assert_kind(little_endian, b"\0", None);

        let too_much: Reading = |source| {
            let value = right(source);
            source.position = source.bytes.len();
            value
        };
        assert_kind(too_much, b"\0\x01\x02", Some(Kind::Position));

        let always_malformed: Reading = |_| Err(Failure::Malformed);
        assert_kind(always_malformed, b"\0", Some(Kind::Error));
        assert_kind(always_malformed, b"\0\x01", Some(Kind::Value));

        let panics: Reading = |_| panic!("a mutant that panics");
        assert_kind(panics, b"\0\x01", Some(Kind::Panics));
    }

    #[test]
    fn writers_are_classified_by_bytes() {
        let java: Writing = |bits| bits.to_be_bytes().to_vec();
        let little_endian: Writing = |bits| bits.to_le_bytes().to_vec();
        let (cases, differences) = compare_writes(&[0, 1], java, little_endian);
        assert_eq!((cases, differences.cases(Kind::Bytes)), (2, 1));
    }

    #[test]
    fn inputs_include_truncated_values() {
        assert_eq!(numbers(2).len(), 1 + 256 + 65_536);
        assert_eq!(bits_of(numbers(2)).len(), 65_536);
        assert_eq!(line_ends().len(), 29_524);
    }
}

//! A call that came to something else than in Java, as a case for a test.
//!
//! What is printed is Rust that fails now and holds when the mismatch is mended, under what each
//! side made of it.

use std::fmt;

use crate::JavaString;

use super::block::{Sources, Work};
use super::call::{Kind, Read, Write};
use super::ours;
use super::outcome::{End, Label, Outcome, Outcomes, integer};
use super::section::Section;

/// A call that came to something else than in Java.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Lines of Rust.
    pub test: String,
    /// What it came to in Java, in words.
    pub java: String,
    /// What it came to here.
    pub ours: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  java      {}", self.java)?;
        writeln!(f, "  javatalk  {}", self.ours)?;
        for line in self.test.lines() {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

/// What the comparison of a whole block gives.
pub(super) struct Compared {
    pub(super) count: usize,
    pub(super) first: Option<Mismatch>,
}

/// Compares all outcomes of a block, and shows the first that differs.
pub(super) fn compare(
    section: &Section,
    work: &Work,
    theirs: &[Outcome],
    feature: u32,
) -> Compared {
    let mut recorded = Outcomes::with_labels();
    ours::play(work, &mut recorded);
    let ours = recorded.parsed().unwrap_or_default();
    let differs = |index: usize| match (theirs.get(index), ours.get(index)) {
        (Some(theirs), Some(ours)) => !is_same(theirs, ours, feature),
        _ => true,
    };
    let mut differing = (0..theirs.len().max(ours.len())).filter(|&index| differs(index));
    let Some(first) = differing.next() else {
        return Compared {
            count: 0,
            first: None,
        };
    };
    let count = 1 + differing.count();
    // A side that has made fewer calls has gone another way before: there was a first difference
    // on both sides then.
    let first = match (theirs.get(first), ours.get(first)) {
        (Some(java), Some(ours)) => Some(Case {
            work,
            label: recorded.labels()[first],
            before: first.checked_sub(1).map(|before| &theirs[before]),
            java,
            ours,
        }),
        _ => None,
    };
    Compared {
        count,
        first: first.map(|case| case.mismatch(section)),
    }
}

/// Before 17 the message of a string that is too long had not yet its beginning and end.
fn is_same(theirs: &Outcome, ours: &Outcome, feature: u32) -> bool {
    if theirs == ours {
        return true;
    }
    let (
        End::Threw {
            message: Some(old), ..
        },
        End::Threw {
            class,
            message: Some(new),
        },
    ) = (&theirs.end, &ours.end)
    else {
        return false;
    };
    let reworded = Outcome {
        end: End::Threw {
            class: class.clone(),
            message: Some(old.clone()),
        },
        ..ours.clone()
    };
    feature < 17 && theirs == &reworded && is_older_wording(&old.to_string(), &new.to_string())
}

fn is_older_wording(old: &str, new: &str) -> bool {
    let bytes = |message: &str| {
        message
            .rsplit_once(" too long: ")
            .map(|(_, bytes)| bytes.to_owned())
    };
    old.starts_with("encoded string too long: ") && bytes(old) == bytes(new)
}

/// The first difference of a block.
struct Case<'a> {
    work: &'a Work,
    label: Label,
    /// What the call before it came to; the same on both sides.
    before: Option<&'a Outcome>,
    java: &'a Outcome,
    ours: &'a Outcome,
}

impl Case<'_> {
    fn mismatch(&self, section: &Section) -> Mismatch {
        let (kind, stands, test) = match self.work {
            Work::Reads { calls, sources, .. } => {
                let kind = calls[self.label.call % calls.len()].kind();
                (kind, "bytes consumed:", self.read_test(calls, sources))
            }
            Work::Lines { sources, .. } => (Kind::Text, "", self.line_test(sources)),
            Work::Writes(sinks) => {
                let sink = &sinks[self.label.stream];
                let test = self.write_test(sink.failing, &sink.calls);
                (Kind::Bytes, "size():", test)
            }
        };
        Mismatch {
            test: format!("// {}\n{test}", section.claim),
            java: self.java.show(kind, stands),
            ours: self.ours.show(kind, stands),
        }
    }

    fn read_test(&self, calls: &[Read], sources: &Sources) -> String {
        let Some((bytes, failing)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        let call = calls[self.label.call % calls.len()];
        // Where one call is made over and over, the stream can be cut out around this one.
        let alone = calls.len() == 1 && call != Read::Line && self.label.call > 0;
        let start = self
            .before
            .filter(|_| alone)
            .map_or(0, |outcome| position(outcome.stands));
        let furthest = position(self.java.stands.max(self.ours.stands));
        let end = if alone { furthest } else { bytes.len() };
        let source = &bytes[start.min(bytes.len())..end.min(bytes.len())];

        let mut lines = vec![format!(
            "let mut input = DataInputStream::new(&{}[..]);",
            bytes_literal(source)
        )];
        if let Some(failing) = failing {
            lines.push(format!("// ... and it fails once, after {failing} bytes"));
        }
        if !alone {
            for made in 0..self.label.call {
                lines.push(format!(
                    "let _ = input.{};",
                    read_expression(calls[made % calls.len()])
                ));
            }
        }
        lines.push(assertion(
            &format!("input.{}", read_expression(call)),
            self.java,
            |given| value_literal(call, given),
        ));
        let left = source
            .len()
            .saturating_sub(position(self.java.stands).saturating_sub(start));
        lines.push(format!("assert_eq!(input.get_ref().len(), {left});"));
        lines.join("\n")
    }

    fn line_test(&self, sources: &Sources) -> String {
        let Some((bytes, _)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        // Those with more than one line have no CR.
        let line = bytes
            .split_inclusive(|&byte| byte == b'\n')
            .nth(self.label.call)
            .unwrap_or_default();
        let line = if self.label.call == 0 && !bytes.ends_with(b"\n") {
            bytes
        } else {
            line
        };
        let expected = match self.java.end {
            End::Null => "None".to_owned(),
            _ => format!("Some({})", text_literal(&self.java.text())),
        };
        format!(
            "let line = javatalk::chat::read_line(&mut &{}[..]).unwrap();\n\
             assert_eq!(line.as_deref(), {expected});",
            bytes_literal(line)
        )
    }

    fn write_test(&self, failing: Option<usize>, calls: &[Write]) -> String {
        let call = &calls[self.label.call];
        // A stream that many values go to needs none of those before.
        let alone = failing.is_none() && self.label.call > 4;
        let mut lines = vec!["let mut output = DataOutputStream::new(Vec::new());".to_owned()];
        if let Some(failing) = failing {
            lines.push(format!(
                "// ... to a sink that fails once, after {failing} bytes"
            ));
        }
        let mut size = self.java.stands;
        if alone {
            size -= self.before.map_or(0, |outcome| outcome.stands);
        } else {
            for before in &calls[..self.label.call] {
                lines.push(format!("let _ = output.{};", write_expression(before)));
            }
            lines.push("output.get_mut().clear();".to_owned());
        }
        lines.push(assertion(
            &format!("output.{}", write_expression(call)),
            self.java,
            |_| "()".to_owned(),
        ));
        lines.push(format!(
            "assert_eq!(output.get_ref(), {});",
            bytes_literal(&self.java.given)
        ));
        lines.push(format!("assert_eq!(output.size(), {size});"));
        lines.join("\n")
    }
}

fn position(stands: i32) -> usize {
    usize::try_from(stands).unwrap_or_default()
}

/// What Java does, as an assertion.
fn assertion(call: &str, java: &Outcome, value: impl Fn(&[u8]) -> String) -> String {
    match &java.end {
        End::Returned => format!("assert_eq!({call}.unwrap(), {});", value(&java.given)),
        End::Null => format!("assert_eq!({call}.unwrap(), None);"),
        End::Threw { class, message } => {
            let message = match message {
                Some(message) => format!("Some({}.into())", text_literal(message)),
                None => "None".to_owned(),
            };
            format!(
                "let error = {call}.unwrap_err();\n\
                 assert_eq!(error.java_class(), {class:?});\n\
                 assert_eq!(error.java_message(), {message});"
            )
        }
    }
}

fn read_expression(call: Read) -> String {
    match call {
        Read::Fully(count) => format!("read_fully(&mut [0; {count}])"),
        Read::Skip(count) => format!("skip_bytes({})", count.max(0)),
        Read::Boolean => "read_boolean()".to_owned(),
        Read::Byte => "read_byte()".to_owned(),
        Read::UnsignedByte => "read_unsigned_byte()".to_owned(),
        Read::Short => "read_short()".to_owned(),
        Read::UnsignedShort => "read_unsigned_short()".to_owned(),
        Read::Char => "read_char()".to_owned(),
        Read::Int => "read_int()".to_owned(),
        Read::Long => "read_long()".to_owned(),
        Read::Float => "read_float().map(f32::to_bits)".to_owned(),
        Read::Double => "read_double().map(f64::to_bits)".to_owned(),
        Read::Line => "read_line()".to_owned(),
        Read::Utf => "read_utf()".to_owned(),
    }
}

fn value_literal(call: Read, given: &[u8]) -> String {
    match call {
        Read::Fully(_) => "()".to_owned(),
        Read::Boolean => (given != [0]).to_string(),
        Read::Line => format!("Some({}.into())", text_literal(&text(given))),
        Read::Utf => text_literal(&text(given)),
        Read::Char | Read::Float | Read::Double => {
            let digits: String = given.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("0x{digits}")
        }
        _ => integer(given).to_string(),
    }
}

fn write_expression(call: &Write) -> String {
    match call {
        Write::All(bytes) => format!("write({})", bytes_literal(bytes)),
        Write::Boolean(value) => format!("write_boolean({value})"),
        Write::Byte(value) => format!("write_byte({value})"),
        Write::UnsignedByte(value) => format!("write_unsigned_byte({value})"),
        Write::Short(value) => format!("write_short({value})"),
        Write::UnsignedShort(value) => format!("write_unsigned_short({value})"),
        Write::Char(unit) => format!("write_char(0x{unit:04x})"),
        Write::Int(value) => format!("write_int({value})"),
        Write::Long(value) => format!("write_long({value})"),
        Write::Float(bits) => format!("write_float(f32::from_bits(0x{bits:08x}))"),
        Write::Double(bits) => format!("write_double(f64::from_bits(0x{bits:016x}))"),
        Write::Bytes(text) => format!("write_bytes({})", argument_literal(text)),
        Write::Chars(text) => format!("write_chars({})", argument_literal(text)),
        Write::Utf(text) => format!("write_utf({})", argument_literal(text)),
    }
}

fn argument_literal(text: &JavaString) -> String {
    match text.as_str() {
        Some(_) => text_literal(text),
        None => format!("&{}", text_literal(text)),
    }
}

fn text(units: &[u8]) -> JavaString {
    let units: Vec<u16> = units
        .chunks_exact(2)
        .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
        .collect();
    units.into()
}

/// A string literal, or code units if there can be none; long runs of one character are repeated.
fn text_literal(text: &JavaString) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.len() <= PLAIN {
        return match text.as_str() {
            Some(text) => format!("{text:?}"),
            None => format!("JavaString::from_utf16(&{units:#06x?})").replace([' ', '\n'], ""),
        };
    }
    let runs: Vec<String> = units
        .chunk_by(|a, b| a == b)
        .map(|run| format!("vec![0x{:04x}; {}]", run[0], run.len()))
        .collect();
    format!("JavaString::from([{}].concat())", abridged(&runs))
}

/// A byte string literal; long runs of one byte are repeated.
fn bytes_literal(bytes: &[u8]) -> String {
    if bytes.len() <= PLAIN {
        return format!("b\"{}\"", bytes.escape_ascii());
    }
    let runs: Vec<String> = bytes
        .chunk_by(|a, b| a == b)
        .map(|run| format!("vec![0x{:02x}; {}]", run[0], run.len()))
        .collect();
    format!("[{}].concat()", abridged(&runs))
}

fn abridged(runs: &[String]) -> String {
    if runs.len() <= RUNS {
        return runs.join(", ");
    }
    let left = runs.len() - RUNS;
    format!("{}, /* {left} runs more */", runs[..RUNS].join(", "))
}

/// Up to so many bytes or code units a literal is written out.
const PLAIN: usize = 100;

/// So many runs of a longer one are told; the seed gives the rest.
const RUNS: usize = 40;

//! Prints a case as lines of Rust for a test, which fails now and passes once the mismatch is
//! fixed.

use super::block::Sources;
use super::call::{Read, Write};
use super::codec::Mode;
use super::outcome::{End, Label, Outcome, integer, text};
use crate::JavaString;
use crate::programs::charset::Charset;
use crate::text::count::plural;

/// A call whose outcome differs from Java's.
pub(crate) struct Case<'a> {
    pub(crate) mode: Mode,
    pub(crate) label: Label,
    /// The outcome of the previous call, which is the same on both sides.
    pub(crate) before: Option<&'a Outcome>,
    pub(crate) java: &'a Outcome,
    pub(crate) ours: &'a Outcome,
}

impl Case<'_> {
    pub(crate) fn reads(&self, calls: &[Read], sources: &Sources) -> String {
        let Some((bytes, failing)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        let call = calls[self.label.call % calls.len()];
        // If a single call is repeated, the part of the stream for this call is enough.
        let alone = calls.len() == 1 && call != Read::Line && self.label.call > 0;
        let start = self
            .before
            .filter(|_| alone)
            .map_or(0, |outcome| position(outcome.stands));
        let furthest = position(self.java.stands.max(self.ours.stands));
        let end = if alone { furthest } else { bytes.len() };
        let source = &bytes[start.min(bytes.len())..end.min(bytes.len())];

        let (streams, wait) = self.spelling();
        let mut lines = self.preface();
        lines.push(format!(
            "let mut input = {streams}DataInputStream::new(&{}[..]);",
            bytes_literal(source)
        ));
        if let Some(failing) = failing {
            lines.push(format!(
                "// ... and it fails once, after {failing} {}",
                plural(failing, "byte")
            ));
        }
        if !alone {
            for made in 0..self.label.call {
                lines.push(format!(
                    "let _ = input.{};",
                    read_expression(calls[made % calls.len()], wait)
                ));
            }
        }
        lines.push(assertion(
            &format!("input.{}", read_expression(call, wait)),
            self.java,
            |given| value_literal(call, given),
        ));
        let left = source
            .len()
            .saturating_sub(position(self.java.stands).saturating_sub(start));
        lines.push(format!("assert_eq!(input.get_ref().len(), {left});"));
        lines.join("\n")
    }

    pub(crate) fn lines(&self, sources: &Sources) -> String {
        let Some((bytes, _)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        // Without a CR, a line does not depend on the lines before it.
        let (start, before) = if bytes.contains(&b'\r') {
            (0, self.label.call)
        } else {
            let lines = bytes.split_inclusive(|&byte| byte == b'\n');
            (lines.take(self.label.call).map(<[u8]>::len).sum(), 0)
        };
        let end = match bytes[start..].iter().position(|&byte| byte == b'\n') {
            Some(end) if before == 0 => start + end + 1,
            _ => bytes.len(),
        };
        let expected = match self.java.end {
            End::Null => "None".to_owned(),
            _ => format!("Some({})", text_literal(&self.java.text())),
        };
        format!(
            "let mut console = javatalk::chat::Console::new(&{}[..]);\n\
             {}\
             let line = console.read_line().unwrap();\n\
             assert_eq!(line.as_deref(), {expected});",
            bytes_literal(&bytes[start..end]),
            "let _ = console.read_line();\n".repeat(before),
        )
    }

    pub(crate) fn decoded(&self, charset: Charset, sources: &Sources) -> String {
        let Some((bytes, _)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        let expected = match self.java.end {
            End::Null => "None".to_owned(),
            _ => format!("Some({})", text_literal(&self.java.text())),
        };
        format!(
            "let mut lines = LineReader::new(&{}[..], Charset::{charset:?});\n\
             {}\
             assert_eq!(lines.read_line().unwrap().as_deref(), {expected});",
            bytes_literal(bytes),
            "let _ = lines.read_line();\n".repeat(self.label.call),
        )
    }

    /// Lines are encoded independently, so the lines before this one are not needed.
    pub(crate) fn encoded(&self, charset: Charset, line: &JavaString) -> String {
        format!(
            "let mut sent = Vec::new();\n\
             Charset::{charset:?}.encode_line({}, &mut sent);\n\
             assert_eq!(sent, {});",
            argument_literal(line),
            bytes_argument(&self.java.given),
        )
    }

    pub(crate) fn host(&self, host: &str) -> String {
        let host = format!("javatalk::chat::Host::of({host:?})");
        match (&self.java.end, self.java.given.split_last_chunk()) {
            (End::Null, _) => format!("assert_eq!({host}.unwrap(), Host::Name);"),
            (End::Returned, Some((ip, scope))) => format!(
                "assert_eq!({host}.unwrap(), Host::Address {{ ip: {ip:?}.into(), scope: {} }});",
                u32::from_be_bytes(*scope)
            ),
            _ => format!("assert!({host}.is_err());"),
        }
    }

    pub(crate) fn constant(&self, version: u16, bodies: &Sources) -> String {
        let Some((body, _)) = bodies.iter().nth(self.label.stream) else {
            return String::new();
        };
        let decoded = format!("rules.decode({})", bytes_argument(body));
        let assertion = match &self.java.end {
            End::Threw { .. } => format!("assert!({decoded}.is_err());"),
            End::Returned | End::Null => {
                let text = text_literal(&self.java.text());
                format!("assert_eq!({decoded}.unwrap(), {text});")
            }
        };
        format!("let rules = Rules::of_class_file({version});\n{assertion}")
    }

    pub(crate) fn writes(&self, failing: Option<usize>, calls: &[Write]) -> String {
        let call = &calls[self.label.call];
        // On a stream with many values, a value does not depend on the values before it.
        let alone = failing.is_none() && self.label.call > 4;
        let (streams, wait) = self.spelling();
        let mut lines = self.preface();
        lines.push(format!(
            "let mut output = {streams}DataOutputStream::new(Vec::new());"
        ));
        if let Some(failing) = failing {
            lines.push(format!(
                "// ... to a sink that fails once, after {failing} {}",
                plural(failing, "byte")
            ));
        }
        let mut size = self.java.stands;
        if alone {
            size -= self.before.map_or(0, |outcome| outcome.stands);
        } else {
            for before in &calls[..self.label.call] {
                lines.push(format!(
                    "let _ = output.{}{wait};",
                    write_expression(before)
                ));
            }
            if self.label.call > 0 {
                lines.push("output.get_mut().clear();".to_owned());
            }
        }
        lines.push(assertion(
            &format!("output.{}{wait}", write_expression(call)),
            self.java,
            |_| None,
        ));
        lines.push(format!(
            "assert_eq!(output.get_ref(), {});",
            bytes_argument(&self.java.given)
        ));
        lines.push(format!("assert_eq!(output.size(), {size});"));
        lines.join("\n")
    }
}

impl Case<'_> {
    pub(crate) fn object_reads(&self, calls: &[Read], sources: &Sources) -> String {
        let Some((bytes, failing)) = sources.iter().nth(self.label.stream) else {
            return String::new();
        };
        let call = |made: usize| read_expression(calls[made % calls.len()], "");
        let mut lines = vec![format!(
            "let mut input = ObjectInput::new(&{}[..]).unwrap();",
            bytes_literal(bytes)
        )];
        lines.extend(failing.map(|failing| {
            let bytes = plural(failing, "byte");
            format!("// ... and it fails once, after {failing} {bytes}")
        }));
        lines.extend((0..self.label.call).map(|made| format!("let _ = input.{};", call(made))));
        lines.push(assertion(
            &format!("input.{}", call(self.label.call)),
            self.java,
            |given| value_literal(calls[self.label.call % calls.len()], given),
        ));
        lines.join("\n")
    }

    pub(crate) fn object_writes(&self, failing: Option<usize>, calls: &[Write]) -> String {
        let blocks = match self.mode {
            Mode::BlocksUpTo23 => "UpTo23",
            Mode::Blocking | Mode::Asynchronous | Mode::Waiting | Mode::Dropping => "Since24",
        };
        let mut lines = vec![format!(
            "let mut output = ObjectOutput::with_blocks(Vec::new(), Blocks::{blocks}).unwrap();"
        )];
        lines.extend(failing.map(|failing| {
            let bytes = plural(failing, "byte");
            format!("// ... to a sink that fails once, after {failing} {bytes}")
        }));
        let call = |index: usize| {
            let call = calls.get(index).map(write_expression);
            call.unwrap_or_else(|| "flush()".to_owned())
        };
        lines.extend((0..self.label.call).map(|made| format!("let _ = output.{};", call(made))));
        if self.label.call > 0 {
            lines.push("output.get_mut().clear();".to_owned());
        }
        lines.push(assertion(
            &format!("output.{}", call(self.label.call)),
            self.java,
            |_| None,
        ));
        lines.push(format!(
            "assert_eq!(output.get_ref(), {});",
            bytes_argument(&self.java.given)
        ));
        lines.join("\n")
    }

    /// The prefix of the stream types, and the suffix of each call.
    fn spelling(&self) -> (&'static str, &'static str) {
        match self.mode {
            Mode::Blocking | Mode::BlocksUpTo23 => ("", ""),
            Mode::Asynchronous | Mode::Waiting | Mode::Dropping => ("Async", ".await"),
        }
    }

    /// What the code alone does not show, as comments.
    fn preface(&self) -> Vec<String> {
        let mode = self.mode.description();
        mode.map(|mode| format!("// ... {mode}"))
            .into_iter()
            .collect()
    }
}

fn position(stands: i32) -> usize {
    usize::try_from(stands).unwrap_or_default()
}

/// Java's outcome, as an assertion. `value` gives the value as a literal; `None` for `()`.
fn assertion(call: &str, java: &Outcome, value: impl Fn(&[u8]) -> Option<String>) -> String {
    match &java.end {
        End::Returned => match value(&java.given) {
            None => format!("{call}.unwrap();"),
            Some(value) => format!("assert_eq!({call}.unwrap(), {value});"),
        },
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

fn read_expression(call: Read, wait: &str) -> String {
    match call {
        Read::Fully(count) => format!("read_fully(&mut [0; {}]){wait}", count.bytes()),
        Read::Skip(count) => format!("skip_bytes({}){wait}", count.bytes()),
        Read::Boolean => format!("read_boolean(){wait}"),
        Read::Byte => format!("read_byte(){wait}"),
        Read::UnsignedByte => format!("read_unsigned_byte(){wait}"),
        Read::Short => format!("read_short(){wait}"),
        Read::UnsignedShort => format!("read_unsigned_short(){wait}"),
        Read::Char => format!("read_char(){wait}"),
        Read::Int => format!("read_int(){wait}"),
        Read::Long => format!("read_long(){wait}"),
        Read::Float => format!("read_float(){wait}.map(f32::to_bits)"),
        Read::Double => format!("read_double(){wait}.map(f64::to_bits)"),
        Read::Line => format!("read_line(){wait}"),
        Read::Utf => format!("read_utf(){wait}"),
    }
}

fn value_literal(call: Read, given: &[u8]) -> Option<String> {
    Some(match call {
        Read::Fully(_) => return None,
        Read::Boolean => (given != [0]).to_string(),
        Read::Line => format!("Some({}.into())", text_literal(&text(given))),
        Read::Utf => text_literal(&text(given)),
        Read::Char | Read::Float | Read::Double => {
            let digits: String = given.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("0x{digits}")
        }
        Read::Skip(_)
        | Read::Byte
        | Read::UnsignedByte
        | Read::Short
        | Read::UnsignedShort
        | Read::Int
        | Read::Long => integer(given).to_string(),
    })
}

fn write_expression(call: &Write) -> String {
    match call {
        Write::All(bytes) => format!("write({})", bytes_argument(bytes)),
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
    by_reference(text_literal(text), '"')
}

fn bytes_argument(bytes: &[u8]) -> String {
    by_reference(bytes_literal(bytes), 'b')
}

/// A literal is already a reference; any other expression needs `&`.
fn by_reference(expression: String, literal: char) -> String {
    if expression.starts_with(literal) {
        expression
    } else {
        format!("&{expression}")
    }
}

/// A string literal, or code units if there is an unpaired surrogate; long runs are written as
/// `repeat`.
fn text_literal(text: &JavaString) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.len() <= PLAIN {
        return match text.as_str() {
            Some(text) => format!("{text:?}"),
            None => {
                let units: Vec<String> = units.iter().map(|unit| format!("{unit:#06x}")).collect();
                format!("JavaString::from_utf16(&[{}])", units.join(", "))
            }
        };
    }
    let runs: Vec<String> = units
        .chunk_by(|a, b| a == b)
        .map(|run| format!("vec![0x{:04x}; {}]", run[0], run.len()))
        .collect();
    format!("JavaString::from([{}].concat())", abridged(&runs))
}

/// A byte string literal; long runs are written as `repeat`.
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
    format!(
        "{}, /* {left} {} more */",
        runs[..RUNS].join(", "),
        plural(left, "run")
    )
}

/// Up to this many bytes or code units, a literal is written in full.
const PLAIN: usize = 100;

/// How many runs of a longer literal are written; the seed reproduces the rest.
const RUNS: usize = 40;

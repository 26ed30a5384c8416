//! The edges of a method, and which of them a step tries. An edge is a boundary value or a
//! situation in which the method has to be tried.

use super::simulate::{Outcome, Simulated};
use super::{Scenario, Step};
use crate::JavaString;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{
    Call, Does, Kind, Method, ObjectContent, Socket, Stream, Value, Way,
};
use crate::interop::protocol::format::Format;

/// Declares the edges once: name, column heading, meaning.
macro_rules! edges {
    ($($variant:ident $heading:literal $meaning:literal,)*) => {
        /// A value or a situation in which a method has to be tried.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Edge {
            $(#[doc = $meaning] $variant,)*
        }

        impl Edge {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The heading of the column.
            pub const fn heading(self) -> &'static str {
                match self {
                    $(Self::$variant => $heading,)*
                }
            }

            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

edges! {
    Typical "typ" "a value with nothing special about it",
    Zero "zero" "0, false, none or empty",
    Least "least" "the least value of the type, or the smallest above zero",
    Most "most" "the largest value of the type, or as many bytes as there can be",
    Special "spec" "NaN, infinity, NUL, a surrogate, a byte beyond ASCII, a line end of CR, a boolean above 1",
    Refused "refus" "too long to be written",
    Malformed "malf" "not modified UTF-8",
    Mismatch "mism" "written by one method, read by another",
    InPieces "piece" "bytes that were written by several calls",
    Pipelined "pipe" "right behind another call of the same direction",
    HeldByte "held" "the first read after a line that ended with CR alone",
    EndAtOnce "end" "nothing is left to read",
    EndWithin "short" "too little is left to read",
    Unread "unrd" "the other side has written what is not read",
    AfterFailure "fail" "an earlier call of the same role has thrown",
    AfterHalfClose "half" "the role has shut down its output",
    AfterClose "close" "the role has closed",
    AfterReset "reset" "the other role has reset the connection",
    InObjects "objs" "a method of the data streams, called on an object stream",
    Again "again" "an object that was written or read before",
}

impl Method {
    /// The edges at which the method has to be tried, in each role.
    pub fn edges(self) -> Vec<Edge> {
        Edge::ALL
            .iter()
            .copied()
            .filter(|&edge| self.has(edge))
            .collect()
    }

    fn has(self, edge: Edge) -> bool {
        match self.does() {
            Does::Objects(way) => return self.has_of_objects(way, edge),
            Does::Write(_) | Does::Stream(_) | Does::Read(_) | Does::Socket(_) => {}
        }
        let (reads, writes) = (self.format_read(), self.format_written());
        match edge {
            Edge::Typical => true,
            Edge::Zero => self.value_kind().is_some(),
            Edge::Least => match self.value_kind() {
                Some(Kind::Whole(least, _)) => least < 0,
                Some(Kind::Float | Kind::Double) => true,
                Some(Kind::Count | Kind::Boolean | Kind::Text | Kind::Bytes | Kind::Object)
                | None => false,
            },
            Edge::Most => match self.value_kind() {
                Some(Kind::Whole(..) | Kind::Float | Kind::Double) => true,
                Some(Kind::Text) => [reads, writes].contains(&Some(Format::Utf)),
                Some(Kind::Count | Kind::Bytes) => reads.is_some(),
                Some(Kind::Boolean | Kind::Object) | None => false,
            },
            Edge::Special => match self.value_kind() {
                Some(Kind::Whole(..)) => [reads, writes].contains(&Some(Format::Char)),
                Some(Kind::Boolean) => reads.is_some(),
                Some(Kind::Float | Kind::Double | Kind::Text | Kind::Bytes) => true,
                Some(Kind::Count | Kind::Object) | None => false,
            },
            Edge::Refused => writes == Some(Format::Utf),
            Edge::Malformed => reads == Some(Format::Utf),
            // Whatever reads them, bytes that are written as they are are meant for it.
            Edge::Mismatch => reads.is_some() || writes.is_some_and(|form| form != Format::Bytes),
            Edge::Pipelined => reads.is_some() || writes.is_some(),
            Edge::HeldByte | Edge::EndAtOnce | Edge::AfterReset => reads.is_some(),
            Edge::InPieces | Edge::EndWithin => {
                reads.is_some_and(|format| format.fixed_size() != Some(1))
            }
            Edge::Unread => match self.does() {
                Does::Socket(socket) => match socket {
                    Socket::Close => true,
                    Socket::ShutdownOutput | Socket::Reset => false,
                },
                Does::Write(_) | Does::Stream(_) | Does::Read(_) | Does::Objects(_) => false,
            },
            Edge::AfterFailure => match self.does() {
                Does::Write(_) | Does::Read(_) => true,
                Does::Stream(stream) => match stream {
                    Stream::Size => true,
                    Stream::Flush => false,
                },
                Does::Socket(_) | Does::Objects(_) => false,
            },
            Edge::AfterHalfClose => match self.does() {
                Does::Write(_) => true,
                Does::Socket(socket) => match socket {
                    Socket::ShutdownOutput | Socket::Close => true,
                    Socket::Reset => false,
                },
                Does::Stream(_) | Does::Read(_) | Does::Objects(_) => false,
            },
            Edge::AfterClose => match self.does() {
                Does::Write(_) | Does::Stream(_) | Does::Read(_) => true,
                Does::Socket(socket) => match socket {
                    Socket::ShutdownOutput | Socket::Close => true,
                    Socket::Reset => false,
                },
                Does::Objects(_) => false,
            },
            Edge::InObjects => match self.does() {
                Does::Write(_) | Does::Read(_) => true,
                Does::Stream(stream) => match stream {
                    Stream::Flush => true,
                    Stream::Size => false,
                },
                Does::Socket(_) | Does::Objects(_) => false,
            },
            Edge::Again => false,
        }
    }

    /// The edges of a method of object streams.
    fn has_of_objects(self, way: Way, edge: Edge) -> bool {
        let has_object = self.value_kind().is_some();
        let is_input = way == Way::Input;
        match edge {
            Edge::Typical | Edge::AfterClose => true,
            Edge::Zero | Edge::Special | Edge::Pipelined | Edge::Again => has_object,
            Edge::Most => has_object && !is_input,
            Edge::Mismatch | Edge::EndAtOnce | Edge::EndWithin | Edge::AfterReset => is_input,
            Edge::AfterHalfClose => !is_input,
            Edge::HeldByte => self == Self::NewObjectInputStream,
            Edge::Least
            | Edge::Refused
            | Edge::Malformed
            | Edge::InPieces
            | Edge::Unread
            | Edge::AfterFailure
            | Edge::InObjects => false,
        }
    }

    /// The kind of value that the method returns, or else takes.
    fn value_kind(self) -> Option<Kind> {
        self.returns().or(self.takes())
    }

    /// Whether `self` is the method that reads what `writer` writes.
    fn reads_what_is_written_by(self, writer: Self) -> bool {
        match (writer.format_written(), self.format_read()) {
            (Some(written), Some(read)) => written.is_meant_for(read),
            (None, _) | (_, None) => false,
        }
    }

    /// Whether the method reads or writes a sequence of any length, so that its bounds are no edges.
    fn is_of_a_sequence(self) -> bool {
        let format = self.format_read().or(self.format_written());
        format.is_some_and(Format::is_sequence)
    }
}

/// The edges that the steps of a scenario try, each with the index of the step.
pub(crate) fn tried(scenario: &Scenario, simulated: &[Option<Simulated>]) -> Vec<(usize, Edge)> {
    let mut tried = Vec::new();
    let mut pasts = [Past::default(), Past::default()];
    for (index, (step, what)) in scenario.steps.iter().zip(simulated).enumerate() {
        let (Step::Call { role, call, .. }, Some(what)) = (step, what) else {
            pasts.iter_mut().for_each(|past| past.direction = None);
            continue;
        };
        let [client, server] = &mut pasts;
        let (own, other) = match role {
            Role::Client => (client, server),
            Role::Server => (server, client),
        };
        let method = call.method();
        if what.in_objects && !method.is_of_objects() {
            tried.push((index, Edge::InObjects));
            own.remember(call, what);
            continue;
        }
        let mut edges = if method.is_of_objects() {
            of_object(call.argument().as_ref(), what)
        } else {
            in_itself(method, call.argument().as_ref(), what)
        };
        edges.extend(own.edges(method, what));
        own.remember(call, what);
        if *call == Call::Socket(Socket::Reset) {
            other.other_reset = true;
        }
        // What an object stream reads may have been written by `flush`.
        let writers = what.writers.iter().filter(|_| !what.in_objects);
        for &writer in writers {
            let meant = match (&scenario.steps[writer], &simulated[writer]) {
                (Step::Call { call: by, .. }, Some(written)) => {
                    method.reads_what_is_written_by(by.method())
                        && (method.is_of_a_sequence()
                            || by.method().is_of_a_sequence()
                            || what.bytes == written.bytes)
                }
                _ => true,
            };
            if !meant {
                edges.push(Edge::Mismatch);
                tried.push((writer, Edge::Mismatch));
            }
        }
        tried.extend(edges.into_iter().map(|edge| (index, edge)));
    }
    tried.retain(|(index, edge)| match &scenario.steps[*index] {
        Step::Call { call, .. } => call.method().has(*edge),
        Step::Sync { .. } => false,
    });
    tried
}

/// What a role has done so far.
#[derive(Default)]
struct Past {
    /// Whether the role's last call read (`true`) or wrote (`false`); `None` if another kind of
    /// call or a `sync` came since.
    direction: Option<bool>,
    failed: bool,
    half_closed: bool,
    closed: bool,
    other_reset: bool,
}

impl Past {
    /// The edges that a call of `method` tries because of the calls before it.
    fn edges(&self, method: Method, what: &Simulated) -> impl Iterator<Item = Edge> {
        let goes_on = what.outcome != Outcome::Broken;
        let direction = direction(method);
        [
            (
                direction.is_some() && self.direction == direction,
                Edge::Pipelined,
            ),
            (self.failed && goes_on, Edge::AfterFailure),
            (self.half_closed, Edge::AfterHalfClose),
            (self.closed, Edge::AfterClose),
            (self.other_reset, Edge::AfterReset),
        ]
        .into_iter()
        .filter_map(|(holds, edge)| holds.then_some(edge))
    }

    fn remember(&mut self, call: &Call, what: &Simulated) {
        self.direction = direction(call.method());
        self.failed |= match what.outcome {
            Outcome::Returned(_) | Outcome::Broken => false,
            Outcome::Ended | Outcome::Malformed | Outcome::Refused | Outcome::Threw(_) => true,
        };
        match call {
            Call::Socket(Socket::ShutdownOutput) => self.half_closed = true,
            Call::Socket(Socket::Close | Socket::Reset) => self.closed = true,
            Call::Write(_) | Call::Stream(_) | Call::Read(_) | Call::Objects(_) => {}
        }
    }
}

/// The edges that a call of an object stream tries by itself.
fn of_object(given: Option<&Value>, what: &Simulated) -> Vec<Edge> {
    let value = match &what.outcome {
        Outcome::Returned(Value::Void) => given,
        Outcome::Returned(value) => Some(value),
        Outcome::Ended if what.bytes.is_empty() => return vec![Edge::EndAtOnce],
        Outcome::Ended => return vec![Edge::EndWithin],
        Outcome::Threw("java.io.InvalidObjectException") => return vec![Edge::Again],
        Outcome::Threw("java.io.OptionalDataException" | "java.io.StreamCorruptedException") => {
            return vec![Edge::Mismatch];
        }
        Outcome::Threw(_) | Outcome::Malformed | Outcome::Refused | Outcome::Broken => {
            return vec![];
        }
    };
    let class = match value {
        None => Edge::Typical,
        Some(Value::Null) => Edge::Zero,
        Some(value) => match value.as_object() {
            Some((_, content)) => class_of_object(&content),
            None => Edge::Typical,
        },
    };
    let held = what.held.then_some(Edge::HeldByte);
    let again = what.repeats.then_some(Edge::Again);
    [Some(class), held, again].into_iter().flatten().collect()
}

fn class_of_object(content: &ObjectContent) -> Edge {
    match content {
        ObjectContent::String(text) if crate::mutf8::encoded_len(text) > usize::from(u16::MAX) => {
            Edge::Most
        }
        ObjectContent::String(text) => match class_of_text(text) {
            Edge::Zero => Edge::Zero,
            Edge::Special => Edge::Special,
            _ => Edge::Typical,
        },
        ObjectContent::Array(_, elements) if elements.is_empty() => Edge::Zero,
        ObjectContent::Boxed(..) | ObjectContent::Array(..) => Edge::Special,
    }
}

/// Whether the method reads (`true`) or writes (`false`); `None` if it does neither.
fn direction(method: Method) -> Option<bool> {
    (method.reads() || method.writes()).then(|| method.reads())
}

/// The edges that a call tries by itself, regardless of the calls before it.
fn in_itself(method: Method, given: Option<&Value>, what: &Simulated) -> Vec<Edge> {
    let result = match &what.outcome {
        Outcome::Returned(value) => value,
        Outcome::Ended if what.bytes.is_empty() => return vec![Edge::EndAtOnce],
        Outcome::Ended => return vec![Edge::EndWithin],
        Outcome::Malformed => return vec![Edge::Malformed],
        Outcome::Refused => return vec![Edge::Refused],
        Outcome::Broken | Outcome::Threw(_) => return vec![],
    };
    let mut edges = Vec::new();
    if method.reads() {
        if what.held {
            edges.push(Edge::HeldByte);
        }
        if what.writers.len() > 1 {
            edges.push(Edge::InPieces);
        }
    }
    if method == Method::Close && what.unread > 0 {
        edges.push(Edge::Unread);
    }
    let is_skip = method == Method::SkipBytes;
    match (method.value_kind(), result) {
        (None, _) => edges.push(Edge::Typical),
        (Some(_), Value::Null) => edges.push(Edge::EndAtOnce),
        (_, Value::Whole(0)) if is_skip && given != Some(&Value::Whole(0)) => {
            edges.push(Edge::EndAtOnce);
        }
        (_, skipped @ Value::Whole(_)) if is_skip && given != Some(skipped) => {
            edges.push(Edge::EndWithin);
        }
        (Some(kind), Value::Void) => edges.extend(given.map(|value| class(kind, value))),
        (Some(kind), value) => edges.push(class(kind, value)),
    }
    let format = method.format_read();
    edges.extend(format.and_then(|format| in_bytes(format, result, what)));
    edges
}

/// The edge that the bytes of a read try, which its result does not show.
fn in_bytes(format: Format, result: &Value, what: &Simulated) -> Option<Edge> {
    match format {
        Format::Boolean => what.first.filter(|byte| *byte > 1).map(|_| Edge::Special),
        Format::Line => end_of_line(result, what.bytes.len()),
        Format::Bytes
        | Format::Byte
        | Format::Short
        | Format::Char
        | Format::Int
        | Format::Long
        | Format::Float
        | Format::Double
        | Format::LowBytes
        | Format::Chars
        | Format::Utf => None,
    }
}

/// The edge of a line of so many bytes that its end tries.
fn end_of_line(line: &Value, bytes: usize) -> Option<Edge> {
    let Value::Text(line) = line else {
        return None;
    };
    match bytes - line.len_utf16() {
        0 => Some(Edge::EndWithin),
        1 => None,
        _ => Some(Edge::Special),
    }
}

/// The edge that a value belongs to, among those of its kind.
fn class(kind: Kind, value: &Value) -> Edge {
    match value {
        Value::Whole(0) | Value::Boolean(false) | Value::Float(0) | Value::Double(0) => Edge::Zero,
        Value::Whole(number) => class_of_number(kind, *number),
        Value::Float(bits) => match bits & 0x7FFF_FFFF {
            1 => Edge::Least,
            0x7F7F_FFFF => Edge::Most,
            0 | 0x7F80_0000.. => Edge::Special,
            _ => Edge::Typical,
        },
        Value::Double(bits) => match bits & 0x7FFF_FFFF_FFFF_FFFF {
            1 => Edge::Least,
            0x7FEF_FFFF_FFFF_FFFF => Edge::Most,
            0 | 0x7FF0_0000_0000_0000.. => Edge::Special,
            _ => Edge::Typical,
        },
        Value::Text(text) => class_of_text(text),
        Value::Bytes(bytes) if bytes.is_empty() => Edge::Zero,
        Value::Bytes(bytes) if bytes.len() >= usize::from(u16::MAX) => Edge::Most,
        Value::Bytes(bytes) if bytes.is_ascii() => Edge::Typical,
        Value::Bytes(_) => Edge::Special,
        Value::Boolean(true) | Value::Void | Value::Null | Value::Object(_) => Edge::Typical,
    }
}

fn class_of_number(kind: Kind, number: i64) -> Edge {
    let (least, most) = match kind {
        Kind::Whole(least, most) => (least, most),
        // The possible lengths of a string, in bytes.
        Kind::Count => (0, i64::from(u16::MAX)),
        Kind::Boolean | Kind::Float | Kind::Double | Kind::Text | Kind::Bytes | Kind::Object => {
            return Edge::Typical;
        }
    };
    match number {
        number if number == least => Edge::Least,
        number if number >= most => Edge::Most,
        0xD800..=0xDFFF => Edge::Special,
        _ => Edge::Typical,
    }
}

fn class_of_text(text: &JavaString) -> Edge {
    if text.is_empty() {
        Edge::Zero
    } else if crate::mutf8::encoded_len(text) == usize::from(u16::MAX) {
        Edge::Most
    } else if text.encode_utf16().all(|unit| (1..0x80).contains(&unit)) {
        Edge::Typical
    } else {
        Edge::Special
    }
}

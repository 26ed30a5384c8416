//! The edges of a method, and which of them a step tries. An edge is a boundary value or a
//! situation in which the method has to be tried.

use super::simulate::{Outcome, Simulated};
use super::{Scenario, Step};
use crate::JavaString;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Kind, Method, Value};

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
        match edge {
            Edge::Typical => true,
            Edge::Zero => self.value_kind().is_some(),
            Edge::Least => matches!(
                self.value_kind(),
                Some(Kind::Whole(i64::MIN..0, _) | Kind::Float | Kind::Double)
            ),
            Edge::Most => match self.value_kind() {
                Some(Kind::Whole(..) | Kind::Float | Kind::Double) => self != Self::Size,
                Some(Kind::Text) => matches!(self, Self::WriteUtf | Self::ReadUtf),
                Some(Kind::Bytes) => self == Self::ReadFully,
                Some(Kind::Boolean) | None => false,
            },
            Edge::Special => match self.value_kind() {
                Some(Kind::Whole(..)) => matches!(self, Self::WriteChar | Self::ReadChar),
                Some(Kind::Boolean) => self == Self::ReadBoolean,
                Some(_) => true,
                None => false,
            },
            Edge::Refused => self == Self::WriteUtf,
            Edge::Malformed => self == Self::ReadUtf,
            Edge::Mismatch => self.writes() && self != Self::Write || self.reads(),
            Edge::Pipelined => self.writes() || self.reads(),
            Edge::HeldByte | Edge::EndAtOnce | Edge::AfterReset => self.reads(),
            Edge::InPieces | Edge::EndWithin => self.reads() && self.takes_several_bytes(),
            Edge::Unread => self == Self::Close,
            Edge::AfterFailure => self.writes() || self.reads() || self == Self::Size,
            Edge::AfterHalfClose => {
                self.writes() || matches!(self, Self::ShutdownOutput | Self::Close)
            }
            Edge::AfterClose => self != Self::Reset,
        }
    }

    /// The kind of value that the method takes or returns.
    fn value_kind(self) -> Option<Kind> {
        const BYTE: Kind = Kind::Whole(0, u8::MAX as i64);
        const CHAR: Kind = Kind::Whole(0, u16::MAX as i64);
        /// The possible lengths of a string, in bytes.
        const COUNT: Kind = Kind::Whole(0, u16::MAX as i64);
        match self {
            Self::SkipBytes | Self::Size => Some(COUNT),
            Self::ReadFully => Some(Kind::Bytes),
            Self::ReadBoolean => Some(Kind::Boolean),
            Self::ReadByte => Self::WriteByte.takes(),
            Self::ReadUnsignedByte => Some(BYTE),
            Self::ReadShort => Self::WriteShort.takes(),
            Self::ReadUnsignedShort | Self::ReadChar => Some(CHAR),
            Self::ReadInt => Self::WriteInt.takes(),
            Self::ReadLong => Self::WriteLong.takes(),
            Self::ReadFloat => Some(Kind::Float),
            Self::ReadDouble => Some(Kind::Double),
            Self::ReadLine | Self::ReadUtf => Some(Kind::Text),
            other => other.takes(),
        }
    }

    fn takes_several_bytes(self) -> bool {
        !matches!(
            self,
            Self::ReadBoolean | Self::ReadByte | Self::ReadUnsignedByte
        )
    }

    /// Whether `self` is the method that reads what `writer` writes.
    fn reads_what_is_written_by(self, writer: Self) -> bool {
        match writer {
            Self::Write => true,
            Self::WriteBoolean => self == Self::ReadBoolean,
            Self::WriteByte => matches!(self, Self::ReadByte | Self::ReadUnsignedByte),
            Self::WriteShort => matches!(self, Self::ReadShort | Self::ReadUnsignedShort),
            Self::WriteChar | Self::WriteChars => self == Self::ReadChar,
            Self::WriteInt => self == Self::ReadInt,
            Self::WriteLong => self == Self::ReadLong,
            Self::WriteFloat => self == Self::ReadFloat,
            Self::WriteDouble => self == Self::ReadDouble,
            Self::WriteUtf => self == Self::ReadUtf,
            Self::WriteBytes => matches!(self, Self::ReadFully | Self::ReadLine | Self::SkipBytes),
            _ => false,
        }
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
        let mut edges = in_itself(call.method, call.value.as_ref(), what);
        edges.extend(own.edges(call.method, what));
        own.remember(call.method, what);
        if call.method == Method::Reset {
            other.other_reset = true;
        }
        for &writer in &what.writers {
            let meant = match (&scenario.steps[writer], &simulated[writer]) {
                (Step::Call { call: by, .. }, Some(written)) => {
                    call.method.reads_what_is_written_by(by.method)
                        && (is_sequence(call.method)
                            || is_sequence(by.method)
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
        Step::Call { call, .. } => call.method.has(*edge),
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
        let direction = (method.reads() || method.writes()).then(|| method.reads());
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

    fn remember(&mut self, method: Method, what: &Simulated) {
        self.direction = (method.reads() || method.writes()).then(|| method.reads());
        self.failed |= !matches!(what.outcome, Outcome::Returned(_) | Outcome::Broken);
        self.half_closed |= method == Method::ShutdownOutput;
        self.closed |= matches!(method, Method::Close | Method::Reset);
    }
}

/// Whether the method takes a sequence of any length, so that its bounds are no edges.
fn is_sequence(method: Method) -> bool {
    matches!(
        method,
        Method::Write
            | Method::WriteBytes
            | Method::WriteChars
            | Method::ReadFully
            | Method::SkipBytes
            | Method::ReadLine
    )
}

/// The edges that a call tries by itself, regardless of the calls before it.
fn in_itself(method: Method, given: Option<&Value>, what: &Simulated) -> Vec<Edge> {
    let result = match &what.outcome {
        Outcome::Returned(value) => value,
        Outcome::Ended if what.bytes.is_empty() => return vec![Edge::EndAtOnce],
        Outcome::Ended => return vec![Edge::EndWithin],
        Outcome::Malformed => return vec![Edge::Malformed],
        Outcome::Refused => return vec![Edge::Refused],
        Outcome::Broken => return vec![],
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
    if method == Method::ReadBoolean && what.first.is_some_and(|byte| byte > 1) {
        edges.push(Edge::Special);
    }
    if method == Method::ReadLine
        && let Value::Text(line) = result
    {
        match what.bytes.len() - line.len_utf16() {
            0 => edges.push(Edge::EndWithin),
            _ if what.bytes.len() > line.len_utf16() + 1 => edges.push(Edge::Special),
            _ => {}
        }
    }
    edges
}

/// The edge that a value belongs to, among those of its kind.
fn class(kind: Kind, value: &Value) -> Edge {
    match (kind, value) {
        (_, Value::Whole(0) | Value::Boolean(false) | Value::Float(0) | Value::Double(0)) => {
            Edge::Zero
        }
        (Kind::Whole(least, _), Value::Whole(number)) if *number == least => Edge::Least,
        (Kind::Whole(_, most), Value::Whole(number)) if *number >= most => Edge::Most,
        (Kind::Whole(..), Value::Whole(0xD800..=0xDFFF)) => Edge::Special,
        (_, Value::Float(bits)) => match bits & 0x7FFF_FFFF {
            1 => Edge::Least,
            0x7F7F_FFFF => Edge::Most,
            0 | 0x7F80_0000.. => Edge::Special,
            _ => Edge::Typical,
        },
        (_, Value::Double(bits)) => match bits & 0x7FFF_FFFF_FFFF_FFFF {
            1 => Edge::Least,
            0x7FEF_FFFF_FFFF_FFFF => Edge::Most,
            0 | 0x7FF0_0000_0000_0000.. => Edge::Special,
            _ => Edge::Typical,
        },
        (_, Value::Text(text)) => class_of_text(text),
        (_, Value::Bytes(bytes)) if bytes.is_empty() => Edge::Zero,
        (_, Value::Bytes(bytes)) if bytes.len() >= usize::from(u16::MAX) => Edge::Most,
        (_, Value::Bytes(bytes)) if bytes.is_ascii() => Edge::Typical,
        (_, Value::Bytes(_)) => Edge::Special,
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

//! What the comparison with the oracle says. Pure: it runs nothing and reads nothing.

use std::fmt;

use super::outcome::{Ending, Outcome};
use super::pairing::{Pairing, Peer, Role};
use super::wire::{self, Flow, hex};

/// What is said of one pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Equal to the oracle.
    Pass,
    /// Not equal; the first divergence along the conversation.
    Differs(Divergence),
    /// Both roles waited for bytes, and nothing was under way.
    Deadlock(String),
    /// Not at its end in time.
    Timeout(String),
    /// A program was ended by a signal, panicked, or could not even start.
    Crash(String),
    /// A program did not keep to what client and server must do.
    ProtocolViolation(String),
    /// The oracle differs from itself between two runs.
    OracleUnstable(Divergence),
    /// Two JDKs differ from each other: a fact about Java.
    OracleSplit(Divergence),
    /// A peer said that it cannot do what the row asks for; shown, and neither passed nor failed.
    Unsupported(String),
    /// Nothing was observed, so nothing was proved.
    Vacuous,
    /// It could not run; why.
    NotRun(String),
}

impl Verdict {
    /// The word for reports and tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Differs(_) => "differs",
            Self::Deadlock(_) => "deadlock",
            Self::Timeout(_) => "timeout",
            Self::Crash(_) => "crash",
            Self::ProtocolViolation(_) => "protocol violation",
            Self::OracleUnstable(_) => "oracle unstable",
            Self::OracleSplit(_) => "oracle split",
            Self::Unsupported(_) => "unsupported",
            Self::Vacuous => "vacuous",
            Self::NotRun(_) => "not run",
        }
    }

    /// Whether the run is still green with it. A split is a fact about Java, and what a peer does
    /// not offer a fact about the peer: both are shown.
    pub fn is_green(&self) -> bool {
        matches!(
            self,
            Self::Pass | Self::OracleSplit(_) | Self::Unsupported(_)
        )
    }

    /// Where it diverged.
    pub fn divergence(&self) -> Option<&Divergence> {
        match self {
            Self::Differs(d) | Self::OracleUnstable(d) | Self::OracleSplit(d) => Some(d),
            _ => None,
        }
    }
}

/// The verdict in a sentence.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        match self {
            Self::Pass => f.write_str(word),
            Self::Vacuous => write!(f, "{word}: nothing was printed and no byte was sent"),
            Self::Differs(d) | Self::OracleUnstable(d) | Self::OracleSplit(d) => {
                write!(f, "{word}: {d}")
            }
            Self::Deadlock(why)
            | Self::Timeout(why)
            | Self::Unsupported(why)
            | Self::Crash(why)
            | Self::ProtocolViolation(why)
            | Self::NotRun(why) => write!(f, "{word}: {why}"),
        }
    }
}

/// The part of a program that a divergence points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it prints before anything has been sent.
    Greeting,
    /// How it writes bytes.
    Encoder,
    /// How it reads bytes: equal bytes were seen differently.
    Decoder,
    /// Which exception it throws, or that it throws one.
    Exception,
    /// How many bytes it takes from the connection.
    Consumed,
    /// How it closes the connection.
    Close,
    /// Whether it ends in success.
    Exit,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Encoder => "encoder",
            Self::Decoder => "decoder",
            Self::Exception => "exception",
            Self::Consumed => "stream position",
            Self::Close => "close",
            Self::Exit => "exit",
        })
    }
}

/// The first thing along a conversation that is not as the oracle has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// Who is to blame.
    pub peer: Peer,
    /// In which role.
    pub role: Role,
    /// For which part of its work.
    pub part: Part,
    /// What was seen, beside what the oracle showed.
    pub detail: String,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} of {} as {}: {}",
            self.part, self.peer, self.role, self.detail
        )
    }
}

/// Judges a pairing by the oracle's outcome for the same row.
pub fn judge(pairing: Pairing, oracle: &Outcome, outcome: &Outcome) -> Verdict {
    if oracle.ending != Ending::Complete {
        return Verdict::NotRun(format!(
            "there is no oracle: alone with itself, {}",
            oracle.ending
        ));
    }
    let divergence = diverges(pairing, oracle, outcome);
    match &outcome.ending {
        Ending::Complete => match divergence {
            Some(divergence) => Verdict::Differs(divergence),
            None if outcome.is_vacuous() => Verdict::Vacuous,
            None => Verdict::Pass,
        },
        // Why it never ended is seen in what had happened until then.
        ending @ (Ending::Silent(_) | Ending::Overdue(_)) => {
            Verdict::Timeout(with_cause(ending, divergence))
        }
        ending @ Ending::Crashed(..) => Verdict::Crash(with_cause(ending, divergence)),
        ending @ Ending::NotStarted(..) => Verdict::Crash(ending.to_string()),
        ending @ (Ending::NeverListened | Ending::NeverConnected | Ending::Unreachable(_)) => {
            Verdict::ProtocolViolation(ending.to_string())
        }
    }
}

fn with_cause(ending: &Ending, divergence: Option<Divergence>) -> String {
    match divergence {
        Some(divergence) => format!("{ending}; before that, {divergence}"),
        None => ending.to_string(),
    }
}

/// The first divergence along the conversation, which goes: greetings, the client writes, the
/// server reads and prints, the server writes, the client reads and prints, both close, both end.
///
/// Bytes that differ where a peer writes are its encoder's; equal bytes that are seen differently
/// are its decoder's.
pub fn diverges(pairing: Pairing, oracle: &Outcome, outcome: &Outcome) -> Option<Divergence> {
    let blame = |role, part, detail| Divergence {
        peer: pairing.peer(role),
        role,
        part,
        detail,
    };
    let greeting = |role| {
        let (expected, actual) = printed(oracle, outcome, role)?;
        let length = greeting_length(&expected);
        let (expected, actual) = (&expected[..length], &actual[..length.min(actual.len())]);
        let detail = text_difference(expected, actual)?;
        Some(blame(role, Part::Greeting, detail))
    };
    let encoder = |role| {
        outcome.program(role)?;
        let (expected, actual) = (oracle.wire.sent_by(role), outcome.wire.sent_by(role));
        let detail = byte_difference(&expected.bytes, &actual.bytes)?;
        Some(blame(role, Part::Encoder, detail))
    };
    let decoder = |role| {
        let (expected, actual) = printed(oracle, outcome, role)?;
        let detail = text_difference(&expected, &actual)?;
        Some(blame(role, Part::Decoder, detail))
    };
    let close = |role| {
        outcome.program(role)?;
        let detail = end_difference(oracle.wire.sent_by(role), outcome.wire.sent_by(role))?;
        Some(blame(role, Part::Close, detail))
    };
    let exit = |role| {
        let exit = |outcome: &Outcome| outcome.program(role)?.exit;
        let (expected, actual) = (exit(oracle)?, exit(outcome)?);
        (expected.success() != actual.success()).then(|| {
            let detail = format!("ends with {actual}, the oracle with {expected}");
            blame(role, Part::Exit, detail)
        })
    };
    use Role::{Client, Server};
    greeting(Client)
        .or_else(|| greeting(Server))
        .or_else(|| encoder(Client))
        .or_else(|| out_of_step(oracle, outcome).and_then(|()| decoder(Client)))
        .or_else(|| decoder(Server))
        .or_else(|| encoder(Server))
        .or_else(|| decoder(Client))
        .or_else(|| close(Client))
        .or_else(|| close(Server))
        .or_else(|| exit(Client))
        .or_else(|| exit(Server))
}

/// Whether the client prints something else before the server does, though the server's bytes are
/// the same. On a raw wire a client that leaves some of an answer says its next line too early, and
/// the server sees other pieces of the same bytes: that is not the server's fault.
fn out_of_step(oracle: &Outcome, outcome: &Outcome) -> Option<()> {
    let (expected, actual) = (&oracle.wire.to_client.bytes, &outcome.wire.to_client.bytes);
    let is_first = messages_before(oracle, outcome, Role::Client)?
        < messages_before(oracle, outcome, Role::Server)?;
    (is_first && expected == actual).then_some(())
}

/// How many lines behind its greeting this role prints as the oracle does, if not all of them.
fn messages_before(oracle: &Outcome, outcome: &Outcome, role: Role) -> Option<usize> {
    let greeting = match role {
        Role::Client => 1,
        // It greets the client as well.
        Role::Server => 2,
    };
    let (expected, actual) = printed(oracle, outcome, role)?;
    let same = &expected[..first_difference(&expected, &actual)?];
    let lines = same.iter().filter(|&&byte| byte == b'\n').count();
    Some(lines.saturating_sub(greeting))
}

/// What is printed before the first byte is sent: the first line, if it is not the only one.
fn greeting_length(stdout: &[u8]) -> usize {
    match stdout.iter().position(|&byte| byte == b'\n') {
        Some(newline) if newline + 1 < stdout.len() => newline + 1,
        _ => 0,
    }
}

fn printed(oracle: &Outcome, outcome: &Outcome, role: Role) -> Option<(Vec<u8>, Vec<u8>)> {
    Some((
        oracle.program(role)?.stdout.clone(),
        outcome.program(role)?.stdout.clone(),
    ))
}

fn text_difference(expected: &[u8], actual: &[u8]) -> Option<String> {
    let at = first_difference(expected, actual)?;
    // From the beginning of the line, so that it can be read.
    let line = |text: &[u8]| {
        let from = text[..at]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |newline| newline + 1);
        quoted(&text[from..])
    };
    Some(format!(
        "stdout differs at byte {at}: prints {}, the oracle {}",
        line(actual),
        line(expected)
    ))
}

fn quoted(text: &[u8]) -> String {
    const SHOWN: usize = 40;
    if text.is_empty() {
        return "nothing more".to_owned();
    }
    wire::quoted(text, SHOWN)
}

fn byte_difference(expected: &[u8], actual: &[u8]) -> Option<String> {
    let at = first_difference(expected, actual)?;
    let from_there = |bytes: &[u8]| match &bytes[at..] {
        [] => "nothing more".to_owned(),
        bytes => hex(&bytes[..bytes.len().min(8)]),
    };
    Some(format!(
        "the bytes on the wire differ at byte {at}: {}, the oracle's {}",
        from_there(actual),
        from_there(expected)
    ))
}

fn end_difference(expected: &Flow, actual: &Flow) -> Option<String> {
    (expected.end != actual.end).then(|| {
        format!(
            "its direction is {}, the oracle's {}",
            actual.end.word(),
            expected.end.word()
        )
    })
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    Some(common)
}

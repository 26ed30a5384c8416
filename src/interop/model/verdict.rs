//! What is concluded of a case, and which participant a difference is blamed on.

use std::fmt;

use super::participant::{Participant, Role};
use crate::interop::protocol::call::Method;

/// What is said of one pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Equal to the oracle.
    Pass,
    /// Not equal; the first divergence along the conversation.
    Differs(Divergence),
    /// Both roles waited for each other.
    Deadlock(Broken),
    /// Not at its end in time.
    Timeout(Broken),
    /// A program was ended by a signal, panicked, or could not even start.
    Crash(Broken),
    /// A program did not keep to what client and server must do.
    ProtocolViolation(Broken),
    /// The oracle differs from itself between two runs.
    OracleUnstable(Divergence),
    /// Not equal, and known differences explain all of it; the reason.
    KnownDifference(Divergence, &'static str),
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
            Self::KnownDifference(..) => "known difference",
            Self::Unsupported(_) => "unsupported",
            Self::Vacuous => "vacuous",
            Self::NotRun(_) => "not run",
        }
    }

    /// Whether the run is still green with it. A known difference has its reason, and a peer need
    /// not offer every method: both are shown.
    pub fn is_green(&self) -> bool {
        matches!(
            self,
            Self::Pass | Self::KnownDifference(..) | Self::Unsupported(_)
        )
    }

    pub fn divergence(&self) -> Option<&Divergence> {
        match self {
            Self::Differs(d) | Self::OracleUnstable(d) | Self::KnownDifference(d, _) => Some(d),
            Self::Deadlock(broken)
            | Self::Timeout(broken)
            | Self::Crash(broken)
            | Self::ProtocolViolation(broken) => broken.blame.as_ref(),
            Self::Pass | Self::Unsupported(_) | Self::Vacuous | Self::NotRun(_) => None,
        }
    }
}

/// Why a run did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What happened, the cause before the consequence.
    pub told: String,
    /// Who is to blame; none if nothing before was not as the oracle has it.
    pub blame: Option<Divergence>,
}

impl Broken {
    /// It could not go on: what diverged before is the cause.
    pub fn after(cause: Option<Divergence>, how: &impl fmt::Display) -> Self {
        let told = match &cause {
            Some(cause) => format!("{cause}; then {how}"),
            None => how.to_string(),
        };
        Self { told, blame: cause }
    }

    /// `culprit` has broken off, all by itself if there is no cause.
    pub fn by(culprit: Divergence, cause: Option<Divergence>) -> Self {
        match cause {
            Some(cause) => Self::after(Some(cause), &culprit.detail),
            None => Self {
                told: culprit.detail.clone(),
                blame: Some(culprit),
            },
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
            Self::Differs(d) | Self::OracleUnstable(d) => write!(f, "{word}: {d}"),
            Self::KnownDifference(d, reason) => write!(f, "{word}: {reason}: {d}"),
            Self::Deadlock(broken)
            | Self::Timeout(broken)
            | Self::Crash(broken)
            | Self::ProtocolViolation(broken) => write!(f, "{word}: {}", broken.told),
            Self::Unsupported(why) | Self::NotRun(why) => write!(f, "{word}: {why}"),
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
    /// That it listens, connects and answers at all.
    Contract,
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
            Self::Contract => "contract",
        })
    }
}

/// The first thing along a conversation that is not as the oracle has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// Who is to blame.
    pub peer: Participant,
    pub role: Role,
    /// For which part of its work.
    pub part: Part,
    /// In which call; none of a whole program.
    pub method: Option<Method>,
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

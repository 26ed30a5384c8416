//! The verdict on a case, and the participant that a difference is blamed on.

use std::borrow::Cow;
use std::fmt;

use super::participant::{Participant, Role};
use crate::interop::protocol::call::Method;

/// The verdict on one pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The pairing showed the same as the oracle.
    Pass,
    /// The pairing differed from the oracle; holds the first divergence.
    Differs(Divergence),
    /// Both roles waited for each other.
    Deadlock(Broken),
    /// The run did not end in time.
    Timeout(Broken),
    /// A program was ended by a signal, panicked, or failed to start.
    Crash(Broken),
    /// A program broke the rules for clients and servers, or a peer broke the peer protocol.
    ProtocolViolation(Broken),
    /// The oracle differed between two of its own runs.
    OracleUnstable(Divergence),
    /// Not equal, and known differences explain all of it; the reason.
    KnownDifference(Divergence, Cow<'static, str>),
    /// A peer said that it cannot do what the row asks for; shown, and neither passed nor failed.
    Unsupported(String),
    /// The run showed no output and no bytes, so it proved nothing.
    Vacuous,
    /// The case could not run, for this reason.
    NotRun(String),
}

/// A verdict without its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    Pass,
    Differs,
    Deadlock,
    Timeout,
    Crash,
    ProtocolViolation,
    OracleUnstable,
    KnownDifference,
    Unsupported,
    Vacuous,
    NotRun,
}

impl VerdictKind {
    pub const ALL: [Self; 11] = [
        Self::Pass,
        Self::Differs,
        Self::Deadlock,
        Self::Timeout,
        Self::Crash,
        Self::ProtocolViolation,
        Self::OracleUnstable,
        Self::KnownDifference,
        Self::Unsupported,
        Self::Vacuous,
        Self::NotRun,
    ];

    /// The word that reports and tables use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Differs => "differs",
            Self::Deadlock => "deadlock",
            Self::Timeout => "timeout",
            Self::Crash => "crash",
            Self::ProtocolViolation => "protocol violation",
            Self::OracleUnstable => "oracle unstable",
            Self::KnownDifference => "known difference",
            Self::Unsupported => "unsupported",
            Self::Vacuous => "vacuous",
            Self::NotRun => "not run",
        }
    }

    /// The kind that has this word; `None` for a word of another version.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Verdict {
    pub fn kind(&self) -> VerdictKind {
        match self {
            Self::Pass => VerdictKind::Pass,
            Self::Differs(_) => VerdictKind::Differs,
            Self::Deadlock(_) => VerdictKind::Deadlock,
            Self::Timeout(_) => VerdictKind::Timeout,
            Self::Crash(_) => VerdictKind::Crash,
            Self::ProtocolViolation(_) => VerdictKind::ProtocolViolation,
            Self::OracleUnstable(_) => VerdictKind::OracleUnstable,
            Self::KnownDifference(..) => VerdictKind::KnownDifference,
            Self::Unsupported(_) => VerdictKind::Unsupported,
            Self::Vacuous => VerdictKind::Vacuous,
            Self::NotRun(_) => VerdictKind::NotRun,
        }
    }

    /// The word that reports and tables use.
    pub fn word(&self) -> &'static str {
        self.kind().word()
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

/// Why a run did not finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What happened, cause before consequence.
    pub told: String,
    /// The first divergence from the oracle before the run broke off; `None` if there was none.
    pub blame: Option<Divergence>,
}

impl Broken {
    /// The run broke off because of the divergence `cause`, if there was one.
    pub fn after(cause: Option<Divergence>, how: &impl fmt::Display) -> Self {
        let told = match &cause {
            Some(cause) => format!("{cause}; then {how}"),
            None => how.to_string(),
        };
        Self { told, blame: cause }
    }

    /// `culprit` broke off the run. If there is an earlier divergence, `cause` is blamed instead.
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

/// The part of a participant that a divergence points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it prints before any message.
    Greeting,
    /// How it writes bytes.
    Encoder,
    /// How it reads bytes: it interpreted equal bytes differently.
    Decoder,
    /// Whether it throws an exception, and which one.
    Exception,
    /// How many bytes it consumes from the connection.
    Consumed,
    /// How it closes the connection.
    Close,
    /// Its exit status.
    Exit,
    /// Whether it listens, connects and answers at all.
    Contract,
    /// What it prints, where that is no reply to bytes, or the traffic is unknown.
    Output,
    /// What it prints on stderr.
    Stderr,
    /// Whether it reads its stdin.
    Stdin,
    /// The files that it leaves.
    Files,
    /// How it ends when it is told to.
    Stop,
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
            Self::Output => "output",
            Self::Stderr => "stderr",
            Self::Stdin => "stdin",
            Self::Files => "files",
            Self::Stop => "stop",
        })
    }
}

/// The first event of a run that differs from the oracle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The participant to blame.
    pub peer: Participant,
    pub role: Role,
    pub part: Part,
    /// The call that diverged; `None` for a whole program.
    pub method: Option<Method>,
    /// What was observed, and what the oracle showed.
    pub detail: String,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blamed = blamed(self.part, self.peer, self.role);
        write!(f, "{blamed}: {}", self.detail)
    }
}

/// Whom a divergence blames, in words.
pub(crate) fn blamed(
    part: impl fmt::Display,
    peer: impl fmt::Display,
    role: impl fmt::Display,
) -> String {
    format!("the {part} of {peer} as {role}")
}

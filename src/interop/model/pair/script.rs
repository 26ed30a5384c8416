//! The script of a case: what the programs are told, and what they are waited for.
//!
//! | step | meaning |
//! |---|---|
//! | `x starts` | starts the client `x`; the first step that names a client does so too |
//! | `x types MOVE 0` | gives the line to the stdin of `x` |
//! | `x prints WELCOME` | waits until `x` has printed this on stdout, behind what was matched before |
//! | `x logs ready` | the same on stderr |
//! | `x closes` | ends the stdin of `x` |
//! | `x ends` | waits until `x` has ended |
//! | `x stops` | sends SIGTERM to `x` |
//!
//! The server is called `server`. Programs whose stdin is open when the script is over get its end,
//! and clients are waited for.

use std::fmt;
use std::sync::Arc;

use super::ports::Stream;

/// The name of a program in a script: `server`, or the name of a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorName(pub Arc<str>);

impl ActorName {
    /// The server of the case.
    pub const SERVER: &'static str = "server";

    pub fn is_server(&self) -> bool {
        &*self.0 == Self::SERVER
    }
}

impl fmt::Display for ActorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One step of a script.
#[derive(Debug, Clone)]
pub struct ScriptStep {
    pub actor: ActorName,
    pub action: Action,
    /// Where the step stands, for messages.
    pub at: Where,
}

/// The place of a step in the pair file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Where {
    /// The line of the pair file, from 1; 0 if the case has no script and the step follows from its
    /// stdin and clients.
    pub line: usize,
    /// The text of the step.
    pub text: String,
}

#[derive(Debug, Clone)]
pub enum Action {
    Start,
    /// Gives these bytes to its stdin.
    Type(Vec<u8>),
    /// Waits until the output holds this behind what was matched before.
    Expect(Stream, Pattern),
    /// Ends its stdin.
    Close,
    /// Waits until it has ended.
    AwaitEnd,
    /// Sends SIGTERM.
    Stop,
}

/// What an output is searched for.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// These bytes.
    Text(Vec<u8>),
    /// This regular expression, over bytes.
    Regex(regex::bytes::Regex),
}

impl Pattern {
    /// Where the first match in `bytes` begins and ends.
    pub fn find(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        match self {
            Self::Text(text) if text.is_empty() => Some((0, 0)),
            Self::Text(text) => {
                let mut windows = bytes.windows(text.len());
                let start = windows.position(|window| window == text)?;
                Some((start, start + text.len()))
            }
            Self::Regex(regex) => regex.find(bytes).map(|found| (found.start(), found.end())),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
            Self::Regex(regex) => write!(f, "/{regex}/"),
        }
    }
}

//! The exit codes, all of them.

use crate::interop::programs::SetUpError;
use crate::interop::toolbox::ToolboxError;
use crate::system::compiler::CompileError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Done.
    Success,
    /// A pairing differs from the oracle, a call differs from Java, a peer breaks the protocol, or
    /// one of these could not be judged; an answer under load was wrong or late; or the run was
    /// interrupted, so its results are partial.
    Differs,
    /// The arguments are invalid, or a filter matches nothing.
    Usage,
    /// It could not connect, or could not listen on the port.
    NoConnection,
    /// The other side closed in the middle of a message, the connection was lost, or a traced
    /// conversation did not finish.
    Lost,
    /// The other side sent a message that is not modified UTF-8, or a line that is too long.
    Malformed,
    /// There was no message to send, or the message is too long.
    NoMessage,
    /// stdin, stdout, stderr, a file or the cache cannot be read or written, or the system allows
    /// no more processes or threads.
    Local,
    /// No JDK was found, or none with a compiler.
    NoJdk,
    /// The supervised program ended with this code.
    Of(u8),
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Differs => 1,
            Self::Usage => 2,
            Self::NoConnection => 3,
            Self::Lost => 4,
            Self::Malformed => 5,
            Self::NoMessage => 6,
            Self::Local => 7,
            Self::NoJdk => 8,
            Self::Of(code) => code,
        }
    }
}

impl From<&crate::programs::Error> for Exit {
    fn from(error: &crate::programs::Error) -> Self {
        use crate::programs::Error;
        match error {
            Error::UnknownHost { .. }
            | Error::Connect { .. }
            | Error::Listen { .. }
            | Error::Accept(_) => Self::NoConnection,
            Error::Closed(_)
            | Error::Incomplete(..)
            | Error::MoreThanAsked
            | Error::LeftOver { .. }
            | Error::NoHeaderInTime(_)
            | Error::CutShort(_)
            | Error::Lost(..) => Self::Lost,
            Error::Malformed(..)
            | Error::LineTooLong(_)
            | Error::NoHeader(..)
            | Error::NoText(..)
            | Error::ObjectStream(..) => Self::Malformed,
            Error::NoInput | Error::TooLong { .. } => Self::NoMessage,
            Error::Runtime(_) | Error::Console(_) | Error::Print(_) => Self::Local,
        }
    }
}

impl From<&CompileError> for Exit {
    fn from(error: &CompileError) -> Self {
        if error.is_local() {
            Self::Local
        } else {
            Self::NoJdk
        }
    }
}

impl From<&ToolboxError> for Exit {
    fn from(error: &ToolboxError) -> Self {
        match error {
            ToolboxError::NoSuchJdk(_) => Self::NoJdk,
            ToolboxError::Compile(why) => Self::from(&**why),
        }
    }
}

impl From<&SetUpError> for Exit {
    fn from(error: &SetUpError) -> Self {
        match error {
            SetUpError::Toolbox(why) => Self::from(why),
            SetUpError::Start(_)
            | SetUpError::Listen(_)
            | SetUpError::Files { .. }
            | SetUpError::Folder { .. } => Self::Local,
            SetUpError::NoConnections => Self::Usage,
            SetUpError::NoProgram(_) | SetUpError::DefaultPort { .. } | SetUpError::NoRelay(_) => {
                Self::NoJdk
            }
        }
    }
}

/// The last section of a help text: the exit statuses of the command and their meanings.
pub(crate) fn help(listed: &[Listed]) -> String {
    let mut text = "Exit status:".to_owned();
    for (exit, meaning) in listed {
        text.push_str(&format!("\n  {}  {meaning}", exit.code()));
    }
    text
}

/// An exit status of a command, and its meaning.
pub(crate) type Listed = (Exit, &'static str);

// Meanings that several commands share.
pub(crate) const DONE: Listed = (Exit::Success, "success");
pub(crate) const DIFFERS: Listed = (
    Exit::Differs,
    "a pairing differs from the oracle or could not be judged, or the run was interrupted",
);
pub(crate) const USAGE: Listed = (Exit::Usage, "invalid arguments");
pub(crate) const FILTER: Listed = (
    Exit::Usage,
    "invalid arguments, or a filter that matches nothing",
);
pub(crate) const NO_CONNECTION: Listed = (
    Exit::NoConnection,
    "cannot connect, or cannot listen on the port",
);
pub(crate) const LOST: Listed = (
    Exit::Lost,
    "the other side closed the connection too early, or the connection was lost",
);
pub(crate) const MALFORMED: Listed = (
    Exit::Malformed,
    "the other side sent a message that is not modified UTF-8 or no string, or a line that is too long",
);
pub(crate) const NO_MESSAGE: Listed = (
    Exit::NoMessage,
    "no message to send, or a message that is too long",
);
pub(crate) const LOCAL: Listed = (
    Exit::Local,
    "cannot read or write stdin, stdout, stderr, a file or the cache, or start a process or thread",
);
pub(crate) const NO_JDK: Listed = (Exit::NoJdk, "no JDK found, or none with a compiler");

/// The exit statuses of all commands, for the help that lists the commands.
pub(crate) const ALL: &[Listed] = &[
    DONE,
    (
        Exit::Differs,
        "something differs from Java or could not be judged, or the run was interrupted",
    ),
    FILTER,
    NO_CONNECTION,
    LOST,
    MALFORMED,
    NO_MESSAGE,
    LOCAL,
    NO_JDK,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_unique_and_listed_in_the_help() {
        for (number, (exit, meaning)) in ALL.iter().enumerate() {
            assert_eq!(usize::from(exit.code()), number);
            assert!(help(ALL).contains(&format!("\n  {number}  {meaning}")));
        }
        assert_eq!(usize::from(Exit::NoJdk.code()) + 1, ALL.len());
    }
}

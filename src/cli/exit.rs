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
    /// A pairing differs from Java with Java, a call from Java's, a peer from its contract, or one
    /// could not be judged; an answer under load was not right or not in time; or the run was
    /// interrupted, so that its results are partial.
    Differs,
    /// The arguments make no sense, or a filter matches nothing.
    Usage,
    /// There was nobody to talk to, or no port to listen on.
    NoConnection,
    /// The other side closed before a whole message had come, the connection was lost, or a
    /// conversation that was traced did not come to its end.
    Lost,
    /// The other side's message is not modified UTF-8, or is a line without end.
    Malformed,
    /// There was no message to send, or it was too long.
    NoMessage,
    /// stdin, stdout, stderr, a file or the cache cannot be read or written, or the system has no
    /// room for another process or thread.
    Local,
    /// No JDK, or none that can compile.
    NoJdk,
    /// The program that was guarded ended with this code.
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
            Error::Closed(_) | Error::MoreThanAsked | Error::LeftOver { .. } | Error::Lost(..) => {
                Self::Lost
            }
            Error::Malformed(..) | Error::LineTooLong(_) => Self::Malformed,
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
            SetUpError::Start(_) | SetUpError::Listen(_) => Self::Local,
            SetUpError::NoProgram(_) | SetUpError::DefaultPort { .. } | SetUpError::NoRelay(_) => {
                Self::NoJdk
            }
        }
    }
}

/// The end of a help text: each exit status that a command can have, and what it means there.
pub(crate) fn help(listed: &[Listed]) -> String {
    let mut text = "Exit status:".to_owned();
    for (exit, meaning) in listed {
        text.push_str(&format!("\n  {}  {meaning}", exit.code()));
    }
    text
}

/// An exit of a command, and what it means there.
pub(crate) type Listed = (Exit, &'static str);

// What means the same in several commands.
pub(crate) const DONE: Listed = (Exit::Success, "done");
pub(crate) const DIFFERS: Listed = (
    Exit::Differs,
    "a pairing differs from Java with Java or could not be judged, or the run was interrupted",
);
pub(crate) const USAGE: Listed = (Exit::Usage, "the arguments make no sense");
pub(crate) const FILTER: Listed = (
    Exit::Usage,
    "the arguments make no sense, or a filter matches nothing",
);
pub(crate) const NO_CONNECTION: Listed = (
    Exit::NoConnection,
    "nobody to talk to, or no port to listen on",
);
pub(crate) const LOST: Listed = (
    Exit::Lost,
    "the other side closed too early, or the connection was lost",
);
pub(crate) const MALFORMED: Listed = (
    Exit::Malformed,
    "the other side's message is not modified UTF-8, or a line that is too long",
);
pub(crate) const NO_MESSAGE: Listed = (
    Exit::NoMessage,
    "no message to send, or one that is too long",
);
pub(crate) const LOCAL: Listed = (
    Exit::Local,
    "stdin, stdout, stderr, a file or the cache cannot be read or written, or the system allows no \
     more processes or threads",
);
pub(crate) const NO_JDK: Listed = (Exit::NoJdk, "no JDK, or none that can compile");

/// What all commands together can end with, for the help that lists the commands.
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
    fn every_code_is_in_the_help_and_no_two_are_alike() {
        for (number, (exit, meaning)) in ALL.iter().enumerate() {
            assert_eq!(usize::from(exit.code()), number);
            assert!(help(ALL).contains(&format!("\n  {number}  {meaning}")));
        }
        assert_eq!(usize::from(Exit::NoJdk.code()) + 1, ALL.len());
    }
}

//! The exit codes, all of them.

use crate::interop::bench::BenchError;
use crate::interop::chat::SetUpError;
use crate::interop::compiler::CompileError;

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
    /// The other side's message is not modified UTF-8.
    Malformed,
    /// There was no message to send, or it was too long.
    NoMessage,
    /// stdin, stdout, a file or the cache cannot be read or written, or the system has no room for
    /// another process or thread.
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

impl From<&crate::chat::Error> for Exit {
    fn from(error: &crate::chat::Error) -> Self {
        use crate::chat::Error;
        match error {
            Error::UnknownHost { .. }
            | Error::Connect { .. }
            | Error::Listen { .. }
            | Error::Accept(_) => Self::NoConnection,
            Error::Closed(_) | Error::MoreThanAsked | Error::LeftOver { .. } | Error::Lost(..) => {
                Self::Lost
            }
            Error::Malformed(..) => Self::Malformed,
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

impl From<&BenchError> for Exit {
    fn from(error: &BenchError) -> Self {
        match error {
            BenchError::NoSuchJdk(_) => Self::NoJdk,
            BenchError::Compile(why) => Self::from(&**why),
        }
    }
}

impl From<&SetUpError> for Exit {
    fn from(error: &SetUpError) -> Self {
        match error {
            SetUpError::Bench(why) => Self::from(why),
            SetUpError::Start(_) | SetUpError::Listen(_) => Self::Local,
            SetUpError::NoProgram(_) | SetUpError::DefaultPort { .. } | SetUpError::NoRelay(_) => {
                Self::NoJdk
            }
        }
    }
}

/// The same for people; every help text ends with it.
pub(super) const HELP: &str = "\
Exit status:
  0  done
  1  interop, faults, fuzz, report: a pairing differs from Java with Java, or could not be judged;
     sweep: a call came to something else than in Java, or could not be judged;
     peer-check: the program does not keep to the contract;
     load: an answer was wrong or late;
     all of these: the run was interrupted, and its results are partial
  2  the arguments make no sense, or a filter matches nothing
  3  nobody to talk to, or no port to listen on
  4  the other side closed too early, or the connection was lost;
     trace: the conversation did not come to its end
  5  the other side's message is not modified UTF-8
  6  no message to send, or one that is too long
  7  stdin, stdout, a file or the cache cannot be read or written, or the system allows no more
     processes or threads
  8  no JDK, or none that can compile";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_help_and_no_two_are_alike() {
        let exits = [
            Exit::Success,
            Exit::Differs,
            Exit::Usage,
            Exit::NoConnection,
            Exit::Lost,
            Exit::Malformed,
            Exit::NoMessage,
            Exit::Local,
            Exit::NoJdk,
        ];
        for (number, exit) in exits.into_iter().enumerate() {
            assert_eq!(usize::from(exit.code()), number);
            assert!(HELP.contains(&format!("\n  {number}  ")), "{number}");
        }
    }
}

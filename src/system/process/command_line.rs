//! A command line that the user gives as one argument.

use std::str::FromStr;

use thiserror::Error;

use super::Invocation;

/// A program and its arguments, split as a shell splits words. The first word is a path, or a
/// program on PATH.
///
/// No shell is involved: quotes are understood, variables and pipes are not.
impl FromStr for Invocation {
    type Err = CommandLineError;

    fn from_str(text: &str) -> Result<Self, CommandLineError> {
        let words =
            shlex::split(text).ok_or_else(|| CommandLineError::OpenQuote(text.to_owned()))?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(CommandLineError::Empty);
        };
        let program =
            which::which(program).map_err(|_| CommandLineError::NoSuchProgram(program.clone()))?;
        Ok(Self::new(program).args(arguments))
    }
}

/// Why a command line names no program.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommandLineError {
    #[error("{0}: a quote is not closed")]
    OpenQuote(String),
    #[error("the command is empty")]
    Empty,
    #[error("{0}: there is no such program, neither on PATH nor at this path")]
    NoSuchProgram(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_names_no_program_is_an_error() {
        for (text, why) in [
            ("", "the command is empty"),
            ("sh 'x", "sh 'x: a quote is not closed"),
            (
                "/no/such/program x",
                "/no/such/program: there is no such program, neither on PATH nor at this path",
            ),
        ] {
            let error = text.parse::<Invocation>().unwrap_err();
            assert_eq!(error.to_string(), why);
        }
    }
}

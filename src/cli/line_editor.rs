//! A line of a terminal, edited, with those before it at hand.

use std::io;

use rustyline::config::Configurer;
use rustyline::error::{ReadlineError, Signal};
use rustyline::history::MemHistory;
use rustyline::{Config, Editor};

use crate::programs::{Error, Lines};

/// Reads lines of the terminal. Ctrl-D on an empty line, Ctrl-C, and SIGINT end them.
pub(crate) struct LineEditor(Editor<(), MemHistory>);

impl LineEditor {
    /// The terminal that stdin is.
    pub(crate) fn new() -> io::Result<Self> {
        let history = MemHistory::new();
        let mut editor = Editor::with_history(Config::default(), history).map_err(plain)?;
        editor.set_auto_add_history(true);
        Ok(Self(editor))
    }
}

impl Lines for LineEditor {
    fn next_line(&mut self) -> Result<Option<String>, Error> {
        match self.0.readline(PROMPT) {
            Ok(line) => Ok(Some(line)),
            Err(
                ReadlineError::Eof
                | ReadlineError::Interrupted
                | ReadlineError::Signal(Signal::Interrupt),
            ) => Ok(None),
            Err(why) => Err(Error::Console(plain(why))),
        }
    }
}

fn plain(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// What stands before each line.
const PROMPT: &str = "> ";

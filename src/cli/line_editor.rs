//! Reads lines from a terminal, with editing and history.

use std::io;

use rustyline::config::Configurer;
use rustyline::error::{ReadlineError, Signal};
use rustyline::history::MemHistory;
use rustyline::{Config, Editor};

use crate::programs::{Error, Lines};

/// Reads lines from the terminal. Ctrl-C, SIGINT, and Ctrl-D on an empty line end the input.
pub(crate) struct LineEditor(Editor<(), MemHistory>);

impl LineEditor {
    /// An editor on stdin, which must be a terminal.
    pub(crate) fn new() -> io::Result<Self> {
        let history = MemHistory::new();
        let mut editor = Editor::with_history(Config::default(), history).map_err(plain)?;
        editor.set_auto_add_history(true);
        Ok(Self(editor))
    }
}

impl Lines for LineEditor {
    fn next_line(&mut self) -> Result<Option<String>, Error> {
        self.ask(PROMPT)
    }
}

impl LineEditor {
    /// The next line, after this prompt; none at the end of the input.
    pub(crate) fn ask(&mut self, prompt: &str) -> Result<Option<String>, Error> {
        match self.0.readline(prompt) {
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

/// The prompt before each line.
const PROMPT: &str = "> ";

//! stdout and stderr of a command: everything that a command prints goes through this module.
//!
//! `print!`, `println!`, `eprint!` and `eprintln!` of this module replace those of `std` and
//! `anstream`, which panic when a stream cannot be written. Here a failed write is recorded and the
//! command continues, so that it still writes its files. [`finish`] reports the failure and turns
//! it into the exit status. A closed pipe is not a failure: its reader wants no more.
//!
//! A server that must never wait for a reader writes through [`background`].

pub(crate) mod background;
pub(crate) mod progress_bar;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use super::{Exit, complain};
use crate::programs::Error;

macro_rules! output_print {
    ($($text:tt)*) => {
        $crate::cli::output::to_stdout(format_args!($($text)*))
    };
}

macro_rules! output_println {
    () => {
        $crate::cli::output::to_stdout(format_args!("\n"))
    };
    ($($text:tt)*) => {
        $crate::cli::output::to_stdout(format_args!("{}\n", format_args!($($text)*)))
    };
}

macro_rules! output_eprint {
    ($($text:tt)*) => {
        $crate::cli::output::to_stderr(format_args!($($text)*))
    };
}

macro_rules! output_eprintln {
    ($($text:tt)*) => {
        $crate::cli::output::to_stderr(format_args!("{}\n", format_args!($($text)*)))
    };
}

pub(crate) use output_eprint as eprint;
pub(crate) use output_eprintln as eprintln;
pub(crate) use output_print as print;
pub(crate) use output_println as println;

/// Implements `print!` and `println!`. Colours are removed unless stdout is a terminal.
pub(crate) fn to_stdout(text: fmt::Arguments<'_>) {
    STDOUT.record(anstream::stdout().write_all(text.to_string().as_bytes()));
}

/// Implements `eprint!` and `eprintln!`. The text is one write, so that lines of other processes do
/// not split it.
pub(crate) fn to_stderr(text: fmt::Arguments<'_>) {
    STDERR.record(anstream::stderr().write_all(text.to_string().as_bytes()));
}

/// stdout for raw bytes. It never returns an error: a failure is recorded, as with `print!`.
pub(crate) fn stdout() -> Stdout {
    Stdout(())
}

/// See [`stdout`].
#[derive(Debug)]
pub(crate) struct Stdout(());

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        STDOUT.record(io::stdout().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        STDOUT.record(io::stdout().flush());
        Ok(())
    }
}

/// Records a failure of stdout that another writer returned.
pub(crate) fn stdout_failed(why: io::Error) {
    STDOUT.record(Err(why));
}

/// Prints a message of clap to the stream that clap chooses.
pub(crate) fn print_clap(message: &clap::Error) {
    let stream = if message.use_stderr() {
        &STDERR
    } else {
        &STDOUT
    };
    stream.record(message.print());
}

/// The final exit status of a command that ended with `exit`, once everything is printed. If a
/// stream could not be written, success and a difference become [`Exit::Local`]; other failures
/// stay.
pub(crate) fn finish(exit: Exit) -> Exit {
    STDOUT.record(io::stdout().flush());
    let lost_results = STDOUT.failure();
    let failed = lost_results.is_some() || STDERR.failure().is_some();
    if let Some(why) = lost_results {
        complain(Error::Print(why));
    }
    match exit {
        Exit::Success | Exit::Differs if failed => Exit::Local,
        exit => exit,
    }
}

static STDOUT: Stream = Stream(Mutex::new(None));
static STDERR: Stream = Stream(Mutex::new(None));

/// The first failure of a stream.
struct Stream(Mutex<Option<io::Error>>);

impl Stream {
    fn record(&self, written: io::Result<()>) {
        if let Err(why) = written
            && why.kind() != io::ErrorKind::BrokenPipe
        {
            self.first().get_or_insert(why);
        }
    }

    /// Takes the failure out.
    fn failure(&self) -> Option<io::Error> {
        self.first().take()
    }

    fn first(&self) -> std::sync::MutexGuard<'_, Option<io::Error>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

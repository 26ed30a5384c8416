//! The command line: one file for each subcommand.
//!
//! Results go to stdout, progress and errors to stderr, all through the module `output`.

pub(crate) mod commands;
mod exit;
mod interruption;
mod line_editor;
mod metrics;
pub(crate) mod options;
mod output;
mod output_file;
mod terminal;

use std::fmt::Display;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use commands::reference_jvm::{sweep, vectors};
pub(crate) use exit::Exit;
use output::{eprint, eprintln};

use crate::interop::toolbox::Toolbox;
use crate::programs::Error;
use crate::system::jdk;
use crate::system::jdk::{Found, Jdk, Request, Surroundings, find};
use crate::system::process::supervisor;
use crate::system::process::supervisor::Supervised;
use crate::text::printable::printable;

#[derive(Parser)]
#[command(
    name = "javatalk",
    version,
    about = "Talks to Java programs that use DataInputStream and DataOutputStream, and tests that \
             both behave alike",
    after_help = exit::help(exit::ALL),
)]
struct Command {
    #[command(subcommand)]
    subcommand: Sub,
}

#[derive(Subcommand)]
enum Sub {
    Client(commands::client::Options),
    Server(commands::server::Options),
    // `boundaries` is the name of the Java program and of the suite.
    #[command(alias = "boundaries")]
    Packets(commands::packets::Options),
    Interop(Box<commands::interop::Options>),
    Pair(commands::pair::Options),
    Report(commands::report::Options),
    Sweep(sweep::Options),
    Vectors(vectors::Options),
    Load(commands::load::Options),
    Trace(Box<commands::trace::Options>),
    Faults(commands::faults::Options),
    Fuzz(commands::fuzz::Options),
    PeerCheck(commands::peer_check::Options),
    Jdks(commands::jdks::Options),
    #[command(name = crate::interop::peer::rust::SUBCOMMAND, hide = true)]
    Peer(commands::peer::Options),
}

/// Runs the subcommand that the arguments of this process name.
///
/// The supervisor of a program does not get that far: each program of a run waits for it to start,
/// and to describe all subcommands takes longer than everything else that it does.
pub fn run() -> Exit {
    output::finish(match supervisor::requested() {
        Some(supervised) => supervise(supervised),
        None => run_subcommand(),
    })
}

fn supervise(supervised: Supervised) -> Exit {
    match supervised.run() {
        Ok(code) => Exit::Of(code),
        Err(why) => {
            complain(why);
            Exit::Local
        }
    }
}

/// Checks a command line without running it.
///
/// # Errors
///
/// What is wrong with it, as the command prints it.
pub fn check(words: &[String]) -> Result<(), String> {
    match Command::try_parse_from(words) {
        Err(why) if why.use_stderr() => Err(why.to_string()),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn run_subcommand() -> Exit {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(e) => {
            // clap reports help and version as errors too; they go to stdout.
            output::print_clap(&e);
            return if e.use_stderr() {
                Exit::Usage
            } else {
                Exit::Success
            };
        }
    };
    let (exit, listed) = match command.subcommand {
        Sub::Client(options) => (commands::client::run(&options), commands::client::EXITS),
        Sub::Server(options) => (commands::server::run(&options), commands::server::EXITS),
        Sub::Packets(options) => (commands::packets::run(&options), commands::packets::EXITS),
        Sub::Interop(options) => (commands::interop::run(&options), commands::interop::EXITS),
        Sub::Pair(options) => (commands::pair::run(&options), commands::pair::EXITS),
        Sub::Report(options) => (commands::report::run(&options), commands::report::EXITS),
        Sub::Sweep(options) => (sweep::run(&options), sweep::EXITS),
        Sub::Vectors(options) => (vectors::run(&options), vectors::EXITS),
        Sub::Load(options) => (commands::load::run(&options), commands::load::EXITS),
        Sub::Trace(options) => (commands::trace::run(&options), commands::trace::EXITS),
        Sub::Faults(options) => (commands::faults::run(&options), commands::faults::EXITS),
        Sub::Fuzz(options) => (commands::fuzz::run(&options), commands::fuzz::EXITS),
        Sub::PeerCheck(options) => (
            commands::peer_check::run(&options),
            commands::peer_check::EXITS,
        ),
        Sub::Jdks(options) => (commands::jdks::run(&options), commands::jdks::EXITS),
        // This subcommand is hidden and lists no exit statuses.
        Sub::Peer(options) => return commands::peer::run(&options),
    };
    // Every test that runs a command thereby checks the exit statuses in its help.
    debug_assert!(
        listed.iter().any(|(known, _)| *known == exit),
        "the help of this command does not list {exit:?}"
    );
    exit
}

/// Prints an error to stderr.
fn complain(error: impl Display) {
    eprintln!("javatalk: {}", shown(error));
}

/// The text, safe to print: parts of it may come from a peer, a program or a results file.
fn shown(text: impl Display) -> String {
    printable(&text.to_string()).into_owned()
}

/// The exit status after a conversation; prints the error, if there is one.
fn ended(conversation: Result<(), Error>) -> Exit {
    match conversation {
        Ok(()) => Exit::Success,
        Err(Error::Print(why)) => {
            output::stdout_failed(why);
            Exit::Local
        }
        Err(error) => {
            complain(&error);
            Exit::from(&error)
        }
    }
}

/// The options that choose the JDKs.
#[derive(Args)]
struct JdkOptions {
    /// Use this JDK instead of those found (repeatable)
    ///
    /// PATH is the folder that contains bin/java. Without --jdk, JAVATALK_JDK is used: a list of
    /// such folders, separated as in PATH, or `none`. If it is not set, JAVA_HOME, PATH and the
    /// usual folders are searched.
    #[arg(long, value_name = "PATH")]
    jdk: Vec<PathBuf>,
}

impl JdkOptions {
    fn request(&self) -> Request {
        Request::from_environment(&self.jdk)
    }

    /// Returns an error with this reason if --jdk is given.
    fn none(&self, why: &str) -> Result<(), Exit> {
        if self.jdk.is_empty() {
            return Ok(());
        }
        complain(format!("{why}: remove --jdk"));
        Err(Exit::Usage)
    }

    /// The JDKs of this machine. Prints an error if a folder given with --jdk is not a JDK.
    fn find(&self) -> Result<Found, Exit> {
        find(&self.request(), &Surroundings::of_this_machine()).map_err(|e| {
            complain(e);
            Exit::NoJdk
        })
    }

    /// A toolbox with these JDKs. Prints an error if there is none, or none with a compiler.
    fn toolbox(&self, cache: Option<PathBuf>) -> Result<Toolbox, Exit> {
        let found = self.find()?;
        if found.used.is_empty() {
            return Err(no_jdk(&found, &self.request()));
        }
        if let Some(advice) = jdk::without_compiler(&found) {
            eprint!("javatalk: {}", shown(advice));
            return Err(Exit::NoJdk);
        }
        toolbox_of(found.used, cache)
    }
}

/// A toolbox with these JDKs; the list may be empty.
fn toolbox_of(jdks: Vec<Jdk>, cache: Option<PathBuf>) -> Result<Toolbox, Exit> {
    let javatalk = std::env::current_exe().map_err(|e| {
        complain(format!(
            "cannot find the executable file of this process: {e}"
        ));
        Exit::Local
    })?;
    let cache = cache.or_else(jdk::cache).ok_or_else(|| {
        complain("cannot determine the cache folder: set one with --cache");
        Exit::Local
    })?;
    Ok(Toolbox::new(javatalk, jdks, cache))
}

/// Prints that there is no JDK, where it was searched for, and how to install one.
fn no_jdk(found: &Found, request: &Request) -> Exit {
    eprint!("javatalk: {}", shown(jdk::advice(found, request)));
    Exit::NoJdk
}

/// Compiles the programs for every JDK before the first case, and prints what it waits for.
fn compile(toolbox: &Toolbox) -> Result<(), Exit> {
    for jdk in toolbox.jdks() {
        eprintln!(
            "{}{}",
            shown(jdk),
            if jdk.javac().is_some() {
                ""
            } else {
                ", no compiler: uses classes of another JDK"
            }
        );
        toolbox.classes(jdk).map_err(|e| {
            complain(&e);
            Exit::from(&e)
        })?;
    }
    Ok(())
}

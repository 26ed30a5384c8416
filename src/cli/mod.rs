//! The command line: one file for each subcommand.
//!
//! Results go to stdout, narration and errors to stderr, all of it through the module `output`.

pub(crate) mod commands;
mod exit;
mod interruption;
mod line_editor;
mod metrics;
pub(crate) mod options;
mod output;
mod output_file;
mod progress;
mod terminal;

use std::fmt::Display;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
pub(crate) use exit::Exit;
use output::{eprint, eprintln};

use crate::interop::toolbox::Toolbox;
use crate::programs::Error;
use crate::system::jdk;
use crate::system::jdk::{Found, Jdk, Request, Surroundings, find};
use crate::text::printable::printable;

#[derive(Parser)]
#[command(
    name = "javatalk",
    version,
    about = "Talks to Java programs that use DataInputStream and DataOutputStream, and proves it",
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
    // What the suite is called, and the Java program.
    #[command(alias = "boundaries")]
    Packets(commands::packets::Options),
    Interop(Box<commands::interop::Options>),
    Report(commands::report::Options),
    Sweep(commands::sweep::Options),
    Load(commands::load::Options),
    Trace(Box<commands::trace::Options>),
    Faults(commands::faults::Options),
    Fuzz(commands::fuzz::Options),
    PeerCheck(commands::peer_check::Options),
    Jdks(commands::jdks::Options),
    #[command(name = crate::system::process::supervisor::SUBCOMMAND, hide = true)]
    Supervisor(commands::internal::supervisor::Options),
    #[command(name = crate::interop::peer::rust::SUBCOMMAND, hide = true)]
    Peer(commands::internal::peer::Options),
}

/// Runs the command that the arguments of this process ask for.
pub fn run() -> Exit {
    output::finish(run_subcommand())
}

fn run_subcommand() -> Exit {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(e) => {
            // Help and version come this way too, and go to stdout.
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
        Sub::Report(options) => (commands::report::run(&options), commands::report::EXITS),
        Sub::Sweep(options) => (commands::sweep::run(&options), commands::sweep::EXITS),
        Sub::Load(options) => (commands::load::run(&options), commands::load::EXITS),
        Sub::Trace(options) => (commands::trace::run(&options), commands::trace::EXITS),
        Sub::Faults(options) => (commands::faults::run(&options), commands::faults::EXITS),
        Sub::Fuzz(options) => (commands::fuzz::run(&options), commands::fuzz::EXITS),
        Sub::PeerCheck(options) => (
            commands::peer_check::run(&options),
            commands::peer_check::EXITS,
        ),
        Sub::Jdks(options) => (commands::jdks::run(&options), commands::jdks::EXITS),
        // These two are hidden, and have no help.
        Sub::Supervisor(options) => return commands::internal::supervisor::run(options),
        Sub::Peer(options) => return commands::internal::peer::run(&options),
    };
    // So every test that runs a command holds its help to what it does.
    debug_assert!(
        listed.iter().any(|(known, _)| *known == exit),
        "the help of this command does not list {exit:?}"
    );
    exit
}

/// Says what went wrong.
fn complain(error: impl Display) {
    eprintln!("javatalk: {}", shown(error));
}

/// As it can be printed: what it tells may come from a peer, a program or a file of results.
fn shown(text: impl Display) -> String {
    printable(&text.to_string()).into_owned()
}

/// How a command ends whose conversation ended so; says what went wrong.
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

/// The options that say which JDKs to use.
#[derive(Args)]
struct JdkOptions {
    /// Use this JDK, and no others but those named likewise (repeatable)
    ///
    /// PATH is the folder that holds bin/java. Without it the variable JAVATALK_JDK is asked, a
    /// list of such folders separated as in PATH, or `none`; without that, JAVA_HOME, PATH and the
    /// usual folders are searched.
    #[arg(long, value_name = "PATH")]
    jdk: Vec<PathBuf>,
}

impl JdkOptions {
    fn request(&self) -> Request {
        Request::from_environment(&self.jdk)
    }

    /// Says that no JDK may be named, for this reason, if one is.
    fn none(&self, why: &str) -> Result<(), Exit> {
        if self.jdk.is_empty() {
            return Ok(());
        }
        complain(format!("{why}: leave --jdk out"));
        Err(Exit::Usage)
    }

    /// What is there; says so and gives up if a named one is none.
    fn find(&self) -> Result<Found, Exit> {
        find(&self.request(), &Surroundings::of_this_machine()).map_err(|e| {
            complain(e);
            Exit::NoJdk
        })
    }

    /// A bench with them; says so and gives up if nothing can be compared there.
    fn toolbox(&self, cache: Option<PathBuf>) -> Result<Toolbox, Exit> {
        let found = self.find()?;
        if found.used.is_empty() {
            return Err(no_jdk(&found, &self.request()));
        }
        if let Some(advice) = jdk::without_compiler(&found) {
            eprint!("javatalk: {}", shown(advice));
            return Err(Exit::NoJdk);
        }
        bench_of(found.used, cache)
    }
}

/// A bench with these JDKs, which may be none.
fn bench_of(jdks: Vec<Jdk>, cache: Option<PathBuf>) -> Result<Toolbox, Exit> {
    let javatalk = std::env::current_exe().map_err(|e| {
        complain(format!("this program's own file cannot be found: {e}"));
        Exit::Local
    })?;
    let cache = cache.or_else(jdk::cache).ok_or_else(|| {
        complain("no cache folder is known here: name one with --cache");
        Exit::Local
    })?;
    Ok(Toolbox::new(javatalk, jdks, cache))
}

/// Says that there is no JDK, where it was looked for, and how to get one.
fn no_jdk(found: &Found, request: &Request) -> Exit {
    eprint!("javatalk: {}", shown(jdk::advice(found, request)));
    Exit::NoJdk
}

/// Compiles for every JDK before the first case, so that the wait has a name.
fn compile(toolbox: &Toolbox) -> Result<(), Exit> {
    for jdk in toolbox.jdks() {
        eprintln!(
            "{}{}",
            shown(jdk),
            if jdk.javac().is_some() {
                ""
            } else {
                ", no compiler: borrows classes"
            }
        );
        toolbox.classes(jdk).map_err(|e| {
            complain(&e);
            Exit::from(&e)
        })?;
    }
    Ok(())
}

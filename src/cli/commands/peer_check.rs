//! `javatalk peer-check`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::output::{eprintln, println};
use crate::cli::{Exit, JdkOptions, complain, exit, shown};
use crate::interop::peer::check::{Check, NotStarted};
use crate::interop::peer::rust;
use crate::system::jdk;
use crate::system::jdk::{Classes, Lifetime};
use crate::system::process::Invocation;
use crate::text::duration;

/// Checks that a program follows the peer protocol, rule by rule and method by method
///
/// java/README.md describes the peer protocol. The command starts the program and holds short
/// conversations with it. The expected result of each method is the result of Peer.java in the same
/// run, on the newest JDK found; without a JDK, the result of the peer in Rust. A method that the
/// program answers with `unsupported` is listed, but is not a failure.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk peer-check 'python3 my_peer.py'
  javatalk peer-check ./target/debug/my_peer
  javatalk peer-check --timeout 60 'docker run --rm -i --network host my_peer'
  javatalk peer-check 'java -cp target/classes Peer'

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The command that starts the program, quoted as for a shell; no shell runs it
    command: Invocation,
    #[command(flatten)]
    jdks: JdkOptions,
    /// The timeout of each answer; the program may take four times as long to start
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration::parse)]
    timeout: Duration,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (
        Exit::Differs,
        "the program does not follow the peer protocol",
    ),
    (
        Exit::Usage,
        "invalid arguments, or the program cannot be started",
    ),
    (
        Exit::Local,
        "the reference peer cannot be started, or a file cannot be read or written",
    ),
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    check(options).unwrap_or_else(|exit| exit)
}

fn check(options: &Options) -> Result<Exit, Exit> {
    let javatalk = std::env::current_exe().map_err(|e| {
        complain(format!(
            "cannot find the executable file of this process: {e}"
        ));
        Exit::Local
    })?;
    let reference = match java(options, &javatalk)? {
        Some(java) => java,
        None => {
            eprintln!(
                "javatalk: no JDK with a compiler was found, so the peer in Rust is the oracle; \
                 `javatalk jdks` shows where JDKs are searched for"
            );
            Invocation::new(&javatalk).arg(rust::SUBCOMMAND)
        }
    };
    let check = Check {
        only: None,
        candidate: &options.command,
        reference: &reference,
        javatalk: &javatalk,
        timeout: options.timeout,
    };
    let report = check.run().map_err(|why| {
        complain(&why);
        match why {
            NotStarted::Reference(_) => Exit::Local,
            NotStarted::Candidate(_) => Exit::Usage,
        }
    })?;
    println!("{}", shown(&report));
    Ok(if report.obeys() {
        Exit::Success
    } else {
        Exit::Differs
    })
}

/// The Java peer on the newest JDK; none if no JDK can compile it.
fn java(options: &Options, javatalk: &std::path::Path) -> Result<Option<Invocation>, Exit> {
    let found = options.jdks.find()?;
    let Some(newest) = found.newest() else {
        return Ok(None);
    };
    if jdk::without_compiler(&found).is_some() {
        return Ok(None);
    }
    let cache = options.cache.clone().or_else(jdk::cache).ok_or_else(|| {
        complain("cannot determine the cache folder: set one with --cache");
        Exit::Local
    })?;
    let classes = Classes::of(newest, &found.used, &cache, javatalk).map_err(|e| {
        complain(&e);
        Exit::from(&e)
    })?;
    Ok(Some(jdk::java(
        newest,
        Lifetime::Run,
        classes.folder(),
        "Peer",
    )))
}

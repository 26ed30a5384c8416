//! `javatalk peer-check`.

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::output::{eprintln, println};
use crate::cli::{Exit, JdkOptions, complain, exit, shown};
use crate::interop::peer::check::{Check, NotStarted};
use crate::interop::peer::command_line::PeerCommand;
use crate::interop::peer::rust;
use crate::system::jdk;
use crate::system::jdk::{Classes, Lifetime};
use crate::system::process::Invocation;

/// Says whether a program keeps to the contract of peers, rule by rule and method by method
///
/// java/README.md is the contract. The program is started and led through short conversations.
/// What each method should do is what Peer.java does in the same run, on the newest JDK found; if
/// there is none, what the peer in Rust does. A method that the program answers with `unsupported`
/// is listed, and not held against it.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk peer-check 'python3 my_peer.py'
  javatalk peer-check ./target/debug/my_peer
  javatalk peer-check --timeout 60 'docker run --rm -i --network host my_peer'
  javatalk peer-check 'java -cp target/classes Peer'

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// How the program is started: words as a shell takes them, without a shell
    command: PeerCommand,
    #[command(flatten)]
    jdks: JdkOptions,
    /// How long the program may take for one answer, and four times as long to start
    #[arg(long, value_name = "SECONDS", default_value = "5")]
    timeout: NonZero<u16>,
    /// Where compiled programs are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// What it can end with.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (Exit::Differs, "the program does not keep to the contract"),
    exit::USAGE,
    (
        Exit::Local,
        "the program cannot be started, or a file cannot be read or written",
    ),
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    match check(options) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn check(options: &Options) -> Result<Exit, Exit> {
    let javatalk = std::env::current_exe().map_err(|e| {
        complain(format!("this program's own file cannot be found: {e}"));
        Exit::Local
    })?;
    let reference = match java(options, &javatalk)? {
        Some(java) => java,
        None => {
            eprintln!(
                "javatalk: no JDK that can compile was found, so the peer in Rust says what is \
                 right; `javatalk jdks` says where JDKs are looked for"
            );
            Invocation::new(&javatalk).arg(rust::SUBCOMMAND)
        }
    };
    let check = Check {
        only: None,
        candidate: options.command.invocation(),
        reference: &reference,
        javatalk: &javatalk,
        timeout: Duration::from_secs(options.timeout.get().into()),
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

/// The peer in Java on the newest JDK; none if no JDK can compile it.
fn java(options: &Options, javatalk: &std::path::Path) -> Result<Option<Invocation>, Exit> {
    let found = options.jdks.find()?;
    let Some(newest) = found.newest() else {
        return Ok(None);
    };
    if jdk::without_compiler(&found).is_some() {
        return Ok(None);
    }
    let cache = options.cache.clone().or_else(jdk::cache).ok_or_else(|| {
        complain("no cache folder is known here: name one with --cache");
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

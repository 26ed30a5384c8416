//! The options for pairs of programs that a user brings: files that describe them, or the commands
//! of one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::framing::ProtocolOptions;
use crate::cli::{Exit, JdkOptions, complain, toolbox_of};
use crate::interop::model::pair::{Sides, Wire};
use crate::interop::programs::pairs::command_line::CommandLines;
use crate::interop::programs::pairs::definition::{Jdks, Pair};
use crate::interop::programs::pairs::file;
use crate::interop::toolbox::Toolbox;

/// `--pair`, and the commands of one pair. Nothing else runs then.
#[derive(Args)]
#[command(group = ArgGroup::new("candidate").args(["client", "server"]).multiple(true))]
pub(crate) struct PairOptions {
    #[command(flatten)]
    files: PairFiles,
    /// Compare this client with --reference-client, which it replaces
    ///
    /// The new client talks to the old and the new server. Without --server, the server is not
    /// rewritten. The oracle is the old client with the old server. All programs, the servers too,
    /// get the lines of the chat on stdin; a program need not read them. {host} and {port} in a
    /// command stand for where client and server meet. If no command has {port}, the programs use
    /// --port on localhost, each in a network namespace of its own if the system allows it. For
    /// other input, and for all else, write a file for --pair: `javatalk pair new` does so.
    #[arg(
        long,
        value_name = "COMMAND",
        requires_all = ["reference_client", "reference_server"],
        conflicts_with_all = ["peers", "cast", "scenarios"]
    )]
    client: Option<String>,
    /// Compare this server with --reference-server, which it replaces
    #[arg(
        long,
        value_name = "COMMAND",
        requires_all = ["reference_client", "reference_server"],
        conflicts_with_all = ["peers", "cast", "scenarios"]
    )]
    server: Option<String>,
    /// The old client
    #[arg(long, value_name = "COMMAND", requires = "candidate")]
    reference_client: Option<String>,
    /// The old server
    #[arg(long, value_name = "COMMAND", requires = "candidate")]
    reference_server: Option<String>,
    /// The port that is built into the programs [default: 666]
    #[arg(long, value_name = "N", requires = "candidate", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    #[command(flatten)]
    protocol: ProtocolOptions,
}

/// `--pair`.
#[derive(Args)]
pub(crate) struct PairFiles {
    /// Play the pairs of programs that this file describes (repeatable)
    ///
    /// The file is TOML: old and new programs, cases, and what may differ. `javatalk pair new`
    /// writes one, and docs/your-own-pair.md explains it.
    #[arg(
        id = "pair",
        long = "pair",
        value_name = "FILE",
        conflicts_with_all = ["peers", "cast", "scenarios"]
    )]
    files: Vec<PathBuf>,
}

impl PairOptions {
    /// Whether there is a pair.
    pub(crate) fn is_given(&self) -> bool {
        self.files.is_given() || self.client.is_some() || self.server.is_some()
    }

    /// The pairs that the options name; empty if they name none. Prints an error if a pair
    /// cannot be used.
    pub(crate) fn pairs(&self) -> Result<Vec<Pair>, Exit> {
        let framing = self.protocol.chosen()?;
        let (Some(client), Some(server)) = (&self.reference_client, &self.reference_server) else {
            if framing.is_some() {
                return Err(refused(match self.files.is_given() {
                    true => "--wire is not used with --pair: write `wire` into the file",
                    false => "--wire needs the commands of a pair: --client or --server",
                }));
            }
            return self.files.pairs();
        };
        if self.files.is_given() {
            return Err(refused(
                "--pair cannot be used with --client and --server: write the commands into a file",
            ));
        }
        let commands = CommandLines {
            reference: Sides {
                client: client.as_str(),
                server: server.as_str(),
            },
            candidate: Sides {
                client: self.client.as_deref(),
                server: self.server.as_deref(),
            },
            port: self.port,
            wire: framing.map_or(Wire::Unknown, Wire::Framing),
        };
        let here = std::env::current_dir().map_err(|why| {
            complain(format!("cannot find the current folder: {why}"));
            Exit::Local
        })?;
        let pair = commands.pair(&here).map_err(refused)?;
        Ok(vec![pair])
    }
}

impl PairFiles {
    pub(crate) fn is_given(&self) -> bool {
        !self.files.is_empty()
    }

    /// The pairs of the files. Prints what is wrong with a file, if anything is.
    pub(crate) fn pairs(&self) -> Result<Vec<Pair>, Exit> {
        read(&self.files)
    }
}

/// The pairs of these files. Prints what is wrong with a file, if anything is.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Pair>, Exit> {
    let mut pairs = Vec::new();
    let mut named: BTreeMap<String, &Path> = BTreeMap::new();
    for file in files {
        for pair in file::read(file).map_err(refused)? {
            if let Some(other) = named.insert(pair.name.clone(), file) {
                return Err(refused(format!(
                    "{}: {} has a pair of the name {:?} too: give one of them another `name`",
                    file.display(),
                    other.display(),
                    pair.name
                )));
            }
            pairs.push(pair);
        }
    }
    Ok(pairs)
}

/// The tools of a run of these pairs. The old programs are the oracle, so that a JDK is needed only if
/// one is started with `java`. Prints an error if --jdk is given and no program uses one.
pub(in crate::cli) fn toolbox(
    pairs: &[Pair],
    jdks: &JdkOptions,
    cache: Option<PathBuf>,
) -> Result<Toolbox, Exit> {
    if use_a_jdk(pairs) {
        return toolbox_of(jdks.find()?.used, cache);
    }
    jdks.none("no program of the pair is started with `java`")?;
    toolbox_of(Vec::new(), cache)
}

/// Whether a JDK takes part in one of these pairs.
fn use_a_jdk(pairs: &[Pair]) -> bool {
    pairs.iter().any(Pair::uses_a_jdk)
}

/// Whether one of these pairs says on which JDKs its old programs run.
pub(crate) fn chooses_jdks(pairs: &[Pair]) -> bool {
    pairs.iter().any(|pair| pair.jdks != Jdks::Default)
}

fn refused(why: impl std::fmt::Display) -> Exit {
    complain(why);
    Exit::Usage
}

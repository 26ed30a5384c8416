//! Who plays the scenarios, and which.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::participants_file::ParticipantsFile;
use crate::cli::{Exit, complain};
use crate::interop::peer::command_line::PeerCommand;
use crate::interop::peer::pool::{ExternalPeer, PeerPool};
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::message::Identity;
use crate::interop::protocol::names::file_names;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::scenario::language;
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::scenarios::Scenarios;
use crate::interop::toolbox::Toolbox;
use crate::system::wait::Timeouts;

/// The options about peers and scenarios.
#[derive(Args)]
pub(crate) struct PeerOptions {
    /// Let this program take part in the scenarios (repeatable)
    ///
    /// COMMAND starts a peer that keeps to the contract of java/README.md; it is filed under the
    /// name that it says, and as NAME-VERSION if another peer says the same name. `javatalk
    /// peer-check COMMAND` says what it does wrong.
    #[arg(long = "peer", value_name = "COMMAND")]
    peers: Vec<PeerCommand>,
    /// Take peers, or a pair of programs, from this TOML file
    ///
    /// `[[peer]]` with `command`; or, for `javatalk interop`, `[pair]` with `client`, `server`,
    /// `reference-client` and `reference-server`, and if wanted `port`, `inputs`, `wire` and
    /// `charset`.
    #[arg(long, value_name = "FILE")]
    cast: Option<PathBuf>,
    /// Play the scenarios of this folder, and nothing that comes with javatalk
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

impl PeerOptions {
    /// Whether programs from outside may take part.
    pub(crate) fn is_given(&self) -> bool {
        !self.peers.is_empty() || self.cast.is_some()
    }

    /// Whether a folder of scenarios takes the place of all that comes with javatalk.
    pub(crate) fn has_own_scenarios(&self) -> bool {
        self.scenarios.is_some()
    }

    /// What the file of `--cast` says. Where there is a pair of programs, nothing else is played, so
    /// the other options that say who plays are errors.
    pub(crate) fn file(&self) -> Result<ParticipantsFile, Exit> {
        let Some(file) = &self.cast else {
            return Ok(ParticipantsFile::default());
        };
        let cast = ParticipantsFile::read(file).map_err(|e| {
            complain(e);
            Exit::Usage
        })?;
        let unused = match &cast.pair {
            None if cast.peers.is_empty() => Some("it names neither a peer nor a pair"),
            Some(_) if !cast.peers.is_empty() => {
                Some("where there is a [pair], nothing else is played: leave the [[peer]] out")
            }
            Some(_) if !self.peers.is_empty() => {
                Some("where there is a [pair], nothing else is played: leave --peer out")
            }
            Some(_) if self.scenarios.is_some() => {
                Some("where there is a [pair], nothing else is played: leave --scenarios out")
            }
            _ => None,
        };
        match unused {
            Some(why) => Err(refused(file, why)),
            None => Ok(cast),
        }
    }

    /// The same for a command that plays scenarios alone.
    pub(crate) fn file_of_peers(&self) -> Result<ParticipantsFile, Exit> {
        let cast = self.file()?;
        match (&self.cast, &cast.pair) {
            (Some(file), Some(_)) => Err(refused(
                file,
                "only `javatalk interop` plays a [pair]: leave it out",
            )),
            _ => Ok(cast),
        }
    }

    /// The suite of scenarios that these options ask for, in which these guests take part.
    ///
    /// Those that say nothing of a network are played through `network`.
    pub(crate) fn scenarios(
        &self,
        toolbox: &Arc<Toolbox>,
        external_peers: Vec<ExternalPeer>,
        network: NetworkPlan,
        timeouts: Timeouts,
    ) -> Result<Scenarios, Exit> {
        let mut scenarios = self.named()?;
        for scenario in &mut scenarios {
            if scenario.network == NetworkPlan::default() {
                scenario.network = network;
            }
        }
        let cast = PeerPool::new(Arc::clone(toolbox), external_peers);
        Ok(Scenarios::new(cast, scenarios, timeouts))
    }

    /// The scenarios that these options ask for.
    pub(crate) fn named(&self) -> Result<Vec<Scenario>, Exit> {
        match &self.scenarios {
            None => Ok(language::embedded()),
            Some(folder) => language::load(folder).map_err(|e| {
                complain(e);
                Exit::Usage
            }),
        }
    }

    /// The peers that these options and the file ask for.
    pub(crate) fn external_peers(
        &self,
        toolbox: &Toolbox,
        file: &ParticipantsFile,
    ) -> Result<Vec<ExternalPeer>, Exit> {
        let filed = file.peers.iter().map(|peer| &peer.command.0);
        external_peers(self.peers.iter().chain(filed), toolbox)
    }
}

/// The guests that these commands start, each started once to learn who it is.
pub(crate) fn external_peers<'a>(
    commands: impl IntoIterator<Item = &'a PeerCommand>,
    toolbox: &Toolbox,
) -> Result<Vec<ExternalPeer>, Exit> {
    let mut invocations = Vec::new();
    let mut asked: Vec<(Identity, String)> = Vec::new();
    for command in commands {
        let process = PeerProcess::start(command.invocation(), toolbox.javatalk());
        let process = process.map_err(|e| {
            complain(e);
            Exit::Usage
        })?;
        asked.push((process.identity().clone(), command.to_string()));
        invocations.push(command.invocation().clone());
    }
    let names = file_names(&asked).map_err(|e| {
        complain(e);
        Exit::Usage
    })?;
    let identities = asked.into_iter().map(|(identity, _)| Some(identity));
    Ok(names
        .into_iter()
        .zip(invocations)
        .zip(identities)
        .map(|((name, invocation), identity)| ExternalPeer {
            name,
            invocation,
            identity,
        })
        .collect())
}

fn refused(file: &Path, why: &str) -> Exit {
    complain(format!("{}: {why}", file.display()));
    Exit::Usage
}

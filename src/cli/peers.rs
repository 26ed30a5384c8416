//! Who plays the scenarios, and which.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::cast_file::CastFile;
use super::{Exit, complain};
use crate::interop::bell::Patience;
use crate::interop::bench::Bench;
use crate::interop::network::Network;
use crate::interop::peer::{PeerCommand, PeerProcess};
use crate::interop::scenario::{Cast, Guest, Scenarios};
use crate::interop::script::{self, Scenario};

/// The options about peers and scenarios.
#[derive(Args)]
pub(super) struct PeerOptions {
    /// Let this program take part in the scenarios (repeatable)
    ///
    /// COMMAND starts a peer that keeps to the contract of java/README.md; it is filed under the
    /// name that it says. `javatalk peer-check COMMAND` says what it does wrong.
    #[arg(long = "peer", value_name = "COMMAND")]
    peers: Vec<PeerCommand>,
    /// Take peers, and a pair of programs, from this TOML file
    ///
    /// `[[peer]]` with `command`; `[pair]` with `client`, `server`, `reference-client` and
    /// `reference-server`, and if wanted `port`, `inputs`, `wire` and `charset`.
    #[arg(long, value_name = "FILE")]
    cast: Option<PathBuf>,
    /// Play the scenarios of this folder, and nothing that comes with javatalk
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

impl PeerOptions {
    /// Whether programs from outside may take part.
    pub(super) fn is_given(&self) -> bool {
        !self.peers.is_empty() || self.cast.is_some()
    }

    /// Whether a folder of scenarios takes the place of all that comes with javatalk.
    pub(super) fn has_own_scenarios(&self) -> bool {
        self.scenarios.is_some()
    }

    /// What the file of `--cast` says.
    pub(super) fn file(&self) -> Result<CastFile, Exit> {
        let Some(file) = &self.cast else {
            return Ok(CastFile::default());
        };
        CastFile::read(file).map_err(|e| {
            complain(e);
            Exit::Usage
        })
    }

    /// The suite of scenarios that these options and the file ask for.
    ///
    /// Those that say nothing of a network are played through `network`.
    pub(super) fn scenarios(
        &self,
        bench: &Arc<Bench>,
        file: &CastFile,
        network: Network,
    ) -> Result<Scenarios, Exit> {
        let mut scenarios = self.named()?;
        for scenario in &mut scenarios {
            if scenario.network == Network::default() {
                scenario.network = network;
            }
        }
        let cast = Cast::new(Arc::clone(bench), self.guests(bench, file)?);
        Ok(Scenarios::new(cast, scenarios, Patience::of_a_scenario()))
    }

    /// The scenarios that these options ask for.
    pub(super) fn named(&self) -> Result<Vec<Scenario>, Exit> {
        match &self.scenarios {
            None => Ok(script::embedded()),
            Some(folder) => script::load(folder).map_err(|e| {
                complain(e);
                Exit::Usage
            }),
        }
    }

    /// The peers that these options and the file ask for.
    pub(super) fn guests(&self, bench: &Bench, file: &CastFile) -> Result<Vec<Guest>, Exit> {
        let filed = file.peers.iter().map(|peer| &peer.command.0);
        guests(self.peers.iter().chain(filed), bench)
    }
}

/// The guests that these commands start.
pub(super) fn guests<'a>(
    commands: impl IntoIterator<Item = &'a PeerCommand>,
    bench: &Bench,
) -> Result<Vec<Guest>, Exit> {
    let commands = commands.into_iter();
    commands.map(|command| guest(command, bench)).collect()
}

/// Starts a peer once, to learn its name.
fn guest(peer: &PeerCommand, bench: &Bench) -> Result<Guest, Exit> {
    let process = PeerProcess::start(peer.invocation(), bench.javatalk()).map_err(|e| {
        complain(e);
        Exit::Usage
    })?;
    Ok(Guest {
        name: process.identity().name.clone(),
        invocation: peer.invocation().clone(),
    })
}

//! The options that choose the peers and the scenarios.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::participants_file::ParticipantsFile;
use crate::cli::{Exit, complain};
use crate::interop::peer::pool::{ExternalPeer, PeerPool};
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::identity::Identity;
use crate::interop::protocol::names::file_names;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::scenario::language;
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::scenarios::Scenarios;
use crate::interop::toolbox::Toolbox;
use crate::system::process::Invocation;
use crate::system::wait::Timeouts;

/// `--peer`, `--cast` and `--scenarios`.
#[derive(Args)]
pub(crate) struct PeerOptions {
    /// Let this program take part in the scenarios as a peer (repeatable)
    ///
    /// COMMAND starts a peer that follows the peer protocol of java/README.md. Results list the
    /// peer under the name that it reports, or as NAME-VERSION if another peer reports the same
    /// name. Check a peer with `javatalk peer-check COMMAND`.
    #[arg(long = "peer", value_name = "COMMAND")]
    peers: Vec<Invocation>,
    /// Read peers from this TOML file
    ///
    /// The file has `[[peer]]` sections with `command`.
    #[arg(long, value_name = "FILE")]
    cast: Option<PathBuf>,
    /// Run the scenarios of this folder instead of the built-in cases
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

impl PeerOptions {
    /// Whether external programs may take part.
    pub(crate) fn is_given(&self) -> bool {
        !self.peers.is_empty() || self.cast.is_some()
    }

    /// Whether --scenarios replaces the built-in cases.
    pub(crate) fn has_own_scenarios(&self) -> bool {
        self.scenarios.is_some()
    }

    /// The content of the --cast file.
    pub(crate) fn file(&self) -> Result<ParticipantsFile, Exit> {
        let Some(file) = &self.cast else {
            return Ok(ParticipantsFile::default());
        };
        let cast = ParticipantsFile::read(file).map_err(|e| {
            complain(e);
            Exit::Usage
        })?;
        match cast.peers.is_empty() {
            true => Err(refused(file, "the file has no [[peer]]")),
            false => Ok(cast),
        }
    }

    /// The suite of the chosen scenarios, in which these external peers take part.
    ///
    /// Scenarios without a network of their own run over `network`.
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

    /// The chosen scenarios.
    pub(crate) fn named(&self) -> Result<Vec<Scenario>, Exit> {
        match &self.scenarios {
            None => Ok(language::embedded()),
            Some(folder) => language::load(folder).map_err(|e| {
                complain(e);
                Exit::Usage
            }),
        }
    }

    /// The peers of the options and of the file.
    pub(crate) fn external_peers(
        &self,
        toolbox: &Toolbox,
        file: &ParticipantsFile,
    ) -> Result<Vec<ExternalPeer>, Exit> {
        let filed = file.peers.iter().map(|peer| &peer.command.0);
        external_peers(self.peers.iter().chain(filed), toolbox)
    }
}

/// The external peers of these commands. Each is started once to read its name and version.
pub(crate) fn external_peers<'a>(
    commands: impl IntoIterator<Item = &'a Invocation>,
    toolbox: &Toolbox,
) -> Result<Vec<ExternalPeer>, Exit> {
    let mut invocations = Vec::new();
    let mut asked: Vec<(Identity, String)> = Vec::new();
    for command in commands {
        let process = PeerProcess::start(command, toolbox.javatalk());
        let process = process.map_err(|e| {
            complain(e);
            Exit::Usage
        })?;
        asked.push((process.identity().clone(), command.to_string()));
        invocations.push(command.clone());
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

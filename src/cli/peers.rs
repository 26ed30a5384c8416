//! Who plays the scenarios, and which.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{Exit, complain};
use crate::interop::bell::{Bell, Patience};
use crate::interop::bench::Bench;
use crate::interop::peer::{PeerCommand, PeerProcess};
use crate::interop::scenario::{Cast, Guest, Scenarios};
use crate::interop::script;

/// The options about peers and scenarios.
#[derive(Args)]
pub(super) struct PeerOptions {
    /// Let this program take part in the scenarios (repeatable)
    ///
    /// COMMAND starts a peer that keeps to the contract of java/README.md; it is filed under the
    /// name that it says. `javatalk peer-check COMMAND` says what it does wrong.
    #[arg(long = "peer", value_name = "COMMAND")]
    peers: Vec<PeerCommand>,
    /// Play the scenarios of this folder instead of those that come with javatalk
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

impl PeerOptions {
    /// The suite of scenarios that these options ask for.
    pub(super) fn scenarios(&self, bench: &Arc<Bench>) -> Result<Scenarios, Exit> {
        let scenarios = match &self.scenarios {
            None => script::embedded(),
            Some(folder) => script::load(folder).map_err(|e| {
                complain(e);
                Exit::Usage
            })?,
        };
        let guests: Result<Vec<Guest>, Exit> =
            self.peers.iter().map(|peer| guest(peer, bench)).collect();
        let cast = Cast::new(Arc::clone(bench), guests?);
        Ok(Scenarios::new(cast, scenarios, Patience::of_a_scenario()))
    }
}

/// Starts a peer once, to learn its name.
fn guest(peer: &PeerCommand, bench: &Bench) -> Result<Guest, Exit> {
    let bell = Arc::new(Bell::default());
    let process = PeerProcess::start(peer.invocation(), bench.javatalk(), &bell).map_err(|e| {
        complain(e);
        Exit::Usage
    })?;
    Ok(Guest {
        name: process.identity().name.clone(),
        invocation: peer.invocation().clone(),
    })
}

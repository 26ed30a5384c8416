//! What the tests of the mutants share: what the oracle has shown, and the processes of the peers.

use std::sync::{Arc, Mutex, PoisonError};

use javatalk::internals::interop::model::participant::{Pairing, Pairings, Participant};
use javatalk::internals::interop::peer::pool::{ExternalPeer, PeerPool};
use javatalk::internals::interop::scenario::{Runner, language};
use javatalk::internals::interop::suites::evaluation::Evaluation;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::process::Invocation;
use javatalk::internals::system::wait::Timeouts;
use libtest_mimic::Failed;

use super::bug::Bug;
use super::{NAIVE, PLAY};

/// Many mutants leave the other side waiting, which the kernel tells at once. Any other silence may
/// be that of a JVM that starts on a busy machine.
const TIMEOUTS: Timeouts = Timeouts::of_a_scenario();

/// All scenarios, and the runners that no test uses at the moment.
pub(crate) struct Fixture {
    toolbox: Arc<Toolbox>,
    pub(crate) evaluations: Vec<Evaluation>,
    idle: Mutex<Vec<MutantRunner>>,
}

impl Fixture {
    pub(crate) fn new(toolbox: &Arc<Toolbox>) -> Self {
        let scenarios = language::embedded().into_iter().map(Arc::new);
        Self {
            toolbox: Arc::clone(toolbox),
            evaluations: scenarios.map(Evaluation::new).collect(),
            idle: Mutex::default(),
        }
    }

    pub(crate) fn toolbox(&self) -> &Arc<Toolbox> {
        &self.toolbox
    }

    /// Lets `work` have a runner for itself: a mutant that leaves the oracle waiting must not keep it
    /// from other tests.
    pub(crate) fn with_runner<T>(
        &self,
        work: impl FnOnce(&MutantRunner) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let found = idle().pop();
        let runner = match found {
            Some(runner) => runner,
            None => MutantRunner::new(&self.toolbox)?,
        };
        let result = work(&runner);
        idle().push(runner);
        result
    }
}

/// A runner of every mutant, the naive peer and the oracle.
pub(crate) struct MutantRunner {
    pub(crate) runner: Arc<Runner>,
    oracle: Participant,
}

impl MutantRunner {
    fn new(toolbox: &Arc<Toolbox>) -> Result<Self, Failed> {
        let program = std::env::current_exe()?;
        let names = Bug::ALL.iter().map(|bug| bug.name()).chain([NAIVE]);
        let external_peers = names.map(|name| ExternalPeer {
            name: name.to_owned(),
            invocation: Invocation::new(program.clone()).args([PLAY, name]),
            identity: None,
        });
        let pool = PeerPool::new(Arc::clone(toolbox), external_peers.collect());
        let oracle = pool.oracle().ok_or("no JDK")?.client;
        let runner = Arc::new(Runner::new(pool, TIMEOUTS));
        Ok(Self { runner, oracle })
    }

    /// Those of the pairings of the peer of this name and the oracle in which the peer takes part.
    pub(crate) fn pairings(&self, name: &str, pairings: Pairings) -> Vec<Pairing> {
        let peers = self.runner.pool().peers().iter().copied();
        let mut peers: Vec<Participant> = peers.filter(|peer| peer.to_string() == name).collect();
        peers.push(self.oracle);
        let mut pairings = pairings.of(&peers, Some(self.oracle));
        pairings.retain(|pairing| [pairing.client, pairing.server] != [self.oracle; 2]);
        pairings
    }
}

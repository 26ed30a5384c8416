//! Plays the cases of a pair.
//!
//! The player starts the programs, gives each client relays of its own to every port of the server,
//! follows the script, ends the server, and collects what was observed.

mod actor;
mod command;
mod direct;
mod ending;
mod files;
mod relays;
mod session;
mod settling;
mod waiting;

use std::sync::{Arc, OnceLock};

use super::definition::{Pair, PairCase};
use super::version::Version;
use crate::interop::model::pair::run::PairRun;
use crate::interop::model::pair::{Port, Sides, Transport};
use crate::interop::programs::set_up_error::SetUpError;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::toolbox::{Toolbox, ToolboxError};
use crate::system::cache::Cache;
use crate::system::compiler;
use crate::system::compiler::CompileError;
use crate::system::wait::Timeouts;
use session::{Means, Session};

/// Plays the cases of one pair. Several threads may play at the same time.
#[derive(Debug)]
pub struct Player {
    pair: Arc<Pair>,
    toolbox: Arc<Toolbox>,
    timeouts: Timeouts,
    compiled: OnceLock<Result<(), Arc<CompileError>>>,
}

impl Player {
    /// A player for `pair`. The pair's own timeout comes before that of `timeouts`.
    pub fn new(pair: Arc<Pair>, toolbox: Arc<Toolbox>, timeouts: Timeouts) -> Self {
        let timeouts = Timeouts {
            idle: pair.timeout.unwrap_or(timeouts.idle),
            total: timeouts.total.max(pair.timeout.unwrap_or_default()),
        };
        Self {
            pair,
            toolbox,
            timeouts,
            compiled: OnceLock::new(),
        }
    }

    /// Runs the compile commands of the pair, on the first call.
    ///
    /// # Errors
    ///
    /// If one of them fails.
    pub fn compile(&self) -> Result<(), SetUpError> {
        let compiled = self.compiled.get_or_init(|| {
            self.pair.compile.iter().try_for_each(|command| {
                let shell = command::compile(&self.pair, &self.toolbox, command);
                compiler::run(&shell, self.toolbox.javatalk())
                    .map(drop)
                    .map_err(Arc::new)
            })
        });
        compiled
            .clone()
            .map_err(|why| SetUpError::Toolbox(ToolboxError::Compile(why)))
    }

    /// Plays a case over this network, with these versions of the programs.
    ///
    /// # Errors
    ///
    /// If the programs cannot be compiled or started, or no relay can be placed between them.
    pub fn play(
        &self,
        case: &PairCase,
        network: NetworkPlan,
        versions: Sides<Version>,
    ) -> Result<PairRun, SetUpError> {
        self.compile()?;
        let is_udp = |port: &Port| port.transport == Transport::Udp;
        if network != NetworkPlan::default() && self.pair.ports.iter().all(is_udp) {
            return Err(SetUpError::NoConnections);
        }
        let set_up = |means| Session::set_up(self, case, network, versions, means);
        let means = Means::of(&self.pair);
        let why = match set_up(means.clone()) {
            Err(SetUpError::Start(why)) if means == Means::Networks && why.is_no_network() => {
                why.reason().to_string()
            }
            session => return session?.play(),
        };
        if network != NetworkPlan::default() {
            return Err(SetUpError::NoRelay(why));
        }
        // Only one at a time, in this process and in all others.
        let lock = Cache::open(self.toolbox.cache())
            .and_then(|cache| cache.lock("default-port.lock"))
            .map_err(|e| SetUpError::DefaultPort {
                why: e.to_string(),
                no_network: why.clone(),
            })?;
        if let Some(port) = direct::taken_port(&self.pair) {
            return Err(SetUpError::DefaultPort {
                why: format!("another program uses port {port}"),
                no_network: why,
            });
        }
        let run = set_up(Means::Direct(why))?.play();
        drop(lock);
        run
    }
}

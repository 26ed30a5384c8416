//! The runner of scenarios: a pool of peers, and the time limits.

use std::sync::Arc;
use std::time::Duration;

use super::language::Scenario;
use super::player::play;
use super::transcript::Transcript;
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::peer::pool::{PeerPool, PeerPoolError};
use crate::system::wait::Timeouts;

/// A first idle timeout, long for any peer and short beside a run of many scenarios. If it expires,
/// the scenario is played again with the full idle timeout.
const FIRST_IDLE: Duration = Duration::from_millis(500);

/// Plays scenarios with the peers of a pool. Several threads can use it at once.
#[derive(Debug)]
pub struct Runner {
    pool: PeerPool,
    timeouts: Timeouts,
}

impl Runner {
    /// A runner for this pool. `timeouts` limits each scenario.
    pub fn new(pool: PeerPool, timeouts: Timeouts) -> Self {
        Self { pool, timeouts }
    }

    pub fn pool(&self) -> &PeerPool {
        &self.pool
    }

    /// Plays a scenario. It ends as soon as the kernel confirms a deadlock. If it ends because
    /// nothing moved, it is played again with the full timeouts.
    ///
    /// # Errors
    ///
    /// If a peer cannot take part.
    pub fn play(
        &self,
        scenario: &Arc<Scenario>,
        pairing: Pairing,
    ) -> Result<Transcript, PeerPoolError> {
        let first = Timeouts {
            idle: FIRST_IDLE.min(self.timeouts.idle),
            ..self.timeouts
        };
        let (mut transcript, ran_out) = self.play_within(first, scenario, pairing)?;
        if ran_out {
            // On a busy machine a newly started JVM may be idle for longer than that. It is not
            // blamed for it.
            (transcript, _) = self.play_within(self.timeouts, scenario, pairing)?;
        }
        for (role, peer) in [
            (Role::Client, pairing.client),
            (Role::Server, pairing.server),
        ] {
            if let Some(well) = transcript.ending.behaved(role) {
                self.pool.record_result(peer, well);
            }
        }
        Ok(transcript)
    }

    fn play_within(
        &self,
        timeouts: Timeouts,
        scenario: &Arc<Scenario>,
        pairing: Pairing,
    ) -> Result<(Transcript, bool), PeerPoolError> {
        let mut client = self.pool.slot(pairing.client)?;
        let mut server = self.pool.slot(pairing.server)?;
        Ok(play(scenario, &mut client, &mut server, timeouts))
    }
}

//! Where scenarios are played: a cast, and the time that it is given.

use std::sync::Arc;
use std::time::Duration;

use super::language::Scenario;
use super::player::play;
use super::transcript::Transcript;
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::peer::pool::{PeerPool, PeerPoolError};
use crate::system::wait::Timeouts;

/// A silence of both roles that is long for any peer, and short for a run that waits for many
/// scenarios: a suspicion, which is confirmed with the full time.
const SUSPICION: Duration = Duration::from_millis(500);

/// A cast that plays whatever it is given, several performances at once.
#[derive(Debug)]
pub struct Runner {
    pool: PeerPool,
    timeouts: Timeouts,
}

impl Runner {
    /// A theatre for this cast; a performance in which nothing moves for so long is given up.
    pub fn new(pool: PeerPool, timeouts: Timeouts) -> Self {
        Self { pool, timeouts }
    }

    /// Who plays.
    pub fn pool(&self) -> &PeerPool {
        &self.pool
    }

    /// Plays a scenario. A deadlock ends it as soon as the kernel confirms it; after any other
    /// silence it is played again with all the time.
    ///
    /// # Errors
    ///
    /// If a peer cannot take part.
    pub fn play(
        &self,
        scenario: &Arc<Scenario>,
        pairing: Pairing,
    ) -> Result<Transcript, PeerPoolError> {
        let suspicion = Timeouts {
            idle: SUSPICION.min(self.timeouts.idle),
            ..self.timeouts
        };
        let (mut transcript, ran_out) = self.play_within(suspicion, scenario, pairing)?;
        if ran_out {
            // On a busy machine a JVM that has just started is silent for longer than that: nothing
            // is held against it.
            (transcript, _) = self.play_within(self.timeouts, scenario, pairing)?;
        }
        for (role, peer) in [
            (Role::Client, pairing.client),
            (Role::Server, pairing.server),
        ] {
            if let Some(well) = transcript.ending.speaks_for(role) {
                self.pool.performed(peer, well);
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

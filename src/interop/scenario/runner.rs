//! Where scenarios are played: a cast, and the time that it is given.

use std::sync::Arc;
use std::time::Duration;

use super::language::Scenario;
use super::player::play;
use super::transcript::Performance;
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::peer::pool::{Cast, CastError};
use crate::system::wait::Patience;

/// A silence of both roles that is long for any peer, and short for a run that waits for many
/// scenarios: a suspicion, which is confirmed with the full time.
const SUSPICION: Duration = Duration::from_millis(500);

/// A cast that plays whatever it is given, several performances at once.
#[derive(Debug)]
pub struct Theatre {
    cast: Cast,
    patience: Patience,
}

impl Theatre {
    /// A theatre for this cast; a performance in which nothing moves for so long is given up.
    pub fn new(cast: Cast, patience: Patience) -> Self {
        Self { cast, patience }
    }

    /// Who plays.
    pub fn cast(&self) -> &Cast {
        &self.cast
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
    ) -> Result<Performance, CastError> {
        let suspicion = Patience {
            quiet: SUSPICION.min(self.patience.quiet),
            ..self.patience
        };
        let (mut performance, ran_out) = self.play_within(suspicion, scenario, pairing)?;
        if ran_out {
            // On a busy machine a JVM that has just started is silent for longer than that: nothing
            // is held against it.
            (performance, _) = self.play_within(self.patience, scenario, pairing)?;
        }
        for (role, peer) in [
            (Role::Client, pairing.client),
            (Role::Server, pairing.server),
        ] {
            if let Some(well) = performance.finale.speaks_for(role) {
                self.cast.performed(peer, well);
            }
        }
        Ok(performance)
    }

    fn play_within(
        &self,
        patience: Patience,
        scenario: &Arc<Scenario>,
        pairing: Pairing,
    ) -> Result<(Performance, bool), CastError> {
        let mut client = self.cast.seat(pairing.client)?;
        let mut server = self.cast.seat(pairing.server)?;
        Ok(play(scenario, &mut client, &mut server, patience))
    }
}

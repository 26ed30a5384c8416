//! Where scenarios are played: a cast, and the time that it is given.

use std::sync::Arc;

use super::cast::{Cast, CastError};
use super::performance::Performance;
use super::player::play;
use crate::interop::bell::Patience;
use crate::interop::pairing::{Pairing, Role};
use crate::interop::script::Scenario;

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

    /// Plays a scenario. A deadlock ends it as soon as the kernel confirms it, and any other silence
    /// when the time is over.
    ///
    /// # Errors
    ///
    /// If a peer cannot take part.
    pub fn play(
        &self,
        scenario: &Arc<Scenario>,
        pairing: Pairing,
    ) -> Result<Performance, CastError> {
        let mut client = self.cast.seat(pairing.client)?;
        let mut server = self.cast.seat(pairing.server)?;
        let performance = play(scenario, &mut client, &mut server, self.patience);
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
}

//! When a fault of the network plan fires: once both peers are idle.

use std::time::Instant;

use super::language::Scenario;
use super::language::simulate::answered_when_idle;
use crate::interop::model::participant::Role;

/// The condition under which the fault fires. Both roles are idle when all calls that can complete
/// without the withheld bytes have been answered.
pub(crate) struct Quiescence {
    /// How many answers of client and server are missing.
    missing: [usize; 2],
    /// When the last missing answer arrived.
    pub(crate) since: Option<Instant>,
}

impl Quiescence {
    /// The condition for `scenario`; `None` if its plan has no fault. If the answers depend on
    /// which role is faster, the condition is never met by counting; the fault then fires when both
    /// roles are known to wait for each other.
    pub(crate) fn of(scenario: &Scenario) -> Option<Self> {
        let (sender, fault) = scenario.network.fault()?;
        let missing = answered_when_idle(scenario, sender, fault.at).unwrap_or([usize::MAX; 2]);
        Some(Self {
            missing,
            since: None,
        })
    }

    /// Changes the number of missing answers of `role`.
    pub(crate) fn missing(&mut self, role: Role, change: impl FnOnce(usize) -> usize) {
        let [client, server] = &mut self.missing;
        let missing = match role {
            Role::Client => client,
            Role::Server => server,
        };
        *missing = change(*missing);
    }

    /// Whether no answer is missing.
    pub(crate) fn is_answered(&self) -> bool {
        self.missing == [0, 0]
    }
}

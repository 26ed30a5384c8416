//! When the network may do what it is to do: once two peers have come to rest.

use std::time::Instant;

use super::language::Scenario;
use super::language::simulate::at_rest;
use crate::interop::model::participant::Role;

/// When two roles have come to rest while the network holds back what it is to be rough with.
pub(crate) struct Quiescence {
    /// How many answers of client and server have still to come.
    missing: [usize; 2],
    /// Since when none is missing.
    pub(crate) since: Option<Instant>,
}

impl Quiescence {
    /// None if nothing is to happen. If it depends on who is faster when they rest, it is when both
    /// are known to wait for each other.
    pub(crate) fn of(scenario: &Scenario) -> Option<Self> {
        let (sender, fault) = scenario.network.fault()?;
        let missing = at_rest(scenario, sender, fault.at).unwrap_or([usize::MAX; 2]);
        Some(Self {
            missing,
            since: None,
        })
    }

    /// Changes how many are missing.
    pub(crate) fn missing(&mut self, role: Role, change: impl FnOnce(usize) -> usize) {
        let [client, server] = &mut self.missing;
        let missing = match role {
            Role::Client => client,
            Role::Server => server,
        };
        *missing = change(*missing);
    }

    /// Whether none is missing.
    pub(crate) fn is_answered(&self) -> bool {
        self.missing == [0, 0]
    }
}

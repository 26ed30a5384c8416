//! The format of scenario files, and the project's own scenarios.

mod format;
mod own;
mod refusals;
mod rehearsals;
mod round_trip;

use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::protocol::call::Call;
use javatalk::internals::interop::scenario::language::{Scenario, Script, Step};

pub(crate) fn parsed(text: &str) -> Script {
    Script::parse("a.scenario", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub(crate) fn calls(scenario: &Scenario) -> Vec<(Role, Call)> {
    let calls = scenario.steps.iter().filter_map(|step| match step {
        Step::Call { role, call, .. } => Some((*role, call.clone())),
        Step::Sync { .. } => None,
    });
    calls.collect()
}

//! Scenarios as probes: those that enumerate text, and those that move large amounts of data.
//!
//! The harness plays one role and sends what that role writes; the peer plays the other role.

use super::probe::{Probe, Step};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Socket};
use crate::interop::scenario::language;
use crate::interop::scenario::language::{Scenario, simulate};

/// The folder of the scenarios that enumerate text.
const TEXT: &str = "/text/";

/// The scenarios that become probes, by folder or by name.
const PLAYED: [&str; 4] = [
    TEXT,
    "/beyond-65536.",
    "/text-beyond-65536.",
    "/counters-beyond-24-bits.",
];

/// The probes. The peer plays both roles. In the enumerations of text it plays one role for all
/// cases of a file, and the roles alternate from file to file; the mirrored case covers the other
/// direction.
pub(crate) fn trials() -> Vec<Probe> {
    let mut files: Vec<String> = Vec::new();
    let mut trials = Vec::new();
    for scenario in language::embedded() {
        if !PLAYED.iter().any(|name| scenario.file.contains(name)) {
            continue;
        }
        let mut roles = vec![Role::Client, Role::Server];
        if scenario.file.contains(TEXT) {
            if files.last() != Some(&scenario.file) {
                files.push(scenario.file.clone());
            }
            roles.remove(files.len() % 2);
        }
        trials.extend(roles.into_iter().filter_map(|role| trial(&scenario, role)));
    }
    trials
}

/// The probe in which the peer plays `role`; `None` if that role makes no call.
fn trial(scenario: &Scenario, role: Role) -> Option<Probe> {
    let mut subject = None;
    let mut steps: Vec<Step> = Vec::new();
    for step in &scenario.steps {
        let language::Step::Call {
            role: own, call, ..
        } = step
        else {
            continue;
        };
        if *own == role {
            subject.get_or_insert(call.method());
            steps.push(Step::Do(call.clone()));
            continue;
        }
        match call {
            Call::Write(write) => {
                let bytes = simulate::written_by(write);
                if let Some(Step::Send(before)) = steps.last_mut() {
                    before.extend(bytes);
                } else {
                    steps.push(Step::Send(bytes));
                }
            }
            Call::Socket(Socket::ShutdownOutput | Socket::Close) => steps.push(Step::Finish),
            Call::Socket(Socket::Reset) => steps.push(Step::Reset),
            Call::Stream(_) | Call::Read(_) => {}
            // The harness writes no object streams.
            Call::Objects(_) => return None,
        }
    }
    Some(Probe {
        subject: subject?,
        role,
        steps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::protocol::call::{Kind, Method};

    #[test]
    fn every_method_that_takes_or_returns_text_or_bytes_is_played() {
        let trials = trials();
        let is_text = |kind| matches!(kind, Some(Kind::Text | Kind::Bytes | Kind::Count));
        let moves_text = |method: &&Method| {
            let moves = method.format_read().or(method.format_written()).is_some();
            moves && (is_text(method.takes()) || is_text(method.returns()))
        };
        for &method in Method::ALL.iter().filter(moves_text) {
            let calls = |step: &Step| matches!(step, Step::Do(call) if call.method() == method);
            assert!(
                trials.iter().any(|trial| trial.steps.iter().any(calls)),
                "{method}"
            );
        }
        for role in [Role::Client, Role::Server] {
            assert!(trials.iter().any(|trial| trial.role == role), "{role}");
        }
    }
}

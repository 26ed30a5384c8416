//! Words for a difference between a peer and the reference.

use super::probe::{Probe, Step};
use crate::interop::model::traffic::End;
use crate::interop::protocol::call::CallResult;
use crate::interop::protocol::message::{Answer, shortened};

/// Where in the conversation a call stands: the bytes available to it, and what happened before.
pub(super) fn context(trial: &Probe, number: usize, read: u64) -> String {
    let mut sent = Vec::new();
    let mut happened = None;
    let mut calls = 0;
    for step in &trial.steps {
        match step {
            Step::Do(_) if calls == number => break,
            Step::Do(call) => {
                calls += 1;
                if call.method().ends_output() {
                    happened = Some(format!(" after `{call}`"));
                }
            }
            Step::Send(bytes) => sent.extend_from_slice(bytes),
            Step::Reset | Step::ResetAtOnce => {
                happened = Some(" after a reset by the other side".to_owned());
            }
            Step::Finish => {}
        }
    }
    if let Some(happened) = happened {
        return happened;
    }
    let read = usize::try_from(read).unwrap_or(usize::MAX);
    match sent.get(read..) {
        Some(left) if !sent.is_empty() => format!(" from {}", hex(left)),
        _ => String::new(),
    }
}

/// Two answers that differ, each as part of a sentence. Of long values, only the parts that differ
/// are shown.
pub(super) fn described(own: &Answer, expected: &Answer) -> [String; 2] {
    let equal = match (value(own), value(expected)) {
        (Some(own), Some(expected)) => own
            .bytes()
            .zip(expected.bytes())
            .take_while(|(a, b)| a == b)
            .count(),
        _ => 0,
    };
    [own, expected].map(|answer| sentence(answer, equal))
}

/// The value that a call has returned, as text.
fn value(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Observed(observation) => match &observation.result {
            CallResult::Returned(value) => Some(value.to_string()),
            CallResult::Threw(..) => None,
        },
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) | Answer::Unsupported => None,
    }
}

/// An answer as part of a sentence. Of its value, as many bytes as `equal` are the same in the
/// other answer.
fn sentence(answer: &Answer, equal: usize) -> String {
    let Answer::Observed(observation) = answer else {
        return format!("answered `{}`", shortened(&answer.to_string()));
    };
    let result = match &observation.result {
        CallResult::Returned(value) => {
            let value = value.to_string();
            let start = equal.saturating_sub(SHOWN);
            match value.get(start..) {
                Some(rest) if start > 0 => format!("returned …{}", shortened(rest)),
                _ => format!("returned {}", shortened(&value)),
            }
        }
        CallResult::Threw(class, None) => format!("threw {class} without a message"),
        CallResult::Threw(class, Some(message)) => {
            format!("threw {class} ({})", shortened(&message.to_string()))
        }
    };
    format!(
        "{result}, {} read and {} written by then",
        observation.read, observation.written
    )
}

pub(super) fn seen(end: End) -> &'static str {
    match end {
        End::Finished => "an end",
        End::Reset => "a reset",
        End::Open => "no end",
    }
}

/// The most bytes shown.
pub(super) const SHOWN: usize = 24;

pub(super) fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let mut text: String = bytes.iter().take(SHOWN).fold(String::new(), |text, byte| {
        let gap = if text.is_empty() { "" } else { " " };
        format!("{text}{gap}{byte:02x}")
    });
    if bytes.len() > SHOWN {
        text.push_str(&format!(" … ({} bytes)", bytes.len()));
    }
    text
}

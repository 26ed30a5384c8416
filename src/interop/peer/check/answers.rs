//! Sends command lines to a peer, and checks the answers.

use std::time::Duration;

use super::probe::Broken;
use super::report::Found;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::{CallResult, Value};
use crate::interop::protocol::message::{Answer, Command};

/// A command line, whether an answer to it is right, and what the right answer is.
pub(super) type Expected = (&'static str, fn(&Answer) -> bool, &'static str);

/// Sends one line after another, and reports the answers that are wrong.
pub(super) fn asked(
    peer: &mut PeerProcess,
    timeout: Duration,
    lines: &[Expected],
) -> Result<Vec<String>, Broken> {
    let mut wrong = Vec::new();
    for (line, is_right, should) in lines {
        peer.send(&Command::Raw((*line).to_owned()))?;
        let answer = peer.answer(timeout)?;
        if !is_right(&answer) {
            wrong.push(format!(
                "it answered `{line}` with `@@ {answer}`, and not with {should}"
            ));
        }
    }
    Ok(wrong)
}

pub(super) const fn unsupported(line: &'static str) -> Expected {
    (
        line,
        |answer| matches!(answer, Answer::Unsupported),
        "`@@ unsupported`",
    )
}

pub(super) const fn fails(line: &'static str) -> Expected {
    (
        line,
        |answer| matches!(answer, Answer::Failed(_)),
        "`@@ failed WHY`",
    )
}

pub(super) const fn ok(line: &'static str) -> Expected {
    (line, |answer| matches!(answer, Answer::Ok), "`@@ ok`")
}

pub(super) fn found(wrong: Vec<String>) -> Found {
    if wrong.is_empty() {
        Found::Obeyed
    } else {
        Found::Wrong(wrong)
    }
}

/// Ends the conversation.
pub(super) fn end(peer: &mut PeerProcess, timeout: Duration) -> Result<(), Broken> {
    peer.send(&Command::End)?;
    peer.answer(timeout)?;
    Ok(())
}

/// Whether the answer is that of `size` when nothing has been read or written, or the method is not
/// offered.
pub(super) fn nothing_yet(answer: &Answer) -> bool {
    is_returned(answer, &Value::Whole(0), 0, 0)
}

/// Whether the method returned this value, after so many bytes were read and written in all; or is
/// not offered.
pub(super) fn is_returned(answer: &Answer, value: &Value, read: u64, written: u64) -> bool {
    match answer {
        Answer::Unsupported => true,
        Answer::Observed(observed) => {
            let result = CallResult::Returned(value.clone());
            (&observed.result, observed.read, observed.written) == (&result, read, written)
        }
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) => false,
    }
}

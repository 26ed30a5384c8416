//! How far the script of a case had come.

use std::time::Instant;

use crate::interop::model::pair::run::{PairRun, ProgramRun};
use crate::interop::model::pair::{Action, ScriptStep, Stream, Where};

/// The last step of the script that was done before `time`; none before the first, or if the case
/// has no script.
pub(super) fn done_before<'a>(
    script: &'a [ScriptStep],
    run: &PairRun,
    time: Instant,
) -> Option<&'a Where> {
    let done = run.steps.iter().take_while(|&&at| at <= time).count();
    let step = script.get(done.checked_sub(1)?)?;
    (step.at.line > 0).then_some(&step.at)
}

/// The step that stands there.
pub(super) fn step_at<'a>(script: &'a [ScriptStep], at: &Where) -> Option<(usize, &'a ScriptStep)> {
    script.iter().enumerate().find(|(_, step)| step.at == *at)
}

/// A step in words: line and text.
pub(super) fn named(at: &Where) -> String {
    match at.line {
        0 => format!("`{}`", at.text),
        line => format!("line {line} (`{}`)", at.text),
    }
}

/// What the program of step `index`, an expectation, had printed when the step was reached and what
/// it printed until the step was done, or until the end if it never was.
pub(super) fn awaited<'a>(
    script: &[ScriptStep],
    run: &'a PairRun,
    index: usize,
) -> Option<&'a [u8]> {
    let step = script.get(index)?;
    let Action::Expect(stream, _) = &step.action else {
        return None;
    };
    let program = run.program(&step.actor)?;
    let output = output(program, *stream);
    let mut from = 0;
    for (place, other) in script.iter().enumerate().take(index + 1) {
        let Action::Expect(other_stream, pattern) = &other.action else {
            continue;
        };
        if other.actor != step.actor || other_stream != stream {
            continue;
        }
        let found = pattern.find(&output[from..]);
        match (place == index, found) {
            (true, Some((_, end))) => return Some(&output[from..from + end]),
            (true, None) => return Some(&output[from..]),
            (false, Some((_, end))) => from += end,
            (false, None) => return Some(&output[from..]),
        }
    }
    None
}

pub(super) fn output(program: &ProgramRun, stream: Stream) -> &[u8] {
    match stream {
        Stream::Stdout => &program.stdout,
        Stream::Stderr => &program.stderr,
    }
}

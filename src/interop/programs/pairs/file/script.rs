//! The script of a case: who types what, and what is waited for.
//!
//! ```text
//! # one step a line; an empty line and a comment mean nothing
//! x types MOVE 0
//! o prints OPPONENT_MOVED 0
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::limits;
use super::pattern;
use super::source::{Checked, Source, Wrong};
use super::table::{Text, is_name};
use crate::interop::model::pair::{Action, ActorName, ScriptStep, Stream, Where};
use crate::text::suggestion::did_you_mean_whole;

const VERBS: [&str; 7] = [
    "starts", "types", "prints", "logs", "closes", "ends", "stops",
];

/// The steps of a script.
pub(super) fn script(source: &Source<'_>, text: &Text<'_>) -> Checked<Vec<ScriptStep>> {
    let lines = Lines::of(source, text);
    let mut actors = Actors::default();
    let mut steps = Vec::new();
    for (index, line) in text.text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = lines.number(index);
        let at = || source.start_of_line(number, text.at());
        limits::check(text.at(), steps.len() + 1, limits::STEPS, "steps")?;
        let step = step(line).and_then(|(name, action)| {
            actors.allow(name, &action)?;
            Ok((name, action))
        });
        let (name, action) = step.map_err(|what| Wrong::new(at(), format!("{line:?}: {what}")))?;
        steps.push(ScriptStep {
            actor: ActorName(Arc::from(name)),
            action,
            at: Where {
                line: number,
                text: line.to_owned(),
            },
        });
    }
    let clients = actors.stages.len() - usize::from(actors.stages.contains_key(ActorName::SERVER));
    limits::check(text.at(), clients, limits::CLIENTS, "clients")?;
    match clients {
        0 => Err(text.wrong(
            "the script names no client: begin a line with any name, such as `a starts`, to start \
             one",
        )),
        _ => Ok(steps),
    }
}

/// Where the lines of a text stand in the file.
struct Lines {
    first: usize,
    /// Whether each line is one of the file too.
    one_by_one: bool,
}

impl Lines {
    fn of(source: &Source<'_>, text: &Text<'_>) -> Self {
        let raw = source.raw(&text.span);
        let inside = raw.get(3..).unwrap_or_default();
        let is_long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
        // A line end behind the quotes is no part of the text.
        let skips = is_long && (inside.starts_with('\n') || inside.starts_with("\r\n"));
        let in_file = raw.matches('\n').count() - usize::from(skips);
        Self {
            first: source.line(text.at()) + usize::from(skips),
            one_by_one: is_long && in_file == text.text.matches('\n').count(),
        }
    }

    fn number(&self, index: usize) -> usize {
        match self.one_by_one {
            true => self.first + index,
            false => self.first,
        }
    }
}

/// The name and the action of a line.
fn step(line: &str) -> Result<(&str, Action), String> {
    let (name, rest) = split(line);
    if !is_name(name) {
        return Err(format!(
            "a step begins with the name of a program, in small letters and digits, not with {name:?}"
        ));
    }
    let (verb, text) = split(rest);
    let needs_text = |example: &str| match text {
        "" => Err(format!("`{verb}` needs a text: {example}")),
        text => Ok(text),
    };
    let action = match verb {
        "types" => {
            let line = needs_text(r#"write types "\n" for an empty line"#)?;
            let bytes = pattern::typed(line)?;
            if bytes.is_empty() {
                return Err("this types nothing; to end the stdin, write `closes`".to_owned());
            }
            return Ok((name, Action::Type(bytes)));
        }
        "prints" => {
            let text = needs_text("write what is expected on its stdout")?;
            return Ok((
                name,
                Action::Expect(Stream::Stdout, pattern::pattern(text)?),
            ));
        }
        "logs" => {
            let text = needs_text("write what is expected on its stderr")?;
            return Ok((
                name,
                Action::Expect(Stream::Stderr, pattern::pattern(text)?),
            ));
        }
        "starts" => Action::Start,
        "closes" => Action::Close,
        "ends" => Action::AwaitEnd,
        "stops" => Action::Stop,
        "" => {
            return Err(format!(
                "nothing is said of {name}: write {}",
                VERBS.join(", ")
            ));
        }
        other => {
            let hint = match did_you_mean_whole(other, VERBS) {
                hint if hint.is_empty() => format!("; there are {}", VERBS.join(", ")),
                hint => hint,
            };
            return Err(format!("there is no step `{other}`{hint}"));
        }
    };
    match text {
        "" => Ok((name, action)),
        more => Err(format!("`{verb}` takes no text, and here stands {more:?}")),
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// How far each program of a script is.
#[derive(Debug, Default)]
struct Actors<'a> {
    stages: BTreeMap<&'a str, Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    /// Its stdin is closed.
    Closed,
    /// It was told to stop.
    Stopped,
    /// It has ended.
    Ended,
}

impl<'a> Actors<'a> {
    /// Follows the step, which must be possible.
    fn allow(&mut self, name: &'a str, action: &Action) -> Result<(), String> {
        let is_new = !self.stages.contains_key(name);
        let stage = self.stages.entry(name).or_insert(Stage::Running);
        let too_late = |what: &str| {
            let why = match stage {
                Stage::Running => "",
                Stage::Closed => "its stdin was closed before",
                Stage::Stopped => "it was stopped before",
                Stage::Ended => "it has ended before",
            };
            Err(format!("{name} cannot {what} here: {why}"))
        };
        *stage = match action {
            Action::Start if name == ActorName::SERVER => {
                return Err("the server is started before the first step: remove this one".into());
            }
            Action::Start if !is_new => {
                return Err(format!(
                    "{name} was started by the first step that names it"
                ));
            }
            Action::Start | Action::Expect(..) => *stage,
            Action::Type(_) if *stage > Stage::Running => return too_late("type"),
            Action::Type(_) => Stage::Running,
            Action::Close if *stage > Stage::Running => return too_late("close its stdin"),
            Action::Close => Stage::Closed,
            Action::Stop if *stage > Stage::Closed => return too_late("be stopped"),
            Action::Stop => Stage::Stopped,
            Action::AwaitEnd if *stage == Stage::Ended => return too_late("end"),
            Action::AwaitEnd => Stage::Ended,
        };
        Ok(())
    }
}

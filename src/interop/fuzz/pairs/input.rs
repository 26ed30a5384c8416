//! What a case gives its programs, in the form in which it is changed: texts are lines, and a step
//! has no place in a file.

use crate::interop::model::pair::{
    Action, ActorName, Pattern, ScriptStep, Sides, Where, Word, WordPart,
};
use crate::interop::programs::pairs::definition::{PairCase, ServerEnd};
use crate::interop::programs::pairs::file::case::steps;

use super::block;

/// What a case gives its programs.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) stdin: Stdin,
    pub(crate) arguments: Sides<Vec<Word>>,
}

/// What is typed.
#[derive(Debug, Clone)]
pub(crate) enum Stdin {
    /// Each program gets its whole stdin at once.
    Whole {
        server: Lines,
        clients: Vec<Lines>,
        at_once: bool,
    },
    Script(Vec<Step>),
}

/// A step of a script.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) actor: ActorName,
    pub(crate) does: Does,
}

#[derive(Debug, Clone)]
pub(crate) enum Does {
    Types(Lines),
    /// Anything else.
    Other(Action),
}

/// A text as its lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lines(pub(crate) Vec<Line>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Line {
    /// The text without its end. It holds no line feed.
    pub(crate) text: Vec<u8>,
    pub(crate) end: LineEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LineEnd {
    /// The text ends without one.
    Missing,
    Lf,
    CrLf,
}

impl LineEnd {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Missing => b"",
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}

impl Line {
    /// A line with this text and a line feed.
    pub(crate) fn new(text: impl Into<Vec<u8>>) -> Self {
        Self {
            text: text.into(),
            end: LineEnd::Lf,
        }
    }
}

impl Lines {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let line = |line: &[u8]| {
            let (text, end) = match line {
                [text @ .., b'\r', b'\n'] => (text, LineEnd::CrLf),
                [text @ .., b'\n'] => (text, LineEnd::Lf),
                text => (text, LineEnd::Missing),
            };
            Line {
                text: text.to_vec(),
                end,
            }
        };
        Self(
            bytes
                .split_inclusive(|&byte| byte == b'\n')
                .map(line)
                .collect(),
        )
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let lines = self.0.iter();
        let parts = lines.flat_map(|line| [&line.text[..], line.end.bytes()]);
        parts.collect::<Vec<_>>().concat()
    }
}

impl Input {
    /// What `case` gives its programs.
    pub(crate) fn of(case: &PairCase) -> Self {
        let is_whole = case.script.iter().all(|step| step.at.line == 0);
        Self {
            stdin: match is_whole {
                true => whole(&case.script),
                false => Stdin::Script(case.script.iter().map(Step::of).collect()),
            },
            arguments: case.arguments.clone(),
        }
    }

    /// The case `base` with this input.
    pub(crate) fn case(&self, base: &PairCase, claim: &str, server_end: &ServerEnd) -> PairCase {
        PairCase {
            claim: claim.to_owned(),
            script: match &self.stdin {
                Stdin::Whole {
                    server,
                    clients,
                    at_once,
                } => {
                    let clients: Vec<Vec<u8>> = clients.iter().map(Lines::bytes).collect();
                    let clients: Vec<&[u8]> = clients.iter().map(Vec::as_slice).collect();
                    steps(&server.bytes(), &clients, *at_once, server_end)
                }
                Stdin::Script(steps) => {
                    let numbered = steps.iter().zip(block::FIRST_STEP..);
                    numbered.map(|(step, line)| step.at(line)).collect()
                }
            },
            arguments: self.arguments.clone(),
            ..base.clone()
        }
    }

    /// Every text that is typed, in order: of the server first, or by step.
    pub(crate) fn typed(&self) -> Vec<&Lines> {
        match &self.stdin {
            Stdin::Whole {
                server, clients, ..
            } => std::iter::once(server).chain(clients).collect(),
            Stdin::Script(steps) => steps.iter().filter_map(Step::typed).collect(),
        }
    }

    /// The same with these texts, as many as `typed` returns.
    pub(crate) fn with_typed(&self, mut texts: Vec<Lines>) -> Self {
        // What has no end and is followed by another line is one line with it.
        for text in &mut texts {
            *text = Lines::of(&text.bytes());
        }
        let mut input = self.clone();
        match &mut input.stdin {
            Stdin::Whole {
                server, clients, ..
            } => {
                let places = std::iter::once(server).chain(clients);
                places.zip(texts).for_each(|(place, text)| *place = text);
            }
            Stdin::Script(steps) => {
                let places = steps.iter_mut().filter_map(|step| match &mut step.does {
                    Does::Types(lines) => Some(lines),
                    Does::Other(_) => None,
                });
                places.zip(texts).for_each(|(place, text)| *place = text);
                without_empty_steps(steps);
            }
        }
        input
    }

    /// Lets the steps that wait for the text of `old` wait for that of `new`: most programs repeat
    /// what they are told.
    pub(crate) fn expect(&mut self, old: &[u8], new: &[u8]) {
        let Stdin::Script(steps) = &mut self.stdin else {
            return;
        };
        if old.is_empty() || new.is_empty() || new.contains(&b'\n') {
            return;
        }
        for step in steps {
            if let Does::Other(Action::Expect(_, Pattern::Text(text))) = &mut step.does
                && (text == old || old.len() >= DISTINCT)
            {
                *text = replaced(text, old, new);
            }
        }
    }

    /// How many lines are typed.
    pub(crate) fn count(&self) -> usize {
        self.typed().iter().map(|lines| lines.0.len()).sum()
    }

    /// The arguments that are text, of the client first.
    pub(crate) fn texts_of_arguments(&mut self) -> Vec<&mut String> {
        let Sides { client, server } = &mut self.arguments;
        let words = client.iter_mut().chain(server);
        words
            .filter_map(|word| match &mut word.0[..] {
                [WordPart::Text(text)] => Some(text),
                _ => None,
            })
            .collect()
    }
}

/// A shorter text may be part of another by chance.
const DISTINCT: usize = 3;

impl Step {
    fn of(step: &ScriptStep) -> Self {
        Self {
            actor: step.actor.clone(),
            does: match &step.action {
                Action::Type(text) => Does::Types(Lines::of(text)),
                other @ (Action::Start
                | Action::Expect(..)
                | Action::Close
                | Action::AwaitEnd
                | Action::Stop) => Does::Other(other.clone()),
            },
        }
    }

    fn at(&self, line: usize) -> ScriptStep {
        ScriptStep {
            actor: self.actor.clone(),
            action: match &self.does {
                Does::Types(lines) => Action::Type(lines.bytes()),
                Does::Other(action) => action.clone(),
            },
            at: Where {
                line,
                text: block::step(self),
            },
        }
    }

    fn typed(&self) -> Option<&Lines> {
        match &self.does {
            Does::Types(lines) => Some(lines),
            Does::Other(_) => None,
        }
    }
}

/// The stdin of each program in a case without a script.
fn whole(script: &[ScriptStep]) -> Stdin {
    let mut server = Lines::default();
    let mut clients: Vec<(&ActorName, Lines)> = Vec::new();
    let mut at_once = true;
    for step in script {
        if !step.actor.is_server() && !clients.iter().any(|(name, _)| **name == step.actor) {
            clients.push((&step.actor, Lines::default()));
        }
        match &step.action {
            Action::Type(text) => match clients.iter_mut().find(|(name, _)| **name == step.actor) {
                Some((_, lines)) => *lines = Lines::of(text),
                None => server = Lines::of(text),
            },
            Action::AwaitEnd => at_once = false,
            Action::Start | Action::Expect(..) | Action::Close | Action::Stop => {}
        }
    }
    Stdin::Whole {
        server,
        clients: clients.into_iter().map(|(_, lines)| lines).collect(),
        at_once,
    }
}

/// Removes steps that type nothing. The only step of a client starts it instead.
fn without_empty_steps(steps: &mut Vec<Step>) {
    let mut at = 0;
    while at < steps.len() {
        let is_empty = steps[at].typed().is_some_and(|lines| lines.0.is_empty());
        if !is_empty {
            at += 1;
            continue;
        }
        let actor = &steps[at].actor;
        let is_only = steps.iter().filter(|step| step.actor == *actor).count() == 1;
        if is_only && !actor.is_server() {
            steps[at].does = Does::Other(Action::Start);
            at += 1;
        } else {
            steps.remove(at);
        }
    }
}

fn replaced(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(old) {
            replaced.extend(new);
            rest = behind;
        } else {
            replaced.push(rest[0]);
            rest = &rest[1..];
        }
    }
    replaced
}

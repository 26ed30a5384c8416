//! Minimizes the input of a case that fails: each smaller candidate is played and compared again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::generate::Generated;
use super::input::{Input, Line, LineEnd, Lines, Stdin, Step};
use crate::interop::model::case::Judged;
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::model::verdict::{Part, Verdict};

/// Minimizes one case in one pairing.
pub(super) struct Minimizer<'a> {
    pub(super) generated: &'a Generated<'a>,
    pub(super) pairing: Pairing,
    pub(super) stop: &'a AtomicBool,
}

/// What must stay the same while a case becomes smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    kind: Kind,
    blamed: Option<(Participant, Role, Part)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Differs,
    /// A deadlock or a timeout.
    NeverEnds,
    Crash,
    ProtocolViolation,
}

impl Failure {
    /// How the case fails, if it does.
    pub(super) fn of(verdict: &Verdict) -> Option<Self> {
        let kind = match verdict {
            Verdict::Differs(_) => Kind::Differs,
            Verdict::Deadlock(_) | Verdict::Timeout(_) => Kind::NeverEnds,
            Verdict::Crash(_) => Kind::Crash,
            Verdict::ProtocolViolation(_) => Kind::ProtocolViolation,
            // An oracle that contradicts itself cannot judge.
            Verdict::OracleUnstable(_)
            | Verdict::Pass
            | Verdict::KnownDifference(..)
            | Verdict::Unsupported(_)
            | Verdict::Vacuous
            | Verdict::NotRun(_) => return None,
        };
        let blame = verdict.divergence();
        Some(Self {
            kind,
            blamed: blame.map(|blame| (blame.peer, blame.role, blame.part)),
        })
    }

    /// Whether only time has run out, which a busy machine can cause.
    pub(super) fn is_about_time(self) -> bool {
        self.kind == Kind::NeverEnds
    }
}

/// The search ends after this many candidates.
const CANDIDATES: usize = 300;

/// The search ends after this many candidates that timed out, each of which costs the whole time
/// limit. They are counted rather than timed, so that the result does not depend on how busy the
/// machine is.
const TIMEOUTS: usize = 5;

/// How often the smallest case has to fail again, in full.
const CONFIRMED: usize = 2;

impl Minimizer<'_> {
    /// The smallest input with the same failure, and its judgement; none if no smaller one fails
    /// each time it is played.
    pub(super) fn of(&self, input: &Input, failure: Failure) -> Option<(Input, Judged)> {
        let mut left = CANDIDATES;
        let mut timeouts = 0;
        let mut refused = BTreeSet::new();
        let mut fails = |candidate: &Input| {
            if self.stop.load(Ordering::Relaxed) || left == 0 || timeouts >= TIMEOUTS {
                return false;
            }
            // The second round tries many of the first again.
            let text = self.generated.block(candidate);
            if refused.contains(&text) {
                return false;
            }
            left -= 1;
            let judged = self
                .generated
                .judge(candidate, self.pairing, is_timed(candidate));
            let verdict = judged.map(|judged| judged.verdict);
            timeouts += usize::from(matches!(verdict, Some(Verdict::Timeout(_))));
            let fails = verdict.as_ref().and_then(Failure::of) == Some(failure);
            if !fails {
                refused.insert(text);
            }
            fails
        };
        let mut small = input.clone();
        loop {
            let size = weight(&small);
            small = fewer(small, &mut fails);
            small = simpler(small, &mut fails);
            if weight(&small) == size {
                break;
            }
        }
        self.confirmed(small, failure)
    }

    /// The input, if it fails each time it is played in full.
    fn confirmed(&self, input: Input, failure: Failure) -> Option<(Input, Judged)> {
        let mut last = None;
        for _ in 0..CONFIRMED {
            let judged = self.generated.judge(&input, self.pairing, true)?;
            if Failure::of(&judged.verdict) != Some(failure) {
                return None;
            }
            last = Some(judged);
        }
        last.map(|judged| (input, judged))
    }
}

/// Whether a step may be played sooner without those before it, so that a first look proves nothing.
fn is_timed(input: &Input) -> bool {
    match &input.stdin {
        Stdin::Whole { clients, .. } => clients.len() > 1,
        Stdin::Script(_) => true,
    }
}

/// What is made smaller: steps or clients, lines, bytes, bytes that are no `a`.
fn weight(input: &Input) -> (usize, usize, usize, usize) {
    let places = match &input.stdin {
        Stdin::Whole { clients, .. } => clients.len(),
        Stdin::Script(steps) => steps.len(),
    };
    let texts = input.typed().into_iter().flat_map(|lines| &lines.0);
    let mut bytes: Vec<u8> = texts.flat_map(|line| line.text.iter().copied()).collect();
    for argument in input.clone().texts_of_arguments() {
        bytes.extend(argument.bytes());
    }
    let special = bytes.iter().filter(|&&byte| byte != b'a').count();
    (places, input.count(), bytes.len(), special)
}

/// Fewer steps, clients and lines.
fn fewer(mut input: Input, fails: &mut impl FnMut(&Input) -> bool) -> Input {
    input = match input.stdin.clone() {
        Stdin::Script(steps) => {
            let with = |steps: Vec<_>| Input {
                stdin: Stdin::Script(steps),
                ..input.clone()
            };
            let mut fails = |steps: &Vec<Step>| {
                let has_client = steps.iter().any(|step| !step.actor.is_server());
                has_client && fails(&with(steps.clone()))
            };
            with(without_parts(steps, &mut fails))
        }
        Stdin::Whole {
            server,
            clients,
            at_once,
        } => {
            let with = |clients: Vec<Lines>| Input {
                stdin: Stdin::Whole {
                    server: server.clone(),
                    clients,
                    at_once,
                },
                ..input.clone()
            };
            let mut fails =
                |clients: &Vec<Lines>| !clients.is_empty() && fails(&with(clients.clone()));
            with(without_parts(clients, &mut fails))
        }
    };
    for place in 0..input.typed().len() {
        let Some(lines) = input.typed().get(place).map(|lines| lines.0.clone()) else {
            // A step that typed nothing any more is gone.
            break;
        };
        let mut candidate = |lines: &Vec<Line>| fails(&with_lines(&input, place, lines.clone()));
        let lines = without_parts(lines, &mut candidate);
        input = with_lines(&input, place, lines);
    }
    input
}

fn with_lines(input: &Input, place: usize, lines: Vec<Line>) -> Input {
    let mut texts: Vec<Lines> = input.typed().into_iter().cloned().collect();
    texts[place] = Lines(lines);
    input.with_typed(texts)
}

/// The items without those that are not needed: first large parts are left out, then smaller ones.
fn without_parts<T: Clone>(mut items: Vec<T>, fails: &mut impl FnMut(&Vec<T>) -> bool) -> Vec<T> {
    let mut size = items.len();
    while size > 0 {
        // From the end: what comes later seldom matters to what comes before.
        let mut end = items.len();
        while end > 0 {
            let start = end.saturating_sub(size);
            let mut candidate = items.clone();
            candidate.drain(start..end);
            if fails(&candidate) {
                items = candidate;
            }
            end = start;
        }
        size /= 2;
    }
    items
}

/// Shorter and simpler texts.
fn simpler(mut input: Input, fails: &mut impl FnMut(&Input) -> bool) -> Input {
    for place in 0..input.typed().len() {
        let count = |input: &Input| input.typed().get(place).map_or(0, |lines| lines.0.len());
        for at in 0..count(&input) {
            if at >= count(&input) {
                break;
            }
            let line = input.typed()[place].0[at].clone();
            if line.end != LineEnd::Lf {
                let candidate = with_line(&input, place, at, Line::new(line.text.clone()));
                if fails(&candidate) {
                    input = candidate;
                }
            }
            let Ok(text) = String::from_utf8(line.text) else {
                continue;
            };
            let with = |text: &str| {
                let mut line = input.typed()[place].0[at].clone();
                line.text = text.as_bytes().to_vec();
                with_line(&input, place, at, line)
            };
            let text = simpler_text(&text, &mut |text| fails(&with(text)));
            input = with(&text);
        }
    }
    for index in 0..input.texts_of_arguments().len() {
        let with = |text: &str| {
            let mut input = input.clone();
            if let Some(argument) = input.texts_of_arguments().get_mut(index) {
                **argument = text.to_owned();
            }
            input
        };
        let text = input.clone().texts_of_arguments()[index].clone();
        let text = simpler_text(&text, &mut |text| fails(&with(text)));
        input = with(&text);
    }
    input
}

/// The input with this line. Steps that wait for the old text wait for the new one.
fn with_line(input: &Input, place: usize, at: usize, line: Line) -> Input {
    let mut lines = input.typed()[place].0.clone();
    let old = std::mem::replace(&mut lines[at], line);
    let new = lines[at].text.clone();
    let mut input = with_lines(input, place, lines);
    input.expect(&old.text, &new);
    input
}

/// A text of more characters is not searched character by character.
const SHORT: usize = 40;

/// The shortest and simplest text that still fails.
fn simpler_text(text: &str, fails: &mut impl FnMut(&str) -> bool) -> String {
    let mut best = text.to_owned();
    let mut attempt = |best: &mut String, candidate: String| {
        let is_other = candidate != *best && !candidate.contains('\n');
        let fails = is_other && fails(&candidate);
        if fails {
            *best = candidate;
        }
        fails
    };
    if attempt(&mut best, String::new()) {
        return best;
    }
    // Nothing but letters, if only the length matters.
    let plain = |text: &str| "a".repeat(text.chars().count());
    let letters = plain(&best);
    attempt(&mut best, letters);
    // As short as possible at the end, then at the beginning.
    for at_end in [true, false] {
        let (mut short, mut long) = (0, best.chars().count());
        let whole: Vec<char> = best.chars().collect();
        while long - short > 1 {
            let length = short + (long - short) / 2;
            let part = match at_end {
                true => &whole[..length],
                false => &whole[whole.len() - length..],
            };
            match attempt(&mut best, part.iter().collect()) {
                true => long = length,
                false => short = length,
            }
        }
    }
    if best.chars().count() > SHORT {
        return best;
    }
    let characters: Vec<char> = best.chars().collect();
    let kept = without_parts(characters, &mut |characters| {
        let text: String = characters.iter().collect();
        !characters.is_empty() && fails(&text)
    });
    let mut characters = kept;
    for at in 0..characters.len() {
        for simple in simple_characters(characters[at]) {
            let mut candidate = characters.clone();
            candidate[at] = simple;
            if fails(&candidate.iter().collect::<String>()) {
                characters = candidate;
                break;
            }
        }
    }
    characters.into_iter().collect()
}

/// Simpler characters of which one may do in place of this one, the simplest first.
fn simple_characters(c: char) -> impl Iterator<Item = char> {
    const ORDER: [char; 6] = ['a', '0', ' ', 'é', '世', '😀'];
    let end = ORDER.iter().position(|&simple| simple == c);
    let end = end.unwrap_or(match c {
        '\0'..='\u{7f}' => 3,
        '\u{80}'..='\u{7ff}' => 4,
        '\u{800}'..='\u{ffff}' => 5,
        _ => 6,
    });
    ORDER.into_iter().take(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_short_and_simple_as_its_failure_allows() {
        let text = "\u{3000}Ärger 𝕏 mit 7 % Zeichen".repeat(9);
        let small = |fails: &dyn Fn(&str) -> bool| simpler_text(&text, &mut |text| fails(text));
        assert_eq!(small(&|_| true), "");
        assert_eq!(small(&|text| text.len() > 100), "a".repeat(101));
        assert_eq!(small(&|text| text.trim() != text), " ");
        assert_eq!(small(&|text| text.contains(['%', 'Z'])), "%");
        assert_eq!(small(&|text| text.contains("7 %")), "7 %");
        assert_eq!(small(&|text| text.contains(|c| c > '\u{ffff}')), "😀");
        assert_eq!(small(&|text| !text.is_ascii()), "é");
        assert_eq!(small(&|text| text.contains(|c: char| c.is_numeric())), "0");
    }

    #[test]
    fn only_the_parts_that_are_needed_are_left() {
        let items: Vec<u32> = (0..100).collect();
        let mut played = 0;
        let left = without_parts(items, &mut |items| {
            played += 1;
            items.contains(&17) && items.contains(&71)
        });
        assert_eq!(left, [17, 71]);
        assert!(played < 60, "{played}");
    }
}

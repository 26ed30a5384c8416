//! Masks for an oracle that differs from itself.
//!
//! The lines in which two runs of the old programs differ are taken apart into tokens. A token that
//! differs is generalised to its class: a time, a number, a hash. What is suggested has been tried:
//! with it the runs are equal, and without any part of it they are not.

mod token;
mod toml;

use std::sync::Arc;

use token::{Class, Token, Widths, tokens};

use super::Rules;
use super::difference::{Class as DifferenceClass, Differences};
use super::view::{lines, without_end};
use crate::interop::model::pair::run::{FileContent, PairRun};
use crate::interop::model::pair::{
    Action, ActorName, Aspect, Comparison, Mask, MaskTarget, ScriptStep, Unordered,
};
use crate::interop::model::participant::Role;

/// Something to add to the rules.
#[derive(Debug, Clone)]
enum Suggestion {
    Mask(Mask),
    Unordered(MaskTarget),
}

/// What the user may add to the pair file so that these runs of the oracle are equal; empty if
/// nothing is known that does.
pub fn suggestions(rules: &Rules<'_>, runs: &[Arc<PairRun>]) -> Vec<String> {
    // A width that is fixed in two runs may not be so in all.
    let mut widths = [Widths::Fixed, Widths::Any].into_iter();
    let found = widths.find_map(|widths| {
        let found = with_widths(rules, runs, widths);
        (!found.is_empty()).then_some(found)
    });
    let found = found.unwrap_or_default();
    let is_order = |suggestion: &Suggestion| matches!(suggestion, Suggestion::Unordered(_));
    let may_be_order = found.is_empty() || found.iter().any(is_order);
    let mut advice: Vec<String> = found.iter().map(toml::written).collect();
    if may_be_order && runs.len() > 1 && are_clients_at_once(rules.script) {
        advice.push(AT_ONCE.to_owned());
    }
    advice
}

const AT_ONCE: &str = "these clients run at once, and the old programs depend on which is first: \
                       say order = \"one-after-another\", or write a script";

/// Whether the case has `clients` that run at once.
fn are_clients_at_once(script: &[ScriptStep]) -> bool {
    let is_start = |step: &&ScriptStep| matches!(step.action, Action::Start);
    let has_script = script.iter().any(|step| step.at.line > 0);
    let waits = script
        .iter()
        .any(|step| matches!(step.action, Action::AwaitEnd));
    !has_script && !waits && script.iter().filter(is_start).count() > 1
}

/// What may be added if the numbers in times and dates have these widths.
fn with_widths(rules: &Rules<'_>, runs: &[Arc<PairRun>], widths: Widths) -> Vec<Suggestion> {
    let Some((first, others)) = runs.split_first() else {
        return Vec::new();
    };
    let mut masks: Vec<Mask> = Vec::new();
    for other in others {
        for (target, one, other) in texts(rules, first, other) {
            for (class, pattern) in patterns(&one, &other, widths) {
                add(&mut masks, class, &pattern, target);
            }
        }
    }
    // Words are given up last, and the order of lines before them.
    let is_word = |mask: &Mask| mask.name.starts_with(Class::Word.name());
    let (words, others_first): (Vec<Mask>, Vec<Mask>) = masks.into_iter().partition(is_word);
    let mut all: Vec<Suggestion> = others_first.into_iter().map(Suggestion::Mask).collect();
    all.extend(TARGETS.map(|(target, _)| Suggestion::Unordered(target)));
    all.extend(words.into_iter().map(Suggestion::Mask));
    let is_enough = |suggested: &[Suggestion]| {
        let comparison = with(rules.comparison, suggested);
        let rules = Rules {
            comparison: &comparison,
            ..*rules
        };
        others.iter().all(|other| are_equal(&rules, first, other))
    };
    if others.is_empty() || is_enough(&[]) || !is_enough(&all) {
        return Vec::new();
    }
    for place in (0..all.len()).rev() {
        let mut without = all.clone();
        without.remove(place);
        if is_enough(&without) {
            all = without;
        }
    }
    rename(&mut all, &rules.comparison.masks);
    all
}

/// Where masks apply, and what is compared there.
const TARGETS: [(MaskTarget, Aspect); 4] = [
    (MaskTarget::Stdout, Aspect::Stdout),
    (MaskTarget::Stderr, Aspect::Stderr),
    (MaskTarget::Files, Aspect::Files),
    (MaskTarget::Wire, Aspect::Wire),
];

/// The rules with these suggestions added.
fn with(comparison: &Comparison, suggested: &[Suggestion]) -> Comparison {
    let mut comparison = comparison.clone();
    for suggestion in suggested {
        match suggestion {
            Suggestion::Mask(mask) => comparison.masks.push(mask.clone()),
            Suggestion::Unordered(target) => comparison.unordered.push(Unordered {
                target: *target,
                from: None,
                to: None,
            }),
        }
    }
    comparison
}

/// Whether two runs show the same text, bytes and files.
fn are_equal(rules: &Rules<'_>, one: &PairRun, other: &PairRun) -> bool {
    let differences = Differences::new(rules, one, other).all();
    let mut classes = differences.iter().map(|difference| difference.class);
    !classes.any(|class| matches!(class, DifferenceClass::Content | DifferenceClass::Files))
}

/// The texts in which two runs differ.
fn texts(rules: &Rules<'_>, one: &PairRun, other: &PairRun) -> Vec<(MaskTarget, Vec<u8>, Vec<u8>)> {
    let mut texts = Vec::new();
    let mut add = |target, aspect, one: &[u8], other: &[u8]| {
        if rules.compares(aspect) && one != other {
            texts.push((target, one.to_vec(), other.to_vec()));
        }
    };
    for program in &one.programs {
        let Some(again) = other.program(&program.name) else {
            continue;
        };
        add(
            MaskTarget::Stdout,
            Aspect::Stdout,
            &program.stdout,
            &again.stdout,
        );
        add(
            MaskTarget::Stderr,
            Aspect::Stderr,
            &program.stderr,
            &again.stderr,
        );
        for (path, content) in &program.files {
            if let (FileContent::Bytes(one), Some(FileContent::Bytes(other))) =
                (content, again.files.get(path))
            {
                add(MaskTarget::Files, Aspect::Files, one, other);
            }
        }
    }
    let key = |client: &ActorName, port: usize, number: usize| (client.clone(), port, number);
    for connection in &one.connections {
        let name = key(&connection.client, connection.port, connection.number);
        let mut others = other.connections.iter();
        let Some(again) = others.find(|c| key(&c.client, c.port, c.number) == name) else {
            continue;
        };
        for role in [Role::Client, Role::Server] {
            let [one, other] = [connection, again].map(|c| &c.traffic.sent_by(role).bytes);
            add(MaskTarget::Wire, Aspect::Wire, one, other);
        }
    }
    texts
}

/// The patterns that cover what differs between two texts.
fn patterns(one: &[u8], other: &[u8], widths: Widths) -> Vec<(Class, String)> {
    let [one, other] = [one, other].map(|text| {
        let lines = lines(text).into_iter();
        let lines = lines.map(|line| tokens(without_end(&text[line])));
        lines.collect::<Vec<_>>()
    });
    let skeleton = |line: &Vec<Token>| -> Vec<String> { line.iter().map(Token::shape).collect() };
    let in_step = one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|(one, other)| skeleton(one) == skeleton(other));
    let mut patterns = Vec::new();
    if in_step {
        for (one, other) in one.iter().zip(&other) {
            patterns.extend(of_line(one, other, widths));
        }
        return patterns;
    }
    // The lines may be in another order: those of the same shape belong together.
    let mut rest = other;
    for line in &one {
        let same = |other: &Vec<Token>| skeleton(other) == skeleton(line);
        let exact = rest.iter().position(|other| other == line);
        if let Some(place) = exact.or_else(|| rest.iter().position(same)) {
            patterns.extend(of_line(line, &rest.remove(place), widths));
        }
    }
    patterns
}

/// The patterns that cover what differs between two lines of the same shape.
fn of_line(one: &[Token], other: &[Token], widths: Widths) -> Vec<(Class, String)> {
    let differs = |place: usize| one[place] != other[place];
    let mut patterns = Vec::new();
    for place in (0..one.len()).filter(|&place| differs(place)) {
        let (class, pattern) = one[place].generalised(&other[place], widths);
        if class.is_telling() {
            patterns.push((class, pattern));
            continue;
        }
        // A number says little: the text beside it tells which number is meant.
        let before: Vec<&Token> = (0..place)
            .rev()
            .take_while(|&before| !differs(before))
            .map(|before| &one[before])
            .take(CONTEXT)
            .collect();
        let before: String = before.into_iter().rev().map(Token::escaped).collect();
        let behind: String = (place + 1..one.len())
            .take_while(|&behind| !differs(behind))
            .map(|behind| one[behind].escaped())
            .take(CONTEXT)
            .collect();
        let (before, behind) = (before.trim_start(), behind.trim_end());
        patterns.push((
            class,
            match (before.is_empty(), behind.is_empty()) {
                (false, true | false) => format!("{before}{pattern}"),
                (true, false) => format!("{pattern}{behind}"),
                (true, true) => pattern,
            },
        ));
    }
    patterns
}

/// Gives the suggested masks names that no other mask of the pair has: a pair file with two masks of
/// one name is refused.
fn rename(suggested: &mut [Suggestion], existing: &[Mask]) {
    let mut taken: Vec<String> = existing.iter().map(|mask| mask.name.clone()).collect();
    for suggestion in suggested {
        if let Suggestion::Mask(mask) = suggestion {
            let class = mask.name.split('-').next().unwrap_or(&mask.name);
            mask.name = unused(class, |name| taken.iter().any(|taken| taken == name));
            taken.push(mask.name.clone());
        }
    }
}

/// The first of `time`, `time-2`, `time-3` that is not taken.
fn unused(class: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = class.to_owned();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{class}-{number}");
        number += 1;
    }
    name
}

/// How many tokens beside a number or word become part of its pattern.
const CONTEXT: usize = 4;

/// Adds a mask, or the target to the mask that has this pattern.
fn add(masks: &mut Vec<Mask>, class: Class, pattern: &str, target: MaskTarget) {
    if let Some(known) = masks
        .iter_mut()
        .find(|mask| mask.pattern.as_str() == pattern)
    {
        if !known.targets.contains(&target) {
            known.targets.push(target);
        }
        return;
    }
    // What is not a pattern is not suggested.
    let Ok(compiled) = regex::bytes::Regex::new(pattern) else {
        return;
    };
    let name = unused(class.name(), |name| {
        masks.iter().any(|mask| mask.name == name)
    });
    masks.push(Mask {
        replacement: format!("<{name}>").into_bytes(),
        name,
        pattern: compiled,
        targets: vec![target],
    });
}

//! Generators: how one file becomes several cases.

use super::label::label;
use super::literal::{self, Literal, Names, expected};
use super::source::{Generator, Statement, Wrong};
use super::{Scenario, Script, Step};
use crate::interop::call::{Call, Method};
use crate::interop::network::Network;

/// More would be a slip of the pen.
const MOST_CASES: usize = 1000;
/// As much.
const MOST_STEPS: usize = 100_000;

/// All cases, every step of which gives its method what it takes.
pub(super) fn cases(script: &Script) -> Result<Vec<Scenario>, Wrong> {
    let generators: Vec<(usize, &Generator)> = script
        .source
        .iter()
        .zip(1..)
        .filter_map(|(statement, line)| match statement {
            Statement::For(generator) => Some((line, generator)),
            _ => None,
        })
        .collect();
    check_names(script, &generators)?;
    let cases: usize = generators
        .iter()
        .map(|(_, each)| each.values.len())
        .product();
    if let Some((line, _)) = generators.last()
        && cases > MOST_CASES
    {
        return Err((*line, format!("{cases} cases: {MOST_CASES} are the most")));
    }
    let both_ways = script.source.contains(&Statement::BothWays);
    let mut scenarios: Vec<Scenario> = Vec::new();
    for case in 0..cases {
        let scenario = one(script, &generators, case)?;
        if let Some((line, _)) = generators.last()
            && scenarios.iter().any(|other| other.name == scenario.name)
        {
            let what = format!(
                "two cases are called {}: give a value a label",
                scenario.name
            );
            return Err((*line, what));
        }
        let mirrored = both_ways.then(|| mirrored(&scenario));
        scenarios.push(scenario);
        scenarios.extend(mirrored);
    }
    Ok(scenarios)
}

/// The case of this number, the last generator being the fastest.
fn one(
    script: &Script,
    generators: &[(usize, &Generator)],
    case: usize,
) -> Result<Scenario, Wrong> {
    let mut name = script.name.clone();
    let mut claim = script.claim.clone();
    let mut names: Vec<(&str, &Literal)> = Vec::new();
    let mut slower: usize = generators
        .iter()
        .map(|(_, each)| each.values.len())
        .product();
    for (_, generator) in generators {
        let count = generator.values.len();
        slower /= count;
        let (given, value) = &generator.values[case / slower % count];
        let label = given.clone().unwrap_or_else(|| label(value));
        let said = match given {
            Some(label) => label.replace('-', " "),
            None => value.to_string(),
        };
        claim = with_word(&claim, &generator.name, &said);
        name = format!("{name}.{label}");
        names.push((&generator.name, value));
    }
    let mut steps = Vec::new();
    let mut lines = script.source.iter().zip(1..);
    steps_of(&mut lines, &names, &mut steps)?;
    Ok(Scenario {
        name,
        claim,
        network: network(script, &names)?,
        steps,
        file: script.file.clone(),
    })
}

/// What the lines about the network say together.
fn network(script: &Script, names: &Names<'_>) -> Result<Network, Wrong> {
    let mut network = Network::default();
    for (statement, line) in script.source.iter().zip(1..) {
        if let Statement::Network(clause) = statement {
            let meant = clause
                .name()
                .and_then(|name| literal::value_of(name, names))
                .and_then(Literal::as_word);
            let added = match meant {
                Some(word) => network.add(&clause.with_amount(word)),
                None => network.add(clause),
            };
            added.map_err(|what| (line, what))?;
        }
    }
    Ok(network)
}

/// The same, each role playing the part of the other.
fn mirrored(scenario: &Scenario) -> Scenario {
    let steps = scenario.steps.iter().map(|step| match step {
        Step::Call { role, call, line } => Step::Call {
            role: role.other(),
            call: call.clone(),
            line: *line,
        },
        Step::Sync { line } => Step::Sync { line: *line },
    });
    Scenario {
        name: format!("{}.mirrored", scenario.name),
        claim: match scenario.claim.strip_suffix('.') {
            Some(claim) => format!("{claim}, with the roles exchanged."),
            None => scenario.claim.clone(),
        },
        network: scenario.network.mirrored(),
        steps: steps.collect(),
        file: scenario.file.clone(),
    }
}

/// The steps up to the end of the block, or of the file.
fn steps_of<'a>(
    lines: &mut (impl Iterator<Item = (&'a Statement, usize)> + Clone),
    names: &Names<'_>,
    steps: &mut Vec<Step>,
) -> Result<(), Wrong> {
    while let Some((statement, line)) = lines.next() {
        match statement {
            Statement::Blank
            | Statement::Comment(_)
            | Statement::BothWays
            | Statement::For(_)
            | Statement::Network(_) => {}
            Statement::Call {
                role,
                method,
                value,
            } => steps.push(Step::Call {
                role: *role,
                call: call(method, value.as_ref(), names).map_err(|what| (line, what))?,
                line,
            }),
            Statement::Sync => steps.push(Step::Sync { line }),
            Statement::Repeat(times) => {
                let start = steps.len();
                steps_of(lines, names, steps)?;
                let block = steps[start..].to_vec();
                let total = block.len().saturating_mul(*times).saturating_add(start);
                if total > MOST_STEPS {
                    return Err((line, format!("{total} steps: {MOST_STEPS} are the most")));
                }
                for _ in 1..*times {
                    steps.extend_from_slice(&block);
                }
            }
            Statement::RepeatFor(rounds) => {
                let block = lines.clone();
                for value in rounds.parts() {
                    *lines = block.clone();
                    let own = (rounds.name.as_str(), &value);
                    let names: Vec<_> = names.iter().copied().chain([own]).collect();
                    steps_of(lines, &names, steps)?;
                    if steps.len() > MOST_STEPS {
                        let what = format!("more steps than {MOST_STEPS}, which are the most");
                        return Err((line, what));
                    }
                }
            }
            Statement::End => break,
        }
    }
    Ok(())
}

fn call(method: &str, value: Option<&Literal>, names: &Names<'_>) -> Result<Call, String> {
    let meant = names.iter().find(|(name, _)| *name == method);
    let method: Method = match meant {
        None => method.parse()?,
        Some((_, meant)) => match meant.as_word() {
            Some(word) => word.parse()?,
            None => return Err(format!("{meant}: a method is expected here")),
        },
    };
    let value = match (method.takes(), value) {
        (None, None) => None,
        (None, Some(value)) => return Err(format!("{value}: {method} takes no value")),
        (Some(kind), None) => return Err(format!("{method} takes {}", expected(kind))),
        (Some(kind), Some(value)) => {
            let value = value.resolved(names);
            let given = value.value(kind)?;
            Some(given.ok_or_else(|| format!("{value}: {method} takes {}", expected(kind)))?)
        }
    };
    Ok(Call { method, value })
}

/// Every name that is used has values where it is used, and every one that has is used.
fn check_names(script: &Script, generators: &[(usize, &Generator)]) -> Result<(), Wrong> {
    /// A name, the line that gives it values, and whether a step uses it.
    type Name<'a> = (&'a str, usize, bool);
    let unused = |name: Option<Name<'_>>| match name {
        Some((name, line, false)) => Err((line, format!("{name}: no step uses it"))),
        _ => Ok(()),
    };
    let mut known: Vec<Name<'_>> = generators
        .iter()
        .map(|(line, each)| (each.name.as_str(), *line, false))
        .collect();
    // Of each block that is open, how many names are known outside of it.
    let mut outside: Vec<usize> = Vec::new();
    for (statement, line) in script.source.iter().zip(1..) {
        let names: Vec<&str> = match statement {
            Statement::Call { method, value, .. } => {
                let method = Some(method.as_str()).filter(|method| literal::is_name(method));
                let names = value.iter().flat_map(Literal::names);
                method.into_iter().chain(names).collect()
            }
            Statement::Network(clause) => clause.name().into_iter().collect(),
            Statement::Repeat(_) => {
                outside.push(known.len());
                continue;
            }
            Statement::RepeatFor(rounds) => {
                outside.push(known.len());
                if known.iter().any(|(name, ..)| *name == rounds.name) {
                    return Err((line, format!("{} has its values already", rounds.name)));
                }
                known.push((&rounds.name, line, false));
                continue;
            }
            Statement::End => {
                let outside = outside.pop().unwrap_or_default();
                unused(known.get(outside).copied())?;
                known.truncate(outside);
                continue;
            }
            Statement::Blank
            | Statement::Comment(_)
            | Statement::BothWays
            | Statement::For(_)
            | Statement::Sync => continue,
        };
        for name in names {
            match known.iter_mut().find(|(other, ..)| *other == name) {
                Some((_, _, is_used)) => *is_used = true,
                None => return Err((line, format!("{name}: no for gives this name a value"))),
            }
        }
    }
    unused(known.into_iter().find(|(.., is_used)| !is_used))
}

/// The text with `said` wherever `name` stands as a word.
fn with_word(text: &str, name: &str, said: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, found) = rest.split_at(at);
        let after = &found[name.len()..];
        let joins = |each: char| each.is_ascii_alphanumeric() || each == '_';
        let stands_alone = !before.ends_with(joins) && !after.starts_with(joins);
        result.push_str(before);
        result.push_str(if stands_alone { said } else { name });
        rest = after;
    }
    result.push_str(rest);
    result
}

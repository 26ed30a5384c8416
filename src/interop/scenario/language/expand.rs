//! Expands generators: one file becomes several scenarios.

use super::label::label;
use super::limits::{Cost, MOST_CASES, MOST_NAME, OF_A_FILE};
use super::literal::{Literal, Names, expected};
use super::syntax::{Generator, Statement, Wrong};
use super::{Scenario, Script, Step, literal};
use crate::interop::model::participant::Pairings;
use crate::interop::protocol::call::{Call, Method};
use crate::interop::proxy::plan::NetworkPlan;

/// Every scenario of the file, and what all of them cost. Each step has a value that its method
/// takes.
pub(crate) fn cases(script: &Script) -> Result<(Vec<Scenario>, Cost), Wrong> {
    let generators: Vec<(usize, &Generator)> = script
        .source
        .iter()
        .zip(1..)
        .filter_map(|(statement, line)| match statement {
            Statement::For(generator) => Some((line, generator)),
            _ => None,
        })
        .collect();
    let mut cases: usize = 1;
    for (line, generator) in &generators {
        cases = cases.saturating_mul(generator.values.len());
        if cases > MOST_CASES {
            return Err((*line, format!("{cases} cases: {MOST_CASES} are the most")));
        }
    }
    check_names(script, &generators)?;
    let both_ways = script.source.contains(&Statement::BothWays);
    let all_cases = generators.last().map_or(1, |(line, _)| *line);
    let mut cost = Cost::default();
    for case in 0..cases {
        let of_one = cost_of(script, &names(&generators, case))?;
        cost = cost.and(of_one.times(if both_ways { 2 } else { 1 }));
    }
    cost.check(OF_A_FILE).map_err(|what| (all_cases, what))?;
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
    Ok((scenarios, cost))
}

/// The value of each name in the scenario of this number. The last generator varies fastest.
fn names<'a>(generators: &[(usize, &'a Generator)], case: usize) -> Vec<(&'a str, &'a Literal)> {
    let values =
        chosen(generators, case).map(|(_, generator, (_, value))| (&*generator.name, value));
    values.collect()
}

/// For each generator: its line, the generator, and the index of its value in the scenario of this
/// number.
fn chosen<'a>(
    generators: &[(usize, &'a Generator)],
    case: usize,
) -> impl Iterator<Item = (usize, &'a Generator, &'a (Option<String>, Literal))> {
    let mut slower: usize = generators
        .iter()
        .map(|(_, each)| each.values.len())
        .product();
    generators.iter().map(move |&(line, generator)| {
        let count = generator.values.len();
        slower /= count;
        (line, generator, &generator.values[case / slower % count])
    })
}

/// The cost of the scenario with these values, computed without building it.
fn cost_of(script: &Script, names: &Names<'_>) -> Result<Cost, Wrong> {
    cost_of_block(&mut script.source.iter().zip(1..), names)
}

/// The cost of the steps up to the end of the block, or of the file.
fn cost_of_block<'a>(
    lines: &mut (impl Iterator<Item = (&'a Statement, usize)> + Clone),
    names: &Names<'_>,
) -> Result<Cost, Wrong> {
    let mut total = Cost::default();
    while let Some((statement, line)) = lines.next() {
        let cost = match statement {
            Statement::Blank
            | Statement::Comment(_)
            | Statement::BothWays
            | Statement::OnlyWithTheOracle
            | Statement::For(_)
            | Statement::NetworkPlan(_) => continue,
            Statement::Call { method, value, .. } => {
                Cost::of(&call(method, value.as_ref(), names).map_err(|what| (line, what))?)
            }
            Statement::Sync => Cost::SYNC,
            Statement::Repeat(times) => cost_of_block(lines, names)?.times(*times),
            Statement::RepeatFor(rounds) => {
                let block = lines.clone();
                let mut all = Cost::default();
                for value in rounds.parts() {
                    *lines = block.clone();
                    let own = (rounds.name.as_str(), &value);
                    let names: Vec<_> = names.iter().copied().chain([own]).collect();
                    all = all.and(cost_of_block(lines, &names)?);
                    all.check(OF_A_FILE).map_err(|what| (line, what))?;
                }
                all
            }
            Statement::End => break,
        };
        total = total.and(cost);
        total.check(OF_A_FILE).map_err(|what| (line, what))?;
    }
    Ok(total)
}

/// The scenario of this number.
fn one(
    script: &Script,
    generators: &[(usize, &Generator)],
    case: usize,
) -> Result<Scenario, Wrong> {
    let mut name = script.name.clone();
    let mut claim = script.claim.clone();
    for (line, generator, (given, value)) in chosen(generators, case) {
        let label = given.clone().unwrap_or_else(|| label(value));
        let said = match given {
            Some(label) => label.replace('-', " "),
            None => value.to_string(),
        };
        let too_long = || {
            let what = "in the name and the claim of a case";
            (
                line,
                format!("{MOST_NAME} bytes are the most {what}: give the value a short label"),
            )
        };
        claim = with_word(&claim, &generator.name, &said).ok_or_else(too_long)?;
        name = format!("{name}.{label}");
        if name.len() > MOST_NAME {
            return Err(too_long());
        }
    }
    let names = names(generators, case);
    let mut steps = Vec::new();
    let mut lines = script.source.iter().zip(1..);
    steps_of(&mut lines, &names, &mut steps)?;
    Ok(Scenario {
        name,
        claim,
        network: network(script, &names)?,
        pairings: if script.source.contains(&Statement::OnlyWithTheOracle) {
            Pairings::WithTheOracle
        } else {
            Pairings::All
        },
        steps,
        file: script.file.clone(),
    })
}

/// The network plan that the `network` lines define together.
fn network(script: &Script, names: &Names<'_>) -> Result<NetworkPlan, Wrong> {
    let mut network = NetworkPlan::default();
    for (statement, line) in script.source.iter().zip(1..) {
        if let Statement::NetworkPlan(clause) = statement {
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

/// The scenario with the roles exchanged.
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
        pairings: scenario.pairings,
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
            | Statement::OnlyWithTheOracle
            | Statement::For(_)
            | Statement::NetworkPlan(_) => {}
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
                let end = steps.len();
                for _ in 1..*times {
                    steps.extend_from_within(start..end);
                }
            }
            Statement::RepeatFor(rounds) => {
                let block = lines.clone();
                for value in rounds.parts() {
                    *lines = block.clone();
                    let own = (rounds.name.as_str(), &value);
                    let names: Vec<_> = names.iter().copied().chain([own]).collect();
                    steps_of(lines, &names, steps)?;
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
            let given = value.value(kind, names)?;
            Some(given.ok_or_else(|| format!("{value}: {method} takes {}", expected(kind)))?)
        }
    };
    Call::new(method, value)
}

/// Checks that every name has a value where it is used, and that every generator is used.
fn check_names(script: &Script, generators: &[(usize, &Generator)]) -> Result<(), Wrong> {
    /// A name, the line that defines it, and whether a step uses it.
    type Name<'a> = (&'a str, usize, bool);
    let unused = |name: Option<Name<'_>>| match name {
        Some((name, line, false)) => Err((line, format!("{name}: no step uses it"))),
        _ => Ok(()),
    };
    let mut known: Vec<Name<'_>> = generators
        .iter()
        .map(|(line, each)| (each.name.as_str(), *line, false))
        .collect();
    // For each open block, the number of names defined outside it.
    let mut outside: Vec<usize> = Vec::new();
    for (statement, line) in script.source.iter().zip(1..) {
        let names: Vec<&str> = match statement {
            Statement::Call { method, value, .. } => {
                let method = Some(method.as_str()).filter(|method| literal::is_name(method));
                let names = value.iter().flat_map(Literal::names);
                method.into_iter().chain(names).collect()
            }
            Statement::NetworkPlan(clause) => clause.name().into_iter().collect(),
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
            | Statement::OnlyWithTheOracle
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

/// The text with the word `name` replaced by `said`; `None` if it becomes too long.
fn with_word(text: &str, name: &str, said: &str) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, found) = rest.split_at(at);
        let after = &found[name.len()..];
        let joins = |each: char| each.is_ascii_alphanumeric() || each == '_';
        let stands_alone = !before.ends_with(joins) && !after.starts_with(joins);
        result.push_str(before);
        result.push_str(if stands_alone { said } else { name });
        if result.len() > MOST_NAME {
            return None;
        }
        rest = after;
    }
    result.push_str(rest);
    Some(result)
}

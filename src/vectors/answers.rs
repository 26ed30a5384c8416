//! The answers of another implementation: a runner reads questions, a JSON object a line, and writes
//! an answer for each. `docs/vectors.md` describes both.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::flag::Flag;
use super::folder::Files;
use super::model::{Call, Group, JavaClass, Test};
use super::notation;

/// A test without its outcomes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    id: &'a str,
    stream: JavaClass,
    #[serde(skip_serializing_if = "Option::is_none")]
    class_file_version: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a str>,
    calls: Vec<Call>,
}

/// What a runner says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    id: String,
    /// Why the test cannot be run.
    #[serde(default)]
    unsupported: Option<String>,
    #[serde(default)]
    calls: Vec<Call>,
    /// The content of the file after the calls.
    #[serde(default)]
    file: Option<String>,
}

/// Which tests an implementation is given.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Only groups of these names; all if there is none.
    pub(crate) groups: Vec<String>,
    /// No test with one of these flags.
    pub(crate) without: Vec<Flag>,
}

impl Selection {
    fn takes(&self, group: &Group, test: &Test) -> bool {
        (self.groups.is_empty() || self.groups.contains(&group.name))
            && !self.without.iter().any(|flag| test.flags.contains(flag))
    }
}

/// The questions, a line each.
pub(crate) fn questions(files: &Files, selection: &Selection) -> Vec<String> {
    let all = files.values().flat_map(|file| file.tests());
    all.filter(|(group, test)| selection.takes(group, test))
        .map(|(group, test)| {
            let question = Question {
                id: &test.id,
                stream: group.stream,
                class_file_version: group.class_file_version,
                input: test.input.as_deref(),
                calls: test.question().calls,
            };
            serde_json::to_string(&question).unwrap_or_default()
        })
        .collect()
}

/// How an implementation did in one group.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) group: String,
    pub(crate) right: usize,
    /// The tests that it says it cannot run, or has not answered.
    pub(crate) not_run: usize,
    pub(crate) wrong: Vec<Wrong>,
}

/// A test with another outcome than in Java.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) id: String,
    pub(crate) comment: String,
    pub(crate) java: String,
    pub(crate) answer: String,
}

/// Compares answers, a line each, with the newest JDK. Groups without any test that was run are left out.
///
/// # Errors
///
/// The first line that is no answer, and why.
pub(crate) fn score(
    files: &Files,
    selection: &Selection,
    answers: &str,
) -> Result<Vec<Score>, String> {
    let mut given: BTreeMap<String, Answer> = BTreeMap::new();
    for (index, line) in answers.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let number = index + 1;
        let answer: Answer = serde_json::from_str(line)
            .map_err(|why| format!("line {number} is no answer: {why}"))?;
        if let Some(twice) = given.insert(answer.id.clone(), answer) {
            return Err(format!("line {number} answers {} again", twice.id));
        }
    }
    let mut known = BTreeSet::new();
    let mut scores: Vec<Score> = Vec::new();
    for (group, test) in files.values().flat_map(|file| file.tests()) {
        known.insert(test.id.as_str());
        if !selection.takes(group, test) {
            continue;
        }
        if scores.last().is_none_or(|score| score.group != group.name) {
            scores.push(Score {
                group: group.name.clone(),
                ..Score::default()
            });
        }
        let Some(score) = scores.last_mut() else {
            continue;
        };
        match given.get(&test.id) {
            None => score.not_run += 1,
            Some(answer) if answer.unsupported.is_some() => score.not_run += 1,
            Some(answer) => match difference(test, answer) {
                None => score.right += 1,
                Some((java, answer)) => score.wrong.push(Wrong {
                    id: test.id.clone(),
                    comment: test.comment.clone(),
                    java,
                    answer,
                }),
            },
        }
    }
    if let Some(unknown) = given.keys().find(|id| !known.contains(id.as_str())) {
        return Err(format!(
            "an answer names the test {unknown}, which does not exist"
        ));
    }
    scores.retain(|score| score.right + score.wrong.len() > 0);
    Ok(scores)
}

/// The first call that differs from Java: Java's and the answer's.
fn difference(test: &Test, answer: &Answer) -> Option<(String, String)> {
    for (index, java) in test.calls.iter().enumerate() {
        let Some(said) = answer.calls.get(index) else {
            return Some((shown(java), "nothing".to_owned()));
        };
        if !agrees(java, said) {
            return Some((shown(java), shown(said)));
        }
    }
    match (&test.file, &answer.file) {
        (Some(java), Some(said)) if !is_same_notation(java, said) => {
            Some((java.clone(), said.clone()))
        }
        _ => None,
    }
}

/// Whether the answer is Java's, as far as it says anything. Whether the call returned or threw, and
/// which value it returned or wrote, must be said.
fn agrees(java: &Call, said: &Call) -> bool {
    let ended = match (&java.throws, &said.throws) {
        (Some(class), Some(other)) => class == other || *other == Value::Bool(true),
        (None, None) => {
            is_same(&java.returns, &said.returns) && is_same_text(&java.written, &said.written)
        }
        _ => false,
    };
    ended
        && is_same_if_said(&java.message, &said.message)
        && (said.message_units.is_none() || is_same_text(&java.message_units, &said.message_units))
        && is_same_if_said(&java.consumed, &said.consumed)
        && (said.written.is_none() || is_same_text(&java.written, &said.written))
        && is_same_if_said(&java.size, &said.size)
        && is_same_if_said(&java.position, &said.position)
}

fn is_same_if_said<T: PartialEq>(java: &Option<T>, said: &Option<T>) -> bool {
    said.is_none() || java == said
}

/// The same value. A runner need not write repeated parts once, nor put spaces where the files do.
fn is_same(java: &Option<Value>, said: &Option<Value>) -> bool {
    match (java, said) {
        (Some(Value::String(java)), Some(Value::String(said))) => is_same_notation(java, said),
        (java, said) => java == said,
    }
}

fn is_same_text(java: &Option<String>, said: &Option<String>) -> bool {
    match (java, said) {
        (Some(java), Some(said)) => is_same_notation(java, said),
        (java, said) => java == said,
    }
}

fn is_same_notation(java: &str, said: &str) -> bool {
    // The digits of a text are those of its bytes.
    java == said
        || notation::bytes(java).is_some_and(|java| notation::bytes(said).as_ref() == Some(&java))
}

fn shown(call: &Call) -> String {
    serde_json::to_string(call).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(json: &str) -> Call {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_answer_agrees_as_far_as_it_says_anything() {
        let java = call(
            r#"{"method":"readUTF","throws":"java.io.EOFException","message":null,"consumed":3}"#,
        );
        for right in [
            r#"{"throws":true}"#,
            r#"{"throws":"java.io.EOFException"}"#,
            r#"{"throws":true,"message":null,"consumed":3}"#,
        ] {
            assert!(agrees(&java, &call(right)), "{right}");
        }
        for wrong in [
            r#"{"returns":""}"#,
            "{}",
            r#"{"throws":"java.io.IOException"}"#,
            r#"{"throws":true,"message":"end"}"#,
            r#"{"throws":true,"consumed":2}"#,
        ] {
            assert!(!agrees(&java, &call(wrong)), "{wrong}");
        }
        let java = call(r#"{"method":"writeUTF","written":"001e 61*30"}"#);
        let in_full = format!(r#"{{"written":"001e{}"}}"#, "61".repeat(30));
        assert!(agrees(&java, &call(&in_full)));
        assert!(!agrees(&java, &call(r#"{"written":"001e 61*29"}"#)));
        let java = call(r#"{"method":"readLine","returns":null}"#);
        assert!(agrees(&java, &call(r#"{"returns":null}"#)));
        assert!(!agrees(&java, &call(r#"{"returns":""}"#)));
        assert!(!agrees(&java, &call("{}")));
    }
}

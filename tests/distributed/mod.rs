//! The configurations of docs/distributed.md, and what the systems that read them would run.

mod github;
mod gitlab;
mod kubernetes;

use std::path::Path;
use std::process::Command;
use std::{fs, iter};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// A YAML block of the manual. Its first line is a comment that names the file.
pub(crate) struct Configuration {
    pub(crate) file: String,
    pub(crate) content: Value,
}

/// Every configuration of the manual.
pub(crate) fn configurations() -> Vec<Configuration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = fs::read_dir(folder).unwrap();
    let pages = pages.map(|page| fs::read_to_string(page.unwrap().path()).unwrap());
    pages.flat_map(|page| blocks(&page)).collect()
}

fn blocks(page: &str) -> Vec<Configuration> {
    let blocks = page.split("```yaml\n").skip(1);
    blocks
        .map(|rest| {
            let text = rest.split("```").next().unwrap_or_default();
            let first = text.lines().next().unwrap_or_default();
            let file = first.strip_prefix("# ");
            let file = file.unwrap_or_else(|| panic!("no comment names this file:\n{text}"));
            let documents = Yaml::load_from_str(text).unwrap_or_else(|why| panic!("{file}: {why}"));
            assert_eq!(documents.len(), 1, "{file} is one document");
            Configuration {
                file: file.to_owned(),
                content: json(&documents[0]),
            }
        })
        .collect()
}

/// The same as JSON, whose keys are easier to look up.
fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => Value::from(*flag),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = key.as_str().expect("a key is a string");
                (key.to_owned(), json(value))
            });
            Value::Object(Map::from_iter(entries))
        }
        other => panic!("the configurations need no such value: {other:?}"),
    }
}

/// A run that a configuration distributes.
pub(crate) struct Plan {
    /// One task for each shard.
    pub(crate) shards: Vec<Task>,
    /// The task that joins their results.
    pub(crate) join: Task,
}

/// What one machine runs.
pub(crate) struct Task {
    /// The command line that the system starts, with everything replaced that the system replaces.
    pub(crate) command: Vec<String>,
    /// The variables that the system sets.
    pub(crate) environment: Vec<(String, String)>,
    /// The files that the system hands to the joining task.
    pub(crate) keeps: Vec<String>,
}

/// What the manual distributes.
pub(crate) const RUNS: [&str; 2] = ["interop", "fuzz"];

/// The name of a system, and what reads the plan of a run from its configurations.
pub(crate) type System = (&'static str, fn(&str) -> Plan);

/// The systems that it is distributed over.
pub(crate) const SYSTEMS: [System; 3] = [
    ("github", github::plan),
    ("gitlab", gitlab::plan),
    ("kubernetes", kubernetes::plan),
];

/// The content of a configuration.
fn content(file: &str) -> Value {
    let mut all = configurations().into_iter();
    let found = all.find(|configuration| configuration.file == file);
    let found = found.unwrap_or_else(|| panic!("the manual shows no {file}"));
    found.content
}

impl Task {
    /// The process that the system starts, with `javatalk` found in this folder.
    pub(crate) fn process(&self, javatalk: &Path) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = iter::once(javatalk.to_owned()).chain(std::env::split_paths(&path));
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .env("PATH", std::env::join_paths(folders).unwrap())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The text at a place, or a failure that names it.
fn text<'a>(value: &'a Value, place: &str) -> &'a str {
    let found = value.pointer(place).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {place} of {value:#}"))
}

/// The list at a place, or a failure that names it.
fn list<'a>(value: &'a Value, place: &str) -> &'a [Value] {
    let found = value.pointer(place).and_then(Value::as_array);
    found.unwrap_or_else(|| panic!("no list at {place} of {value:#}"))
}

/// The number at a place, or a failure that names it.
fn number(value: &Value, place: &str) -> u64 {
    let found = value.pointer(place).and_then(Value::as_u64);
    found.unwrap_or_else(|| panic!("no number at {place} of {value:#}"))
}

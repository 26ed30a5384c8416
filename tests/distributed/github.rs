//! A workflow of GitHub Actions: a job for each entry of the matrix, and artifacts.

use serde_json::Value;

use super::{Plan, Task, content, list, text};

/// What the steps install before javatalk runs. It is not run here.
const SET_UP: &[&str] = &[
    "cargo install javatalk --features cli --locked",
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
];

/// What `github.run_id` is here.
const RUN: &str = "17";

pub(super) fn plan(job: &str) -> Plan {
    let file = &format!(".github/workflows/{job}.yml");
    let workflow = content(file);
    let matrix = &workflow["jobs"][job];
    // Otherwise the first shard that fails cancels the others.
    assert_eq!(matrix["strategy"]["fail-fast"], false, "{file}");
    let shards = list(matrix, "/strategy/matrix/shard");
    let total = shards.len().to_string();
    let join = &workflow["jobs"]["join"];
    assert_eq!(join["needs"], job, "{file}");
    // Otherwise nothing is joined after a shard with a difference.
    assert_eq!(join["if"], "always()", "{file}");
    let download = action(join, "actions/download-artifact@v8");
    assert_eq!(download["with"]["merge-multiple"], true, "{file}");
    let wanted = text(download, "/with/pattern");
    let wanted = wanted.strip_suffix('*').expect("the pattern ends in *");

    let mut names = Vec::new();
    let shards = shards.iter().map(|shard| {
        let value = |name: &str| match name {
            "matrix.shard" => shard.to_string(),
            "strategy.job-total" => total.clone(),
            "github.run_id" => RUN.to_owned(),
            other => panic!("{file}: nothing is known of {other}"),
        };
        let upload = action(matrix, "actions/upload-artifact@v7");
        assert_eq!(upload["if"], "always()", "{file}");
        let name = replaced(text(upload, "/with/name"), value);
        assert!(name.starts_with(wanted), "{file}: {name} is not downloaded");
        // The second artifact of a name is refused.
        assert!(!names.contains(&name), "{file}: two artifacts {name}");
        names.push(name);
        Task {
            keeps: vec![replaced(text(upload, "/with/path"), value)],
            ..task(file, matrix, value)
        }
    });
    Plan {
        shards: shards.collect(),
        join: task(file, join, |name| panic!("{file}: {name} outside a matrix")),
    }
}

/// The steps that run javatalk, in the default shell.
fn task(file: &str, job: &Value, value: impl Fn(&str) -> String) -> Task {
    let steps = list(job, "/steps").iter();
    let scripts = steps.filter_map(|step| step["run"].as_str());
    let mut scripts = scripts.filter(|script| !SET_UP.contains(script));
    let script = scripts.next().expect("a step runs javatalk");
    assert_eq!(scripts.next(), None, "{file}: a step that is not known");
    let words = ["bash", "-e", "-c", &replaced(script, value)];
    Task {
        command: words.map(str::to_owned).to_vec(),
        environment: vec![("GITHUB_STEP_SUMMARY".to_owned(), "summary.md".to_owned())],
        keeps: Vec::new(),
    }
}

/// The first step that uses this action.
fn action<'a>(job: &'a Value, action: &str) -> &'a Value {
    let mut steps = list(job, "/steps").iter();
    let step = steps.find(|step| step["uses"] == action);
    step.unwrap_or_else(|| panic!("no step uses {action}"))
}

/// The text with each expression replaced.
fn replaced(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = text.split("${{");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("an expression ends");
        whole += &value(name.trim());
        whole += rest;
    }
    whole
}

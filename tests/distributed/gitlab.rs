//! A pipeline of GitLab CI: a job with `parallel`, and a job that needs it.

use serde_json::Value;

use super::{Plan, Task, content, list, number, text};

/// What `CI_PIPELINE_ID` is here.
const PIPELINE: &str = "17";

pub(super) fn plan(run: &str) -> Plan {
    let pipeline = content(".gitlab-ci.yml");
    let (job, join) = (&pipeline[run], &pipeline[format!("{run}-report")]);
    // A job of an earlier stage that failed must not keep the results from being joined.
    assert_eq!(join["when"], "always", "{run}");
    assert_eq!(join["needs"], serde_json::json!([run]));
    assert_eq!(job["artifacts"]["when"], "always", "{run}");
    let stage = |job: &Value| {
        let mut stages = list(&pipeline, "/stages").iter();
        stages.position(|stage| stage == &job["stage"])
    };
    assert!(stage(job) < stage(join), "{run}: stages");
    // With the entry point of the image, the runner could not start a shell.
    let entry_point = pipeline.pointer("/default/image/entrypoint");
    assert_eq!(entry_point, Some(&serde_json::json!([""])));

    let total = number(job, "/parallel");
    let shards = (1..=total).map(|index| {
        let environment = environment(index, total);
        let keeps = list(job, "/artifacts/paths").iter();
        let keeps = keeps.map(|path| {
            let path = path.as_str().expect("a path is text").to_owned();
            environment.iter().fold(path, |path, (name, value)| {
                path.replace(&format!("${name}"), value)
            })
        });
        Task {
            keeps: keeps.collect(),
            environment: environment.clone(),
            ..task(job)
        }
    });
    Plan {
        shards: shards.collect(),
        join: Task {
            environment: environment(1, 1),
            ..task(join)
        },
    }
}

fn environment(index: u64, total: u64) -> Vec<(String, String)> {
    let variables = [
        ("CI_NODE_INDEX", index.to_string()),
        ("CI_NODE_TOTAL", total.to_string()),
        ("CI_PIPELINE_ID", PIPELINE.to_owned()),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value));
    owned.to_vec()
}

/// The lines of the script, as one script.
fn task(job: &Value) -> Task {
    let lines = list(job, "/script").iter();
    let lines: Vec<&str> = lines.map(|line| text(line, "")).collect();
    let words = ["sh", "-e", "-c", &lines.join("\n")];
    Task {
        command: words.map(str::to_owned).to_vec(),
        environment: Vec::new(),
        keeps: Vec::new(),
    }
}

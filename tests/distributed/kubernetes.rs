//! Jobs of Kubernetes: a container for each index, and a volume.

use serde_json::Value;

use super::{Plan, Task, content, list, number, text};

pub(super) fn plan(run: &str) -> Plan {
    let [job, join] = [run.to_owned(), format!("{run}-report")].map(|name| {
        let job = content(&format!("{name}.yaml"));
        assert_eq!(job["apiVersion"], "batch/v1");
        assert_eq!(job["kind"], "Job");
        assert_eq!(job["metadata"]["name"], *name);
        job
    });
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    let completions = number(&job, "/spec/completions");
    let shards = (0..completions).map(|index| {
        let index = index.to_string();
        task(&job, &[("JOB_COMPLETION_INDEX", &index)])
    });
    Plan {
        shards: shards.collect(),
        join: task(&join, &[]),
    }
}

fn task(job: &Value, environment: &[(&str, &str)]) -> Task {
    let pod = &job["spec"]["template"]["spec"];
    let containers = list(pod, "/containers");
    let [container] = containers else {
        panic!("a pod of one container: {containers:?}")
    };
    // The path that the command line names is a mount of a volume.
    let [mount] = list(container, "/volumeMounts") else {
        panic!("one volume is mounted")
    };
    assert_eq!(text(mount, "/mountPath"), "/results");
    let words = ["/command", "/args"].map(|place| list(container, place));
    let words = words.into_iter().flatten();
    let words = words.map(|word| expanded(text(word, ""), environment));
    Task {
        command: words.collect(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        keeps: Vec::new(),
    }
}

/// What Kubernetes makes of a word before the container starts: `$(NAME)` becomes the value of a
/// variable that it knows, `$$` becomes `$`, and everything else stays.
fn expanded(word: &str, environment: &[(&str, &str)]) -> String {
    let mut whole = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('$') {
        whole += before;
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            whole.push('$');
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('(').and_then(|name| name.split_once(')'));
        let known = name.and_then(|(name, after)| {
            let (_, value) = environment.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match known {
            Some((value, after)) => {
                whole += value;
                rest = after;
            }
            None => whole.push('$'),
        }
    }
    whole + rest
}

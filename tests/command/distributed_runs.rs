//! docs/distributed.md, as far as it goes without a JDK: what each machine would run, and that all
//! of them together are one run.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use javatalk::internals::cli;
use serde_json::Value;

use crate::distributed::{Configuration, Plan, RUNS, SYSTEMS, System, Task, configurations};

/// Every plan of the manual, with its system and its run.
fn plans() -> impl Iterator<Item = (String, Plan)> {
    let plan = |(system, read): System, run| (format!("{run} on {system}"), read(run));
    let systems = SYSTEMS.into_iter();
    systems.flat_map(move |system| RUNS.map(|run| plan(system, run)))
}

/// A `javatalk` that runs this shell script.
fn javatalk(folder: &Path, script: &str) {
    let file = folder.join("javatalk");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The command line of javatalk that a task comes to.
fn command_line(task: &Task) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    javatalk(folder.path(), r#"printf '%s\n' javatalk "$@""#);
    let mut process = task.process(folder.path());
    let output = process.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The value of an option.
fn option<'a>(words: &'a [String], name: &str) -> &'a str {
    let mut words = words.iter().skip_while(|word| *word != name).skip(1);
    words.next().unwrap_or_else(|| panic!("{name} is given"))
}

#[test]
fn every_command_of_a_machine_is_valid() {
    for (name, Plan { shards, join }) in plans() {
        for task in shards.iter().chain([&join]) {
            let words = command_line(task);
            if let Err(why) = cli::check(&words) {
                panic!("{name}: {}: {why}", words.join(" "));
            }
        }
    }
}

#[test]
fn the_machines_run_every_shard_once_and_otherwise_the_same() {
    for (name, Plan { shards, .. }) in plans() {
        let lines: Vec<Vec<String>> = shards.iter().map(command_line).collect();
        let given: BTreeSet<String> = lines
            .iter()
            .map(|words| option(words, "--shard").to_owned())
            .collect();
        let total = shards.len();
        assert!(total > 1, "{name}");
        let all: BTreeSet<String> = (1..=total).map(|k| format!("{k}/{total}")).collect();
        assert_eq!(given, all, "{name}");
        let files: BTreeSet<&str> = lines.iter().map(|words| option(words, "--json")).collect();
        assert_eq!(files.len(), total, "{name}: two shards write one file");
        for (words, task) in lines.iter().zip(&shards) {
            let file = option(words, "--json");
            let on_volume = file.starts_with("/results/");
            let kept = task.keeps.iter().any(|kept| kept == file);
            assert!(kept != on_volume, "{name}: nothing takes {file} along");
        }
        let rest = |words: &[String]| -> Vec<String> {
            let own = [option(words, "--shard"), option(words, "--json")];
            let rest = words.iter().filter(|word| !own.contains(&word.as_str()));
            rest.cloned().collect()
        };
        for words in &lines {
            assert_eq!(rest(words), rest(&lines[0]), "{name}");
        }
    }
}

// A pod that is repeated because a case differs would differ again.
#[test]
fn a_container_fails_only_if_its_shard_could_not_run() {
    let mut seen = 0;
    for (name, Plan { shards, join }) in plans().filter(|(name, _)| name.ends_with("kubernetes")) {
        for (code, shard_succeeds, join_succeeds) in [
            (0, true, true),
            (1, true, false),
            (7, false, false),
            (8, false, false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            javatalk(folder.path(), &format!("exit {code}"));
            let succeeds = |task: &Task| task.process(folder.path()).status().unwrap().success();
            assert_eq!(succeeds(&shards[0]), shard_succeeds, "{name}: {code}");
            assert_eq!(succeeds(&join), join_succeeds, "{name}, joining: {code}");
            seen += 1;
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn every_manifest_is_whole() {
    let (jobs, others): (Vec<_>, Vec<_>) = configurations()
        .into_iter()
        .filter(|configuration| configuration.content["kind"].is_string())
        .partition(|configuration| configuration.content["kind"] == "Job");
    let [claim] = others.as_slice() else {
        panic!("one manifest beside the Jobs")
    };
    assert_eq!(claim.content["apiVersion"], "v1");
    assert_eq!(claim.content["kind"], "PersistentVolumeClaim");
    let claim = &claim.content["metadata"]["name"];
    assert_eq!(jobs.len(), 4);
    let user = user_of_the_image();
    for Configuration { file, content } in jobs {
        let spec = &content["spec"];
        assert_eq!(spec["parallelism"], spec["completions"], "{file}");
        let pod = &spec["template"]["spec"];
        assert_eq!(pod["restartPolicy"], "Never", "{file}");
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{file}");
        // The user of the image may write to the volume.
        assert_eq!(pod["securityContext"]["fsGroup"], user, "{file}");
        let volume = &pod["volumes"][0];
        assert_eq!(&volume["persistentVolumeClaim"]["claimName"], claim);
        let mount = &pod["containers"][0]["volumeMounts"][0];
        assert_eq!(mount["name"], volume["name"], "{file}");
    }
}

/// The number of the group in the last stage of the Dockerfile.
fn user_of_the_image() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("Dockerfile")).unwrap();
    let user = text.lines().find_map(|line| line.strip_prefix("USER "));
    let (_, group) = user.and_then(|user| user.split_once(':')).unwrap();
    Value::from(group.parse::<u32>().unwrap())
}

#[test]
fn the_manual_names_one_image() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/distributed.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("docker build --tag ").unwrap();
    let image = rest.split_whitespace().next().unwrap();
    let mut seen = 0;
    for Configuration { file, content } in configurations() {
        let pod = content.pointer("/spec/template/spec/containers/0/image");
        let pipeline = content.pointer("/default/image/name");
        for named in [pod, pipeline].into_iter().flatten() {
            assert_eq!(named, image, "{file}");
            seen += 1;
        }
    }
    assert_eq!(seen, 5);
}

//! docs/distributed.md, carried out: every machine's command in a folder of its own, and the joining
//! command with what the system hands to it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use javatalk::internals::interop::fuzz::Results;
use javatalk::internals::interop::report::Run;
use javatalk::internals::interop::toolbox::Toolbox;
use libtest_mimic::Trial;
use serde::de::DeserializeOwned;

use crate::distributed::{Plan, RUNS, SYSTEMS, Task};
use crate::javatalk;

/// The cases that are run: a few of each shard.
const FILTERS: &[&str] = &[
    "scenario::string-width",
    "scenario::line-end",
    "chat::ascii:",
];

/// The number of dialogues that are run, and what the manual says instead.
const DIALOGUES: (usize, &str) = (24, "--cases 100000");

/// A test for each run that the manual distributes, and each system.
pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let trial = |system: &str, read: fn(&str) -> Plan, run: &'static str| {
        let toolbox = Arc::clone(toolbox);
        let name = format!("the_shards_join_to_the_whole_run::{system}::{run}");
        Trial::test(name, move || {
            let plan = read(run);
            match run {
                "interop" => the_cases_of_all_shards_are_those_of_one_run(&toolbox, &plan),
                "fuzz" => the_dialogues_of_all_shards_are_those_of_one_run(&toolbox, &plan),
                other => panic!("nothing is known of {other}"),
            }
            Ok(())
        })
    };
    let systems = SYSTEMS.iter();
    systems
        .flat_map(|&(system, read)| RUNS.map(|run| trial(system, read, run)))
        .collect()
}

fn the_cases_of_all_shards_are_those_of_one_run(toolbox: &Arc<Toolbox>, plan: &Plan) {
    let joined = play::<Run>(toolbox, plan, |line| {
        let filtered = format!("javatalk interop {} ", FILTERS.join(" "));
        line.replace("javatalk interop ", &filtered)
    });
    let listed = javatalk(toolbox)
        .args(["interop", "--list"])
        .args(FILTERS)
        .env("JAVATALK_JDK", jdk(toolbox))
        .assert()
        .success();
    let listed = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
    let names = |run: &Run| -> Vec<String> {
        let names = run.cases.iter().map(|case| case.name.clone());
        names.collect()
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let all = sorted(listed.lines().map(str::to_owned).collect());
    for shard in &joined.shards {
        assert!(
            !shard.cases.is_empty(),
            "a shard without cases shows little"
        );
    }
    let parts = joined.shards.iter().flat_map(names).collect();
    assert_eq!(sorted(parts), all, "every case is in exactly one shard");
    assert_eq!(sorted(names(&joined.whole)), all);
    assert!(joined.whole.shards.is_empty(), "no shard is missing");
    assert!(joined.whole.is_green());
}

fn the_dialogues_of_all_shards_are_those_of_one_run(toolbox: &Arc<Toolbox>, plan: &Plan) {
    let (cases, in_the_manual) = DIALOGUES;
    let joined = play::<Results>(toolbox, plan, |line| {
        line.replace(in_the_manual, &format!("--cases {cases}"))
    });
    let counts: Vec<usize> = joined.shards.iter().map(|part| part.dialogues).collect();
    assert!(
        !counts.contains(&0),
        "a shard without dialogues: {counts:?}"
    );
    assert_eq!(counts.iter().sum::<usize>(), cases);
    assert_eq!(joined.whole.cases, Some(cases));
    assert_eq!(joined.whole.dialogues, cases);
    for (pairing, verdicts) in &joined.whole.pairings {
        assert_eq!(verdicts.values().sum::<usize>(), cases, "{pairing}");
    }
    assert!(joined.whole.shards.is_empty(), "no shard is missing");
    assert!(joined.whole.is_green());
}

/// The results of a distributed run.
struct Joined<R> {
    shards: Vec<R>,
    whole: R,
}

/// Runs every shard in a folder of its own, and then the joining task in another. `smaller` makes
/// the command of a shard select less. Finally the joining task must fail without one of the shards.
fn play<R: DeserializeOwned>(
    toolbox: &Toolbox,
    plan: &Plan,
    smaller: impl Fn(&str) -> String,
) -> Joined<R> {
    let machines = tempfile::tempdir().unwrap();
    let folder = |name: &str| {
        let folder = machines.path().join(name);
        fs::create_dir(&folder).unwrap();
        folder
    };
    let (volume, joining) = (folder("volume"), folder("join"));
    for (task, number) in plan.shards.iter().zip(1..) {
        let machine = folder(&number.to_string());
        let changed = on_volume(task, &volume, &smaller);
        assert_ne!(
            changed,
            on_volume(task, &volume, str::to_owned),
            "the manual selects in another way now"
        );
        let output = run(toolbox, task, changed, &machine);
        assert!(output.status.success(), "{output:?}");
        for file in &task.keeps {
            let there = joining.join(file);
            assert!(!there.exists(), "two shards keep {file}");
            fs::copy(machine.join(file), there).unwrap();
        }
    }
    let kept = [&volume, &joining].map(|folder| results(folder)).concat();
    assert_eq!(kept.len(), plan.shards.len(), "{kept:?}");
    let read = |file: &OsString| -> R {
        let text = fs::read_to_string(file).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let shards = kept.iter().map(read).collect();

    // Outside the folders, so that no pattern of the joining command finds it.
    let whole = machines.path().join("whole.json");
    let join = |also: &str| {
        let with_json = |line: &str| match line.starts_with("javatalk ") {
            true => format!("{} {also}", line.trim_end()),
            false => line.to_owned(),
        };
        let command = on_volume(&plan.join, &volume, with_json);
        run(toolbox, &plan.join, command, &joining)
    };
    let output = join(&format!("--json {}", whole.display()));
    assert!(output.status.success(), "{output:?}");
    let whole = read(&whole.into_os_string());
    fs::remove_file(&kept[0]).unwrap();
    let output = join("");
    assert!(!output.status.success(), "{output:?}");
    Joined { shards, whole }
}

/// The results files in a folder.
fn results(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    // In a set, so that their order is always the same.
    let paths: BTreeSet<OsString> = paths.map(OsString::from).collect();
    paths.into_iter().collect()
}

/// The command of a task where the volume of a cluster is this folder, with its script changed.
fn on_volume(task: &Task, volume: &Path, change: impl Fn(&str) -> String) -> Vec<String> {
    let mounted = format!("{}/", volume.display());
    let words = task.command.iter();
    let words = words.map(|word| change(&word.replace("/results/", &mounted)));
    words.collect()
}

fn run(toolbox: &Toolbox, task: &Task, command: Vec<String>, folder: &Path) -> Output {
    let task = Task {
        command,
        environment: task.environment.clone(),
        keeps: Vec::new(),
    };
    task.process(toolbox.javatalk().parent().unwrap())
        .current_dir(folder)
        .env("JAVATALK_JDK", jdk(toolbox))
        .env_remove("JAVATALK_CACHE")
        .output()
        .unwrap()
}

/// The newest JDK, as a variable names it. How a run is split does not depend on its JDKs.
fn jdk(toolbox: &Toolbox) -> &OsStr {
    let newest = toolbox.jdks().last().expect("these tests have a JDK");
    newest.home().as_os_str()
}

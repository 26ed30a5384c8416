//! `javatalk interop` and `javatalk jdks` as a user meets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use javatalk::internals::interop::model::participant::{Pairing, Participant};
use javatalk::internals::interop::proxy::plan::NetworkPlan;
use javatalk::internals::interop::report::Run;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Freshness;
use predicates::prelude::*;
use predicates::str::{contains, ends_with, starts_with};

use crate::{hello, javatalk, jdk_options, programs};

/// The names of the cases that a filter selects.
fn listed(toolbox: &Arc<Toolbox>, filters: &[&str]) -> Vec<String> {
    let output = javatalk(toolbox)
        .args(["interop", "--list"])
        .args(filters)
        .args(jdk_options(toolbox))
        .assert()
        .success()
        .stderr("")
        .get_output()
        .stdout
        .clone();
    let text = String::from_utf8(output).unwrap();
    text.lines().map(str::to_owned).collect()
}

pub(crate) fn every_listed_case_is_accepted_as_a_filter(toolbox: &Arc<Toolbox>) {
    let all = listed(toolbox, &[]);
    assert!(all.len() > 100, "{}", all.len());
    for name in [&all[0], &all[all.len() - 1]] {
        assert_eq!(listed(toolbox, &[name]), std::slice::from_ref(name));
    }
    let some = listed(toolbox, &["emoji", "rust-to-raw"]);
    assert!(some.len() > 20);
    for name in some {
        assert!(
            name.contains("emoji") || name.contains("rust-to-raw"),
            "{name}"
        );
    }
}

pub(crate) fn a_scenario_only_with_the_oracle_is_listed_with_it_in_both_roles(
    toolbox: &Arc<Toolbox>,
) {
    let folder = tempfile::tempdir().unwrap();
    let text = "# A byte arrives.\nonly with the oracle\nclient writeByte 1\nserver readByte\n";
    fs::write(folder.path().join("a.scenario"), text).unwrap();
    let names = listed(toolbox, &["--scenarios", folder.path().to_str().unwrap()]);
    let oracle = format!("java{}", toolbox.javas().last().unwrap());
    for name in &names {
        let (client, server) = name
            .strip_prefix("scenario::a::")
            .and_then(|pairing| pairing.split_once("-to-"))
            .unwrap();
        assert!(client == oracle || server == oracle, "{name}");
    }
    // Each other participant in two pairings, and the oracle with itself.
    assert_eq!(names.len(), 1 + 2 * toolbox.javas().len(), "{names:?}");
}

pub(crate) fn with_a_scenario_folder_only_its_scenarios_are_listed(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let text = format!("# A byte arrives: {name}.\nclient writeByte 1\nserver readByte\n");
        fs::write(folder.path().join(format!("{name}.scenario")), text).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let names = listed(toolbox, &["--scenarios", path]);
    let participants = 1 + toolbox.javas().len();
    assert_eq!(names.len(), 2 * participants * participants, "{names:?}");
    for name in names {
        assert!(
            name.starts_with("scenario::one::") || name.starts_with("scenario::two::"),
            "{name}"
        );
    }
}

pub(crate) fn the_shards_partition_the_list(toolbox: &Arc<Toolbox>) {
    for filters in [&[][..], &["emoji", "rust-to-raw"]] {
        let whole = listed(toolbox, filters);
        let mut parts: Vec<String> = Vec::new();
        for shard in ["1/3", "2/3", "3/3"] {
            let part = listed(toolbox, &[filters, &["--shard", shard]].concat());
            assert!(part.len() < whole.len(), "{shard}: {}", part.len());
            parts.extend(part);
        }
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(parts), sorted(whole));
    }
}

pub(crate) fn joined_shards_equal_the_whole_run(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let run = |file: &str, options: &[&str]| -> PathBuf {
        let file = folder.path().join(file);
        javatalk(toolbox)
            .args([
                "interop",
                "chat::ascii:",
                "chat::emoji:",
                "raw-nul:",
                "--json",
            ])
            .arg(&file)
            .args(options)
            .args(jdk_options(toolbox))
            .assert()
            .success();
        file
    };
    let whole = run("whole.json", &[]);
    let parts = ["1/2", "2/2"].map(|shard| run(&shard.replace('/', "-of-"), &["--shard", shard]));
    let joined = folder.path().join("joined.json");
    javatalk(toolbox)
        .arg("report")
        .args(&parts)
        .arg("--json")
        .arg(&joined)
        .arg("--baseline")
        .arg(&whole)
        .assert()
        .success()
        .stdout(contains("since the baseline: ").and(contains(" unchanged\n")))
        .stdout(contains("new").not().and(contains("gone").not()));
    let read = |file: &Path| -> Run {
        let mut run: Run = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        run.seconds = 0.0;
        run.cases.iter_mut().for_each(|case| case.seconds = 0.0);
        run
    };
    assert_eq!(read(&joined), read(&whole));
}

pub(crate) fn a_filter_that_matches_nothing_is_an_error(toolbox: &Arc<Toolbox>) {
    javatalk(toolbox)
        .args(["interop", "emoji", "no-such-case"])
        .args(jdk_options(toolbox))
        .assert()
        .code(2)
        .stdout("")
        .stderr(
            "javatalk: no case has \"no-such-case\" in its name; `javatalk interop --list` lists \
             them all\n",
        );
    for (command, typo, meant) in [
        ("interop", "emojy", "emoji"),
        (
            "interop",
            "chat::emojy::rust-to-rust",
            "chat::emoji::rust-to-rust",
        ),
        ("faults", "greetnig", "greeting"),
        ("sweep", "read_lien", "read_line"),
    ] {
        javatalk(toolbox)
            .args([command, typo])
            .args(jdk_options(toolbox))
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(format!(
                " has {typo:?} in its name; did you mean {meant:?}?; "
            )));
    }
}

pub(crate) fn the_results_are_written_as_json(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.json");
    javatalk(toolbox)
        .args(["interop", "chat::emoji::rust-to-rust", "--json"])
        .arg(&file)
        .args(jdk_options(toolbox))
        .assert()
        .success()
        .stdout(contains("1 case: 1 pass in "));
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(report["format"], 1);
    assert_eq!(report["cases"][0]["name"], "chat::emoji::rust-to-rust");
    assert_eq!(report["cases"][0]["verdict"], "pass");
    assert_eq!(
        report["peers"].as_array().unwrap().len(),
        1 + toolbox.jdks().len()
    );
}

pub(crate) fn the_results_name_the_lines_of_a_conversation_in_lines(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.json");
    for (case, line) in [
        ("line::one-line::raw-to-rust", "the line, in UTF-8: \"one\""),
        (
            "line::cut-pair-us-ascii::raw-to-rust",
            "the line, in US-ASCII: \"\\0a\\0\"",
        ),
    ] {
        javatalk(toolbox)
            .args(["interop", case, "--json"])
            .arg(&file)
            .args(jdk_options(toolbox))
            .assert()
            .success();
        let report: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let events = report["good"][0]["events"].as_array().unwrap().iter();
        let fields = events.filter_map(|event| event["bytes"].as_array());
        let meanings: Vec<&str> = fields
            .flatten()
            .filter_map(|field| field["meaning"].as_str())
            .collect();
        assert_eq!(meanings[..2], [line, "its end"], "{case}");
    }
}

pub(crate) fn an_unwritable_results_file_is_reported(toolbox: &Arc<Toolbox>) {
    javatalk(toolbox)
        .args([
            "interop",
            "chat::ascii::rust-to-rust",
            "--json",
            "/no/such/folder/x.json",
        ])
        .args(jdk_options(toolbox))
        .assert()
        .code(7)
        .stderr(contains("javatalk: /no/such/folder/x.json: "));
}

pub(crate) fn the_jdks_are_listed_with_their_homes(toolbox: &Arc<Toolbox>) {
    let mut assert = javatalk(toolbox)
        .arg("jdks")
        .args(jdk_options(toolbox))
        .assert()
        .success();
    for jdk in toolbox.jdks() {
        assert = assert
            .stdout(contains(format!("java{} ", jdk.feature())))
            .stdout(contains(jdk.home().to_str().unwrap()));
    }
    let newest = toolbox.javas().pop().unwrap();
    assert.stdout(ends_with(format!(
        "\nthe oracle is java{newest} with java{newest}\n"
    )));
}

pub(crate) fn commands_without_a_jdk_exit_with_status_8(toolbox: &Arc<Toolbox>) {
    for subcommand in ["interop", "jdks"] {
        javatalk(toolbox)
            .arg(subcommand)
            .env("JAVATALK_JDK", "none")
            .assert()
            .code(8)
            .stdout("")
            .stderr(starts_with("javatalk: JAVATALK_JDK is `none`: "));
        javatalk(toolbox)
            .args([subcommand, "--jdk", "/no/such/jdk"])
            .assert()
            .code(8)
            .stdout("")
            .stderr(
                "javatalk: /no/such/jdk is not a JDK: it has no bin/java; name the folder that \
                 holds bin/java\n",
            );
    }
}

/// One run that prints Chinese, under variables that would make any JVM talk or forget UTF-8.
pub(crate) fn environment_variables_do_not_affect_the_jvm(toolbox: &Arc<Toolbox>) {
    javatalk(toolbox)
        .env("JAVA_TOOL_OPTIONS", "-Dfile.encoding=US-ASCII")
        .env("_JAVA_OPTIONS", "-Xint -XshowSettings")
        .env("JDK_JAVA_OPTIONS", "-verbose:class")
        .env("JDK_JAVAC_OPTIONS", "-verbose")
        .env("CLASSPATH", "/nowhere")
        .env("LC_ALL", "C")
        .arg("interop")
        .arg("chat::chinese::")
        .args(jdk_options(toolbox))
        .arg("--cache")
        .arg(tempfile::tempdir().unwrap().path())
        .assert()
        .success()
        .stdout(predicate::str::contains(" pass in "));
}

pub(crate) fn a_pairing_with_a_missing_jdk_is_an_error(toolbox: &Arc<Toolbox>) {
    // A pairing with a JDK that is not there.
    let pairing = Pairing {
        client: Participant::Rust,
        server: Participant::Java(998),
    };
    let error = programs(toolbox)
        .run(&hello(), NetworkPlan::default(), pairing, Freshness::Fresh)
        .unwrap_err();
    assert_eq!(error.to_string(), "no JDK 998 was found");
}

/// A run of programs and of peers with a cache of its own, whose name is in the command line of all that it starts.
#[cfg(target_os = "linux")]
pub(crate) fn a_killed_harness_leaves_no_process(toolbox: &Arc<Toolbox>) {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let cache = tempfile::tempdir().unwrap();
    let mark = cache.path().to_str().unwrap();
    let alive = || -> Vec<String> {
        fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("cmdline")).ok())
            .filter(|line| line.contains(mark) && !line.contains("interop"))
            .collect()
    };
    let mut harness = std::process::Command::new(toolbox.javatalk())
        .args(["interop", "chat::", "scenario::byte.", "--cache", mark])
        .args(jdk_options(toolbox))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first row is done: compiling is over, and the next rows are being played.
    let said = BufReader::new(harness.stderr.take().unwrap());
    let first_row = said
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains(" of "));
    assert!(
        first_row.is_some(),
        "the harness ended before it was killed"
    );
    let deadline = Instant::now() + Duration::from_secs(30);
    while alive().is_empty() {
        assert!(Instant::now() < deadline, "nothing was started");
    }
    harness.kill().unwrap();
    harness.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let left = alive();
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "still there: {left:?}");
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn a_killed_harness_leaves_no_process(_: &Arc<Toolbox>) {
    panic!("proved on Linux only: it reads /proc");
}

#[cfg(target_os = "linux")]
pub(crate) fn a_run_at_the_process_limit_is_reported_without_a_panic(toolbox: &Arc<Toolbox>) {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    const NOBODY: u32 = 65534;

    for jdk in toolbox.jdks() {
        toolbox.classes(jdk).unwrap();
    }
    // Where every user can read them.
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (cache, program) = (folder.path().join("cache"), folder.path().join("javatalk"));
    fs::copy(toolbox.javatalk(), &program).unwrap();
    for jdk in toolbox.jdks() {
        javatalk::internals::system::jdk::Classes::of(
            jdk,
            toolbox.jdks(),
            &cache,
            toolbox.javatalk(),
        )
        .unwrap();
    }
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).unwrap();
    let limited = |arguments: &[&str], cache: &std::path::Path| {
        let mut command = Command::new("prlimit");
        command
            .arg("--nproc=1")
            .arg(&program)
            .args(arguments)
            .args(jdk_options(toolbox))
            .arg("--cache")
            .arg(cache)
            .arg("--host-network");
        // The system does not limit root.
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!said.contains("panicked"), "{said}");
        assert!(
            said.contains("this user may have no more processes and threads: end some, "),
            "{said}"
        );
        (output.status.code(), said)
    };
    let (code, said) = limited(&["interop", "nul-is-two-bytes"], &cache);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(" cases: 0 pass, "), "{said}");
    let (code, said) = limited(&["faults", "nul-is-two-bytes"], &cache);
    assert_eq!(code, Some(1), "{said}");

    // Nothing can be compiled either, which is no lack of a JDK.
    fs::remove_dir_all(&cache).unwrap();
    fs::create_dir(&cache).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&cache, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let (code, said) = limited(&["interop", "nul-is-two-bytes"], &cache);
    assert_eq!(code, Some(7), "{said}");
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn a_run_at_the_process_limit_is_reported_without_a_panic(_: &Arc<Toolbox>) {
    panic!("proved on Linux only: other systems have no prlimit");
}

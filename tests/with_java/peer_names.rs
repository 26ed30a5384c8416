//! Under which names peers from outside take part, and what the reports say of them.

use std::fs;
use std::sync::Arc;

use assert_cmd::assert::Assert;
use javatalk::internals::interop::report::Run;
use javatalk::internals::interop::toolbox::Toolbox;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::{javatalk, jdk_options};

/// The peer in Rust as a program from outside, which says that it is `NAME LANGUAGE VERSION`; the
/// second has a broken `readByte` in addition.
fn peers(toolbox: &Toolbox, one: &str, another: &str) -> [String; 2] {
    let javatalk = toolbox.javatalk().display();
    let named = |hello: &str, edit: &str| {
        format!(r#"sh -c '"{javatalk}" peer | sed -u "s/^@@ peer .*/@@ peer {hello}/{edit}"'"#)
    };
    [
        named(one, ""),
        named(another, "; s/^@@ returned 7 /@@ returned 8 /"),
    ]
}

fn played(toolbox: &Arc<Toolbox>, arguments: &[&str], peers: &[String]) -> Assert {
    let mut command = javatalk(toolbox);
    command.args(arguments).args(jdk_options(toolbox));
    for peer in peers {
        command.args(["--peer", peer]);
    }
    command.assert()
}

/// One that was not played must not look as if it had passed.
pub(crate) fn two_versions_of_one_peer_are_played_side_by_side(toolbox: &Arc<Toolbox>) {
    let peers = peers(toolbox, "mine c 1.0", "mine c 2.0");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let names = ["run.json", "run.xml", "run.md", "run.html"].map(file);
    let mut arguments = vec!["interop", "scenario::byte-as-boolean"];
    let [json, junit, markdown, html] = names.each_ref().map(|name| name.to_str().unwrap());
    arguments.extend([
        "--json",
        json,
        "--junit",
        junit,
        "--markdown",
        markdown,
        "--html",
        html,
    ]);
    played(toolbox, &arguments, &peers)
        .stdout(contains("mine-1.0").and(contains("mine-2.0")))
        .stdout(contains("mine-1.0  c 1.0\n").and(contains("mine-2.0  c 2.0\n")));
    for name in &names[1..] {
        let text = fs::read_to_string(name).unwrap();
        for version in ["c 1.0", "c 2.0", toolbox.jdks()[0].version()] {
            assert!(text.contains(version), "{version}: {}", name.display());
        }
    }
    let run: Run = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let versions: Vec<(&str, &str)> = run
        .peers
        .iter()
        .map(|peer| (peer.name.as_str(), peer.version.as_str()))
        .collect();
    assert_eq!(versions[0], ("rust", env!("CARGO_PKG_VERSION")));
    assert_eq!(versions[1].1, toolbox.jdks()[0].version());
    assert_eq!(
        &versions[versions.len() - 2..],
        [("mine-1.0", "1.0"), ("mine-2.0", "2.0")]
    );
}

pub(crate) fn a_broken_version_beside_a_correct_one_is_blamed(toolbox: &Arc<Toolbox>) {
    for order in [["1", "2"], ["2", "1"]] {
        let hello = order.map(|version| format!("mine c {version}"));
        let peers = peers(toolbox, &hello[0], &hello[1]);
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("seven.scenario"),
            "# A byte is read as it was written.\nclient writeByte 7\nserver readByte\n",
        )
        .unwrap();
        let scenarios = folder.path().display().to_string();
        let broken = format!("java{}-to-mine-{}", toolbox.javas()[0], order[1]);
        // The first of its cause is shown in full, and the others are named.
        let first = format!("rust-to-mine-{}", order[1]);
        let interop = ["interop", "scenario::", "--scenarios", &scenarios];
        played(toolbox, &interop, &peers)
            .code(1)
            .stdout(contains(format!("scenario::seven::{first}\n")))
            .stdout(contains(format!("scenario::seven::{broken}")))
            .stdout(contains(format!(
                "the decoder of mine-{} as server",
                order[1]
            )));
        let faults = ["faults", "--scenarios", &scenarios];
        played(toolbox, &faults, &peers)
            .code(1)
            .stdout(contains(&broken));
    }
}

pub(crate) fn peers_with_ambiguous_or_reserved_names_are_refused(toolbox: &Arc<Toolbox>) {
    let same = peers(toolbox, "mine c 1.0", "mine c 1.0");
    for command in ["interop", "faults", "fuzz"] {
        played(toolbox, &[command], &same)
            .code(2)
            .stdout("")
            .stderr(contains("two peers would both be filed as `mine-1.0`: `/"))
            .stderr(contains("another name or version"));
        for name in ["rust", "raw", "java", "java25", "python"] {
            let reserved = peers(toolbox, "mine c 1.0", &format!("{name} c 1.0"));
            played(toolbox, &[command], &reserved)
                .code(2)
                .stdout("")
                .stderr(contains(format!(
                    "calls itself `{name}`, which is the name of a"
                )));
        }
    }
    let long = peers(toolbox, "mine c 1.0", &format!("{} c 1.0", "n".repeat(65)));
    played(toolbox, &["interop"], &long)
        .code(2)
        .stderr(contains("the name has 65 characters, and 64 are the most"));
}

pub(crate) fn a_peer_in_none_of_the_selected_cases_is_refused(toolbox: &Arc<Toolbox>) {
    let [peer, _] = peers(toolbox, "mine c 1.0", "mine c 1.0");
    played(toolbox, &["interop", "chat::emoji"], &[peer])
        .code(2)
        .stdout("")
        .stderr(contains("takes part in none of these cases"));
}

pub(crate) fn a_peer_that_changes_its_identity_is_detected(toolbox: &Arc<Toolbox>) {
    let javatalk = toolbox.javatalk().display();
    let peer = format!(r#"sh -c '"{javatalk}" peer | sed -u "s/^@@ peer .*/@@ peer mine c $$/"'"#);
    played(toolbox, &["interop", "scenario::byte."], &[peer])
        .code(1)
        .stdout(contains("mine first said that it is mine (c "));
}

pub(crate) fn a_peer_that_cannot_start_is_reported_with_its_stderr(toolbox: &Arc<Toolbox>) {
    let java = toolbox.jdks()[0].home().join("bin/java");
    let peer = format!("{} -cp nowhere Peer", java.display());
    for command in ["interop", "faults", "fuzz"] {
        played(toolbox, &[command], std::slice::from_ref(&peer))
            .code(2)
            .stdout("")
            .stderr(contains(format!(
                "`{peer}` could not start: exit code 1 before it identified itself\n"
            )))
            .stderr(contains("ClassNotFoundException: Peer"));
    }
    javatalk_peer_check(toolbox, &peer)
        .code(2)
        .stdout("")
        .stderr(contains(format!(
            "`{peer}` could not start: exit code 1 before it identified itself\n"
        )))
        .stderr(contains("Could not find or load main class Peer"));
}

fn javatalk_peer_check(toolbox: &Arc<Toolbox>, peer: &str) -> Assert {
    javatalk(toolbox)
        .args(["peer-check", peer])
        .args(jdk_options(toolbox))
        .assert()
}

/// The method that is not offered is the last thing that is seen, and the next case is played by the
/// same processes.
pub(crate) fn a_case_ends_at_the_first_unsupported_call(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts");
    let results = folder.path().join("results.json");
    let peer = format!(
        r#"sh -c 'echo >>"{}"; sed -u "s/^do close\$/do sleep/" | "{}" peer | sed -u "s/peer rust/peer partial/"'"#,
        starts.display(),
        toolbox.javatalk().display()
    );
    let results_name = results.display().to_string();
    let arguments = [
        "interop",
        "scenario::clos",
        "--jobs",
        "1",
        "--json",
        &results_name,
    ];
    played(toolbox, &arguments, &[peer]).success();
    let run: Run = serde_json::from_str(&fs::read_to_string(&results).unwrap()).unwrap();
    let unsupported = run
        .cases
        .iter()
        .filter(|case| case.verdict == "unsupported");
    let mut seen = 0;
    for case in unsupported {
        let side = case.seen.as_ref().unwrap();
        assert!(
            side.ending.ends_with(" does not offer close"),
            "{}: {}",
            case.name,
            side.ending
        );
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
    // Once to learn its name, and once for each role.
    assert_eq!(fs::read_to_string(&starts).unwrap().lines().count(), 3);
}

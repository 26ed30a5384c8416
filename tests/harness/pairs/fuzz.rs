//! `javatalk fuzz --pair`: the cases of a pair, changed at random, find the bugs of a port that the
//! cases themselves do not.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::assert::Assert;
use javatalk::internals::interop::fuzz::Results;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::python;

/// What the old programs play: a bug shows in none of these.
const CASES: &str = r#"
[[pair.case]]
name = "greeting"
client = "hello\nI am 7\nbye\n"

[[pair.case]]
name = "script"
script = '''
a types word
a prints heard word
a types I am 7
a closes
'''
"#;

/// A folder with the pair file of `repeat.py` and a new server with this bug.
fn folder(bug: &str, cases: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/pairs/repeat.py");
    let command = |words: &str| format!("'{}' -IS '{}' {words}", python(), program.display());
    let text = format!(
        "[[pair]]\nreference.client = {:?}\nreference.server = {:?}\ncandidate.server = {:?}\n{cases}",
        command("client {port}"),
        command("server {port}"),
        command(&format!("server {{port}} '{bug}'")),
    );
    fs::write(folder.path().join("repeat.toml"), text).unwrap();
    folder
}

fn javatalk(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_javatalk"));
    command
        .env("JAVATALK_JDK", "none")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .current_dir(folder)
        .args(words)
        .stdin(Stdio::null());
    command
}

/// A busy machine may take long to start a program.
const PATIENCE: [&str; 2] = ["--timeout", "100s"];

fn fuzz(folder: &Path, words: &[&str]) -> Assert {
    let words = [&["fuzz", "--pair", "repeat.toml"], &PATIENCE[..], words].concat();
    assert_cmd::Command::from_std(javatalk(folder, &words)).assert()
}

fn results(folder: &Path, file: &str) -> Results {
    serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

/// Every line that the case of this block types.
fn typed(block: &str) -> Vec<String> {
    let table: toml::Table = block.parse().unwrap_or_else(|why| panic!("{why}: {block}"));
    let case = &table["pair"]["case"][0];
    if let Some(client) = case.get("client") {
        let client = client.as_str().unwrap();
        return client.split_inclusive('\n').map(str::to_owned).collect();
    }
    let script = case["script"].as_str().unwrap().lines();
    let texts = script.filter_map(|line| line.split_once(" types "));
    texts
        .map(|(_, text)| match text.strip_prefix('"') {
            Some(quoted) => {
                let text = quoted.trim_end_matches('"');
                text.replace("\\n", "\n").replace("\\r", "\r")
            }
            None => format!("{text}\n"),
        })
        .collect()
}

/// A search with a new seed finds this bug. What is left of the case types one of these lines; it fails
/// as a case of the pair file, and the command that is shown finds it again.
#[track_caller]
fn finds(bug: &str, lines: &[&str]) {
    let folder = folder(bug, CASES);
    let folder = folder.path();
    let all = ["--cases", "1000", "--most", "1", "--json", "found.json"];
    let assert = fuzz(folder, &all).code(1);
    // Another one may have been found at the same time; the report shows the smallest.
    let found = results(folder, "found.json").found.into_iter();
    let found = found.min_by_key(|it| it.scenario.len()).unwrap();
    let block = &found.scenario;
    assert!(found.small, "{block}");
    assert_eq!(
        fs::read_to_string(folder.join(format!("javatalk-fuzz/{}.toml", found.name))).unwrap(),
        *block
    );
    assert.stdout(contains(block.as_str()));
    let typed = typed(block);
    let is_one = matches!(&typed[..], [only] if lines.contains(&only.as_str()));
    assert!(is_one, "{block}");

    // The cases of the file pass, and the one that was found fails for the same reason.
    let file = folder.join("repeat.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{block}")).unwrap();
    let interop = |words: &[&str]| {
        let words = [&["interop", "--pair", "repeat.toml"], &PATIENCE[..], words].concat();
        assert_cmd::Command::from_std(javatalk(folder, &words)).assert()
    };
    interop(&["repeat::greeting", "repeat::script"]).success();
    interop(&[&found.name])
        .code(1)
        .stdout(contains("the encoder of candidate as server: "));

    fs::write(&file, text).unwrap();
    let again = shlex::split(&found.again).unwrap();
    let again: Vec<&str> = again.iter().skip(1).map(String::as_str).collect();
    assert_cmd::Command::from_std(javatalk(folder, &again))
        .assert()
        .code(1)
        .stdout(contains(format!(
            "[[pair.case]]\nname = \"{}\"",
            found.name
        )));
}

#[test]
fn a_port_that_trims_its_lines_is_found() {
    finds("trims", &[" \n", "\r\n"]);
}

#[test]
fn a_port_that_breaks_surrogate_pairs_is_found() {
    finds("beyond-bmp", &["😀\n"]);
}

#[test]
fn a_port_that_cuts_long_lines_is_found_with_the_first_length_that_shows_it() {
    finds("cuts", &[&("a".repeat(257) + "\n")]);
}

#[test]
fn a_port_that_drops_empty_lines_is_found() {
    finds("drops-empty", &["\n"]);
}

#[test]
fn a_correct_port_gives_no_finding() {
    let folder = folder("", CASES);
    let assert = fuzz(folder.path(), &["--seed", "1", "--cases", "30"]).success();
    assert
        .stdout(contains("[[pair.case]]").not())
        .stdout(contains(
            "; 0 found; the oracle is reference-to-reference\n",
        ))
        .stdout(contains("reference-to-candidate  "));
    assert!(!folder.path().join("javatalk-fuzz").exists());
}

// The server repeats what it hears, but the client says that it has heard it: a step that waits for a
// changed line waits for the new one. What the old programs do not play is discarded.
#[test]
fn a_case_that_the_old_programs_do_not_play_is_discarded() {
    let cases = "[[pair.case]]\nname = \"script\"\nscript = '''\na types word\na prints \"heard word\\n\"\n\
                 a closes\n'''\n";
    let folder = folder("", cases);
    let words = ["--seed", "1", "--cases", "20", "--json", "all.json"];
    fuzz(folder.path(), &words).success();
    let all = results(folder.path(), "all.json");
    let why = "the old programs do not do what a step waits for";
    assert_eq!(all.discarded.keys().collect::<Vec<_>>(), [why]);
    assert_eq!(all.dialogues + all.discarded[why], 20);
    assert!(all.dialogues > 5, "{all:?}");
}

#[test]
fn a_seed_and_a_number_always_give_the_same_case() {
    let folder = folder("", CASES);
    let list = |words: &[&str]| {
        let all = ["fuzz", "--pair", "repeat.toml", "--list", "--seed", "7"];
        let listed = javatalk(folder.path(), &[&all, words].concat());
        let assert = assert_cmd::Command::from_std(listed).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let all = list(&["--cases", "40"]);
    let [of_a_client, of_a_script] = [12, 13].map(|number| list(&["--only", &number.to_string()]));
    assert!(all.contains(&of_a_client) && all.contains(&of_a_script));
    assert!(of_a_client.contains("\nclient = "), "{of_a_client}");
    assert!(of_a_script.contains("\nscript = '''\n"), "{of_a_script}");
    // Each of them is a case of the file.
    let file = folder.path().join("repeat.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{all}")).unwrap();
    let words = ["interop", "--pair", "repeat.toml", "--list"];
    let listed = assert_cmd::Command::from_std(javatalk(folder.path(), &words)).assert();
    listed.success().stdout(contains(
        "pair::repeat::fuzz-7-39::reference-to-candidate\n",
    ));
}

#[test]
fn two_shards_of_a_pair_joined_are_the_whole_search() {
    let folder = folder("drops-empty", CASES);
    let folder = folder.path();
    let part = |more: &[&str], file: &str| {
        let words = ["--seed", "3", "--cases", "24", "--json", file];
        fuzz(folder, &[&words, more].concat());
        results(folder, file)
    };
    let parts = [
        part(&["--shard", "1/2"], "1.json"),
        part(&["--shard", "2/2"], "2.json"),
    ];
    assert!(parts.iter().all(|part| part.dialogues > 0));
    let words = ["fuzz", "--join", "1.json", "2.json", "--json", "all.json"];
    let joined = assert_cmd::Command::from_std(javatalk(folder, &words)).assert();
    let all = results(folder, "all.json");
    assert_eq!(all.found.len(), parts[0].found.len() + parts[1].found.len());
    assert!(!all.found.is_empty(), "{all:?}");
    // One bug, of which one case is shown.
    let joined = joined.code(1).stdout(contains("  cause    "));
    let text = String::from_utf8(joined.get_output().stdout.clone()).unwrap();
    let causes: std::collections::BTreeSet<&str> =
        all.found.iter().map(|it| it.cause.as_str()).collect();
    assert_eq!(
        text.matches("[[pair.case]]").count(),
        causes.len(),
        "{text}"
    );
}

#[test]
fn an_interrupted_search_reports_what_it_has_played() {
    let folder = folder("", CASES);
    let words = [
        "fuzz",
        "--pair",
        "repeat.toml",
        "--cases",
        "100000",
        "--json",
        "part.json",
    ];
    let mut child = javatalk(folder.path(), &words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(" found\n") {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let process = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(process, Signal::INT).unwrap();
    let rest = std::thread::spawn(move || stderr.read_to_string(&mut said));
    let output = child.wait_with_output().unwrap();
    rest.join().unwrap().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("interrupted: not all of 100,000 cases were run\n"),
        "{text}"
    );
    let part = results(folder.path(), "part.json");
    assert!(part.dialogues > 0 && part.found.is_empty(), "{part:?}");
}

#[test]
fn a_pair_of_which_nothing_can_be_changed_is_a_usage_error() {
    let script = "[[pair.case]]\nname = \"script\"\nscript = '''\na starts\na closes\n'''\n";
    fuzz(folder("", script).path(), &[])
        .code(2)
        .stderr(contains(
            "no case of the pair types anything or has arguments, so there is nothing to change",
        ));
    fuzz(folder("", CASES).path(), &["--peer", "true"])
        .code(2)
        .stderr(contains("cannot be used with"));
}

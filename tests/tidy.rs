//! What a machine can see of the house rules.

use std::fs;
use std::path::{Path, PathBuf};

/// The rings of the library, inner first, and where each lives.
const RINGS: [&[&str]; 5] = [
    &["mutf8", "java_string", "charset"],
    &["data"],
    &["chat"],
    &["interop"],
    &["cli"],
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` whose name ends so, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("target") {
                    collect(&path, ending, found);
                }
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The ring of a source file; none for `lib.rs` and `main.rs`, which name them all.
fn ring(path: &Path) -> Option<usize> {
    let below_src = path.strip_prefix(root().join("src")).ok()?;
    let first = below_src.iter().next()?.to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    RINGS.iter().position(|ring| ring.contains(&module))
}

#[test]
fn an_inner_ring_never_names_an_outer_one() {
    let mut seen = 0;
    for path in files("src", ".rs") {
        let Some(own) = ring(&path) else { continue };
        seen += 1;
        let text = fs::read_to_string(&path).unwrap();
        for outer in RINGS[own + 1..].iter().copied().flatten() {
            assert!(
                !text.contains(&format!("crate::{outer}")),
                "{} names {outer}, which lies outside of it",
                short(&path)
            );
        }
    }
    assert!(seen > 20, "only {seen} files have a ring: has src moved?");
}

#[test]
fn only_their_owners_do_what_only_they_may() {
    // What, and the folder or file that alone may do it.
    let rules = [
        ("Command::new", "src/interop/process"),
        ("\"javac\"", "src/interop/jdk"),
        ("\"c++\"", "src/interop/toolchain.rs"),
        ("\"python3\"", "src/interop/toolchain.rs"),
        ("ExitCode", "src/main.rs"),
        ("process::exit", "src/main.rs"),
        ("anstream::", "src/cli/output"),
    ];
    for (what, owner) in rules {
        let mut users = Vec::new();
        for path in files("src", ".rs") {
            let text = fs::read_to_string(&path).unwrap();
            if text.contains(what) {
                users.push(short(&path));
            }
        }
        let others: Vec<_> = users
            .iter()
            .filter(|user| !user.starts_with(owner))
            .collect();
        assert!(others.is_empty(), "{what} belongs to {owner}: {others:?}");
    }
}

#[test]
fn the_codec_knows_no_sockets_processes_or_clocks() {
    for path in files("src", ".rs") {
        if ring(&path).is_none_or(|ring| ring > 1) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in [
            "std::net",
            "std::process",
            "std::time",
            "std::thread",
            "std::fs",
            "std::env",
            "tokio::net",
            "tokio::process",
            "tokio::spawn",
            "tokio::time",
        ] {
            let in_code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains(word));
            assert!(!in_code, "{}: {word}", short(&path));
        }
    }
}

#[test]
fn unsafe_code_stands_in_one_file() {
    let owner = root().join("src/mutf8/simd/mod.rs");
    let mut seen = 0;
    for folder in ["src", "tests", "examples", "fuzz/fuzz_targets"] {
        for path in files(folder, ".rs") {
            if path.ends_with("tests/tidy.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let is_unsafe = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains("unsafe ") || line.contains("unsafe_code"));
            assert!(!is_unsafe || path == owner, "{}", short(&path));
            seen += usize::from(is_unsafe);
        }
    }
    assert_eq!(seen, 1, "has the unsafe code moved?");
}

#[test]
fn every_name_says_something() {
    let nothing = [
        "util", "utils", "helper", "helpers", "common", "misc", "core", "manager",
    ];
    for folder in ["src", "tests", "java", "examples"] {
        for path in files(folder, "") {
            for part in path.strip_prefix(root()).unwrap().iter() {
                let part = Path::new(part).file_stem().unwrap().to_str().unwrap();
                assert!(!nothing.contains(&part), "{}", short(&path));
            }
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for folder in ["src", "tests", "examples"] {
        for path in files(folder, ".rs") {
            let text = fs::read_to_string(&path).unwrap();
            assert!(
                text.starts_with("//!"),
                "{} begins without `//!`",
                short(&path)
            );
        }
    }
}

#[test]
fn nothing_sleeps() {
    for folder in ["src", "tests"] {
        for path in files(folder, ".rs") {
            if path.ends_with("tidy.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("thread::sleep"), "{}", short(&path));
        }
    }
}

#[test]
fn every_place_that_the_readme_names_is_there() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut seen = 0;
    for word in readme.split('`').skip(1).step_by(2) {
        let is_path = ["src/", "tests/", "scripts/", "java/", ".ci/", "benches/"]
            .iter()
            .any(|folder| word.starts_with(folder));
        if is_path {
            let path = word.split_whitespace().next().unwrap();
            assert!(root().join(path).exists(), "{path} is not there");
            seen += 1;
        }
    }
    assert!(
        seen > 10,
        "only {seen} places: has the README changed its form?"
    );
}

//! The house rules that a machine can check. The import rules are read from `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

/// The table below `heading` in the architecture page: each module, and the modules it may import.
fn import_table(heading: &str) -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, section) = page.split_once(heading).expect("the page has this heading");
    let rows = section
        .lines()
        .skip_while(|line| !line.starts_with("| `"))
        .take_while(|line| line.starts_with("| `"));
    let words = |cell: &str| -> Vec<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    rows.map(|row| {
        let (module, imports) = row[1..].split_once('|').unwrap();
        let imports = words(imports).into_iter().collect();
        (words(module).remove(0), imports)
    })
    .collect()
}

/// The parts of `base` that each part names, with one file that does so. A part is a module, named as
/// in the table: `proxy`, or `peer::check` where a part of a module is a part of its own.
fn imports<'a>(base: &[&str], parts: &[&'a str]) -> BTreeMap<&'a str, BTreeMap<&'a str, PathBuf>> {
    let folder = base
        .iter()
        .fold(PathBuf::from("src"), |path, part| path.join(part));
    let mut all: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for path in files(folder.to_str().unwrap(), ".rs") {
        let own = module_path(path.strip_prefix(root().join("src")).unwrap());
        // `internals.rs` names everything, for the tests.
        if own.len() <= base.len() || own == ["internals"] {
            continue;
        }
        let part = part_of(&own[base.len()..], parts)
            .unwrap_or_else(|| panic!("{} belongs to no part of the table", short(&path)));
        let imported = all.entry(part).or_default();
        let text = fs::read_to_string(&path).unwrap();
        let lines = without_unit_tests(&text).lines();
        let code = lines.filter(|line| !line.trim_start().starts_with("//"));
        for named in code.flat_map(|line| named_paths(line, &own)) {
            let Some(below) = named.strip_prefix(base) else {
                continue;
            };
            if let Some(other) = part_of(below, parts).filter(|&other| other != part) {
                imported.entry(other).or_insert_with(|| path.clone());
            }
        }
    }
    all
}

/// The code alone: unit tests stand at the end of a file.
fn without_unit_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// The longest part that this path lies in.
fn part_of<'a>(path: &[impl AsRef<str>], parts: &[&'a str]) -> Option<&'a str> {
    let holds = |part: &&&str| {
        let words: Vec<&str> = part.split("::").collect();
        words.len() <= path.len() && words.iter().zip(path).all(|(a, b)| *a == b.as_ref())
    };
    parts
        .iter()
        .filter(holds)
        .max_by_key(|part| part.len())
        .copied()
}

/// `src/interop/proxy/mod.rs` is `[interop, proxy]`.
fn module_path(relative: &Path) -> Vec<String> {
    let mut parts: Vec<String> = relative
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    parts.retain(|part| !["mod", "lib", "main"].contains(&part.as_str()));
    parts
}

/// The paths inside this crate that a line of a file of the module `own` names, without `crate`.
fn named_paths<'a>(line: &'a str, own: &'a [String]) -> Vec<Vec<&'a str>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    line.split(|c| !is_word(c))
        .filter_map(|word| {
            let parts: Vec<&str> = word.split("::").collect();
            let up = parts.iter().take_while(|&&part| part == "super").count();
            match parts.first() {
                Some(&"crate") => Some(parts[1..].to_vec()),
                Some(&"super") => {
                    let above = own.len().checked_sub(up)?;
                    let above = own[..above].iter().map(String::as_str);
                    Some(above.chain(parts[up..].iter().copied()).collect())
                }
                _ => None,
            }
        })
        .collect()
}

/// Every import is in the table, and every row of the table is needed.
#[track_caller]
fn obeys(base: &[&str], heading: &str) {
    let table = import_table(heading);
    let parts: Vec<&str> = table.keys().map(String::as_str).collect();
    let imports = imports(base, &parts);
    for part in &parts {
        assert!(imports.contains_key(part), "{heading}: {part} has no file");
    }
    for (part, named) in imports {
        for (other, path) in named {
            assert!(
                table[part].contains(other),
                "{} imports {other}: the table in docs/architecture.md does not allow it to {part}",
                short(&path)
            );
        }
    }
}

/// No module of the table can reach itself.
#[track_caller]
fn has_no_cycle(heading: &str) {
    let mut table = import_table(heading);
    while let Some(leaf) = table
        .iter()
        .find(|(_, to)| to.is_empty())
        .map(|(name, _)| name.clone())
    {
        table.remove(&leaf);
        for to in table.values_mut() {
            to.remove(&leaf);
        }
    }
    assert!(
        table.is_empty(),
        "{heading}: a circle among {:?}",
        table.keys()
    );
}

#[test]
fn modules_import_only_what_the_architecture_page_allows() {
    obeys(&[], "## Rings");
    has_no_cycle("## Rings");
}

#[test]
fn parts_of_the_harness_import_only_what_the_architecture_page_allows() {
    obeys(&["interop"], "### Inside the harness");
    has_no_cycle("### Inside the harness");
}

#[test]
fn folders_and_files_stay_within_the_size_limits() {
    const ENTRIES: usize = 15;
    const LINES: usize = 500;
    let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for path in files("src", "") {
        for folder in path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(root().join("src")))
        {
            folders.entry(folder.to_owned()).or_default();
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines = without_unit_tests(&text).lines().count();
        let excused = LONG_FILES.iter().any(|(file, _)| path.ends_with(file));
        assert_eq!(lines > LINES, excused, "{} has {lines} lines", short(&path));
    }
    for folder in folders.keys() {
        let entries = fs::read_dir(folder).unwrap().count();
        assert!(
            entries <= ENTRIES,
            "{} has {entries} entries",
            short(folder)
        );
    }
}

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[
    (
        "mutf8/simd/avx512.rs",
        "one processor's whole path, read beside avx2.rs",
    ),
    ("mutf8/simd/mod.rs", "all unsafe code is in this file"),
];

#[test]
fn restricted_names_are_used_only_by_their_owners() {
    // What, and the folders or files that alone may do it.
    let rules = [
        ("Command::new", "src/system/process"),
        ("\"javac\"", "src/system/jdk"),
        ("\"c++\"", "src/system/toolchain.rs"),
        ("\"python3\"", "src/system/toolchain.rs"),
        ("ExitCode", "src/main.rs src/testing/pair_file.rs"),
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
            .filter(|user| !owner.split(' ').any(|owner| user.starts_with(owner)))
            .collect();
        assert!(others.is_empty(), "{what} belongs to {owner}: {others:?}");
    }
}

#[test]
fn no_decision_is_made_by_the_letters_of_a_name() {
    for path in files("src", ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for words in [
            "name().starts_with",
            "name().ends_with",
            "name().contains",
            "name().strip_prefix",
        ] {
            assert!(!text.contains(words), "{}: {words}", short(&path));
        }
    }
}

#[test]
fn the_codec_uses_no_sockets_processes_or_clocks() {
    for path in files("src", ".rs") {
        let own = module_path(path.strip_prefix(root().join("src")).unwrap());
        let is_codec =
            |module: &String| ["java_string", "mutf8", "data"].contains(&module.as_str());
        if !own.first().is_some_and(is_codec) {
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
fn unsafe_code_is_confined_to_one_file() {
    let owner = root().join("src/mutf8/simd/mod.rs");
    let mut seen = 0;
    for folder in ["src", "tests", "examples", "fuzz/fuzz_targets"] {
        for path in files(folder, ".rs") {
            if path.ends_with("tests/repository/house.rs") {
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
fn no_file_has_a_meaningless_name() {
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
fn every_module_has_documentation() {
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
fn no_code_sleeps() {
    for folder in ["src", "tests"] {
        for path in files(folder, ".rs") {
            if path.ends_with("house.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("thread::sleep"), "{}", short(&path));
        }
    }
}

#[test]
fn every_path_named_in_the_docs_exists() {
    let mut pages = files("docs", ".md");
    pages.push(root().join("README.md"));
    pages.push(root().join("CONTRIBUTING.md"));
    let mut seen = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let in_code = text.split('`').skip(1).step_by(2).filter(|word| {
            ["src/", "tests/", "scripts/", "java/", ".ci/", "benches/"]
                .iter()
                .any(|folder| word.starts_with(folder))
        });
        let folder = page.parent().unwrap();
        let linked = text.split("](").skip(1).filter_map(|rest| {
            let target = rest.split([')', '#']).next()?;
            let is_file = target.contains('.') && !target.contains(':');
            is_file.then(|| folder.join(target))
        });
        let named = in_code.map(|word| root().join(word.split_whitespace().next().unwrap()));
        for path in named.chain(linked) {
            assert!(
                path.exists(),
                "{}: {} is not there",
                short(&page),
                path.display()
            );
            seen += 1;
        }
    }
    assert!(
        seen > 60,
        "only {seen} places: have the pages changed their form?"
    );
}

//! The Dockerfile, read as its builder reads it. Nothing here needs a container runtime.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|why| panic!("{file}: {why}"))
}

/// A stage: what it starts from, its name, and its instructions with their arguments.
struct Stage {
    from: String,
    name: Option<String>,
    instructions: Vec<(String, String)>,
}

impl Stage {
    /// The arguments of each instruction of this kind.
    fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let these = self
            .instructions
            .iter()
            .filter(move |(name, _)| name == kind);
        these.map(|(_, arguments)| arguments.as_str())
    }

    fn last<'a>(&'a self, kind: &'a str) -> &'a str {
        let last = self.all(kind).last();
        last.unwrap_or_else(|| panic!("{} is followed by {kind}", self.from))
    }
}

/// The stages of the Dockerfile.
fn stages() -> Vec<Stage> {
    let text = read("Dockerfile");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let mut stages: Vec<Stage> = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let (instruction, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = arguments.split_whitespace().collect();
        if instruction == "FROM" {
            stages.push(Stage {
                from: words[0].to_owned(),
                name: match words[1..] {
                    [] => None,
                    ["AS", name] => Some(name.to_owned()),
                    _ => panic!("{line}"),
                },
                instructions: Vec::new(),
            });
        } else {
            let stage = stages.last_mut().expect("FROM is the first instruction");
            let entry = (instruction.to_owned(), words.join(" "));
            stage.instructions.push(entry);
        }
    }
    stages
}

/// The stage whose image is of this repository.
fn stage_of<'a>(stages: &'a [Stage], image: &str) -> &'a Stage {
    let found = stages.iter().find(|stage| {
        let (repository, _) = stage.from.split_once(':').expect("an image has a tag");
        repository == image
    });
    found.unwrap_or_else(|| panic!("a stage starts from {image}"))
}

/// Whether .dockerignore keeps a path of the repository from the builder.
fn is_ignored(path: &Path) -> bool {
    let text = read(".dockerignore");
    let mut patterns = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    patterns.any(|pattern| match pattern.strip_prefix("**/") {
        Some(name) => path.iter().any(|part| part == name),
        None => {
            let plain = !pattern.contains(['*', '?', '!', '[']);
            assert!(plain, "this test cannot read {pattern}");
            path.starts_with(pattern)
        }
    })
}

/// Every file that the builder gets, relative to the root.
fn context() -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if is_ignored(&path) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new(""), &mut found);
    found
}

#[test]
fn every_stage_that_is_copied_from_is_there() {
    let stages = stages();
    let mut seen = 0;
    for (position, stage) in stages.iter().enumerate() {
        for copy in stage.all("COPY") {
            let Some(rest) = copy.strip_prefix("--from=") else {
                continue;
            };
            let (from, _) = rest.split_once(' ').unwrap();
            let earlier = &stages[..position];
            assert!(
                earlier.iter().any(|s| s.name.as_deref() == Some(from)),
                "{copy}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

#[test]
fn what_is_copied_from_the_repository_is_there_and_not_ignored() {
    let mut seen = 0;
    for stage in stages() {
        for copy in stage.all("COPY").filter(|copy| !copy.starts_with("--from")) {
            let mut paths: Vec<&str> = copy.split(' ').collect();
            paths.pop().expect("a destination");
            for path in paths {
                assert!(root().join(path).exists(), "{copy}");
                assert!(!is_ignored(Path::new(path)), "{copy}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 1);
}

#[test]
fn what_git_ignores_is_not_sent_to_the_builder() {
    for line in read(".gitignore").lines() {
        let path = line.trim_matches('/').replace('*', "any");
        assert!(is_ignored(Path::new(&path)), "{line}");
    }
    assert!(is_ignored(Path::new(".git")));
}

#[test]
fn the_builder_gets_all_that_cargo_needs() {
    let folder = TempDir::new().unwrap();
    let files = context();
    for file in &files {
        let copy = folder.path().join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(root().join(file), copy).unwrap();
    }
    let cargo = |folder: &Path, arguments: &[&str]| -> String {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--locked"])
            .current_dir(folder)
            .assert()
            .success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    // Fails if a member of the workspace or a file of a target is missing.
    cargo(
        folder.path(),
        &["metadata", "--no-deps", "--format-version", "1"],
    );
    // What the command is compiled from is what is published.
    let packaged = cargo(root(), &["package", "--list", "--allow-dirty"]);
    let files: BTreeSet<PathBuf> = files.into_iter().collect();
    for file in packaged.lines().map(Path::new) {
        // Those that cargo writes itself are not there.
        let is_there = root().join(file).exists();
        assert!(!is_there || files.contains(file), "{}", file.display());
    }
}

#[test]
fn the_image_installs_the_command_as_the_readme_says() {
    let stages = stages();
    let build = stage_of(&stages, "rust");
    let command = build.last("RUN");
    let (command, folder) = command.split_once(" --root ").unwrap();
    let command = command.replace(" --locked", "");
    assert!(
        read("README.md").contains(&format!("\n{command}\n")),
        "{command}"
    );
    let last = stages.last().unwrap();
    let name = build.name.as_ref().unwrap();
    let copied = format!("--from={name} {folder}/bin/javatalk /usr/local/bin/javatalk");
    assert!(last.all("COPY").any(|copy| copy == copied), "{copied}");
    assert_eq!(last.last("ENTRYPOINT"), "[\"javatalk\"]");
}

#[test]
fn the_compiler_of_the_image_can_compile_the_command() {
    let stages = stages();
    let (_, tag) = stage_of(&stages, "rust").from.split_once(':').unwrap();
    let minor = |version: &str| -> u32 {
        let (major, minor) = version.split_once('.').expect("a version");
        assert_eq!(major, "1");
        minor.parse().unwrap()
    };
    let given = minor(tag.split('-').next().unwrap());
    let manifest = read("Cargo.toml");
    let (_, section) = manifest.split_once("[package.metadata.command]\n").unwrap();
    let (_, needed) = section.split_once("rust-version = \"").unwrap();
    let needed = minor(needed.split('"').next().unwrap());
    assert!(given >= needed, "{tag}");
}

#[test]
fn the_image_runs_with_two_jdks_and_not_as_root() {
    let stages = stages();
    let last = stages.last().unwrap();
    let jdks = stages.iter().filter_map(|stage| {
        let tag = stage.from.strip_prefix("eclipse-temurin:")?;
        tag.split('-').next()
    });
    assert_eq!(jdks.collect::<Vec<_>>(), ["17", "25"]);
    // The home of the JDK in the images of Eclipse Temurin.
    let own = "/opt/java/openjdk";
    let copied = format!("--from=jdk17 {own} /opt/jdk-17");
    assert!(last.all("COPY").any(|copy| copy == copied), "{copied}");
    let homes = format!("JAVATALK_JDK=/opt/jdk-17:{own} ");
    assert!(last.last("ENV").starts_with(&homes), "{homes}");
    for id in last.last("USER").split(':') {
        // Kubernetes compares the number with 0; it does not look a name up.
        assert!(id.parse::<u32>().unwrap() > 0, "{id}");
    }
}

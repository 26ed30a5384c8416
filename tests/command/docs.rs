//! The command lines in the README and the manual are valid, and what they name exists.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use javatalk::internals::cli;
use javatalk::internals::interop::programs::pairs::file;
use javatalk::internals::interop::scenario::language::{Script, embedded};

/// The README and the pages of the manual, with their paths.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = fs::read_dir(root.join("docs")).unwrap();
    let manual = manual.map(|entry| entry.unwrap().path());
    let files = iter::once(root.join("README.md")).chain(manual);
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The contents of the fenced blocks of a page whose info string is `language`.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let starts = page.split(&fence).skip(1);
    starts
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect()
}

/// The calls of javatalk in a page: lines of shell blocks, and commands in the text.
fn commands(page: &str) -> Vec<String> {
    let in_blocks = blocks(page, "sh")
        .into_iter()
        .map(|block| block.replace("\\\n", " "));
    let in_blocks: Vec<String> = in_blocks
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .flat_map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    // Every other part between backticks is code.
    let in_text = page.split('`').skip(1).step_by(2).map(str::to_owned);
    let is_call = |line: &String| {
        let program = line.split_whitespace().next().unwrap_or_default();
        Path::new(program)
            .file_name()
            .is_some_and(|name| name == "javatalk")
    };
    in_blocks
        .into_iter()
        .chain(in_text)
        .filter(is_call)
        .collect()
}

#[test]
fn every_command_line_in_the_docs_is_valid() {
    let mut checked = 0;
    for (path, page) in pages() {
        for command in commands(&page) {
            let words = shlex::split(&command).unwrap_or_else(|| panic!("{command}"));
            // The reader's own programs do not exist here.
            let existing = |word: String| match word.strip_prefix("./") {
                Some(_) => "sh".to_owned(),
                None => word,
            };
            let words: Vec<String> = words.into_iter().map(existing).collect();
            // The text may name a command without its arguments.
            if words.len() < 3 {
                continue;
            }
            if let Err(why) = cli::check(&words) {
                panic!("{}: `{command}`: {why}", path.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} command lines were found");
}

#[test]
fn every_scenario_in_the_docs_parses() {
    let mut read = 0;
    for (path, page) in pages() {
        for block in blocks(&page, "text") {
            let is_scenario = block
                .lines()
                .any(|line| line.starts_with("client ") || line.starts_with("server "));
            if !block.starts_with("# ") || !is_scenario {
                continue;
            }
            let script = Script::parse("page.scenario", block)
                .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            assert!(
                !script.scenarios().is_empty(),
                "{}: {block}",
                path.display()
            );
            read += 1;
        }
    }
    assert!(read >= 2, "only {read} scenarios were found");
}

#[test]
fn every_file_that_a_page_links_to_exists() {
    for (path, page) in pages() {
        // Links of the form [text](target).
        for rest in page.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.contains("::") {
                continue;
            }
            let linked = path.parent().unwrap().join(file);
            assert!(linked.exists(), "{}: {target}", path.display());
        }
    }
}

#[test]
fn every_scenario_named_in_the_docs_exists() {
    // A test is named after a case, or after the file of its cases.
    let mut names: Vec<String> = embedded()
        .into_iter()
        .map(|scenario| scenario.name)
        .collect();
    let files: Vec<String> = names
        .iter()
        .filter_map(|name| Some(name.split_once('.')?.0.to_owned()))
        .collect();
    names.extend(files);
    for (path, page) in pages() {
        for rest in page.split("scenario::").skip(1) {
            let name = rest.split("::").next().unwrap_or_default();
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.=+".contains(c);
            if name.is_empty() || !name.chars().all(is_name) {
                continue;
            }
            assert!(
                names.iter().any(|known| known == name),
                "{}: {name}",
                path.display()
            );
        }
    }
}

/// A pair and a case that the fragments of the manual can be added to.
const PAIR: &str = "[[pair]]\nreference.client = \"java Client {port}\"\nreference.server = \"java \
                    Server {port}\"\ncandidate.server = \"java New {port}\"\n";
const CASE: &str = "[[pair.case]]\nname = \"hello\"\n";

#[test]
fn every_piece_of_a_pair_file_in_the_docs_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let new_server = folder.path().join("new-server");
    fs::write(&new_server, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&new_server, fs::Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("page.toml");
    let mut read = 0;
    for (path, page) in pages() {
        let is_of_pairs = path.ends_with("docs/your-own-pair.md");
        for block in blocks(&page, "toml") {
            if !is_of_pairs && !block.contains("[[pair") {
                continue;
            }
            let starts = |line: &str| block.starts_with(line);
            let text = if starts("[[pair]]") {
                block.to_owned()
            } else if starts("[[pair.") {
                format!("{PAIR}{CASE}{block}")
            } else if block.contains("reference.") {
                format!("[[pair]]\n{block}{CASE}")
            } else {
                format!("{PAIR}{block}{CASE}")
            };
            fs::write(&file, &text).unwrap();
            if let Err(why) = file::read(&file) {
                panic!("{}: {why}\n{text}", path.display());
            }
            read += 1;
        }
    }
    assert!(read >= 12, "only {read} pieces of pair files were found");
}

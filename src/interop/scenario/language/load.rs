//! Loads scenario files from a folder, or from those embedded in the executable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use include_dir::{Dir, include_dir};

use super::limits::{Cost, MOST_TEXT, OF_A_FOLDER};
use super::{LoadError, Scenario, Script, ScriptError};

/// The project's own scenario files, embedded in the executable.
///
/// Cargo does not notice a file that is added to the folder; a test does.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/scenarios");

/// The folder in the project.
const FOLDER: &str = "tests/scenarios";

/// Every scenario in this folder and its subfolders, sorted by name.
///
/// # Errors
///
/// If something cannot be read, a file has a syntax error, two scenarios have the same name, or
/// there is no scenario.
pub fn load(folder: &Path) -> Result<Vec<Scenario>, LoadError> {
    let mut scripts = Vec::new();
    let mut cost = Cost::default();
    for path in collect(folder)? {
        let text = read(&path).map_err(|error| LoadError::Unreadable(path.clone(), error))?;
        let script = Script::parse(&path.to_string_lossy(), &text)?;
        cost = cost.and(script.cost);
        cost.check(OF_A_FOLDER).map_err(|what| ScriptError {
            file: script.file.clone(),
            line: 1,
            what: format!("with the files before it, {what}"),
        })?;
        scripts.push(script);
    }
    if scripts.is_empty() {
        return Err(LoadError::Empty(folder.to_owned()));
    }
    together(scripts)
}

/// The project's own scenarios, sorted by name.
///
/// # Panics
///
/// If a file has a syntax error, which a test rules out.
pub fn embedded() -> Vec<Scenario> {
    let scripts: Result<Vec<Script>, ScriptError> = embedded_files()
        .iter()
        .map(|(file, text)| Script::parse(file, text))
        .collect();
    scripts
        .map_err(LoadError::from)
        .and_then(together)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The project's own scenario files, by their paths in the project, sorted.
pub fn embedded_files() -> Vec<(String, &'static str)> {
    fn collect(folder: &Dir<'static>, files: &mut Vec<(String, &'static str)>) {
        for file in folder.files() {
            let path: Vec<_> = file
                .path()
                .iter()
                .map(|part| part.to_string_lossy())
                .collect();
            let path = format!("{FOLDER}/{}", path.join("/"));
            files.extend(file.contents_utf8().map(|text| (path, text)));
        }
        for folder in folder.dirs() {
            collect(folder, files);
        }
    }
    let mut files = Vec::new();
    collect(&EMBEDDED, &mut files);
    files.retain(|(path, _)| path.ends_with(ENDING));
    files.sort();
    files
}

fn together(scripts: Vec<Script>) -> Result<Vec<Scenario>, LoadError> {
    let mut scenarios: Vec<Scenario> = scripts.into_iter().flat_map(|one| one.cases).collect();
    scenarios.sort_by(|one, other| (&one.name, &one.file).cmp(&(&other.name, &other.file)));
    for pair in scenarios.windows(2) {
        if pair[0].name == pair[1].name {
            return Err(LoadError::SameName {
                name: pair[0].name.clone(),
                files: [pair[0].file.clone(), pair[1].file.clone()],
            });
        }
    }
    Ok(scenarios)
}

/// The scenario files in this folder and its subfolders, sorted. A folder that several links point
/// to is searched once.
fn collect(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut paths = Vec::new();
    let mut known = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| LoadError::Unreadable(folder.clone(), error);
        if !known.insert(folder.canonicalize().map_err(unreadable)?) {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ENDING) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if metadata.len() > MOST_TEXT {
        return Err(io::Error::other(format!(
            "{} bytes: {MOST_TEXT} are the most for a scenario file",
            metadata.len()
        )));
    }
    fs::read_to_string(path)
}

const ENDING: &str = ".scenario";

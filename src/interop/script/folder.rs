//! Where scenario files are: a folder, or this command itself.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::{LoadError, Scenario, Script, ScriptError};

/// The project's own scenario files travel inside the command.
///
/// Cargo does not see that a file was added to the folder; a test says so then.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/scenarios");

/// Where they are in the project.
const FOLDER: &str = "tests/scenarios";

/// All scenarios in this folder and those below it, sorted by name.
///
/// # Errors
///
/// If something cannot be read, is not in the format, or bears a name that is taken; or if there
/// is no scenario at all.
pub fn load(folder: &Path) -> Result<Vec<Scenario>, LoadError> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    let mut scripts = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)
            .map_err(|error| LoadError::Unreadable(path.clone(), error))?;
        scripts.push(Script::parse(&path.to_string_lossy(), &text)?);
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
/// If they are not in the format, which a test rules out.
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

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let unreadable = |error| LoadError::Unreadable(folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.to_string_lossy().ends_with(ENDING) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(())
}

const ENDING: &str = ".scenario";

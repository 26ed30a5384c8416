//! The folder of the files, and their texts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::model::VectorFile;

/// The schema of all files, which is written beside them.
const SCHEMA: (&str, &str) = (
    "schema.json",
    include_str!("../../tests/vectors/schema.json"),
);

/// Files by their names.
pub(crate) type Files = BTreeMap<String, VectorFile>;

/// Reads all files of a folder, except the schema.
///
/// # Errors
///
/// If the folder or a file cannot be read, or if there is none.
pub(crate) fn read(folder: &Path) -> Result<Files, FolderError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |why| FolderError::Io { path, why }
    };
    let mut files = Files::new();
    let entries = fs::read_dir(folder).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => FolderError::Empty(folder.to_owned()),
        _ => failed(folder)(why),
    })?;
    for entry in entries {
        let path = entry.map_err(failed(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.extension().is_none_or(|ending| ending != "json") || name == SCHEMA.0 {
            continue;
        }
        let text = fs::read(&path).map_err(failed(&path))?;
        let file = serde_json::from_slice(&text).map_err(|why| FolderError::Format {
            path: path.clone(),
            why,
        })?;
        files.insert(name.into_owned(), file);
    }
    if files.is_empty() {
        return Err(FolderError::Empty(folder.to_owned()));
    }
    Ok(files)
}

/// The text of each file, and of the schema, by name.
pub(crate) fn texts(files: &Files) -> BTreeMap<String, String> {
    let files = files.iter();
    let mut texts: BTreeMap<String, String> = files
        .map(|(name, file)| (name.clone(), file.to_json()))
        .collect();
    texts.insert(SCHEMA.0.to_owned(), SCHEMA.1.to_owned());
    texts
}

/// Why the files cannot be read.
#[derive(Debug, Error)]
pub(crate) enum FolderError {
    #[error("{}: {why}", .path.display())]
    Io { path: PathBuf, why: io::Error },
    #[error("{} is no file of vectors: {why}", .path.display())]
    Format {
        path: PathBuf,
        why: serde_json::Error,
    },
    #[error("there are no vectors in {folder}; `javatalk vectors {folder}` writes them", folder = .0.display())]
    Empty(PathBuf),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::vectors::cases;
    use crate::vectors::model::Test;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
    }

    #[test]
    fn stored_files_have_the_form_in_which_they_are_written() {
        for (name, text) in texts(&read(&folder()).unwrap()) {
            let stored = fs::read_to_string(folder().join(&name)).unwrap();
            assert!(stored == text, "{name} differs: run `javatalk vectors`");
        }
    }

    #[test]
    fn a_folder_without_vectors_says_how_they_are_written() {
        let empty = tempfile::tempdir().unwrap();
        let missing = empty.path().join("missing");
        for folder in [empty.path(), &missing] {
            let why = read(folder).unwrap_err().to_string();
            let folder = folder.display();
            let expected = format!(
                "there are no vectors in {folder}; `javatalk vectors {folder}` writes them"
            );
            assert_eq!(why, expected);
        }
    }

    #[test]
    fn stored_files_hold_every_case_and_no_other() {
        let stored = read(&folder()).unwrap();
        let cases = cases::all();
        assert!(stored.keys().eq(cases.keys()));
        for (file, cases) in stored.values().zip(cases.values()) {
            let tests = file.tests().map(|(_, test)| test.question());
            let wanted: Vec<&Test> = cases.tests().map(|(_, test)| test).collect();
            for (test, wanted) in tests.zip(&wanted) {
                assert_eq!(test, **wanted, "stale: run `javatalk vectors`");
            }
            assert_eq!(file.tests().count(), wanted.len());
            assert_eq!(file.tests, wanted.len());
            assert_eq!(file.flags, cases.flags);
        }
    }

    /// The keys of an object of the files, by the name of its definition in the schema.
    fn note_keys(name: &str, value: &Value, keys: &mut BTreeMap<String, BTreeSet<String>>) {
        let below = |key: &str| match (name, key) {
            ("file", "groups") => Some("group"),
            ("group", "tests") => Some("test"),
            ("test" | "differs", "calls") => Some("call"),
            ("test", "differs") => Some("differs"),
            _ => None,
        };
        for (key, value) in value.as_object().unwrap() {
            keys.entry(name.to_owned()).or_default().insert(key.clone());
            if let Some(name) = below(key) {
                for value in value.as_array().unwrap() {
                    note_keys(name, value, keys);
                }
            }
        }
    }

    #[test]
    fn the_schema_has_the_keys_of_the_files() {
        let mut keys = BTreeMap::new();
        for file in read(&folder()).unwrap().values() {
            note_keys("file", &serde_json::to_value(file).unwrap(), &mut keys);
        }
        let schema: Value = serde_json::from_str(SCHEMA.1).unwrap();
        let places = [
            ("file", "/properties"),
            ("group", "/$defs/group/properties"),
            ("test", "/$defs/test/properties"),
            ("differs", "/$defs/test/properties/differs/items/properties"),
            ("call", "/$defs/call/properties"),
        ];
        for (name, place) in places {
            let declared = schema.pointer(place).unwrap().as_object().unwrap();
            let declared: BTreeSet<String> = declared.keys().cloned().collect();
            assert_eq!(keys[name], declared, "{name}");
        }
    }
}

//! The files of a case: a fresh copy for each program, and what the program leaves in it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::interop::model::pair::run::FileContent;
use crate::interop::programs::set_up_error::SetUpError;
use crate::system::cache::digest::digest_of;

/// A copy of this folder, which is removed when it is dropped.
///
/// # Errors
///
/// If a file cannot be read, or the copy cannot be written.
pub(super) fn copy(folder: &Path) -> Result<TempDir, SetUpError> {
    let copy = empty()?;
    copy_into(folder, copy.path()).map_err(|why| SetUpError::Files {
        folder: folder.to_path_buf(),
        why,
    })?;
    Ok(copy)
}

/// A folder without files, which is removed when it is dropped.
///
/// # Errors
///
/// If it cannot be made.
pub(super) fn empty() -> Result<TempDir, SetUpError> {
    let made = tempfile::Builder::new().prefix("javatalk-").tempdir();
    made.map_err(|why| SetUpError::Folder {
        folder: std::env::temp_dir(),
        why,
    })
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        let copied = if kind.is_dir() {
            fs::create_dir(&target).and_then(|()| copy_into(&source, &target))
        } else if kind.is_symlink() {
            fs::read_link(&source).and_then(|link| std::os::unix::fs::symlink(link, &target))
        } else if kind.is_file() {
            fs::copy(&source, &target).map(drop)
        } else {
            Err(io::Error::other(
                "it is neither a file, a folder nor a link",
            ))
        };
        copied.map_err(|why| named(&source, &why))?;
    }
    Ok(())
}

fn named(path: &Path, why: &io::Error) -> io::Error {
    io::Error::new(why.kind(), format!("{}: {why}", path.display()))
}

/// A file up to this size is kept as it is; of a larger one only the size and the digest.
const MOST_KEPT: u64 = 1 << 20;

/// What is in this folder, by relative path.
pub(super) fn contents(folder: &Path) -> BTreeMap<PathBuf, FileContent> {
    let mut contents = BTreeMap::new();
    add(folder, Path::new(""), &mut contents);
    contents
}

/// Adds the content of the folder `at`, relative to `folder`. What a program has made unreadable is
/// left out.
fn add(folder: &Path, at: &Path, contents: &mut BTreeMap<PathBuf, FileContent>) {
    let entries = fs::read_dir(folder.join(at)).into_iter().flatten();
    for entry in entries.flatten() {
        let path = at.join(entry.file_name());
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let content = if kind.is_dir() {
            add(folder, &path, contents);
            Some(FileContent::Folder)
        } else if kind.is_symlink() {
            fs::read_link(entry.path()).ok().map(FileContent::Link)
        } else if kind.is_file() {
            of_file(&entry.path()).ok()
        } else {
            None
        };
        contents.extend(content.map(|content| (path, content)));
    }
}

fn of_file(path: &Path) -> io::Result<FileContent> {
    let size = fs::metadata(path)?.len();
    if size <= MOST_KEPT {
        return Ok(FileContent::Bytes(fs::read(path)?));
    }
    let (size, digest) = digest_of(File::open(path)?)?;
    Ok(FileContent::Large(size, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_every_file_folder_and_link() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("data/empty")).unwrap();
        fs::write(path("data/words.txt"), "one two").unwrap();
        std::os::unix::fs::symlink("data/words.txt", path("words")).unwrap();
        fs::write(
            path("large"),
            vec![7; usize::try_from(MOST_KEPT + 1).unwrap()],
        )
        .unwrap();
        let copy = copy(folder.path()).unwrap();
        let found = contents(copy.path());
        assert_eq!(found, contents(folder.path()));
        let names: Vec<_> = found.keys().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(
            names,
            ["data", "data/empty", "data/words.txt", "large", "words"]
        );
        let content = |name: &str| &found[Path::new(name)];
        assert_eq!(*content("data/empty"), FileContent::Folder);
        assert_eq!(
            *content("data/words.txt"),
            FileContent::Bytes(b"one two".to_vec())
        );
        assert_eq!(
            *content("words"),
            FileContent::Link(PathBuf::from("data/words.txt"))
        );
        assert!(matches!(content("large"), FileContent::Large(size, _) if *size == MOST_KEPT + 1));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap().path().join("data");
        let why = copy(&folder).unwrap_err().to_string();
        assert!(
            why.starts_with(&format!("{} cannot be copied", folder.display())),
            "{why}"
        );
    }
}

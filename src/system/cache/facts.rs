//! What has been found out once, and is true as long as nothing changes that it rests on.
//!
//! The facts of one subject are the lines of a file of the cache, each a digest. A fact that is
//! missing is found out again, so damage costs time and nothing else.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::OFlags;

use super::Cache;
use super::digest::{digest, entry_name};

/// The facts about one subject.
#[derive(Debug)]
pub(crate) struct Facts {
    file: PathBuf,
    known: Mutex<BTreeSet<String>>,
}

/// More than any run finds out; a longer file is damaged.
const LONGEST: u64 = 4 << 20;

impl Facts {
    /// The facts of this kind that rest on `subject`.
    pub(crate) fn about<'a>(
        cache: &Cache,
        kind: &str,
        subject: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let file = cache.path(&entry_name(kind, subject));
        let mut text = String::new();
        let read = open(&file, OpenOptions::new().read(true))
            .and_then(|file| file.take(LONGEST).read_to_string(&mut text));
        let known = match read {
            Ok(_) => text.lines().map(str::to_owned).collect(),
            Err(_) => BTreeSet::new(),
        };
        Self {
            file,
            known: Mutex::new(known),
        }
    }

    /// Whether the fact is known.
    pub(crate) fn contains(&self, fact: &str) -> bool {
        self.known().contains(&digest([fact]))
    }

    /// Adds a fact, for later runs too.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. Then later runs do not know the fact.
    pub(crate) fn add(&self, fact: &str) -> io::Result<()> {
        let digest = digest([fact]);
        if !self.known().insert(digest.clone()) {
            return Ok(());
        }
        let mut file = open(
            &self.file,
            OpenOptions::new().append(true).create(true).mode(0o600),
        )?;
        // One call, so that the lines of several processes do not mix.
        file.write_all(format!("{digest}\n").as_bytes())
    }

    fn known(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file itself, and not what a link points to.
fn open(file: &PathBuf, options: &mut OpenOptions) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::CLOEXEC).bits();
    options.custom_flags(flags.cast_signed()).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_known_to_later_runs_as_long_as_its_subject_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let facts = |subject| Facts::about(&cache, "facts", [subject]);
        let first = facts("java 25.0.3");
        assert!(!first.contains("a row"));
        first.add("a row").unwrap();
        first.add("a row").unwrap();
        first.add("another").unwrap();
        assert!(first.contains("a row"));
        let later = facts("java 25.0.3");
        assert!(later.contains("a row") && later.contains("another"));
        assert!(!later.contains("a third"));
        assert!(!facts("java 25.0.4").contains("a row"));
        assert_eq!(
            std::fs::read_to_string(&first.file)
                .unwrap()
                .lines()
                .count(),
            2
        );
    }

    #[test]
    fn a_damaged_file_knows_less_and_a_link_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let facts = || Facts::about(&cache, "facts", ["java"]);
        facts().add("a row").unwrap();
        facts().add("another").unwrap();
        let file = facts().file;
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, &text[10..]).unwrap();
        assert_eq!(
            [facts().contains("a row"), facts().contains("another")],
            [false, true]
        );
        let elsewhere = folder.path().join("elsewhere");
        std::fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        assert!(!facts().contains("another"));
        assert!(facts().add("a third").is_err());
    }
}

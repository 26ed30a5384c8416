//! The corpus: a folder with a file for each finding, written at once.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A folder of findings, created with the first finding.
#[derive(Debug)]
pub(crate) struct Corpus {
    folder: PathBuf,
}

impl Corpus {
    /// The corpus in `folder`.
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the file of a finding, and replaces an earlier file of that name. Whenever the program
    /// is killed, the folder contains one of the two files, complete.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created or the file cannot be written.
    pub(crate) fn put(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let file = self.folder.join(name);
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut new, text.as_bytes())?;
        new.persist(&file)?;
        Ok(file)
    }
}

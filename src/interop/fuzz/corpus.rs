//! The corpus: a folder with a scenario file for each finding, written at once.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::finding::Finding;

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

    /// Writes the file of this finding, and replaces an earlier file of the same scenario. Whenever
    /// the program is killed, the folder contains one of the two files, complete.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created or the file cannot be written.
    pub(crate) fn put(&self, finding: &Finding) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let file = self.folder.join(&finding.scenario.file);
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut new, finding.file().as_bytes())?;
        new.persist(&file)?;
        Ok(file)
    }
}

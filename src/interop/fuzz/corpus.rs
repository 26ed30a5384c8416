//! Where what was found is kept: a scenario file for each, written at once.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::finding::Finding;

/// A folder of findings, made when the first is put there.
#[derive(Debug)]
pub(crate) struct Corpus {
    folder: PathBuf,
}

impl Corpus {
    /// The findings of this folder.
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the file of this finding, in place of what was there of the same dialogue: whenever
    /// this program is killed, one of the two is there, and whole.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made or the file not be written.
    pub(crate) fn put(&self, finding: &Finding) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let file = self.folder.join(&finding.scenario.file);
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut new, finding.file().as_bytes())?;
        new.persist(&file)?;
        Ok(file)
    }
}

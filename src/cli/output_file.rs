//! Files that a command writes its results into.
//!
//! A file is written under a temporary name in the same folder and then renamed. After a full disk,
//! a signal or a second run, either the old or the new file is there, complete. [`check`] finds out
//! before a run whether the files can be written. `-` is stdout.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Exit, complain};
use crate::text::printable::printable_json;

/// Whether the results go to stdout.
pub(crate) fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

/// Prints now the error that [`write`] would print later. It changes no file.
pub(crate) fn check(files: impl IntoIterator<Item: AsRef<Path>>) -> Result<(), Exit> {
    files.into_iter().try_for_each(|file| {
        let file = file.as_ref();
        try_check(file).map_err(|why| failed(file, why))
    })
}

/// Writes the whole file, or prints why it cannot be written. A closed stdout pipe is not an error.
pub(crate) fn write(file: &Path, content: &[u8]) -> Result<(), Exit> {
    try_write(file, content).map_err(|why| not_written(file, why))
}

/// Writes the JSON that `make` returns into the file, if there is one. The text is safe to print.
pub(crate) fn write_json<E: Display>(
    file: Option<&PathBuf>,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<(), Exit> {
    let Some(file) = file else { return Ok(()) };
    let mut text = make().map_err(|why| not_written(file, why))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    write(file, printable_json(&text).as_bytes())
}

/// Prints why a file cannot be used.
pub(crate) fn failed(file: &Path, why: impl Display) -> Exit {
    complain(format!("{}: {why}", file.display()));
    Exit::Local
}

/// Prints why a file cannot be written.
pub(crate) fn not_written(file: &Path, why: impl Display) -> Exit {
    if is_stdout(file) {
        complain(format!("stdout cannot be written: {why}"));
        return Exit::Local;
    }
    failed(file, why)
}

fn try_check(file: &Path) -> io::Result<()> {
    if is_stdout(file) {
        return Ok(());
    }
    match Place::of(file)? {
        // It is deleted at once, so a killed run leaves nothing behind.
        Place::Beside(place) => place.temporary().map(drop),
        Place::Within(_) => Ok(()),
    }
}

fn try_write(file: &Path, content: &[u8]) -> io::Result<()> {
    if is_stdout(file) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(content).and_then(|()| stdout.flush());
        return match written {
            Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written,
        };
    }
    match Place::of(file)? {
        Place::Beside(place) => {
            let mut new = place.temporary()?;
            new.write_all(content)?;
            new.as_file().sync_all()?;
            new.persist(place.file)?;
            Ok(())
        }
        Place::Within(mut there) => there.write_all(content),
    }
}

/// How to write a file.
enum Place {
    /// By renaming a new file over it.
    Beside(Beside),
    /// Directly: a device or a pipe cannot be replaced.
    Within(File),
}

struct Beside {
    file: PathBuf,
    permissions: Permissions,
}

impl Place {
    fn of(file: &Path) -> io::Result<Self> {
        let metadata = match fs::metadata(file) {
            Err(why) if why.kind() == ErrorKind::NotFound => return Self::new(file),
            metadata => metadata?,
        };
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        // A user who may not write the file must not replace it either. Nothing is truncated yet.
        let there = OpenOptions::new().write(true).open(file)?;
        if !metadata.is_file() {
            return Ok(Self::Within(there));
        }
        Ok(Self::Beside(Beside {
            // A symbolic link stays; its target is replaced.
            file: file.canonicalize()?,
            permissions: metadata.permissions(),
        }))
    }

    fn new(file: &Path) -> io::Result<Self> {
        if file.file_name().is_none() {
            return Err(ErrorKind::InvalidInput.into());
        }
        Ok(Self::Beside(Beside {
            // A dangling symbolic link gets the new file as its target.
            file: fs::read_link(file).map_or_else(
                |_| file.to_path_buf(),
                |target| folder_of(file).join(target),
            ),
            // The user's umask applies.
            permissions: Permissions::from_mode(0o666),
        }))
    }
}

impl Beside {
    fn temporary(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix(".javatalk-")
            .permissions(self.permissions.clone())
            .tempfile_in(folder_of(&self.file))
            .map_err(|why| io::Error::new(why.kind(), without_path(&why)))
    }
}

/// The error of the system without the name of the temporary file, which means nothing to the user.
fn without_path(why: &io::Error) -> String {
    let text = why.to_string();
    text.split(" at path ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_atomically_and_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results.json");
        try_check(&file).unwrap();
        assert!(names(folder.path()).is_empty());
        try_write(&file, b"old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let mut reader = File::open(&file).unwrap();
        try_check(&file).unwrap();
        try_write(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o640);
        // A reader that has the old file open can read it to its end.
        let mut old = String::new();
        io::Read::read_to_string(&mut reader, &mut old).unwrap();
        assert_eq!(old, "old");
        assert_eq!(names(folder.path()), ["results.json"]);
    }

    #[test]
    fn a_symbolic_link_is_written_through_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        symlink("file", &link).unwrap();
        for content in ["new", "newer"] {
            try_write(&link, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
    }

    #[test]
    fn check_rejects_unwritable_paths() {
        let folder = tempfile::tempdir().unwrap();
        let missing = try_check(&folder.path().join("no/such.json")).unwrap_err();
        assert_eq!(
            missing.to_string(),
            "No such file or directory (os error 2)"
        );
        let why = try_check(folder.path()).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::IsADirectory);
        try_check(Path::new("/")).unwrap_err();
        try_check(Path::new("")).unwrap_err();
    }

    #[test]
    fn a_device_is_written_and_not_replaced() {
        let null = Path::new("/dev/null");
        try_check(null).unwrap();
        try_write(null, b"anything").unwrap();
        assert!(!fs::metadata(null).unwrap().is_file());
        let why = try_write(Path::new("/dev/full"), b"anything").unwrap_err();
        assert_eq!(why.kind(), ErrorKind::StorageFull);
    }
}

//! Files that a command writes its results into.
//!
//! A file is written under a temporary name in the same folder and then renamed. After a full disk,
//! a signal or a second run, either the old or the new file is there, complete. [`check`] finds out
//! before a run whether the file can be written. `-` is stdout.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Whether the results go to stdout.
pub(crate) fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

/// Returns now the error that [`write`] would return later. It changes no file.
pub(crate) fn check(file: &Path) -> io::Result<()> {
    if is_stdout(file) {
        return Ok(());
    }
    match Place::of(file)? {
        // It is deleted at once, so a killed run leaves nothing behind.
        Place::Beside(place) => place.temporary().map(drop),
        Place::Within(_) => Ok(()),
    }
}

/// Writes the whole file. A closed stdout pipe is not an error.
pub(crate) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
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
    fn a_file_is_replaced_whole_with_its_mode_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results.json");
        check(&file).unwrap();
        assert!(names(folder.path()).is_empty());
        write(&file, b"old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let mut reader = File::open(&file).unwrap();
        check(&file).unwrap();
        write(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o640);
        // A reader that has the old file open can read it to its end.
        let mut old = String::new();
        io::Read::read_to_string(&mut reader, &mut old).unwrap();
        assert_eq!(old, "old");
        assert_eq!(names(folder.path()), ["results.json"]);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        symlink("file", &link).unwrap();
        for content in ["new", "newer"] {
            write(&link, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
    }

    #[test]
    fn what_cannot_be_written_is_known_before() {
        let folder = tempfile::tempdir().unwrap();
        let missing = check(&folder.path().join("no/such.json")).unwrap_err();
        assert_eq!(
            missing.to_string(),
            "No such file or directory (os error 2)"
        );
        let why = check(folder.path()).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::IsADirectory);
        check(Path::new("/")).unwrap_err();
        check(Path::new("")).unwrap_err();
    }

    #[test]
    fn a_device_is_written_and_not_replaced() {
        let null = Path::new("/dev/null");
        check(null).unwrap();
        write(null, b"anything").unwrap();
        assert!(!fs::metadata(null).unwrap().is_file());
        let why = write(Path::new("/dev/full"), b"anything").unwrap_err();
        assert_eq!(why.kind(), ErrorKind::StorageFull);
    }
}

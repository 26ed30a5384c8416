//! The cache folder: compiler output that is kept between runs and verified before use.
//!
//! The content of the cache is executed, so only the user may be able to write it. The folder and
//! everything in it must belong to the user or to root, and no folder above it may be writable by
//! other users, unless it is sticky, as `/tmp` is. Files of another owner are refused with advice.
//!
//! An entry is a folder. A SHA-256 digest of its files is stored beside it, in `NAME.sha256`. An
//! entry is made again if it does not match, because a file is truncated, missing, added, a link,
//! or writable by others.
//!
//! What has been found out about the entries is kept in files beside them: see [`facts`].
//!
//! An entry is made in a temporary folder of the cache and moved into place as a whole, under a
//! lock: if several processes need it at the same time, one of them makes it.

pub(crate) mod digest;
pub(crate) mod facts;
mod user;

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use digest::digest;
use rustix::fs::OFlags;
use rustix::io::Errno;
use tempfile::TempDir;
use user::{STICKY, User, close_to_others, open_to_others, untrusted};

/// The prefix of the temporary folder in which an entry is made.
const SCRATCH: &str = ".compiling-";

/// A folder that only this user and root can write.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    user: User,
}

/// Whether an entry can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Absent,
    Sound,
    /// Damaged, or not verifiable.
    Broken,
}

/// Why files cannot be used.
enum Fault {
    /// They are damaged, and may be replaced.
    Broken,
    /// They belong to another user.
    Foreign(io::Error),
}

impl Cache {
    /// Opens the cache, and creates its folder if necessary.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created, or other users can write or replace it.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let user = User::of_this_process();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        // The target of all symbolic links is checked, and used from here on.
        let folder = folder.canonicalize()?;
        let metadata = fs::metadata(&folder)?;
        user.check_owner(&folder, &metadata)?;
        if user.others_can_write(&metadata) {
            return Err(open_to_others(&folder));
        }
        for above in folder.ancestors().skip(1) {
            let metadata = fs::metadata(above)?;
            if user.others_can_write(&metadata) && metadata.mode() & STICKY == 0 {
                return Err(open_to_others(above));
            }
        }
        Ok(Self { folder, user })
    }

    /// The path of an entry.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether the entry exists and is undamaged.
    ///
    /// # Errors
    ///
    /// If it belongs to another user.
    pub(crate) fn is_sound(&self, name: &str) -> io::Result<bool> {
        Ok(self.entry(name)? == Entry::Sound)
    }

    /// A temporary folder in which an entry can be made. Only the holder of the lock may call this.
    pub(crate) fn scratch(&self) -> io::Result<TempDir> {
        self.remove_scratch();
        tempfile::Builder::new()
            .prefix(SCRATCH)
            .tempdir_in(&self.folder)
    }

    /// Stores the folder `made`, which is inside `scratch`, as an entry.
    pub(crate) fn keep(&self, name: &str, made: &Path, scratch: &TempDir) -> io::Result<()> {
        close_to_others(made)?;
        let digest = self.digest(made).map_err(|fault| match fault {
            Fault::Broken => {
                io::Error::other("the compiler's output has entries that are not files")
            }
            Fault::Foreign(why) => why,
        })?;
        if self.entry(name)? == Entry::Broken {
            fs::rename(self.path(name), scratch.path().join("broken"))?;
        }
        // The digest first, so that a visible entry always has one.
        let beside = scratch.path().join("digest");
        fs::write(&beside, digest + "\n")?;
        close_to_others(&beside)?;
        fs::rename(beside, self.beside(name))?;
        fs::rename(made, self.path(name))
    }

    /// Waits for the lock of this name. It is held until the file is closed.
    ///
    /// # Errors
    ///
    /// If something other than a regular file of this user is in its place.
    pub(crate) fn lock(&self, name: &str) -> io::Result<File> {
        let path = self.path(name);
        let flags = (OFlags::NOFOLLOW | OFlags::CLOEXEC).bits();
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(flags.cast_signed())
            .open(&path);
        let file = opened.map_err(|why| {
            if why.raw_os_error() == Some(Errno::LOOP.raw_os_error()) {
                no_lock(&path, "it is a symbolic link")
            } else {
                why
            }
        })?;
        let metadata = file.metadata()?;
        self.user.check_owner(&path, &metadata)?;
        if !metadata.is_file() {
            return Err(no_lock(&path, "it is not a regular file"));
        }
        // A user who can open the file can lock it.
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.lock()?;
        Ok(file)
    }

    /// Removes folders left behind by a killed process. The lock ensures that none is in use.
    fn remove_scratch(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
                // A folder that cannot be removed only takes space.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn entry(&self, name: &str) -> io::Result<Entry> {
        let path = self.path(name);
        match fs::symlink_metadata(&path) {
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Entry::Absent),
            metadata => metadata?,
        };
        match self.digest(&path) {
            Ok(digest) if self.kept_digest(name)?.as_deref() == Some(&digest) => Ok(Entry::Sound),
            Ok(_) | Err(Fault::Broken) => Ok(Entry::Broken),
            Err(Fault::Foreign(why)) => Err(why),
        }
    }

    /// The stored digest of an entry, if it can be trusted.
    fn kept_digest(&self, name: &str) -> io::Result<Option<String>> {
        let path = self.beside(name);
        match self.file(&path) {
            Ok(bytes) => Ok(String::from_utf8(bytes)
                .ok()
                .map(|text| text.trim_end().to_owned())),
            Err(Fault::Broken) => Ok(None),
            Err(Fault::Foreign(why)) => Err(why),
        }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.sha256"))
    }

    /// The digest of the names and contents of all files in a folder.
    fn digest(&self, folder: &Path) -> Result<String, Fault> {
        let metadata = self.trusted(folder)?;
        if !metadata.is_dir() {
            return Err(Fault::Broken);
        }
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            paths.push(entry?.path());
        }
        paths.sort();
        let mut parts = Vec::new();
        for path in paths {
            let name = path.file_name().unwrap_or_default();
            let content = if self.trusted(&path)?.is_dir() {
                self.digest(&path)?.into_bytes()
            } else {
                self.file(&path)?
            };
            parts.extend([name.as_encoded_bytes().to_vec(), content]);
        }
        Ok(digest(parts))
    }

    /// The content of a file, if it can be trusted.
    fn file(&self, path: &Path) -> Result<Vec<u8>, Fault> {
        if self.trusted(path)?.is_file() {
            Ok(fs::read(path)?)
        } else {
            Err(Fault::Broken)
        }
    }

    /// The metadata of a path, if only this user or root can have written it.
    fn trusted(&self, path: &Path) -> Result<Metadata, Fault> {
        let metadata = fs::symlink_metadata(path)?;
        self.user
            .check_owner(path, &metadata)
            .map_err(Fault::Foreign)?;
        if !metadata.is_symlink() && self.user.others_can_write(&metadata) {
            return Err(Fault::Broken);
        }
        Ok(metadata)
    }
}

/// An unreadable entry is made again; that reports any lasting obstacle.
impl From<io::Error> for Fault {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

fn no_lock(path: &Path, what: &str) -> io::Error {
    untrusted(format!(
        "{} cannot serve as a lock, {what}: remove it",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::user::ROOT;
    use super::*;

    const NAME: &str = "classes-1";

    fn with_an_entry() -> (TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        make(&cache);
        assert_eq!(cache.entry(NAME).unwrap(), Entry::Sound);
        (folder, cache)
    }

    fn make(cache: &Cache) {
        let scratch = cache.scratch().unwrap();
        let made = scratch.path().join("made");
        fs::create_dir_all(made.join("inner")).unwrap();
        fs::write(made.join("client.class"), "client").unwrap();
        fs::write(made.join("inner/server.class"), "server").unwrap();
        cache.keep(NAME, &made, &scratch).unwrap();
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_modified_entry_is_broken_and_can_be_recreated() {
        type Harm = fn(&Path);
        let harms: [(&str, Harm); 8] = [
            ("a truncated file", |entry| {
                fs::write(entry.join("client.class"), "clie").unwrap();
            }),
            ("an added file", |entry| {
                fs::write(entry.join("Planted.class"), "planted").unwrap();
            }),
            ("a removed file", |entry| {
                fs::remove_file(entry.join("inner/server.class")).unwrap();
            }),
            ("a renamed file", |entry| {
                fs::rename(entry.join("client.class"), entry.join("server.class")).unwrap();
            }),
            ("a link to the same content", |entry| {
                fs::rename(entry.join("client.class"), entry.join("../elsewhere")).unwrap();
                symlink("../elsewhere", entry.join("client.class")).unwrap();
            }),
            ("a file that others can write", |entry| {
                set_mode(&entry.join("client.class"), 0o666);
            }),
            ("a link in place of the folder", |entry| {
                fs::rename(entry, entry.with_file_name("moved")).unwrap();
                symlink("moved", entry).unwrap();
            }),
            ("no digest", |entry| {
                fs::remove_file(entry.with_extension("sha256")).unwrap();
            }),
        ];
        for (what, harm) in harms {
            let (_folder, cache) = with_an_entry();
            harm(&cache.path(NAME));
            assert_eq!(cache.entry(NAME).unwrap(), Entry::Broken, "{what}");
            make(&cache);
            assert_eq!(cache.entry(NAME).unwrap(), Entry::Sound, "{what}");
        }
    }

    #[test]
    fn files_of_another_user_are_refused() {
        let (_folder, mut cache) = with_an_entry();
        let owner = cache.user.user;
        // Files of root are trusted, so a test that runs as root has to use a different owner.
        if owner == ROOT {
            for path in ["classes-1/client.class", "classes-1.sha256"] {
                std::os::unix::fs::chown(cache.path(path), Some(12345), None).unwrap();
            }
        } else {
            cache.user.user += 1;
        }
        let why = cache.entry(NAME).unwrap_err().to_string();
        assert!(why.contains("belongs to the user of number"), "{why}");
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("cache");
        drop(Cache::open(&folder).unwrap());
        let refused = |what: &Path| {
            let why = Cache::open(&folder).unwrap_err().to_string();
            let advice = format!("chmod go-w {}", what.canonicalize().unwrap().display());
            assert!(why.contains(&advice), "{why}");
        };
        set_mode(&folder, 0o777);
        refused(&folder);
        set_mode(&folder, 0o700);
        set_mode(outer.path(), 0o777);
        refused(outer.path());
        // Like `/tmp`.
        set_mode(outer.path(), 0o1777);
        Cache::open(&folder).unwrap();
    }

    #[test]
    fn a_lock_is_neither_followed_nor_truncated() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        symlink("victim", cache.path("lock")).unwrap();
        let why = cache.lock("lock").unwrap_err().to_string();
        assert!(why.contains("symbolic link: remove it"), "{why}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");

        fs::remove_file(cache.path("lock")).unwrap();
        fs::rename(victim, cache.path("lock")).unwrap();
        drop(cache.lock("lock").unwrap());
        let kept = fs::read_to_string(cache.path("lock")).unwrap();
        assert_eq!(kept, "precious");

        fs::remove_file(cache.path("lock")).unwrap();
        fs::create_dir(cache.path("lock")).unwrap();
        cache.lock("lock").unwrap_err();
    }

    #[test]
    fn new_files_are_not_writable_by_others() {
        let (_folder, cache) = with_an_entry();
        drop(cache.lock("lock").unwrap());
        for name in ["lock", NAME, "classes-1/client.class", "classes-1.sha256"] {
            let mode = fs::metadata(cache.path(name)).unwrap().mode();
            assert_eq!(mode & 0o022, 0, "{name}");
        }
    }
}

//! Whose files can be trusted, and who else can write them.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// The user whose files can be trusted.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl User {
    pub(super) fn of_this_process() -> Self {
        Self {
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
        }
    }

    pub(super) fn check_owner(self, path: &Path, metadata: &Metadata) -> io::Result<()> {
        let owner = metadata.uid();
        if owner == self.user || owner == ROOT {
            return Ok(());
        }
        Err(untrusted(format!(
            "{} belongs to the user of number {owner}, who could change what is run: remove it",
            path.display()
        )))
    }

    /// Whether users other than this user and root can write there.
    pub(super) fn others_can_write(self, metadata: &Metadata) -> bool {
        // Many systems give each user a private group with the same ID and no other member.
        let own_group = self.group == self.user && metadata.gid() == self.group;
        let by_group = metadata.mode() & 0o020 != 0 && !own_group && metadata.gid() != ROOT;
        by_group || metadata.mode() & 0o002 != 0
    }
}

pub(super) const ROOT: u32 = 0;

/// In a sticky folder, users cannot replace the files of other users.
pub(super) const STICKY: u32 = 0o1000;

/// Removes write permission from group and others.
pub(super) fn close_to_others(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.mode() & 0o7777;
    fs::set_permissions(path, Permissions::from_mode(mode & !0o022))?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            close_to_others(&entry?.path())?;
        }
    }
    Ok(())
}

pub(super) fn open_to_others(path: &Path) -> io::Error {
    let path = path.display();
    untrusted(format!(
        "other users can write to {path}, and so change what is run: take that right from them \
         with `chmod go-w {path}`"
    ))
}

pub(super) fn untrusted(why: String) -> io::Error {
    io::Error::new(ErrorKind::PermissionDenied, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_counts_as_other_users_unless_it_is_the_users_own() {
        let folder = tempfile::tempdir().unwrap();
        let mode = Permissions::from_mode(0o770);
        fs::set_permissions(folder.path(), mode).unwrap();
        let metadata = fs::metadata(folder.path()).unwrap();
        let group = metadata.gid();
        let can_write = |user, group| User { user, group }.others_can_write(&metadata);
        assert!(!can_write(group, group));
        assert_eq!(can_write(group + 1, group), group != ROOT);
        assert_eq!(can_write(group + 1, group + 1), group != ROOT);
    }
}

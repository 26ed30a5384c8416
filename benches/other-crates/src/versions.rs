//! The versions that were measured, as the Cargo.lock of the workspace has them.

/// The version of a package.
///
/// # Panics
///
/// If Cargo.lock does not name the package.
pub(crate) fn of(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"");
    LOCK.lines()
        .skip_while(|line| *line != name)
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .unwrap_or_else(|| panic!("{package}: Cargo.lock does not name it"))
}

const LOCK: &str = include_str!("../../../Cargo.lock");

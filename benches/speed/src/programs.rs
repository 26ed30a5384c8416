//! Programs of this repository that are measured as whole processes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

/// Builds a program of the package in this folder, and returns its path. All packages of the workspace
/// have one folder for what is built, in which this program is too.
pub(crate) fn built(package: &Path, program: &str, options: &[&str]) -> io::Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--locked", "--bin", program])
        .args(options)
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"));
    finished(&mut cargo)?;
    Ok(env::current_exe()?.with_file_name(program))
}

/// Runs a command to its end.
pub(crate) fn finished(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{command:?}: {status}")))
    }
}

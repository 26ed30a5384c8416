//! The command lines of a pair, with their placeholders replaced.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::interop::model::pair::{Compile, ProgramCommand, Word, WordPart};
use crate::interop::programs::pairs::definition::{Jdks, Pair};
use crate::interop::programs::pairs::version::Version;
use crate::interop::programs::set_up_error::SetUpError;
use crate::interop::toolbox::{Toolbox, ToolboxError};
use crate::system::jdk;
use crate::system::jdk::Jdk;
use crate::system::process::Invocation;

/// What the placeholders of a command stand for.
#[derive(Debug, Clone)]
pub(super) struct Placeholders<'a> {
    pub(super) here: &'a Path,
    pub(super) host: &'a str,
    /// The number of each port; none if it is not known before the server says it.
    pub(super) ports: &'a [Option<u16>],
}

impl Placeholders<'_> {
    fn replace(&self, word: &Word) -> OsString {
        let mut text = OsString::new();
        for part in &word.0 {
            match part {
                WordPart::Text(part) => text.push(part),
                WordPart::Host => text.push(self.host),
                // A server that is told port 0 chooses one.
                WordPart::Port(index) => {
                    let port = self.ports.get(*index).copied().flatten();
                    text.push(port.unwrap_or(0).to_string());
                }
                WordPart::Here => text.push(self.here),
            }
        }
        text
    }
}

/// The invocation of a program of the pair, as this version, with more arguments.
///
/// # Errors
///
/// If the version needs a JDK that was not found.
pub(super) fn invocation(
    command: &ProgramCommand,
    arguments: &[Word],
    version: Version,
    placeholders: &Placeholders<'_>,
    folder: &Path,
    toolbox: &Toolbox,
) -> Result<Invocation, SetUpError> {
    let jdk = match version {
        Version::Reference(Some(feature)) => Some(
            toolbox
                .jdks()
                .iter()
                .find(|jdk| jdk.feature() == feature)
                .ok_or(ToolboxError::NoSuchJdk(feature))?,
        ),
        Version::Reference(None) | Version::Candidate => None,
    };
    let mut words = command.words.iter().chain(arguments);
    let program = words.next().map(|word| placeholders.replace(word));
    let program = found(&PathBuf::from(program.unwrap_or_default()), jdk, toolbox);
    let mut invocation = Invocation::new(program)
        .args(words.map(|word| placeholders.replace(word)))
        .without(&HIDDEN)
        .in_folder(folder);
    if let Some(jdk) = jdk {
        invocation = with_jdk(invocation, jdk);
    }
    for (name, value) in &command.environment {
        invocation = invocation.with_variable(name, placeholders.replace(value));
    }
    Ok(invocation)
}

/// The shell that runs a compile command. It finds the oldest of the JDKs on which the result will
/// run, since a newer one can run what an older one has compiled.
pub(super) fn compile(pair: &Pair, toolbox: &Toolbox, command: &Compile) -> Invocation {
    let shell = Invocation::new(which("sh"))
        .args(["-c", &command.0])
        .without(&HIDDEN)
        .in_folder(&pair.here);
    let oldest = toolbox.jdks().iter().find(|jdk| match &pair.jdks {
        Jdks::Default => false,
        Jdks::All => jdk.javac().is_some(),
        Jdks::These(features) => features.contains(&jdk.feature()) && jdk.javac().is_some(),
    });
    let newest = || {
        let is_on_path = jdk::is_compiler_on_path();
        let mut jdks = toolbox.jdks().iter().rev();
        jdks.find(|jdk| jdk.javac().is_some())
            .filter(|_| !is_on_path)
    };
    match oldest.or_else(newest) {
        Some(jdk) => with_jdk(shell, jdk),
        None => shell,
    }
}

/// The environment variables from which a JVM takes options; with them it prints more, and may
/// behave differently.
const HIDDEN: [&str; 3] = ["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"];

/// Scripts that start `java` find this JDK.
fn with_jdk(invocation: Invocation, jdk: &Jdk) -> Invocation {
    let mut path = jdk.home().join("bin").into_os_string();
    if let Some(others) = std::env::var_os("PATH") {
        path.push(":");
        path.push(others);
    }
    invocation
        .with_variable("PATH", path)
        .with_variable("JAVA_HOME", jdk.home())
}

/// Where a program is. `java` is that of the JDK, if one is given; otherwise the one on PATH, or
/// that of the newest JDK.
fn found(program: &Path, jdk: Option<&Jdk>, toolbox: &Toolbox) -> PathBuf {
    if program.components().count() != 1 || program.is_absolute() {
        return program.to_path_buf();
    }
    let of_jdk = |jdk: &Jdk| Some(jdk.home().join("bin").join(program)).filter(|p| p.is_file());
    let on_path = || which::which(program).ok();
    jdk.and_then(of_jdk)
        .or_else(on_path)
        .or_else(|| toolbox.jdks().iter().rev().find_map(of_jdk))
        .unwrap_or_else(|| program.to_path_buf())
}

fn which(program: &str) -> PathBuf {
    which::which(program).unwrap_or_else(|_| PathBuf::from(program))
}

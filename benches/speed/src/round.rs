//! The rounds: who is measured when, each in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

use javatalk::internals::system::jdk;
use javatalk::internals::system::jdk::{Jdk, Surroundings};

use crate::cases::Group;
use crate::corpus::Corpus;
use crate::machine::Machine;
use crate::results::Results;

/// Measures everything so many times, groups with `only` in their name.
pub(crate) fn measure(rounds: u32, only: &str) -> io::Result<Results> {
    let groups: Vec<Group> = Group::all()
        .into_iter()
        .filter(|group| group.name().contains(only))
        .collect();
    if groups.is_empty() {
        return Err(io::Error::other(format!(
            "no group has {only:?} in its name"
        )));
    }
    let javas = javas()?;
    if let Some(newest) = javas.last() {
        Corpus::extract(&newest.jdk, &newest.folder)?;
    }
    let mut results = Results::new(
        &Machine::this(),
        rounds,
        &javas.iter().map(Java::title).collect::<Vec<_>>(),
    );
    let start = Instant::now();
    for round in 0..rounds {
        for group in &groups {
            let mut commands = vec![ourselves(group)?];
            for java in &javas {
                commands.extend(java.command(group)?);
            }
            // So that nobody is always the first, or always behind the same.
            let shift = usize::try_from(round).unwrap_or(0) % commands.len();
            commands.rotate_left(shift);
            for command in commands {
                results.add(&output(command)?)?;
            }
        }
        eprintln!(
            "round {} of {rounds}: {:.0} s",
            round + 1,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(results)
}

fn ourselves(group: &Group) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["measure", &group.name()]);
    Ok(command)
}

/// A JDK, and `Speed` compiled for it.
struct Java {
    jdk: Jdk,
    folder: PathBuf,
}

fn javas() -> io::Result<Vec<Java>> {
    let request = jdk::Request::from_environment(&[]);
    let found = jdk::find(&request, &Surroundings::of_this_machine()).map_err(io::Error::other)?;
    found.used.into_iter().map(Java::compile).collect()
}

impl Java {
    fn compile(jdk: Jdk) -> io::Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = here.join(format!("target/java{}", jdk.feature()));
        fs::create_dir_all(&folder)?;
        let javac = jdk
            .javac()
            .ok_or_else(|| io::Error::other(format!("{jdk} has no compiler")))?;
        let mut command = Command::new(javac);
        command
            .args(["-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d"])
            .args([&folder, &here.join("Speed.java"), &here.join("Corpus.java")]);
        output(command)?;
        Ok(Self { jdk, folder })
    }

    fn name(&self) -> String {
        format!("java{}", self.jdk.feature())
    }

    fn title(&self) -> String {
        let vendor = self.jdk.vendor().unwrap_or("unknown");
        format!("{} {vendor}", self.jdk.version())
    }

    /// None for what Java has no part in.
    fn command(&self, group: &Group) -> io::Result<Option<Command>> {
        let mut command = Command::new(self.jdk.java());
        command
            .arg("-cp")
            .arg(&self.folder)
            .arg("Speed")
            .arg(self.name());
        match group {
            Group::Corpus => {
                let files = [Corpus::strings_file(), Corpus::records_file()];
                command.arg("corpus").args(files);
            }
            Group::Text(text) => {
                let file = self.folder.join("text");
                fs::write(&file, text.body())?;
                command.args(["text", &text.name()]).arg(file);
            }
            Group::Growth => return Ok(None),
            Group::Numbers => _ = command.arg("numbers"),
            Group::Objects => _ = command.arg("objects"),
            Group::Sockets => _ = command.arg("sockets"),
        }
        Ok(Some(command))
    }
}

/// What it prints; its complaints go where ours go.
fn output(mut command: Command) -> io::Result<String> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("{command:?}: {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

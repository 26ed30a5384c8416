//! `javatalk vectors`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::jvms;
use crate::cli::output::{eprintln, print, println};
use crate::cli::{Exit, JdkOptions, complain, exit, output_file, shown};
use crate::interop::toolbox::Toolbox;
use crate::system::jdk::Jdk;
use crate::text::count::counted;
use crate::text::suggestion::did_you_mean_whole;
use crate::vectors::answers::{Score, Selection, questions, score};
use crate::vectors::flag::Flag;
use crate::vectors::folder::{self, Files, FolderError};
use crate::vectors::judge::Judge;
use crate::vectors::make::{make, missing};
use crate::vectors::releases;
use crate::vectors::replay::{Mismatch, replay};

/// Writes what the JDK makes of chosen inputs, for implementations without a JDK
///
/// The files hold tests: bytes and values, the call, and what every JDK found makes of it. Each test
/// names the mistake that it catches. `docs/vectors.md` describes the files, and how an
/// implementation in any language is run through them.
#[derive(Args)]
#[command(
    group(ArgGroup::new("mode").args(["check", "ask", "score", "releases"])),
    group(ArgGroup::new("answering").args(["ask", "score"])),
    after_help = format!("Examples:
  javatalk vectors
      asks every JDK found, and writes the files of tests/vectors
  javatalk vectors --check
      asks every JDK found whether the files are right
  javatalk vectors --ask --group readUTF | python3 runner.py | javatalk vectors --score -
      runs another implementation through the tests of readUTF
  javatalk vectors --ask --group readUTF --without UnpairedSurrogate
      leaves out what a decoder to valid Unicode does not claim
  javatalk vectors --releases
      prints what differs between the releases of the JDK, as a table

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The folder of the files
    #[arg(default_value = "tests/vectors")]
    folder: PathBuf,
    /// Ask every JDK found for each stored test, and write nothing
    #[arg(long)]
    check: bool,
    /// Print the tests without their outcomes, a JSON object a line
    #[arg(long)]
    ask: bool,
    /// Compare the answers in FILE, or on stdin if it is `-`, with those of the newest JDK
    #[arg(long, value_name = "FILE")]
    score: Option<PathBuf>,
    /// Print a table of the tests whose outcomes differ between JDKs
    #[arg(long)]
    releases: bool,
    /// Only the tests of this group (repeatable)
    #[arg(long, value_name = "NAME", requires = "answering")]
    group: Vec<String>,
    /// No test with this flag (repeatable)
    #[arg(long, value_name = "FLAG", requires = "answering")]
    without: Vec<String>,
    #[command(flatten)]
    jdks: JdkOptions,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (
        Exit::Differs,
        "a JDK does not agree with the files, or an answer differs from Java",
    ),
    exit::FILTER,
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    play(options).unwrap_or_else(|exit| exit)
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let selection = || selection(options);
    let no_jdk = || options.jdks.none("no JDK is asked");
    if options.check {
        return check(options, &stored(&options.folder)?);
    }
    if options.ask {
        no_jdk()?;
        let files = stored(&options.folder)?;
        let all = questions(&files, &selection()?);
        nothing_selected(&files, options, all.is_empty())?;
        for question in all {
            println!("{question}");
        }
        return Ok(Exit::Success);
    }
    if let Some(answers) = &options.score {
        no_jdk()?;
        return scored(&stored(&options.folder)?, &selection()?, answers);
    }
    if options.releases {
        no_jdk()?;
        print!("{}", shown(releases::table(&stored(&options.folder)?)));
        return Ok(Exit::Success);
    }
    write(options)
}

fn stored(folder: &Path) -> Result<Files, Exit> {
    folder::read(folder).map_err(|why| {
        complain(&why);
        Exit::Local
    })
}

fn selection(options: &Options) -> Result<Selection, Exit> {
    let flag = |name: &String| {
        let all = Flag::ALL.into_iter();
        all.clone().find(|flag| flag.name() == name).ok_or_else(|| {
            let names: Vec<&str> = all.map(Flag::name).collect();
            complain(format!(
                "no test has the flag {name:?}{}: the flags are {}",
                did_you_mean_whole(name, names.iter().copied()),
                names.join(", ")
            ));
            Exit::Usage
        })
    };
    Ok(Selection {
        groups: options.group.clone(),
        without: options.without.iter().map(flag).collect::<Result<_, _>>()?,
    })
}

/// A selection without tests is an error that names the groups.
fn nothing_selected(files: &Files, options: &Options, nothing: bool) -> Result<(), Exit> {
    if !nothing {
        return Ok(());
    }
    let groups = files.values().flat_map(|file| &file.groups);
    let names: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
    complain(format!(
        "--group {} and --without select no test; the groups are {}",
        options.group.join(" --group "),
        names.join(", ")
    ));
    Err(Exit::Usage)
}

fn write(options: &Options) -> Result<Exit, Exit> {
    let toolbox = options.jdks.toolbox(options.cache.clone())?;
    let mut judges = judges(&toolbox)?;
    nothing_is_lost(&options.folder, &judges)?;
    let files =
        make(&mut judges).map_err(|(index, why)| failed(judges.swap_remove(index), &why))?;
    let changed = write_all(&folder::texts(&files), &options.folder)?;
    let tests: usize = files.values().map(|file| file.tests).sum();
    eprintln!(
        "{} in {} of {}, {changed} changed",
        counted(tests, "test"),
        counted(files.len(), "file"),
        options.folder.display()
    );
    Ok(Exit::Success)
}

/// Refuses to replace files that also hold the outcomes of other JDKs.
fn nothing_is_lost(folder: &Path, judges: &[Judge]) -> Result<(), Exit> {
    let old = match folder::read(folder) {
        Ok(old) => old,
        Err(FolderError::Empty(_)) => return Ok(()),
        Err(why @ (FolderError::Io { .. } | FolderError::Format { .. })) => {
            complain(&why);
            return Err(Exit::Local);
        }
    };
    let missing = missing(&old, judges);
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<String> = missing.iter().map(u32::to_string).collect();
    complain(format!(
        "the files in {} also hold outcomes of JDK {}, which would be lost: add these JDKs with \
         --jdk, or name another folder",
        folder.display(),
        missing.join(", ")
    ));
    Err(Exit::NoJdk)
}

/// Writes the texts that have changed, and returns how many those are.
fn write_all(texts: &BTreeMap<String, String>, folder: &Path) -> Result<usize, Exit> {
    fs::create_dir_all(folder).map_err(|why| output_file::failed(folder, why))?;
    let mut changed = 0;
    for (name, text) in texts {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            continue;
        }
        output_file::write(&path, text.as_bytes())?;
        changed += 1;
    }
    Ok(changed)
}

fn check(options: &Options, files: &Files) -> Result<Exit, Exit> {
    let toolbox = options.jdks.toolbox(options.cache.clone())?;
    let mut agrees = true;
    for mut judge in judges(&toolbox)? {
        let (tests, mismatches) = match replay(files, &mut judge) {
            Ok(result) => result,
            Err(why) => return Err(failed(judge, &why)),
        };
        for Mismatch { id, stored, java } in &mismatches {
            let release = judge.release();
            println!(
                "{}",
                shown(format!(
                    "{id}::java{release}:\n  java    {java:?}\n  stored  {stored:?}"
                ))
            );
        }
        agrees &= mismatches.is_empty();
        println!(
            "java{}: {}, {} different",
            judge.release(),
            counted(tests, "test"),
            mismatches.len()
        );
    }
    Ok(if agrees { Exit::Success } else { Exit::Differs })
}

fn scored(files: &Files, selection: &Selection, answers: &Path) -> Result<Exit, Exit> {
    let text = if answers == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(answers)
    };
    let text = text.map_err(|why| {
        complain(format!(
            "cannot read the answers in {}: {why}",
            answers.display()
        ));
        Exit::Local
    })?;
    let scores = score(files, selection, &text).map_err(|why| {
        complain(format!("{}: {why}", answers.display()));
        Exit::Usage
    })?;
    if scores.is_empty() {
        complain("no test was answered: did the runner read the questions?");
        return Err(Exit::Differs);
    }
    for Score { wrong, .. } in &scores {
        for wrong in wrong {
            let (id, comment) = (&wrong.id, &wrong.comment);
            let (java, answer) = (&wrong.java, &wrong.answer);
            println!(
                "{}",
                shown(format!(
                    "{id}: {comment}\n  java    {java}\n  answer  {answer}"
                ))
            );
        }
    }
    for Score {
        group,
        right,
        not_run,
        wrong,
    } in &scores
    {
        println!(
            "{group}: {right} right, {} wrong, {not_run} not run",
            wrong.len()
        );
    }
    let right = scores.iter().all(|score| score.wrong.is_empty());
    Ok(if right { Exit::Success } else { Exit::Differs })
}

/// Every JDK found.
fn judges(toolbox: &Toolbox) -> Result<Vec<Judge>, Exit> {
    let judge = |(jdk, jvm): (&Jdk, _)| Judge::new(jvm, jdk.version());
    Ok(jvms(toolbox)?.into_iter().map(judge).collect())
}

/// A test of the files that is none is an error of the files; otherwise the JVM has ended.
fn failed(judge: Judge, why: &std::io::Error) -> Exit {
    complain(judge.into_failure(why));
    Exit::Local
}

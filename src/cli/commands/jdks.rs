//! `javatalk jdks`.

use std::fmt::Write as _;

use clap::Args;

use crate::cli::output::{eprint, print};
use crate::cli::{Exit, JdkOptions, exit, no_jdk, shown};
use crate::system::jdk::{Found, Jdk};

/// Lists the JDKs found, their folders, and which of them will be used
///
/// The version is read from the file `release` of each JDK; no JVM is started. Of two JDKs with the
/// same feature release the first one found is used, but one with a compiler takes precedence.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk jdks
  javatalk jdks --jdk /opt/jdk-25
  JAVATALK_JDK=/opt/jdk-17:/opt/jdk-25 javatalk jdks

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    #[command(flatten)]
    jdks: JdkOptions,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[exit::DONE, exit::USAGE, exit::NO_JDK];

pub(crate) fn run(options: &Options) -> Exit {
    let found = match options.jdks.find() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if found.used.is_empty() {
        return no_jdk(&found, &options.jdks.request());
    }
    print!("{}", shown(listing(&found)));
    if let Some(advice) = crate::system::jdk::without_compiler(&found) {
        eprint!("javatalk: {}", shown(advice));
        return Exit::NoJdk;
    }
    Exit::Success
}

fn listing(found: &Found) -> String {
    let row = |use_: &str, jdk: &Jdk| {
        [
            use_.to_owned(),
            jdk.version().to_owned(),
            jdk.vendor().unwrap_or("?").to_owned(),
            if jdk.javac().is_some() {
                "compiler".to_owned()
            } else {
                "runtime without compiler".to_owned()
            },
            jdk.home().display().to_string(),
            format!("(by {})", jdk.origin()),
        ]
    };
    let used = found
        .used
        .iter()
        .map(|jdk| row(&format!("java{}", jdk.feature()), jdk));
    let spare = found.spare.iter().map(|jdk| row("-", jdk));
    let rows: Vec<[String; 6]> = used.chain(spare).collect();
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default()
    });

    let mut text = String::new();
    for row in &rows {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _ = writeln!(text, "{}", line.join("  ").trim_end());
    }
    for rejected in &found.rejected {
        let _ = writeln!(
            text,
            "not used: {} (by {}) {}",
            rejected.path.display(),
            rejected.origin,
            rejected.why
        );
    }
    if let Some(newest) = found.newest() {
        let _ = writeln!(
            text,
            "\nthe oracle is java{} with java{}",
            newest.feature(),
            newest.feature()
        );
    }
    text
}

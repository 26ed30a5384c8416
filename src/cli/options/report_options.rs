//! The options that say where the results of a run go, and writing them there.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::output::{eprint, print};
use crate::cli::output_file::is_stdout;
use crate::cli::{Exit, complain, output_file};
use crate::interop::report;
use crate::interop::report::{Changes, Paint, Run, join};
use crate::text::count::counted;
use crate::text::printable::printable_json;

/// Where the results go; `-` is stdout, which one of them can have.
#[derive(Args)]
pub(crate) struct Writing {
    /// Write the results as JSON, with all that was seen of every case that did not pass
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the results as JUnit XML, for CI systems
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as Markdown, for the summary of a CI run
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write the results as one HTML page: the matrix, and the conversation behind each cell
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Say what has changed since the results in OLD.json, written by --json
    #[arg(long, value_name = "OLD.json")]
    baseline: Option<PathBuf>,
    /// End with 0 though some cases could not run on this machine
    ///
    /// A run in which nothing was played ends with 1 all the same.
    #[arg(long, env = "JAVATALK_ALLOW_NOT_RUN")]
    allow_not_run: bool,
}

/// One report: how its option is called, and how it is made.
type Format = (
    &'static str,
    fn(&Run, Option<&Changes>) -> Result<String, String>,
);

const JSON: Format = ("--json", |run, _| {
    let mut text = serde_json::to_string_pretty(run).map_err(|e| e.to_string())?;
    text.push('\n');
    Ok(printable_json(&text).into_owned())
});
const JUNIT: Format = ("--junit", |run, _| {
    report::junit(run).map_err(|e| e.to_string())
});
const MARKDOWN: Format = ("--markdown", |run, changes| {
    Ok(report::markdown(run, changes))
});
const HTML: Format = ("--html", |run, changes| {
    report::html(run, changes).map_err(|e| e.to_string())
});

impl Writing {
    /// What makes no sense or cannot be read is said before anything is played.
    pub(crate) fn check(&self) -> Result<Option<Run>, Exit> {
        let to_stdout: Vec<&str> = self
            .files()
            .filter(|(file, _)| is_stdout(file))
            .map(|(_, (option, _))| option)
            .collect();
        if to_stdout.len() > 1 {
            complain(format!(
                "{} cannot all have stdout",
                to_stdout.join(" and ")
            ));
            return Err(Exit::Usage);
        }
        for (file, _) in self.files() {
            output_file::check(file).map_err(|why| {
                complain(format!("{}: {why}", file.display()));
                Exit::Local
            })?;
        }
        self.baseline.as_deref().map(read).transpose()
    }

    /// Prints the results, writes them to every file that is asked for, and says how the command
    /// ends. `baseline` is what [`Writing::check`] has read, as far as the same was asked of it.
    pub(crate) fn finish(&self, mut run: Run, baseline: Option<&Run>) -> Exit {
        if self.allow_not_run {
            run.accept_not_run();
        }
        let changes = baseline.map(|old| Changes::between(old, &run));
        // `print` takes the colours out again if its stream is no terminal.
        let text = report::terminal(&run, changes.as_ref(), Paint::Colour);
        let mut exit = Exit::Success;
        let mut write = |file: &Path, (_, made): Format| {
            let written = made(&run, changes.as_ref()).and_then(|text| {
                output_file::write(file, text.as_bytes()).map_err(|why| why.to_string())
            });
            if let Err(why) = written {
                if is_stdout(file) {
                    complain(format!("stdout cannot be written: {why}"));
                } else {
                    complain(format!("{}: {why}", file.display()));
                }
                exit = Exit::Local;
            }
        };
        // The files first: they are not lost where stdout cannot be written.
        let (to_stdout, to_files): (Vec<_>, Vec<_>) =
            self.files().partition(|(file, _)| is_stdout(file));
        for (file, format) in to_files {
            write(file, format);
        }
        if to_stdout.is_empty() {
            print!("{text}");
        } else {
            eprint!("{text}");
        }
        for (file, format) in to_stdout {
            write(file, format);
        }
        let left_out = run.failures().filter(|case| case.is_not_run()).count();
        // A run without any case is among the gaps.
        if !run.cases.is_empty() && !run.is_green() && !run.proves_something() {
            complain(
                "nothing was played, so nothing is proved; --allow-not-run does not accept that",
            );
        } else if left_out > 0 {
            complain(format!(
                "{} could not run here, so nothing is proved of them; --allow-not-run accepts that",
                counted(left_out, "case")
            ));
        }
        for gap in run.gaps() {
            complain(gap);
        }
        match exit {
            Exit::Success if !run.is_green() => Exit::Differs,
            exit => exit,
        }
    }

    /// Whether what could not run is accepted.
    pub(crate) fn accepts_not_run(&self) -> bool {
        self.allow_not_run
    }

    fn files(&self) -> impl Iterator<Item = (&Path, Format)> {
        let all = [
            (&self.json, JSON),
            (&self.junit, JUNIT),
            (&self.markdown, MARKDOWN),
            (&self.html, HTML),
        ];
        all.into_iter()
            .filter_map(|(file, format)| Some((file.as_deref()?, format)))
    }
}

/// The results in a file that `--json` has written.
pub(crate) fn read(file: &Path) -> Result<Run, Exit> {
    let failed = |why: &dyn Display| {
        complain(format!("{}: {why}", file.display()));
        Exit::Local
    };
    let text = if is_stdout(file) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.map_err(|e| failed(&e))?;
    let run = serde_json::from_str(&text).map_err(|e| {
        failed(&format!(
            "these are no results that --json has written: {e}"
        ))
    })?;
    // Of one file the join is the file itself, if it follows this version of the format.
    join(vec![(file.display().to_string(), run)]).map_err(|e| {
        complain(e);
        Exit::Usage
    })
}

//! The options for reports, and writing the reports.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::output::{eprint, print};
use crate::cli::output_file::{failed, is_stdout};
use crate::cli::{Exit, complain, output_file};
use crate::interop::report;
use crate::interop::report::{Changes, Paint, Run, join};
use crate::text::count::counted;

/// The report files; `-` is stdout, for at most one of them.
#[derive(Args)]
pub(crate) struct Writing {
    /// Write the results as JSON, with all observations of each case that did not pass
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the results as JUnit XML, for CI systems
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as Markdown, for the summary of a CI run
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write the results as one HTML page: the matrix, and the conversation of each cell
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Show what has changed since OLD.json, which was written by --json
    #[arg(long, value_name = "OLD.json")]
    baseline: Option<PathBuf>,
    /// Exit with 0 even if some cases could not run on this machine
    ///
    /// A run without any executed case exits with 1 all the same.
    #[arg(long, env = "JAVATALK_ALLOW_NOT_RUN")]
    allow_not_run: bool,
}

/// A report format: its option, and the function that writes it.
type Format = (
    &'static str,
    fn(&Run, Option<&Changes>) -> Result<String, String>,
);

const JSON: Format = ("--json", |run, _| {
    report::json(run).map_err(|e| e.to_string())
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
    /// Checks before the run that the files can be written, and reads the baseline.
    pub(crate) fn check(&self) -> Result<Option<Run>, Exit> {
        let to_stdout: Vec<&str> = self
            .files()
            .filter(|(file, _)| is_stdout(file))
            .map(|(_, (option, _))| option)
            .collect();
        if to_stdout.len() > 1 {
            complain(format!(
                "{} cannot all write to stdout",
                to_stdout.join(" and ")
            ));
            return Err(Exit::Usage);
        }
        output_file::check(self.files().map(|(file, _)| file))?;
        self.baseline.as_deref().map(read).transpose()
    }

    /// Prints the results, writes the report files, and returns the exit status. `baseline` is the
    /// result of [`Writing::check`], limited to the selected cases.
    pub(crate) fn finish(&self, mut run: Run, baseline: Option<&Run>) -> Exit {
        if self.allow_not_run {
            run.accept_not_run();
        }
        let changes = baseline.map(|old| Changes::between(old, &run));
        // `print` removes the colours if its stream is not a terminal.
        let text = report::terminal(&run, changes.as_ref(), Paint::Colour);
        let mut exit = Exit::Success;
        let mut write = |file: &Path, (_, made): Format| {
            let text =
                made(&run, changes.as_ref()).map_err(|why| output_file::not_written(file, why));
            if let Err(failed) = text.and_then(|text| output_file::write(file, text.as_bytes())) {
                exit = failed;
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
            complain("no case ran, so nothing is proved; --allow-not-run does not accept that");
        } else if left_out > 0 {
            complain(format!(
                "{} could not run here; --allow-not-run accepts that",
                counted(left_out, "case")
            ));
        }
        for gap in run.gaps().into_iter().chain(run.outdated()) {
            complain(gap);
        }
        match exit {
            Exit::Success if !run.is_green() => Exit::Differs,
            exit => exit,
        }
    }

    /// Whether --allow-not-run is given.
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

/// Reads a results file that `--json` wrote.
pub(crate) fn read(file: &Path) -> Result<Run, Exit> {
    let text = if is_stdout(file) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.map_err(|e| failed(file, e))?;
    let run = serde_json::from_str(&text)
        .map_err(|e| failed(file, format!("not a results file of --json: {e}")))?;
    // Joining a single file returns it, after a check of its format version.
    join(vec![(file.display().to_string(), run)]).map_err(|e| {
        complain(e);
        Exit::Usage
    })
}

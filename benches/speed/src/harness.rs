//! How the harness grows: what a scenario costs among few and among many, and how much memory the
//! search takes, from minute to minute.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use javatalk::internals::system::jdk;
use javatalk::internals::system::jdk::{Request, Surroundings};
use javatalk::internals::system::process::Usage;

use crate::curves::{Axis, Curve, Panel, page};
use crate::programs::{built, finished};

/// Measures both for so long, and draws them.
pub(crate) fn measure(root: &Path, minutes: u32) -> io::Result<()> {
    let found = jdk::find(
        &Request::from_environment(&[]),
        &Surroundings::of_this_machine(),
    )
    .map_err(io::Error::other)?;
    let newest = found
        .used
        .last()
        .ok_or_else(|| io::Error::other("there is no JDK"))?;
    let harness = Harness {
        javatalk: built(root, "javatalk", &["--features", "cli"])?,
    };
    let scenarios = harness.scenarios(newest.home())?;
    let memory = harness.memory(minutes)?;
    fs::write(
        root.join("benches/speed/harness.svg"),
        drawn(&scenarios, &memory),
    )
}

struct Harness {
    javatalk: PathBuf,
}

impl Harness {
    fn javatalk(&self) -> Command {
        let mut command = Command::new(&self.javatalk);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Milliseconds for a scenario, by how many there are, without what one alone takes: that is
    /// the start of the programs.
    fn scenarios(&self, jdk: &Path) -> io::Result<Vec<[f64; 2]>> {
        let folder = tempfile::tempdir()?;
        let took = |count: u32| -> io::Result<f64> {
            for number in 0..count {
                let scenario = format!(
                    "# Number {number} goes there and comes back.\nclient writeUTF \"{number}\"\n\
                     server readUTF\nserver writeInt {number}\nclient readInt\n"
                );
                fs::write(
                    folder.path().join(format!("number-{number}.scenario")),
                    scenario,
                )?;
            }
            let mut samples = Vec::new();
            for _ in 0..RUNS {
                let start = Instant::now();
                let mut command = self.javatalk();
                command
                    .args(["interop", "scenario", "--scenarios"])
                    .arg(folder.path());
                finished(command.arg("--jdk").arg(jdk))?;
                samples.push(start.elapsed().as_secs_f64() * 1e3);
            }
            samples.sort_by(f64::total_cmp);
            Ok(samples[RUNS / 2])
        };
        let alone = took(1)?;
        COUNTS
            .into_iter()
            .map(|count| {
                let each = (took(count)? - alone) / f64::from(count - 1);
                eprintln!("{count} scenarios: {each:.2} ms each");
                Ok([f64::from(count), each])
            })
            .collect()
    }

    /// Megabytes of the harness's own process, by the minutes that the search has run.
    fn memory(&self, minutes: u32) -> io::Result<Vec<[f64; 2]>> {
        let folder = tempfile::tempdir()?;
        let start = Instant::now();
        let mut command = self.javatalk();
        command.args([
            "fuzz",
            "--time",
            &format!("{minutes}m"),
            "--seed",
            "1",
            "--save",
        ]);
        let mut search = command.arg(folder.path()).spawn()?;
        let mut samples = Vec::new();
        while search.try_wait()?.is_none() {
            let minute = start.elapsed().as_secs_f64() / 60.0;
            if let Some(megabytes) = resident(&search) {
                samples.push([minute, megabytes]);
            }
            thread::sleep(BETWEEN);
        }
        let status = search.wait()?;
        if let Some([minute, megabytes]) = samples.last() {
            eprintln!(
                "after {minute:.1} minutes: {megabytes:.1} MB; the search ended with {status}"
            );
        }
        Ok(samples)
    }
}

/// The megabytes that a process has in memory.
fn resident(process: &Child) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no process has 2^52 bytes")]
    let bytes = Usage::of(process.id())?.memory as f64;
    Some(bytes / 1e6)
}

fn drawn(scenarios: &[[f64; 2]], memory: &[[f64; 2]]) -> String {
    let most = |points: &[[f64; 2]], of: usize| points.iter().map(|p| p[of]).fold(0.0, f64::max);
    let panels = [
        Panel {
            title: "ms a scenario, by how many there are",
            across: Axis::powers(COUNTS.into_iter().map(f64::from).map(|count| {
                let mut label = String::new();
                _ = write!(label, "{count}");
                (count, label)
            })),
            up: Axis::steps(most(scenarios, 1)),
            curves: vec![Curve {
                name: "",
                points: scenarios.to_vec(),
            }],
        },
        Panel {
            title: "MB of the harness, by minutes of search",
            across: Axis::steps(most(memory, 0).round().max(1.0)),
            up: Axis::steps(most(memory, 1)),
            curves: vec![Curve {
                name: "",
                points: memory.to_vec(),
            }],
        },
    ];
    page("How the harness grows", &panels)
}

const COUNTS: [u32; 5] = [10, 100, 1000, 3000, 10_000];
const RUNS: usize = 3;
const BETWEEN: Duration = Duration::from_secs(2);

//! Every family of `javatalk sweep` with every JDK, each a test of its own:
//! `cargo test sweep::read_utf_up_to_three_bytes::java17`.

mod command;
#[path = "../jdk/mod.rs"]
mod jdk;
mod vectors;

use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::sweep::{
    Extent, Family, Judged, ReferenceJvm, SEED, Swept, Worker, families, sweep,
};
use javatalk::internals::system::jdk::Jdk;
use libtest_mimic::{Failed, Trial};

fn main() -> ExitCode {
    jdk::run(Vec::new(), |toolbox| {
        let stage = Arc::new(Stage::new(toolbox));
        let mut trials = vectors::trials(&stage);
        trials.push(command_trial(&stage));
        for (index, family) in stage.families.iter().enumerate() {
            if stage.toolbox.javas().is_empty() {
                trials.push(left_out(family.name));
            }
            for (seat, feature) in stage.toolbox.javas().into_iter().enumerate() {
                let stage = Arc::clone(&stage);
                let name = format!("sweep::{}::java{feature}", family.name);
                trials.push(Trial::test(name, move || stage.verdict(index, seat)));
            }
        }
        trials
    })
}

fn command_trial(stage: &Arc<Stage>) -> Trial {
    let stage = Arc::clone(stage);
    let name = "sweep::the_results_are_printed_as_a_table_and_written_as_json";
    Trial::test(name, move || {
        command::the_results_are_printed_as_a_table_and_written_as_json(&stage.toolbox);
        Ok(())
    })
}

/// Named all the same when there is no JDK, so that it is counted among what is left out.
fn left_out(name: &str) -> Trial {
    Trial::test(format!("sweep::{name}"), || {
        Err(Failed::from("there is no JDK to compare with"))
    })
}

/// The JVMs, and what became of each family: a family runs once, with all of them at a time.
struct Stage {
    toolbox: Toolbox,
    families: Vec<Family>,
    seats: Mutex<Option<Vec<Worker>>>,
    swept: Vec<OnceLock<Swept>>,
}

impl Stage {
    fn new(toolbox: Toolbox) -> Self {
        let families: Vec<Family> = families::all()
            .into_iter()
            .filter(|family| !family.long)
            .collect();
        Self {
            toolbox,
            swept: families.iter().map(|_| OnceLock::new()).collect(),
            families,
            seats: Mutex::default(),
        }
    }

    fn verdict(&self, family: usize, seat: usize) -> Result<(), Failed> {
        let swept = self.swept[family].get_or_init(|| self.sweep(&self.families[family]));
        let judged = &swept.judged[seat];
        if judged.is_equal() {
            return Ok(());
        }
        Err(Failed::from(told(swept, judged)))
    }

    fn sweep(&self, family: &Family) -> Swept {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let start = || {
            let judges = self.toolbox.jdks().iter().map(|jdk| self.judge(jdk));
            judges.map(Worker::new).collect()
        };
        let extent = Extent {
            seed: SEED,
            full: false,
        };
        let stop = AtomicBool::new(false);
        sweep(
            family,
            extent,
            seats.get_or_insert_with(start),
            &stop,
            &|_| {},
        )
    }

    fn judge(&self, jdk: &Jdk) -> ReferenceJvm {
        let classes = self.toolbox.classes(jdk);
        let classes = classes.unwrap_or_else(|why| panic!("{why}"));
        ReferenceJvm::start(jdk, classes, self.toolbox.javatalk())
            .unwrap_or_else(|why| panic!("{why}"))
    }
}

fn told(swept: &Swept, judged: &Judged) -> String {
    let mut text = format!(
        "{} {} calls came to something else than in java{}\n",
        swept.family.claim, judged.mismatches, judged.feature
    );
    for mismatch in &judged.shown {
        text.push_str(&mismatch.to_string());
    }
    if let Some(why) = &judged.failure {
        text.push_str(&why.to_string());
    }
    text
}

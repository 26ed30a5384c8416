//! The search finds every mutant by itself, the hand-written scenarios set aside.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use javatalk::internals::interop::fuzz::{Campaign, Counts, Extent, Finding, Plan, Size, Watch};
use javatalk::internals::interop::model::participant::Pairings;
use javatalk::internals::interop::suites::evaluation::Evaluation;
use libtest_mimic::Failed;

use super::NAIVE;
use super::bug::Bug;
use super::fixture::{Fixture, MutantRunner};

/// The table is the same in every run.
const SEED: u64 = 1;

/// A mutant that is not found among so many dialogues is not found: the rarest of them takes some
/// hundreds.
const MOST_DIALOGUES: usize = 3000;

/// What a search at random does not come to in so many dialogues: one value among very many, and more
/// bytes than a dialogue has. The scenarios that enumerate find them.
const NOT_AT_RANDOM: [Bug; 5] = [
    Bug::OneUnitReplaced,
    Bug::OnePairReplaced,
    Bug::SizeIn24Bits,
    Bug::WrittenIn24Bits,
    Bug::ReadIn20Bits,
];

/// What is left of a dialogue is one claim, and no more than that.
const MOST_STEPS: usize = 6;

/// Plays dialogues until each mutant is found, and prints how many that took and what was left of
/// the one that it was found by.
pub(crate) fn finds_every_mutant(fixture: &Fixture) -> Result<(), Failed> {
    let next = AtomicUsize::new(0);
    let rows: Mutex<Vec<(Bug, Result<Finding, String>)>> = Mutex::default();
    let search = || {
        fixture.with_runner(|mutants| {
            while let Some(&bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !NOT_AT_RANDOM.contains(&bug) {
                    let row = mutants.search(bug);
                    rows.lock().unwrap().push((bug, row));
                }
            }
            Ok(())
        })
    };
    thread::scope(|scope| {
        let searches = [scope.spawn(search), scope.spawn(search)];
        let results = searches.map(|search| search.join().unwrap());
        results.into_iter().collect::<Result<(), Failed>>()
    })?;
    let mut rows = rows.into_inner().unwrap();
    rows.sort_by_key(|(bug, _)| Bug::ALL.iter().position(|each| each == bug));
    let mut missed = Vec::new();
    anstream::println!(
        "\n{:24} {:>9}  {:>5}  found by",
        "mutant",
        "dialogues",
        "steps"
    );
    for (bug, row) in rows {
        match row {
            Ok(finding) => {
                let steps: Vec<String> = finding.scenario.steps.iter().map(shortened).collect();
                anstream::println!(
                    "{:24} {:>9}  {:>5}  {}",
                    bug.name(),
                    finding.dialogue.number + 1,
                    steps.len(),
                    steps.join("; ")
                );
                if steps.len() > MOST_STEPS && !bug.depends_on_timing() {
                    missed.push(format!("{}: {} steps are left", bug.name(), steps.len()));
                }
            }
            Err(why) => missed.push(format!("{}: {why}", bug.name())),
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(missed.join("\n")))
    }
}

fn shortened(step: &impl ToString) -> String {
    let step = step.to_string();
    match step.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &step[..end]),
        None => step,
    }
}

impl MutantRunner {
    fn search(&self, bug: Bug) -> Result<Finding, String> {
        let plan = Plan {
            seed: SEED,
            extent: Extent::Cases(MOST_DIALOGUES),
            shard: None,
            jobs: NonZero::<usize>::MIN,
            most: NonZero::<usize>::MIN,
        };
        let campaign = Campaign {
            runner: &self.runner,
            pairings: self.pairings(bug.name(), Pairings::WithTheOracle),
            rehearsals: &|| Arc::clone(&self.runner),
            with: String::new(),
            stop: &AtomicBool::new(false),
            watch: &Quiet,
        };
        let counts = campaign.run(&plan);
        let finding = counts.findings.into_iter().next().ok_or_else(|| {
            let (played, left_out) = (counts.dialogues, counts.not_run);
            format!(
                "{}: nobody noticed in {played} dialogues {left_out:?}",
                bug.what()
            )
        })?;
        self.is_about(bug, &finding)?;
        Ok(finding)
    }

    /// Found, and not by mistake: whoever is blamed is the mutant, and without its bug all is well.
    fn is_about(&self, bug: Bug, finding: &Finding) -> Result<(), String> {
        // One that is green the next time cannot be made small.
        if finding.size != Size::Small && !bug.depends_on_timing() {
            return Err(format!("not made small\n{}", finding.description()));
        }
        let blamed = finding.case.blame.as_ref().map(|blame| blame.peer.as_str());
        if blamed.is_some_and(|peer| peer != bug.name()) {
            return Err(format!(
                "somebody else is blamed\n{}",
                finding.description()
            ));
        }
        let trial = Evaluation::new(Arc::new(finding.scenario.clone()));
        for pairing in self.pairings(NAIVE, Pairings::WithTheOracle) {
            let verdict = trial.hear(&self.runner, pairing).verdict;
            if !verdict.is_green() {
                return Err(format!("{pairing}: {verdict}\n{}", finding.file()));
            }
        }
        Ok(())
    }
}

/// Nobody looks on.
struct Quiet;

impl Watch for Quiet {
    fn played(&self, _: &Counts) {}
    fn found(&self, _: &Finding) {}
    fn could_not(&self, _: &str) {}
}

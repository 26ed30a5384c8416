//! The files that some JDKs give.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::cases;
use super::folder::Files;
use super::judge::Judge;
use super::model::{Differs, Group, Outcome, Test};

/// All files, with the outcomes of these JDKs, oldest first.
///
/// # Errors
///
/// The number of the judge that failed, and its failure.
pub(crate) fn make(judges: &mut [Judge]) -> Result<Files, (usize, io::Error)> {
    let jdks: BTreeMap<u32, String> = judges
        .iter()
        .map(|judge| (judge.release(), judge.version().to_owned()))
        .collect();
    let mut files = Files::new();
    for (name, mut file) in cases::all() {
        for group in &mut file.groups {
            let tests = std::mem::take(&mut group.tests);
            for mut test in tests {
                decide(group, &mut test, judges)?;
                group.tests.push(test);
            }
        }
        file.jdks = jdks.clone();
        files.insert(name.to_owned(), file);
    }
    Ok(files)
}

fn decide(group: &Group, test: &mut Test, judges: &mut [Judge]) -> Result<(), (usize, io::Error)> {
    let mut outcomes: Vec<(u32, Outcome)> = Vec::new();
    for (index, judge) in judges.iter_mut().enumerate() {
        let outcome = judge.outcome(group, test).map_err(|why| (index, why))?;
        outcomes.push((judge.release(), outcome));
    }
    let Some((_, newest)) = outcomes.pop() else {
        return Ok(());
    };
    for (release, outcome) in outcomes {
        if outcome == newest {
            continue;
        }
        match test
            .differs
            .iter_mut()
            .find(|known| known.outcome == outcome)
        {
            Some(known) => {
                known.jdks.insert(release);
            }
            None => test.differs.push(Differs {
                jdks: BTreeSet::from([release]),
                outcome,
            }),
        }
    }
    test.calls = newest.calls;
    test.file = newest.file;
    Ok(())
}

/// The releases that stored files have asked and these JDKs are not: writing would lose them.
pub(crate) fn missing(stored: &Files, judges: &[Judge]) -> BTreeSet<u32> {
    let asked = stored.values().flat_map(|file| file.jdks.keys().copied());
    let there: BTreeSet<u32> = judges.iter().map(Judge::release).collect();
    asked.filter(|release| !there.contains(release)).collect()
}

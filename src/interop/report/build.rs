//! Builds the results as data from the results of the cases.

use std::collections::BTreeSet;
use std::time::Duration;

use super::participants::participants;
use super::run::{Blame, CaseEntry, FORMAT, GoodEntry, KnownEntry, Run};
use crate::interop::model::case::Judged;
use crate::interop::model::evidence::{Event, MaskEntry, PeerEntry, Side};
use crate::interop::model::participant::{Pairing, Participant};
use crate::interop::model::verdict::Verdict;
use crate::system::jdk::Jdk;

impl Run {
    /// The results of a run with these JDKs. `others` are the other participants.
    pub fn new(jdks: &[Jdk], others: &[PeerEntry], results: &[Judged], took: Duration) -> Self {
        let played: BTreeSet<String> = results
            .iter()
            .flat_map(|judged| [judged.case.pairing.client, judged.case.pairing.server])
            .map(|peer| peer.to_string())
            .collect();
        let mut others = others.to_vec();
        others.retain(|peer| played.contains(&peer.name));
        Self {
            format: FORMAT,
            javatalk: env!("CARGO_PKG_VERSION").to_owned(),
            seconds: took.as_secs_f64(),
            partial: false,
            filtered: false,
            shards: Vec::new(),
            oracle: oracle(results).map(|peer| peer.to_string()),
            peers: participants(jdks, &others),
            cases: results.iter().map(CaseEntry::new).collect(),
            good: good(results),
        }
    }
}

impl CaseEntry {
    /// The entry of a case and its result.
    pub fn new(judged: &Judged) -> Self {
        let case = &judged.case;
        let evidence = judged.verdict != Verdict::Pass;
        let side = |pairing: Pairing, side: Side| Side {
            pairing: pairing.to_string(),
            ..side
        };
        Self {
            name: case.to_string(),
            suite: case.suite.to_owned(),
            index: case.index,
            group: case.group.clone(),
            row: case.row.clone(),
            claim: case.claim.clone(),
            client: case.pairing.client.to_string(),
            server: case.pairing.server.to_string(),
            verdict: judged.verdict.word().to_owned(),
            green: judged.verdict.is_green(),
            detail: judged.verdict.to_string(),
            blame: judged.verdict.divergence().map(|divergence| Blame {
                peer: divergence.peer.to_string(),
                role: divergence.role.to_string(),
                part: divergence.part.to_string(),
                method: divergence.method.map(|method| method.to_string()),
            }),
            judge: judged.oracle.as_ref().map(|(judge, _)| judge.to_string()),
            oracle_again: judged.again,
            unobserved: judged
                .seen
                .as_ref()
                .and_then(|seen| seen.unobserved())
                .map(str::to_owned),
            known_differences: judged
                .expected
                .iter()
                .map(|known| KnownEntry {
                    reason: known.reason.to_string(),
                    occurred: known.occurred,
                    listed_in: known.listed_in.to_owned(),
                })
                .collect(),
            masks: masks(judged),
            advice: judged.advice.clone(),
            with: String::new(),
            seconds: judged.took.as_secs_f64(),
            seen: judged
                .seen
                .as_ref()
                .filter(|_| evidence)
                .map(|seen| side(case.pairing, seen.side())),
            judged_by: judged
                .oracle
                .as_ref()
                .filter(|_| evidence)
                .map(|(pairing, oracle)| side(*pairing, oracle.side())),
        }
    }
}

/// What the masks have hidden in both runs of a case.
fn masks(judged: &Judged) -> Vec<MaskEntry> {
    let oracle = judged.oracle.as_ref().map(|(_, oracle)| oracle);
    let mut runs = [oracle, judged.seen.as_ref()].into_iter().flatten();
    let mut masks = runs.next().map_or_else(Vec::new, |run| run.masks());
    for run in runs {
        for (all, mask) in masks.iter_mut().zip(run.masks()) {
            if all.count == 0 {
                all.example = mask.example;
            }
            all.count += mask.count;
        }
    }
    masks
}

/// The oracle; `None` if no case was compared.
fn oracle(results: &[Judged]) -> Option<Participant> {
    let judges = results.iter().filter_map(|judged| judged.oracle.as_ref());
    judges
        .flat_map(|(pairing, _)| [pairing.client, pairing.server])
        .filter(|peer| *peer != Participant::Raw)
        // Prefer a JDK: the small socket programs are the oracle for raw framing only.
        .min()
}

/// What the oracle showed for each input that it completed.
fn good(results: &[Judged]) -> Vec<GoodEntry> {
    let mut known = BTreeSet::new();
    let mut good = Vec::new();
    for judged in results {
        let (case, Some((pairing, oracle))) = (&judged.case, &judged.oracle) else {
            continue;
        };
        // Without a completed oracle run there is nothing to show.
        if matches!(judged.verdict, Verdict::NotRun(_))
            || !known.insert((case.suite, &case.row, pairing))
        {
            continue;
        }
        good.push(GoodEntry {
            suite: case.suite.to_owned(),
            row: case.row.clone(),
            pairing: pairing.to_string(),
            events: shortened(oracle.events()),
        });
    }
    good
}

/// Leaves out the middle of a long conversation, and says how many events are missing.
fn shortened(mut events: Vec<Event>) -> Vec<Event> {
    const HEAD: usize = 40;
    const TAIL: usize = 12;
    if events.len() > HEAD + TAIL {
        let left_out = events.len() - HEAD - TAIL;
        let word = Event {
            text: format!("… {left_out} more …"),
            ..Event::default()
        };
        events.splice(HEAD..HEAD + left_out, [word]);
    }
    events
}

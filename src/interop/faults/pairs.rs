//! Broken connections between the programs of a user's pair.
//!
//! The old programs play every case once, which shows how many bytes each direction has. Then every
//! pairing plays the case with each fault at each of these bytes, and is compared with the old
//! programs under the same fault. Of several connections of a case, each breaks at that byte.

use std::num::NonZero;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::counts::{Counts, Difference};
use super::places::{network, places};
use super::run::sampled;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::pair::run::PairRun;
use crate::interop::model::pair::{Sides, Transport, Wire};
use crate::interop::model::participant::Role;
use crate::interop::proxy::plan::{Fault, FaultKind, NetworkPlan};
use crate::interop::runner::Suite;
use crate::interop::suites::pairs::Pairs;
use crate::system::workers::each;

/// The places at which the cases of some pairs are broken.
#[derive(Debug, Default)]
pub(crate) struct PairPlan {
    /// Each place: the number of a row of the suite, and the fault.
    pub(crate) places: Vec<(usize, NetworkPlan)>,
    /// How many places in long conversations were left out, by choice or by `sample`.
    left_out: usize,
}

/// Which places are chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a> {
    pub(crate) kinds: &'a [FaultKind],
    /// Chooses the places in long conversations, and those of `sample`.
    pub(crate) seed: u64,
    pub(crate) sample: Option<usize>,
}

impl PairPlan {
    /// The places of these rows of the suite.
    ///
    /// # Errors
    ///
    /// The name of a case that the old programs cannot play, and why.
    pub(crate) fn new(
        suite: &Pairs,
        rows: &[(usize, &str)],
        choice: Choice<'_>,
    ) -> Result<Self, String> {
        let mut plan = Self::default();
        for &(row, name) in rows {
            let played = suite.play_oracle(row);
            let (run, wire) = played.map_err(|why| format!("{name}: {why}"))?;
            if let Some(why) = &run.unobserved {
                return Err(format!(
                    "{name}: no relay can be placed between the programs ({why}), so their \
                     connection cannot be broken"
                ));
            }
            plan.add(row, name, &run, wire, choice);
        }
        plan.left_out += sampled(&mut plan.places, choice.sample, choice.seed);
        Ok(plan)
    }

    fn add(
        &mut self,
        row: usize,
        name: &str,
        run: &PairRun,
        wire: &Sides<Wire>,
        choice: Choice<'_>,
    ) {
        for sender in [Role::Client, Role::Server] {
            let ends = ends(run, wire, sender);
            let Some(&total) = ends.last() else { continue };
            let places = places(name, sender, &ends, choice.seed);
            let all = usize::try_from(total)
                .unwrap_or(usize::MAX)
                .saturating_add(1);
            self.left_out += (all - places.len()) * choice.kinds.len();
            for at in places {
                for &kind in choice.kinds {
                    // A split makes two pieces, and neither may be empty.
                    if kind == FaultKind::Split && (at == 0 || at == total) {
                        continue;
                    }
                    self.places.push((row, network(sender, Fault { at, kind })));
                }
            }
        }
    }
}

/// Where the messages of a direction end, in order, over all connections; where their framing is
/// unknown, what arrived together. Empty if there is no connection over TCP.
fn ends(run: &PairRun, wire: &Sides<Wire>, sender: Role) -> Vec<u64> {
    let mut ends: Vec<u64> = Vec::new();
    let tcp = |connection: &&_| {
        let connection: &crate::interop::model::pair::run::Connection = connection;
        connection.transport == Transport::Tcp
    };
    for connection in run.connections.iter().filter(tcp) {
        let flow = &connection.traffic.sent_by(sender).bytes;
        let fields = wire.of(sender).fields(flow);
        let ends_of_fields = fields.iter().map(|field| field.start + field.bytes.len());
        let segments = connection.traffic.order.iter();
        let segments = segments.filter(|segment| segment.role == sender);
        ends.extend(ends_of_fields.map(|end| end as u64));
        if fields.is_empty() {
            ends.extend(segments.map(|segment| segment.so_far as u64));
        }
        ends.push(flow.len() as u64);
    }
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Plays all places of the plan, `jobs` at a time. Calls `saw` for each place once all pairings have
/// played it.
///
/// Returns early if `stop` is set.
pub(crate) fn sweep(
    suite: Pairs,
    plan: &PairPlan,
    jobs: NonZero<usize>,
    stop: &AtomicBool,
    saw: impl Fn(&[Difference]) + Sync,
) -> Counts {
    let start = Instant::now();
    let suite = suite.over(&plan.places);
    let mut cases: Vec<Vec<Case>> = plan.places.iter().map(|_| Vec::new()).collect();
    for case in suite.cases() {
        if suite.judge(case.index) != Some(case.pairing) {
            cases[case.index].push(case);
        }
    }
    let counts = Mutex::new(Counts::default());
    each(&cases, jobs, stop, |place, cases| {
        let (_, network) = plan.places[place];
        let judged: Vec<Judged> = cases
            .iter()
            .map(|case| play(&suite, case, network))
            .collect();
        let again = judged.iter().filter(|judged| judged.again > 0).count();
        let red = judged.iter().filter(|judged| !judged.verdict.is_green());
        let differences: Vec<Difference> = red
            .map(|judged| Difference {
                network,
                scenario: None,
                judged: judged.clone(),
            })
            .collect();
        saw(&differences);
        let verdicts = judged.iter().map(|judged| &judged.verdict);
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.add(&network, verdicts, again, differences);
    });
    let mut counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    counts.left_out = plan.left_out;
    counts.unplayed = plan.places.len() - counts.places();
    counts.took = start.elapsed();
    counts
}

fn play(suite: &Pairs, case: &Case, network: NetworkPlan) -> Judged {
    let mut judged = suite.run(case);
    judged.case.claim = format!("{} Under {network}.", judged.case.claim);
    judged
}

//! The scenarios as a suite: every scenario in every pairing, judged by Java with Java.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::cast::{Cast, CastError};
use super::judge::{diverges, judge};
use super::performance::{Finale, Performance};
use super::player::play;
use crate::interop::bell::Patience;
use crate::interop::case::{Case, Judged};
use crate::interop::matrix::Suite;
use crate::interop::pairing::{Pairing, Peer, Role};
use crate::interop::script::Scenario;
use crate::interop::verdict::Verdict;

/// What the names of these cases begin with.
const NAME: &str = "scenario";

/// The scenarios, the cast that plays them, and what the oracle has said so far.
#[derive(Debug)]
pub struct Scenarios {
    cast: Cast,
    scenarios: Vec<Arc<Scenario>>,
    patience: Patience,
    oracle: BTreeMap<(usize, Pairing), Memory>,
    /// Held by a scenario that is played again because it seemed to be stuck.
    alone: Mutex<()>,
}

/// What Java alone showed, or why it could not be played; empty until somebody asks.
type Memory = OnceLock<Result<Arc<Performance>, String>>;

/// A silence of both roles that is long for any peer, and short for whoever runs the suite: a
/// suspicion, which is confirmed with the full time.
const SUSPICION: Duration = Duration::from_millis(500);

impl Scenarios {
    /// The suite of `scenarios`, played by `cast`.
    pub fn new(cast: Cast, scenarios: Vec<Scenario>, patience: Patience) -> Self {
        let scenarios: Vec<_> = scenarios.into_iter().map(Arc::new).collect();
        let alone: Vec<Pairing> = cast
            .pairings()
            .into_iter()
            .filter(|pairing| pairing.client == pairing.server && pairing.is_java_alone())
            .collect();
        let oracle = (0..scenarios.len())
            .flat_map(|index| {
                alone
                    .iter()
                    .map(move |pairing| ((index, *pairing), OnceLock::new()))
            })
            .collect();
        Self {
            cast,
            scenarios,
            patience,
            oracle,
            alone: Mutex::new(()),
        }
    }

    fn judge(&self, case: &Case, judged: &mut Judged) -> Result<Verdict, String> {
        let judge_pairing = self.cast.oracle().ok_or("there is no JDK to judge it")?;
        let oracle = self.oracle(case.index, judge_pairing)?;
        judged.oracle = Some((judge_pairing, Arc::clone(&oracle) as _));
        let seen = Arc::new(
            self.play(case.index, case.pairing)
                .map_err(|why| why.to_string())?,
        );
        judged.seen = Some(Arc::clone(&seen) as _);
        let verdict = judge(case.pairing, &oracle, &seen);
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        if case.pairing == judge_pairing {
            return Ok(Verdict::OracleUnstable(divergence));
        }
        // Nobody who agrees with an older JDK among its own is to blame for what the newest does.
        for java in case.pairing.javas() {
            let java = Peer::Java(java);
            let own = Pairing {
                client: java,
                server: java,
            };
            if own != judge_pairing
                && diverges(case.pairing, &*self.oracle(case.index, own)?, &seen).is_none()
            {
                return Ok(Verdict::OracleSplit(divergence));
            }
        }
        if case.pairing.is_java_alone() {
            return Ok(Verdict::OracleSplit(divergence));
        }
        Ok(Verdict::Differs(divergence))
    }

    /// What Java alone shows; played once, whoever asks.
    fn oracle(&self, index: usize, pairing: Pairing) -> Result<Arc<Performance>, String> {
        self.oracle
            .get(&(index, pairing))
            .ok_or_else(|| format!("{pairing} is no oracle"))?
            .get_or_init(|| {
                self.play(index, pairing)
                    .map(Arc::new)
                    .map_err(|why| why.to_string())
            })
            .clone()
    }

    /// Plays a scenario; one that seems to be stuck is played again, alone and with all the time.
    fn play(&self, index: usize, pairing: Pairing) -> Result<Performance, CastError> {
        let suspicion = Patience {
            quiet: SUSPICION.min(self.patience.quiet),
            ..self.patience
        };
        let first = self.play_with(index, pairing, suspicion)?;
        if !matches!(first.finale, Finale::Deadlock | Finale::Timeout(_)) {
            return Ok(first);
        }
        let _alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        self.play_with(index, pairing, self.patience)
    }

    fn play_with(
        &self,
        index: usize,
        pairing: Pairing,
        patience: Patience,
    ) -> Result<Performance, CastError> {
        let mut client = self.cast.seat(pairing.client, Role::Client)?;
        let mut server = self.cast.seat(pairing.server, Role::Server)?;
        let performance = play(&self.scenarios[index], &mut client, &mut server, patience);
        for (role, peer) in [
            (Role::Client, pairing.client),
            (Role::Server, pairing.server),
        ] {
            if let Some(well) = performance.finale.speaks_for(role) {
                self.cast.performed(peer, well);
            }
        }
        Ok(performance)
    }
}

impl Suite for Scenarios {
    fn cases(&self) -> Vec<Case> {
        let pairings = self.cast.pairings();
        self.scenarios
            .iter()
            .enumerate()
            .flat_map(|(index, scenario)| {
                pairings.iter().map(move |&pairing| Case {
                    suite: NAME,
                    index,
                    group: scenario.script().to_owned(),
                    row: scenario.name.clone(),
                    claim: scenario.claim.clone(),
                    pairing,
                })
            })
            .collect()
    }

    fn run(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let mut judged = Judged {
            case: case.clone(),
            verdict: Verdict::Vacuous,
            seen: None,
            oracle: None,
            took: Duration::ZERO,
        };
        judged.verdict = self
            .judge(case, &mut judged)
            .unwrap_or_else(Verdict::NotRun);
        judged.took = start.elapsed();
        judged
    }
}

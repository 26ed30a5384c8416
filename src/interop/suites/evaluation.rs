//! One scenario and its oracle: Java with Java plays it once, and every pairing is compared with
//! that.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::interop::compare::scenario::{diverges, judge};
use crate::interop::model::participant::{Pairing, Participant};
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle;
use crate::interop::oracle::ReferenceRuns;
use crate::interop::scenario::language::Scenario;
use crate::interop::scenario::runner::Runner;
use crate::interop::scenario::transcript::Transcript;

/// A scenario, and the reference runs of each JDK so far.
#[derive(Debug)]
pub struct Evaluation {
    scenario: Arc<Scenario>,
    /// The scenario with only those faults of its network plan that may change what the peers see.
    /// Java with Java plays this one: slicing and pauses must not change any result.
    essence: Arc<Scenario>,
    javas: BTreeMap<Pairing, ReferenceRuns<Transcript>>,
    /// Whether the reference run also serves as the run of the oracle's own pairing.
    once: bool,
    /// Whether Java is played again before a difference counts.
    again: bool,
}

/// The result of one pairing.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub verdict: Verdict,
    /// The pairing's transcript; `None` if the scenario could not be played.
    pub seen: Option<Arc<Transcript>>,
    /// How often Java was played again before it agreed. Its run may legally end in more than one
    /// way.
    pub again: usize,
    /// The oracle's pairing and its transcript; `None` if the scenario could not be played.
    pub oracle: Option<(Pairing, Arc<Transcript>)>,
}

impl Evaluation {
    /// An evaluation that has not played anything yet.
    pub fn new(scenario: Arc<Scenario>, runner: &Runner) -> Self {
        let alone = runner.pool().javas_alone().into_iter();
        let network = scenario.network.essence();
        let essence = if network == scenario.network {
            Arc::clone(&scenario)
        } else {
            Arc::new(Scenario {
                network,
                ..Scenario::clone(&scenario)
            })
        };
        Self {
            scenario,
            essence,
            javas: alone
                .map(|pairing| (pairing, ReferenceRuns::default()))
                .collect(),
            once: false,
            again: true,
        }
    }

    /// An evaluation in which Java with Java plays once instead of twice, if the network plan
    /// allows it. It serves a search: the search replays every difference anyway, and notices then
    /// whether Java differs from itself.
    pub fn with_the_oracle_once(scenario: Arc<Scenario>, runner: &Runner) -> Self {
        let mut trial = Self::new(scenario, runner);
        trial.once = Arc::ptr_eq(&trial.scenario, &trial.essence);
        trial
    }

    /// An evaluation in which any difference counts at once. It serves a quick first pass over many
    /// scenarios; the scenario that matters is played again.
    pub fn at_first_sight(scenario: Arc<Scenario>, runner: &Runner) -> Self {
        Self {
            again: false,
            ..Self::new(scenario, runner)
        }
    }

    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// Plays the scenario in this pairing and compares it with the oracle.
    pub fn hear(&self, runner: &Runner, pairing: Pairing) -> Judgement {
        let mut heard = Judgement {
            verdict: Verdict::Vacuous,
            seen: None,
            again: 0,
            oracle: None,
        };
        heard.verdict = self
            .verdict(runner, pairing, &mut heard)
            .unwrap_or_else(Verdict::NotRun);
        heard
    }

    fn verdict(
        &self,
        runner: &Runner,
        pairing: Pairing,
        heard: &mut Judgement,
    ) -> Result<Verdict, String> {
        let judging = runner
            .pool()
            .oracle()
            .ok_or("there is no JDK to judge it")?;
        let oracle = self.java_alone(runner, judging)?;
        heard.oracle = Some((judging, Arc::clone(&oracle)));
        let seen = if self.once && pairing == judging {
            Arc::clone(&oracle)
        } else {
            Arc::new(play(runner, &self.scenario, pairing)?)
        };
        heard.seen = Some(Arc::clone(&seen));
        let verdict = judge(pairing, &oracle, &seen);
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        if self.again {
            // Bytes written to a connection that was just closed are lost, and the time at which
            // the kernel reports that varies.
            let races = self.scenario.network.leaves_a_race();
            let play_again = || play(runner, &self.scenario, pairing);
            let agreement = self.shown(judging)?.agreement(
                Arc::clone(&seen),
                self.player(runner, judging),
                races.then_some(&play_again),
                |oracle, seen| judge(pairing, oracle, seen) == Verdict::Pass,
            )?;
            if let Some(agreement) = agreement {
                heard.again = agreement.again;
                heard.oracle = Some((judging, agreement.oracle));
                heard.seen = Some(agreement.seen);
                return Ok(Verdict::Pass);
            }
        }
        if pairing == judging {
            return Ok(Verdict::OracleUnstable(divergence));
        }
        // A pairing that agrees with one of its own JDKs is not to blame for a difference between
        // that JDK and the newest.
        for java in pairing.javas() {
            let java = Participant::Java(java);
            let own = Pairing {
                client: java,
                server: java,
            };
            if own != judging && diverges(pairing, &*self.java_alone(runner, own)?, &seen).is_none()
            {
                return Ok(Verdict::OracleSplit(divergence));
            }
        }
        if pairing.is_java_alone() {
            return Ok(Verdict::OracleSplit(divergence));
        }
        Ok(Verdict::Differs(divergence))
    }

    /// The first reference run of this pairing of a JDK with itself.
    fn java_alone(&self, runner: &Runner, pairing: Pairing) -> Result<Arc<Transcript>, String> {
        self.shown(pairing)?.first(self.player(runner, pairing))
    }

    /// The reference runs of this pairing of a JDK with itself.
    fn shown(&self, pairing: Pairing) -> Result<&ReferenceRuns<Transcript>, String> {
        let shown = self.javas.get(&pairing);
        shown.ok_or_else(|| format!("{pairing} is no oracle"))
    }

    /// Returns a function that plays reference run after reference run.
    fn player<'a>(
        &'a self,
        runner: &'a Runner,
        pairing: Pairing,
    ) -> impl Fn(usize) -> Result<Transcript, String> + use<'a> {
        move |run| {
            let network = oracle::network(self.essence.network, run);
            if network == self.essence.network {
                return play(runner, &self.essence, pairing);
            }
            let delayed = Scenario {
                network,
                ..Scenario::clone(&self.essence)
            };
            play(runner, &Arc::new(delayed), pairing)
        }
    }
}

fn play(runner: &Runner, scenario: &Arc<Scenario>, pairing: Pairing) -> Result<Transcript, String> {
    let transcript = runner.play(scenario, pairing);
    transcript.map_err(|why| why.to_string())
}

//! One scenario before its judge: Java with Java plays it once, and every pairing is compared.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::judge::{diverges, judge};
use super::performance::Performance;
use super::theatre::Theatre;
use crate::interop::pairing::{Pairing, Peer};
use crate::interop::script::Scenario;
use crate::interop::verdict::Verdict;

/// A scenario, and what each JDK has shown of it with itself so far.
#[derive(Debug)]
pub struct Trial {
    scenario: Arc<Scenario>,
    /// The same under a network that only does what may change what is seen: this is what Java
    /// alone plays. Pieces and pauses must change nothing.
    essence: Arc<Scenario>,
    javas: BTreeMap<Pairing, Memory>,
    /// Whether what the oracle shows as the judge is what it shows as one of the pairings.
    once: bool,
}

/// What Java alone showed, or why it could not be played; empty until somebody asks.
type Memory = OnceLock<Result<Arc<Performance>, String>>;

/// What came of one pairing.
#[derive(Debug)]
pub struct Heard {
    /// What is said of it.
    pub verdict: Verdict,
    /// What was seen; none if it could not be played.
    pub seen: Option<Arc<Performance>>,
    /// How often it was played again until Java showed the same: the kernel may decide either way
    /// where a connection breaks.
    pub again: usize,
    /// What the oracle showed, and who that is; none if it could not be played.
    pub oracle: Option<(Pairing, Arc<Performance>)>,
}

impl Trial {
    /// Nothing is played before somebody asks.
    pub fn new(scenario: Arc<Scenario>, theatre: &Theatre) -> Self {
        let alone = theatre.cast().javas_alone().into_iter();
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
            javas: alone.map(|pairing| (pairing, OnceLock::new())).collect(),
            once: false,
        }
    }

    /// The same, but Java with Java plays once and not twice where the network lets it: for a search,
    /// which plays what differs again anyway, and finds out then if Java differs from itself.
    pub fn with_the_oracle_once(scenario: Arc<Scenario>, theatre: &Theatre) -> Self {
        let mut trial = Self::new(scenario, theatre);
        trial.once = Arc::ptr_eq(&trial.scenario, &trial.essence);
        trial
    }

    /// What is played.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// Plays the scenario in this pairing, and holds it against the oracle.
    pub fn hear(&self, theatre: &Theatre, pairing: Pairing) -> Heard {
        let mut heard = Heard {
            verdict: Verdict::Vacuous,
            seen: None,
            again: 0,
            oracle: None,
        };
        heard.verdict = self
            .verdict(theatre, pairing, &mut heard)
            .unwrap_or_else(Verdict::NotRun);
        heard
    }

    fn verdict(
        &self,
        theatre: &Theatre,
        pairing: Pairing,
        heard: &mut Heard,
    ) -> Result<Verdict, String> {
        let judging = theatre
            .cast()
            .oracle()
            .ok_or("there is no JDK to judge it")?;
        let oracle = self.java_alone(theatre, judging)?;
        heard.oracle = Some((judging, Arc::clone(&oracle)));
        let seen = if self.once && pairing == judging {
            Arc::clone(&oracle)
        } else {
            let seen = theatre.play(&self.scenario, pairing);
            seen.map(Arc::new).map_err(|why| why.to_string())?
        };
        heard.seen = Some(Arc::clone(&seen));
        let shown = Arc::clone(&seen);
        let verdict = judge(pairing, &oracle, &seen);
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        if self.scenario.network.leaves_a_race()
            && let Some(again) = self.again(theatre, pairing, judging, oracle, seen)?
        {
            heard.again = again;
            return Ok(Verdict::Pass);
        }
        if pairing == judging {
            return Ok(Verdict::OracleUnstable(divergence));
        }
        // Nobody who agrees with an older JDK among its own is to blame for what the newest does.
        for java in pairing.javas() {
            let java = Peer::Java(java);
            let own = Pairing {
                client: java,
                server: java,
            };
            if own != judging
                && diverges(pairing, &*self.java_alone(theatre, own)?, &shown).is_none()
            {
                return Ok(Verdict::OracleSplit(divergence));
            }
        }
        if pairing.is_java_alone() {
            return Ok(Verdict::OracleSplit(divergence));
        }
        Ok(Verdict::Differs(divergence))
    }

    /// Plays both again until Java alone has once shown what the pairing has once shown, and tells how
    /// often that was; none if they do not meet. What is written to a connection that has just been
    /// closed is lost, and the kernel says so sooner or later.
    fn again(
        &self,
        theatre: &Theatre,
        pairing: Pairing,
        judging: Pairing,
        oracle: Arc<Performance>,
        seen: Arc<Performance>,
    ) -> Result<Option<usize>, String> {
        let (mut oracles, mut all_seen) = (vec![oracle], vec![seen]);
        for again in 1..=PLAYED_AGAIN {
            let play = |scenario, pairing| {
                let performance = theatre.play(scenario, pairing);
                performance.map(Arc::new).map_err(|why| why.to_string())
            };
            oracles.push(play(&self.essence, judging)?);
            all_seen.push(play(&self.scenario, pairing)?);
            let meet = |oracle: &Performance, seen: &Performance| {
                matches!(judge(pairing, oracle, seen), Verdict::Pass)
            };
            if oracles
                .iter()
                .any(|oracle| all_seen.iter().any(|seen| meet(oracle, seen)))
            {
                return Ok(Some(again));
            }
        }
        Ok(None)
    }

    /// What Java alone shows; played once, whoever asks.
    fn java_alone(&self, theatre: &Theatre, pairing: Pairing) -> Result<Arc<Performance>, String> {
        self.javas
            .get(&pairing)
            .ok_or_else(|| format!("{pairing} is no oracle"))?
            .get_or_init(|| {
                theatre
                    .play(&self.essence, pairing)
                    .map(Arc::new)
                    .map_err(|why| why.to_string())
            })
            .clone()
    }
}

/// How often Java and the pairing are played again where the kernel may decide either way.
const PLAYED_AGAIN: usize = 4;

//! Pairs that a user brings, as a suite: every case in every pairing of old and new programs,
//! compared with the old programs alone.

mod evidence;
mod pairings;
mod trial;

use std::sync::Arc;
use std::time::Instant;

use evidence::PairEvidence;
use pairings::Versions;
pub(crate) use trial::{Trial, Unplayable};

use crate::interop::compare::pairs::{self, Rules, Told};
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::known_difference::Expected;
use crate::interop::model::pair::run::PairRun;
use crate::interop::model::pair::{Sides, Transport, Wire};
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle::{self, Playable, ReferenceRuns};
use crate::interop::programs::SetUpError;
use crate::interop::programs::pairs::Player;
use crate::interop::programs::pairs::definition::{Pair, PairCase, ServerEnd, Stop};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::runner::Suite;
use crate::interop::toolbox::Toolbox;
use crate::system::wait::Timeouts;

/// The pairs, and the reference runs so far.
#[derive(Debug)]
pub struct Pairs {
    pairs: Vec<Played>,
    rows: Vec<Row>,
}

/// A pair, and who plays it.
#[derive(Debug)]
struct Played {
    pair: Arc<Pair>,
    player: Player,
    versions: Versions,
}

/// A case of a pair over one network.
#[derive(Debug)]
struct Row {
    name: String,
    /// The same without the network.
    group: String,
    pair: usize,
    case: Arc<PairCase>,
    network: NetworkPlan,
    oracle: ReferenceRuns<PairRun>,
}

impl Pairs {
    /// The first part of the names of these cases.
    pub const NAME: &str = "pair";

    /// The suite of all cases of these pairs.
    pub fn new(pairs: Vec<Arc<Pair>>, toolbox: &Arc<Toolbox>, timeouts: Timeouts) -> Self {
        let mut rows = Vec::new();
        for (index, pair) in pairs.iter().enumerate() {
            for case in &pair.cases {
                let case = Arc::new(case.clone());
                let group = group(pair, &case.name);
                for (place, &network) in case.networks.iter().enumerate() {
                    let name = match place {
                        0 => group.clone(),
                        _ => format!("{group}-over-{}", kebab(&network.to_string())),
                    };
                    rows.push(Row {
                        name,
                        group: group.clone(),
                        pair: index,
                        case: Arc::clone(&case),
                        network,
                        oracle: ReferenceRuns::default(),
                    });
                }
            }
        }
        let played = |pair: Arc<Pair>| Played {
            player: Player::new(Arc::clone(&pair), Arc::clone(toolbox), timeouts),
            versions: Versions::of(&pair, &toolbox.javas()),
            pair,
        };
        Self {
            pairs: pairs.into_iter().map(played).collect(),
            rows,
        }
    }

    /// Applies `network` to every case that is played over a plain one.
    #[must_use]
    pub fn through(mut self, network: NetworkPlan) -> Self {
        for row in &mut self.rows {
            if row.network == NetworkPlan::default() {
                row.network = network;
            }
        }
        self
    }

    /// Runs the compile commands of all pairs.
    ///
    /// # Errors
    ///
    /// If one of them fails.
    pub fn compile(&self) -> Result<(), SetUpError> {
        let mut pairs = self.pairs.iter();
        pairs.try_for_each(|played| played.player.compile())
    }

    /// The versions of all pairs, for the reports.
    pub fn entries(&self) -> Vec<PeerEntry> {
        let pairs = self.pairs.iter();
        pairings::entries(pairs.map(|played| (&*played.pair, &played.versions)))
    }

    /// The rows over a plain network, each with its number and its name.
    pub(crate) fn plain_rows(&self) -> impl Iterator<Item = (usize, &str)> {
        let rows = self.rows.iter().enumerate();
        let plain = rows.filter(|(_, row)| row.network == NetworkPlan::default());
        plain.map(|(number, row)| (number, row.name.as_str()))
    }

    /// What the oracle does in a row, and what the bytes of its client and its server mean.
    ///
    /// # Errors
    ///
    /// If there is no oracle, or it cannot be started.
    pub(crate) fn play_oracle(&self, row: usize) -> Result<(PairRun, &Sides<Wire>), String> {
        let row = &self.rows[row];
        let played = &self.pairs[row.pair];
        let alone = played.versions.oracle();
        let alone = alone.ok_or_else(|| "no JDK of the pair is there".to_owned())?;
        let run = OfPair::new(played, row).play(alone, row.network)?;
        Ok((run, &played.pair.wire))
    }

    /// The same pairs, with a row for each of these rows and networks.
    #[must_use]
    pub(crate) fn over(mut self, places: &[(usize, NetworkPlan)]) -> Self {
        let row = |&(row, network): &(usize, NetworkPlan)| {
            let row = &self.rows[row];
            Row {
                name: row.group.clone(),
                group: row.group.clone(),
                pair: row.pair,
                case: Arc::clone(&row.case),
                network,
                oracle: ReferenceRuns::default(),
            }
        };
        self.rows = places.iter().map(row).collect();
        self
    }

    /// The pairing that judges the cases of a row; none if there is no JDK for it.
    pub(crate) fn judge(&self, row: usize) -> Option<Pairing> {
        self.pairs[self.rows[row].pair].versions.oracle()
    }

    /// The names of the pairs.
    pub(crate) fn names(&self) -> Vec<String> {
        let pairs = self.pairs.iter();
        pairs.map(|played| played.pair.name.clone()).collect()
    }
}

impl Suite for Pairs {
    fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let played = &self.pairs[row.pair];
            for pairing in played.versions.pairings() {
                cases.push(Case {
                    suite: Self::NAME,
                    index,
                    group: row.group.clone(),
                    row: row.name.clone(),
                    claim: row.case.claim.clone(),
                    pairing,
                });
            }
        }
        cases
    }

    fn run(&self, case: &Case) -> Judged {
        let row = &self.rows[case.index];
        OfPair::new(&self.pairs[row.pair], row).judged(case)
    }
}

/// The name of a case of `pair` in the tables.
fn group(pair: &Pair, case: &str) -> String {
    match &*pair.name {
        "" => case.to_owned(),
        name => format!("{name}::{case}"),
    }
}

/// By which rules a case of `pair` is compared.
fn rules<'a>(pair: &'a Pair, case: &'a PairCase) -> Rules<'a> {
    Rules {
        case: &case.name,
        comparison: &pair.comparison,
        known_differences: &pair.comparison.known_differences,
        script: &case.script,
        ports: &pair.ports,
        wire: &pair.wire,
        network_breaks: false,
        server_ends_by_itself: pair.server_end == ServerEnd::ByItself,
        server_is_told: match &pair.server_end {
            ServerEnd::AfterClients(Stop::Stdin(text)) => Some((Told::Server, text.as_slice())),
            ServerEnd::AfterClients(Stop::Client(text)) => Some((Told::Client, text.as_slice())),
            ServerEnd::ByItself | ServerEnd::AfterClients(Stop::Terminate) => None,
        },
    }
}

/// A network plan as a part of a name.
fn kebab(plan: &str) -> String {
    let words = plan.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// A row of a pair.
struct OfPair<'a> {
    played: &'a Played,
    row: &'a Row,
    /// Whether the oracle is played again before a difference counts.
    again: bool,
}

impl<'a> OfPair<'a> {
    fn new(played: &'a Played, row: &'a Row) -> Self {
        Self {
            played,
            row,
            again: true,
        }
    }

    fn case(&self) -> &'a PairCase {
        &self.row.case
    }

    /// Plays the row in the pairing of `case`, and judges it.
    fn judged(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let alone = self.played.versions.oracle();
        let judgement = self.row.oracle.evaluate(self, alone, case.pairing);
        let advice = self.advice(
            &judgement.verdict,
            judgement.oracle.as_ref().map(|(_, run)| &**run),
        );
        let pair = &self.played.pair;
        let beside = judgement.seen.clone();
        let oracle = judgement.oracle.as_ref().map(|(_, run)| Arc::clone(run));
        let evidence = |run: Arc<PairRun>| {
            let is_oracle = oracle
                .as_ref()
                .is_some_and(|oracle| Arc::ptr_eq(oracle, &run));
            let beside = beside.clone().filter(|_| is_oracle);
            let case = Arc::clone(&self.row.case);
            Arc::new(PairEvidence::new(run, beside, Arc::clone(pair), case)) as _
        };
        Judged {
            advice,
            ..judgement.of(case.clone(), start.elapsed(), evidence)
        }
    }

    fn play(&self, pairing: Pairing, network: NetworkPlan) -> Result<PairRun, String> {
        let version = |peer| {
            let version = self.played.versions.version(peer);
            version.ok_or_else(|| format!("{peer} is no version of the pair"))
        };
        let versions = Sides {
            client: version(pairing.client)?,
            server: version(pairing.server)?,
        };
        let played = self.played.player.play(self.case(), network, versions);
        played.map_err(|why| why.to_string())
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            network_breaks: self.row.network.essence().fault().is_some(),
            ..rules(&self.played.pair, self.case())
        }
    }

    /// What the user may write in the pair file.
    fn advice(&self, verdict: &Verdict, oracle: Option<&PairRun>) -> Vec<String> {
        let mut advice = Vec::new();
        advice.extend(oracle.and_then(|oracle| pairs::remark(&self.rules(), oracle)));
        if matches!(verdict, Verdict::OracleUnstable(_)) {
            advice.extend(pairs::suggestions(&self.rules(), &self.row.oracle.shown()));
            if self.row.network.essence() != self.row.network {
                advice.push(format!(
                    "the old programs may depend on how their bytes are split: if so, remove \
                     `{}` from `networks`",
                    self.row.network
                ));
            }
        }
        advice
    }
}

impl Playable for OfPair<'_> {
    type Seen = PairRun;

    fn play(&self, pairing: Pairing) -> Result<PairRun, String> {
        Self::play(self, pairing, self.row.network)
    }

    fn play_oracle(&self, alone: Pairing, n: usize) -> Result<PairRun, String> {
        let network = self.row.network.essence();
        let ports = &self.played.pair.ports;
        let network = if ports.iter().any(|port| port.transport == Transport::Tcp) {
            oracle::network(network, n)
        } else {
            // No relay delays datagrams.
            network
        };
        Self::play(self, alone, network)
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &PairRun,
        seen: &PairRun,
    ) -> (Verdict, Vec<Expected>) {
        let mut rules = self.rules();
        if pairing == alone {
            // No reason excuses that the oracle differs from itself.
            rules.known_differences = &[];
        }
        pairs::judge(&rules, pairing, oracle, seen)
    }

    fn races(&self) -> bool {
        self.row.network.leaves_a_race()
    }

    fn plays_again(&self) -> bool {
        self.again
    }

    fn needs_a_stable_oracle(&self) -> bool {
        true
    }
}

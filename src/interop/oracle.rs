//! The reference runs of one input or scenario, and the decision whether a difference counts.
//!
//! The end of a conversation may depend on which side is faster: the same two programs end with a
//! FIN in one run and with a reset in the next. If the oracle can end either way, either is right.
//! So a difference counts only after the oracle has been played again several times without
//! agreeing. If nothing differs, the oracle is played once. A bug is still found: the oracle never
//! shows it.

use std::sync::{Arc, Mutex, PoisonError};

use super::proxy::plan::{Direction, NetworkPlan, Shaping};

/// The runs of the oracle so far. The first run happens when a pairing first asks for it.
#[derive(Debug)]
pub(crate) struct ReferenceRuns<T>(Mutex<Vec<Result<Arc<T>, String>>>);

impl<T> Default for ReferenceRuns<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// A run of the oracle and a run of the pairing that agree.
#[derive(Debug)]
pub(crate) struct Agreement<T> {
    /// How often the oracle was played again before it agreed.
    pub again: usize,
    pub oracle: Arc<T>,
    pub seen: Arc<T>,
}

/// How often the oracle is played again before a difference counts.
pub(crate) const PLAYED_AGAIN: usize = 4;

impl<T> ReferenceRuns<T> {
    /// The oracle's first run.
    pub(crate) fn first(
        &self,
        play: impl Fn(usize) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        self.nth(0, play)
    }

    /// The oracle's run `n`. Each run is played only once, no matter how many pairings ask for it.
    fn nth(&self, n: usize, play: impl Fn(usize) -> Result<T, String>) -> Result<Arc<T>, String> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while shown.len() <= n {
            let run = shown.len();
            shown.push(play(run).map(Arc::new));
        }
        shown[n].clone()
    }

    /// Plays the oracle again until it agrees with the pairing. `play_again` also replays the
    /// pairing: it is given when the network plan leaves part of the outcome to the kernel.
    pub(crate) fn agreement(
        &self,
        seen: Arc<T>,
        play: impl Fn(usize) -> Result<T, String>,
        play_again: Option<&dyn Fn() -> Result<T, String>>,
        agree: impl Fn(&T, &T) -> bool,
    ) -> Result<Option<Agreement<T>>, String> {
        let mut oracles = vec![self.nth(0, &play)?];
        let mut all_seen = vec![seen];
        for again in 1..=PLAYED_AGAIN {
            oracles.push(self.nth(again, &play)?);
            if let Some(play_again) = play_again {
                all_seen.push(Arc::new(play_again()?));
            }
            let mut pairs = oracles
                .iter()
                .flat_map(|oracle| all_seen.iter().map(move |seen| (oracle, seen)));
            if let Some((oracle, seen)) = pairs.find(|(oracle, seen)| agree(oracle, seen)) {
                return Ok(Some(Agreement {
                    again,
                    oracle: Arc::clone(oracle),
                    seen: Arc::clone(seen),
                }));
            }
        }
        Ok(None)
    }
}

/// The network plan for run `n` of the oracle. A delay does not change the bytes that arrive, but
/// may change which side is faster.
pub(crate) fn network(network: NetworkPlan, n: usize) -> NetworkPlan {
    let delayed = |direction: Direction| Direction {
        shaping: match direction.shaping {
            Shaping::Plain => Shaping::Pause(DELAY),
            other => other,
        },
        ..direction
    };
    match n {
        1 => NetworkPlan {
            to_server: delayed(network.to_server),
            ..network
        },
        2 => NetworkPlan {
            to_client: delayed(network.to_client),
            ..network
        },
        _ => network,
    }
}

/// In milliseconds: longer than a program takes to close a socket it has just used.
const DELAY: u64 = 5;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// An oracle that alternates between two ends.
    fn either_way(run: usize) -> Result<&'static str, String> {
        Ok(["a FIN", "a reset"][run % 2])
    }

    fn agreement(seen: &'static str) -> Option<Agreement<&'static str>> {
        let shown = ReferenceRuns::default();
        let agree = |oracle: &&str, seen: &&str| oracle == seen;
        shown
            .agreement(Arc::new(seen), either_way, None, agree)
            .unwrap()
    }

    #[test]
    fn either_end_is_right_where_the_oracle_can_end_either_way() {
        for end in ["a FIN", "a reset"] {
            let agreement = agreement(end).unwrap();
            assert_eq!((*agreement.oracle, agreement.again), (end, 1));
        }
    }

    #[test]
    fn an_end_that_the_oracle_never_shows_is_a_difference() {
        assert!(agreement("a lost byte").is_none());
    }

    #[test]
    fn each_run_of_the_oracle_is_played_once_however_many_pairings_differ() {
        let played = Cell::new(0);
        let play = |run| {
            played.set(played.get() + 1);
            either_way(run)
        };
        let shown = ReferenceRuns::default();
        shown.first(play).unwrap();
        assert_eq!(played.get(), 1);
        for _ in 0..10 {
            let lost = Arc::new("a lost byte");
            let agreement = shown.agreement(lost, play, None, |oracle, seen| oracle == seen);
            assert!(agreement.unwrap().is_none());
        }
        assert_eq!(played.get(), 1 + PLAYED_AGAIN);
    }

    #[test]
    fn a_delay_is_added_only_where_a_network_delays_nothing() {
        let plain = NetworkPlan::default();
        assert_eq!(network(plain, 0), plain);
        assert_eq!(network(plain, 1).to_string(), "client to server pause 5");
        assert_eq!(network(plain, 2).to_string(), "server to client pause 5");
        let sliced: NetworkPlan = "both ways slice 1".parse().unwrap();
        assert_eq!(network(sliced, 1), sliced);
    }
}

//! What was counted.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use hdrhistogram::Histogram;

/// What became of a load.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// How many clients were connected.
    pub connected: u64,
    /// How many of them came to their end as they should.
    pub finished: u64,
    /// How many messages were answered, rightly and in time.
    pub answered: u64,
    /// What went wrong, and how often.
    pub failures: BTreeMap<String, u64>,
    /// How long it took until all were connected who were to be connected before anybody spoke.
    pub opening: Option<Duration>,
    /// How long all the rest took.
    pub talking: Duration,
    /// Microseconds from a message to its answer.
    latencies: Histogram<u64>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            connected: 0,
            finished: 0,
            answered: 0,
            failures: BTreeMap::new(),
            opening: None,
            talking: Duration::ZERO,
            // A thousandth of each is exact enough.
            latencies: Histogram::new(3).expect("three digits can be counted"),
        }
    }
}

impl Report {
    pub(crate) fn count_answer(&mut self, took: Duration) {
        self.answered += 1;
        // It grows by itself as far as needed.
        let _ = self
            .latencies
            .record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1));
    }

    pub(crate) fn count_failure(&mut self, doing: &str, why: &io::Error) {
        let why = match why.kind() {
            io::ErrorKind::TimedOut => format!("{doing}: not in time"),
            io::ErrorKind::UnexpectedEof => format!("{doing}: the server closed"),
            _ => format!("{doing}: {why}"),
        };
        *self.failures.entry(why).or_default() += 1;
    }

    /// Adds what somebody else has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        self.connected += other.connected;
        self.finished += other.finished;
        self.answered += other.answered;
        for (why, count) in &other.failures {
            *self.failures.entry(why.clone()).or_default() += count;
        }
        // Both count with the same exactness, and grow as needed.
        let _ = self.latencies.add(&other.latencies);
    }

    /// Whether nothing went wrong.
    pub(crate) fn is_well(&self) -> bool {
        self.failures.is_empty()
    }

    /// How many messages were answered in a second.
    pub(crate) fn answers_a_second(&self) -> f64 {
        a_second(self.answered, self.talking)
    }

    /// How many clients came and went in a second.
    pub(crate) fn clients_a_second(&self) -> f64 {
        a_second(self.finished, self.talking)
    }

    /// Within which time this part of the answers came: 0.999 of them, say.
    pub(crate) fn within(&self, part: f64) -> Duration {
        Duration::from_micros(self.latencies.value_at_quantile(part))
    }

    /// How long the slowest answer took.
    pub(crate) fn slowest(&self) -> Duration {
        Duration::from_micros(self.latencies.max())
    }
}

fn a_second(count: u64, time: Duration) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "more than 2^52 of anything takes years"
    )]
    let count = count as f64;
    count / time.as_secs_f64().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_have_counted_is_one_report() {
        let mut first = Report::default();
        first.count_answer(Duration::from_micros(100));
        first.count_failure("answer", &io::ErrorKind::TimedOut.into());
        let mut second = Report::default();
        second.count_answer(Duration::from_micros(300));
        second.count_failure("answer", &io::ErrorKind::TimedOut.into());
        first.add(&second);
        first.talking = Duration::from_millis(4);
        assert_eq!(first.answered, 2);
        assert_eq!(first.failures["answer: not in time"], 2);
        assert_eq!(first.slowest(), Duration::from_micros(300));
        assert_eq!(first.within(0.5), Duration::from_micros(100));
        assert!((first.answers_a_second() - 500.0).abs() < 1e-9);
        assert!(!first.is_well());
    }
}

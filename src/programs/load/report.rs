//! The counts of a load run.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use hdrhistogram::Histogram;

/// The results of a load run.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// The number of clients that were connected.
    pub connected: u64,
    /// The number of clients that closed in order.
    pub finished: u64,
    /// The number of messages that were answered correctly and on time.
    pub answered: u64,
    /// The failures, and how often each occurred.
    pub failures: BTreeMap<String, u64>,
    /// The time until all clients were connected that connect before the first message.
    pub opening: Option<Duration>,
    /// The time from then to the end.
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
            // A precision of a thousandth is enough.
            latencies: Histogram::new(3).expect("three digits can be counted"),
        }
    }
}

impl Report {
    pub(crate) fn count_answer(&mut self, took: Duration) {
        self.answered += 1;
        // The histogram grows as needed.
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

    /// Adds the counts of another report.
    pub(crate) fn add(&mut self, other: &Self) {
        self.connected += other.connected;
        self.finished += other.finished;
        self.answered += other.answered;
        for (why, count) in &other.failures {
            *self.failures.entry(why.clone()).or_default() += count;
        }
        // Both have the same precision, and grow as needed.
        let _ = self.latencies.add(&other.latencies);
    }

    /// Whether there were no failures.
    pub(crate) fn is_well(&self) -> bool {
        self.failures.is_empty()
    }

    /// The number of messages answered per second.
    pub(crate) fn answers_a_second(&self) -> f64 {
        a_second(self.answered, self.talking)
    }

    /// The number of clients served per second.
    pub(crate) fn clients_a_second(&self) -> f64 {
        a_second(self.finished, self.talking)
    }

    /// The latency within which this share of the answers arrived, for example 0.999.
    pub(crate) fn within(&self, part: f64) -> Duration {
        Duration::from_micros(self.latencies.value_at_quantile(part))
    }

    /// The latency of the slowest answer.
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
    fn reports_of_several_clients_are_added_up() {
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

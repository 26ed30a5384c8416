//! What is counted over all conversations, for Prometheus.

use std::fmt;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::connection::Ended;

/// The counters of a server that runs on.
#[derive(Debug)]
pub(crate) struct Counters {
    registry: Registry,
    open: Gauge,
    ended: Family<Reason, Counter>,
    refused: Counter,
    received: Counter,
    answered: Counter,
    received_bytes: Counter,
    sent_bytes: Counter,
    lost_lines: Family<Lost, Counter>,
}

/// A line that was not printed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lost {
    stream: &'static str,
    why: &'static str,
}

/// The lines of one stream that were not printed.
#[derive(Debug, Clone)]
pub(crate) struct LostLines {
    /// Those for which there was no room, because the reader was too slow.
    pub reader_too_slow: Counter,
    /// Those whose write failed.
    pub write_failed: Counter,
}

impl LostLines {
    /// All of them.
    pub(crate) fn sum(&self) -> u64 {
        self.reader_too_slow.get() + self.write_failed.get()
    }
}

/// Why a conversation ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    why: &'static str,
}

impl Counters {
    /// All at zero.
    pub(crate) fn new() -> Self {
        let counters = Self {
            registry: Registry::with_prefix("javatalk"),
            open: Gauge::default(),
            ended: Family::default(),
            refused: Counter::default(),
            received: Counter::default(),
            answered: Counter::default(),
            received_bytes: Counter::default(),
            sent_bytes: Counter::default(),
            lost_lines: Family::default(),
        };
        counters.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        let mut counter = |name, help, counter: &Counter| {
            registry.register(name, help, counter.clone());
        };
        counter(
            "clients_refused",
            "Clients for whom there was no room",
            &self.refused,
        );
        counter(
            "messages_received",
            "Messages that have come whole",
            &self.received,
        );
        counter(
            "messages_answered",
            "Messages that have been sent back",
            &self.answered,
        );
        counter(
            "received_bytes",
            "Bytes that have been read",
            &self.received_bytes,
        );
        counter(
            "sent_bytes",
            "Bytes that have been written",
            &self.sent_bytes,
        );
        registry.register(
            "conversations_open",
            "Conversations that are under way",
            self.open.clone(),
        );
        registry.register(
            "conversations_ended",
            "Conversations that have ended, and why",
            self.ended.clone(),
        );
        registry.register(
            "lines_lost",
            "Lines that were not printed, of which stream, and why",
            self.lost_lines.clone(),
        );
        self
    }

    /// The text that Prometheus asks for, in the OpenMetrics format.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which would be a defect of this module.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// How many messages have come whole, and how many have been sent back.
    pub(crate) fn messages(&self) -> (u64, u64) {
        (self.received.get(), self.answered.get())
    }

    /// The counters of `stdout` or `stderr`.
    pub(crate) fn lost_lines(&self, stream: &'static str) -> LostLines {
        let counter = |why| {
            let lost = Lost { stream, why };
            self.lost_lines.get_or_create(&lost).clone()
        };
        LostLines {
            reader_too_slow: counter("reader_too_slow"),
            write_failed: counter("write_failed"),
        }
    }

    /// Those of bytes that were read, and of bytes that were written.
    pub(crate) fn bytes(&self) -> (&Counter, &Counter) {
        (&self.received_bytes, &self.sent_bytes)
    }

    pub(crate) fn begun(&self) {
        self.open.inc();
    }

    pub(crate) fn ended(&self, how: &Ended) {
        self.open.dec();
        self.ended.get_or_create(&Reason { why: how.word() }).inc();
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    pub(crate) fn received(&self) {
        self.received.inc();
    }

    pub(crate) fn answered(&self) {
        self.answered.inc();
    }

    pub(crate) fn cut_off(&self) -> u64 {
        let why = Ended::CutOff.word();
        self.ended.get_or_create(&Reason { why }).get()
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

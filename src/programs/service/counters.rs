//! The counters over all conversations, for Prometheus.

use std::fmt;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::connection::Ended;

/// The counters of `javatalk server --forever`.
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
    /// Lines dropped because the reader was too slow.
    pub reader_too_slow: Counter,
    /// Lines whose write failed.
    pub write_failed: Counter,
}

impl LostLines {
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
            "Clients refused because the server was full",
            &self.refused,
        );
        counter(
            "messages_received",
            "Messages received completely",
            &self.received,
        );
        counter("messages_answered", "Messages sent back", &self.answered);
        counter(
            "received_bytes",
            "Bytes read from clients",
            &self.received_bytes,
        );
        counter("sent_bytes", "Bytes written to clients", &self.sent_bytes);
        registry.register(
            "conversations_open",
            "Open conversations",
            self.open.clone(),
        );
        registry.register(
            "conversations_ended",
            "Ended conversations, by reason",
            self.ended.clone(),
        );
        registry.register(
            "lines_lost",
            "Lines that were not printed, by stream and reason",
            self.lost_lines.clone(),
        );
        self
    }

    /// The metrics in the OpenMetrics text format.
    ///
    /// # Errors
    ///
    /// If the text cannot be encoded, which would be a bug in this module.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// The number of messages received, and of messages sent back.
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

    /// The counters of bytes read, and of bytes written.
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

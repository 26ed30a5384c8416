//! A load generator: many clients at a time.
//!
//! Each client opens a connection, sends the same message repeatedly, and counts the answers that
//! are correct and on time. There may also be clients that send nothing, and clients that send a
//! byte per second: a good server keeps them waiting at no cost.
//!
//! | part | hides |
//! |---|---|
//! | `client` | one connection |
//! | [`Report`] | the counts, and the latencies |
//! | `run` | when which clients are connected |

mod client;
mod report;
pub(crate) mod run;

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub(crate) use report::Report;
pub(crate) use run::{Moment, run};

use crate::JavaStr;
use crate::data::{DataOutputStream, Error};

/// The plan of a load run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub address: SocketAddr,
    /// The number of clients that are connected at a time. If `clients` is not larger, all clients
    /// connect before the first one sends anything.
    pub at_once: NonZero<usize>,
    /// The total number of clients; none for as many as the time allows.
    pub clients: Option<u64>,
    /// The number of messages that each client sends; none for as many as the time allows.
    pub messages: Option<u64>,
    /// The duration of the run.
    pub time: Option<Duration>,
    /// The message that each client sends, with its length in front.
    pub message: Message,
    /// An answer that takes longer is a failure.
    pub time_limit: Duration,
    /// The number of additional clients that send nothing.
    pub silent: usize,
    /// The number of additional clients that send a byte of the message per second.
    pub slow: usize,
    /// Ends the run once it is true.
    pub stop: Arc<AtomicBool>,
}

/// A message as `writeUTF` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    /// A message with this text.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] if `writeUTF` would refuse it.
    pub(crate) fn of<'a>(text: impl Into<JavaStr<'a>>) -> Result<Self, Error> {
        let mut output = DataOutputStream::new(Vec::new());
        output.write_utf(text)?;
        Ok(Self(output.into_inner()))
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

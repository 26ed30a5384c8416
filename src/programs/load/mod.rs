//! Many clients at a time, to see what a server bears.
//!
//! Each client opens a connection, says the same message again and again, and counts the answers that
//! are right and come in time. Beside them there may be clients that say nothing, and clients that
//! send a byte a second: a good server lets them wait and loses nothing by it.
//!
//! | part | hides |
//! |---|---|
//! | `client` | one connection |
//! | [`Report`] | what was counted, and how long answers took |
//! | `crowd` | who is there when |

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
use crate::data::{DataOutput, DataOutputStream, Error};

/// What is to be done to a server.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Where it listens.
    pub address: SocketAddr,
    /// How many clients are connected at a time. If no more are wanted, all of them are connected
    /// before the first says anything.
    pub at_once: NonZero<usize>,
    /// How many clients there are in all; none for as many as there is time for.
    pub clients: Option<u64>,
    /// How many messages each says before it closes; none for as many as there is time for.
    pub messages: Option<u64>,
    /// When it is enough.
    pub time: Option<Duration>,
    /// What each says, with its length in front.
    pub message: Message,
    /// An answer that takes longer has not come.
    pub time_limit: Duration,
    /// So many more are connected and say nothing.
    pub silent: usize,
    /// So many more send a byte of the message a second.
    pub slow: usize,
    /// Once it is true, it is enough.
    pub stop: Arc<AtomicBool>,
}

/// A message as `writeUTF` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    /// The message of this text.
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

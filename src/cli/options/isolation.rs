//! Under which conditions conversations are played: how many at a time, and on which network.

use std::num::NonZero;
use std::thread;

use clap::Args;

use crate::system::process::namespace;

/// The options about it.
#[derive(Args)]
pub(crate) struct Conditions {
    /// How many to play at a time [default: two for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Play on the system's own loopback interface
    ///
    /// Otherwise a run on Linux, if it is allowed to, has a network of its own with nobody else on
    /// it, in which closed connections do not wait for a minute before their ports are free again.
    /// A run in which programs from outside take part never has: they may need the system's.
    #[arg(long)]
    host_network: bool,
}

impl Conditions {
    /// So many at a time. Most of a conversation is waiting for the other side.
    pub(crate) fn jobs(&self) -> NonZero<usize> {
        let processors = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let twice = processors.saturating_add(processors.get());
        self.jobs.unwrap_or(twice)
    }

    /// Moves this process into a network of its own, unless somebody from outside takes part.
    ///
    /// The process must have one thread only. If the system forbids it, all stays as it was: the
    /// run takes longer then, and shows the same.
    pub(crate) fn prepare(&self, has_guests: bool) {
        if !self.host_network && !has_guests {
            // Nothing is lost but time.
            let _ = namespace::isolate();
        }
    }
}

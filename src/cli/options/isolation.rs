//! The options for concurrency and for the network of a run.

use std::num::NonZero;
use std::thread;

use clap::Args;

use crate::system::process::namespace;

/// `--jobs` and `--host-network`.
#[derive(Args)]
pub(crate) struct Conditions {
    /// The number of conversations at a time [default: two per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Use the loopback interface of the host, not a network namespace
    ///
    /// By default, a run on Linux uses a network namespace of its own if the system allows it. No
    /// other program uses ports there, and the ports of closed connections are not blocked for a
    /// minute. A run with external programs always uses the host network: the programs may need it.
    #[arg(long)]
    host_network: bool,
}

impl Conditions {
    /// The number of conversations at a time. A conversation mostly waits for the other side.
    pub(crate) fn jobs(&self) -> NonZero<usize> {
        let processors = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let twice = processors.saturating_add(processors.get());
        self.jobs.unwrap_or(twice)
    }

    /// Moves this process into a network namespace, unless an external program takes part. The
    /// process must have only one thread. If the system forbids it, the run takes longer and has
    /// the same results.
    pub(crate) fn prepare(&self, has_external_programs: bool) {
        if !self.host_network && !has_external_programs {
            // A failure costs only time.
            let _ = namespace::isolate();
        }
    }
}

//! Runs a block on the codec under test: the counterpart of `Sweep.java`.
//!
//! The block is run in several modes, with the blocking streams and with the asynchronous ones.
//! Each is compared with the same answers.

mod asynchronous;
mod blocking;
mod record;
mod streams;

use super::block::Work;
use super::outcome::Outcomes;

/// Which streams run a block, and how their bytes arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// With the blocking streams.
    Blocking,
    /// With asynchronous streams that never have to wait.
    Asynchronous,
    /// With asynchronous streams that wait for each byte.
    Waiting,
    /// As `Waiting`, but at each wait the future is dropped and the method called again.
    Dropping,
}

impl Mode {
    /// All modes for this kind of block, except `Blocking`.
    pub(crate) fn others(work: &Work) -> &'static [Self] {
        match work {
            Work::Reads { .. } => &[Self::Asynchronous, Self::Waiting, Self::Dropping],
            // A write that is dropped and called again is sent twice.
            Work::Writes(_) => &[Self::Asynchronous, Self::Waiting],
            Work::Lines { .. }
            | Work::Decoded { .. }
            | Work::Encoded { .. }
            | Work::Hosts(_)
            | Work::Constants { .. } => &[],
        }
    }

    /// What distinguishes it from the blocking streams.
    pub(crate) fn description(self) -> Option<&'static str> {
        match self {
            Self::Blocking => None,
            Self::Asynchronous => Some("asynchronous"),
            Self::Waiting => Some("asynchronous, waiting for each byte"),
            Self::Dropping => Some("asynchronous, dropped and called again at each wait"),
        }
    }
}

/// Makes all calls of a block, and records their outcomes.
pub(crate) fn play(mode: Mode, work: &Work, outcomes: &mut Outcomes) {
    match (work, mode) {
        (
            Work::Reads {
                calls,
                rounds,
                sources,
            },
            Mode::Blocking,
        ) => blocking::reads(calls, *rounds, sources, outcomes),
        (
            Work::Reads {
                calls,
                rounds,
                sources,
            },
            Mode::Asynchronous | Mode::Waiting | Mode::Dropping,
        ) => asynchronous::reads(mode, calls, *rounds, sources, outcomes),
        (Work::Lines { rounds, sources }, _) => blocking::lines(*rounds, sources, outcomes),
        (
            Work::Decoded {
                charset,
                rounds,
                sources,
            },
            _,
        ) => blocking::decoded(*charset, *rounds, sources, outcomes),
        (Work::Encoded { charset, sinks }, _) => blocking::encoded(*charset, sinks, outcomes),
        (Work::Hosts(hosts), _) => blocking::hosts(hosts, outcomes),
        (Work::Constants { version, bodies }, _) => {
            blocking::constants(*version, bodies, outcomes);
        }
        (Work::Writes(sinks), Mode::Blocking) => blocking::writes(sinks, outcomes),
        (Work::Writes(sinks), Mode::Asynchronous | Mode::Waiting | Mode::Dropping) => {
            asynchronous::writes(mode, sinks, outcomes);
        }
    }
}

fn clamped(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

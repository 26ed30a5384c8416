//! Runs a block on the codec under test: the counterpart of `Sweep.java`.
//!
//! The block is run in several modes, with the blocking streams and with the asynchronous ones.
//! Each is compared with the same answers.

mod asynchronous;
mod blocking;
mod objects;
mod record;
mod streams;

use super::block::Work;
use super::outcome::Outcomes;
use crate::data::object::Blocks;

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
    /// With an object stream that cuts blocks as JDK 23 and before.
    BlocksUpTo23,
}

impl Mode {
    /// All modes for this kind of block, except `Blocking`.
    pub(crate) fn others(work: &Work) -> &'static [Self] {
        match work {
            Work::Reads { .. } => &[Self::Asynchronous, Self::Waiting, Self::Dropping],
            // A write that is dropped and called again is sent twice.
            Work::Writes(_) => &[Self::Asynchronous, Self::Waiting],
            Work::ObjectWrites(_) => &[Self::BlocksUpTo23],
            Work::ObjectReads { .. }
            | Work::Lines { .. }
            | Work::Decoded { .. }
            | Work::Encoded { .. }
            | Work::Hosts(_)
            | Work::Constants { .. } => &[],
        }
    }

    /// Whether a JVM of this release judges it: each way to cut blocks has its releases.
    pub(crate) fn is_judged_by(self, work: &Work, feature: u32) -> bool {
        match (work, self) {
            (Work::ObjectWrites(_), Self::BlocksUpTo23) => feature < CUTS_ANEW,
            (Work::ObjectWrites(_), _) => feature >= CUTS_ANEW,
            (_, _) => true,
        }
    }

    /// What distinguishes it from the blocking streams.
    pub(crate) fn description(self) -> Option<&'static str> {
        match self {
            Self::Blocking => None,
            Self::Asynchronous => Some("asynchronous"),
            Self::Waiting => Some("asynchronous, waiting for each byte"),
            Self::Dropping => Some("asynchronous, dropped and called again at each wait"),
            Self::BlocksUpTo23 => Some("with Blocks::UpTo23"),
        }
    }
}

/// The first release that cuts strings into blocks as `Blocks::Since24` does.
const CUTS_ANEW: u32 = 24;

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
            Mode::Asynchronous | Mode::Waiting | Mode::Dropping | Mode::BlocksUpTo23,
        ) => asynchronous::reads(mode, calls, *rounds, sources, outcomes),
        (
            Work::ObjectReads {
                calls,
                rounds,
                sources,
            },
            _,
        ) => objects::reads(calls, *rounds, sources, outcomes),
        (Work::ObjectWrites(sinks), Mode::BlocksUpTo23) => {
            objects::writes(Blocks::UpTo23, sinks, outcomes);
        }
        (Work::ObjectWrites(sinks), _) => objects::writes(Blocks::Since24, sinks, outcomes),
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
        (
            Work::Writes(sinks),
            Mode::Asynchronous | Mode::Waiting | Mode::Dropping | Mode::BlocksUpTo23,
        ) => asynchronous::writes(mode, sinks, outcomes),
    }
}

fn clamped(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

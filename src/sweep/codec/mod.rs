//! The codec under test plays a block: the twin of what `Sweep.java` does with a request.
//!
//! It does so in several ways, with the blocking streams and with the asynchronous ones, and each is
//! held against the same answers.

mod asynchronous;
mod blocking;
mod calls;
mod streams;

use super::block::Work;
use super::outcome::Outcomes;

/// With which streams a block is played, and how the bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// With the blocking streams.
    Blocking,
    /// With the asynchronous streams, that never have to wait.
    Asynchronous,
    /// With the asynchronous streams, that have to wait for each byte.
    Waiting,
    /// The same, and at each wait the future is dropped and the method called again.
    Dropping,
}

impl Mode {
    /// The ways but the blocking one in which such a block can be played.
    pub(crate) fn others(work: &Work) -> &'static [Self] {
        match work {
            Work::Reads { .. } => &[Self::Asynchronous, Self::Waiting, Self::Dropping],
            // A write that is dropped and called again is sent twice.
            Work::Writes(_) => &[Self::Asynchronous, Self::Waiting],
            Work::Lines { .. } | Work::Decoded { .. } | Work::Encoded { .. } | Work::Hosts(_) => {
                &[]
            }
        }
    }

    /// The same in words, behind the name of what was called; nothing for the blocking streams.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Blocking => "",
            Self::Asynchronous => ", asynchronous",
            Self::Waiting => ", asynchronous, waiting for each byte",
            Self::Dropping => ", asynchronous, dropped and called again at each wait",
        }
    }
}

/// Makes all calls of a block, and records what they come to.
pub(crate) fn play(way: Mode, work: &Work, outcomes: &mut Outcomes) {
    match (work, way) {
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
            _,
        ) => asynchronous::reads(way, calls, *rounds, sources, outcomes),
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
        (Work::Writes(sinks), Mode::Blocking) => blocking::writes(sinks, outcomes),
        (Work::Writes(sinks), _) => asynchronous::writes(way, sinks, outcomes),
    }
}

fn clamped(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

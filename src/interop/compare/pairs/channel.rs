//! What is compared byte by byte: the outputs of the programs, and the directions of their
//! connections, as both runs show them.

use std::ops::Range;
use std::time::Instant;

use super::Rules;
use super::hunks::hunks;
use super::view::View;
use crate::interop::model::pair::run::{Connection, PairRun, ProgramRun};
use crate::interop::model::pair::{ActorName, Aspect, MaskTarget, Stream, Transport};
use crate::interop::model::participant::Role;

/// An output or a direction, in both runs.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) source: Source,
    /// What the oracle shows.
    pub(super) expected: Shown,
    /// What was seen.
    pub(super) actual: Shown,
}

/// What a channel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// An output of this program.
    Output(ActorName, Role, Stream),
    /// The direction of a connection in which this role sends.
    Direction(ConnectionName, Role),
}

/// What tells connections apart, and which of them belong together in two runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ConnectionName {
    pub(super) client: ActorName,
    pub(super) port: usize,
    pub(super) number: usize,
}

/// A channel in one run.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) view: View,
    /// The length of the channel at each time, before masking.
    times: Vec<(usize, Instant)>,
    /// The text as it was.
    pub(super) original: Vec<u8>,
    /// Where the datagrams stand in the view; none unless it is UDP.
    pub(super) datagrams: Option<Vec<Range<usize>>>,
}

/// A place in the views of both runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) expected: usize,
    pub(super) actual: usize,
}

/// When something happened in each of the two runs; none in a run in which it did not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moment {
    pub(super) seen: Option<Instant>,
    pub(super) oracle: Option<Instant>,
}

impl ConnectionName {
    pub(super) fn of(connection: &Connection) -> Self {
        Self {
            client: connection.client.clone(),
            port: connection.port,
            number: connection.number,
        }
    }

    /// The connection in this run.
    pub(super) fn find<'a>(&self, run: &'a PairRun) -> Option<&'a Connection> {
        let mut all = run.connections.iter();
        all.find(|connection| Self::of(connection) == *self)
    }
}

impl Source {
    /// Which side the channel comes from.
    pub(super) fn role(&self) -> Role {
        match self {
            Self::Output(_, role, _) | Self::Direction(_, role) => *role,
        }
    }

    /// The client whose conversation it belongs to; none for an output of the server.
    pub(super) fn client(&self) -> Option<&ActorName> {
        match self {
            Self::Output(_, Role::Server, _) => None,
            Self::Output(name, Role::Client, _) => Some(name),
            Self::Direction(connection, _) => Some(&connection.client),
        }
    }

    /// The program that it comes from.
    pub(super) fn actor(&self) -> ActorName {
        match self {
            Self::Output(name, ..) => name.clone(),
            Self::Direction(connection, Role::Client) => connection.client.clone(),
            Self::Direction(_, Role::Server) => ActorName(ActorName::SERVER.into()),
        }
    }
}

impl Shown {
    fn output(program: Option<&ProgramRun>, rules: &Rules<'_>, stream: Stream) -> Self {
        let Some(program) = program else {
            return Self::default();
        };
        let (bytes, times, target) = match stream {
            Stream::Stdout => (&program.stdout, &program.printed, MaskTarget::Stdout),
            Stream::Stderr => (&program.stderr, &program.logged, MaskTarget::Stderr),
        };
        Self {
            view: View::new(bytes, rules.comparison, target),
            original: bytes.clone(),
            times: times.clone(),
            datagrams: None,
        }
    }

    fn direction(connection: Option<&Connection>, rules: &Rules<'_>, role: Role) -> Self {
        let Some(connection) = connection else {
            return Self::default();
        };
        let bytes = &connection.traffic.sent_by(role).bytes;
        let segments = connection.traffic.order.iter();
        let segments = segments.filter(|segment| segment.role == role);
        let times: Vec<_> = segments.map(|s| (s.so_far, s.at)).collect();
        let wire = rules.wire.of(role);
        match connection.transport {
            Transport::Tcp => Self {
                view: View::of_wire(bytes, rules.comparison, wire),
                original: bytes.clone(),
                times,
                datagrams: None,
            },
            Transport::Udp => {
                let mut view = View::default();
                let mut datagrams = Vec::new();
                let mut from = 0;
                for &(to, _) in &times {
                    let start = view.bytes.len();
                    let datagram = View::of_wire(&bytes[from..to], rules.comparison, wire);
                    view.append(datagram, from);
                    datagrams.push(start..view.bytes.len());
                    from = to;
                }
                Self {
                    view,
                    original: bytes.clone(),
                    times,
                    datagrams: Some(datagrams),
                }
            }
        }
    }

    /// When byte `at` of the view arrived; `None` if it never arrived.
    fn came(&self, at: usize) -> Option<Instant> {
        (at < self.view.bytes.len()).then_some(())?;
        let origin = self.view.origin(at);
        let (_, time) = self.times.iter().find(|(so_far, _)| *so_far > origin)?;
        Some(*time)
    }

    /// How many of the first `common` bytes of the view had come before `time`.
    pub(super) fn before(&self, common: usize, time: Instant) -> usize {
        let earlier = self.times.iter().take_while(|(_, at)| *at < time);
        let length = earlier.last().map_or(0, |(so_far, _)| *so_far);
        self.view.there(common, length)
    }
}

impl Channel {
    /// Every channel that the rules compare, of both runs.
    pub(super) fn all(rules: &Rules<'_>, oracle: &PairRun, seen: &PairRun) -> Vec<Self> {
        let mut channels = Vec::new();
        for (aspect, stream) in [
            (Aspect::Stdout, Stream::Stdout),
            (Aspect::Stderr, Stream::Stderr),
        ] {
            if !rules.compares(aspect) {
                continue;
            }
            for program in &oracle.programs {
                let name = program.name.clone();
                channels.push(Self {
                    expected: Shown::output(Some(program), rules, stream),
                    actual: Shown::output(seen.program(&name), rules, stream),
                    source: Source::Output(name, program.role, stream),
                });
            }
        }
        for name in connections(rules, oracle, seen) {
            for role in [Role::Client, Role::Server] {
                channels.push(Self {
                    expected: Shown::direction(name.find(oracle), rules, role),
                    actual: Shown::direction(name.find(seen), rules, role),
                    source: Source::Direction(name.clone(), role),
                });
            }
        }
        channels
    }

    /// The first byte of the views that differs; of UDP the first byte of the datagram that does.
    pub(super) fn difference(&self) -> Option<usize> {
        let (expected, actual) = (&self.expected.view.bytes, &self.actual.view.bytes);
        if let Some(place) = self.datagram() {
            let starts = [&self.expected, &self.actual].map(|shown| {
                let datagrams = shown.datagrams.as_deref().unwrap_or_default();
                datagrams.get(place).map(|range| range.start)
            });
            return starts.into_iter().flatten().next();
        }
        if expected == actual {
            return None;
        }
        let common = expected.iter().zip(actual).take_while(|(a, b)| a == b);
        Some(common.count())
    }

    /// The places at which the views differ, the first byte in the view of the oracle's and in that
    /// of the other run: only the first one, or `all` of a text.
    pub(super) fn differences(&self, all: bool) -> Vec<Place> {
        let Some(first) = self.difference() else {
            return Vec::new();
        };
        let (expected, actual) = (&self.expected.view, &self.actual.view);
        let is_text = |view: &View| str::from_utf8(&view.bytes).is_ok_and(|t| !t.contains('\0'));
        let has_lines = is_text(expected) && is_text(actual) && self.datagram().is_none();
        if !all || !has_lines || !expected.sorted.is_empty() || !actual.sorted.is_empty() {
            return vec![Place {
                expected: first,
                actual: first,
            }];
        }
        let places = hunks(&expected.bytes, &actual.bytes).into_iter();
        places
            .map(|[theirs, ours]| {
                let both = expected.bytes[theirs.clone()].iter();
                let both = both.zip(&actual.bytes[ours.clone()]);
                let common = both.take_while(|(a, b)| a == b).count();
                Place {
                    expected: theirs.start + common,
                    actual: ours.start + common,
                }
            })
            .collect()
    }

    /// The number of the first datagram that differs.
    pub(super) fn datagram(&self) -> Option<usize> {
        let list = |shown: &Shown| shown.datagrams.clone();
        let lists = [list(&self.expected), list(&self.actual)];
        let [Some(expected), Some(actual)] = lists.map(|l| l.or_else(|| self.no_datagrams()))
        else {
            return None;
        };
        let differs = |place: &usize| {
            let expected = expected
                .get(*place)
                .map(|r| &self.expected.view.bytes[r.clone()]);
            let actual = actual
                .get(*place)
                .map(|r| &self.actual.view.bytes[r.clone()]);
            expected != actual
        };
        (0..expected.len().max(actual.len())).find(differs)
    }

    /// No datagrams in a run without this connection, if the other run has some.
    fn no_datagrams(&self) -> Option<Vec<Range<usize>>> {
        let is_udp = self.expected.datagrams.is_some() || self.actual.datagrams.is_some();
        is_udp.then(Vec::new)
    }

    /// The length of what both runs show alike.
    pub(super) fn common(&self) -> usize {
        let shorter = self
            .expected
            .view
            .bytes
            .len()
            .min(self.actual.view.bytes.len());
        self.difference().unwrap_or(shorter).min(shorter)
    }

    /// When the byte at this place came.
    pub(super) fn came(&self, at: Place) -> Moment {
        Moment {
            seen: self.actual.came(at.actual),
            oracle: self.expected.came(at.expected),
        }
    }
}

/// Every connection of both runs, if the traffic is compared and both runs recorded it.
pub(super) fn connections(
    rules: &Rules<'_>,
    oracle: &PairRun,
    seen: &PairRun,
) -> Vec<ConnectionName> {
    if !rules.compares(Aspect::Wire) || [oracle, seen].iter().any(|r| r.unobserved.is_some()) {
        return Vec::new();
    }
    let both = oracle.connections.iter().chain(&seen.connections);
    let mut names: Vec<_> = both.map(ConnectionName::of).collect();
    names.sort();
    names.dedup();
    names
}

//! Every place at which a run differs from the oracle's, and the order of these places in time.
//!
//! The two runs have no clock in common. But up to the places at which they differ, they show the
//! same: so the moment of a difference is known by how much of what both show came before it. A
//! byte that is wrong or too much is dated in the run, and one that is missing by the oracle's run.

use std::cmp::Ordering;
use std::mem::discriminant;
use std::time::Instant;

use super::Rules;
use super::channel::{Channel, ConnectionName, Moment, Source, connections};
use super::words;
use crate::interop::model::pair::run::{FileContent, PairRun, ProgramEnd, ProgramRun};
use crate::interop::model::pair::{ActorName, Aspect, MaskTarget, Stream};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::End;
use crate::interop::model::verdict::Part;
use crate::system::process::Exit;

use super::view::View;

/// A place at which the runs differ.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    /// The program that shows it.
    pub(super) actor: ActorName,
    pub(super) role: Role,
    pub(super) part: Part,
    /// What was seen, and what the oracle showed.
    pub(super) detail: String,
    pub(super) when: Moment,
    /// What comes first if the time does not tell.
    pub(super) class: Class,
    /// Whether something is missing that the oracle shows.
    pub(super) is_missing: bool,
    /// The client whose conversation it belongs to.
    pub(super) client: Option<ActorName>,
    /// The connection that it belongs to.
    pub(super) connection: Option<ConnectionName>,
}

/// Kinds of differences, in the order in which they are blamed if the time does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Text or bytes.
    Content,
    /// How a direction ends; the one that the oracle ends first comes first.
    Close(usize),
    Exit,
    Stop,
    Files,
}

impl Difference {
    /// The order of differences between which nothing happened that both runs show. The oracle says
    /// which of them belongs first. Bytes that it does not show may cause what is missing, and text
    /// may be caused by that.
    fn tie(&self) -> (u8, Option<Instant>) {
        match (self.when.oracle, &self.connection) {
            (None, Some(_)) => (0, self.when.seen),
            (Some(time), _) => (1, Some(time)),
            (None, None) => (2, self.when.seen),
        }
    }
}

/// The differences, and the channels by which their order is known.
pub(super) struct Differences<'a> {
    pub(super) rules: &'a Rules<'a>,
    pub(super) oracle: &'a PairRun,
    pub(super) seen: &'a PairRun,
    channels: Vec<Channel>,
}

impl<'a> Differences<'a> {
    pub(super) fn new(rules: &'a Rules<'a>, oracle: &'a PairRun, seen: &'a PairRun) -> Self {
        Self {
            channels: Channel::all(rules, oracle, seen),
            rules,
            oracle,
            seen,
        }
    }

    /// Whether anything that is compared was shown, beside what is masked: output, bytes, files, or
    /// an exit status that says something.
    pub(super) fn has_substance(&self) -> bool {
        let shown = |channel: &Channel| channel.actual.view.has_substance();
        let of_program = |program: &ProgramRun| {
            let files = self.rules.compares(Aspect::Files) && !program.files.is_empty();
            let failed = matches!(program.end, ProgramEnd::Exited(exit) if !exit.success());
            files || failed && self.rules.compares(Aspect::ExitStatus)
        };
        self.channels.iter().any(shown) || self.seen.programs.iter().any(of_program)
    }

    /// Whether a mask has hidden anything.
    pub(super) fn is_masked(&self) -> bool {
        let mut channels = self.channels.iter();
        channels.any(|channel| !channel.actual.view.matches.is_empty())
    }

    /// Every place at which the runs differ, in the order in which they are blamed.
    pub(super) fn all(&self) -> Vec<Difference> {
        let mut differences = self.missing_connections();
        for channel in &self.channels {
            if let Source::Direction(name, _) = &channel.source
                && (name.find(self.oracle).is_none() || name.find(self.seen).is_none())
            {
                continue;
            }
            differences.extend(self.content(channel));
        }
        differences.extend(self.closes());
        // What the harness has killed could neither stop by itself nor write its files to the end.
        let endings = [self.oracle, self.seen].map(|run| discriminant(&run.ending));
        let ends_alike = endings[0] == endings[1];
        for program in &self.oracle.programs {
            if let Some(seen) = self.seen.program(&program.name) {
                differences.extend(self.exit(program, seen));
                if ends_alike {
                    differences.extend(self.stop(program, seen));
                    differences.extend(self.files(program, seen));
                }
            }
        }
        // A few at most: the one before which no other is comes first.
        let mut ordered = Vec::new();
        while !differences.is_empty() {
            let mut first = 0;
            for place in 1..differences.len() {
                if self.order(&differences[place], &differences[first]) == Ordering::Less {
                    first = place;
                }
            }
            ordered.push(differences.remove(first));
        }
        ordered
    }

    fn missing_connections(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for name in connections(self.rules, self.oracle, self.seen) {
            let first = |run: &PairRun| {
                let connection = name.find(run)?;
                Some(connection.traffic.order.first()?.at)
            };
            let (made, is_missing) = match (name.find(self.oracle), name.find(self.seen)) {
                (Some(made), None) => (made, true),
                (None, Some(made)) => (made, false),
                (Some(_), Some(_)) | (None, None) => continue,
            };
            let opened = made.traffic.order.first().map(|segment| segment.role);
            let (role, part, detail) = if opened == Some(Role::Server) && made.is_udp() {
                let answers = words::from_another_port(&name.client, is_missing);
                (Role::Server, Part::Encoder, answers)
            } else {
                let words = words::connection(self.rules, &name);
                let detail = if is_missing {
                    format!("does not make {words}, which the oracle makes")
                } else {
                    format!("makes {words}, which the oracle does not make")
                };
                (Role::Client, Part::Contract, detail)
            };
            differences.push(Difference {
                actor: match role {
                    Role::Client => name.client.clone(),
                    Role::Server => ActorName(ActorName::SERVER.into()),
                },
                role,
                part,
                detail,
                when: Moment {
                    seen: first(self.seen),
                    oracle: first(self.oracle),
                },
                class: Class::Content,
                is_missing,
                client: Some(name.client.clone()),
                connection: Some(name),
            });
        }
        differences
    }

    /// What differs in a channel: only the first place, unless a known difference may excuse it.
    fn content<'b>(&'b self, channel: &'b Channel) -> impl Iterator<Item = Difference> + 'b {
        let all = !self.rules.known_differences.is_empty();
        let places = channel.differences(all).into_iter();
        places.map(move |at| {
            let when = channel.came(at);
            let (part, connection) = match &channel.source {
                Source::Output(name, role, Stream::Stdout) => {
                    (self.output(name, *role, when), None)
                }
                Source::Output(_, _, Stream::Stderr) => (Part::Stderr, None),
                Source::Direction(name, _) => (Part::Encoder, Some(name.clone())),
            };
            Difference {
                actor: channel.source.actor(),
                role: channel.source.role(),
                part,
                detail: words::difference(self.rules, channel, at),
                when,
                class: Class::Content,
                is_missing: at.actual >= channel.actual.view.bytes.len(),
                client: channel.source.client().cloned(),
                connection,
            }
        })
    }

    /// The part that wrong output is blamed on: what is printed before any byte has arrived is no
    /// reply, and what is printed before any byte has passed is a greeting.
    fn output(&self, actor: &ActorName, role: Role, when: Moment) -> Part {
        let runs = [(self.oracle, when.oracle), (self.seen, when.seen)];
        if runs.iter().any(|(run, _)| run.unobserved.is_some()) {
            return Part::Output;
        }
        let is_before = |by: &[Role]| {
            let before = runs.map(|(run, time)| Some(!has_passed(run, actor, role, by, time?)));
            before.contains(&Some(true)) || before == [None; 2]
        };
        if is_before(&[Role::Client, Role::Server]) {
            Part::Greeting
        } else if is_before(&[role.other()]) {
            Part::Output
        } else {
            Part::Decoder
        }
    }

    fn closes(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for name in connections(self.rules, self.oracle, self.seen) {
            let (Some(oracle), Some(seen)) = (name.find(self.oracle), name.find(self.seen)) else {
                continue;
            };
            let first = oracle.traffic.ended_first.unwrap_or(Role::Client);
            for (place, role) in [first, first.other()].into_iter().enumerate() {
                let ends = [oracle, seen].map(|run| run.traffic.sent_by(role).end);
                if ends[0] != ends[1] {
                    let on = words::on(self.rules, &name);
                    let [expected, actual] = ends.map(End::word);
                    differences.push(Difference {
                        actor: Source::Direction(name.clone(), role).actor(),
                        role,
                        part: Part::Close,
                        detail: format!("{on}its direction is {actual}, the oracle's {expected}"),
                        when: Moment::default(),
                        class: Class::Close(place),
                        is_missing: ends[1] == End::Open,
                        client: Some(name.client.clone()),
                        connection: Some(name.clone()),
                    });
                }
            }
        }
        differences
    }

    /// An exit status that differs, or a program that goes on where the other ends by itself. With
    /// which status a program ends that was told to stop is another matter.
    fn exit(&self, oracle: &ProgramRun, seen: &ProgramRun) -> Option<Difference> {
        use ProgramEnd::{Exited, Stopped};
        let exact = self.rules.compares(Aspect::ExitStatus);
        if !exact && !self.rules.compares(Aspect::Success) {
            return None;
        }
        let detail = match (oracle.end, seen.end) {
            (Exited(expected), Exited(actual)) => {
                let differs = if exact {
                    expected != actual
                } else {
                    expected.success() != actual.success()
                };
                differs.then(|| format!("ends with {actual}, the oracle with {expected}"))
            }
            (Stopped(_), Exited(actual)) => Some(format!(
                "ends by itself with {actual}; the oracle goes on until it is told to stop"
            )),
            (Exited(expected), Stopped(_)) => Some(format!(
                "goes on until it is told to stop; the oracle ends by itself with {expected}"
            )),
            (
                Exited(_) | Stopped(_) | ProgramEnd::Killed | ProgramEnd::NotStarted,
                Exited(_) | Stopped(_) | ProgramEnd::Killed | ProgramEnd::NotStarted,
            ) => None,
        };
        Some(self.at_the_end(seen, Part::Exit, Class::Exit, detail?))
    }

    /// How a program ends that goes on, if that is compared.
    fn stop(&self, oracle: &ProgramRun, seen: &ProgramRun) -> Option<Difference> {
        if !self.rules.compares(Aspect::Stop) || same_stop(oracle.end, seen.end) {
            return None;
        }
        let words = |end| match end {
            ProgramEnd::Exited(exit) => format!("ends by itself with {exit}"),
            ProgramEnd::Stopped(exit) => format!("ends with {exit} when it is told to stop"),
            ProgramEnd::Killed => "does not end when it is told to stop".to_owned(),
            ProgramEnd::NotStarted => "was not started".to_owned(),
        };
        let detail = format!("{}; the oracle {}", words(seen.end), words(oracle.end));
        Some(self.at_the_end(seen, Part::Stop, Class::Stop, detail))
    }

    fn files(&self, oracle: &ProgramRun, seen: &ProgramRun) -> Option<Difference> {
        if !self.rules.compares(Aspect::Files) {
            return None;
        }
        let paths = oracle.files.keys().chain(seen.files.keys());
        let mut paths: Vec<_> = paths.collect();
        paths.sort();
        paths.dedup();
        let detail = paths.into_iter().find_map(|path| {
            let shown = path.display();
            match (oracle.files.get(path), seen.files.get(path)) {
                (Some(expected), Some(actual)) => self
                    .file(expected, actual)
                    .map(|difference| format!("the file {shown} differs{difference}")),
                (Some(_), None) => Some(format!("leaves no file {shown}, the oracle does")),
                (None, Some(_)) => Some(format!("leaves a file {shown}, the oracle does not")),
                (None, None) => None,
            }
        })?;
        Some(self.at_the_end(seen, Part::Files, Class::Files, detail))
    }

    /// How two contents of a file differ.
    fn file(&self, expected: &FileContent, actual: &FileContent) -> Option<String> {
        let kind = |content: &FileContent| match content {
            FileContent::Bytes(bytes) => format!("a file of {} bytes", bytes.len()),
            FileContent::Large(size, _) => format!("a file of {size} bytes"),
            FileContent::Folder => "a folder".to_owned(),
            FileContent::Link(to) => format!("a link to {}", to.display()),
        };
        match (expected, actual) {
            (FileContent::Bytes(expected), FileContent::Bytes(actual)) => {
                let view = |text| View::new(text, self.rules.comparison, MaskTarget::Files);
                let [expected, actual] = [view(expected), view(actual)];
                if expected.bytes == actual.bytes {
                    return None;
                }
                let both = expected.bytes.iter().zip(&actual.bytes);
                let at = both.take_while(|(a, b)| a == b).count();
                let line = expected.bytes[..at]
                    .iter()
                    .filter(|&&byte| byte == b'\n')
                    .count()
                    + 1;
                let place = actual.origin(at);
                Some(format!(
                    " at byte {place}, line {line}: {}, the oracle's {}",
                    words::from_line_start(&actual.bytes, at),
                    words::from_line_start(&expected.bytes, at)
                ))
            }
            (FileContent::Large(size, digest), FileContent::Large(other, other_digest)) => {
                match (size == other, digest == other_digest) {
                    (true, true) => None,
                    (true, false) => Some(format!(": both have {size} bytes, with other contents")),
                    (false, _) => Some(format!(": {other} bytes, the oracle's {size}")),
                }
            }
            _ if expected == actual => None,
            (
                FileContent::Bytes(_)
                | FileContent::Large(..)
                | FileContent::Folder
                | FileContent::Link(_),
                FileContent::Bytes(_)
                | FileContent::Large(..)
                | FileContent::Folder
                | FileContent::Link(_),
            ) => Some(format!(
                ": {}, the oracle's {}",
                kind(actual),
                kind(expected)
            )),
        }
    }

    fn at_the_end(
        &self,
        seen: &ProgramRun,
        part: Part,
        class: Class,
        detail: String,
    ) -> Difference {
        Difference {
            actor: seen.name.clone(),
            role: seen.role,
            part,
            detail,
            when: Moment::default(),
            class,
            is_missing: false,
            client: (seen.role == Role::Client).then(|| seen.name.clone()),
            connection: None,
        }
    }

    /// Which of two differences came first.
    fn order(&self, one: &Difference, other: &Difference) -> Ordering {
        if one.class != other.class {
            return one.class.cmp(&other.class);
        }
        let time = |difference: &Difference| difference.when.seen.or(difference.when.oracle);
        let (Some(_), Some(_)) = (time(one), time(other)) else {
            return time(one).is_none().cmp(&time(other).is_none());
        };
        // Conversations of different clients do not order what happens within one.
        let within = if one.client == other.client {
            one.client.as_ref()
        } else {
            None
        };
        let rank = |difference: &Difference| match (difference.when.seen, difference.when.oracle) {
            (Some(time), _) => self.rank(time, true, within),
            (None, Some(time)) => self.rank(time, false, within),
            (None, None) => 0,
        };
        rank(one)
            .cmp(&rank(other))
            .then_with(|| one.tie().cmp(&other.tie()))
    }

    /// How many bytes of what both runs show had come before `time`; of one client's conversation,
    /// if one is given.
    fn rank(&self, time: Instant, is_seen: bool, within: Option<&ActorName>) -> usize {
        let channels = self.channels.iter();
        let channels =
            channels.filter(|channel| within.is_none() || channel.source.client() == within);
        let before = channels.map(|channel| {
            let shown = if is_seen {
                &channel.actual
            } else {
                &channel.expected
            };
            shown.before(channel.common(), time)
        });
        before.sum()
    }
}

/// Whether any byte that these roles sent had passed on the connections of `actor` before `time`.
fn has_passed(run: &PairRun, actor: &ActorName, role: Role, by: &[Role], time: Instant) -> bool {
    let own = run.connections.iter();
    let own = own.filter(|connection| role == Role::Server || connection.client == *actor);
    own.flat_map(|connection| &connection.traffic.order)
        .any(|segment| by.contains(&segment.role) && segment.at < time)
}

/// Whether two programs that were told to stop ended alike.
fn same_stop(one: ProgramEnd, other: ProgramEnd) -> bool {
    use ProgramEnd::{Exited, Killed, NotStarted, Stopped};
    match (one, other) {
        // Another exit status is the business of another aspect.
        (Exited(_), Exited(_)) | (Killed, Killed) | (NotStarted, NotStarted) => true,
        (Stopped(one), Stopped(other)) => terminated(one) == terminated(other),
        (
            Exited(_) | Stopped(_) | Killed | NotStarted,
            Exited(_) | Stopped(_) | Killed | NotStarted,
        ) => false,
    }
}

/// A JVM that SIGTERM ends says so by its exit status, as a shell does; other programs are ended by
/// the signal itself.
fn terminated(exit: Exit) -> Exit {
    const SIGTERM: i32 = 15;
    match exit {
        Exit::Signal(SIGTERM) => Exit::Code(128 + SIGTERM),
        Exit::Code(_) | Exit::Signal(_) => exit,
    }
}

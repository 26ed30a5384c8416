//! A run of a pair as the reports show it: what happened in order of time, with masked text masked.

use std::sync::Arc;
use std::time::Instant;

use super::rules;
use crate::interop::compare::pairs;
use crate::interop::compare::pairs::view::View;
use crate::interop::model::case::Evidence;
use crate::interop::model::evidence::{
    ConnectionEntry, Event, FieldEntry, FlowEntry, MaskEntry, ProgramEntry, Side,
};
use crate::interop::model::fields::named;
use crate::interop::model::pair::run::{Connection, FileContent, PairRun, ProgramEnd, ProgramRun};
use crate::interop::model::pair::{Action, ActorName, Aspect, MaskTarget, ScriptStep, Transport};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Flow};
use crate::interop::programs::pairs::definition::{Pair, PairCase};
use crate::programs::framing::Field;
use crate::text::count::counted;
use crate::text::quotation::quoted;

/// A run, and the pair and case that say how to show it.
#[derive(Debug)]
pub(super) struct PairEvidence {
    run: Arc<PairRun>,
    /// The run whose order is followed where the order of this one is a matter of chance.
    beside: Option<Arc<PairRun>>,
    pair: Arc<Pair>,
    case: Arc<PairCase>,
}

impl PairEvidence {
    /// The evidence of `run`. With `beside` its events follow the order of that run as far as each
    /// program did one thing after the other: which of two programs is first is a matter of chance.
    pub(super) fn new(
        run: Arc<PairRun>,
        beside: Option<Arc<PairRun>>,
        pair: Arc<Pair>,
        case: Arc<PairCase>,
    ) -> Self {
        Self {
            run,
            beside,
            pair,
            case,
        }
    }
}

impl Evidence for PairEvidence {
    fn side(&self) -> Side {
        let run = &*self.run;
        let rules = rules(&self.pair, &self.case);
        let only = match &run.connections[..] {
            [only] => Some(only),
            _ => None,
        };
        let flow = |role| {
            let flow = only.map(|only| only.traffic.sent_by(role));
            FlowEntry::new(flow.unwrap_or(&Flow::default()))
        };
        Side {
            pairing: String::new(),
            ending: pairs::ending_of(&rules, run),
            unobserved: run.unobserved.clone(),
            events: self.events(),
            to_server: flow(Role::Client),
            to_client: flow(Role::Server),
            client_stderr: stderr(run, Role::Client),
            server_stderr: stderr(run, Role::Server),
            programs: run.programs.iter().map(program).collect(),
            connections: run.connections.iter().map(|c| self.connection(c)).collect(),
            masks: self.masks(),
        }
    }

    /// What happened, in order of time; then how connections and programs ended.
    fn events(&self) -> Vec<Event> {
        let mut events = self.in_order();
        let more = events.len().saturating_sub(SHOWN);
        if more > 0 {
            events.truncate(SHOWN);
            events.push(Event {
                text: format!("… {more} more …"),
                ..Event::default()
            });
        }
        for connection in &self.run.connections {
            let first = connection.traffic.ended_first.unwrap_or(Role::Client);
            for role in [first, first.other()] {
                let words = match connection.traffic.sent_by(role).end {
                    End::Open => continue,
                    End::Finished => "closes",
                    End::Reset => "resets the connection",
                };
                events.push(event(role, self.on(&self.run, connection, role, words)));
            }
        }
        for program in &self.run.programs {
            let words = format!("{}{}", name(program), end(program.end));
            events.push(event(program.role, words));
            for (path, content) in &program.files {
                let words = format!("{}leaves {}", name(program), path.display());
                events.push(event(program.role, format!("{words}: {}", file(content))));
            }
        }
        events
    }

    fn unobserved(&self) -> Option<&str> {
        self.run.unobserved.as_deref()
    }

    fn masks(&self) -> Vec<MaskEntry> {
        pairs::masks(&rules(&self.pair, &self.case), &self.run)
    }
}

/// What the programs in this role said on stderr; with several, each line with the name.
fn stderr(run: &PairRun, role: Role) -> String {
    let programs = run.programs.iter().filter(|program| program.role == role);
    let said = programs.map(|program| (program, String::from_utf8_lossy(&program.stderr)));
    let said: Vec<_> = said.collect();
    match &said[..] {
        [(_, text)] => text.clone().into_owned(),
        several => several
            .iter()
            .flat_map(|(program, text)| {
                let lines = text.lines();
                lines
                    .map(|line| format!("{}: {line}\n", program.name))
                    .collect::<Vec<_>>()
            })
            .collect(),
    }
}

fn program(program: &ProgramRun) -> ProgramEntry {
    ProgramEntry {
        name: program.name.to_string(),
        role: program.role.to_string(),
        end: end(program.end),
        files: program
            .files
            .iter()
            .map(|(path, content)| format!("{}: {}", path.display(), file(content)))
            .collect(),
    }
}

fn end(end: ProgramEnd) -> String {
    match end {
        ProgramEnd::Exited(exit) if exit.success() => "succeeds".to_owned(),
        ProgramEnd::Exited(exit) => format!("fails: {exit}"),
        ProgramEnd::Stopped(exit) => format!("is told to stop: {exit}"),
        ProgramEnd::Killed => "had to be killed".to_owned(),
        ProgramEnd::NotStarted => "was not started".to_owned(),
    }
}

fn file(content: &FileContent) -> String {
    match content {
        FileContent::Bytes(bytes) => counted(bytes.len(), "byte"),
        FileContent::Large(size, _) => format!("{size} bytes"),
        FileContent::Folder => "a folder".to_owned(),
        FileContent::Link(to) => format!("a link to {}", to.display()),
    }
}

/// At most this many events are shown: a flood has millions.
const SHOWN: usize = 1000;

/// How many characters are quoted of a line.
const QUOTED: usize = 80;

/// An output or a direction, with the times of its pieces.
struct Track<'a> {
    source: Source<'a>,
    view: View,
    /// The bytes as they were and their fields, if their meaning is known.
    fields: Option<(&'a [u8], Vec<Field>)>,
    /// The length of the view, or of the bytes as they were, at each time.
    pieces: Vec<(usize, Instant)>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Printed(&'a ProgramRun),
    Logged(&'a ProgramRun),
    Sent(&'a Connection, Role),
}

impl PairEvidence {
    /// What happened, in the order of the other run as far as that goes.
    fn in_order(&self) -> Vec<Event> {
        let mut own = self.timeline(&self.run);
        let mut events = Vec::new();
        if let Some(beside) = &self.beside {
            for (track, event) in self.timeline(beside) {
                let Some(next) = own.iter().position(|(other, _)| *other == track) else {
                    break;
                };
                if own[next].1 != event {
                    break;
                }
                events.push(own.remove(next).1);
            }
        }
        events.extend(own.into_iter().map(|(_, event)| event));
        events
    }

    /// What happened in order of time, each with the track that it is on.
    fn timeline(&self, run: &PairRun) -> Vec<(TrackName, Event)> {
        let tracks = self.tracks(run);
        let mut moments: Vec<(Instant, Moment<'_>)> = Vec::new();
        // What the harness does comes before what the programs make of it, so it is dated by the
        // end of the step before.
        let mut before = None;
        for (step, &at) in self.case.script.iter().zip(&run.steps) {
            let earliest = tracks.iter().flat_map(|track| track.pieces.first());
            let earliest = earliest.map(|(_, at)| *at).min();
            moments.push((
                before.or(earliest).unwrap_or(at).min(at),
                Moment::Step(step),
            ));
            before = Some(at);
        }
        for (index, track) in tracks.iter().enumerate() {
            let pieces = track.pieces.iter();
            moments.extend(pieces.map(|&(to, at)| (at, Moment::Piece(index, to))));
        }
        moments.sort_by_key(|(at, _)| *at);
        let mut done = vec![0; tracks.len()];
        let mut events = Vec::new();
        let mut moments = moments.into_iter().map(|(_, moment)| moment).peekable();
        while let Some(moment) = moments.next() {
            match moment {
                Moment::Piece(index, mut to) => {
                    // Pieces between which nothing else happened are one.
                    while let Some(Moment::Piece(_, further)) = moments
                        .next_if(|next| matches!(next, Moment::Piece(other, _) if *other == index))
                    {
                        to = further;
                    }
                    let track = &tracks[index];
                    let pieces = self.piece(run, track, done[index], to).into_iter();
                    events.extend(pieces.map(|event| (track.source.name(), event)));
                    done[index] = to;
                }
                Moment::Step(step) => {
                    let event = step_event(run, step);
                    events.extend(event.map(|event| (TrackName::Script, event)));
                }
            }
        }
        events
    }

    fn tracks<'a>(&self, run: &'a PairRun) -> Vec<Track<'a>> {
        let rules = &self.pair.comparison;
        let mut tracks = Vec::new();
        for program in &run.programs {
            let printed = (Source::Printed(program), &program.stdout, &program.printed);
            let logged = (Source::Logged(program), &program.stderr, &program.logged);
            let is_compared = rules.aspects.contains(&Aspect::Stderr);
            for (source, bytes, times) in [Some(printed), is_compared.then_some(logged)]
                .into_iter()
                .flatten()
            {
                let target = match source {
                    Source::Logged(_) => MaskTarget::Stderr,
                    Source::Printed(_) | Source::Sent(..) => MaskTarget::Stdout,
                };
                let view = View::masked(bytes, rules, target);
                let times = times.iter();
                tracks.push(Track {
                    source,
                    pieces: times.map(|&(length, at)| (view.at(length), at)).collect(),
                    view,
                    fields: None,
                });
            }
        }
        for connection in &run.connections {
            for role in [Role::Client, Role::Server] {
                let bytes = &connection.traffic.sent_by(role).bytes;
                let view = View::masked_wire(bytes, rules, self.pair.wire.of(role));
                let segments = connection.traffic.order.iter();
                let own = segments.filter(|segment| segment.role == role);
                // A masked text no longer fits its length, so fields are those of the bytes as they
                // were.
                let fields = self.pair.wire.of(role).fields(bytes);
                let fields = (!fields.is_empty()).then_some((&bytes[..], fields));
                let length = |so_far| match fields {
                    Some(_) => so_far,
                    None => view.at(so_far),
                };
                tracks.push(Track {
                    source: Source::Sent(connection, role),
                    pieces: own.map(|s| (length(s.so_far), s.at)).collect(),
                    fields,
                    view,
                });
            }
        }
        tracks
    }

    /// What a program printed or sent at once.
    fn piece(&self, run: &PairRun, track: &Track<'_>, from: usize, to: usize) -> Vec<Event> {
        let (program, does) = match track.source {
            Source::Printed(program) => (program, "prints"),
            Source::Logged(program) => (program, "logs"),
            Source::Sent(connection, role) => {
                let sends = event(role, self.on(run, connection, role, "sends"));
                let pieces = self
                    .fields(track, from, to, connection.transport)
                    .into_iter();
                return pieces
                    .map(|bytes| Event {
                        bytes,
                        ..sends.clone()
                    })
                    .collect();
            }
        };
        let piece = &track.view.bytes[from..to.max(from)];
        let lines = piece.split_inclusive(|&byte| byte == b'\n');
        lines
            .map(|line| {
                let words = format!("{}{does} {}", name(program), quoted(line, QUOTED));
                event(program.role, words)
            })
            .collect()
    }

    /// What was sent at once, message by message as far as they are known.
    fn fields(
        &self,
        track: &Track<'_>,
        from: usize,
        to: usize,
        transport: Transport,
    ) -> Vec<Vec<FieldEntry>> {
        let to = to.max(from);
        if let Some((bytes, fields)) = &track.fields {
            let mut start = from;
            let parts = named(fields, from, &bytes[from..to]).into_iter();
            let parts = parts.map(|part| {
                let range = start..start + part.bytes.len();
                start = range.end;
                if track.view.is_masked(&range) {
                    let shown = track.view.at(range.start)..track.view.at(range.end);
                    let meaning = part.meaning.as_bytes();
                    let masked = View::masked(meaning, &self.pair.comparison, MaskTarget::Wire);
                    let meaning = match masked.bytes == meaning {
                        true => "masked".into(),
                        false => String::from_utf8_lossy(&masked.bytes).into_owned(),
                    };
                    FieldEntry::new(&track.view.bytes[shown], meaning)
                } else {
                    FieldEntry::new(&part.bytes, part.meaning)
                }
            });
            let parts: Vec<_> = parts.collect();
            return Some(parts)
                .filter(|parts| !parts.is_empty())
                .into_iter()
                .collect();
        }
        let piece = &track.view.bytes[from..to];
        let entry = |piece| {
            let parts = named(&[], 0, piece).into_iter();
            parts
                .map(|part| FieldEntry::new(&part.bytes, part.meaning))
                .collect()
        };
        if transport == Transport::Udp || !is_text(piece) {
            let piece = Some(piece).filter(|piece| !piece.is_empty());
            return piece.map(entry).into_iter().collect();
        }
        piece
            .split_inclusive(|&byte| byte == b'\n')
            .map(entry)
            .collect()
    }

    /// What a role does on a connection: `x sends`, `sends to x on connection 2`.
    fn on(&self, run: &PairRun, connection: &Connection, role: Role, does: &str) -> String {
        let client = run.program(&connection.client).map_or(String::new(), name);
        let mut words = match role {
            Role::Client => format!("{client}{does}"),
            Role::Server if client.is_empty() => does.to_owned(),
            Role::Server => format!("{does} to {}", client.trim_end()),
        };
        if connection.number > 0 {
            words.push_str(&format!(" on connection {}", connection.number + 1));
        }
        if self.pair.ports.len() > 1 {
            let rules = rules(&self.pair, &self.case);
            words.push_str(&format!(
                " at {}",
                pairs::port_name(&rules, connection.port)
            ));
        }
        words
    }

    fn connection(&self, connection: &Connection) -> ConnectionEntry {
        ConnectionEntry {
            client: connection.client.to_string(),
            port: pairs::port_name(&rules(&self.pair, &self.case), connection.port),
            number: connection.number + 1,
            transport: match connection.transport {
                Transport::Tcp => "tcp".to_owned(),
                Transport::Udp => "udp".to_owned(),
            },
            to_server: FlowEntry::new(&connection.traffic.to_server),
            to_client: FlowEntry::new(&connection.traffic.to_client),
        }
    }
}

/// Whether the bytes are text, which is shown line by line.
fn is_text(bytes: &[u8]) -> bool {
    let is_shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_shown))
}

/// A step that the harness took.
fn step_event(run: &PairRun, step: &ScriptStep) -> Option<Event> {
    let does = match &step.action {
        Action::Type(text) => format!("is given {}", quoted(text, QUOTED)),
        Action::Stop => "is told to stop".to_owned(),
        Action::Start | Action::Expect(..) | Action::Close | Action::AwaitEnd => return None,
    };
    let program = run.program(&step.actor)?;
    Some(event(program.role, format!("{}{does}", name(program))))
}

/// What happens one after the other: the steps, an output, a direction.
#[derive(PartialEq)]
enum TrackName {
    Script,
    Printed(ActorName),
    Logged(ActorName),
    Sent(ActorName, usize, usize, Role),
}

impl Source<'_> {
    fn name(&self) -> TrackName {
        match *self {
            Self::Printed(program) => TrackName::Printed(program.name.clone()),
            Self::Logged(program) => TrackName::Logged(program.name.clone()),
            Self::Sent(connection, role) => TrackName::Sent(
                connection.client.clone(),
                connection.port,
                connection.number,
                role,
            ),
        }
    }
}

/// Something that happened at a moment.
enum Moment<'a> {
    /// The view of this track had this length.
    Piece(usize, usize),
    Step(&'a ScriptStep),
}

fn event(role: Role, text: String) -> Event {
    Event {
        role: Some(role.to_string()),
        text,
        bytes: Vec::new(),
    }
}

/// The name of a program in front of what it does, if its role does not say it.
fn name(program: &ProgramRun) -> String {
    let name = program.name.to_string();
    if name == program.role.to_string() {
        String::new()
    } else {
        format!("{name} ")
    }
}

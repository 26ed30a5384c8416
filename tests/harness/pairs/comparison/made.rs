//! Runs that are made by hand, and rules to compare them by.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use javatalk::internals::interop::compare::pairs::{Rules, Told, judge};
use javatalk::internals::interop::model::pair::run::{
    Connection, FileContent, PairEnding, PairRun, ProgramEnd, ProgramRun,
};
use javatalk::internals::interop::model::pair::{
    Action, ActorName, Aspect, Comparison, KnownPairDifference, Mask, MaskTarget, Pattern, Port,
    PortNumber, ScriptStep, Sides, Stream, Transport, Where, Wire,
};
use javatalk::internals::interop::model::participant::{Pairing, Participant, Role};
use javatalk::internals::interop::model::traffic::{End, Traffic};
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::regex;
use javatalk::internals::system::process::Exit;

pub(super) const PAIRING: Pairing = Pairing {
    client: Participant::ExternalPeer("candidate"),
    server: Participant::ExternalPeer("reference"),
};

pub(super) fn actor(name: &str) -> ActorName {
    ActorName(name.into())
}

/// A run under construction: each event happens after the one before.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) run: PairRun,
    now: Instant,
    transport: Transport,
}

impl Made {
    /// A run of a server and these clients, which all succeed.
    pub(super) fn of(clients: &[&str]) -> Self {
        let program = |name: &str, role| ProgramRun {
            name: actor(name),
            role,
            stdout: Vec::new(),
            stderr: Vec::new(),
            printed: Vec::new(),
            logged: Vec::new(),
            end: ProgramEnd::Exited(Exit::Code(0)),
            files: BTreeMap::new(),
        };
        let clients = clients.iter().map(|name| program(name, Role::Client));
        Self {
            run: PairRun {
                programs: std::iter::once(program("server", Role::Server))
                    .chain(clients)
                    .collect(),
                connections: Vec::new(),
                steps: Vec::new(),
                unobserved: None,
                ending: PairEnding::Complete,
            },
            now: Instant::now(),
            transport: Transport::Tcp,
        }
    }

    pub(super) fn tick(&mut self) -> Instant {
        self.now += Duration::from_millis(1);
        self.now
    }

    pub(super) fn program(&mut self, name: &str) -> &mut ProgramRun {
        let mut programs = self.run.programs.iter_mut();
        programs.find(|program| *program.name.0 == *name).unwrap()
    }

    pub(super) fn prints(mut self, name: &str, text: &str) -> Self {
        let now = self.tick();
        let program = self.program(name);
        program.stdout.extend(text.bytes());
        program.printed.push((program.stdout.len(), now));
        self
    }

    pub(super) fn logs(mut self, name: &str, text: &str) -> Self {
        let now = self.tick();
        let program = self.program(name);
        program.stderr.extend(text.bytes());
        program.logged.push((program.stderr.len(), now));
        self
    }

    pub(super) fn ends(mut self, name: &str, end: ProgramEnd) -> Self {
        self.program(name).end = end;
        self
    }

    pub(super) fn leaves(mut self, name: &str, path: &str, text: &str) -> Self {
        let content = FileContent::Bytes(text.as_bytes().to_vec());
        self.program(name).files.insert(path.into(), content);
        self
    }

    /// The last connection of this client, which is made if there is none.
    pub(super) fn wire(&mut self, client: &str) -> &mut Traffic {
        let of = |c: &Connection| *c.client.0 == *client;
        if !self.run.connections.iter().any(of) {
            return self.connect(client);
        }
        let last = self.run.connections.iter_mut().rfind(|c| of(c));
        &mut last.unwrap().traffic
    }

    pub(super) fn connect(&mut self, client: &str) -> &mut Traffic {
        let own = self.run.connections.iter();
        let number = own.filter(|c| *c.client.0 == *client).count();
        self.run.connections.push(Connection {
            client: actor(client),
            port: 0,
            transport: self.transport,
            number,
            traffic: Traffic::default(),
        });
        &mut self.run.connections.last_mut().unwrap().traffic
    }

    pub(super) fn connects_again(mut self, client: &str) -> Self {
        self.connect(client);
        self
    }

    pub(super) fn sends(mut self, client: &str, bytes: &str) -> Self {
        let now = self.tick();
        self.wire(client).pass(Role::Client, bytes.as_bytes(), now);
        self
    }

    pub(super) fn answers(mut self, client: &str, bytes: &str) -> Self {
        let now = self.tick();
        self.wire(client).pass(Role::Server, bytes.as_bytes(), now);
        self
    }

    /// The connection of this client, closed by `role` and then by the other.
    pub(super) fn closed_by(mut self, client: &str, role: Role) -> Self {
        let wire = self.wire(client);
        wire.end(role, End::Finished);
        wire.end(role.other(), End::Finished);
        self
    }

    pub(super) fn step(mut self) -> Self {
        let now = self.tick();
        self.run.steps.push(now);
        self
    }

    pub(super) fn ending(mut self, ending: PairEnding) -> Self {
        self.run.ending = ending;
        self
    }

    pub(super) fn udp(mut self) -> Self {
        self.transport = Transport::Udp;
        self
    }
}

/// The rules of a pair, with the defaults of a pair file.
pub(super) struct Pairs {
    pub(super) comparison: Comparison,
    pub(super) script: Vec<ScriptStep>,
    pub(super) ports: Vec<Port>,
    pub(super) wire: Sides<Wire>,
    pub(super) breaks: bool,
    pub(super) by_itself: bool,
    pub(super) told: Option<(Told, &'static [u8])>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self {
            comparison: Comparison {
                aspects: vec![Aspect::Stdout, Aspect::Success, Aspect::Wire],
                masks: Vec::new(),
                unordered: Vec::new(),
                known_differences: Vec::new(),
            },
            script: Vec::new(),
            ports: vec![Port {
                name: String::new(),
                transport: Transport::Tcp,
                number: PortNumber::Fixed(2017),
            }],
            wire: Sides {
                client: Wire::Unknown,
                server: Wire::Unknown,
            },
            breaks: false,
            by_itself: false,
            told: None,
        }
    }
}

impl Pairs {
    pub(super) fn comparing(aspects: &[Aspect]) -> Self {
        let mut pairs = Self::default();
        pairs.comparison.aspects = aspects.to_vec();
        pairs
    }

    pub(super) fn masking(pattern: &str) -> Self {
        let mut pairs = Self::default();
        pairs.comparison.masks.push(Mask {
            name: "mask".to_owned(),
            pattern: regex::bytes::Regex::new(pattern).unwrap(),
            replacement: b"<mask>".to_vec(),
            targets: vec![
                MaskTarget::Stdout,
                MaskTarget::Stderr,
                MaskTarget::Files,
                MaskTarget::Wire,
            ],
        });
        pairs
    }

    pub(super) fn knowing(mut self, matches: &str) -> Self {
        self.comparison.known_differences.push(KnownPairDifference {
            case: None,
            pairing: None,
            matches: regex::Regex::new(matches).unwrap(),
            reason: "we know".to_owned(),
        });
        self
    }

    /// Steps of a script: who does what.
    pub(super) fn playing(mut self, steps: &[(&str, Action, &str)]) -> Self {
        let steps = steps.iter().enumerate();
        let steps = steps.map(|(index, (name, action, text))| ScriptStep {
            actor: actor(name),
            action: action.clone(),
            at: Where {
                line: index + 1,
                text: (*text).to_owned(),
            },
        });
        self.script = steps.collect();
        self
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules {
            case: "case",
            comparison: &self.comparison,
            known_differences: &self.comparison.known_differences,
            script: &self.script,
            ports: &self.ports,
            wire: &self.wire,
            network_breaks: self.breaks,
            server_ends_by_itself: self.by_itself,
            server_is_told: self.told,
        }
    }

    pub(super) fn judged(&self, oracle: &Made, seen: &Made) -> (Verdict, Vec<bool>) {
        let (verdict, expected) = judge(&self.rules(), PAIRING, &oracle.run, &seen.run);
        (
            verdict,
            expected.iter().map(|known| known.occurred).collect(),
        )
    }

    pub(super) fn verdict(&self, oracle: &Made, seen: &Made) -> Verdict {
        self.judged(oracle, seen).0
    }

    #[track_caller]
    pub(super) fn passes(&self, oracle: &Made, seen: &Made) {
        let verdict = self.verdict(oracle, seen);
        assert_eq!(verdict, Verdict::Pass, "{verdict}");
    }

    /// Who is blamed, and what is said.
    #[track_caller]
    pub(super) fn blames(&self, oracle: &Made, seen: &Made, expected: (Role, Part), said: &str) {
        let verdict = self.verdict(oracle, seen);
        let blame = verdict.divergence().unwrap_or_else(|| panic!("{verdict}"));
        assert_eq!((blame.role, blame.part), expected, "{verdict}");
        assert_eq!(blame.peer, PAIRING.peer(blame.role));
        assert_eq!(blame.detail, said);
        assert!(!verdict.is_green());
    }
}

pub(super) fn text(text: &str) -> Pattern {
    Pattern::Text(text.as_bytes().to_vec())
}

pub(super) fn expects(pattern: &str) -> Action {
    Action::Expect(Stream::Stdout, text(pattern))
}

pub(super) fn types(line: &str) -> Action {
    Action::Type(line.as_bytes().to_vec())
}

/// A client that asks and prints the answer.
pub(super) fn echo(request: &str, answer: &str, printed: &str) -> Made {
    Made::of(&["client"])
        .prints("client", "say: ")
        .sends("client", request)
        .answers("client", answer)
        .prints("client", printed)
        .closed_by("client", Role::Client)
}

/// Two clients of a chat room: what one sends reaches the other.
pub(super) fn room(relayed: &str) -> Made {
    Made::of(&["x", "o"])
        .sends("x", "hello\n")
        .step()
        .answers("o", relayed)
        .prints("o", relayed)
        .step()
        .closed_by("x", Role::Client)
        .closed_by("o", Role::Client)
}

pub(super) fn room_rules() -> Pairs {
    Pairs::default().playing(&[
        ("x", types("hello\n"), "x types hello"),
        ("o", expects("hello"), "o prints hello"),
    ])
}

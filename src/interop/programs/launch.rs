//! The console programs of every peer, and how those of a pairing are started.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::cases::hello::{Play, Row};
use super::pair::Duet;
use super::run::{Conversation, announced};
use crate::interop::model::fields::Naming;
use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::{Pairing, Peer, Role};
use crate::interop::proxy;
use crate::interop::proxy::endpoint::{Doors, Hop};
use crate::interop::proxy::plan::Network;
use crate::interop::proxy::scripted;
use crate::interop::proxy::scripted::Opening;
use crate::interop::report::PeerEntry;
use crate::interop::toolbox::{Bench, BenchError};
use crate::programs::DEFAULT_PORT;
use crate::programs::charset::Charset;
use crate::system::cache::Cache;
use crate::system::jdk::Lifetime;
use crate::system::process::namespace::Door;
use crate::system::process::{Invocation, StartError};
use crate::system::wait::{Bell, Patience};

/// The programs of every peer, and how long they may take.
#[derive(Debug)]
pub struct Programs {
    bench: Arc<Bench>,
    patience: Patience,
    whose: Whose,
    /// How many conversations have been given up.
    gave_up: AtomicUsize,
}

/// Whose programs are played.
#[derive(Debug)]
enum Whose {
    /// Those of this package and of the JDKs.
    Ours(Duet),
    /// Somebody's own.
    Own(Box<Pairs>),
}

/// How many silent conversations are given the full time before the harness hurries.
const GIVEN_ALL_THE_TIME: usize = 4;

/// How long a silence may last in a run in which others have not come back from theirs. A JVM needs
/// a tenth of a second to start.
const IN_A_HURRY: Duration = Duration::from_secs(2);

impl Programs {
    /// These programs, in Rust and on every JDK of this bench.
    pub fn new(duet: Duet, bench: Arc<Bench>, patience: Patience) -> Self {
        Self::of(Whose::Ours(duet), bench, patience)
    }

    /// Somebody's own pair of programs, and the pair that they are to be like.
    pub fn of_pairs(bench: Arc<Bench>, patience: Patience, pairs: Pairs) -> Self {
        Self::of(Whose::Own(Box::new(pairs)), bench, patience)
    }

    fn of(whose: Whose, bench: Arc<Bench>, patience: Patience) -> Self {
        Self {
            bench,
            patience,
            whose,
            gave_up: AtomicUsize::new(0),
        }
    }

    /// The bench.
    pub fn bench(&self) -> &Bench {
        &self.bench
    }

    /// What the names of their cases begin with.
    pub fn suite(&self) -> &'static str {
        match &self.whose {
            Whose::Ours(duet) => duet.suite(),
            Whose::Own(_) => "pair",
        }
    }

    /// Who can be paired.
    pub fn peers(&self) -> Vec<Peer> {
        match &self.whose {
            Whose::Own(_) => vec![CANDIDATE, REFERENCE],
            Whose::Ours(duet) => duet.peers(&self.bench.javas()),
        }
    }

    /// Whose word counts, and then whose word excuses: the newest JDK, the older ones; on a raw wire
    /// Python, C++.
    pub fn judges(&self) -> Vec<Peer> {
        match &self.whose {
            Whose::Own(_) => vec![REFERENCE],
            Whose::Ours(duet) => duet.judges(&self.bench.javas()),
        }
    }

    /// Whether a network that cuts what is sent otherwise changes what is right.
    pub(crate) fn see_pieces(&self) -> bool {
        match &self.whose {
            Whose::Ours(duet) => duet.sees_pieces(),
            Whose::Own(_) => false,
        }
    }

    /// The invocation of the program that plays `role`, `arguments` being its host and port; none
    /// for the harness itself.
    ///
    /// # Errors
    ///
    /// If the programs cannot be compiled, or there is nothing to run them.
    pub fn invocation(
        &self,
        peer: Peer,
        role: Role,
        arguments: &[String],
    ) -> Result<Option<Invocation>, SetUpError> {
        self.invocation_in(None, peer, role, arguments)
    }

    /// The same, told a character set as well.
    ///
    /// # Errors
    ///
    /// If the Java programs cannot be compiled.
    pub fn invocation_in(
        &self,
        charset: Option<Charset>,
        peer: Peer,
        role: Role,
        arguments: &[String],
    ) -> Result<Option<Invocation>, SetUpError> {
        let duet = match (&self.whose, peer) {
            (_, Peer::Raw) => return Ok(None),
            (Whose::Own(pairs), _) => return Ok(Some(pairs.invocation(peer, role))),
            (Whose::Ours(duet), _) => *duet,
        };
        let (program, more) = match peer {
            Peer::Rust => {
                let program = Invocation::new(self.bench.javatalk()).arg(role.to_string());
                let charset = charset.map(|charset| format!("--charset={charset}"));
                (program.args(charset), duet.rust_arguments(role))
            }
            Peer::Java(feature) => {
                let class = duet.class(role).ok_or(SetUpError::NoProgram(peer))?;
                let program = self.bench.java(feature, Lifetime::Moment, class);
                let program = program.map_err(SetUpError::Bench)?;
                (program, duet.java_arguments(role))
            }
            Peer::Socket(language) if duet == Duet::Raw => {
                let program = self.bench.socket_program(language, role);
                (program.map_err(SetUpError::Bench)?, &[][..])
            }
            Peer::Socket(_) | Peer::Guest(_) | Peer::Raw => {
                return Err(SetUpError::NoProgram(peer));
            }
        };
        let program = program.args(arguments);
        let program = match (peer, charset) {
            (Peer::Java(_), Some(charset)) => program.arg(charset.name()),
            _ => program,
        };
        Ok(Some(program.args(more.iter().copied())))
    }

    /// Plays one pairing of a row, through `network` where a relay stands between the two.
    ///
    /// # Errors
    ///
    /// If it could not even begin.
    pub fn run(
        &self,
        row: &Row,
        network: Network,
        pairing: Pairing,
    ) -> Result<Outcome, SetUpError> {
        let bell = Arc::new(Bell::default());
        let mut conversation = match &row.play {
            Play::Console(stdin) => {
                let doors = Doors::here().map_err(SetUpError::Listen)?;
                let hop = proxy::start(doors, network, &bell);
                self.on_free_ports(pairing, row.charset, stdin, hop, &bell)?
            }
            Play::Raw(script) => {
                let role = match pairing.client {
                    Peer::Raw => Role::Client,
                    Peer::Rust | Peer::Java(_) | Peer::Socket(_) | Peer::Guest(_) => Role::Server,
                };
                let doors = Doors::here().map_err(SetUpError::Listen)?;
                let hop = scripted::start(role, self.opening(), script.clone(), doors, &bell);
                let stdin = self.stdin_against_raw();
                self.on_free_ports(pairing, row.charset, stdin, hop, &bell)?
            }
            Play::DefaultPort(stdin) => {
                match self.in_own_networks(pairing, stdin, network, &bell) {
                    Err(SetUpError::Start(why)) if why.is_no_network() => {
                        if network != Network::default() {
                            return Err(SetUpError::NoRelay(why.reason().to_string()));
                        }
                        return self.on_the_real_port(pairing, stdin, &why.reason().to_string());
                    }
                    conversation => conversation?,
                }
            }
        };
        let waited = bell.wait(self.patience(), || conversation.is_over());
        if waited.is_err() {
            self.gave_up.fetch_add(1, Ordering::Relaxed);
        }
        Ok(conversation.finish(waited))
    }

    /// The first who fall silent are given all the time that there is. If several of them did not
    /// come back, the rest of a run is not spent on waiting for others.
    fn patience(&self) -> Patience {
        let quiet = if self.gave_up.load(Ordering::Relaxed) < GIVEN_ALL_THE_TIME {
            self.patience.quiet
        } else {
            self.patience.quiet.min(IN_A_HURRY)
        };
        Patience {
            quiet,
            ..self.patience
        }
    }

    /// Both at once: the client is received by the hop, whenever the server is ready.
    ///
    /// Both are given the lines, here and below: a server may have something to say of its own. One
    /// that reads no stdin is not disturbed by it.
    fn on_free_ports(
        &self,
        pairing: Pairing,
        charset: Option<Charset>,
        stdin: &[u8],
        hop: Hop,
        bell: &Arc<Bell>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, arguments: &[String]| {
            self.invocation_in(charset, pairing.peer(role), role, arguments)?
                .map(|invocation| invocation.start(self.bench.javatalk(), stdin.to_vec(), bell))
                .transpose()
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server, &["0".to_owned()])?;
        let address = ["localhost".to_owned(), hop.port().to_string()];
        let client = start(Role::Client, &address)?;
        Ok(Conversation::new(client, server, Some(hop)))
    }

    /// Each in a network of its own, where the default port is free and needs no privilege.
    fn in_own_networks(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        network: Network,
        bell: &Arc<Bell>,
    ) -> Result<Conversation, SetUpError> {
        let port = self.default_port();
        let start = |role, door| {
            self.program(pairing, role)?
                .start_in_own_network(self.bench.javatalk(), stdin.to_vec(), bell, door)
                .map_err(SetUpError::Start)
        };
        let (server, to_server) = start(Role::Server, Door::Connector)?;
        let (client, to_client) = start(Role::Client, Door::Listener(port))?;
        let doors = Doors::into_networks(to_client, to_server).map_err(SetUpError::Listen)?;
        let mut hop = proxy::start(doors, network, bell);
        if !self.announces() {
            hop.connect_when_it_listens(port);
        }
        let conversation = Conversation::new(Some(client), Some(server), Some(hop));
        Ok(if self.announces() {
            conversation
        } else {
            conversation.on_port(port)
        })
    }

    /// The port of programs that are told none.
    fn default_port(&self) -> u16 {
        match &self.whose {
            Whose::Ours(_) => DEFAULT_PORT,
            Whose::Own(pairs) => pairs.port,
        }
    }

    /// Whether the server says where it listens.
    fn announces(&self) -> bool {
        matches!(self.whose, Whose::Ours(_))
    }

    fn stdin_against_raw(&self) -> &'static [u8] {
        match &self.whose {
            Whose::Ours(duet) => duet.stdin_against_raw(),
            Whose::Own(_) => b"",
        }
    }

    fn opening(&self) -> Opening {
        match &self.whose {
            Whose::Ours(duet) => duet.opening(),
            Whose::Own(_) => Opening::Piece,
        }
    }

    /// How the reports name what passes: where messages have no lengths, none are made up.
    pub(crate) fn naming(&self) -> Naming {
        match &self.whose {
            Whose::Ours(duet) => match duet.opening() {
                Opening::Utf => Naming::Utf,
                Opening::Line | Opening::Piece => Naming::Raw,
            },
            Whose::Own(pairs) => pairs.naming,
        }
    }

    /// One after the other on the port of this machine, without a relay: nobody can stand between
    /// two programs that know each other's port.
    fn on_the_real_port(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        no_network: &str,
    ) -> Result<Outcome, SetUpError> {
        let failed = |why: String| SetUpError::DefaultPort {
            why,
            no_network: no_network.to_owned(),
        };
        // One at a time, in this process and in others.
        let _lock = Cache::open(self.bench.cache())
            .and_then(|cache| cache.lock("default-port.lock"))
            .map_err(|e| failed(e.to_string()))?;

        let bell = Arc::new(Bell::default());
        let start = |role| {
            self.program(pairing, role)?
                .start(self.bench.javatalk(), stdin.to_vec(), &bell)
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server)?;
        let listens = || {
            if self.announces() {
                announced(&server.stderr()).is_some()
            } else {
                is_listened_on(self.default_port())
            }
        };
        let look = Patience {
            quiet: LOOK_AGAIN,
            ..self.patience
        };
        let deadline = Instant::now() + self.patience.quiet;
        // Nothing rings when a port begins to be listened on, so there it is looked again.
        while bell.wait(look, || listens() || server.is_over()).is_err()
            && Instant::now() < deadline
        {}
        if !listens() && !server.is_over() {
            let conversation = Conversation::new(None, Some(server), None);
            return Ok(Outcome {
                unobserved: Some(no_network.to_owned()),
                ending: Ending::NoListener {
                    port: Some(self.default_port()),
                    seconds: self.patience.quiet.as_secs(),
                },
                ..conversation.finish(Ok(()))
            });
        }
        if !listens() {
            let stderr = server.finish().stderr;
            let stderr = String::from_utf8_lossy(&stderr);
            return Err(failed(
                stderr.lines().next().unwrap_or("silence").to_owned(),
            ));
        }
        let client = start(Role::Client)?;
        let mut conversation = Conversation::new(Some(client), Some(server), None);
        let waited = bell.wait(self.patience, || conversation.is_over());
        Ok(Outcome {
            unobserved: Some(no_network.to_owned()),
            ..conversation.finish(waited)
        })
    }

    /// The invocation without arguments of a role that the harness does not play.
    fn program(&self, pairing: Pairing, role: Role) -> Result<Invocation, SetUpError> {
        let peer = pairing.peer(role);
        self.invocation(peer, role, &[])?
            .ok_or(SetUpError::NoProgram(peer))
    }
}

/// Somebody's own client and server, and the client and server that they are to be like.
///
/// They are started as they are, without a host or a port: theirs is fixed.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// The new client and server.
    pub candidate: [Invocation; 2],
    /// The old ones, which are right.
    pub reference: [Invocation; 2],
    /// The port on which they meet.
    pub port: u16,
    /// How the reports name what passes between them; [`Naming::Raw`] where no one knows.
    pub naming: Naming,
}

/// The pair that is to be proved.
const CANDIDATE: Peer = Peer::Guest("candidate");

/// The pair that is right.
const REFERENCE: Peer = Peer::Guest("reference");

impl Pairs {
    /// What the reports say of the two.
    pub fn entries(&self) -> Vec<PeerEntry> {
        let pairs = [(CANDIDATE, &self.candidate), (REFERENCE, &self.reference)];
        let entry = |(peer, [client, server]): (Peer, &[Invocation; 2])| PeerEntry {
            name: peer.to_string(),
            what: format!("`{client}` and `{server}`"),
            home: String::new(),
            version: String::new(),
        };
        pairs.map(entry).into()
    }

    fn invocation(&self, peer: Peer, role: Role) -> Invocation {
        let [client, server] = if peer == CANDIDATE {
            &self.candidate
        } else {
            &self.reference
        };
        match role {
            Role::Client => client.clone(),
            Role::Server => server.clone(),
        }
    }
}

/// How long it takes at most to notice that a port is listened on.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Whether somebody listens on this port of this machine; asked of the kernel, since to connect
/// would take the one connection that a server accepts.
pub(crate) fn is_listened_on(port: u16) -> bool {
    const LISTEN: &str = "0A";
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().any(|table| {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        table.lines().skip(1).any(|line| {
            let mut words = line.split_whitespace().skip(1);
            let local = words.next().and_then(|address| address.rsplit_once(':'));
            let state = words.nth(1);
            local.is_some_and(|(_, hex)| u16::from_str_radix(hex, 16) == Ok(port))
                && state == Some(LISTEN)
        })
    })
}

/// Why a pairing could not even begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum SetUpError {
    /// The bench has not what it needs.
    Bench(BenchError),
    /// This peer has no such program.
    NoProgram(Peer),
    /// Neither a network of its own nor the port of this machine can be had.
    DefaultPort {
        /// Why not the port of this machine.
        why: String,
        /// Why not a network of its own.
        no_network: String,
    },
    /// Only the relay can make the network rough, and none can stand between the two; why not.
    NoRelay(String),
    /// A program could not be started.
    Start(StartError),
    /// The harness found no port for itself.
    Listen(std::io::Error),
}

impl fmt::Display for SetUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bench(why) => why.fmt(f),
            Self::NoProgram(peer) => write!(f, "{peer} has no such program"),
            Self::DefaultPort { why, no_network } => write!(
                f,
                "its port cannot be had ({why}), and neither can a network in which it \
                 is free ({no_network}); run it as root, or allow user namespaces"
            ),
            Self::NoRelay(why) => write!(
                f,
                "the network cannot be made rough, since no relay can stand between two programs \
                 with a fixed port here ({why}); allow user namespaces"
            ),
            Self::Start(why) => why.fmt(f),
            Self::Listen(why) => write!(f, "no port for the relay: {why}"),
        }
    }
}

impl std::error::Error for SetUpError {}

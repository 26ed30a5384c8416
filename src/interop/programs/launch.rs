//! Starts the console programs of a pairing.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::case::{CaseScript, ChatCase};
use super::pair::ProgramPair;
use super::run::{Conversation, announced};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::proxy;
use crate::interop::proxy::endpoint::{Endpoint, Listeners};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::proxy::scripted;
use crate::interop::toolbox::{Toolbox, ToolboxError};
use crate::programs::DEFAULT_PORT;
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;
use crate::system::cache::Cache;
use crate::system::jdk::Lifetime;
use crate::system::process::namespace::Door;
use crate::system::process::{Invocation, StartError};
use crate::system::wait::{Notify, Timeouts};

/// The programs of one pair, on every peer, and their time limits.
#[derive(Debug)]
pub struct Programs {
    toolbox: Arc<Toolbox>,
    timeouts: Timeouts,
    whose: Whose,
    /// How many conversations have timed out.
    gave_up: AtomicUsize,
}

/// Whose programs are played.
#[derive(Debug)]
enum Whose {
    /// The programs of this package and of the JDKs.
    Ours(ProgramPair),
    Own(Box<ExternalPair>),
}

/// How many conversations get the full idle timeout. Once more than these have timed out, later
/// ones get a short one.
const GIVEN_ALL_THE_TIME: usize = 4;

/// The idle timeout in a run in which several conversations have timed out. A JVM needs a tenth of
/// a second to start.
const IN_A_HURRY: Duration = Duration::from_secs(2);

impl Programs {
    /// The programs of `program_pair`, in Rust and on every JDK of the toolbox.
    pub fn new(program_pair: ProgramPair, toolbox: Arc<Toolbox>, timeouts: Timeouts) -> Self {
        Self::of(Whose::Ours(program_pair), toolbox, timeouts)
    }

    /// A user's own pair of programs, and the pair that it is compared with.
    pub fn of_pairs(toolbox: Arc<Toolbox>, timeouts: Timeouts, pairs: ExternalPair) -> Self {
        Self::of(Whose::Own(Box::new(pairs)), toolbox, timeouts)
    }

    fn of(whose: Whose, toolbox: Arc<Toolbox>, timeouts: Timeouts) -> Self {
        Self {
            toolbox,
            timeouts,
            whose,
            gave_up: AtomicUsize::new(0),
        }
    }

    pub fn toolbox(&self) -> &Toolbox {
        &self.toolbox
    }

    /// The first part of their case names.
    pub fn suite(&self) -> &'static str {
        match &self.whose {
            Whose::Ours(program_pair) => program_pair.suite(),
            Whose::Own(_) => "pair",
        }
    }

    /// The participants that can be paired.
    pub fn peers(&self) -> Vec<Participant> {
        match &self.whose {
            Whose::Own(_) => vec![CANDIDATE, REFERENCE],
            Whose::Ours(program_pair) => program_pair.peers(&self.toolbox.javas()),
        }
    }

    /// The oracle: the newest JDK, on a raw wire Python; none without a JDK.
    pub fn oracle(&self) -> Option<Participant> {
        match &self.whose {
            Whose::Own(_) => Some(REFERENCE),
            Whose::Ours(program_pair) => program_pair.oracle(&self.toolbox.javas()),
        }
    }

    /// Whether the result depends on how the relay splits the bytes.
    pub(crate) fn see_pieces(&self) -> bool {
        match &self.whose {
            Whose::Ours(program_pair) => program_pair.framing().shows_pieces(),
            Whose::Own(_) => false,
        }
    }

    /// The invocation of the program of `peer` in `role`, with `arguments` as its host and port;
    /// `None` for the harness itself.
    ///
    /// # Errors
    ///
    /// If the programs cannot be compiled, or their runtime is missing.
    pub fn invocation(
        &self,
        peer: Participant,
        role: Role,
        arguments: &[String],
    ) -> Result<Option<Invocation>, SetUpError> {
        self.invocation_in(None, peer, role, arguments)
    }

    /// As [`invocation`](Self::invocation), with a charset as well.
    ///
    /// # Errors
    ///
    /// If the Java programs cannot be compiled.
    pub fn invocation_in(
        &self,
        charset: Option<Charset>,
        peer: Participant,
        role: Role,
        arguments: &[String],
    ) -> Result<Option<Invocation>, SetUpError> {
        let program_pair = match (&self.whose, peer) {
            (_, Participant::Raw) => return Ok(None),
            (Whose::Own(pairs), _) => return Ok(Some(pairs.invocation(peer, role))),
            (Whose::Ours(program_pair), _) => *program_pair,
        };
        let (program, more) = match peer {
            Participant::Rust => {
                let program = Invocation::new(self.toolbox.javatalk()).arg(role.to_string());
                let charset = charset.map(|charset| format!("--charset={charset}"));
                (program.args(charset), program_pair.rust_arguments(role))
            }
            Participant::Java(feature) => {
                let class = program_pair
                    .class(role)
                    .ok_or(SetUpError::NoProgram(peer))?;
                let program = self.toolbox.java(feature, Lifetime::Moment, class);
                let program = program.map_err(SetUpError::Toolbox)?;
                (program, program_pair.java_arguments(role).to_vec())
            }
            Participant::Socket(language) if program_pair.has_socket_programs() => {
                let program = self.toolbox.socket_program(language, role);
                (program.map_err(SetUpError::Toolbox)?, Vec::new())
            }
            Participant::Socket(_) | Participant::ExternalPeer(_) | Participant::Raw => {
                return Err(SetUpError::NoProgram(peer));
            }
        };
        let program = program.args(arguments);
        let program = match (peer, charset) {
            (Participant::Java(_), Some(charset)) => program.arg(charset.name()),
            _ => program,
        };
        Ok(Some(program.args(more)))
    }

    /// Plays one pairing of an input. `network` applies if a relay is used.
    ///
    /// # Errors
    ///
    /// If the programs cannot be started.
    pub fn run(
        &self,
        row: &ChatCase,
        network: NetworkPlan,
        pairing: Pairing,
    ) -> Result<Outcome, SetUpError> {
        let notify = Arc::new(Notify::default());
        let mut conversation = match &row.play {
            CaseScript::Console(stdin) => {
                let listeners = Listeners::here().map_err(SetUpError::Listen)?;
                let endpoint = proxy::start(listeners, network, &notify);
                self.on_free_ports(pairing, row.charset, stdin, endpoint, &notify)?
            }
            CaseScript::Raw(script) => {
                let role = match pairing.client {
                    Participant::Raw => Role::Client,
                    Participant::Rust
                    | Participant::Java(_)
                    | Participant::Socket(_)
                    | Participant::ExternalPeer(_) => Role::Server,
                };
                let listeners = Listeners::here().map_err(SetUpError::Listen)?;
                // What is not known to be framed is read as it comes.
                let framing = self.framing(row.charset).unwrap_or(Framing::Raw);
                let endpoint = scripted::start(role, framing, script.clone(), listeners, &notify);
                let stdin = self.stdin_against_raw();
                self.on_free_ports(pairing, row.charset, stdin, endpoint, &notify)?
            }
            CaseScript::DefaultPort(stdin) => {
                match self.in_own_networks(pairing, stdin, network, &notify) {
                    Err(SetUpError::Start(why)) if why.is_no_network() => {
                        if network != NetworkPlan::default() {
                            return Err(SetUpError::NoRelay(why.reason().to_string()));
                        }
                        return self.on_the_real_port(pairing, stdin, &why.reason().to_string());
                    }
                    conversation => conversation?,
                }
            }
        };
        let waited = notify.wait(self.timeouts(), || conversation.is_over());
        if waited.is_err() {
            self.gave_up.fetch_add(1, Ordering::Relaxed);
        }
        Ok(conversation.finish(waited))
    }

    /// The first conversations that time out get the full timeouts. After several of them, the rest
    /// of the run no longer waits that long.
    fn timeouts(&self) -> Timeouts {
        let idle = if self.gave_up.load(Ordering::Relaxed) < GIVEN_ALL_THE_TIME {
            self.timeouts.idle
        } else {
            self.timeouts.idle.min(IN_A_HURRY)
        };
        Timeouts {
            idle,
            ..self.timeouts
        }
    }

    /// Starts both programs at once: the endpoint accepts the client, and connects to the server
    /// when it is ready.
    ///
    /// Both programs get the lines on stdin, here and below: a server may have lines of its own to
    /// send. A server that does not read stdin ignores them.
    fn on_free_ports(
        &self,
        pairing: Pairing,
        charset: Option<Charset>,
        stdin: &[u8],
        endpoint: Endpoint,
        notify: &Arc<Notify>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, arguments: &[String]| {
            self.invocation_in(charset, pairing.peer(role), role, arguments)?
                .map(|invocation| invocation.start(self.toolbox.javatalk(), stdin.to_vec(), notify))
                .transpose()
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server, &["0".to_owned()])?;
        let address = ["localhost".to_owned(), endpoint.port().to_string()];
        let client = start(Role::Client, &address)?;
        Ok(Conversation::new(client, server, Some(endpoint)))
    }

    /// Starts each program in a network namespace of its own, where the default port is free and
    /// needs no privilege.
    fn in_own_networks(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        network: NetworkPlan,
        notify: &Arc<Notify>,
    ) -> Result<Conversation, SetUpError> {
        let port = self.default_port();
        let start = |role, door| {
            self.program(pairing, role)?
                .start_in_own_network(self.toolbox.javatalk(), stdin.to_vec(), notify, door)
                .map_err(SetUpError::Start)
        };
        let (server, to_server) = start(Role::Server, Door::Connector)?;
        let (client, to_client) = start(Role::Client, Door::Listener(port))?;
        let listeners =
            Listeners::into_networks(to_client, to_server).map_err(SetUpError::Listen)?;
        let mut endpoint = proxy::start(listeners, network, notify);
        if !self.announces() {
            endpoint.connect_when_it_listens(port);
        }
        let conversation = Conversation::new(Some(client), Some(server), Some(endpoint));
        Ok(if self.announces() {
            conversation
        } else {
            conversation.on_port(port)
        })
    }

    /// The port that the programs use without arguments.
    fn default_port(&self) -> u16 {
        match &self.whose {
            Whose::Ours(_) => DEFAULT_PORT,
            Whose::Own(pairs) => pairs.port,
        }
    }

    /// Whether the server announces its port.
    fn announces(&self) -> bool {
        matches!(self.whose, Whose::Ours(_))
    }

    fn stdin_against_raw(&self) -> &'static [u8] {
        match &self.whose {
            Whose::Ours(program_pair) => program_pair.stdin_against_raw(),
            Whose::Own(_) => b"",
        }
    }

    /// How messages are framed, in this charset if one is given; `None` if the protocol of a user's
    /// own programs is unknown.
    pub(crate) fn framing(&self, charset: Option<Charset>) -> Option<Framing> {
        match &self.whose {
            Whose::Ours(program_pair) => Some(program_pair.framing_in(charset)),
            Whose::Own(pairs) => pairs.framing,
        }
    }

    /// Starts one pairing at a time on the real default port, without a relay: both programs use
    /// the same port, so no relay can be placed between them.
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
        // Only one at a time, in this process and in all others.
        let _lock = Cache::open(self.toolbox.cache())
            .and_then(|cache| cache.lock("default-port.lock"))
            .map_err(|e| failed(e.to_string()))?;

        let notify = Arc::new(Notify::default());
        let start = |role| {
            self.program(pairing, role)?
                .start(self.toolbox.javatalk(), stdin.to_vec(), &notify)
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
        let look = Timeouts {
            idle: LOOK_AGAIN,
            ..self.timeouts
        };
        let deadline = Instant::now() + self.timeouts.idle;
        // No event announces that a port starts to be listened on, so the loop checks repeatedly.
        while notify.wait(look, || listens() || server.is_over()).is_err()
            && Instant::now() < deadline
        {}
        if !listens() && !server.is_over() {
            let conversation = Conversation::new(None, Some(server), None);
            return Ok(Outcome {
                unobserved: Some(no_network.to_owned()),
                ending: Ending::NoListener {
                    port: Some(self.default_port()),
                    seconds: self.timeouts.idle.as_secs(),
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
        let waited = notify.wait(self.timeouts, || conversation.is_over());
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

/// A user's own client and server, and the client and server that they are compared with.
///
/// They are started as they are, without a host or port: theirs are fixed.
#[derive(Debug, Clone)]
pub struct ExternalPair {
    /// The candidate client and server.
    pub candidate: [Invocation; 2],
    /// The reference client and server, which are right by definition.
    pub reference: [Invocation; 2],
    /// The port on which client and server meet.
    pub port: u16,
    /// How their messages are framed; `None` if that is unknown. The reports name the bytes
    /// accordingly.
    pub framing: Option<Framing>,
}

/// The pair under test.
const CANDIDATE: Participant = Participant::ExternalPeer("candidate");

/// The pair it is compared with.
const REFERENCE: Participant = Participant::ExternalPeer("reference");

impl ExternalPair {
    /// The entries of both pairs for the reports.
    pub fn entries(&self) -> Vec<PeerEntry> {
        let pairs = [(CANDIDATE, &self.candidate), (REFERENCE, &self.reference)];
        let entry = |(peer, [client, server]): (Participant, &[Invocation; 2])| PeerEntry {
            name: peer.to_string(),
            what: format!("`{client}` and `{server}`"),
            home: String::new(),
            version: String::new(),
        };
        pairs.map(entry).into()
    }

    fn invocation(&self, peer: Participant, role: Role) -> Invocation {
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

/// How often the harness checks whether a port is listened on.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Whether a program listens on this port of this machine. The kernel is asked: to connect would
/// use up the only connection that a server accepts.
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

/// Why a pairing could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum SetUpError {
    /// A JDK, compiler or interpreter is missing.
    Toolbox(ToolboxError),
    /// This peer has no such program.
    NoProgram(Participant),
    /// Neither a network namespace nor the real port is available.
    DefaultPort {
        /// Why the real port is not available.
        why: String,
        /// Why a network namespace is not available.
        no_network: String,
    },
    /// The network plan needs a relay, and no relay can be placed between the two programs, for
    /// this reason.
    NoRelay(String),
    Start(StartError),
    /// The harness could not open a port.
    Listen(std::io::Error),
}

impl fmt::Display for SetUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toolbox(why) => why.fmt(f),
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

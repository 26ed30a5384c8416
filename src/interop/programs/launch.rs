//! Starts the console programs of a pairing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::case::{CaseScript, ChatCase};
use super::pair::ProgramPair;
use super::run::Conversation;
use super::set_up_error::SetUpError;
use crate::interop::model::observation::Outcome;
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::proxy;
use crate::interop::proxy::endpoint::{Endpoint, Listeners};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::proxy::scripted;
use crate::interop::toolbox::Toolbox;
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;
use crate::system::cache::facts::Facts;
use crate::system::jdk::{Freshness, Lifetime};
use crate::system::process::{Invocation, Running};
use crate::system::wait::{Notify, Timeouts};

/// The programs of one pair, on every peer, and their time limits.
#[derive(Debug)]
pub struct Programs {
    pub(super) toolbox: Arc<Toolbox>,
    pub(super) timeouts: Timeouts,
    pub(in crate::interop) program_pair: ProgramPair,
    /// How many conversations have timed out.
    timed_out: AtomicUsize,
}

/// Which programs are started, and how.
#[derive(Debug, Clone, Copy)]
struct Launch {
    pairing: Pairing,
    freshness: Freshness,
    /// The charset that both are given, if any.
    charset: Option<Charset>,
}

/// How many conversations get the full idle timeout. Once more than these have timed out, later
/// ones get a short one.
const FULL_TIMEOUTS: usize = 4;

/// The idle timeout in a run in which several conversations have timed out. A JVM needs a tenth of
/// a second to start.
const SHORT_IDLE_TIMEOUT: Duration = Duration::from_secs(2);

impl Programs {
    /// The programs of `program_pair`, in Rust and on every JDK of the toolbox.
    pub fn new(program_pair: ProgramPair, toolbox: Arc<Toolbox>, timeouts: Timeouts) -> Self {
        Self {
            toolbox,
            timeouts,
            program_pair,
            timed_out: AtomicUsize::new(0),
        }
    }

    pub fn toolbox(&self) -> &Toolbox {
        &self.toolbox
    }

    /// The first part of their case names.
    pub fn suite(&self) -> &'static str {
        self.program_pair.suite()
    }

    /// The participants that can be paired.
    pub fn peers(&self) -> Vec<Participant> {
        self.program_pair.peers(&self.toolbox.javas())
    }

    /// The oracle: the newest JDK, on a raw wire Python; none without a JDK.
    pub fn oracle(&self) -> Option<Participant> {
        self.program_pair.oracle(&self.toolbox.javas())
    }

    /// The inputs for which the oracle is known to be stable; `None` if there is none, or if this
    /// cannot be kept.
    pub(crate) fn stable(&self) -> Option<&Facts> {
        self.toolbox.stable(self.oracle()?)
    }

    /// Whether the result depends on how the relay splits the bytes.
    pub(crate) fn see_pieces(&self) -> bool {
        self.program_pair.framing().shows_pieces()
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
        let program_pair = self.program_pair;
        let program = match peer {
            Participant::Rust => {
                let program = Invocation::new(self.toolbox.javatalk()).arg(role.to_string());
                let charset = charset.map(|charset| format!("--charset={charset}"));
                let more = program_pair.rust_arguments(role);
                program.args(charset).args(arguments).args(more)
            }
            Participant::Java(feature) => {
                let class = self.class(peer, role)?;
                let program = self.toolbox.java(feature, Lifetime::Moment, class)?;
                program.args(self.java_arguments(charset, role, arguments))
            }
            Participant::Socket(language) if program_pair.has_socket_programs() => {
                let program = self.toolbox.socket_program(language, role)?;
                program.args(arguments)
            }
            Participant::Raw => return Ok(None),
            Participant::Socket(_) | Participant::ExternalPeer(_) => {
                return Err(SetUpError::NoProgram(peer));
            }
        };
        Ok(Some(program))
    }

    fn class(&self, peer: Participant, role: Role) -> Result<&'static str, SetUpError> {
        let class = self.program_pair.class(role);
        class.ok_or(SetUpError::NoProgram(peer))
    }

    /// All arguments of the Java program for `role`; `arguments` are its host and port.
    fn java_arguments(
        &self,
        charset: Option<Charset>,
        role: Role,
        arguments: &[String],
    ) -> Vec<String> {
        let charset = charset.map(|charset| charset.name().to_owned());
        let more = self.program_pair.java_arguments(role).iter().copied();
        let mut all = arguments.to_vec();
        all.extend(charset);
        all.extend(more.map(str::to_owned));
        all
    }

    /// Plays one pairing of an input. `network` applies if a relay is used. Programs that use their
    /// default port always run in fresh JVMs.
    ///
    /// # Errors
    ///
    /// If the programs cannot be started.
    pub fn run(
        &self,
        row: &ChatCase,
        network: NetworkPlan,
        pairing: Pairing,
        freshness: Freshness,
    ) -> Result<Outcome, SetUpError> {
        let notify = Arc::new(Notify::default());
        let mut conversation = match &row.play {
            CaseScript::Console(stdin) => {
                let listeners = Listeners::here().map_err(SetUpError::Listen)?;
                let endpoint = proxy::start(listeners, network, &notify);
                self.on_free_ports(
                    Launch {
                        pairing,
                        freshness,
                        charset: row.charset,
                    },
                    stdin,
                    endpoint,
                    &notify,
                )?
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
                let framing = self.framing(row.charset);
                let endpoint = scripted::start(role, framing, script.clone(), listeners, &notify);
                let stdin = self.stdin_against_raw();
                self.on_free_ports(
                    Launch {
                        pairing,
                        freshness,
                        charset: row.charset,
                    },
                    stdin,
                    endpoint,
                    &notify,
                )?
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
            self.timed_out.fetch_add(1, Ordering::Relaxed);
        }
        Ok(conversation.finish(waited))
    }

    /// The first conversations that time out get the full timeouts. After several of them, the rest
    /// of the run no longer waits that long.
    fn timeouts(&self) -> Timeouts {
        let idle = if self.timed_out.load(Ordering::Relaxed) < FULL_TIMEOUTS {
            self.timeouts.idle
        } else {
            self.timeouts.idle.min(SHORT_IDLE_TIMEOUT)
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
        launch: Launch,
        stdin: &[u8],
        endpoint: Endpoint,
        notify: &Arc<Notify>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, arguments: &[String]| self.start(launch, role, arguments, stdin, notify);
        let server = start(Role::Server, &["0".to_owned()])?;
        let address = ["localhost".to_owned(), endpoint.port().to_string()];
        let client = start(Role::Client, &address)?;
        Ok(Conversation::new(client, server, Some(endpoint)))
    }

    /// Starts the program for `role`; none for the harness itself.
    fn start(
        &self,
        launch: Launch,
        role: Role,
        arguments: &[String],
        stdin: &[u8],
        notify: &Arc<Notify>,
    ) -> Result<Option<Running>, SetUpError> {
        let Launch {
            pairing,
            freshness,
            charset,
        } = launch;
        let peer = pairing.peer(role);
        if let (Participant::Java(feature), Freshness::Warm) = (peer, freshness) {
            let class = self.class(peer, role)?;
            let arguments = self.java_arguments(charset, role, arguments);
            let toolbox = &self.toolbox;
            let running = toolbox.start_warm(feature, class, &arguments, stdin, notify)?;
            if running.is_some() {
                return Ok(running);
            }
        }
        self.invocation_in(charset, peer, role, arguments)?
            .map(|invocation| invocation.start(self.toolbox.javatalk(), stdin.to_vec(), notify))
            .transpose()
            .map_err(SetUpError::Start)
    }

    fn stdin_against_raw(&self) -> &'static [u8] {
        self.program_pair.stdin_against_raw()
    }

    /// How messages are framed, in this charset if one is given.
    pub(crate) fn framing(&self, charset: Option<Charset>) -> Framing {
        self.program_pair.framing_in(charset)
    }
}

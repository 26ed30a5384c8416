//! Where the programs are, and how those of a pairing are started.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::conversation::{Conversation, announced};
use super::rows::{Play, STDIN_AGAINST_RAW};
use crate::chat::DEFAULT_PORT;
use crate::interop::bell::{Bell, GaveUp, Patience};
use crate::interop::hop::{Doors, Hop};
use crate::interop::jdk::{self, Classes, CompileError, Jdk};
use crate::interop::outcome::Outcome;
use crate::interop::pairing::{Pairing, Peer, Role};
use crate::interop::process::network::Door;
use crate::interop::process::{Invocation, StartError};
use crate::interop::{raw, relay};

/// Where the programs are, and how long they may take.
#[derive(Debug)]
pub struct Bench {
    javatalk: PathBuf,
    cache: PathBuf,
    jdks: Vec<Jdk>,
    classes: BTreeMap<u32, OnceLock<Result<Classes, Arc<CompileError>>>>,
    patience: Patience,
    /// How many conversations have been given up.
    gave_up: AtomicUsize,
}

/// After so long a silence it is asked whether there is any hope left.
const SUSPICION: Duration = Duration::from_secs(1);

/// How many silent conversations are given the full time before the harness hurries.
const GIVEN_ALL_THE_TIME: usize = 4;

/// How long a silence may last in a run in which others have not come back from theirs. A JVM needs
/// a tenth of a second to start.
const IN_A_HURRY: Duration = Duration::from_secs(2);

impl Bench {
    /// A bench with the executable `javatalk`, these JDKs, and a folder that keeps their classes.
    ///
    /// Nothing is compiled and nothing is started before it is needed.
    pub fn new(javatalk: PathBuf, jdks: Vec<Jdk>, cache: PathBuf, patience: Patience) -> Self {
        let classes = jdks
            .iter()
            .map(|jdk| (jdk.feature(), OnceLock::new()))
            .collect();
        Self {
            javatalk,
            cache,
            jdks,
            classes,
            patience,
            gave_up: AtomicUsize::new(0),
        }
    }

    /// The JDKs, oldest first.
    pub fn jdks(&self) -> &[Jdk] {
        &self.jdks
    }

    /// The feature releases, oldest first.
    pub fn javas(&self) -> Vec<u32> {
        self.jdks.iter().map(Jdk::feature).collect()
    }

    /// The invocation of the program that plays `role`, `argument` being its host and port; none
    /// for the harness itself.
    ///
    /// # Errors
    ///
    /// If the Java programs cannot be compiled.
    pub fn invocation(
        &self,
        peer: Peer,
        role: Role,
        arguments: &[String],
    ) -> Result<Option<Invocation>, SetUpError> {
        let invocation = match peer {
            Peer::Raw | Peer::Guest(_) => return Ok(None),
            Peer::Rust => Invocation::new(&self.javatalk).arg(role.to_string()),
            Peer::Java(feature) => {
                let jdk = self
                    .jdks
                    .iter()
                    .find(|jdk| jdk.feature() == feature)
                    .ok_or(SetUpError::NoSuchJdk(feature))?;
                // The classes are called `client` and `server`.
                jdk::java(jdk, self.classes(jdk)?.folder(), &role.to_string())
            }
        };
        Ok(Some(invocation.args(arguments)))
    }

    /// The compiled classes for `jdk`, compiled now if they are not there.
    ///
    /// # Errors
    ///
    /// If they cannot be compiled.
    pub fn classes(&self, jdk: &Jdk) -> Result<&Classes, SetUpError> {
        self.classes
            .get(&jdk.feature())
            .ok_or(SetUpError::NoSuchJdk(jdk.feature()))?
            .get_or_init(|| {
                Classes::of(jdk, &self.jdks, &self.cache, &self.javatalk).map_err(Arc::new)
            })
            .as_ref()
            .map_err(|why| SetUpError::Compile(Arc::clone(why)))
    }

    /// Plays one pairing.
    ///
    /// With the outcome of the `oracle` at hand, a conversation that has already gone another way
    /// and then falls silent is given up early.
    ///
    /// # Errors
    ///
    /// If it could not even begin.
    pub fn run(
        &self,
        play: &Play,
        pairing: Pairing,
        oracle: Option<&Outcome>,
    ) -> Result<Outcome, SetUpError> {
        let bell = Arc::new(Bell::default());
        let mut conversation = match play {
            Play::Console(stdin) => {
                let hop = relay::start(Doors::here().map_err(SetUpError::Listen)?, &bell);
                self.on_free_ports(pairing, stdin, hop, &bell)?
            }
            Play::Raw(script) => {
                let role = match pairing.client {
                    Peer::Raw => Role::Client,
                    Peer::Rust | Peer::Java(_) | Peer::Guest(_) => Role::Server,
                };
                let doors = Doors::here().map_err(SetUpError::Listen)?;
                let hop = raw::start(role, script.clone(), doors, &bell);
                self.on_free_ports(pairing, STDIN_AGAINST_RAW, hop, &bell)?
            }
            Play::DefaultPort(stdin) => match self.in_own_networks(pairing, stdin, &bell) {
                Err(SetUpError::Start(why)) if why.is_no_network() => {
                    return self.on_the_real_port(pairing, stdin, &why.reason().to_string());
                }
                conversation => conversation?,
            },
        };
        let suspicion = Patience {
            quiet: SUSPICION.min(self.patience.quiet),
            ..self.patience
        };
        let mut waited = bell.wait(suspicion, || conversation.is_over());
        let hopeless = || oracle.is_some_and(|oracle| conversation.has_parted_from(oracle));
        if waited == Err(GaveUp::Quiet) && !hopeless() {
            waited = bell.wait(self.patience(), || conversation.is_over());
        }
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
    fn on_free_ports(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        hop: Hop,
        bell: &Arc<Bell>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, arguments: &[String], stdin: &[u8]| {
            self.invocation(pairing.peer(role), role, arguments)?
                .map(|invocation| invocation.start(&self.javatalk, stdin.to_vec(), bell))
                .transpose()
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server, &["0".to_owned()], b"")?;
        let address = ["localhost".to_owned(), hop.port().to_string()];
        let client = start(Role::Client, &address, stdin)?;
        Ok(Conversation::new(client, server, Some(hop)))
    }

    /// Each in a network of its own, where the default port is free and needs no privilege.
    fn in_own_networks(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        bell: &Arc<Bell>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, stdin: &[u8], door| {
            self.program(pairing, role)?
                .start_in_own_network(&self.javatalk, stdin.to_vec(), bell, door)
                .map_err(SetUpError::Start)
        };
        let (server, to_server) = start(Role::Server, b"", Door::Connector)?;
        let (client, to_client) = start(Role::Client, stdin, Door::Listener(DEFAULT_PORT))?;
        let doors = Doors::into_networks(to_client, to_server).map_err(SetUpError::Listen)?;
        let hop = relay::start(doors, bell);
        Ok(Conversation::new(Some(client), Some(server), Some(hop)))
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
        let lock = std::fs::create_dir_all(&self.cache)
            .and_then(|()| File::create(self.cache.join("default-port.lock")))
            .map_err(|e| failed(e.to_string()))?;
        lock.lock().map_err(|e| failed(e.to_string()))?;

        let bell = Arc::new(Bell::default());
        let start = |role, stdin: &[u8]| {
            self.program(pairing, role)?
                .start(&self.javatalk, stdin.to_vec(), &bell)
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server, b"")?;
        let listens = || announced(&server.stderr()).is_some();
        let _ = bell.wait(self.patience, || listens() || server.is_over());
        if !listens() {
            let stderr = server.finish().stderr;
            let stderr = String::from_utf8_lossy(&stderr);
            return Err(failed(
                stderr.lines().next().unwrap_or("silence").to_owned(),
            ));
        }
        let client = start(Role::Client, stdin)?;
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

    /// The executable that plays the Rust roles and guards all programs.
    pub fn javatalk(&self) -> &Path {
        &self.javatalk
    }
}

/// Why a pairing could not even begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum SetUpError {
    /// No JDK of this feature release was found.
    NoSuchJdk(u32),
    /// The harness itself was asked for as a program.
    NoProgram(Peer),
    /// Neither a network of its own nor the port of this machine can be had.
    DefaultPort {
        /// Why not the port of this machine.
        why: String,
        /// Why not a network of its own.
        no_network: String,
    },
    /// The Java programs could not be compiled.
    Compile(Arc<CompileError>),
    /// A program could not be started.
    Start(StartError),
    /// The harness found no port for itself.
    Listen(std::io::Error),
}

impl fmt::Display for SetUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchJdk(feature) => write!(f, "no JDK {feature} was found"),
            Self::NoProgram(peer) => write!(f, "{peer} is no program"),
            Self::DefaultPort { why, no_network } => write!(
                f,
                "port {DEFAULT_PORT} cannot be had ({why}), and neither can a network in which it \
                 is free ({no_network}); run it as root, or allow user namespaces"
            ),
            Self::Compile(why) => why.fmt(f),
            Self::Start(why) => why.fmt(f),
            Self::Listen(why) => write!(f, "no port for the relay: {why}"),
        }
    }
}

impl std::error::Error for SetUpError {}

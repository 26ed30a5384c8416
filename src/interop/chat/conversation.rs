//! One run of one pairing: who is started how, what connects them, and when it is over.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::rows::{Play, STDIN_AGAINST_RAW};
use crate::interop::bell::{Bell, GaveUp, Patience};
use crate::interop::hop::Hop;
use crate::interop::jdk::{self, Classes, CompileError, Jdk};
use crate::interop::outcome::{Ending, Outcome};
use crate::interop::pairing::{Pairing, Peer, Role};
use crate::interop::process::{Exit, Finished, Invocation, Running, StartError};
use crate::interop::{raw, relay};

/// Where the programs are, and how long they may take.
#[derive(Debug)]
pub struct Bench {
    javatalk: PathBuf,
    cache: PathBuf,
    jdks: Vec<Jdk>,
    classes: BTreeMap<u32, OnceLock<Result<Classes, Arc<CompileError>>>>,
    patience: Patience,
}

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
            Peer::Raw => return Ok(None),
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
    /// # Errors
    ///
    /// If it could not even begin.
    pub fn run(&self, play: &Play, pairing: Pairing) -> Result<Outcome, SetUpError> {
        let bell = Arc::new(Bell::default());
        let hop = match (play, pairing.client, pairing.server) {
            (Play::Raw(script), Peer::Raw, _) => raw::start(Role::Client, script.clone(), &bell),
            (Play::Raw(script), _, _) => raw::start(Role::Server, script.clone(), &bell),
            (Play::Console(_), _, _) => relay::start(&bell),
        }
        .map_err(SetUpError::Listen)?;
        let stdin = match play {
            Play::Console(stdin) => stdin,
            Play::Raw(_) => STDIN_AGAINST_RAW,
        };
        let start = |role, arguments: &[String], stdin: &[u8]| {
            self.invocation(pairing.peer(role), role, arguments)?
                .map(|invocation| invocation.start(&self.javatalk, stdin.to_vec(), &bell))
                .transpose()
                .map_err(SetUpError::Start)
        };
        // Both at once: the client is received by the hop, whenever the server is ready.
        let server = start(Role::Server, &["0".to_owned()], b"")?;
        let port = hop.port().to_string();
        let client = start(Role::Client, &["localhost".to_owned(), port], stdin)?;
        let mut conversation = Conversation {
            client,
            server,
            hop,
            server_found: false,
            ending: None,
        };
        let waited = bell.wait(self.patience, || conversation.is_over());
        Ok(conversation.finish(waited))
    }

    /// The executable that plays the Rust roles and guards all programs.
    pub fn javatalk(&self) -> &Path {
        &self.javatalk
    }
}

struct Conversation {
    client: Option<Running>,
    server: Option<Running>,
    hop: Hop,
    server_found: bool,
    ending: Option<Ending>,
}

impl Conversation {
    /// Looks at what has changed, does what is to be done about it, and says whether that was all.
    fn is_over(&mut self) -> bool {
        if self.client.is_none() && self.server.as_ref().is_some_and(has_greeted)
            || self.server.is_none()
        {
            self.hop.peer_waits();
        }
        if !self.server_found
            && let Some(server) = &self.server
        {
            match announced(&server.stderr()) {
                Some(Ok(port)) => {
                    self.server_found = true;
                    self.hop
                        .connect_to(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
                }
                Some(Err(line)) => self.ending = Some(Ending::Unreachable(line)),
                None if server.is_over() => self.ending = Some(Ending::NeverListened),
                None => {}
            }
        }
        if let Some(client) = &self.client
            && client.is_over()
            && !self.hop.is_connected()
        {
            self.hop.last_call();
            if self.hop.is_over() && !self.hop.is_connected() {
                self.ending = Some(Ending::NeverConnected);
            }
        }
        if self.hop.is_over()
            && let (_, Some(trouble)) = self.hop.record()
        {
            self.ending = Some(Ending::Unreachable(trouble));
        }
        let programs_over = [&self.client, &self.server]
            .into_iter()
            .flatten()
            .all(Running::is_over);
        self.ending.is_some() || programs_over && self.hop.is_over()
    }

    fn finish(self, waited: Result<(), GaveUp>) -> Outcome {
        // Before anything is killed: that would leave its marks.
        let (wire, _) = self.hop.record();
        let roles = [(Role::Client, &self.client), (Role::Server, &self.server)];
        let running = || {
            roles
                .iter()
                .filter(|(_, program)| program.as_ref().is_some_and(|p| !p.is_over()))
                .map(|(role, _)| *role)
                .collect()
        };
        let crash = || {
            roles.iter().find_map(|(role, program)| {
                let exit = program.as_ref()?.exit()?;
                is_crash(exit).then_some(Ending::Crashed(*role, exit))
            })
        };
        let ending = match (crash(), waited) {
            (Some(crash), _) => crash,
            (None, Ok(())) => self.ending.clone().unwrap_or(Ending::Complete),
            (None, Err(GaveUp::Quiet)) => Ending::Silent(running()),
            (None, Err(GaveUp::Overdue)) => Ending::Overdue(running()),
        };
        let finish =
            |program: Option<Running>| -> Option<Finished> { program.map(Running::finish) };
        Outcome {
            client: finish(self.client),
            server: finish(self.server),
            wire,
            ending,
        }
    }
}

/// Whether the server has accepted somebody, and so waits for a message.
fn has_greeted(server: &Running) -> bool {
    const LINES: usize = 2;
    server
        .stdout()
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
        >= LINES
}

/// The port that the server says it listens on, once the line is whole; the line if it makes no
/// sense.
pub fn announced(stderr: &[u8]) -> Option<Result<u16, String>> {
    const ANNOUNCEMENT: &str = "listening on ";
    let text = String::from_utf8_lossy(stderr);
    let line = text
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .find_map(|line| line.trim_end_matches('\r').strip_prefix(ANNOUNCEMENT))?;
    let port = line
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
        .filter(|&port| port != 0);
    Some(port.ok_or_else(|| format!("it says {:?}", format!("{ANNOUNCEMENT}{line}"))))
}

/// A program that failed on purpose ends by itself; a panic of a Rust program ends with 101.
fn is_crash(exit: Exit) -> bool {
    matches!(exit, Exit::Signal(_) | Exit::Code(101))
}

/// Why a pairing could not even begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum SetUpError {
    /// No JDK of this feature release was found.
    NoSuchJdk(u32),
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
            Self::Compile(why) => why.fmt(f),
            Self::Start(why) => why.fmt(f),
            Self::Listen(why) => write!(f, "no port for the relay: {why}"),
        }
    }
}

impl std::error::Error for SetUpError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_counts_once_its_line_is_whole() {
        assert_eq!(announced(b"listening on 0.0.0.0:123"), None);
        assert_eq!(
            announced(b"noise\nlistening on 0.0.0.0:123\n"),
            Some(Ok(123))
        );
        assert_eq!(announced(b"listening on [::1]:7\r\n"), Some(Ok(7)));
    }

    #[test]
    fn a_port_that_is_none_is_quoted() {
        for line in [
            "listening on x",
            "listening on x:",
            "listening on x:0",
            "listening on x:65536",
        ] {
            let said = announced(format!("{line}\n").as_bytes());
            assert_eq!(said, Some(Err(format!("it says {line:?}"))));
        }
    }
}

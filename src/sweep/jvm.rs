//! A JVM that runs `Sweep.java`, and what it is asked.

use std::path::Path;
use std::time::Duration;
use std::{fmt, io};

use super::block::Work;
use super::outcome::{Checksum, Outcome, parse};
use crate::system::jdk;
use crate::system::jdk::{Classes, Jdk, Lifetime};
use crate::system::process::{RequestPipe, StartError, advised};

/// A JVM that says what Java does.
#[derive(Debug)]
pub struct ReferenceJvm {
    feature: u32,
    dialogue: RequestPipe,
}

impl ReferenceJvm {
    /// Starts a JVM of this JDK with these classes; `javatalk` is the executable that guards it.
    ///
    /// # Errors
    ///
    /// If the JVM does not start, or says something else than `Sweep.java` would.
    pub fn start(jdk: &Jdk, classes: &Classes, javatalk: &Path) -> Result<Self, ReferenceJvmError> {
        let mut dialogue = jdk::java(jdk, Lifetime::Sweep, classes.folder(), CLASS)
            .talk(javatalk, PATIENCE)
            .map_err(ReferenceJvmError::Start)?;
        let mut hello = [0; HELLO.len()];
        match dialogue.receive(&mut hello) {
            Ok(()) if hello == HELLO => Ok(Self {
                feature: jdk.feature(),
                dialogue,
            }),
            Ok(()) => {
                let why = io::Error::other(format!("it said {hello:02x?} first"));
                Err(ReferenceJvmError::gone(dialogue, &why))
            }
            Err(why) => Err(ReferenceJvmError::gone(dialogue, &why)),
        }
    }

    /// The feature release of the JDK.
    pub fn feature(&self) -> u32 {
        self.feature
    }

    /// Asks what all calls of a block come to.
    ///
    /// # Errors
    ///
    /// If the JVM is gone, or what it says cannot be understood.
    pub fn outcomes(&mut self, work: &Work) -> io::Result<Vec<Outcome>> {
        let expected = self.ask(&work.encode(true))?;
        let mut bytes = vec![0; usize::try_from(expected.length).unwrap_or_default()];
        self.dialogue.receive(&mut bytes)?;
        if Checksum::of(&bytes) != expected {
            return Err(io::Error::other("the checksum does not fit the outcomes"));
        }
        parse(&bytes).ok_or_else(|| io::Error::other("the outcomes make no sense"))
    }

    /// Asks for the checksum of the outcomes; `request` is an encoded block.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Checksum> {
        let length = u32::try_from(request.len())
            .map_err(|_| io::Error::other("a block of more than 2 GiB"))?;
        self.dialogue.send(&length.to_be_bytes())?;
        self.dialogue.send(request)?;
        let mut answer = [0; 8];
        self.dialogue.receive(&mut answer)?;
        let [a, b, c, d, rest @ ..] = answer;
        Ok(Checksum {
            length: u32::from_be_bytes([a, b, c, d]),
            crc: u32::from_be_bytes(rest),
        })
    }

    /// Ends the JVM that has failed, and says how.
    pub(crate) fn post_mortem(self, why: &io::Error) -> ReferenceJvmError {
        ReferenceJvmError::gone(self.dialogue, why)
    }
}

/// Why there is no judge, or no more.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReferenceJvmError {
    /// It could not be started.
    Start(StartError),
    /// It has ended, or talks nonsense.
    Gone {
        command: String,
        /// What went wrong while it was talked to.
        why: String,
        ended: String,
        /// The end of what it said on stderr.
        said: String,
    },
}

impl ReferenceJvmError {
    /// For the moment between a judge's failing and the words for it.
    pub(crate) fn nobody() -> Self {
        Self::Gone {
            command: CLASS.to_owned(),
            why: "it has failed before".to_owned(),
            ended: String::new(),
            said: String::new(),
        }
    }

    /// Nobody could lead it.
    pub(crate) fn unled(why: io::Error) -> Self {
        Self::Gone {
            command: CLASS.to_owned(),
            why: format!("no thread to lead it: {}", advised(why)),
            ended: "not asked".to_owned(),
            said: String::new(),
        }
    }

    fn gone(dialogue: RequestPipe, why: &io::Error) -> Self {
        let command = dialogue.invocation().to_owned();
        let finished = dialogue.end();
        let said = String::from_utf8_lossy(&finished.stderr);
        let skipped = said.lines().count().saturating_sub(LAST_LINES);
        let said: Vec<&str> = said.lines().skip(skipped).collect();
        Self::Gone {
            command,
            why: why.to_string(),
            ended: finished
                .exit
                .map_or("it was killed".to_owned(), |exit| exit.to_string()),
            said: said.join("\n"),
        }
    }
}

impl fmt::Display for ReferenceJvmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(why) => why.fmt(f),
            Self::Gone {
                command,
                why,
                ended,
                said,
            } => {
                write!(f, "`{command}` cannot judge: {why}; {ended}")?;
                if !said.is_empty() {
                    write!(f, "\n{said}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for ReferenceJvmError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(why) => Some(why),
            Self::Gone { .. } => None,
        }
    }
}

/// The class of `Sweep.java`.
const CLASS: &str = "Sweep";

/// What it says first.
const HELLO: [u8; 4] = *b"JTS1";

/// The largest block takes a second on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// So many lines of stderr are shown of a JVM that has failed.
const LAST_LINES: usize = 20;

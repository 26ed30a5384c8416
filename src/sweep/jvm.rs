//! A reference JVM, which runs `Sweep.java` and answers requests.

use std::io;
use std::time::Duration;

use thiserror::Error;

use super::block::Work;
use super::outcome::{Checksum, Outcome, parse};
use crate::system::jdk;
use crate::system::jdk::{Classes, Jdk, Lifetime};
use crate::system::process::{Guard, RequestPipe, StartError, advised};

/// A JVM that returns the outcomes of Java.
#[derive(Debug)]
pub struct ReferenceJvm {
    feature: u32,
    pipe: RequestPipe,
}

impl ReferenceJvm {
    /// Starts a JVM of this JDK with these classes. `guard` is the executable that contains the
    /// supervisor, or [`Guard::Itself`]: `Sweep.java` starts no program, and exits at the end of
    /// its stdin.
    ///
    /// # Errors
    ///
    /// If the JVM does not start, or its first bytes are not those of `Sweep.java`.
    pub fn start<'a>(
        jdk: &Jdk,
        classes: &Classes,
        guard: impl Into<Guard<'a>>,
    ) -> Result<Self, ReferenceJvmError> {
        let mut pipe =
            jdk::java(jdk, Lifetime::Sweep, classes.folder(), CLASS).talk(guard, TIME_LIMIT)?;
        let mut hello = [0; HELLO.len()];
        match pipe.receive(&mut hello) {
            Ok(()) if hello == HELLO => Ok(Self {
                feature: jdk.feature(),
                pipe,
            }),
            Ok(()) => {
                let why = io::Error::other(format!("its first bytes were {hello:02x?}"));
                Err(ReferenceJvmError::gone(pipe, &why))
            }
            Err(why) => Err(ReferenceJvmError::gone(pipe, &why)),
        }
    }

    /// The feature release of the JDK.
    pub fn feature(&self) -> u32 {
        self.feature
    }

    /// Requests the outcomes of all calls of a block.
    ///
    /// # Errors
    ///
    /// If the JVM has ended, or its answer cannot be parsed.
    pub fn outcomes(&mut self, work: &Work) -> io::Result<Vec<Outcome>> {
        self.answer(&work.encode(true))
    }

    /// The same for a request in the encoding of `Sweep.java`, which must ask for all outcomes.
    ///
    /// # Errors
    ///
    /// As [`outcomes`](Self::outcomes).
    pub fn answer(&mut self, request: &[u8]) -> io::Result<Vec<Outcome>> {
        let expected = self.ask(request)?;
        let mut bytes = vec![0; usize::try_from(expected.length).unwrap_or_default()];
        self.pipe.receive(&mut bytes)?;
        if Checksum::of(&bytes) != expected {
            return Err(io::Error::other("the checksum does not match the outcomes"));
        }
        parse(&bytes).ok_or_else(|| io::Error::other("the outcomes cannot be parsed"))
    }

    /// Requests the checksum of the outcomes. `request` is an encoded block.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Checksum> {
        let length = u32::try_from(request.len())
            .map_err(|_| io::Error::other("the block is larger than 2 GiB"))?;
        self.pipe.send(&length.to_be_bytes())?;
        self.pipe.send(request)?;
        let mut answer = [0; 8];
        self.pipe.receive(&mut answer)?;
        let [a, b, c, d, rest @ ..] = answer;
        Ok(Checksum {
            length: u32::from_be_bytes([a, b, c, d]),
            crc: u32::from_be_bytes(rest),
        })
    }

    /// Ends a JVM that has failed, and describes the failure.
    pub(crate) fn into_error(self, why: &io::Error) -> ReferenceJvmError {
        ReferenceJvmError::gone(self.pipe, why)
    }
}

/// Why a reference JVM is not available, or no longer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReferenceJvmError {
    /// It could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It has ended, or sent an invalid answer.
    #[error("`{command}` cannot judge: {why}; {ended}{}", on_its_own_lines(.said))]
    Gone {
        command: String,
        /// The error of the request.
        why: String,
        ended: String,
        /// The last lines of its stderr.
        said: String,
    },
}

/// The text below a message; nothing if it is empty.
fn on_its_own_lines(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\n{text}")
    }
}

impl ReferenceJvmError {
    /// A placeholder while the actual error is determined.
    pub(crate) fn placeholder() -> Self {
        Self::Gone {
            command: CLASS.to_owned(),
            why: "it has failed before".to_owned(),
            ended: String::new(),
            said: String::new(),
        }
    }

    /// The thread for the JVM could not be started.
    pub(crate) fn no_thread(why: io::Error) -> Self {
        Self::Gone {
            command: CLASS.to_owned(),
            why: format!("no thread could be started for it: {}", advised(why)),
            ended: "not asked".to_owned(),
            said: String::new(),
        }
    }

    fn gone(pipe: RequestPipe, why: &io::Error) -> Self {
        let command = pipe.invocation().to_owned();
        let finished = pipe.end();
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

/// The class of `Sweep.java`.
const CLASS: &str = "Sweep";

/// The first bytes that it sends.
const HELLO: [u8; 4] = *b"JTS1";

/// The largest block takes a second on a slow machine.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How many lines of stderr are quoted for a JVM that has failed.
const LAST_LINES: usize = 20;

//! The scripted peer: the harness itself in a role. It sends what a well-behaved program would
//! never send, and records the replies.
//!
//! No relay is involved; the scripted peer keeps the record itself.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::MOST_RECORDED;
use super::endpoint::{Endpoint, Listeners, Shared};
use super::relay::acknowledge;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Flow, Traffic};
use crate::programs::framing::Framing;
use crate::system::wait::Notify;

/// One step of a scripted peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Writes the bytes in one call.
    Send(Vec<u8>),
    /// Writes the bytes one by one, each in its own segment.
    SendOneByOne(Vec<u8>),
    /// Writes the bytes one by one, and pauses before each for longer than a program waits for
    /// more.
    SendSlowly(Vec<u8>),
    /// Waits until the program is known to wait for bytes. This replaces a pause of fixed length.
    WaitUntilIdle,
    /// Waits until the program has sent more bytes or ended its direction, and reads once.
    Receive,
    /// Resets the connection; no step can follow.
    Reset,
}

/// Starts a scripted peer in `role`. A server first reads a message of this framing, since the
/// client speaks first. After the last step the peer shuts down its output and reads its input to
/// the end.
pub(crate) fn start(
    role: Role,
    framing: Framing,
    script: Vec<Step>,
    listeners: Listeners,
    notify: &Arc<Notify>,
) -> Endpoint {
    Endpoint::start(listeners, notify, move |endpoint, upstream| {
        let stream = match role {
            Role::Client => endpoint.connect(upstream)?,
            Role::Server => endpoint.accept()?,
        };
        let Some(stream) = stream else {
            return Ok(());
        };
        let raw = ScriptedPeer {
            endpoint,
            stream,
            role,
        };
        if role == Role::Server {
            raw.receive_message(framing);
        }
        raw.play(&script);
        Ok(())
    })
}

/// Longer than any program of this family waits for the rest of a message, if it has such a limit
/// at all.
const SLOWLY: Duration = Duration::from_millis(300);

/// The most bytes of one read.
const AT_ONCE: usize = 64 << 10;

struct ScriptedPeer<'a> {
    endpoint: &'a Shared,
    stream: Arc<TcpStream>,
    role: Role,
}

impl ScriptedPeer<'_> {
    fn play(&self, script: &[Step]) {
        for step in script {
            match step {
                Step::Send(bytes) => self.send(bytes),
                Step::SendOneByOne(bytes) => bytes.chunks(1).for_each(|byte| self.send(byte)),
                Step::SendSlowly(bytes) => bytes.chunks(1).for_each(|byte| {
                    self.endpoint.linger(SLOWLY);
                    self.send(byte);
                }),
                Step::WaitUntilIdle => self.endpoint.wait_for_peer(),
                Step::Receive => self.receive_piece(),
                Step::Reset => {
                    let _ = SockRef::from(&*self.stream).set_linger(Some(Duration::ZERO));
                    self.endpoint
                        .with(|state| state.wire.end(self.role, End::Reset));
                    return;
                }
            }
        }
        // The program may already have closed the connection; then there is nothing to shut down.
        let _ = self.stream.shutdown(Shutdown::Write);
        self.endpoint
            .with(|state| state.wire.end(self.role, End::Finished));
        let end = self.receive_rest();
        self.endpoint
            .with(|state| state.wire.end(self.role.other(), end));
    }

    fn send(&self, bytes: &[u8]) {
        // The script defines what counts as sent. A program that closed earlier shows that in its
        // output and its exit status.
        self.endpoint.pass(|wire| {
            wire.pass(self.role, bytes, Instant::now());
            true
        });
        let _ = (&*self.stream).write_all(bytes);
    }

    /// Reads the first message, or the part of it that arrives before the end.
    fn receive_message(&self, framing: Framing) {
        let missing = || {
            self.endpoint
                .with(|state| framing.missing(&self.received(&state.wire).bytes))
        };
        loop {
            match missing() {
                0 => return,
                count if self.read(&mut vec![0; count.min(AT_ONCE)]).is_err() => return,
                _ => {}
            }
        }
    }

    /// Reads once. If that read meets the end, the final read finds the end again.
    fn receive_piece(&self) {
        let _ = self.read(&mut [0; AT_ONCE]);
    }

    /// Reads to the end. Returns how the direction ended.
    fn receive_rest(&self) -> End {
        let mut buffer = vec![0; AT_ONCE];
        loop {
            if let Err(end) = self.read(&mut buffer) {
                return end;
            }
        }
    }

    /// Reads once, records the bytes, and returns their number.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, End> {
        loop {
            match (&*self.stream).read(buffer) {
                Ok(0) => return Err(End::Finished),
                Ok(count) => {
                    acknowledge(&self.stream);
                    let recorded = self.endpoint.with(|state| {
                        let sender = self.role.other();
                        state.wire.pass(sender, &buffer[..count], Instant::now());
                        state.wire.sent_by(sender).bytes.len()
                    });
                    // A program that floods the connection must not exhaust memory.
                    if recorded > MOST_RECORDED {
                        return Err(End::Reset);
                    }
                    return Ok(count);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Reset),
            }
        }
    }

    fn received<'w>(&self, wire: &'w Traffic) -> &'w Flow {
        wire.sent_by(self.role.other())
    }
}

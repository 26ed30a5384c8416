//! Probes: one conversation of a peer with the harness itself, and what both observed.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

use crate::interop::model::participant::Role;
use crate::interop::model::traffic::End;
use crate::interop::peer::error::PeerError;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::{Call, Method};
use crate::interop::protocol::message::{Answer, Command};
use crate::system::listener::Listener;
use crate::system::process::advised;

/// A short conversation that tests one method.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) subject: Method,
    pub(crate) role: Role,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The peer makes a call.
    Do(Call),
    /// Once all earlier calls are answered, the harness sends bytes.
    Send(Vec<u8>),
    Finish,
    /// Once all earlier calls are answered, the harness resets the connection.
    Reset,
    /// The harness resets the connection while earlier calls may still be waiting.
    ResetAtOnce,
}

/// What both sides observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transcript {
    /// The calls and the peer's answers.
    pub(crate) answers: Vec<(Call, Answer)>,
    /// The bytes that the peer wrote.
    pub(crate) written: Vec<u8>,
    pub(crate) end: End,
}

/// Why there is no transcript.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The peer has failed.
    Peer(PeerError),
    /// There was no connection, for this reason.
    NoConnection(String),
}

impl From<PeerError> for Broken {
    fn from(error: PeerError) -> Self {
        Self::Peer(error)
    }
}

impl Probe {
    /// How many calls the probe makes.
    pub(crate) fn calls(&self) -> usize {
        let is_call = |step: &&Step| matches!(step, Step::Do(_));
        self.steps.iter().filter(is_call).count()
    }

    /// The probe without the calls of `method`. If they end the connection, what follows is left out
    /// too: on an open connection a read would wait for ever.
    pub(crate) fn without(mut self, method: Method) -> Self {
        let is_of_it = |step: &Step| matches!(step, Step::Do(call) if call.method() == method);
        if method.ends_output()
            && let Some(end) = self.steps.iter().position(is_of_it)
        {
            self.steps.truncate(end);
        }
        self.steps.retain(|step| !is_of_it(step));
        self
    }

    /// Plays the probe with `peer`, from the connection to `end`. It stops at the first call that
    /// the peer does not offer, because later calls may wait for its effect.
    pub(crate) fn play(
        &self,
        peer: &mut PeerProcess,
        timeout: Duration,
    ) -> Result<Transcript, Broken> {
        let mut other = connect(peer, self.role, timeout)?;
        let mut waiting = Vec::new();
        let mut answers = Vec::new();
        let mut is_over = false;
        let mut collect =
            |peer: &mut PeerProcess, other: &mut OtherSide, waiting: &mut Vec<Call>| {
                for call in waiting.drain(..) {
                    let answer = peer.answer(timeout)?;
                    if is_over {
                        continue;
                    }
                    is_over = answer == Answer::Unsupported;
                    if is_over {
                        other.act(&Step::Reset);
                    }
                    answers.push((call, answer));
                }
                Ok::<bool, Broken>(is_over)
            };
        for step in &self.steps {
            if let Step::Do(call) = step {
                peer.send(&Command::Do(call.clone()))?;
                waiting.push(call.clone());
                continue;
            }
            if !matches!(step, Step::ResetAtOnce) && collect(peer, &mut other, &mut waiting)? {
                break;
            }
            other.act(step);
        }
        peer.send(&Command::End)?;
        collect(peer, &mut other, &mut waiting)?;
        peer.answer(timeout)?;
        let (written, end) = other.received(timeout);
        Ok(Transcript {
            answers,
            written,
            end,
        })
    }
}

/// Connects the harness with the peer, which plays `role`.
pub(crate) fn connect(
    peer: &mut PeerProcess,
    role: Role,
    timeout: Duration,
) -> Result<OtherSide, Broken> {
    OtherSide::over(stream_to(peer, role, timeout)?, timeout)
}

/// Connects the harness with the peer, without a thread that reads what the peer writes.
pub(crate) fn stream_to(
    peer: &mut PeerProcess,
    role: Role,
    timeout: Duration,
) -> Result<TcpStream, Broken> {
    match role {
        Role::Server => {
            let port = listen(peer, timeout)?;
            peer.send(&Command::Accept)?;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let stream = TcpStream::connect_timeout(&address, timeout).map_err(|why| {
                Broken::NoConnection(format!(
                    "it said that it listens on port {port} of 127.0.0.1: {why}"
                ))
            })?;
            expect_ok(peer, "accept", timeout)?;
            Ok(stream)
        }
        Role::Client => {
            let listener = Listener::bind().map_err(|why| no_harness(&why))?;
            let port = listener.port();
            peer.send(&Command::Connect(port))?;
            expect_ok(peer, &format!("connect {port}"), timeout)?;
            // A peer that answers `ok` has connected.
            listener.last_call();
            let stream = listener.accept().map_err(|why| no_harness(&why))?;
            stream.ok_or_else(|| {
                Broken::NoConnection(format!(
                    "it answered `connect {port}` with `@@ ok`, and did not connect"
                ))
            })
        }
    }
}

/// The buffers of a connection hold this much, even if the peer does not read.
const SURE_TO_FIT: usize = 64 * 1024;

/// Makes the peer listen, and returns its port.
pub(crate) fn listen(peer: &mut PeerProcess, timeout: Duration) -> Result<u16, Broken> {
    peer.send(&Command::Listen)?;
    match peer.answer(timeout)? {
        Answer::Port(port) => Ok(port),
        other => Err(Broken::NoConnection(format!(
            "it answered `listen` with `@@ {other}`"
        ))),
    }
}

pub(crate) fn expect_ok(
    peer: &mut PeerProcess,
    command: &str,
    timeout: Duration,
) -> Result<(), Broken> {
    match peer.answer(timeout)? {
        Answer::Ok => Ok(()),
        other => Err(Broken::NoConnection(format!(
            "it answered `{command}` with `@@ {other}`"
        ))),
    }
}

fn no_harness(why: &io::Error) -> Broken {
    Broken::NoConnection(format!("the harness has no port for itself: {why}"))
}

/// The harness's side of a connection. A thread reads everything that the peer writes.
#[derive(Debug)]
pub(crate) struct OtherSide {
    /// `None` once reset.
    stream: Option<Arc<TcpStream>>,
    /// The thread that is still sending, because the peer reads at its own pace.
    sending: Option<JoinHandle<()>>,
    /// Receives the peer's bytes, and how its direction ended.
    received: Receiver<(Vec<u8>, End)>,
}

impl OtherSide {
    fn over(stream: TcpStream, timeout: Duration) -> Result<Self, Broken> {
        stream
            .set_nodelay(true)
            // For a peer that does not read.
            .and_then(|()| stream.set_write_timeout(Some(timeout)))
            .map_err(|why| no_harness(&why))?;
        let stream = Arc::new(stream);
        let (sender, received) = channel();
        {
            let stream = Arc::clone(&stream);
            let listener = move || {
                let all = read_all(&stream);
                // Before the bytes are sent to the channel: the thread that resets the connection
                // has to hold the last handle.
                drop(stream);
                sender.send(all)
            };
            let started = thread::Builder::new().spawn(listener);
            started.map_err(|why| no_harness(&advised(why)))?;
        }
        Ok(Self {
            stream: Some(stream),
            sending: None,
            received,
        })
    }

    pub(crate) fn act(&mut self, step: &Step) {
        if let Some(sending) = self.sending.take() {
            let _ = sending.join();
        }
        let Some(stream) = &self.stream else {
            return;
        };
        // A peer that has closed too early shows that in its answers.
        match step {
            Step::Send(bytes) => {
                let fits = bytes.len() <= SURE_TO_FIT;
                let (stream, bytes) = (Arc::clone(stream), bytes.clone());
                let send = move || {
                    let _ = stream.as_ref().write_all(&bytes);
                };
                if fits {
                    send();
                } else {
                    self.sending = Some(thread::spawn(send));
                }
            }
            Step::Finish => {
                let _ = stream.shutdown(Shutdown::Write);
            }
            Step::Reset | Step::ResetAtOnce => {
                let _ = SockRef::from(stream.as_ref()).set_linger(Some(Duration::ZERO));
                let _ = stream.shutdown(Shutdown::Read);
                let (sender, received) = channel();
                let _ = sender.send(self.received.recv().unwrap_or_default());
                self.received = received;
                self.stream = None;
            }
            Step::Do(_) => {}
        }
    }

    /// Everything that the peer has written, and how its direction ended.
    pub(crate) fn received(self, timeout: Duration) -> (Vec<u8>, End) {
        self.received.recv_timeout(timeout).unwrap_or_else(|_| {
            if let Some(stream) = &self.stream {
                let _ = stream.shutdown(Shutdown::Both);
            }
            let (bytes, _) = self.received.recv().unwrap_or_default();
            (bytes, End::Open)
        })
    }
}

impl Drop for OtherSide {
    fn drop(&mut self) {
        if let Some(stream) = &self.stream {
            // Unblocks the thread.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// More than any probe makes a peer write.
const MOST_READ: u64 = 16 << 20;

fn read_all(mut stream: &TcpStream) -> (Vec<u8>, End) {
    let mut bytes = Vec::new();
    // A flood is read to its end but not kept.
    let received = stream
        .take(MOST_READ)
        .read_to_end(&mut bytes)
        .and_then(|_| io::copy(&mut stream, &mut io::sink()));
    let end = match received {
        Ok(_) => End::Finished,
        Err(why) if why.kind() == io::ErrorKind::ConnectionReset => End::Reset,
        Err(_) => End::Open,
    };
    (bytes, end)
}

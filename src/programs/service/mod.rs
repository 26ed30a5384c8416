//! A server to leave running: any number of clients at a time, each its own conversation, on tokio.
//!
//! To a client it behaves like [`Server::chat`](super::Server::chat). For its operator it adds:
//!
//! - **Limits** on the number of conversations, on the time a client may be idle, and on the time
//!   from the first byte of a message to the last byte of its answer ([`Limits`]).
//! - **Memory** proportional to the bytes that have arrived, never to an announced length. An idle
//!   conversation holds no buffer except a few hundred bytes of its own.
//! - **An orderly stop**: it accepts no more clients, answers every message that has begun to
//!   arrive, and closes each conversation between two messages, so that the last answer arrives.
//!   Conversations that exceed the grace period are cut off.
//! - **Log lines** by `tracing`, one at the end of each conversation, with the client, the
//!   duration, the counts and the reason; and [`Counters`]. For clients that are refused or cannot
//!   be accepted, the first occurrence is one line, and the number of further ones is one line
//!   every ten seconds.
//!
//! | part | hides |
//! |---|---|
//! | `read_ahead` | that a message takes one read call |
//! | `connection` | one client, from its first message to the reason for its end |
//! | `counting` | the byte counts of each direction |
//! | [`Counters`] | the counters over all conversations |
//! | `time_limit` | that moving a time limit costs nothing |
//! | `repeated` | that a flood of one event makes few log lines |

pub(crate) mod connection;
mod counters;
pub(crate) mod counting;
pub(crate) mod read_ahead;
mod repeated;
mod time_limit;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fmt, io};

use connection::{Conversation, Ended};
pub(crate) use counters::{Counters, LostLines};
use repeated::Repeated;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Error;
use super::server::{ACCEPTED, LABEL};
use crate::JavaString;

/// The limits of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The number of simultaneous conversations.
    pub clients: usize,
    /// What to do with further clients.
    pub when_full: WhenFull,
    /// How long a client may be idle between two messages.
    pub idle: Duration,
    /// How long a message may take, from its first byte to the last of its answer.
    pub message: Duration,
    /// How long an orderly stop may take.
    pub grace: Duration,
}

/// What to do with a client when the server is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// Let it wait for a free place.
    Wait,
    /// Close it at once.
    Refuse,
}

/// How the server has ended.
#[derive(Debug, Default)]
pub(crate) struct Stopped {
    /// The number of conversations that exceeded the grace period.
    pub cut_off: u64,
    /// The error of the first failed conversation.
    pub failed: Option<Error>,
    /// The end of the grace period, if the server was told to stop; a second signal ends the period
    /// at once.
    pub deadline: Option<Instant>,
}

/// A listening server that accepts any number of clients.
pub(crate) struct Service {
    listener: TcpListener,
    address: SocketAddr,
    shared: Shared,
    not_accepted: Repeated,
    refused: Repeated,
}

/// Called for each client and each message, in the middle of the conversation: it must not block.
pub(crate) type See = Arc<dyn Fn(Seen<'_>) + Send + Sync>;

/// The state that all conversations share.
#[derive(Clone)]
pub(crate) struct Shared {
    limits: Limits,
    counters: Arc<Counters>,
    see: See,
    /// Cancelled when no new message may begin.
    stop: CancellationToken,
    /// Cancelled at the end of the grace period.
    cut: CancellationToken,
}

/// An event that the server reports to `See`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'a> {
    /// A client has connected.
    Client,
    /// A client has sent this message.
    Message(&'a JavaString),
}

/// The line that `ChatServer.java` prints.
impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str(ACCEPTED),
            Self::Message(message) => write!(f, "{LABEL}{message}"),
        }
    }
}

impl Service {
    /// Listens on `port` of `interface`; port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`].
    pub(crate) fn listen(
        interface: IpAddr,
        port: u16,
        limits: Limits,
        counters: Arc<Counters>,
        see: See,
    ) -> Result<Self, Error> {
        let address = SocketAddr::from((interface, port));
        let failed = |why| Error::Listen { address, why };
        let listener = listen(address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address,
            shared: Shared {
                limits,
                counters,
                see,
                stop: CancellationToken::new(),
                cut: CancellationToken::new(),
            },
            not_accepted: Repeated::default(),
            refused: Repeated::default(),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, or until this number of `clients` has been served. When it is
    /// told to stop, it finishes the messages that have begun. When `stop` is ready again, the
    /// grace period ends.
    pub(crate) async fn serve<F: Future<Output = ()>>(
        self,
        clients: Option<u64>,
        mut stop: impl FnMut() -> F,
    ) -> Stopped {
        let conversations = TaskTracker::new();
        let (failures, mut failed) = mpsc::channel(1);
        let mut told = tokio::select! {
            () = self.accept(clients, &conversations, &failures) => false,
            () = self.summarize_from_time_to_time() => false,
            () = stop() => true,
        };
        self.summarize();
        // Close the listener, so that no client waits in the backlog in vain.
        drop(self.listener);
        conversations.close();
        if !told {
            told = tokio::select! {
                () = conversations.wait() => false,
                () = stop() => true,
            };
        }
        let deadline = if told {
            Some(finish(&self.shared, &conversations, stop()).await)
        } else {
            None
        };
        Stopped {
            deadline,
            cut_off: self.shared.counters.cut_off(),
            failed: failed.try_recv().ok(),
        }
    }

    /// Accepts this number of clients.
    async fn accept(
        &self,
        clients: Option<u64>,
        conversations: &TaskTracker,
        failures: &mpsc::Sender<Error>,
    ) {
        let room = Arc::new(Semaphore::new(self.shared.limits.clients));
        let mut taken = 0;
        while clients.is_none_or(|clients| taken < clients) {
            let permit = match self.shared.limits.when_full {
                WhenFull::Wait => Arc::clone(&room).acquire_owned().await.ok(),
                WhenFull::Refuse => None,
            };
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(why) => {
                    // The client has gone already, or no descriptor is left: a temporary error.
                    if self.not_accepted.is_first() {
                        tracing::warn!(%why, "no connection could be accepted");
                    }
                    sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            let permit = permit.or_else(|| Arc::clone(&room).try_acquire_owned().ok());
            let Some(permit) = permit else {
                self.shared.counters.refused();
                if self.refused.is_first() {
                    tracing::info!(%peer, limit = self.shared.limits.clients, "refused: full");
                }
                continue;
            };
            taken += 1;
            let shared = self.shared.clone();
            let failures = failures.clone();
            conversations.spawn(converse(stream, peer, shared, permit, failures));
        }
    }

    async fn summarize_from_time_to_time(&self) {
        let mut ticks = interval(SUMMARY);
        loop {
            ticks.tick().await;
            self.summarize();
        }
    }

    /// Logs the number of events that were counted and not logged.
    fn summarize(&self) {
        let not_accepted = self.not_accepted.take();
        if not_accepted > 0 {
            tracing::warn!(
                times = not_accepted,
                "again no connection could be accepted"
            );
        }
        let refused = self.refused.take();
        if refused > 0 {
            tracing::info!(clients = refused, "more were refused: full");
        }
    }
}

/// Waits for the conversations to end. Cuts off the remaining ones when the grace period ends or
/// `hurries` is ready. Returns the time at which the grace period ends.
async fn finish(
    shared: &Shared,
    conversations: &TaskTracker,
    hurries: impl Future<Output = ()>,
) -> Instant {
    tracing::info!(conversations = conversations.len(), "stopping");
    shared.stop.cancel();
    let deadline = Instant::now() + shared.limits.grace;
    tokio::select! {
        () = conversations.wait() => return deadline,
        () = sleep(shared.limits.grace) => {}
        () = hurries => {}
    }
    shared.cut.cancel();
    conversations.wait().await;
    Instant::now()
}

/// One client, from its connection to its log line.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Shared,
    permit: OwnedSemaphorePermit,
    failures: mpsc::Sender<Error>,
) {
    let start = Instant::now();
    let counters = Arc::clone(&shared.counters);
    counters.begun();
    let mut conversation = Conversation::new(stream, shared);
    let ended = conversation.run().await;
    let tally = conversation.tally();
    counters.ended(&ended);
    tracing::info!(
        %peer,
        seconds = start.elapsed().as_secs_f64(),
        messages = tally.messages,
        received = tally.received,
        sent = tally.sent,
        why = %ended,
        "conversation ended"
    );
    drop(permit);
    if let Ended::Failed(why) = ended {
        // Only the first error is kept.
        let _ = failures.try_send(why);
    }
}

/// The interval of the log lines that count further events.
const SUMMARY: Duration = Duration::from_secs(10);

/// The delay before another accept after a failed one.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// As `TcpListener::bind`, with a longer backlog. A client that does not fit into the backlog tries
/// again only after a second or more.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// The requested backlog. The system limits it; Linux to 4096.
const WAITING: u32 = 4096;

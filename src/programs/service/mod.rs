//! A server to leave running: any number of clients at a time, each its own conversation, on tokio.
//!
//! What a client sees is what [`Server::chat`](super::Server::chat) shows it. What is added is for
//! whoever runs it:
//!
//! - **Limits** on how many conversations there are at a time, how long a client may say nothing,
//!   and how long one message may take from its first byte to the last of its answer ([`Limits`]).
//! - **Memory** follows the bytes that have arrived, never a length that somebody announces; an
//!   idle conversation holds no buffer but a few hundred bytes of its own.
//! - **An end**: told to stop, it takes no more clients, answers every message that had begun to
//!   arrive by then, and closes each conversation between two messages, such that the last answer
//!   arrives. What is not done within the grace period is cut off.
//! - **Log lines** by `tracing`, one when a conversation ends: who, how long, how much, why; and
//!   [`Counters`]. Clients that cannot be accepted and clients that are refused are one line each
//!   time there were none before, and then one with their number every ten seconds.
//!
//! | part | hides |
//! |---|---|
//! | `ahead` | that a message is one read of the system |
//! | `conversation` | one client, from its first message to the reason for its end |
//! | `counted` | how many bytes went each way |
//! | [`Counters`] | what is counted over all of them |
//! | `repeated` | that a flood of one event is few log lines |

pub(crate) mod connection;
mod counters;
pub(crate) mod counting;
pub(crate) mod read_ahead;
mod repeated;

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
use crate::JavaString;

/// What a server that runs on puts up with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many conversations there may be at a time.
    pub clients: usize,
    /// What becomes of one more.
    pub when_full: WhenFull,
    /// How long a client may say nothing between two messages.
    pub idle: Duration,
    /// How long a message may take, from its first byte to the last of its answer.
    pub message: Duration,
    /// How long everything may take to come to its end.
    pub grace: Duration,
}

/// What becomes of a client for whom there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// It waits until there is.
    Wait,
    /// It is closed at once.
    Refuse,
}

/// How a server that ran on has ended.
#[derive(Debug, Default)]
pub(crate) struct Stopped {
    /// How many conversations were not done within the grace period.
    pub cut_off: u64,
    /// Why the first conversation failed, of those that did.
    pub failed: Option<Error>,
    /// When the grace period ends, if the server was told to stop; a second time, it has ended then.
    pub deadline: Option<Instant>,
}

/// A server that listens, and takes any number of clients.
pub(crate) struct Service {
    listener: TcpListener,
    address: SocketAddr,
    shared: Shared,
    not_accepted: Repeated,
    refused: Repeated,
}

/// What is told of each client and each message, in the middle of the conversation: it must not wait
/// for anything.
pub(crate) type See = Arc<dyn Fn(Seen<'_>) + Send + Sync>;

/// What all conversations have in common.
#[derive(Clone)]
pub(crate) struct Shared {
    limits: Limits,
    counters: Arc<Counters>,
    see: See,
    /// Begin no more messages.
    stop: CancellationToken,
    /// The grace period is over.
    cut: CancellationToken,
}

/// What a server sees.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'a> {
    /// A client has connected.
    Client,
    /// A client has said this.
    Message(&'a JavaString),
}

/// The line that `ChatServer.java` prints.
impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("一个客户端连接建立"),
            Self::Message(message) => write!(f, "client say:{message}"),
        }
    }
}

/// The first line that `ChatServer.java` prints.
pub(crate) const GREETING: &str = "---server---";

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

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, or until so many `clients` have come and gone; if it is told to
    /// stop, it finishes what is under way. A second readiness of `stop` ends the grace period.
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
        // Nobody is to wait in front of a door that will not open again.
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

    /// Takes clients in, so many of them.
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
                    // A client that has gone already, or no descriptor left: that passes.
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

    /// Logs how many events were counted and not logged.
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

/// Lets the conversations come to their end, and cuts off what is not done within the grace period
/// or when somebody `hurries`. Returns when the grace period ends.
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
        // Only the first is wanted.
        let _ = failures.try_send(why);
    }
}

/// How often the events that were not logged one by one are summed up.
const SUMMARY: Duration = Duration::from_secs(10);

/// After a failed accept it is tried again, and not at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// As `TcpListener::bind`, with more room for clients that have connected and are not accepted yet:
/// one for which there is none tries again after a second, or later.
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

/// The system takes as many of these as it likes; Linux up to 4096.
const WAITING: u32 = 4096;

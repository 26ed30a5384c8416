//! One client: its messages, its limits, and why it ended.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use rustix::io::ioctl_fionread;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Sleep, sleep, timeout};

use super::counting::CountingStream;
use super::read_ahead::ReadAhead;
use super::time_limit::within;
use super::{Seen, Shared};
use crate::data;
use crate::data::asynchronous::AsyncDataOutputStream;
use crate::programs::Error;
use crate::programs::error::Peer;
use crate::programs::framing::utf;
use crate::programs::partial_message::{Expected, PartialMessage};

/// Why a conversation ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The client closed its output between two messages.
    ByClient,
    /// The client was idle for too long.
    Idle,
    /// A message, of which this had come, or taking its answer, took too long.
    Slow(PartialMessage),
    /// The server was told to stop, and no message was being answered.
    Stopped,
    /// The server was told to stop, and a message was unanswered at the end of the grace period.
    CutOff,
    Failed(Error),
}

impl Ended {
    /// The label value for the counters.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::ByClient => "by_client",
            Self::Idle => "idle",
            Self::Slow(_) => "slow",
            Self::Stopped => "stopped",
            Self::CutOff => "cut_off",
            Self::Failed(_) => "failed",
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByClient => f.write_str("the client closed its output"),
            Self::Idle => f.write_str("the client was idle for too long"),
            Self::Slow(partial) if partial.is_complete() => {
                f.write_str("a message and its answer took too long: the client takes no answer")
            }
            Self::Slow(partial) => write!(
                f,
                "a message and its answer took too long: the client {partial}{}",
                partial.hint(Expected::Utf)
            ),
            Self::Stopped => f.write_str("the server is stopping"),
            Self::CutOff => f.write_str("the server is stopping, and the grace period is over"),
            Self::Failed(why) => why.fmt(f),
        }
    }
}

/// The counts of a conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    /// Messages that were answered.
    pub(crate) messages: u64,
    /// Bytes from the client.
    pub(crate) received: u64,
    /// Bytes to the client.
    pub(crate) sent: u64,
}

/// A client and its connection to the server.
pub(crate) struct Conversation {
    input: ReadAhead<CountingStream<OwnedReadHalf>>,
    output: AsyncDataOutputStream<CountingStream<OwnedWriteHalf>>,
    shared: Shared,
    messages: u64,
    /// What has come of the message that is being read.
    partial: PartialMessage,
    /// The number of bytes that the client had sent when the server was told to stop. The last
    /// message that is answered begins within them.
    before_stop: Option<u64>,
}

impl Conversation {
    pub(crate) fn new(stream: TcpStream, shared: Shared) -> Self {
        // A message is one write: there is no point in waiting for more data to send with it. If
        // this fails, reading the socket reports the error.
        let _ = stream.set_nodelay(true);
        let (input, output) = stream.into_split();
        let (received, sent) = shared.counters.bytes();
        Self {
            input: ReadAhead::new(CountingStream::new(input, received)),
            output: AsyncDataOutputStream::new(CountingStream::new(output, sent)),
            shared,
            messages: 0,
            partial: PartialMessage::default(),
            before_stop: None,
        }
    }

    /// Answers every message until the conversation ends, and closes the connection so that the
    /// last answer arrives.
    pub(crate) async fn run(&mut self) -> Ended {
        (self.shared.see)(Seen::Client);
        let cut = self.shared.cut.clone();
        let ended = tokio::select! {
            ended = self.answer_all() => ended,
            () = cut.cancelled() => return Ended::CutOff,
        };
        tokio::select! {
            _ = timeout(LINGER, self.close()) => {}
            () = cut.cancelled() => {}
        }
        ended
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            messages: self.messages,
            received: self.input.get_ref().bytes(),
            sent: self.output.get_ref().bytes(),
        }
    }

    async fn answer_all(&mut self) -> Ended {
        let mut timer = pin!(sleep(self.shared.limits.idle));
        let stop = self.shared.stop.clone();
        let mut stop = pin!(stop.cancelled());
        loop {
            match self.first_byte(timer.as_mut(), stop.as_mut()).await {
                Err(ended) => return ended,
                Ok(first) => {
                    let limit = self.shared.limits.message;
                    match within(timer.as_mut(), limit, self.answer(first)).await {
                        Some(Ok(())) => {}
                        Some(Err(error)) => {
                            let error = Error::from_data(Peer::Client, error, self.partial);
                            return Ended::Failed(error);
                        }
                        None => return Ended::Slow(self.partial),
                    }
                }
            }
        }
    }

    /// Waits for the first byte of a message. When the server is told to stop, it accepts only
    /// messages that have begun to arrive by then, however fast the client sends others.
    async fn first_byte(
        &mut self,
        mut timer: Pin<&mut Sleep>,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<u8, Ended> {
        let limit = self.shared.limits.idle;
        let mut first = [0];
        let count = loop {
            let stopping = self.shared.stop.is_cancelled();
            if stopping && self.taken() >= self.received_before_stop() {
                return Err(Ended::Stopped);
            }
            tokio::select! {
                biased;
                count = within(timer.as_mut(), limit, self.input.read(&mut first)) => break count,
                () = &mut stop, if !stopping => {}
            }
        };
        match count {
            None => Err(Ended::Idle),
            Some(Ok(0)) => Err(Ended::ByClient),
            Some(Ok(_)) => Ok(first[0]),
            Some(Err(why)) => Err(Ended::Failed(Error::Lost(Peer::Client, why))),
        }
    }

    /// The number of received bytes that are part of a message already.
    fn taken(&self) -> u64 {
        self.input.get_ref().bytes() - self.input.held()
    }

    /// The number of bytes received, in this process and in the system, at the first call.
    fn received_before_stop(&mut self) -> u64 {
        let received = self.input.get_ref();
        let waiting = || ioctl_fionread(received.get_ref().as_ref()).unwrap_or(0);
        *self
            .before_stop
            .get_or_insert_with(|| received.bytes() + waiting())
    }

    /// Reads the rest of a message and sends it back.
    async fn answer(&mut self, first: u8) -> Result<(), data::Error> {
        let message = utf::read_behind(first, &mut self.input, &mut self.partial).await?;
        self.shared.counters.received();
        (self.shared.see)(Seen::Message(&message));
        utf::write(&message, &mut self.output).await?;
        self.shared.counters.answered();
        self.messages += 1;
        Ok(())
    }

    /// Closes the output, and reads the remaining input of the client. Closing a socket with unread
    /// bytes resets the connection, and the last answer is lost.
    async fn close(&mut self) {
        let mut unheard = [0; 512];
        if self.output.shutdown().await.is_ok() {
            while matches!(self.input.read(&mut unheard).await, Ok(1..)) {}
        }
    }
}

/// The time for a client to close its side at the end of a conversation.
const LINGER: Duration = Duration::from_secs(2);

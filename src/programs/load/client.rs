//! One connection of a load run.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::Message;

/// A connected client.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    /// Connects client number `number`, within `patience`.
    pub(crate) async fn connect(
        address: SocketAddr,
        number: u64,
        time_limit: Duration,
    ) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(source) = source(address, number) {
            socket.bind(SocketAddr::from((source, 0)))?;
        }
        let stream = within(time_limit, socket.connect(address)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::new(),
        })
    }

    /// Sends the message and waits for its answer. Returns the time that took.
    pub(crate) async fn exchange(
        &mut self,
        message: &Message,
        time_limit: Duration,
    ) -> io::Result<Duration> {
        let start = Instant::now();
        self.answer.resize(message.bytes().len(), 0);
        let exchange = async {
            self.stream.write_all(message.bytes()).await?;
            self.stream.read_exact(&mut self.answer).await
        };
        within(time_limit, exchange).await?;
        let took = start.elapsed();
        if self.answer == message.bytes() {
            Ok(took)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the answer is another message",
            ))
        }
    }

    /// Sends one byte of the message, and reads the answers that have arrived.
    pub(crate) async fn send_byte(&mut self, message: &Message, number: usize) -> io::Result<()> {
        let bytes = message.bytes();
        let at = number % bytes.len();
        self.stream.write_all(&bytes[at..=at]).await?;
        let mut come = [0; 1024];
        match self.stream.try_read(&mut come) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(why) if why.kind() != io::ErrorKind::WouldBlock => Err(why),
            _ => Ok(()),
        }
    }

    /// Closes in order: closes the output, and waits for the server to close.
    pub(crate) async fn close(mut self, time_limit: Duration) -> io::Result<()> {
        self.stream.shutdown().await?;
        within(time_limit, self.stream.read(&mut [0])).await?;
        Ok(())
    }
}

async fn within<T>(
    time_limit: Duration,
    something: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    timeout(time_limit, something)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// The local address of a client. One address has some 28,000 ports, and each is blocked for a
/// minute after its connection is closed. The loopback interface of Linux has enough addresses.
fn source(address: SocketAddr, number: u64) -> Option<IpAddr> {
    if !cfg!(target_os = "linux") || address.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
        return None;
    }
    // Each run starts at a different address.
    let [.., run] = std::process::id().to_be_bytes();
    let host = u8::try_from(1 + number % 250).unwrap_or(1);
    Some(Ipv4Addr::new(127, 1, run, host).into())
}

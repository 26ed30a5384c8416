//! Three packets, and in which pieces they arrive.
//!
//! Over UDP a packet is a packet: it arrives alone, and what does not fit into the receiver's buffer
//! is lost. Over TCP there are no packets, only bytes in order: one read may bring all three of
//! them, or any part. That is why `writeUTF` puts a length in front.
//!
//! `java/Boundaries.java` does the same.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

/// How many bytes each packet has; all of packet 1 are the digit 1, and so on.
pub(crate) const PACKETS: [usize; 3] = [2 << 10, 4 << 10, 8 << 10];

/// What the packets go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Transport {
    /// Datagrams.
    Udp,
    /// A stream.
    Tcp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        })
    }
}

/// Sends the three packets, each at once, and says so.
///
/// # Errors
///
/// If nobody can be reached, or `out` fails.
pub(crate) fn send(transport: Transport, to: SocketAddr, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "---send {transport}---")?;
    let packets = (b'1'..).zip(PACKETS).map(|(digit, size)| vec![digit; size]);
    match transport {
        Transport::Udp => {
            let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
            for packet in packets {
                socket.send_to(&packet, to)?;
                sent(&packet, out)?;
            }
        }
        Transport::Tcp => {
            let mut stream = TcpStream::connect(to)?;
            // Each packet leaves at once; it arrives as it likes all the same.
            stream.set_nodelay(true)?;
            for packet in packets {
                stream.write_all(&packet)?;
                sent(&packet, out)?;
            }
        }
    }
    Ok(())
}

fn sent(packet: &[u8], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "packet {}: {} bytes",
        char::from(packet[0]),
        packet.len()
    )?;
    out.flush()
}

/// Somebody who waits for the packets.
#[derive(Debug)]
pub(crate) enum Receiver {
    /// Of datagrams.
    Udp(UdpSocket),
    /// Of a stream.
    Tcp(TcpListener),
}

impl Receiver {
    /// Listens on this address.
    ///
    /// # Errors
    ///
    /// If the port is taken, or needs a privilege.
    pub(crate) fn listen(transport: Transport, address: SocketAddr) -> io::Result<Self> {
        Ok(match transport {
            Transport::Udp => Self::Udp(UdpSocket::bind(address)?),
            Transport::Tcp => Self::Tcp(TcpListener::bind(address)?),
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp(listener) => listener.local_addr(),
        }
    }

    /// Receives the packets, with a buffer of so many bytes for each piece, and says what each piece
    /// brought, and how much of each packet arrived in all.
    ///
    /// # Errors
    ///
    /// If nothing comes for ten seconds, or `out` fails.
    pub(crate) fn receive(self, buffer: usize, out: &mut impl Write) -> io::Result<()> {
        let mut buffer = vec![0; buffer];
        let mut arrived = Arrived::default();
        match self {
            Self::Udp(socket) => {
                writeln!(out, "---receive udp---")?;
                socket.set_read_timeout(Some(PATIENCE))?;
                for _ in PACKETS {
                    let (count, _) = socket.recv_from(&mut buffer)?;
                    arrived.piece(&buffer[..count], out)?;
                }
            }
            Self::Tcp(listener) => {
                writeln!(out, "---receive tcp---")?;
                let (mut stream, _) = listener.accept()?;
                stream.set_read_timeout(Some(PATIENCE))?;
                loop {
                    match stream.read(&mut buffer)? {
                        0 => break,
                        count => arrived.piece(&buffer[..count], out)?,
                    }
                }
            }
        }
        arrived.sum(out)
    }
}

/// A datagram may be lost, and nobody says so.
const PATIENCE: Duration = Duration::from_secs(10);

/// What has come.
#[derive(Debug, Default)]
struct Arrived {
    pieces: usize,
    of_packet: [usize; PACKETS.len()],
}

impl Arrived {
    fn piece(&mut self, bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
        self.pieces += 1;
        write!(out, "piece {}: {} bytes", self.pieces, bytes.len())?;
        let mut between = ":";
        for part in bytes.chunk_by(|one, next| one == next) {
            write!(
                out,
                "{between} {} of packet {}",
                part.len(),
                char::from(part[0])
            )?;
            between = ",";
            if let Some(count) = self
                .of_packet
                .get_mut(usize::from(part[0].wrapping_sub(b'1')))
            {
                *count += part.len();
            }
        }
        writeln!(out)?;
        out.flush()
    }

    fn sum(&self, out: &mut impl Write) -> io::Result<()> {
        for (index, (count, size)) in self.of_packet.iter().zip(PACKETS).enumerate() {
            writeln!(out, "packet {}: {count} of {size} bytes", index + 1)?;
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_says_of_which_packets_it_is() {
        let mut arrived = Arrived::default();
        let mut out = Vec::new();
        arrived.piece(b"11122", &mut out).unwrap();
        arrived.piece(b"2", &mut out).unwrap();
        arrived.sum(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "piece 1: 5 bytes: 3 of packet 1, 2 of packet 2\n\
             piece 2: 1 bytes: 1 of packet 2\n\
             packet 1: 3 of 2048 bytes\n\
             packet 2: 3 of 4096 bytes\n\
             packet 3: 0 of 8192 bytes\n"
        );
    }
}

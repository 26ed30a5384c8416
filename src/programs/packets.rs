//! Sends three packets, and shows in which pieces they arrive.
//!
//! Over UDP each packet arrives on its own, and bytes that do not fit into the receive buffer are
//! lost. Over TCP there is only a stream of bytes: one read may return all packets, or any part of
//! them. This is why `writeUTF` puts a length in front of each message.
//!
//! `java/Boundaries.java` does the same.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

/// The size of each packet. Packet 1 consists of the digit 1, and so on.
pub(crate) const PACKETS: [usize; 3] = [2 << 10, 4 << 10, 8 << 10];

/// The protocol that carries the packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub(crate) enum Transport {
    Udp,
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

/// Sends the three packets, each immediately, and prints a line for each.
///
/// # Errors
///
/// If the receiver cannot be reached, or `out` fails.
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
            // Each packet is sent immediately. TCP may split and merge them all the same.
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

/// A socket that waits for the packets.
#[derive(Debug)]
pub(crate) enum Receiver {
    Udp(UdpSocket),
    Tcp(TcpListener),
}

impl Receiver {
    /// Listens on this address.
    ///
    /// # Errors
    ///
    /// If the port is in use, or needs privileges.
    pub(crate) fn listen(transport: Transport, address: SocketAddr) -> io::Result<Self> {
        Ok(match transport {
            Transport::Udp => Self::Udp(UdpSocket::bind(address)?),
            Transport::Tcp => Self::Tcp(TcpListener::bind(address)?),
        })
    }

    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp(listener) => listener.local_addr(),
        }
    }

    /// Receives the packets, with a buffer of this many bytes for each piece. Prints the content of
    /// each piece, and how much of each packet arrived in all.
    ///
    /// # Errors
    ///
    /// If nothing arrives for ten seconds, or `out` fails.
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

/// The receive timeout: a lost datagram is never reported.
const PATIENCE: Duration = Duration::from_secs(10);

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
    fn each_piece_is_attributed_to_its_packets() {
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

//! How much of what was sent has not been read yet: the kernel's word, not a guess.
//!
//! A piece that arrives while another still lies in the receiver's queue is no piece of its own,
//! and a reset that overtakes bytes is a race. Only Linux can be asked; elsewhere nobody knows, and
//! whoever asks has to wait a moment instead.

use std::net::TcpStream;
#[cfg(target_os = "linux")]
use std::net::{SocketAddr, SocketAddrV4};

/// Whether all that was sent over `stream` has been taken by the program at its other end, which
/// must be on this machine; none if that cannot be known.
pub(super) fn is_taken(stream: &TcpStream) -> Option<bool> {
    unread(stream).map(|count| count == 0)
}

/// How much of what was sent over `stream` its other end has not taken; none if that cannot be known.
#[cfg(not(target_os = "linux"))]
fn unread(_stream: &TcpStream) -> Option<u32> {
    None
}

/// How much of what was sent over `stream` its other end has not taken; none if that cannot be known.
#[cfg(target_os = "linux")]
pub(super) fn unread(stream: &TcpStream) -> Option<u32> {
    let (ours, theirs) = ends(stream)?;
    linux::receive_queue(theirs, ours).ok().flatten()
}

/// In how many segments the bytes that `stream` has received came; none if that cannot be known.
#[cfg(target_os = "linux")]
pub(super) fn segments_received(stream: &TcpStream) -> Option<u32> {
    let (ours, theirs) = ends(stream)?;
    linux::segments_received(ours, theirs).ok().flatten()
}

#[cfg(target_os = "linux")]
fn ends(stream: &TcpStream) -> Option<(SocketAddrV4, SocketAddrV4)> {
    match (stream.local_addr().ok()?, stream.peer_addr().ok()?) {
        (SocketAddr::V4(ours), SocketAddr::V4(theirs)) => Some((ours, theirs)),
        _ => None,
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::OnceCell;
    use std::io;
    use std::net::SocketAddrV4;
    use std::os::fd::OwnedFd;

    use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
    use rustix::net::{
        AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
    };

    thread_local! {
        static KERNEL: OnceCell<OwnedFd> = const { OnceCell::new() };
    }

    /// What the socket at `local`, connected to `remote`, has received and not handed out; none if
    /// there is no such socket any more.
    pub(super) fn receive_queue(
        local: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> io::Result<Option<u32>> {
        /// Behind the header: four bytes about the socket, its 48 bytes of addresses, a timer.
        const QUEUE: usize = HEADER + 4 + 48 + 4;
        let answer = asked(local, remote, 0)?;
        Ok(answer.and_then(|answer| number(&answer, QUEUE)))
    }

    /// In how many segments the socket at `local`, connected to `remote`, has received bytes.
    pub(super) fn segments_received(
        local: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> io::Result<Option<u32>> {
        const INET_DIAG_INFO: u16 = 2;
        /// Of `tcpi_data_segs_in` in `struct tcp_info`.
        const SEGMENTS: usize = 152;
        let Some(answer) = asked(local, remote, 1 << (INET_DIAG_INFO - 1))? else {
            return Ok(None);
        };
        // Attributes: length, kind, and what it says, each in a multiple of four bytes.
        let mut at = HEADER + 72;
        while let Some(&[a, b, c, d]) = answer.get(at..).and_then(<[u8]>::first_chunk) {
            if u16::from_ne_bytes([c, d]) == INET_DIAG_INFO {
                return Ok(number(&answer, at + 4 + SEGMENTS));
            }
            let length = usize::from(u16::from_ne_bytes([a, b]));
            at += length.max(4).next_multiple_of(4);
        }
        Ok(None)
    }

    fn number(answer: &[u8], at: usize) -> Option<u32> {
        let bytes = answer.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_ne_bytes(bytes))
    }

    /// What the kernel knows of a socket, with these extensions; none if there is no such socket.
    fn asked(
        local: SocketAddrV4,
        remote: SocketAddrV4,
        extensions: u8,
    ) -> io::Result<Option<Vec<u8>>> {
        KERNEL.with(|kernel| {
            let kernel = match kernel.get() {
                Some(kernel) => kernel,
                None => {
                    let opened = socket_with(
                        AddressFamily::NETLINK,
                        SocketType::DGRAM,
                        SocketFlags::CLOEXEC,
                        Some(SOCK_DIAG),
                    )?;
                    kernel.get_or_init(|| opened)
                }
            };
            ask(kernel, local, remote, extensions)
        })
    }

    /// Of an answer, and of a question: length, type, flags, sequence number, port.
    const HEADER: usize = 16;

    fn ask(
        kernel: &OwnedFd,
        local: SocketAddrV4,
        remote: SocketAddrV4,
        extensions: u8,
    ) -> io::Result<Option<Vec<u8>>> {
        const SOCK_DIAG_BY_FAMILY: u16 = 20;
        const NLM_F_REQUEST: u16 = 1;
        const AF_INET: u8 = 2;
        const IPPROTO_TCP: u8 = 6;
        const ALL_STATES: u32 = u32::MAX;
        const LENGTH: u32 = 16 + 56;

        let mut question = Vec::from(LENGTH.to_ne_bytes());
        question.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        question.extend(NLM_F_REQUEST.to_ne_bytes());
        question.extend([0; 8]);
        question.extend([AF_INET, IPPROTO_TCP, extensions, 0]);
        question.extend(ALL_STATES.to_ne_bytes());
        // Ports and addresses as they are on the wire, an address in room for one of IPv6.
        question.extend(local.port().to_be_bytes());
        question.extend(remote.port().to_be_bytes());
        for address in [local.ip(), remote.ip()] {
            question.extend(address.octets());
            question.extend([0; 12]);
        }
        question.extend([0; 4]);
        // Whatever its cookie.
        question.extend([0xFF; 8]);
        sendto(
            kernel,
            &question,
            SendFlags::empty(),
            &SocketAddrNetlink::new(0, 0),
        )?;
        let mut answer = vec![0; 1024];
        let (length, _) = recv(kernel, &mut answer[..], RecvFlags::empty())?;
        let kind = u16::from_ne_bytes([answer[4], answer[5]]);
        answer.truncate(length);
        Ok((kind == SOCK_DIAG_BY_FAMILY).then_some(answer))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    #[test]
    fn every_write_without_a_delay_is_a_segment() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        ours.set_nodelay(true).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(segments_received(&theirs), Some(0));
        for _ in 0..5 {
            ours.write_all(b"x").unwrap();
        }
        theirs.read_exact(&mut [0; 5]).unwrap();
        assert_eq!(segments_received(&theirs), Some(5));
    }

    #[test]
    fn what_is_not_read_yet_is_counted() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(unread(&ours), Some(0));
        ours.write_all(b"hello").unwrap();
        assert_eq!(unread(&ours), Some(5));
        assert_eq!(is_taken(&ours), Some(false));
        theirs.read_exact(&mut [0; 3]).unwrap();
        assert_eq!(unread(&ours), Some(2));
        theirs.read_exact(&mut [0; 2]).unwrap();
        assert_eq!(is_taken(&ours), Some(true));
        drop(theirs);
        assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    }
}

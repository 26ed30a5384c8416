//! How much of what was sent has not been read yet: the kernel's word, not a guess.
//!
//! A piece that arrives while another still lies in the receiver's queue is no piece of its own,
//! and a reset that overtakes bytes is a race. Only Linux can be asked; elsewhere nobody knows, and
//! whoever asks has to wait a moment instead.

use std::net::TcpStream;

/// Whether all that was sent over `stream` has been taken by the program at its other end, which
/// must be on this machine; none if that cannot be known.
pub(super) fn is_taken(stream: &TcpStream) -> Option<bool> {
    unread(stream).map(|count| count == 0)
}

#[cfg(not(target_os = "linux"))]
fn unread(_stream: &TcpStream) -> Option<u32> {
    None
}

#[cfg(target_os = "linux")]
fn unread(stream: &TcpStream) -> Option<u32> {
    use std::net::SocketAddr;

    let (SocketAddr::V4(theirs), SocketAddr::V4(ours)) =
        (stream.peer_addr().ok()?, stream.local_addr().ok()?)
    else {
        return None;
    };
    linux::receive_queue(theirs, ours).ok().flatten()
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
            ask(kernel, local, remote)
        })
    }

    fn ask(kernel: &OwnedFd, local: SocketAddrV4, remote: SocketAddrV4) -> io::Result<Option<u32>> {
        const SOCK_DIAG_BY_FAMILY: u16 = 20;
        const NLM_F_REQUEST: u16 = 1;
        const AF_INET: u8 = 2;
        const IPPROTO_TCP: u8 = 6;
        const ALL_STATES: u32 = u32::MAX;
        const HEADER: usize = 16;
        const LENGTH: u32 = 16 + 56;
        /// Behind the header: four bytes about the socket, its 48 bytes of addresses, a timer.
        const QUEUE: usize = HEADER + 4 + 48 + 4;

        // The header: length, type, flags, sequence number, port.
        let mut question = Vec::from(LENGTH.to_ne_bytes());
        question.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        question.extend(NLM_F_REQUEST.to_ne_bytes());
        question.extend([0; 8]);
        question.extend([AF_INET, IPPROTO_TCP, 0, 0]);
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
        let mut answer = [0; 512];
        let (length, _) = recv(kernel, &mut answer, RecvFlags::empty())?;
        let kind = u16::from_ne_bytes([answer[4], answer[5]]);
        if kind != SOCK_DIAG_BY_FAMILY || length < QUEUE + 4 {
            return Ok(None);
        }
        let queue = [0, 1, 2, 3].map(|at| answer[QUEUE + at]);
        Ok(Some(u32::from_ne_bytes(queue)))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

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

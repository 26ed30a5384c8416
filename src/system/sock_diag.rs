//! Asks the kernel about the socket at the other end of a connection on this machine.
//!
//! A segment that arrives while the receiver still has unread bytes is merged with them, and a
//! reset that overtakes bytes is a race. Waiting for a fixed time proves neither is over: on a busy
//! machine it can be too short. Only Linux can be asked (`sock_diag`); on other systems the caller
//! has to wait for a moment instead.

use std::net::TcpStream;

/// The interface to the kernel. It answers for one network namespace.
#[derive(Debug, Default)]
pub enum Kernel {
    /// For the harness's own namespace.
    #[default]
    Here,
    /// A `sock_diag` socket that was opened in another namespace.
    #[cfg(target_os = "linux")]
    There(std::os::fd::OwnedFd),
    /// For a namespace that cannot be asked.
    Unknown,
}

/// What is known about a socket.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "read only on Linux")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FarEnd {
    /// The kernel cannot be asked.
    Unknown,
    /// The socket no longer exists.
    Gone,
    Socket(Facts),
}

/// The state of an existing socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// How many received bytes the program has not read.
    pub unread: u64,
    /// How many bytes have been received, read or not. FIN counts as one.
    pub received: u64,
    /// How many bytes the program has written, sent or not.
    pub written: u64,
    /// In how many segments bytes have been received.
    pub segments: u32,
    /// The program has ended its output: it closed the socket or shut down writing.
    pub has_ended: bool,
    /// The inode number in `/proc`; 0 if no program has the socket open.
    pub inode: u32,
}

impl Facts {
    /// Whether the program has closed it. A connection that has not been accepted does not belong
    /// to a program either, but has not ended its output.
    pub(crate) fn is_closed(&self) -> bool {
        self.inode == 0 && self.has_ended
    }
}

impl Kernel {
    /// The state of the socket that `stream` is connected to.
    pub(crate) fn far_end(&self, stream: &TcpStream) -> FarEnd {
        self.look(stream).unwrap_or(FarEnd::Unknown)
    }

    /// Whether the program at the other end of `stream` has read all `sent` bytes. `None` if that
    /// is unknown.
    pub(crate) fn is_taken(&self, stream: &TcpStream, sent: u64) -> Option<bool> {
        match self.far_end(stream) {
            FarEnd::Unknown => None,
            FarEnd::Gone => Some(true),
            FarEnd::Socket(facts) => {
                Some(facts.is_closed() || facts.unread == 0 && facts.received >= sent)
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn look(&self, _stream: &TcpStream) -> Option<FarEnd> {
        None
    }

    #[cfg(target_os = "linux")]
    fn look(&self, stream: &TcpStream) -> Option<FarEnd> {
        use std::net::SocketAddr;
        use std::os::fd::AsFd;

        let (SocketAddr::V4(theirs), SocketAddr::V4(ours)) =
            (stream.peer_addr().ok()?, stream.local_addr().ok()?)
        else {
            return None;
        };
        let look = |kernel: std::os::fd::BorrowedFd<'_>| {
            if let Some(facts) = linux::ask(kernel, theirs, ours).ok()? {
                return Some(FarEnd::Socket(facts));
            }
            // A kernel without `sock_diag` gives the same answer as for a missing socket, so it is
            // asked about a socket that exists.
            linux::ask(kernel, ours, theirs).ok()??;
            Some(FarEnd::Gone)
        };
        match self {
            Self::Here => linux::with_kernel(look)?,
            Self::There(kernel) => look(kernel.as_fd()),
            Self::Unknown => None,
        }
    }
}

/// A socket for queries about the network namespace in which it is opened.
///
/// # Errors
///
/// If the kernel does not support `sock_diag`.
#[cfg(target_os = "linux")]
pub(crate) use linux::open;

/// How many bytes sent over `stream` its other end has not read. `None` if that is unknown.
pub(crate) fn unread(stream: &TcpStream) -> Option<u64> {
    match Kernel::Here.far_end(stream) {
        FarEnd::Socket(facts) => Some(facts.unread),
        FarEnd::Unknown | FarEnd::Gone => None,
    }
}

/// In how many segments the bytes that `stream` has received arrived. `None` if that is unknown.
#[cfg(target_os = "linux")]
pub(crate) fn segments_received(stream: &TcpStream) -> Option<u32> {
    use std::net::SocketAddr;

    let (SocketAddr::V4(ours), SocketAddr::V4(theirs)) =
        (stream.local_addr().ok()?, stream.peer_addr().ok()?)
    else {
        return None;
    };
    let facts = linux::with_kernel(|kernel| linux::ask(kernel, ours, theirs))?;
    Some(facts.ok()??.segments)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::OnceCell;
    use std::io;
    use std::net::SocketAddrV4;
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

    use rustix::io::retry_on_intr;
    use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
    use rustix::net::{
        AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
    };

    use super::Facts;

    thread_local! {
        static KERNEL: OnceCell<OwnedFd> = const { OnceCell::new() };
    }

    pub(crate) fn open() -> io::Result<OwnedFd> {
        Ok(socket_with(
            AddressFamily::NETLINK,
            SocketType::DGRAM,
            SocketFlags::CLOEXEC,
            Some(SOCK_DIAG),
        )?)
    }

    /// Calls `ask` with a socket for the namespace of this thread.
    pub(crate) fn with_kernel<T>(ask: impl FnOnce(BorrowedFd<'_>) -> T) -> Option<T> {
        KERNEL.with(|kernel| {
            let kernel = match kernel.get() {
                Some(kernel) => kernel,
                None => {
                    let opened = open().ok()?;
                    kernel.get_or_init(|| opened)
                }
            };
            Some(ask(kernel.as_fd()))
        })
    }

    /// The state of the socket at `local` connected to `remote`. `None` if there is no such socket.
    pub(crate) fn ask(
        kernel: BorrowedFd<'_>,
        local: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> io::Result<Option<Facts>> {
        const SOCK_DIAG_BY_FAMILY: u16 = 20;
        const NLM_F_REQUEST: u16 = 1;
        const AF_INET: u8 = 2;
        const IPPROTO_TCP: u8 = 6;
        const ALL_STATES: u32 = u32::MAX;
        /// The attribute with `tcp_info`, and the bit that requests it.
        const INET_DIAG_INFO: u16 = 2;
        const ASK_FOR_INFO: u8 = 1 << (INET_DIAG_INFO - 1);
        const LENGTH: u32 = 16 + 56;

        let mut question = Vec::from(LENGTH.to_ne_bytes());
        question.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        question.extend(NLM_F_REQUEST.to_ne_bytes());
        question.extend([0; 8]);
        question.extend([AF_INET, IPPROTO_TCP, ASK_FOR_INFO, 0]);
        question.extend(ALL_STATES.to_ne_bytes());
        // Ports and addresses in network byte order. An address field has room for IPv6.
        question.extend(local.port().to_be_bytes());
        question.extend(remote.port().to_be_bytes());
        for address in [local.ip(), remote.ip()] {
            question.extend(address.octets());
            question.extend([0; 12]);
        }
        question.extend([0; 4]);
        // Any cookie.
        question.extend([0xFF; 8]);
        let to_kernel = SocketAddrNetlink::new(0, 0);
        retry_on_intr(|| sendto(kernel, &question, SendFlags::empty(), &to_kernel))?;
        let mut answer = [0; 2048];
        let (length, _) = retry_on_intr(|| recv(kernel, &mut answer[..], RecvFlags::empty()))?;
        let answer = &answer[..length];
        if u16_at(answer, 4) != Some(SOCK_DIAG_BY_FAMILY) {
            return Ok(None);
        }
        Ok(facts(answer, INET_DIAG_INFO))
    }

    /// Decodes an `inet_diag_msg` and the `tcp_info` after it.
    fn facts(answer: &[u8], info: u16) -> Option<Facts> {
        const HEADER: usize = 16;
        /// The second of four one-byte fields before the 48 bytes of addresses and the timer.
        const STATE: usize = HEADER + 1;
        const UNREAD: usize = HEADER + 4 + 48 + 4;
        /// After the unread bytes, the unacknowledged bytes and the user ID.
        const INODE: usize = UNREAD + 12;
        const ATTRIBUTES: usize = INODE + 4;
        const ESTABLISHED: u8 = 1;
        const SYN_RECEIVED: u8 = 3;
        const CLOSE_WAIT: u8 = 8;
        /// An internal state of the kernel, between a listening and an established socket.
        const NEW_SYN_RECEIVED: u8 = 12;

        let state = *answer.get(STATE)?;
        let mut facts = Facts {
            unread: u32_at(answer, UNREAD)?.into(),
            received: 0,
            written: 0,
            segments: 0,
            has_ended: ![ESTABLISHED, SYN_RECEIVED, NEW_SYN_RECEIVED, CLOSE_WAIT].contains(&state),
            inode: u32_at(answer, INODE)?,
        };
        let mut at = ATTRIBUTES;
        while let (Some(length), Some(kind)) = (u16_at(answer, at), u16_at(answer, at + 2)) {
            let length = usize::from(length).max(4);
            if kind == info {
                let end = (at + length).min(answer.len());
                let info = &answer[at + 4..end];
                // Offsets in `struct tcp_info`; kernels only append fields.
                let (received, not_sent) = (u64_at(info, 128), u32_at(info, 144));
                let (sent, sent_again) = (u64_at(info, 200), u64_at(info, 208));
                facts.segments = u32_at(info, 152)?;
                facts.received = received?;
                facts.written = sent?.saturating_sub(sent_again?) + u64::from(not_sent?);
            }
            at += length.next_multiple_of(4);
        }
        Some(facts)
    }

    fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
        let found = bytes.get(at..)?.first_chunk()?;
        Some(u16::from_ne_bytes(*found))
    }

    fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
        let found = bytes.get(at..)?.first_chunk()?;
        Some(u32::from_ne_bytes(*found))
    }

    fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
        let found = bytes.get(at..)?.first_chunk()?;
        Some(u64::from_ne_bytes(*found))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, Shutdown, TcpListener};

    use super::*;

    fn facts(stream: &TcpStream) -> Facts {
        match Kernel::Here.far_end(stream) {
            FarEnd::Socket(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_write_with_nodelay_is_one_segment() {
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
    fn unread_bytes_are_counted() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        // A connection that is not accepted is not closed.
        assert!(!facts(&ours).is_closed());
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(facts(&ours).unread, 0);
        ours.write_all(b"hello").unwrap();
        // Delivery is asynchronous and may take time on a busy machine.
        while facts(&ours).received < 5 {}
        assert_eq!(facts(&ours).unread, 5);
        assert_eq!(Kernel::Here.is_taken(&ours, 5), Some(false));
        theirs.read_exact(&mut [0; 3]).unwrap();
        assert_eq!(facts(&ours).unread, 2);
        theirs.read_exact(&mut [0; 2]).unwrap();
        assert_eq!(Kernel::Here.is_taken(&ours, 5), Some(true));
        assert_eq!(Kernel::Here.is_taken(&ours, 6), Some(false));
        theirs.write_all(b"hi").unwrap();
        assert_eq!(facts(&ours).written, 2);
        assert!(!facts(&ours).has_ended);
        theirs.shutdown(Shutdown::Write).unwrap();
        assert!(facts(&ours).has_ended && !facts(&ours).is_closed());
        drop(theirs);
        assert!(facts(&ours).is_closed());
        assert_eq!(ours.read(&mut [0; 3]).unwrap(), 2);
        assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    }
}

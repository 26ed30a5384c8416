//! What the kernel says of the socket at the other end of a connection on this machine.
//!
//! A piece that arrives while another still lies in the receiver's queue is no piece of its own,
//! and a reset that overtakes bytes is a race. A silence proves neither: a busy machine outlasts
//! it. Only Linux can be asked (`sock_diag`); elsewhere the caller has to wait a moment instead.

use std::net::TcpStream;

/// Whom to ask: a kernel answers for one network namespace.
#[derive(Debug, Default)]
pub enum Kernel {
    /// The kernel for the harness's own namespace.
    #[default]
    Here,
    /// A `sock_diag` socket that was opened in another namespace.
    #[cfg(target_os = "linux")]
    There(std::os::fd::OwnedFd),
    /// The sockets live in a namespace that cannot be asked.
    Unknown,
}

/// What is known of a socket.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only Linux tells")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FarEnd {
    /// The kernel cannot be asked.
    Unknown,
    /// There is no such socket any more.
    Gone,
    Socket(Facts),
}

/// What the kernel says of a socket that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// How many bytes have arrived and were not read.
    pub unread: u64,
    /// How many bytes have arrived, read or not; an end counts as one.
    pub received: u64,
    /// How many bytes its program has written, whether they have left or not.
    pub written: u64,
    /// In how many segments bytes have arrived.
    pub segments: u32,
    /// Its program has ended its direction: closed the socket, or shut down its output.
    pub has_ended: bool,
    /// The number by which `/proc` names it; 0 if no program has it open.
    pub inode: u32,
}

impl Facts {
    /// Whether its program has closed it. A connection that waits to be accepted belongs to no
    /// program either, but has not ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.inode == 0 && self.has_ended
    }
}

impl Kernel {
    /// What it says of the socket that `stream` is connected to.
    pub(crate) fn far_end(&self, stream: &TcpStream) -> FarEnd {
        self.look(stream).unwrap_or(FarEnd::Unknown)
    }

    /// Whether all that was sent over `stream`, `sent` bytes of it, has been read by the program
    /// at its other end; none if that cannot be known.
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
            // A kernel that cannot answer says the same as one that knows of no such socket; so it
            // is asked for one that is known to exist.
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

/// A socket that asks the kernel about the network namespace in which it is opened.
///
/// # Errors
///
/// If the kernel has no `sock_diag`.
#[cfg(target_os = "linux")]
pub(crate) use linux::open;

/// How much of what was sent over `stream` its other end has not read; none if that cannot be known.
pub(crate) fn unread(stream: &TcpStream) -> Option<u64> {
    match Kernel::Here.far_end(stream) {
        FarEnd::Socket(facts) => Some(facts.unread),
        FarEnd::Unknown | FarEnd::Gone => None,
    }
}

/// In how many segments the bytes that `stream` has received came; none if that cannot be known.
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

    /// Lets `ask` ask the kernel for this thread's namespace.
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

    /// The socket at `local`, connected to `remote`; none if there is no such socket.
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
        /// The attribute that holds a `tcp_info`, and the bit that asks for it.
        const INET_DIAG_INFO: u16 = 2;
        const ASK_FOR_INFO: u8 = 1 << (INET_DIAG_INFO - 1);
        const LENGTH: u32 = 16 + 56;

        let mut question = Vec::from(LENGTH.to_ne_bytes());
        question.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        question.extend(NLM_F_REQUEST.to_ne_bytes());
        question.extend([0; 8]);
        question.extend([AF_INET, IPPROTO_TCP, ASK_FOR_INFO, 0]);
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

    /// What an `inet_diag_msg` says, and the `tcp_info` behind it.
    fn facts(answer: &[u8], info: u16) -> Option<Facts> {
        const HEADER: usize = 16;
        /// One of four bytes about the socket, which precede its 48 bytes of addresses and a timer.
        const STATE: usize = HEADER + 1;
        const UNREAD: usize = HEADER + 4 + 48 + 4;
        /// Behind what is unread, what is not acknowledged and the user.
        const INODE: usize = UNREAD + 12;
        const ATTRIBUTES: usize = INODE + 4;
        const ESTABLISHED: u8 = 1;
        const SYN_RECEIVED: u8 = 3;
        const CLOSE_WAIT: u8 = 8;
        /// Not seen by programs: between the two.
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
                // Offsets in `struct tcp_info`, of which kernels only ever extend the end.
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
    fn bytes_that_were_not_read_yet_are_counted() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        // Not accepted is not closed.
        assert!(!facts(&ours).is_closed());
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(facts(&ours).unread, 0);
        ours.write_all(b"hello").unwrap();
        // Delivery is the kernel's work, and takes its time on a busy machine.
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

//! A network namespace for one program, so that any fixed port is free for it.
//!
//! On Linux the supervisor enters a new user namespace and network namespace before it starts the
//! program. No other program uses that loopback interface, so no port is taken and none needs
//! privileges: a program with a fixed port runs unchanged, as any user, in parallel with others
//! like it. The supervisor creates the sockets that the harness needs in the namespace and passes
//! them to the harness, so the harness still controls the connection.
//!
//! Some systems forbid this (containers, some distributions). Then the supervisor reports why, the
//! program is not started, and the harness must fall back to another method.

use std::io;
use std::net::TcpListener;

use socket2::Socket;

use crate::system::sock_diag::Kernel;

/// The socket that the harness needs in the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketRequest {
    /// For a client: a listening socket on this port of 127.0.0.1.
    Listener(u16),
    /// For a server: a socket that can connect to it.
    Connector,
}

/// The sockets from another network namespace.
#[derive(Debug)]
pub enum Sockets {
    /// For [`SocketRequest::Listener`]: the listener, a socket that can connect to it, and the kernel
    /// interface for both.
    Listener(TcpListener, Socket, Kernel),
    /// For [`SocketRequest::Connector`]: the socket, and the kernel interface for it.
    Connector(Socket, Kernel),
}

/// Displays [`SocketRequest`] as an argument of the supervisor's command line.
impl std::fmt::Display for SocketRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listener(port) => write!(f, "listener:{port}"),
            Self::Connector => f.write_str("connector"),
        }
    }
}

impl std::str::FromStr for SocketRequest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "connector" => Ok(Self::Connector),
            Some(("listener", port)) => port
                .parse()
                .map(Self::Listener)
                .map_err(|e| format!("{port}: {e}")),
            _ => Err(format!("{text}: neither `listener:PORT` nor `connector`")),
        }
    }
}

#[cfg(target_os = "linux")]
pub(crate) use linux::isolate;
#[cfg(target_os = "linux")]
pub(crate) use linux::{enter, enter_own_network, receive};

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{IoSlice, IoSliceMut, Read};
    use std::mem::MaybeUninit;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::process::Stdio;

    use nix::sched::{CloneFlags, unshare};
    use rustix::net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
    };
    use socket2::{Domain, Type};

    use super::*;
    use crate::system::process::supervisor::{self, Duties};
    use crate::system::sock_diag;

    /// In the supervisor: moves this process into a new network namespace and sends the sockets for
    /// `request` to the harness, over the socket that is its stdin.
    ///
    /// The process must be single-threaded.
    pub(crate) fn enter_own_network(request: SocketRequest) -> io::Result<()> {
        let stdin = io::stdin();
        match enter().and_then(|()| make(request)) {
            Ok(sockets) => {
                let sockets: Vec<BorrowedFd<'_>> = sockets.iter().map(AsFd::as_fd).collect();
                hand_over(stdin.as_fd(), DONE, &sockets)
            }
            Err(why) => {
                hand_over(stdin.as_fd(), why.to_string().as_bytes(), &[])?;
                Err(why)
            }
        }
    }

    /// The supervisor sends this on success. Anything else is an error message.
    const DONE: &[u8] = b"done";

    /// Moves this process and its future children into a new network namespace.
    ///
    /// Thousands of short conversations leave thousands of connections in TIME_WAIT, each of which
    /// keeps its port for a minute, and finding a free port becomes slow. In the namespace only a
    /// few are kept.
    ///
    /// The process must be single-threaded.
    ///
    /// # Errors
    ///
    /// If the system forbids it. The process has not moved then.
    pub(crate) fn isolate() -> io::Result<()> {
        const CLOSED: &str = "/proc/sys/net/ipv4/tcp_max_tw_buckets";
        if rustix::process::getuid().is_root() {
            // In a user namespace, root would lose access to the files of all other users.
            step(
                "no namespace",
                unshare(CloneFlags::CLONE_NEWNET).map_err(io::Error::from),
            )?;
            step("loopback", raise_loopback())?;
        } else {
            rehearse()?;
            enter()?;
        }
        // The process has moved, and only the speed depends on this.
        let _ = std::fs::write(CLOSED, "16");
        Ok(())
    }

    /// Lets a supervisor enter a network namespace, to find out whether this process can.
    ///
    /// [`enter`] cannot be undone, and some systems forbid only one of its later steps: in a
    /// container `/proc/sys` is read-only, and Ubuntu's AppArmor forbids the map of users. A
    /// process that has taken the first step would be left without a loopback interface.
    fn rehearse() -> io::Result<()> {
        let javatalk = std::env::current_exe()?;
        let request = SocketRequest::Connector;
        let duties = Duties {
            socket_request: Some(request),
            ..Duties::default()
        };
        let (ours, theirs) = UnixStream::pair()?;
        // The command is dropped here, and with it the other end: `receive` reads to the end.
        let mut supervisor = supervisor::command(&javatalk, &javatalk, &duties)
            .arg("--version")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let sockets = receive(&ours, request);
        supervisor.wait()?;
        sockets.map(drop)
    }

    fn step(step: &str, result: io::Result<()>) -> io::Result<()> {
        result.map_err(|e| io::Error::new(e.kind(), format!("{step}: {e}")))
    }

    /// Moves this process into a new user namespace and a new network namespace, where every port
    /// is free.
    ///
    /// The process must be single-threaded.
    ///
    /// # Errors
    ///
    /// If the system forbids it.
    pub(crate) fn enter() -> io::Result<()> {
        let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
        let addresses = addresses();
        step(
            "no namespace",
            unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET).map_err(io::Error::from),
        )?;
        let write = |file: &str, text: String| step(file, std::fs::write(file, text));
        write("/proc/self/setgroups", "deny".to_owned())?;
        write("/proc/self/uid_map", format!("{0} {0} 1", user.as_raw()))?;
        write("/proc/self/gid_map", format!("{0} {0} 1", group.as_raw()))?;
        // In a network namespace of its own, a port below 1024 needs no privileges.
        write(
            "/proc/sys/net/ipv4/ip_unprivileged_port_start",
            "0".to_owned(),
        )?;
        step("loopback", raise_loopback())?;
        for address in addresses {
            // Without them the programs still find each other on 127.0.0.1.
            let _ = add_to_loopback(address);
        }
        Ok(())
    }

    /// The IPv4 addresses of this machine besides those of its loopback interface. A program may
    /// connect to the address that its host name stands for.
    fn addresses() -> Vec<Ipv4Addr> {
        let table = std::fs::read_to_string("/proc/net/fib_trie").unwrap_or_default();
        let lines: Vec<&str> = table.lines().map(str::trim).collect();
        let mut addresses: Vec<Ipv4Addr> = lines
            .windows(2)
            .filter(|lines| lines[1] == "/32 host LOCAL")
            .filter_map(|lines| lines[0].strip_prefix("|-- ")?.parse().ok())
            .filter(|address: &Ipv4Addr| !address.is_loopback())
            .collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }

    const LOOPBACK: i32 = 1;

    /// The equivalent of `ip link set lo up`, over netlink.
    fn raise_loopback() -> io::Result<()> {
        const RTM_NEWLINK: u16 = 16;
        const IFF_UP: u32 = 1;

        // The link: family and type (unused), index, flags, mask of the flags to change.
        let mut link = vec![0; 4];
        link.extend(LOOPBACK.to_ne_bytes());
        link.extend(IFF_UP.to_ne_bytes());
        link.extend(IFF_UP.to_ne_bytes());
        tell_kernel(RTM_NEWLINK, 0, &link)
    }

    /// The equivalent of `ip address add ADDRESS/32 dev lo`.
    fn add_to_loopback(address: Ipv4Addr) -> io::Result<()> {
        const RTM_NEWADDR: u16 = 20;
        const AF_INET: u8 = 2;
        const PREFIX: u8 = 32;
        const IFA_ADDRESS: u16 = 1;
        const IFA_LOCAL: u16 = 2;
        const ATTRIBUTE: u16 = 4 + 4;
        const NLM_F_EXCL_AND_CREATE: u16 = 0x200 | 0x400;

        // Family, length of the prefix, flags, scope, index.
        let mut message = vec![AF_INET, PREFIX, 0, 0];
        message.extend(LOOPBACK.to_ne_bytes());
        for attribute in [IFA_LOCAL, IFA_ADDRESS] {
            message.extend(ATTRIBUTE.to_ne_bytes());
            message.extend(attribute.to_ne_bytes());
            message.extend(address.octets());
        }
        tell_kernel(RTM_NEWADDR, NLM_F_EXCL_AND_CREATE, &message)
    }

    /// Sends a request to change the network, and waits until it is done.
    fn tell_kernel(kind: u16, flags: u16, body: &[u8]) -> io::Result<()> {
        use rustix::net::netlink::SocketAddrNetlink;
        use rustix::net::{AddressFamily, SocketType, recv, sendto, socket};

        const NLM_F_REQUEST_AND_ACK: u16 = 1 | 4;
        const NLMSG_ERROR: u16 = 2;
        const HEADER: usize = 16;

        // The header: length, type, flags, sequence number, port.
        let length = u32::try_from(HEADER + body.len()).map_err(io::Error::other)?;
        let mut message = Vec::from(length.to_ne_bytes());
        message.extend(kind.to_ne_bytes());
        message.extend((NLM_F_REQUEST_AND_ACK | flags).to_ne_bytes());
        message.extend([0; 8]);
        message.extend(body);

        // Protocol 0 is NETLINK_ROUTE.
        let kernel = socket(AddressFamily::NETLINK, SocketType::RAW, None)?;
        sendto(
            &kernel,
            &message,
            SendFlags::empty(),
            &SocketAddrNetlink::new(0, 0),
        )?;
        let mut answer = [0; 256];
        let (length, _) = recv(&kernel, &mut answer, RecvFlags::empty())?;
        // An acknowledgement is an error message with error number 0, after the 16-byte header.
        let kind = u16::from_ne_bytes([answer[4], answer[5]]);
        let error = i32::from_ne_bytes([answer[16], answer[17], answer[18], answer[19]]);
        if length < 20 || kind != NLMSG_ERROR {
            return Err(io::Error::other("the kernel sent an unexpected answer"));
        }
        if error != 0 {
            return Err(io::Error::from_raw_os_error(-error));
        }
        Ok(())
    }

    fn make(request: SocketRequest) -> io::Result<Vec<OwnedFd>> {
        let unconnected = || Socket::new(Domain::IPV4, Type::STREAM, None).map(OwnedFd::from);
        let mut sockets = match request {
            SocketRequest::Listener(port) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                vec![TcpListener::bind(address)?.into(), unconnected()?]
            }
            SocketRequest::Connector => vec![unconnected()?],
        };
        // Without this socket the harness still works, but observes less.
        sockets.extend(sock_diag::open());
        Ok(sockets)
    }

    fn hand_over(
        socket: BorrowedFd<'_>,
        word: &[u8],
        sockets: &[BorrowedFd<'_>],
    ) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !sockets.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(sockets));
        }
        sendmsg(
            socket,
            &[IoSlice::new(word)],
            &mut control,
            SendFlags::empty(),
        )?;
        Ok(())
    }

    /// In the harness: receives the sockets from the supervisor.
    ///
    /// # Errors
    ///
    /// If the supervisor could not enter the namespace.
    pub(crate) fn receive(supervisor: &UnixStream, request: SocketRequest) -> io::Result<Sockets> {
        let mut word = [0; 512];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = recvmsg(
            supervisor,
            &mut [IoSliceMut::new(&mut word)],
            &mut control,
            RecvFlags::CMSG_CLOEXEC,
        )?;
        let word = &word[..received.bytes];
        if word != DONE {
            let mut why = word.to_vec();
            // Reads the rest of the error message; the supervisor has exited after sending it.
            let _ = (&*supervisor).read_to_end(&mut why);
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                String::from_utf8_lossy(&why),
            ));
        }
        let mut sockets = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(handed) = message {
                sockets.extend(handed);
            }
        }
        let mut sockets = sockets.into_iter();
        let kernel = |socket: Option<OwnedFd>| socket.map_or(Kernel::Unknown, Kernel::There);
        match (request, sockets.next(), sockets.next()) {
            (SocketRequest::Listener(_), Some(listener), Some(caller)) => {
                let kernel = kernel(sockets.next());
                Ok(Sockets::Listener(listener.into(), caller.into(), kernel))
            }
            (SocketRequest::Connector, Some(connector), asked) => {
                Ok(Sockets::Connector(connector.into(), kernel(asked)))
            }
            _ => Err(io::Error::other("the supervisor sent unexpected sockets")),
        }
    }
}

/// Other systems have no network namespaces.
///
/// # Errors
///
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn isolate() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Other systems have no network namespaces.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enter() -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "only Linux has network namespaces",
    ))
}

/// Other systems have no network namespaces.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enter_own_network(_: SocketRequest) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

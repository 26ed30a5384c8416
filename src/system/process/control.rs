//! The control connection between the harness and a supervisor.
//!
//! A supervisor that is started with it sets everything up and waits. The harness can then ask for
//! sockets, which the supervisor makes in its own network namespace and hands over; start the
//! program; and send it SIGTERM. The program's stdin is a pipe whose writing end is handed over
//! too. Requests are lines of text; every answer is one message.

use std::fmt;
use std::io::{self, BufRead, BufReader, IoSlice, IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use socket2::{Domain, Socket, Type};

use super::namespace;
use crate::system::sock_diag::Kernel;

/// What the harness asks a supervisor for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    /// A TCP socket that can connect to the program.
    Connector,
    /// The same for IPv6.
    Connector6,
    /// A TCP socket that listens on this port of the loopback interface.
    Listener(u16),
    /// A UDP socket that can send to the program.
    Sender,
    /// A UDP socket on this port of the loopback interface.
    Receiver(u16),
    /// A socket that answers queries about sockets.
    Kernel,
    /// To start the program; the answer is the writing end of its stdin.
    Start,
    /// To send SIGTERM to the program.
    Terminate,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector => f.write_str("connector"),
            Self::Connector6 => f.write_str("connector-6"),
            Self::Listener(port) => write!(f, "listener:{port}"),
            Self::Sender => f.write_str("sender"),
            Self::Receiver(port) => write!(f, "receiver:{port}"),
            Self::Kernel => f.write_str("kernel"),
            Self::Start => f.write_str("start"),
            Self::Terminate => f.write_str("terminate"),
        }
    }
}

impl FromStr for Request {
    type Err = io::Error;

    fn from_str(text: &str) -> io::Result<Self> {
        let unknown = || io::Error::other(format!("{text}: there is no such request"));
        let port = |port: &str| port.parse().map_err(|_| unknown());
        Ok(match text.split_once(':') {
            Some(("listener", number)) => Self::Listener(port(number)?),
            Some(("receiver", number)) => Self::Receiver(port(number)?),
            None if text == "connector" => Self::Connector,
            None if text == "connector-6" => Self::Connector6,
            None if text == "sender" => Self::Sender,
            None if text == "kernel" => Self::Kernel,
            None if text == "start" => Self::Start,
            None if text == "terminate" => Self::Terminate,
            _ => return Err(unknown()),
        })
    }
}

/// The harness's end.
#[derive(Debug)]
pub(crate) struct Control(Mutex<UnixStream>);

impl Control {
    /// Waits until the supervisor is set up.
    ///
    /// # Errors
    ///
    /// If it could not enter a network namespace of its own.
    pub(super) fn new(socket: UnixStream) -> io::Result<Self> {
        receive(&socket).map_err(|why| match why {
            // It could be started, so this is the only reason.
            Refusal::Said(why) => io::Error::new(io::ErrorKind::Unsupported, why),
            Refusal::Lost(why) => why,
        })?;
        Ok(Self(Mutex::new(socket)))
    }

    pub(crate) fn connector(&self) -> io::Result<Socket> {
        Ok(self.ask_for_one(Request::Connector)?.into())
    }

    /// A socket that can connect over IPv6.
    pub(crate) fn connector_6(&self) -> io::Result<Socket> {
        Ok(self.ask_for_one(Request::Connector6)?.into())
    }

    pub(crate) fn listener(&self, port: u16) -> io::Result<TcpListener> {
        Ok(self.ask_for_one(Request::Listener(port))?.into())
    }

    pub(crate) fn sender(&self) -> io::Result<UdpSocket> {
        Ok(self.ask_for_one(Request::Sender)?.into())
    }

    pub(crate) fn receiver(&self, port: u16) -> io::Result<UdpSocket> {
        Ok(self.ask_for_one(Request::Receiver(port))?.into())
    }

    /// Where to ask about sockets in the program's namespace.
    #[cfg(target_os = "linux")]
    pub(crate) fn kernel(&self) -> Kernel {
        // Without this socket the harness still works, but observes less.
        self.ask_for_one(Request::Kernel)
            .map_or(Kernel::Unknown, Kernel::There)
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn kernel(&self) -> Kernel {
        Kernel::Unknown
    }

    /// Starts the program, and returns the writing end of its stdin.
    pub(super) fn start(&self) -> io::Result<OwnedFd> {
        self.ask_for_one(Request::Start)
    }

    /// Sends SIGTERM to the program and to all processes of its group.
    ///
    /// # Errors
    ///
    /// If it has ended.
    pub(crate) fn terminate(&self) -> io::Result<()> {
        self.ask(Request::Terminate).map(drop)
    }

    fn ask_for_one(&self, request: Request) -> io::Result<OwnedFd> {
        let answer = self.ask(request)?.into_iter().next();
        answer.ok_or_else(|| io::Error::other("the supervisor sent nothing"))
    }

    fn ask(&self, request: Request) -> io::Result<Vec<OwnedFd>> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = socket.write_all(format!("{request}\n").as_bytes());
        let received = sent.map_err(Refusal::Lost).and_then(|()| receive(&socket));
        received.map_err(|why| match why {
            Refusal::Said(why) => io::Error::other(why),
            Refusal::Lost(_) => io::Error::new(ENDED, "its supervisor has ended"),
        })
    }

    /// A connection whose supervisor has already ended.
    #[cfg(test)]
    pub(crate) fn of_ended_supervisor() -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        answer(&theirs, Ok::<_, io::Error>(&[][..])).unwrap();
        Self::new(ours).unwrap()
    }
}

/// The kind of the error with which a request fails whose supervisor has ended, and its program with
/// it. The harness may not have noticed that yet.
const ENDED: io::ErrorKind = io::ErrorKind::BrokenPipe;

/// Whether a request has failed only because the supervisor, and its program with it, has ended.
pub(crate) fn has_ended(why: &io::Error) -> bool {
    why.kind() == ENDED
}

/// The supervisor's end: its stdin.
pub(super) struct Requests {
    socket: UnixStream,
    lines: BufReader<UnixStream>,
}

impl Requests {
    /// Takes the supervisor's stdin, and enters a network namespace of its own if that is asked
    /// for. The process must be single-threaded.
    ///
    /// # Errors
    ///
    /// If the system does not allow it. The harness knows then.
    pub(super) fn accept(own_network: bool) -> io::Result<Self> {
        let stdin = io::stdin().as_fd().try_clone_to_owned()?;
        let socket = UnixStream::from(stdin);
        let entered = if own_network {
            namespace::enter()
        } else {
            Ok(())
        };
        answer(&socket, entered.as_ref().map(|()| &[][..]))?;
        entered?;
        let lines = BufReader::new(socket.try_clone()?);
        Ok(Self { socket, lines })
    }

    /// Answers requests until the program is to be started. Returns false if the harness is gone.
    pub(super) fn until_start(&mut self) -> bool {
        while let Some(request) = self.next() {
            match request {
                Ok(Request::Start) => return true,
                request => self.answer_plainly(request, || Err(not_running())),
            }
        }
        false
    }

    /// Tells the harness that the program has started, or why not.
    pub(super) fn started(&self, stdin: io::Result<OwnedFd>) -> io::Result<()> {
        let stdin = stdin.map(|stdin| vec![stdin]);
        answer(&self.socket, stdin.as_deref())?;
        stdin.map(drop)
    }

    /// Answers requests until the harness is gone.
    pub(super) fn serve(&mut self, terminate: impl Fn() -> io::Result<()>) {
        while let Some(request) = self.next() {
            self.answer_plainly(request, &terminate);
        }
    }

    fn answer_plainly(&self, request: io::Result<Request>, terminate: impl Fn() -> io::Result<()>) {
        let made = request.and_then(|request| match request {
            Request::Terminate => terminate().map(|()| Vec::new()),
            request => make(request).map(|made| vec![made]),
        });
        // A harness that is gone needs no answer.
        let _ = answer(&self.socket, made.as_deref());
    }

    fn next(&mut self) -> Option<io::Result<Request>> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end().parse()),
        }
    }
}

fn not_running() -> io::Error {
    io::Error::other("the program is not running")
}

fn make(request: Request) -> io::Result<OwnedFd> {
    let on = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    Ok(match request {
        Request::Connector => Socket::new(Domain::IPV4, Type::STREAM, None)?.into(),
        Request::Connector6 => Socket::new(Domain::IPV6, Type::STREAM, None)?.into(),
        Request::Listener(port) => TcpListener::bind(on(port))?.into(),
        Request::Sender => UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.into(),
        Request::Receiver(port) => UdpSocket::bind(on(port))?.into(),
        #[cfg(target_os = "linux")]
        Request::Kernel => crate::system::sock_diag::open()?,
        #[cfg(not(target_os = "linux"))]
        Request::Kernel => return Err(io::ErrorKind::Unsupported.into()),
        Request::Start | Request::Terminate => {
            return Err(io::Error::other(format!("{request} is not possible now")));
        }
    })
}

/// The supervisor sends this on success. Anything else is an error message.
const DONE: &[u8] = b"done";

/// The longest message.
const LONGEST: usize = 512;

fn answer<E: fmt::Display>(socket: &UnixStream, made: Result<&[OwnedFd], E>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let (word, handed) = match made {
        Ok(handed) => (DONE.to_vec(), handed),
        Err(why) => (why.to_string().into_bytes(), &[][..]),
    };
    let handed: Vec<BorrowedFd<'_>> = handed.iter().map(AsFd::as_fd).collect();
    if !handed.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(&handed));
    }
    let word = &word[..word.len().min(LONGEST)];
    sendmsg(
        socket,
        &[IoSlice::new(word)],
        &mut control,
        SendFlags::empty(),
    )?;
    Ok(())
}

/// Why there is no answer.
enum Refusal {
    /// The supervisor says why.
    Said(String),
    /// The connection is lost: the supervisor has ended.
    Lost(io::Error),
}

/// Receives an answer.
fn receive(socket: &UnixStream) -> Result<Vec<OwnedFd>, Refusal> {
    #[cfg(target_os = "linux")]
    const FLAGS: RecvFlags = RecvFlags::CMSG_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    const FLAGS: RecvFlags = RecvFlags::empty();

    let mut word = [0; LONGEST];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = loop {
        let mut into = [IoSliceMut::new(&mut word)];
        match recvmsg(socket, &mut into, &mut control, FLAGS) {
            Err(rustix::io::Errno::INTR) => {}
            received => break received.map_err(|why| Refusal::Lost(why.into()))?,
        }
    };
    match &word[..received.bytes] {
        [] => Err(Refusal::Lost(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "its supervisor has ended",
        ))),
        DONE => {
            let mut handed = Vec::new();
            for message in control.drain() {
                if let RecvAncillaryMessage::ScmRights(these) = message {
                    handed.extend(these);
                }
            }
            Ok(handed)
        }
        why => Err(Refusal::Said(String::from_utf8_lossy(why).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_read_as_it_is_written() {
        for request in [
            Request::Connector,
            Request::Connector6,
            Request::Listener(666),
            Request::Sender,
            Request::Receiver(65535),
            Request::Kernel,
            Request::Start,
            Request::Terminate,
        ] {
            let read: Request = request.to_string().parse().unwrap();
            assert_eq!(read, request);
        }
        for text in ["", "listener", "listener:65536", "start:1", "stop"] {
            assert!(text.parse::<Request>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_request_says_that_the_supervisor_has_ended() {
        let gone = Control::of_ended_supervisor();
        assert!(has_ended(&gone.connector().unwrap_err()));

        // It ends after it has been asked, with the request unread.
        let (ours, theirs) = UnixStream::pair().unwrap();
        answer(&theirs, Ok::<_, io::Error>(&[][..])).unwrap();
        let control = Control::new(ours).unwrap();
        let supervisor = std::thread::spawn(move || {
            let mut byte = [0];
            rustix::net::recv(&theirs, &mut byte, RecvFlags::PEEK).unwrap();
        });
        assert!(has_ended(&control.sender().unwrap_err()));
        supervisor.join().unwrap();
    }

    #[test]
    fn an_answer_is_sockets_or_a_message() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        answer(&theirs, Ok::<_, io::Error>(&[OwnedFd::from(listener)][..])).unwrap();
        let handed = receive(&ours).map_err(|_| "refused").unwrap();
        let [listener] = <[OwnedFd; 1]>::try_from(handed).unwrap();
        assert_eq!(TcpListener::from(listener).local_addr().unwrap(), address);

        answer(&theirs, Err::<&[OwnedFd], _>("no such port")).unwrap();
        assert!(matches!(receive(&ours), Err(Refusal::Said(why)) if why == "no such port"));
        drop(theirs);
        assert!(matches!(receive(&ours), Err(Refusal::Lost(_))));
    }
}

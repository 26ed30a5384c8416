//! Captures frames on the loopback interface, with the kernel's timestamps.
//!
//! A packet socket for one network protocol receives only incoming frames. On loopback every
//! outgoing frame is also incoming, so each frame is captured once.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::segment::Frame;

/// Captures frames until it is finished.
#[derive(Debug)]
pub(crate) struct Capture {
    frames: Arc<Mutex<Vec<Frame>>>,
    reader: Option<JoinHandle<()>>,
    /// Dropping this ends the reader.
    end: Option<io::PipeWriter>,
}

impl Capture {
    /// Starts the capture.
    ///
    /// # Errors
    ///
    /// If the system does not allow it: capturing needs the capability `CAP_NET_RAW`, which root
    /// has, and every user inside their own network namespace.
    #[cfg(target_os = "linux")]
    pub(crate) fn start() -> io::Result<Self> {
        use nix::sys::socket::SockProtocol;

        let sockets = [
            linux::open(SockProtocol::EthIp)?,
            linux::open(SockProtocol::EthIpv6)?,
        ];
        let (ended, end) = io::pipe()?;
        let frames = Arc::new(Mutex::new(Vec::new()));
        let reader = {
            let frames = Arc::clone(&frames);
            thread::Builder::new()
                .name("capture".to_owned())
                .spawn(move || linux::read(&sockets, &ended, &frames))?
        };
        Ok(Self {
            frames,
            reader: Some(reader),
            end: Some(end),
        })
    }

    /// Other systems have no packet sockets.
    ///
    /// # Errors
    ///
    /// Always.
    #[cfg(not(target_os = "linux"))]
    pub fn start() -> io::Result<Self> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "only Linux has packet sockets",
        ))
    }

    /// All captured frames.
    pub(crate) fn finish(mut self) -> Vec<Frame> {
        self.stop();
        std::mem::take(&mut *self.frames.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn stop(&mut self) {
        self.end = None;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::IoSliceMut;
    use std::os::fd::{AsRawFd, OwnedFd};
    use std::time::{SystemTime, UNIX_EPOCH};

    use nix::cmsg_space;
    use nix::errno::Errno;
    use nix::sys::socket::{
        AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockProtocol, SockType, recvmsg,
        setsockopt, socket, sockopt,
    };
    use nix::sys::time::TimeSpec;
    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;

    /// The largest frame of the loopback interface, with its headers.
    const LARGEST: usize = 1 << 17;

    /// The size of the receive buffer. The kernel may grant less.
    const ROOM: usize = 64 << 20;

    pub(crate) fn open(protocol: SockProtocol) -> io::Result<OwnedFd> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let socket = socket(AddressFamily::Packet, SockType::Raw, flags, protocol)?;
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
        // Root may exceed the limit for receive buffers.
        let _ = setsockopt(&socket, sockopt::RcvBufForce, &ROOM)
            .or_else(|_| setsockopt(&socket, sockopt::RcvBuf, &ROOM));
        Ok(socket)
    }

    pub(crate) fn read(sockets: &[OwnedFd; 2], ended: &io::PipeReader, frames: &Mutex<Vec<Frame>>) {
        let mut buffer = vec![0; LARGEST];
        loop {
            let mut awaited = [
                PollFd::new(&sockets[0], PollFlags::IN),
                PollFd::new(&sockets[1], PollFlags::IN),
                PollFd::new(ended, PollFlags::IN),
            ];
            let waited = poll(&mut awaited, None);
            let is_end = !awaited[2].revents().is_empty();
            // Also after the end signal: frames sent before it are already in the buffer.
            for socket in sockets {
                while let Some(frame) = next(socket, &mut buffer) {
                    let mut frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
                    frames.push(frame);
                }
            }
            if is_end || !matches!(waited, Ok(_) | Err(rustix::io::Errno::INTR)) {
                return;
            }
        }
    }

    fn next(socket: &OwnedFd, buffer: &mut [u8]) -> Option<Frame> {
        loop {
            let mut control = cmsg_space!(TimeSpec);
            let mut pieces = [IoSliceMut::new(buffer)];
            let received = recvmsg::<()>(
                socket.as_raw_fd(),
                &mut pieces,
                Some(&mut control),
                MsgFlags::empty(),
            );
            let received = match received {
                Ok(received) => received,
                Err(Errno::EINTR) => continue,
                Err(_) => return None,
            };
            let stamp = received.cmsgs().ok().and_then(|mut all| {
                all.find_map(|message| match message {
                    ControlMessageOwned::ScmTimestampns(time) => Some(time),
                    _ => None,
                })
            });
            let length = received.bytes;
            let at = match stamp {
                Some(time) => {
                    let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
                    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec()).unwrap_or(0)
                }
                None => SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0)),
            };
            let bytes = buffer[..length].to_vec();
            return Some(Frame { at, bytes });
        }
    }
}

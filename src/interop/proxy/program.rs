//! The program at the other end of one of the relay's connections, as the kernel sees it.

use std::net::TcpStream;

use crate::system::blocked::{Blocked, Holders};
use crate::system::sock_diag::{Facts, FarEnd, Kernel};

#[derive(Debug, Default)]
pub(crate) struct Program {
    kernel: Kernel,
    holders: Holders,
}

impl Program {
    /// The program whose socket `kernel` can be asked about.
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self {
            kernel,
            holders: Holders::default(),
        }
    }

    /// The same program, which is most likely this process.
    pub(crate) fn in_process(mut self, process: Option<u32>) -> Self {
        self.expect(process);
        self
    }

    /// Says which process it most likely is.
    pub(super) fn expect(&mut self, process: Option<u32>) {
        self.holders.expect(process);
    }

    /// What the kernel knows about the program's socket, which `stream` is connected to.
    pub(crate) fn socket(&self, stream: &TcpStream) -> FarEnd {
        self.kernel.far_end(stream)
    }

    /// Whether the program has read all `sent` bytes sent over `stream`; `None` if that cannot be
    /// known.
    pub(crate) fn is_taken(&self, stream: &TcpStream, sent: u64) -> Option<bool> {
        self.kernel.is_taken(stream, sent)
    }

    /// What the program waits for at its socket.
    pub(crate) fn blocked(&mut self, facts: &Facts) -> Option<Blocked> {
        self.holders.blocked(facts.inode)
    }

    /// Whether any thread of the program is running or runnable, or the program has yet to accept
    /// the connection.
    pub(crate) fn is_awake(&mut self, stream: &TcpStream) -> bool {
        match self.socket(stream) {
            FarEnd::Socket(facts) if facts.is_closed() => false,
            FarEnd::Socket(facts) => facts.inode == 0 || self.holders.are_awake(facts.inode),
            FarEnd::Unknown | FarEnd::Gone => false,
        }
    }
}

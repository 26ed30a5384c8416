//! The program at the other end of one of a relay's connections, as the kernel sees it.

use std::net::TcpStream;

use crate::system::blocked::{Blocked, Holders};
use crate::system::sock_diag::{Facts, FarEnd, Kernel};

#[derive(Debug)]
pub(crate) struct Program {
    kernel: Kernel,
    holders: Holders,
}

impl Program {
    /// The program about whose socket `kernel` is to be asked.
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self {
            kernel,
            holders: Holders::default(),
        }
    }

    /// What is known of its socket, which `stream` is connected to.
    pub(crate) fn socket(&self, stream: &TcpStream) -> FarEnd {
        self.kernel.far_end(stream)
    }

    /// Whether it has read all that was sent over `stream`, `sent` bytes of it; none if that cannot
    /// be known.
    pub(crate) fn is_taken(&self, stream: &TcpStream, sent: u64) -> Option<bool> {
        self.kernel.is_taken(stream, sent)
    }

    /// What it waits for at its socket.
    pub(crate) fn blocked(&mut self, facts: &Facts) -> Option<Blocked> {
        self.holders.blocked(facts.inode)
    }

    /// Whether some thread of it is running, or ready to; or it has yet to accept the connection.
    pub(crate) fn is_awake(&mut self, stream: &TcpStream) -> bool {
        match self.socket(stream) {
            FarEnd::Socket(facts) if facts.is_closed() => false,
            FarEnd::Socket(facts) => facts.inode == 0 || self.holders.are_awake(facts.inode),
            FarEnd::Unknown | FarEnd::Gone => false,
        }
    }
}

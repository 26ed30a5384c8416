//! Ports that are free for a program that cannot choose one itself.
//!
//! To bind port 0 and use its number after closing the socket is a race: until the program binds
//! it, the system may give the same port to another socket. The ports here lie outside the range
//! from which the system chooses, and each is reserved among the processes that use this module.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that no other process of ours uses while this exists.
#[derive(Debug)]
pub(crate) struct ReservedPort {
    number: u16,
    /// The name is free again once this is closed.
    #[cfg(target_os = "linux")]
    _name: std::os::unix::net::UnixListener,
}

/// The ports that are tried. Linux chooses ports from 32768 on, and other systems from 49152 on.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

impl ReservedPort {
    /// A port that is free for TCP and UDP.
    ///
    /// # Errors
    ///
    /// If none is free.
    pub(crate) fn find() -> io::Result<Self> {
        static NEXT: AtomicU16 = AtomicU16::new(0);

        // Processes that start at different ports rarely meet.
        let of_process = u16::try_from(std::process::id().wrapping_mul(97) % u32::from(COUNT));
        let of_process = of_process.unwrap_or_default();
        for _ in 0..COUNT {
            let next = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
            let number = FIRST + (of_process + next) % COUNT;
            if let Some(port) = Self::reserve(number) {
                return Ok(port);
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            format!(
                "none of the ports from {FIRST} to {} is free",
                FIRST + COUNT - 1
            ),
        ))
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    #[cfg(target_os = "linux")]
    fn reserve(number: u16) -> Option<Self> {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::{SocketAddr, UnixListener};

        // An abstract name belongs to a network namespace, as a port does.
        let name = SocketAddr::from_abstract_name(format!("javatalk-port-{number}")).ok()?;
        let name = UnixListener::bind_addr(&name).ok()?;
        is_free(number).then_some(Self {
            number,
            _name: name,
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn reserve(number: u16) -> Option<Self> {
        is_free(number).then_some(Self { number })
    }
}

fn is_free(port: u16) -> bool {
    let everywhere = (Ipv4Addr::UNSPECIFIED, port);
    TcpListener::bind(everywhere).is_ok() && UdpSocket::bind(everywhere).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_reserved_once_and_can_be_bound() {
        let ports: Vec<ReservedPort> = (0..20).map(|_| ReservedPort::find().unwrap()).collect();
        for (index, port) in ports.iter().enumerate() {
            let others = ports[..index].iter();
            assert!(!others.map(ReservedPort::number).any(|n| n == port.number()));
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
            assert_eq!(listener.local_addr().unwrap().port(), port.number());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_port_that_is_in_use_is_not_reserved() {
        let port = ReservedPort::find().unwrap();
        assert!(ReservedPort::reserve(port.number()).is_none());
        let number = port.number();
        drop(port);
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).unwrap();
        assert!(ReservedPort::reserve(number).is_none());
    }
}

//! The relays of one client to one port of the server, over TCP or UDP.

use std::io;
use std::net::{TcpListener, UdpSocket};
use std::time::Instant;

use crate::interop::model::pair::Transport;
use crate::interop::model::traffic::Traffic;
use crate::interop::proxy::hub::{DatagramHub, Hub, Place};

/// Where a client finds the relay.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Socket {
    /// A socket on this port; on 0 the system chooses one.
    pub(super) fn at(place: &Place, transport: Transport, port: u16) -> io::Result<Self> {
        Ok(match transport {
            Transport::Tcp => Self::Tcp(place.listener(port)?),
            Transport::Udp => Self::Udp(place.receiver(port)?),
        })
    }

    pub(super) fn port(&self) -> io::Result<u16> {
        let address = match self {
            Self::Tcp(listener) => listener.local_addr(),
            Self::Udp(socket) => socket.local_addr(),
        };
        Ok(address?.port())
    }
}

/// The relays of one client to one port of the server.
#[derive(Debug)]
pub(super) struct Relays {
    /// The index of the port in the pair.
    pub(super) port: usize,
    hub: OfTransport,
}

#[derive(Debug)]
enum OfTransport {
    Tcp(Hub),
    Udp(DatagramHub),
}

impl Relays {
    /// Makes the relays to this port of a hub.
    pub(super) fn tcp(port: usize) -> impl FnOnce(Hub) -> Self {
        move |hub| Self {
            port,
            hub: OfTransport::Tcp(hub),
        }
    }

    /// Makes the relays to this port of a hub for datagrams.
    pub(super) fn udp(port: usize) -> impl FnOnce(DatagramHub) -> Self {
        move |hub| Self {
            port,
            hub: OfTransport::Udp(hub),
        }
    }

    pub(super) fn transport(&self) -> Transport {
        match &self.hub {
            OfTransport::Tcp(_) => Transport::Tcp,
            OfTransport::Udp(_) => Transport::Udp,
        }
    }

    /// What was recorded of each connection, or of each port from which the client sent datagrams.
    pub(super) fn traffic(&self) -> Vec<Traffic> {
        match &self.hub {
            OfTransport::Tcp(hub) => hub
                .connections()
                .iter()
                .map(|connection| connection.traffic())
                .collect(),
            OfTransport::Udp(hub) => hub.traffic(),
        }
    }

    /// Whether the client has used them.
    pub(super) fn are_used(&self) -> bool {
        match &self.hub {
            OfTransport::Tcp(hub) => !hub.connections().is_empty(),
            OfTransport::Udp(hub) => !hub.traffic().is_empty(),
        }
    }

    /// Whether the client waits for a server that does not listen yet.
    pub(super) fn wait_for_server(&self) -> bool {
        match &self.hub {
            OfTransport::Tcp(hub) => {
                let mut connections = hub.connections().into_iter();
                connections.any(|connection| connection.waits_for_server())
            }
            OfTransport::Udp(hub) => hub.waits_for_server(),
        }
    }

    /// Whether all connections have ended. Datagrams have no end.
    pub(super) fn are_over(&self) -> bool {
        match &self.hub {
            OfTransport::Tcp(hub) => hub
                .connections()
                .iter()
                .all(|connection| connection.is_over()),
            OfTransport::Udp(_) => true,
        }
    }

    /// Whether nothing has been under way since some time after `moment`.
    pub(super) fn are_still_since(&self, moment: Instant) -> bool {
        match &self.hub {
            OfTransport::Tcp(hub) => hub.is_still_since(moment),
            OfTransport::Udp(hub) => hub.is_still_since(moment),
        }
    }

    /// The same, but what a client sends to a server that does not listen is not under way. Of
    /// datagrams that is not known.
    pub(super) fn are_stuck_since(&self, moment: Instant) -> bool {
        match &self.hub {
            OfTransport::Tcp(hub) => hub.is_stuck_since(moment),
            OfTransport::Udp(hub) => hub.is_still_since(moment),
        }
    }

    /// The inodes of the programs' sockets of all connections on which nothing is under way. It is not
    /// known of sockets for datagrams.
    pub(super) fn sockets(&self) -> Vec<u32> {
        match &self.hub {
            OfTransport::Tcp(hub) => hub.sockets(),
            OfTransport::Udp(_) => Vec::new(),
        }
    }

    /// How many connections are open.
    pub(super) fn open(&self) -> usize {
        match &self.hub {
            OfTransport::Tcp(hub) => {
                let connections = hub.connections();
                connections
                    .iter()
                    .filter(|connection| !connection.is_over())
                    .count()
            }
            OfTransport::Udp(_) => 0,
        }
    }

    /// The error of the relays themselves, if there was one.
    pub(super) fn trouble(&self) -> Option<String> {
        match &self.hub {
            OfTransport::Tcp(hub) => hub.trouble(),
            OfTransport::Udp(hub) => hub.trouble(),
        }
    }
}

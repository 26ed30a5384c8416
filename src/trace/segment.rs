//! Parses a TCP segment from a captured frame. This module must not capture.

use std::fmt;
use std::net::IpAddr;

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use serde::Serialize;

use super::strace::parse::Nanos;
use crate::interop::model::participant::Role;

/// A frame from the kernel, with its timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub at: Nanos,
    /// The Ethernet header, which loopback also has, and everything after it.
    pub bytes: Vec<u8>,
}

/// A flag of a segment, in the order in which flags are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Flag {
    Syn,
    Fin,
    Rst,
    Psh,
    Urg,
    Ack,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syn => "SYN",
            Self::Fin => "FIN",
            Self::Rst => "RST",
            Self::Psh => "PSH",
            Self::Urg => "URG",
            Self::Ack => "ACK",
        })
    }
}

/// A segment of the conversation with the server on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The sender.
    pub from: Role,
    /// The client's port, which identifies the connection.
    pub client_port: u16,
    pub flags: Vec<Flag>,
    /// The sequence number of its first byte.
    pub sequence: u32,
    /// The acknowledgement number.
    pub acknowledged: Option<u32>,
    /// The window of its sender, unscaled.
    pub window: u16,
    pub payload: Vec<u8>,
}

impl Segment {
    /// The segment in a frame, if it is to or from this port and both addresses are on this
    /// machine.
    pub(crate) fn of(frame: &Frame, server: u16) -> Option<Self> {
        let packet = SlicedPacket::from_ethernet(&frame.bytes).ok()?;
        let (from, to): (IpAddr, IpAddr) = match packet.net? {
            NetSlice::Ipv4(ip) => (
                ip.header().source_addr().into(),
                ip.header().destination_addr().into(),
            ),
            NetSlice::Ipv6(ip) => (
                ip.header().source_addr().into(),
                ip.header().destination_addr().into(),
            ),
            NetSlice::Arp(_) => return None,
        };
        let Some(TransportSlice::Tcp(tcp)) = packet.transport else {
            return None;
        };
        if !from.is_loopback() || !to.is_loopback() {
            return None;
        }
        let (from, client_port) = match (tcp.source_port(), tcp.destination_port()) {
            (client, port) if port == server => (Role::Client, client),
            (port, client) if port == server => (Role::Server, client),
            _ => return None,
        };
        let flags = [
            (tcp.syn(), Flag::Syn),
            (tcp.fin(), Flag::Fin),
            (tcp.rst(), Flag::Rst),
            (tcp.psh(), Flag::Psh),
            (tcp.urg(), Flag::Urg),
            (tcp.ack(), Flag::Ack),
        ];
        Some(Self {
            from,
            client_port,
            flags: flags
                .iter()
                .filter(|(set, _)| *set)
                .map(|(_, flag)| *flag)
                .collect(),
            sequence: tcp.sequence_number(),
            acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
            window: tcp.window_size(),
            payload: tcp.payload().to_vec(),
        })
    }

    /// Whether a flag is set.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;

    fn frame(from: u16, to: u16, host: [u8; 4], payload: &[u8]) -> Frame {
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv4(host, [127, 0, 0, 1], 64)
            .tcp(from, to, 7, 512)
            .psh()
            .ack(9);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, payload).unwrap();
        Frame { at: 1, bytes }
    }

    #[test]
    fn a_segment_is_parsed_into_sender_flags_numbers_and_bytes() {
        let host = [127, 0, 0, 1];
        let segment = Segment::of(&frame(40_000, 666, host, b"\x00\x05hello"), 666).unwrap();
        assert_eq!(segment.from, Role::Client);
        assert_eq!(segment.client_port, 40_000);
        assert_eq!(segment.flags, [Flag::Psh, Flag::Ack]);
        assert_eq!((segment.sequence, segment.acknowledged), (7, Some(9)));
        assert_eq!(segment.payload, b"\x00\x05hello");
        let answer = Segment::of(&frame(666, 40_000, host, b""), 666).unwrap();
        assert_eq!((answer.from, answer.client_port), (Role::Server, 40_000));
    }

    #[test]
    fn ipv6_segments_are_parsed() {
        let mut local = [0; 16];
        local[15] = 1;
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv6(local, local, 64)
            .tcp(40_000, 666, 7, 512)
            .syn();
        let mut bytes = Vec::new();
        builder.write(&mut bytes, b"").unwrap();
        let segment = Segment::of(&Frame { at: 1, bytes }, 666).unwrap();
        assert_eq!(
            (segment.flags, segment.acknowledged),
            (vec![Flag::Syn], None)
        );
    }

    #[test]
    fn frames_of_other_connections_are_ignored() {
        assert_eq!(
            Segment::of(&frame(40_000, 667, [127, 0, 0, 1], b""), 666),
            None
        );
        assert_eq!(
            Segment::of(&frame(40_000, 666, [10, 0, 0, 1], b""), 666),
            None
        );
        let cut = Frame {
            at: 1,
            bytes: vec![0; 20],
        };
        assert_eq!(Segment::of(&cut, 666), None);
    }
}

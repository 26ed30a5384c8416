//! The traffic of one connection: the bytes of each direction, and how each direction ended.

use std::fmt::Write as _;
use std::time::Instant;

use super::participant::Role;

/// How a direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum End {
    /// The direction was still open when the record was closed.
    #[default]
    Open,
    /// The sender closed it or shut down its output (FIN).
    Finished,
    /// The sender reset the connection (RST).
    Reset,
}

impl End {
    /// The word that the reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "left open",
            Self::Finished => "closed",
            Self::Reset => "reset",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// Every byte sent, in order.
    pub bytes: Vec<u8>,
    pub end: End,
}

/// Both directions of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traffic {
    /// What the client sent.
    pub to_server: Flow,
    /// What the server sent.
    pub to_client: Flow,
    /// The segments of both directions, in order of arrival.
    pub order: Vec<SegmentEvent>,
    /// The role whose direction ended first.
    pub ended_first: Option<Role>,
}

/// Bytes of one direction that arrived together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentEvent {
    pub role: Role,
    /// The number of bytes received in this direction so far, including these.
    pub so_far: usize,
    pub at: Instant,
}

impl Traffic {
    /// Records bytes sent by `role`.
    pub fn pass(&mut self, role: Role, bytes: &[u8], at: Instant) {
        let flow = self.from(role);
        flow.bytes.extend_from_slice(bytes);
        let so_far = flow.bytes.len();
        self.order.push(SegmentEvent { role, so_far, at });
    }

    /// Records how `role` ended its direction.
    pub fn end(&mut self, role: Role, end: End) {
        self.from(role).end = end;
        self.ended_first.get_or_insert(role);
    }

    /// The number of bytes the other role had sent when byte `at` of `role` arrived; `None` if that
    /// byte never arrived.
    pub fn came_after(&self, role: Role, at: usize) -> Option<usize> {
        let place = self
            .order
            .iter()
            .position(|passed| passed.role == role && passed.so_far > at)?;
        let before = self.order[..place].iter().rev();
        let mut others = before.filter(|passed| passed.role != role);
        Some(others.next().map_or(0, |passed| passed.so_far))
    }

    /// When `role` had sent more than `count` bytes; `None` if it never did.
    pub fn exceeded(&self, role: Role, count: usize) -> Option<Instant> {
        let more = |passed: &&SegmentEvent| passed.role == role && passed.so_far > count;
        self.order.iter().find(more).map(|passed| passed.at)
    }

    /// The flow of `role`, for recording.
    pub fn from(&mut self, role: Role) -> &mut Flow {
        match role {
            Role::Client => &mut self.to_server,
            Role::Server => &mut self.to_client,
        }
    }

    pub fn sent_by(&self, role: Role) -> &Flow {
        match role {
            Role::Client => &self.to_server,
            Role::Server => &self.to_client,
        }
    }
}

/// The bytes in hex, separated by spaces. The middle of a long sequence is replaced by its length.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const SHOWN: usize = 24;
    const TAIL: usize = 4;
    let mut text = String::new();
    let (head, tail) = if bytes.len() > SHOWN {
        (&bytes[..SHOWN - TAIL], &bytes[bytes.len() - TAIL..])
    } else {
        (bytes, &[][..])
    };
    for byte in head {
        let _ = write!(text, "{byte:02x} ");
    }
    if !tail.is_empty() {
        let _ = write!(text, "… {} more … ", bytes.len() - SHOWN);
    }
    for byte in tail {
        let _ = write!(text, "{byte:02x} ");
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_hex_dumps_keep_both_ends_and_count_the_omitted_bytes() {
        let text = hex(&[0xab; 100]);
        assert!(text.contains("ab … 76 more … ab"), "{text}");
        assert_eq!(hex(&[]), "");
    }
}

//! The traffic of one connection: the bytes of each direction, and how each direction ended.

use std::fmt::Write as _;
use std::time::Instant;

use super::participant::Role;
use crate::text::count::plural;

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

/// A run of bytes with a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub start: usize,
    pub bytes: Vec<u8>,
    pub meaning: String,
}

/// Splits a flow of `writeUTF` messages into fields: length, body, length, body, and so on.
///
/// A truncated length, or a body shorter than its length field, becomes a field too.
pub(crate) fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let Some((length, body)) = rest.split_first_chunk::<2>() else {
            fields.push(Field {
                start: at,
                bytes: rest.to_vec(),
                meaning: "length of the message, cut after 1 of 2 bytes".to_owned(),
            });
            break;
        };
        let n = usize::from(u16::from_be_bytes(*length));
        fields.push(Field {
            start: at,
            bytes: length.to_vec(),
            meaning: format!("length of the message: {n} {}", plural(n, "byte")),
        });
        at += 2;
        let body = &body[..n.min(body.len())];
        if n > 0 {
            let text = crate::mutf8::decode(body).map_or_else(
                |why| format!("not modified UTF-8: {why}"),
                |text| format!("{:?}", shortened(&text.to_string_lossy())),
            );
            let meaning = if body.len() == n {
                format!("the message: {text}")
            } else {
                format!(
                    "the message, cut after {} of {n} {}: {text}",
                    body.len(),
                    plural(n, "byte")
                )
            };
            fields.push(Field {
                start: at,
                bytes: body.to_vec(),
                meaning,
            });
        }
        at += body.len();
    }
    fields.retain(|field| !field.bytes.is_empty());
    fields
}

/// A whole flow as one field, for a framing without message boundaries.
pub(crate) fn unmarked(bytes: &[u8]) -> Vec<Field> {
    const SHOWN: usize = 24;
    if bytes.is_empty() {
        return Vec::new();
    }
    let count = format!("{} {}", bytes.len(), plural(bytes.len(), "byte"));
    vec![Field {
        start: 0,
        bytes: bytes.to_vec(),
        meaning: format!("{count}: {}", quoted(bytes, SHOWN)),
    }]
}

/// Text in quotes, cut after `most` characters. Invalid UTF-8 is escaped byte by byte, so that
/// different bytes never look alike.
pub(crate) fn quoted(text: &[u8], most: usize) -> String {
    match str::from_utf8(text) {
        Ok(text) => {
            let mut shown: String = text.chars().take(most).collect();
            if text.chars().nth(most).is_some() {
                shown.push('…');
            }
            format!("{shown:?}")
        }
        Err(_) => {
            let more = if text.len() > most { "…" } else { "" };
            format!("b\"{}{more}\"", text[..most.min(text.len())].escape_ascii())
        }
    }
}

pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 24;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
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

    fn meanings(bytes: &[u8]) -> Vec<String> {
        fields(bytes)
            .into_iter()
            .map(|field| format!("{} {}: {}", field.start, hex(&field.bytes), field.meaning))
            .collect()
    }

    #[test]
    fn two_messages_are_four_fields() {
        assert_eq!(
            meanings(b"\x00\x02hi\x00\x00\x00\x01!"),
            [
                "0 00 02: length of the message: 2 bytes",
                "2 68 69: the message: \"hi\"",
                "4 00 00: length of the message: 0 bytes",
                "6 00 01: length of the message: 1 byte",
                "8 21: the message: \"!\"",
            ]
        );
    }

    #[test]
    fn what_is_cut_or_malformed_is_said() {
        assert_eq!(
            meanings(b"\x00"),
            ["0 00: length of the message, cut after 1 of 2 bytes"]
        );
        assert_eq!(
            meanings(b"\x00\x03h"),
            [
                "0 00 03: length of the message: 3 bytes",
                "2 68: the message, cut after 1 of 3 bytes: \"h\"",
            ]
        );
        let malformed = meanings(b"\x00\x01\xff");
        assert!(
            malformed[1].starts_with("2 ff: the message: not modified UTF-8: "),
            "{malformed:?}"
        );
    }

    #[test]
    fn what_is_not_utf8_is_quoted_byte_by_byte() {
        assert_eq!(quoted("a\n世".as_bytes(), 3), r#""a\n世""#);
        assert_eq!(quoted("世界".as_bytes(), 1), r#""世…""#);
        assert_eq!(quoted(b"a\n\xff\xe4", 4), r#"b"a\n\xff\xe4""#);
        assert_eq!(quoted(b"a\n\xff\xe4", 3), r#"b"a\n\xff…""#);
    }

    #[test]
    fn a_flow_without_lengths_is_one_field() {
        assert_eq!(
            unmarked(b"hi\xff"),
            [Field {
                start: 0,
                bytes: b"hi\xff".to_vec(),
                meaning: r#"3 bytes: b"hi\xff""#.to_owned(),
            }]
        );
        assert_eq!(unmarked(b""), []);
    }

    #[test]
    fn long_bytes_keep_their_ends_and_say_how_many_are_left_out() {
        let text = hex(&[0xab; 100]);
        assert!(text.contains("ab … 76 more … ab"), "{text}");
        assert_eq!(hex(&[]), "");
    }
}

//! The segments of a conversation, with sequence numbers relative to their SYN and with named
//! bytes. This module must not capture.

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::segment::{Flag, Frame, Segment};
use super::serialize::{as_text, in_hex};
use super::strace::parse::Nanos;
use crate::interop::model::fields::{Named, named};
use crate::interop::model::participant::Role;
use crate::programs::framing::Framing;

/// A segment, as an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SegmentEvent {
    /// The sender.
    #[serde(serialize_with = "as_text")]
    pub from: Role,
    /// The client's port.
    pub client_port: u16,
    pub flags: Vec<Flag>,
    /// The sequence number of its first byte, relative: SYN is 0, and the first byte of the stream
    /// is 1.
    pub sequence: u32,
    /// The acknowledgement number, relative.
    pub acknowledged: Option<u32>,
    /// The number of payload bytes.
    pub length: usize,
    #[serde(serialize_with = "fields_as_hex")]
    pub fields: Vec<Named>,
}

impl SegmentEvent {
    /// The flags as they are usually written: `SYN ACK`.
    pub(crate) fn flags_in_words(&self) -> String {
        let flags: Vec<String> = self.flags.iter().map(Flag::to_string).collect();
        flags.join(" ")
    }
}

fn fields_as_hex<S: Serializer>(fields: &[Named], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        bytes: String,
        meaning: &'a str,
    }
    serializer.collect_seq(fields.iter().map(|field| Shown {
        bytes: in_hex(&field.bytes),
        meaning: &field.meaning,
    }))
}

/// The segments of a conversation, each with its event on the timeline.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    segments: Vec<(Nanos, SegmentEvent)>,
    /// The frames of the conversation.
    pub frames: Vec<Frame>,
    /// How many bytes were not captured.
    pub lost: usize,
}

impl Streams {
    /// Selects the segments to and from the server on `port`, and names their bytes; `framings` are
    /// those of the client and of the server, where they are known.
    pub(crate) fn of(frames: Vec<Frame>, port: u16, framings: [Option<Framing>; 2]) -> Self {
        let mut segments = Vec::new();
        let mut kept = Vec::new();
        for frame in frames {
            if let Some(segment) = Segment::of(&frame, port) {
                segments.push(segment);
                kept.push(frame);
            }
        }
        let flows = Flows::of(&segments);
        let fields: HashMap<_, _> = flows
            .bytes
            .iter()
            .map(|(direction, bytes)| {
                let framing = match direction.1 {
                    Role::Client => framings[0],
                    Role::Server => framings[1],
                };
                // Without a meaning, each segment is a field of its own.
                let fields = framing.map_or_else(Vec::new, |framing| framing.fields(bytes));
                (*direction, fields)
            })
            .collect();
        let passed = segments.iter().map(|segment| {
            let direction = (segment.client_port, segment.from);
            let other = (segment.client_port, segment.from.other());
            let relative = |number: u32, direction| {
                number.wrapping_sub(flows.first.get(&direction).copied().unwrap_or(number))
            };
            let sequence = relative(segment.sequence, direction);
            let offset = usize::try_from(sequence).unwrap_or(0).saturating_sub(1);
            let fields = fields.get(&direction).map_or(&[][..], Vec::as_slice);
            SegmentEvent {
                from: segment.from,
                client_port: segment.client_port,
                flags: segment.flags.clone(),
                sequence,
                acknowledged: segment.acknowledged.map(|number| relative(number, other)),
                length: segment.payload.len(),
                fields: named(fields, offset, &segment.payload),
            }
        });
        Self {
            segments: kept.iter().map(|frame| frame.at).zip(passed).collect(),
            frames: kept,
            lost: flows.lost,
        }
    }

    /// Each frame with the names of its fields, for a pcapng file.
    pub(crate) fn commented(&self) -> impl Iterator<Item = (&Frame, Option<String>)> {
        self.frames
            .iter()
            .zip(&self.segments)
            .map(|(frame, (_, passed))| {
                let named = passed
                    .fields
                    .iter()
                    .filter(|field| !field.meaning.is_empty());
                let lines: Vec<String> = named
                    .map(|field| {
                        let hex = crate::interop::model::traffic::hex(&field.bytes);
                        format!("{hex}: {}", field.meaning)
                    })
                    .collect();
                (frame, (!lines.is_empty()).then(|| lines.join("\n")))
            })
    }

    /// The time and the event of each segment.
    pub(crate) fn segments(&self) -> &[(Nanos, SegmentEvent)] {
        &self.segments
    }

    /// Whether there are no segments.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}

type Direction = (u16, Role);

/// The bytes of each direction, in the order of sequence numbers.
#[derive(Default)]
struct Flows {
    first: HashMap<Direction, u32>,
    bytes: HashMap<Direction, Vec<u8>>,
    lost: usize,
}

impl Flows {
    fn of(segments: &[Segment]) -> Self {
        let mut flows = Self::default();
        for segment in segments {
            let direction = (segment.client_port, segment.from);
            // If no SYN was captured, the first captured byte is number 1.
            let first = if segment.has(Flag::Syn) {
                segment.sequence
            } else {
                segment.sequence.wrapping_sub(1)
            };
            let first = *flows.first.entry(direction).or_insert(first);
            if segment.payload.is_empty() {
                continue;
            }
            let offset = segment.sequence.wrapping_sub(first).wrapping_sub(1);
            let offset = usize::try_from(offset).unwrap_or(0);
            let flow = flows.bytes.entry(direction).or_default();
            if offset > flow.len() && offset - flow.len() < MOST_LOST {
                flows.lost += offset - flow.len();
                flow.resize(offset, 0);
            }
            // Retransmitted bytes are already known.
            let known = flow.len().saturating_sub(offset);
            if offset <= flow.len() {
                flow.extend(segment.payload.iter().skip(known));
            }
        }
        flows
    }
}

/// A longer gap means another connection with the same port.
const MOST_LOST: usize = 1 << 24;

#[cfg(test)]
pub(crate) mod tests {
    use etherparse::PacketBuilder;

    use super::*;

    /// A frame of a connection from port 40000. Without payload it is the SYN.
    pub(crate) fn frame(at: Nanos, from: Role, number: u32, payload: &[u8]) -> Frame {
        let ports = match from {
            Role::Client => (40_000, 666),
            Role::Server => (666, 40_000),
        };
        let local = [127, 0, 0, 1];
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv4(local, local, 64)
            .tcp(ports.0, ports.1, number, 512);
        let builder = if payload.is_empty() {
            builder.syn()
        } else {
            builder.psh().ack(1)
        };
        let mut bytes = Vec::new();
        builder.write(&mut bytes, payload).unwrap();
        Frame {
            at: at * 1_000,
            bytes,
        }
    }

    #[test]
    fn sequence_numbers_start_at_the_syn_and_lost_bytes_are_counted() {
        let frames = vec![
            frame(1, Role::Client, u32::MAX, b""),
            frame(2, Role::Client, 0, b"\x00\x04"),
            frame(3, Role::Client, 0, b"\x00\x04"),
            frame(4, Role::Client, 4, b"!!"),
        ];
        let streams = Streams::of(frames, 666, [Some(Framing::Utf); 2]);
        let numbers: Vec<u32> = streams.segments.iter().map(|s| s.1.sequence).collect();
        assert_eq!(numbers, [0, 1, 1, 5]);
        assert_eq!(streams.lost, 2);
        let comments: Vec<Option<String>> = streams.commented().map(|c| c.1).collect();
        assert_eq!(comments[0], None);
        assert_eq!(
            comments[1].as_deref(),
            Some("00 04: length of the message: 4 bytes")
        );
    }
}

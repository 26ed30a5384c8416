//! Writes the frames as a pcapng file for Wireshark, with their timestamps. A frame with payload
//! has a comment that names its fields.
//!
//! ```text
//! section header   0a0d0d0a, length, byte order, version 1.0, length unknown, options, length
//! interface        1, length, Ethernet, snap length, options: its name, nanoseconds, length
//! packet           6, length, interface 0, time, captured and original length, frame, comment, length
//! ```

use super::segment::Frame;

/// The content of a file with these frames and their comments.
pub(crate) fn pcapng<'a>(frames: impl IntoIterator<Item = (&'a Frame, Option<String>)>) -> Vec<u8> {
    let mut file = Vec::new();
    let program = concat!("javatalk ", env!("CARGO_PKG_VERSION"));
    let mut section = Vec::from(0x1a2b_3c4d_u32.to_le_bytes());
    section.extend(1_u16.to_le_bytes());
    section.extend(0_u16.to_le_bytes());
    section.extend(u64::MAX.to_le_bytes());
    options(&mut section, &[(USER_APPLICATION, program.as_bytes())]);
    block(&mut file, 0x0a0d_0d0a, &section);

    let mut interface = Vec::from(ETHERNET.to_le_bytes());
    interface.extend(0_u16.to_le_bytes());
    // No limit for the length of a frame.
    interface.extend(0_u32.to_le_bytes());
    options(
        &mut interface,
        &[(INTERFACE_NAME, b"lo"), (TIME_RESOLUTION, &[NANOSECONDS])],
    );
    block(&mut file, 1, &interface);

    for (frame, comment) in frames {
        // A loopback frame is much shorter than this limit.
        let length = u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX);
        let mut packet = Vec::from(0_u32.to_le_bytes());
        let [low, high] = [frame.at & 0xffff_ffff, frame.at >> 32];
        for half in [high, low] {
            packet.extend(u32::try_from(half).unwrap_or(0).to_le_bytes());
        }
        packet.extend(length.to_le_bytes());
        packet.extend(length.to_le_bytes());
        packet.extend(&frame.bytes);
        pad(&mut packet);
        if let Some(comment) = comment {
            options(&mut packet, &[(COMMENT, comment.as_bytes())]);
        }
        block(&mut file, 6, &packet);
    }
    file
}

const ETHERNET: u16 = 1;
const NANOSECONDS: u8 = 9;

// Option codes: of any block, of a section, of an interface.
const COMMENT: u16 = 1;
const USER_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const TIME_RESOLUTION: u16 = 9;

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    // A block is its type, length, body, and length again.
    let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX);
    file.extend(kind.to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(body);
    file.extend(length.to_le_bytes());
}

fn options(block: &mut Vec<u8>, options: &[(u16, &[u8])]) {
    for (code, value) in options {
        let value = &value[..value.len().min(usize::from(u16::MAX))];
        block.extend(code.to_le_bytes());
        block.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
        block.extend_from_slice(value);
        pad(block);
    }
    // The end of the options.
    block.extend([0; 4]);
}

/// Pads to a multiple of four bytes.
fn pad(block: &mut Vec<u8>) {
    block.resize(block.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The types and bodies of all blocks of a file.
    fn blocks(file: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let mut found = Vec::new();
        let mut at = 0;
        while at < file.len() {
            let length = number(at + 4) as usize;
            assert_eq!(length % 4, 0);
            assert_eq!(number(at + length - 4) as usize, length);
            found.push((number(at), file[at + 8..at + length - 4].to_vec()));
            at += length;
        }
        found
    }

    #[test]
    fn a_frame_is_a_block_with_time_bytes_and_comment() {
        let frame = Frame {
            at: (5 << 32) + 7,
            bytes: b"frame".to_vec(),
        };
        let file = pcapng([(&frame, Some("length 5".to_owned())), (&frame, None)]);
        let blocks = blocks(&file);
        let kinds: Vec<u32> = blocks.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [0x0a0d_0d0a, 1, 6, 6]);
        let packet = b"\0\0\0\0\x05\0\0\0\x07\0\0\0\x05\0\0\0\x05\0\0\0frame\0\0\0";
        assert_eq!(blocks[3].1, packet);
        let comment = b"\x01\0\x08\0length 5\0\0\0\0";
        assert_eq!(blocks[2].1, [&packet[..], &comment[..]].concat());
    }
}

//! A few bytes, character by character: blocks of them would be mostly padding.

use alloc::vec::Vec;

use super::units::two_units;
use super::{PAIR, SHORT, character, first_few, pair};

/// Like [`transcode`](super::transcode), for at most [`SHORT`] bytes.
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> Option<()> {
    let room = &mut [0; SHORT];
    let [mut at, mut end] = [0; 2];
    while let Some(character) = bytes[at..].first_chunk().and_then(|next| character(*next)) {
        room[end..][..4].copy_from_slice(&character);
        at += PAIR;
        end += 4;
    }
    while let Some(&lead) = bytes.get(at) {
        match lead {
            0x00..=0x7F => {
                room[end] = lead;
                at += 1;
                end += 1;
            }
            0xC0 => {
                if bytes.get(at + 1) != Some(&0x80) {
                    return None;
                }
                room[end] = 0;
                at += 2;
                end += 1;
            }
            0xC2..=0xDF => {
                let second = continuation(bytes, at + 1)?;
                room[end..][..2].copy_from_slice(&[lead, second]);
                at += 2;
                end += 2;
            }
            0xE0..=0xEF => {
                let second = continuation(bytes, at + 1)?;
                if lead == 0xED && second >= 0xA0 {
                    let character = character(first_few(&bytes[at..])?)?;
                    room[end..][..4].copy_from_slice(&character);
                    at += PAIR;
                    end += 4;
                } else {
                    if lead == 0xE0 && second < 0xA0 {
                        return None;
                    }
                    let third = continuation(bytes, at + 2)?;
                    room[end..][..3].copy_from_slice(&[lead, second, third]);
                    at += 3;
                    end += 3;
                }
            }
            0x80..=0xBF | 0xC1 | 0xF0..=0xFF => return None,
        }
    }
    text.extend_from_slice(&room[..end]);
    Some(())
}

/// Like [`units`](super::units()), for at most [`SHORT`] bytes.
pub(super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> Option<()> {
    let mut end = units.len();
    units.resize(end + bytes.len(), 0);
    let room = &mut units[..];
    let mut at = 0;
    while let Some(ascii) = bytes[at..]
        .first_chunk::<16>()
        .filter(|next| next.is_ascii())
    {
        room[end..][..16].copy_from_slice(&ascii.map(u16::from));
        at += 16;
        end += 16;
    }
    while let Some(two) = bytes[at..].first_chunk().and_then(two_units) {
        room[end..][..2].copy_from_slice(&two);
        at += 6;
        end += 2;
    }
    while let Some(&lead) = bytes.get(at) {
        let low = u16::from(lead);
        let continuation =
            |after| continuation(bytes, at + after).map(|byte| u16::from(byte & 0x3F));
        let (unit, len) = match lead {
            0x00..=0x7F => (low, 1),
            0xC0..=0xDF => ((low & 0x1F) << 6 | continuation(1)?, 2),
            0xE0..=0xEF => (low << 12 | continuation(1)? << 6 | continuation(2)?, 3),
            0x80..=0xBF | 0xF0..=0xFF => return None,
        };
        room[end] = unit;
        end += 1;
        at += len;
    }
    units.truncate(end);
    Some(())
}

/// The byte there, if it is a continuation byte.
#[inline(always)]
fn continuation(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied().filter(|byte| byte & 0xC0 == 0x80)
}

/// Like [`encode`](super::encode), for at most [`SHORT`] bytes.
pub(super) fn encode(text: &[u8], bytes: &mut Vec<u8>) {
    // NULs become twice as long.
    let room = &mut [0; 2 * SHORT];
    let [mut at, mut end] = [0; 2];
    while let Some(pair) = text[at..].first_chunk().and_then(pair) {
        room[end..][..PAIR].copy_from_slice(&pair);
        at += 4;
        end += PAIR;
    }
    while let Some(&lead) = text.get(at) {
        match lead {
            0 => {
                room[end..][..2].copy_from_slice(&[0xC0, 0x80]);
                at += 1;
                end += 2;
            }
            0x01..=0x7F => {
                room[end] = lead;
                at += 1;
                end += 1;
            }
            0x80..=0xDF => {
                room[end..][..2].copy_from_slice(&text[at..][..2]);
                at += 2;
                end += 2;
            }
            0xE0..=0xEF => {
                room[end..][..3].copy_from_slice(&text[at..][..3]);
                at += 3;
                end += 3;
            }
            0xF0..=0xFF => {
                let pair = text[at..].first_chunk().and_then(pair).unwrap_or_default();
                room[end..][..PAIR].copy_from_slice(&pair);
                at += 4;
                end += PAIR;
            }
        }
    }
    bytes.extend_from_slice(&room[..end]);
}

//! A few bytes, character by character: blocks of them would be mostly padding.

use core::str;

use super::{PAIR, character, first_few, pair};
use crate::mutf8::few::{HIGH_BITS, halves};

/// Like [`transcode`](super::transcode), from and to some place, up to the end of the bytes. Returns
/// where the text ends.
#[inline(always)]
pub(super) fn transcode(
    bytes: &[u8],
    mut at: usize,
    room: &mut [u8],
    mut end: usize,
) -> Option<usize> {
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
    Some(end)
}

/// Like [`units`](super::units()), from and to some place, up to the end of the bytes. Returns where
/// the units end.
#[inline(always)]
pub(super) fn units(
    bytes: &[u8],
    mut at: usize,
    room: &mut [u16],
    mut end: usize,
) -> Option<usize> {
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
    Some(end)
}

/// The byte there, if it is a continuation byte.
#[inline(always)]
fn continuation(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied().filter(|byte| byte & 0xC0 == 0x80)
}

/// Like [`encode`](super::encode), from and to some place, up to the end of the text. Returns where
/// the bytes end.
#[inline(always)]
pub(super) fn encode(text: &[u8], mut at: usize, room: &mut [u8], mut end: usize) -> usize {
    while let Some(&lead) = text.get(at) {
        match lead {
            0 => {
                room[end..][..2].copy_from_slice(&[0xC0, 0x80]);
                at += 1;
                end += 2;
            }
            // A block may end within a character.
            0x01..=0xBF => {
                room[end] = lead;
                at += 1;
                end += 1;
            }
            0xC0..=0xDF => {
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
    end
}

/// Like [`is_plain`](super::is_plain), for at most sixteen bytes.
#[inline(always)]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    // The four high bits of the first of four bytes are set.
    let leads = |word: u64| word & word << 1 & word << 2 & word << 3 & HIGH_BITS;
    let [first, rest] = halves(bytes);
    leads(first) | leads(rest) == 0 && str::from_utf8(bytes).is_ok()
}

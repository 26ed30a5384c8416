//! Up to two blocks, in arrays whose sizes are known at compile time: every copy is of a known size.

use alloc::vec::Vec;

use super::super::high_bits as bits;
use super::units::{decode_block, put_kept, two_units};
use super::window::{Window, window};
use super::{
    AFTER, BEFORE, BLOCK, FEW, PAIR, SHORT, character, differing, differing_when_encoded, few, pair,
};

/// Like [`transcode`](super::transcode), for at most [`SHORT`] bytes.
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> Option<()> {
    if bytes.len() <= FEW {
        let room = &mut [0; FEW];
        let [at, end] = transcode_pairs(bytes, room);
        let end = few::transcode(bytes, at, room, end)?;
        text.extend_from_slice(&room[..end]);
        return Some(());
    }
    let room = &mut [0; SHORT + BLOCK];
    let [mut at, mut end] = transcode_pairs(bytes, room);
    if bytes.len() - at > FEW {
        [at, end] = transcode_blocks(bytes, at, room, end)?;
    }
    let end = few::transcode(bytes, at, room, end)?;
    text.extend_from_slice(&room[..end]);
    Some(())
}

/// Decodes the pairs at the start, which are faster one by one.
#[inline(always)]
fn transcode_pairs(bytes: &[u8], room: &mut [u8]) -> [usize; 2] {
    let [mut at, mut end] = [0; 2];
    while let Some(character) = bytes[at..].first_chunk().and_then(|next| character(*next)) {
        room[end..][..4].copy_from_slice(&character);
        at += PAIR;
        end += 4;
    }
    [at, end]
}

#[inline(always)]
fn transcode_blocks(
    bytes: &[u8],
    mut at: usize,
    room: &mut [u8; SHORT + BLOCK],
    mut end: usize,
) -> Option<[usize; 2]> {
    let from = &padded(bytes, 0);
    while bytes.len().saturating_sub(at) > REST {
        let block = Window::<{ BEFORE + BLOCK + AFTER }>(window(&from[at..]));
        let [nuls, highs] = differing(block)?;
        let whole = bytes.len().min(at + block.whole());
        let start = at;
        let mut changes = nuls | highs;
        while changes != 0 {
            let place = changes.trailing_zeros();
            let same = (start + place as usize) - at;
            room[end..][..BLOCK].copy_from_slice(window::<BLOCK>(&from[BEFORE + at..]));
            at += same;
            end += same;
            if nuls >> place & 1 == 1 {
                room[end] = 0;
                at += 2;
                end += 1;
            } else {
                // The pair may reach beyond the block.
                let character = character(*window(&from[BEFORE + at..]))?;
                room[end..][..4].copy_from_slice(&character);
                at += PAIR;
                end += 4;
            }
            changes &= changes - 1;
        }
        if let Some(same) = whole.checked_sub(at) {
            room[end..][..BLOCK].copy_from_slice(window::<BLOCK>(&from[BEFORE + at..]));
            at += same;
            end += same;
        }
    }
    Some([at, end])
}

/// Like [`units`](super::units()), for at most [`SHORT`] bytes.
pub(super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> Option<()> {
    // Units are written some at once, even if few count.
    let room = &mut [0; SHORT + 2 * BLOCK];
    let [mut at, mut end] = [0; 2];
    while let Some(ascii) = bytes[at..]
        .first_chunk::<16>()
        .filter(|next| next.is_ascii())
    {
        room[end..][..16].copy_from_slice(&ascii.map(u16::from));
        at += 16;
        end += 16;
    }
    // Characters of three bytes are faster two by two.
    while let Some(two) = bytes[at..].first_chunk().and_then(two_units) {
        room[end..][..2].copy_from_slice(&two);
        at += 6;
        end += 2;
    }
    if bytes.len() - at > FEW {
        [at, end] = unit_blocks(bytes, at, room, end)?;
    }
    let end = few::units(bytes, at, room, end)?;
    units.extend_from_slice(&room[..end]);
    Some(())
}

#[inline(always)]
fn unit_blocks(
    bytes: &[u8],
    mut at: usize,
    room: &mut [u16; SHORT + 2 * BLOCK],
    mut end: usize,
) -> Option<[usize; 2]> {
    let from = &padded(bytes, 0);
    let (mut out, mut kept) = ([0; BLOCK], [0; BLOCK]);
    while bytes.len().saturating_sub(at) > REST {
        let left = bytes.len() - at;
        let block = Window::<{ BEFORE + BLOCK + AFTER }>(window(&from[at..]));
        let here = block.bytes::<0>();
        if here.is_ascii() {
            room[end..][..BLOCK].copy_from_slice(&here.map(u16::from));
            at += BLOCK.min(left);
            end += BLOCK.min(left);
            continue;
        }
        let [one, two] = [block.bytes::<-1>(), block.bytes::<-2>()];
        if !decode_block([here, one, two], &mut out, &mut kept) {
            return None;
        }
        let room = room[end..].first_chunk_mut()?;
        // The zeros behind the last byte are not part of it.
        end += put_kept(&out, &kept, room) - (BLOCK - left.min(BLOCK));
        at += block.whole().min(left);
    }
    Some([at, end])
}

/// Like [`encode`](super::encode), for at most [`SHORT`] bytes.
pub(in super::super) fn encode(text: &[u8], bytes: &mut Vec<u8>) {
    if text.len() <= FEW {
        // NULs become twice as long.
        let room = &mut [0; 2 * FEW];
        let end = few::encode(text, 0, room, 0);
        return bytes.extend_from_slice(&room[..end]);
    }
    // NULs become twice as long.
    let room = &mut [0; 2 * SHORT + BLOCK];
    let [mut at, mut end] = [0; 2];
    while let Some(pair) = text[at..].first_chunk().and_then(pair) {
        room[end..][..PAIR].copy_from_slice(&pair);
        at += 4;
        end += PAIR;
    }
    if text.len() - at > FEW {
        [at, end] = encode_blocks(text, at, room, end);
    }
    let end = few::encode(text, at, room, end);
    bytes.extend_from_slice(&room[..end]);
}

#[inline(always)]
fn encode_blocks(
    text: &[u8],
    mut at: usize,
    room: &mut [u8; 2 * SHORT + BLOCK],
    mut end: usize,
) -> [usize; 2] {
    let from = &padded(text, 1);
    while text.len().saturating_sub(at) > REST {
        let start = at;
        let mut changes = bits(&differing_when_encoded(window(&from[BEFORE + at..])));
        while changes != 0 {
            let same = (start + changes.trailing_zeros() as usize) - at;
            room[end..][..BLOCK].copy_from_slice(window::<BLOCK>(&from[BEFORE + at..]));
            at += same;
            end += same;
            match pair(window(&from[BEFORE + at..])) {
                Some(pair) => {
                    room[end..][..PAIR].copy_from_slice(&pair);
                    at += 4;
                    end += PAIR;
                }
                None => {
                    room[end..][..2].copy_from_slice(&[0xC0, 0x80]);
                    at += 1;
                    end += 2;
                }
            }
            changes &= changes - 1;
        }
        if let Some(same) = text.len().min(start + BLOCK).checked_sub(at) {
            room[end..][..BLOCK].copy_from_slice(window::<BLOCK>(&from[BEFORE + at..]));
            at += same;
            end += same;
        }
    }
    [at, end]
}

/// The bytes, with zeros before them, and others behind them.
#[inline(always)]
fn padded(bytes: &[u8], padding: u8) -> [u8; BEFORE + SHORT + BLOCK + AFTER] {
    let mut padded = [padding; BEFORE + SHORT + BLOCK + AFTER];
    padded[..BEFORE].fill(0);
    let room = &mut padded[BEFORE..][..bytes.len()];
    match (bytes.first_chunk::<BLOCK>(), bytes.last_chunk::<BLOCK>()) {
        (Some(first), Some(last)) => {
            if let Some(room) = room.first_chunk_mut() {
                *room = *first;
            }
            if let Some(room) = room.last_chunk_mut() {
                *room = *last;
            }
        }
        _ => room.copy_from_slice(bytes),
    }
    padded
}

/// So many bytes that blocks leave are decoded character by character.
const REST: usize = 8;

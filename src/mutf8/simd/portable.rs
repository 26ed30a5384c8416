//! Thirty-two bytes at a time in plain Rust, for every processor.
//!
//! The method is that of `avx512`. Each step is a loop over the bytes of a block, without a branch,
//! so that the compiler uses the vector instructions that every processor of the target has: SSE2 on
//! x86-64, NEON on 64-bit ARM. Bytes are dropped one by one, also without a branch. So the cost
//! hardly depends on the mix of characters.

use alloc::vec::Vec;

use super::{high_bits as bits, is_complete};

/// Whether the bytes are UTF-8 without four-byte characters.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let piece = bytes[at..].first_chunk::<PIECE>();
        if piece.is_some_and(|piece| piece.is_ascii()) {
            // An ASCII byte is no continuation byte: the character before it must be complete.
            if !is_complete(&bytes[..at]) {
                return false;
            }
            at += PIECE;
            continue;
        }
        // Tested once per piece, to return early if the bytes are not plain.
        let end = bytes.len().min(at + PIECE);
        let mut faults = [0; BLOCK];
        while at < end {
            let window = Window::at(bytes, at, buffer);
            let [here, one, two] = [
                window.bytes::<0>(),
                window.bytes::<-1>(),
                window.bytes::<-2>(),
            ];
            for place in 0..BLOCK {
                let [here, one, two] = [here[place], one[place], two[place]];
                faults[place] |= malformed(here, one, two) | not_plain(here, one);
            }
            at += BLOCK;
        }
        if any(&faults) {
            return false;
        }
    }
    is_complete(bytes)
}

/// Appends the text of modified UTF-8: surrogate pairs become four bytes, and NUL one. Returns
/// false if the bytes are malformed or overlong, or hold an unpaired surrogate.
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    // The text is never longer than its modified UTF-8.
    let mut copy = Copy::new(bytes, text, bytes.len());
    let mut highs_before = 0;
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let window = Window::at(bytes, at, buffer);
        let here = window.bytes::<0>();
        let [one, two] = [window.bytes::<-1>(), window.bytes::<-2>()];
        let after = window.bytes::<1>();
        let mut faults = [0; BLOCK];
        // The first byte of each NUL and surrogate, which differ in UTF-8.
        let [mut nuls, mut highs, mut lows] = [[0; BLOCK]; 3];
        for place in 0..BLOCK {
            let [here, one, after] = [here[place], one[place], after[place]];
            let overlong = mask(here == 0xC1) | (mask(one == 0xE0) & !(here << 2));
            nuls[place] = mask(here == 0xC0);
            faults[place] =
                malformed(here, one, two[place]) | overlong | (nuls[place] & mask(after != 0x80));
            let leads_on = mask(here == 0xED);
            highs[place] = leads_on & mask(after & 0xF0 == 0xA0);
            lows[place] = leads_on & mask(after & 0xF0 == 0xB0);
        }
        // A low surrogate must follow its high one at a distance of three bytes.
        let [highs, lows] = [bits(&highs), bits(&lows)];
        if bits(&faults) != 0 || lows != highs << 3 | highs_before >> 29 {
            return false;
        }
        highs_before = highs;

        let nuls = bits(&nuls);
        let mut changes = nuls | highs;
        while changes != 0 {
            let place = changes.trailing_zeros();
            copy.up_to(at + place as usize);
            if nuls >> place & 1 == 1 {
                copy.replace(2, &[0]);
            } else {
                let Some(pair) = copy.next() else {
                    return false;
                };
                copy.replace(PAIR, &character(pair));
            }
            changes &= changes - 1;
        }
        at += BLOCK;
        copy.up_to(at.min(bytes.len()));
    }
    copy.finish();
    // The low half of an unpaired surrogate at the end would fall behind the last block.
    highs_before >> 29 == 0 && is_complete(bytes)
}

/// The UTF-8 of a surrogate pair. For the bit patterns see `avx512`.
#[inline(always)]
fn character(pair: &[u8; PAIR]) -> [u8; 4] {
    let [_, plane, high, _, middle, low] = *pair;
    let plane = (plane & 0x0F) + 1;
    [
        0xF0 | plane >> 2,
        0x80 | (plane << 4 & 0x30) | (high >> 2 & 0x0F),
        0x80 | (high << 4 & 0x30) | (middle & 0x0F),
        low,
    ]
}

/// Copies bytes, and replaces some.
struct Copy<'a> {
    from: &'a [u8],
    /// So many of them have been copied or replaced.
    done: usize,
    to: &'a mut Vec<u8>,
    end: usize,
}

impl<'a> Copy<'a> {
    /// Appends at most `most` bytes.
    #[inline(always)]
    fn new(from: &'a [u8], to: &'a mut Vec<u8>, most: usize) -> Self {
        let end = to.len();
        to.resize(end + most, 0);
        Self {
            from,
            done: 0,
            to,
            end,
        }
    }

    /// Copies all before this place that has not been copied or replaced: at most a block.
    #[inline(always)]
    fn up_to(&mut self, place: usize) {
        let Some(count) = place.checked_sub(self.done) else {
            return;
        };
        let from = &self.from[self.done..];
        let to = &mut self.to[self.end..];
        // A copy whose size is known at compile time is much faster, even if most of it is copied
        // for nothing.
        match (from.first_chunk::<BLOCK>(), to.first_chunk_mut::<BLOCK>()) {
            (Some(from), Some(to)) if count <= BLOCK => *to = *from,
            _ => to[..count].copy_from_slice(&from[..count]),
        }
        self.done = place;
        self.end += count;
    }

    /// The bytes that come next.
    #[inline(always)]
    fn next<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.from[self.done..].first_chunk()
    }

    /// Puts other bytes in place of so many.
    #[inline(always)]
    fn replace<const N: usize>(&mut self, count: usize, with: &[u8; N]) {
        self.done += count;
        self.to[self.end..][..N].copy_from_slice(with);
        self.end += N;
    }

    #[inline(always)]
    fn finish(self) {
        self.to.truncate(self.end);
    }
}

/// Appends the code units of modified UTF-8, unless it is malformed.
pub(super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> bool {
    // Every code unit has exactly one byte that is not a continuation byte.
    let mut end = units.len();
    units.resize(end + count(bytes, |byte| u8::from(byte & 0xC0 != 0x80)), 0);
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let window = Window::at(bytes, at, buffer);
        let [here, one, two] = [
            window.bytes::<0>(),
            window.bytes::<-1>(),
            window.bytes::<-2>(),
        ];
        let count = BLOCK.min(bytes.len() - at);
        let room = &mut units[end..];
        let mut faults = [0; BLOCK];
        for place in 0..BLOCK {
            faults[place] = malformed(here[place], one[place], two[place]);
        }
        if any(&faults) {
            return false;
        }
        let mut out = [0; BLOCK];
        let mut kept = [0; BLOCK];
        for place in 0..BLOCK {
            let [here, one, two] = [here[place], one[place], two[place]];
            // For the bit patterns see `avx512`.
            let continued = mask(here & 0xC0 == 0x80);
            let third = mask(two >= 0xE0);
            let low = (here & (!continued | 0x3F)) | (one << 6 & continued);
            let high = (one >> 2 & 0x0F & continued) | (two << 4 & third);
            out[place] = u16::from(high) << 8 | u16::from(low);
            // 1 for the last byte of each character.
            kept[place] = 1 & !(mask(here >= 0xC0) | mask(one >= 0xE0));
        }
        end += match room.first_chunk_mut() {
            Some(room) if count == BLOCK => put_kept(&out, &kept, room),
            _ => {
                let mut rest = [0; BLOCK];
                put_kept(&out, &kept, &mut rest);
                let count = kept[..count].iter().map(|&kept| usize::from(kept)).sum();
                let Some(room) = room.get_mut(..count) else {
                    return false;
                };
                room.copy_from_slice(&rest[..count]);
                count
            }
        };
        at += BLOCK;
    }
    is_complete(bytes)
}

/// Moves the kept units to the start, and returns their number.
#[inline(always)]
fn put_kept(units: &[u16; BLOCK], kept: &[u8; BLOCK], room: &mut [u16; BLOCK]) -> usize {
    let mut count = 0;
    for (&unit, &kept) in units.iter().zip(kept) {
        room[count % BLOCK] = unit;
        count += usize::from(kept);
    }
    count
}

/// Appends the modified UTF-8 of UTF-8, which is so much longer.
pub(super) fn encode(text: &[u8], longer_by: usize, bytes: &mut Vec<u8>) {
    let mut copy = Copy::new(text, bytes, text.len() + longer_by);
    let mut at = 0;
    while at < text.len() {
        let mut padded = [1; BLOCK];
        let block = text[at..].first_chunk().unwrap_or_else(|| {
            padded[..text.len() - at].copy_from_slice(&text[at..]);
            &padded
        });
        // Subtracting one turns 0 into 255, so NULs and four-byte leads both end up at or above EF.
        let changes = block.map(|byte| mask(byte.wrapping_sub(1) >= 0xEF));
        let mut changes = bits(&changes);
        while changes != 0 {
            copy.up_to(at + changes.trailing_zeros() as usize);
            match copy.next() {
                Some(character @ [0xF0..=0xFF, _, _, _]) => copy.replace(4, &pair(character)),
                _ => copy.replace(1, &[0xC0, 0x80]),
            }
            changes &= changes - 1;
        }
        at += BLOCK;
        copy.up_to(at.min(text.len()));
    }
    copy.finish();
}

/// The surrogate pair of a character. For the bit patterns see `avx512`.
#[inline(always)]
fn pair(character: &[u8; 4]) -> [u8; PAIR] {
    let [first, second, third, low] = *character;
    let plane = (first << 2 & 0x1C | second >> 4 & 0x03).wrapping_sub(1);
    [
        0xED,
        0xA0 | plane,
        0x80 | (second << 2 & 0x3C) | (third >> 4 & 0x03),
        0xED,
        0xB0 | (third & 0x0F),
        low,
    ]
}

/// The number of bytes by which the modified UTF-8 of UTF-8 is longer: one for each NUL, and two
/// for each four-byte character.
#[inline(always)]
pub(super) fn longer_by(text: &[u8]) -> usize {
    count(text, |byte| {
        u8::from(byte == 0) + 2 * u8::from(byte >= 0xF0)
    })
}

/// The sum of what each byte counts for, at most two.
#[inline(always)]
fn count(bytes: &[u8], of: impl Fn(u8) -> u8) -> usize {
    // So few that their sum fits into a byte: as many are added at once as a vector has bytes.
    const FEW: usize = 112;
    let sum = |few: &[u8]| few.iter().map(|&byte| of(byte)).sum::<u8>();
    bytes.chunks(FEW).map(|few| usize::from(sum(few))).sum()
}

/// A block and the bytes before and after it, padded with zeros.
#[derive(Clone, Copy)]
struct Window<'a>(&'a [u8; WINDOW]);

impl<'a> Window<'a> {
    #[inline(always)]
    fn at(bytes: &'a [u8], at: usize, buffer: &'a mut [u8; WINDOW]) -> Self {
        let start = at.checked_sub(BEFORE);
        if let Some(whole) = start.and_then(|start| bytes[start..].first_chunk()) {
            return Self(whole);
        }
        let start = start.unwrap_or(0);
        let end = bytes.len().min(at + BLOCK + AFTER);
        let skipped = BEFORE - (at - start);
        *buffer = [0; WINDOW];
        buffer[skipped..][..end - start].copy_from_slice(&bytes[start..end]);
        Self(buffer)
    }

    /// The bytes of the block, shifted by `BY` positions.
    #[inline(always)]
    fn bytes<const BY: isize>(self) -> &'a [u8; BLOCK] {
        let start = BEFORE.wrapping_add_signed(BY);
        self.0[start..]
            .first_chunk()
            .expect("the window has so many")
    }
}

/// Sets the highest bit if the byte is a misplaced or missing continuation byte, or one that
/// modified UTF-8 never uses.
#[inline(always)]
fn malformed(here: u8, one_before: u8, two_before: u8) -> u8 {
    // Bytes from C0 and from E0 on have the highest bit then, and no others.
    let continuing = one_before.saturating_sub(0x40) | two_before.saturating_sub(0x60);
    let continues = here & !(here << 1);
    (continuing ^ continues) | here.saturating_sub(0x70)
}

/// Sets the highest bit of C0 and C1, which lead overlong forms, and of the second byte of overlong
/// forms and surrogates. It may do so for other malformed bytes.
#[inline(always)]
fn not_plain(here: u8, one_before: u8) -> u8 {
    // The highest bit is set for continuation bytes from A0 on.
    let from_a0 = here << 2;
    mask(here & 0xFE == 0xC0)
        | (mask(one_before == 0xE0) & !from_a0)
        | (mask(one_before == 0xED) & from_a0)
}

/// All ones or zeros.
#[inline(always)]
fn mask(holds: bool) -> u8 {
    if holds { u8::MAX } else { 0 }
}

/// Whether the highest bit of any byte is set.
#[inline(always)]
fn any(bytes: &[u8; BLOCK]) -> bool {
    bytes.iter().fold(0, |any, byte| any | byte) & 0x80 != 0
}

/// The length of a surrogate pair.
const PAIR: usize = 6;

/// How many bytes before a byte determine its meaning.
const BEFORE: usize = 2;
const BLOCK: usize = 32;
const AFTER: usize = 1;
const WINDOW: usize = BEFORE + BLOCK + AFTER;

/// How many bytes are tested between two checks for an error.
const PIECE: usize = 8 * BLOCK;

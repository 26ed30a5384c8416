//! Blocks, and the bytes around them.

use super::{AFTER, BEFORE, BLOCK};

/// A block and the bytes before and after it, padded with zeros.
#[derive(Clone, Copy)]
pub(super) struct Window<'a, const LEN: usize>(pub(super) &'a [u8; LEN]);

impl<'a, const LEN: usize> Window<'a, LEN> {
    #[inline(always)]
    pub(super) fn at(bytes: &'a [u8], at: usize, buffer: &'a mut Buffer) -> Self {
        let start = at.checked_sub(BEFORE);
        if let Some(whole) = start.and_then(|start| bytes[start..].first_chunk()) {
            return Self(whole);
        }
        // A copy whose size is known at compile time is much faster.
        let from = if let (Some(start), Some(last)) = (start, bytes.last_chunk::<LEN>()) {
            *buffer = [0; BUFFER];
            buffer[..LEN].copy_from_slice(last);
            LEN - (bytes.len() - start)
        } else if let (0, Some(first)) = (at, bytes.first_chunk::<BLOCK>()) {
            *buffer = [0; BUFFER];
            buffer[BEFORE..][..BLOCK].copy_from_slice(first);
            if LEN > BEFORE + BLOCK {
                buffer[BEFORE + BLOCK] = bytes.get(BLOCK).copied().unwrap_or(0);
            }
            0
        } else {
            *buffer = [0; BUFFER];
            let start = start.unwrap_or(0);
            let skipped = BEFORE - (at - start);
            let end = bytes.len().min(start + LEN - skipped);
            buffer[skipped..][..end - start].copy_from_slice(&bytes[start..end]);
            0
        };
        Self(window(&buffer[from..]))
    }

    /// The bytes of the block, shifted by `BY` positions.
    #[inline(always)]
    pub(super) fn bytes<const BY: isize>(self) -> &'a [u8; BLOCK] {
        window(&self.0[BEFORE.wrapping_add_signed(BY)..])
    }

    /// How many bytes of the block belong to characters that are whole, if it is well-formed.
    #[inline(always)]
    pub(super) fn whole(self) -> usize {
        let block = self.bytes::<0>();
        BLOCK - usize::from(block[BLOCK - 1] >= 0xC0) - 2 * usize::from(block[BLOCK - 2] >= 0xE0)
    }
}

/// The first bytes, of which there are enough.
#[inline(always)]
pub(super) fn window<const N: usize>(bytes: &[u8]) -> &[u8; N] {
    bytes.first_chunk().expect("the window has so many")
}

/// Room for a window and for zeros behind it.
pub(super) const BUFFER: usize = 2 * (BEFORE + BLOCK + AFTER);
pub(super) type Buffer = [u8; BUFFER];

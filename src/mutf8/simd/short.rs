//! Up to sixty-four bytes in vectors of sixteen, which are tested and copied without a loop.
//!
//! The vectors overlap if there are fewer bytes. So nothing branches on the number of bytes: of
//! strings of many lengths in turn, a processor cannot predict it.

use alloc::vec::Vec;

use super::{
    Piece, ascii_bytes, bytes_of, has_differing_lead, load_pieces, piece_of, put_pieces, same_bytes,
};
use crate::mutf8::few::halves;

/// Up to [`LONGEST`] bytes.
#[derive(Clone, Copy)]
pub(crate) struct Short {
    pieces: [Piece; 4],
    len: usize,
}

impl Short {
    /// These bytes, unless they are more than [`LONGEST`].
    #[inline(always)]
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        Self::at_start(bytes, bytes.len())
    }

    /// The first `len` bytes, which there must be; `None` if they are more than [`LONGEST`]. It is
    /// fastest if at least sixteen bytes are there.
    #[inline(always)]
    pub(crate) fn at_start(bytes: &[u8], len: usize) -> Option<Self> {
        if let Some(pieces) = load_pieces(bytes, len) {
            return Some(Self { pieces, len });
        }
        if len > PIECE {
            return None;
        }
        let [first, second] = halves(&bytes[..len]).map(u128::from);
        Some(Self {
            pieces: [piece_of(first | second << 64); 4],
            len,
        })
    }

    #[inline(always)]
    pub(crate) fn is_ascii(&self) -> bool {
        // Behind few bytes others may follow.
        ascii_bytes(self.pieces) >= self.len.min(PIECE)
    }

    /// Whether text of these bytes is the same in modified UTF-8: without NUL and without characters
    /// of four bytes.
    #[inline(always)]
    pub(crate) fn is_same(&self) -> bool {
        // Behind few bytes others may follow.
        same_bytes(self.pieces) >= self.len.min(PIECE)
    }

    /// Whether the bytes, or others that follow fewer than sixteen of them, have a lead byte of NUL
    /// in two bytes or of a surrogate.
    #[inline(always)]
    fn may_differ(&self) -> bool {
        has_differing_lead(self.pieces)
    }

    /// Whether they are few, and probably not the same in UTF-8: so it does not pay to find out
    /// first.
    #[inline(always)]
    pub(super) fn probably_differs(&self) -> bool {
        self.len <= DECODED_AT_ONCE && self.may_differ()
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bytes with two before them, padded.
    ///
    /// If possible they are stored at once: a load that spans several recent smaller stores cannot
    /// use store-to-load forwarding, and waits until the stores reach the cache.
    #[inline(always)]
    pub(crate) fn behind(self, first: [u8; 2]) -> [u8; 2 + LONGEST] {
        let mut all = [0; 2 + LONGEST];
        if self.len <= PIECE - 2 {
            let piece = u128::from_le_bytes(bytes_of(self.pieces[0]));
            let piece = piece << 16 | u128::from(u16::from_le_bytes(first));
            all[..PIECE].copy_from_slice(&piece.to_le_bytes());
            return all;
        }
        all[..2].copy_from_slice(&first);
        for (piece, place) in self.pieces.into_iter().zip(places(self.len)) {
            all[2 + place..][..PIECE].copy_from_slice(&bytes_of(piece));
        }
        all
    }

    /// Appends the bytes.
    #[inline(always)]
    pub(crate) fn put(self, bytes: &mut Vec<u8>) {
        put_pieces(self.pieces, self.len, bytes);
    }
}

/// Where the pieces of so many bytes begin: each at most a piece behind the one before it, and the
/// last one ends with them.
#[inline(always)]
pub(super) fn places(len: usize) -> [usize; 4] {
    let last = len.clamp(PIECE, LONGEST) - PIECE;
    [0, last.min(PIECE), last.min(2 * PIECE), last]
}

/// Up to so many bytes, decoding them takes hardly longer than finding out whether they differ.
const DECODED_AT_ONCE: usize = 24;

const PIECE: usize = size_of::<Piece>();
pub(super) const LONGEST: usize = 4 * PIECE;

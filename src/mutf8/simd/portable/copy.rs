//! Copying with changes.

use alloc::vec::Vec;

use super::BLOCK;

/// Copies bytes, and replaces some.
pub(super) struct Copy<'a> {
    from: &'a [u8],
    /// So many of them have been copied or replaced.
    pub(super) done: usize,
    to: &'a mut Vec<u8>,
    end: usize,
}

impl<'a> Copy<'a> {
    /// Appends at most `most` bytes.
    #[inline(always)]
    pub(super) fn new(from: &'a [u8], to: &'a mut Vec<u8>, most: usize) -> Self {
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
    pub(super) fn up_to(&mut self, place: usize) {
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

    /// The bytes that come next, if there are so many.
    #[inline(always)]
    pub(super) fn next<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.from.get(self.done..)?.first_chunk()
    }

    /// Puts other bytes in place of so many.
    #[inline(always)]
    pub(super) fn replace<const N: usize>(&mut self, count: usize, with: &[u8; N]) {
        self.done += count;
        self.to[self.end..][..N].copy_from_slice(with);
        self.end += N;
    }

    #[inline(always)]
    pub(super) fn finish(self) {
        self.to.truncate(self.end);
    }
}

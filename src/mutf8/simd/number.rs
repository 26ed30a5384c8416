//! Bytes, and the numbers that they are widened to.

use alloc::vec::Vec;

/// Up to eight bytes.
#[derive(Clone, Copy)]
pub(super) struct Few {
    pub(super) word: u64,
    /// The number of bytes, from the low end.
    pub(super) bytes: u32,
}

/// A number type that bytes can be widened to.
pub(super) trait Number: Copy + Default {
    /// The bytes of a word as numbers of this type, the lowest first.
    ///
    /// They are returned by value: a pointer to the bytes of a word may be misaligned for a wider
    /// type.
    fn of_word(word: u64) -> impl AsRef<[Self]>;
}

impl Number for u8 {
    #[inline]
    fn of_word(word: u64) -> impl AsRef<[Self]> {
        word.to_le_bytes()
    }
}

impl Number for u16 {
    #[inline]
    fn of_word(word: u64) -> impl AsRef<[Self]> {
        let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
        [[a, b], [c, d], [e, f], [g, h]].map(Self::from_le_bytes)
    }
}

/// Appends a few bytes, or the numbers with their values, and needs no room for others.
#[inline]
pub(super) fn put_few_exactly<T: Number, const N: usize>(numbers: &mut Vec<T>, few: [Few; N]) {
    let mut room = [T::default(); MOST];
    let mut len = 0;
    for Few { word, bytes } in few {
        let values = T::of_word(word);
        let values = values.as_ref();
        room[len..][..values.len()].copy_from_slice(values);
        len += bytes as usize / size_of::<T>();
    }
    numbers.extend_from_slice(&room[..len]);
}

/// The bytes of as many words as are ever put at once.
const MOST: usize = WORDS * size_of::<u64>();
const WORDS: usize = 8;

//! Bytes, and the numbers that they are widened to.

/// Up to eight bytes.
#[derive(Clone, Copy)]
pub(super) struct Few {
    pub(super) word: u64,
    /// The number of bytes, from the low end.
    pub(super) bytes: u32,
}

/// A number type that bytes can be widened to.
pub(super) trait Number: Copy {
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

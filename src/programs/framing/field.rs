//! A part of a message, under the name that reports and traces show.

/// A run of bytes with a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// The offset of its first byte in the direction.
    pub(crate) start: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) meaning: String,
}

/// The number of characters that a meaning shows of a text.
pub(super) const SHOWN: usize = 24;

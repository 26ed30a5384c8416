//! What the bytes on the wire of a pair mean.

use crate::programs::framing::Framing;

/// What the bytes of a direction mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire {
    /// Nothing is known: reports show bytes and text.
    Unknown,
    /// Messages of this framing.
    Framing(Framing),
    /// These fields, over and over again.
    Fields(Vec<FieldType>),
}

/// One value of `DataOutputStream` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    Boolean,
    Byte,
    Short,
    Char,
    Int,
    Long,
    Float,
    Double,
    Utf,
}

//! What the bytes on the wire of a pair mean.

use strum::EnumCount;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount)]
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

impl FieldType {
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::Boolean,
        Self::Byte,
        Self::Short,
        Self::Char,
        Self::Int,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Utf,
    ];

    /// The word for it in a pair file.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Char => "char",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Utf => "utf",
        }
    }
}

//! The bytes that a method reads or writes.

/// The format of these bytes. Two methods of the same format are each other's counterparts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Bytes as they are, as many as the call says.
    Bytes,
    /// One byte.
    Boolean,
    /// One byte.
    Byte,
    /// Two bytes.
    Short,
    /// Two bytes: a UTF-16 code unit.
    Char,
    /// Four bytes.
    Int,
    /// Eight bytes.
    Long,
    /// Four bytes.
    Float,
    /// Eight bytes.
    Double,
    /// The low byte of each code unit.
    LowBytes,
    /// Both bytes of each code unit.
    Chars,
    /// Bytes up to the end of a line.
    Line,
    /// The length in two bytes, and modified UTF-8.
    Utf,
}

impl Format {
    /// How many bytes there are, if there are always as many.
    pub const fn fixed_size(self) -> Option<usize> {
        match self {
            Self::Boolean | Self::Byte => Some(1),
            Self::Short | Self::Char => Some(2),
            Self::Int | Self::Float => Some(4),
            Self::Long | Self::Double => Some(8),
            Self::Bytes | Self::LowBytes | Self::Chars | Self::Line | Self::Utf => None,
        }
    }

    /// Whether there are as many bytes as the call or its argument says, and nothing marks their
    /// end.
    pub const fn is_sequence(self) -> bool {
        match self {
            Self::Bytes | Self::LowBytes | Self::Chars | Self::Line => true,
            Self::Boolean
            | Self::Byte
            | Self::Short
            | Self::Char
            | Self::Int
            | Self::Long
            | Self::Float
            | Self::Double
            | Self::Utf => false,
        }
    }

    /// Whether Java writes each element of the argument in a call of the sink of its own.
    pub const fn is_written_piecemeal(self) -> bool {
        match self {
            Self::LowBytes | Self::Chars => true,
            Self::Bytes
            | Self::Boolean
            | Self::Byte
            | Self::Short
            | Self::Char
            | Self::Int
            | Self::Long
            | Self::Float
            | Self::Double
            | Self::Line
            | Self::Utf => false,
        }
    }

    /// Whether a method that reads `reader` reads what a method that writes this format means.
    pub fn is_meant_for(self, reader: Self) -> bool {
        match self {
            Self::Bytes => true,
            Self::LowBytes => matches!(reader, Self::Bytes | Self::Line),
            Self::Chars => reader == Self::Char,
            Self::Boolean
            | Self::Byte
            | Self::Short
            | Self::Char
            | Self::Int
            | Self::Long
            | Self::Float
            | Self::Double
            | Self::Line
            | Self::Utf => reader == self,
        }
    }
}

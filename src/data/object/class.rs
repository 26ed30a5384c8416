//! The classes of the objects that can be written and read, and their descriptors.

use super::Content;

/// A class whose descriptor is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Number,
    Boolean,
    Byte,
    Character,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Booleans,
    Bytes,
    Chars,
    Shorts,
    Ints,
    Longs,
    Floats,
    Doubles,
}

impl Class {
    pub(super) const ALL: [Self; 17] = [
        Self::Number,
        Self::Boolean,
        Self::Byte,
        Self::Character,
        Self::Short,
        Self::Integer,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Booleans,
        Self::Bytes,
        Self::Chars,
        Self::Shorts,
        Self::Ints,
        Self::Longs,
        Self::Floats,
        Self::Doubles,
    ];

    /// The class of an object; `None` for a string, which is written without a descriptor.
    pub(super) fn of(content: &Content) -> Option<Self> {
        Some(match content {
            Content::String(_) => return None,
            Content::Boolean(_) => Self::Boolean,
            Content::Byte(_) => Self::Byte,
            Content::Character(_) => Self::Character,
            Content::Short(_) => Self::Short,
            Content::Integer(_) => Self::Integer,
            Content::Long(_) => Self::Long,
            Content::Float(_) => Self::Float,
            Content::Double(_) => Self::Double,
            Content::Booleans(_) => Self::Booleans,
            Content::Bytes(_) => Self::Bytes,
            Content::Chars(_) => Self::Chars,
            Content::Shorts(_) => Self::Shorts,
            Content::Ints(_) => Self::Ints,
            Content::Longs(_) => Self::Longs,
            Content::Floats(_) => Self::Floats,
            Content::Doubles(_) => Self::Doubles,
        })
    }

    /// The class of this name, as `Class.forName` finds it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// The binary name, as `Class.getName` returns it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Number => "java.lang.Number",
            Self::Boolean => "java.lang.Boolean",
            Self::Byte => "java.lang.Byte",
            Self::Character => "java.lang.Character",
            Self::Short => "java.lang.Short",
            Self::Integer => "java.lang.Integer",
            Self::Long => "java.lang.Long",
            Self::Float => "java.lang.Float",
            Self::Double => "java.lang.Double",
            Self::Booleans => "[Z",
            Self::Bytes => "[B",
            Self::Chars => "[C",
            Self::Shorts => "[S",
            Self::Ints => "[I",
            Self::Longs => "[J",
            Self::Floats => "[F",
            Self::Doubles => "[D",
        }
    }

    /// The `serialVersionUID`.
    pub(super) const fn version(self) -> i64 {
        let bits: u64 = match self {
            Self::Number => 0x86AC_951D_0B94_E08B,
            Self::Boolean => 0xCD20_7280_D59C_FAEE,
            Self::Byte => 0x9C4E_6084_EE50_F51C,
            Self::Character => 0x348B_47D9_6B1A_2678,
            Self::Short => 0x684D_3713_3460_DA52,
            Self::Integer => 0x12E2_A0A4_F781_8738,
            Self::Long => 0x3B8B_E490_CC8F_23DF,
            Self::Float => 0xDAED_C9A2_DB3C_F0EC,
            Self::Double => 0x80B3_C24A_296B_FB04,
            Self::Booleans => 0x578F_2039_14B8_5DE2,
            Self::Bytes => 0xACF3_17F8_0608_54E0,
            Self::Chars => 0xB026_66B0_E25D_84AC,
            Self::Shorts => 0xEF83_2E06_E55D_B0FA,
            Self::Ints => 0x4DBA_6026_76EA_B2A5,
            Self::Longs => 0x7820_04B5_12B1_7593,
            Self::Floats => 0x0B9C_8189_22E0_0C42,
            Self::Doubles => 0x3EA6_8C14_AB63_5A1E,
        };
        i64::from_be_bytes(bits.to_be_bytes())
    }

    /// The type code of the field `value`, the only one that such a class has.
    pub(super) const fn value_type(self) -> Option<u8> {
        Some(match self {
            Self::Boolean => b'Z',
            Self::Byte => b'B',
            Self::Character => b'C',
            Self::Short => b'S',
            Self::Integer => b'I',
            Self::Long => b'J',
            Self::Float => b'F',
            Self::Double => b'D',
            Self::Number
            | Self::Booleans
            | Self::Bytes
            | Self::Chars
            | Self::Shorts
            | Self::Ints
            | Self::Longs
            | Self::Floats
            | Self::Doubles => return None,
        })
    }

    pub(super) const fn superclass(self) -> Option<Self> {
        match self {
            Self::Byte | Self::Short | Self::Integer | Self::Long | Self::Float | Self::Double => {
                Some(Self::Number)
            }
            Self::Number
            | Self::Boolean
            | Self::Character
            | Self::Booleans
            | Self::Bytes
            | Self::Chars
            | Self::Shorts
            | Self::Ints
            | Self::Longs
            | Self::Floats
            | Self::Doubles => None,
        }
    }

    pub(super) const fn is_array(self) -> bool {
        match self {
            Self::Booleans
            | Self::Bytes
            | Self::Chars
            | Self::Shorts
            | Self::Ints
            | Self::Longs
            | Self::Floats
            | Self::Doubles => true,
            Self::Number
            | Self::Boolean
            | Self::Byte
            | Self::Character
            | Self::Short
            | Self::Integer
            | Self::Long
            | Self::Float
            | Self::Double => false,
        }
    }
}

/// The field of the boxes.
pub(super) const VALUE: &str = "value";

//! How Java declares a method.

use std::fmt;

/// The declaration of a method in Java.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// The interface or class that declares it first.
    pub class: &'static str,
    pub returns: JavaType,
    pub parameters: &'static [JavaType],
}

/// A type of Java.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JavaType {
    Void,
    Boolean,
    Byte,
    Short,
    Char,
    Int,
    Long,
    Float,
    Double,
    ByteArray,
    String,
}

impl JavaType {
    /// The size of a value in bytes; `None` if it has none of its own.
    pub(crate) const fn size(self) -> Option<usize> {
        match self {
            Self::Boolean | Self::Byte => Some(1),
            Self::Short | Self::Char => Some(2),
            Self::Int | Self::Float => Some(4),
            Self::Long | Self::Double => Some(8),
            Self::Void | Self::ByteArray | Self::String => None,
        }
    }
}

/// The type as `javap` prints it.
impl fmt::Display for JavaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Void => "void",
            Self::Boolean => "boolean",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Char => "char",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::ByteArray => "byte[]",
            Self::String => "java.lang.String",
        })
    }
}

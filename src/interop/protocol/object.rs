//! Objects as values: what the methods of object streams take and return, in the text form of the
//! peer protocol.
//!
//! `java/README.md` defines the text form. This file is its only implementation in Rust.

use std::fmt;

use super::value::{Kind, Value, decimal};
use crate::JavaString;
use crate::data::object::{Content, Object};

/// An object with its number, if it has one: `1=u0061`, `Integer(7)`, `int[1,2]`.
///
/// A string without a number is a [`Value::Text`], and null is [`Value::Null`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectValue {
    number: Option<u32>,
    content: ObjectContent,
}

/// What an object holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectContent {
    String(JavaString),
    /// A boxed value, as the bits of its type.
    Boxed(Primitive, i64),
    /// An array; each element is the bits of its type.
    Array(Primitive, Vec<i64>),
}

/// Declares the primitive types once: variant, name, class of its box.
macro_rules! primitives {
    ($($variant:ident $name:literal $class:literal,)*) => {
        /// A primitive type of Java.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Primitive {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Primitive {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name of the type: `int`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The class of its boxed values, without its package: `Integer`.
            pub const fn class(self) -> &'static str {
                match self {
                    $(Self::$variant => $class,)*
                }
            }
        }
    };
}

primitives! {
    Boolean "boolean" "Boolean",
    Byte "byte" "Byte",
    Char "char" "Character",
    Short "short" "Short",
    Int "int" "Integer",
    Long "long" "Long",
    Float "float" "Float",
    Double "double" "Double",
}

impl Primitive {
    /// The type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// The type whose boxed values have this class.
    pub fn of_class(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.class() == name)
    }

    /// The values of the type.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Boolean => Kind::Boolean,
            Self::Byte => Kind::Whole(i8::MIN as i64, i8::MAX as i64),
            Self::Char => Kind::Whole(0, u16::MAX as i64),
            Self::Short => Kind::Whole(i16::MIN as i64, i16::MAX as i64),
            Self::Int => Kind::Whole(i32::MIN as i64, i32::MAX as i64),
            Self::Long => Kind::Whole(i64::MIN, i64::MAX),
            Self::Float => Kind::Float,
            Self::Double => Kind::Double,
        }
    }

    /// The value with these bits.
    pub fn value(self, bits: i64) -> Value {
        match self {
            Self::Boolean => Value::Boolean(bits != 0),
            Self::Float => Value::Float(low(bits)),
            Self::Double => Value::Double(bits.cast_unsigned()),
            Self::Byte | Self::Char | Self::Short | Self::Int | Self::Long => Value::Whole(bits),
        }
    }

    /// The bits of `value`; `None` if the type has no such value.
    pub fn bits(self, value: &Value) -> Option<i64> {
        match (self.kind(), value) {
            (Kind::Boolean, Value::Boolean(truth)) => Some((*truth).into()),
            (Kind::Float, Value::Float(bits)) => Some((*bits).into()),
            (Kind::Double, Value::Double(bits)) => Some(bits.cast_signed()),
            (Kind::Whole(least, most), Value::Whole(number)) => {
                (least..=most).contains(number).then_some(*number)
            }
            _ => None,
        }
    }
}

impl ObjectValue {
    /// The number that says which object it is, among equal ones too.
    pub fn number(&self) -> Option<u32> {
        self.number
    }

    pub fn content(&self) -> &ObjectContent {
        &self.content
    }

    /// Parses an object that is no string without a number.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let (number, content) = match word.split_once('=') {
            Some((number, content)) => (Some(number_of(number)?), content),
            None => (None, word),
        };
        let content = match (number, content.strip_prefix('u')) {
            (Some(_), Some(_)) => match content.parse().ok()? {
                Value::Text(text) => ObjectContent::String(text),
                _ => return None,
            },
            _ => ObjectContent::parse(content)?,
        };
        Some(Self { number, content })
    }
}

/// A number of an object: a non-negative `int`.
fn number_of(word: &str) -> Option<u32> {
    let number: i32 = decimal(word)?;
    u32::try_from(number).ok()
}

impl ObjectContent {
    fn parse(word: &str) -> Option<Self> {
        let bits = |primitive: Primitive, word: &str| primitive.bits(&word.parse().ok()?);
        if let Some((class, inside)) = word.strip_suffix(')').and_then(|word| word.split_once('('))
        {
            let primitive = Primitive::of_class(class)?;
            return Some(Self::Boxed(primitive, bits(primitive, inside)?));
        }
        let (name, inside) = word.strip_suffix(']')?.split_once('[')?;
        let primitive = Primitive::named(name)?;
        let elements = inside.split(',').filter(|_| !inside.is_empty());
        let elements = elements.map(|element| bits(primitive, element));
        Some(Self::Array(primitive, elements.collect::<Option<_>>()?))
    }

    /// A new object with this content.
    pub fn to_object(&self) -> Object {
        Object::new(match self {
            Self::String(text) => Content::String(text.clone()),
            Self::Boxed(primitive, bits) => boxed(*primitive, *bits),
            Self::Array(primitive, elements) => array(*primitive, elements),
        })
    }

    /// The content of an object.
    pub fn of(object: &Object) -> Self {
        use Primitive as P;
        let boxed = |primitive, bits: i64| Self::Boxed(primitive, bits);
        match object.content() {
            Content::String(text) => Self::String(text.clone()),
            Content::Boolean(truth) => boxed(P::Boolean, (*truth).into()),
            Content::Byte(number) => boxed(P::Byte, (*number).into()),
            Content::Character(unit) => boxed(P::Char, (*unit).into()),
            Content::Short(number) => boxed(P::Short, (*number).into()),
            Content::Integer(number) => boxed(P::Int, (*number).into()),
            Content::Long(number) => boxed(P::Long, *number),
            Content::Float(number) => boxed(P::Float, number.to_bits().into()),
            Content::Double(number) => boxed(P::Double, number.to_bits().cast_signed()),
            Content::Booleans(all) => elements(P::Boolean, all, |truth| truth.into()),
            Content::Bytes(all) => elements(P::Byte, all, |byte| byte.cast_signed().into()),
            Content::Chars(all) => elements(P::Char, all, |unit| unit.into()),
            Content::Shorts(all) => elements(P::Short, all, |number| number.into()),
            Content::Ints(all) => elements(P::Int, all, |number| number.into()),
            Content::Longs(all) => elements(P::Long, all, |number| number),
            Content::Floats(all) => elements(P::Float, all, |number| number.to_bits().into()),
            Content::Doubles(all) => {
                elements(P::Double, all, |number| number.to_bits().cast_signed())
            }
        }
    }
}

fn elements<T: Copy>(primitive: Primitive, all: &[T], bits: impl Fn(T) -> i64) -> ObjectContent {
    ObjectContent::Array(primitive, all.iter().copied().map(bits).collect())
}

/// The low bits, which are all bits of a number that came from this type.
fn low<T: TryFrom<u64> + Default>(bits: i64) -> T {
    let width = 8 * u32::try_from(size_of::<T>()).unwrap_or(8);
    let mask = u64::MAX >> (64 - width.min(64));
    T::try_from(bits.cast_unsigned() & mask).unwrap_or_default()
}

fn boxed(primitive: Primitive, bits: i64) -> Content {
    match primitive {
        Primitive::Boolean => Content::Boolean(bits != 0),
        Primitive::Byte => Content::Byte(low::<u8>(bits).cast_signed()),
        Primitive::Char => Content::Character(low(bits)),
        Primitive::Short => Content::Short(low::<u16>(bits).cast_signed()),
        Primitive::Int => Content::Integer(low::<u32>(bits).cast_signed()),
        Primitive::Long => Content::Long(bits),
        Primitive::Float => Content::Float(f32::from_bits(low(bits))),
        Primitive::Double => Content::Double(f64::from_bits(bits.cast_unsigned())),
    }
}

fn array(primitive: Primitive, elements: &[i64]) -> Content {
    let all = || elements.iter().copied();
    match primitive {
        Primitive::Boolean => Content::Booleans(all().map(|bits| bits != 0).collect()),
        Primitive::Byte => Content::Bytes(all().map(low).collect()),
        Primitive::Char => Content::Chars(all().map(low).collect()),
        Primitive::Short => {
            Content::Shorts(all().map(|bits| low::<u16>(bits).cast_signed()).collect())
        }
        Primitive::Int => Content::Ints(all().map(|bits| low::<u32>(bits).cast_signed()).collect()),
        Primitive::Long => Content::Longs(elements.to_vec()),
        Primitive::Float => Content::Floats(all().map(|bits| f32::from_bits(low(bits))).collect()),
        Primitive::Double => {
            let number = |bits: i64| f64::from_bits(bits.cast_unsigned());
            Content::Doubles(all().map(number).collect())
        }
    }
}

impl fmt::Display for ObjectValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "{number}=")?;
        }
        match &self.content {
            ObjectContent::String(text) => Value::Text(text.clone()).fmt(f),
            ObjectContent::Boxed(primitive, bits) => {
                write!(f, "{}({})", primitive.class(), primitive.value(*bits))
            }
            ObjectContent::Array(primitive, elements) => {
                write!(f, "{}[", primitive.name())?;
                for (index, bits) in elements.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{}", primitive.value(*bits))?;
                }
                f.write_str("]")
            }
        }
    }
}

impl Value {
    /// The object with this content, and with a number if it has one.
    pub fn object(number: Option<u32>, content: ObjectContent) -> Self {
        match (number, content) {
            (None, ObjectContent::String(text)) => Self::Text(text),
            (number, content) => Self::Object(ObjectValue { number, content }),
        }
    }

    /// The number and the content, if it is an object and not null.
    pub fn as_object(&self) -> Option<(Option<u32>, ObjectContent)> {
        match self {
            Self::Text(text) => Some((None, ObjectContent::String(text.clone()))),
            Self::Object(object) => Some((object.number, object.content.clone())),
            Self::Void
            | Self::Whole(_)
            | Self::Boolean(_)
            | Self::Float(_)
            | Self::Double(_)
            | Self::Null
            | Self::Bytes(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_round_trip_through_text_and_through_the_library() {
        for word in [
            "Boolean(true)",
            "Byte(-128)",
            "Character(65535)",
            "Short(-1)",
            "Integer(-2147483648)",
            "Long(9223372036854775807)",
            "Float(0x7fc00000)",
            "Double(0xfff8000000000001)",
            "boolean[true,false]",
            "byte[-1,127]",
            "char[0,55296]",
            "short[-32768]",
            "int[]",
            "long[-1]",
            "float[0x3f800000,0x80000000]",
            "double[0x0000000000000001]",
            "0=u",
            "7=ud800",
            "2147483647=Integer(7)",
            "1=int[1,2]",
        ] {
            let value: Value = word.parse().unwrap();
            assert_eq!(value.to_string(), word);
            let (number, content) = value.as_object().unwrap();
            let again = ObjectContent::of(&content.to_object());
            assert_eq!(Value::object(number, again), value, "{word}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for word in [
            "Integer",
            "Integer()",
            "Integer(2147483648)",
            "Integer(+1)",
            "Integer(u0061)",
            "integer(1)",
            "int(1)",
            "Float(1.5)",
            "Float(0x3ff0000000000000)",
            "Boolean(1)",
            "Character(-1)",
            "String(u0061)",
            "int[1,]",
            "int[,]",
            "int[1;2]",
            "Integer[1]",
            "byte[128]",
            "=u0061",
            "1=",
            "1=null",
            "1=7",
            "1=xff",
            "-1=u0061",
            "2147483648=u0061",
            "1=2=u0061",
            "a=u0061",
        ] {
            assert!(word.parse::<Value>().is_err(), "{word}");
        }
        let spelled: Value = "007=Integer(-0)".parse().unwrap();
        assert_eq!(spelled.to_string(), "7=Integer(0)");
    }
}

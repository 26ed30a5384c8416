//! The objects that can be written and read, with their identity.

use std::fmt;
use std::sync::Arc;

use super::class::Class;
use crate::{JavaStr, JavaString};

/// A Java object that can be written and read: a string, a boxed primitive value, or an array of
/// primitive values.
///
/// An object has an identity, as in Java: a clone is the same object, and
/// [`is_same`](Object::is_same) is Java's `==`. A stream that writes the same object again writes a
/// reference to it.
///
/// # Examples
///
/// ```
/// use javatalk::object::{Content, Object};
///
/// let text = Object::from("hi");
/// assert!(text.is_same(&text.clone()));
/// assert!(!text.is_same(&Object::from("hi")));
/// assert_eq!(text, Object::from("hi"));
/// assert_eq!(*text.content(), Content::String("hi".into()));
/// ```
#[derive(Clone, PartialEq)]
pub struct Object(Arc<Content>);

impl Object {
    /// A new object, which is the same as no other.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::{Content, Object};
    ///
    /// let array = Object::new(Content::Ints(vec![1, 2]));
    /// assert_eq!(array.class_name(), "[I");
    /// ```
    #[must_use]
    pub fn new(content: Content) -> Self {
        Self(Arc::new(content))
    }

    /// What the object holds.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::{Content, Object};
    ///
    /// assert_eq!(*Object::from(7).content(), Content::Integer(7));
    /// ```
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.0
    }

    /// Returns what the object holds; it is copied only if there are other clones, such as the one
    /// that a stream keeps.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::{Content, Object};
    ///
    /// assert_eq!(Object::from(7).into_content(), Content::Integer(7));
    /// ```
    #[must_use]
    pub fn into_content(self) -> Content {
        Arc::unwrap_or_clone(self.0)
    }

    /// Whether both are the same object, as Java's `==`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::Object;
    ///
    /// let number = Object::from(1000);
    /// assert!(number.is_same(&number.clone()));
    /// assert!(!number.is_same(&Object::from(1000)));
    /// ```
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The text, if the object is a string.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::Object;
    ///
    /// assert_eq!(Object::from("hi").as_java_str().unwrap(), "hi");
    /// assert!(Object::from(7).as_java_str().is_none());
    /// ```
    #[must_use]
    pub fn as_java_str(&self) -> Option<JavaStr<'_>> {
        match self.content() {
            Content::String(text) => Some(text.as_java_str()),
            Content::Boolean(_)
            | Content::Byte(_)
            | Content::Character(_)
            | Content::Short(_)
            | Content::Integer(_)
            | Content::Long(_)
            | Content::Float(_)
            | Content::Double(_)
            | Content::Booleans(_)
            | Content::Bytes(_)
            | Content::Chars(_)
            | Content::Shorts(_)
            | Content::Ints(_)
            | Content::Longs(_)
            | Content::Floats(_)
            | Content::Doubles(_) => None,
        }
    }

    /// The binary name of the class, as `getClass().getName()`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::object::Object;
    ///
    /// assert_eq!(Object::from("hi").class_name(), "java.lang.String");
    /// assert_eq!(Object::from(7i64).class_name(), "java.lang.Long");
    /// ```
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        Class::of(self.content()).map_or("java.lang.String", Class::name)
    }

    /// A number that no other object has while this one exists.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content().fmt(f)
    }
}

/// What an [`Object`] holds.
///
/// Two contents are equal if their classes and values are; a NaN equals nothing, as in Rust.
///
/// # Examples
///
/// ```
/// use javatalk::object::Content;
///
/// assert_eq!(Content::from(7), Content::Integer(7));
/// assert_ne!(Content::from(7), Content::Long(7));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `java.lang.String`.
    String(JavaString),
    /// `java.lang.Boolean`.
    Boolean(bool),
    /// `java.lang.Byte`.
    Byte(i8),
    /// `java.lang.Character`: a UTF-16 code unit.
    Character(u16),
    /// `java.lang.Short`.
    Short(i16),
    /// `java.lang.Integer`.
    Integer(i32),
    /// `java.lang.Long`.
    Long(i64),
    /// `java.lang.Float`.
    Float(f32),
    /// `java.lang.Double`.
    Double(f64),
    /// `boolean[]`.
    Booleans(Vec<bool>),
    /// `byte[]`.
    Bytes(Vec<u8>),
    /// `char[]`: UTF-16 code units.
    Chars(Vec<u16>),
    /// `short[]`.
    Shorts(Vec<i16>),
    /// `int[]`.
    Ints(Vec<i32>),
    /// `long[]`.
    Longs(Vec<i64>),
    /// `float[]`.
    Floats(Vec<f32>),
    /// `double[]`.
    Doubles(Vec<f64>),
}

/// Where the Rust type says which Java class is meant. A `u16` may be a `char` of either kind, so
/// [`Content::Character`] is always written out.
macro_rules! contents {
    ($($type:ty => $variant:ident;)*) => {$(
        impl From<$type> for Content {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }

        impl From<$type> for Object {
            fn from(value: $type) -> Self {
                Self::new(value.into())
            }
        }
    )*};
}

contents! {
    &str => String;
    String => String;
    JavaString => String;
    bool => Boolean;
    i8 => Byte;
    i16 => Short;
    i32 => Integer;
    i64 => Long;
    f32 => Float;
    f64 => Double;
    Vec<bool> => Booleans;
    Vec<u8> => Bytes;
    Vec<i16> => Shorts;
    Vec<i32> => Ints;
    Vec<i64> => Longs;
    Vec<f32> => Floats;
    Vec<f64> => Doubles;
}

//! Looking up an owned string by a borrowed one, in a map or a set.
//!
//! `Borrow<str>` would let `map.get("x")` compile, but it would be wrong for two reasons. A string
//! with an unpaired surrogate has no representation as `str`, so `borrow` could not return one. And
//! `Borrow` requires both types to have the same order, but Java orders by code unit and `str` by
//! code point. A trait object works: a [`JavaString`] can be borrowed as one, and a [`JavaStr`] can
//! be converted to one without copying.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::{JavaStr, JavaString};

/// What a [`JavaString`] is found by in a map or a set: see [`JavaStr::as_key`].
///
/// Equality, order and hash are those of [`JavaStr`]. The trait is implemented for [`JavaStr`] and
/// [`JavaString`] only.
pub trait Key: sealed::Sealed {
    /// The string.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaStr;
    ///
    /// assert_eq!(JavaStr::from("x").as_key().key(), "x");
    /// ```
    fn key(&self) -> JavaStr<'_>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::JavaStr<'_> {}
    impl Sealed for super::JavaString {}
}

impl Key for JavaStr<'_> {
    fn key(&self) -> JavaStr<'_> {
        *self
    }
}

impl Key for JavaString {
    fn key(&self) -> JavaStr<'_> {
        self.as_java_str()
    }
}

impl<'a> JavaStr<'a> {
    /// The string as a key, to look up a [`JavaString`] in a map or a set without allocating.
    ///
    /// `map.get("x")` does not compile, since a [`JavaString`] cannot be borrowed as `str`: it may
    /// hold an unpaired surrogate, and it is ordered by code unit.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::{BTreeSet, HashMap};
    ///
    /// use javatalk::{JavaStr, JavaString};
    ///
    /// let map = HashMap::from([(JavaString::from("x"), 1)]);
    /// assert_eq!(map.get(JavaStr::from("x").as_key()), Some(&1));
    /// assert_eq!(map[JavaStr::new("x").as_key()], 1);
    ///
    /// let set = BTreeSet::from([JavaString::from_utf16(&[0xD83D])]);
    /// assert!(set.contains(JavaStr::from_utf16(&[0xD83D]).as_key()));
    /// ```
    #[must_use]
    #[inline]
    pub fn as_key(&self) -> &(dyn Key + 'a) {
        self
    }
}

impl<'a> Borrow<dyn Key + 'a> for JavaString {
    #[inline]
    fn borrow(&self) -> &(dyn Key + 'a) {
        self
    }
}

impl PartialEq for dyn Key + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for dyn Key + '_ {}

impl Ord for dyn Key + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for dyn Key + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for dyn Key + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Debug for dyn Key + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.key(), f)
    }
}

//! Text for people: numbers in words, foreign text made safe to print, and suggestions for mistyped names.

pub(crate) mod count;
pub(crate) mod printable;
pub(crate) mod suggestion;

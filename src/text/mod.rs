//! Text for people: numbers in words, times, foreign text made safe to print or quoted, strings of TOML,
//! and suggestions for mistyped names.

pub(crate) mod count;
pub(crate) mod duration;
pub(crate) mod printable;
pub(crate) mod quotation;
pub(crate) mod suggestion;
pub(crate) mod toml;

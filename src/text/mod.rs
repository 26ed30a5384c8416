//! Text for people: numbers in words, foreign text made safe to print, and suggestions for mistyped names.

pub mod count;
pub mod printable;
pub mod suggestion;

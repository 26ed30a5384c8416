//! Pairs of programs that a user brings, described by a pair file.

pub(crate) mod command_line;
pub(crate) mod definition;
pub(crate) mod file;
pub(crate) mod player;
pub(crate) mod template;
pub(crate) mod version;

pub(crate) use player::Player;

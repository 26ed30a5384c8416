//! The repository itself: the rules for its sources and pages, and its scripts.

mod house;
mod image;
#[cfg(unix)]
mod miri_script;
mod own_tests;
mod package;
#[cfg(unix)]
mod setup_script;

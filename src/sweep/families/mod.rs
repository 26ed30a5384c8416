//! The families of cases, one file for each subject.

use super::Family;

pub(crate) mod charsets;
pub(crate) mod class_files;
pub(crate) mod console;
pub(crate) mod end_of_input;
pub(crate) mod failing_sink;
pub(crate) mod hosts;
pub(crate) mod numbers;
pub(crate) mod object_reads;
pub(crate) mod object_writes;
pub(crate) mod read_line;
pub(crate) mod read_utf;
pub(crate) mod write_text;

/// All families, in the order in which they are run.
pub fn all() -> Vec<Family> {
    [
        &read_utf::SECTIONS[..],
        &write_text::SECTIONS,
        &numbers::SECTIONS,
        &read_line::SECTIONS,
        &end_of_input::SECTIONS,
        &failing_sink::SECTIONS,
        &object_reads::SECTIONS,
        &object_writes::SECTIONS,
        &console::SECTIONS,
        &charsets::SECTIONS,
        &hosts::SECTIONS,
        &class_files::SECTIONS,
    ]
    .concat()
}

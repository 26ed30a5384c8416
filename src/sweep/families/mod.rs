//! The families of cases, a file each.

pub(crate) mod charsets;
pub(crate) mod console;
pub(crate) mod end_of_input;
pub(crate) mod failing_sink;
pub(crate) mod hosts;
pub(crate) mod numbers;
pub(crate) mod read_line;
pub(crate) mod read_utf;
pub(crate) mod write_text;

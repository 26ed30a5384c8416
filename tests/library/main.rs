//! The library, without Java and without the command: its values, streams, errors and positions.

mod both_traits;
mod broken_streams;
#[cfg(feature = "tokio")]
mod dropped_futures;
mod end_of_input;
mod errors;
mod in_memory;
mod java_string;
mod mutf8;
mod pipe;
mod properties;
mod read_line;
mod size;
mod stream_position;
mod tables;
mod write_failures;

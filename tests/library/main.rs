//! The library, without Java and without the command: its values, streams, errors and positions.

mod as_a_user;
mod both_traits;
mod broken_streams;
mod code_units;
#[cfg(feature = "tokio")]
mod dropped_futures;
mod end_of_input;
mod errors;
mod in_memory;
mod java_string;
mod mutf8;
mod numbers;
#[cfg(feature = "object")]
mod object_streams;
mod pipe;
mod properties;
mod read_line;
mod rules;
mod size;
mod stream_position;
mod vectors;
mod write_failures;

//! Input and output in memory, without a stream: strings are borrowed from a slice, and a vector is
//! written to at once.

mod slice_input;
mod vec_output;

pub use slice_input::SliceInput;
pub use vec_output::VecOutput;

//! Tests of your own codec against a JDK.
mod answer;
mod bodies;
mod calls;
mod conversion;
mod decoder;
mod encoder;
mod java;
mod mismatch;
mod strings;
mod words;

pub use answer::{Answer, Exception};
pub use conversion::{Encoded, FromJava};
pub use decoder::Decoder;
pub use encoder::{Compared, Encoder};
pub use java::{Java, NoJava};
pub use mismatch::{Mismatch, Mismatches};

//! Compares a decoder with Java's `readUTF`, over 21 million bodies.
//!
//! ```text
//! cargo run --release --features interop --example prove_a_decoder
//! ```
//!
//! With `std::str::from_utf8` in place of `mutf8::decode` it shows where UTF-8 differs.

use std::error::Error;
use std::io::{self, Write};

use javatalk::mutf8;
use javatalk::testing::{Decoder, Java};

fn main() -> Result<(), Box<dyn Error>> {
    let java = Java::newest()?;
    let bodies = Decoder::new(mutf8::decode).check(java)?;
    writeln!(io::stdout(), "{bodies} bodies, all as in {java}")?;
    Ok(())
}

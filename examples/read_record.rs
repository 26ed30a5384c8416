//! Reads a record that a Java program wrote: an int, a string, a boolean.
#![expect(clippy::print_stdout, reason = "a first program prints")]

use std::fs::File;
use std::io::BufReader;

use javatalk::data::{DataInputStream, Error};

fn main() -> Result<(), Error> {
    let file = File::open("record.dat")?;
    let mut input = DataInputStream::new(BufReader::new(file));
    let number = input.read_int()?;
    let text = input.read_utf()?;
    let flag = input.read_boolean()?;
    println!("{number} {text} {flag}");
    Ok(())
}

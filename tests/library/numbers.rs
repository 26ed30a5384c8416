//! The methods that read a number.

use javatalk::data::{DataInput, Error};

pub(crate) type Call = fn(&mut dyn DataInput) -> Result<(), Error>;

/// The method, how many bytes it reads, and the call.
pub(crate) const NUMBERS: [(&str, usize, Call); 10] = [
    ("read_boolean", 1, |input| input.read_boolean().map(drop)),
    ("read_byte", 1, |input| input.read_byte().map(drop)),
    ("read_unsigned_byte", 1, |input| {
        input.read_unsigned_byte().map(drop)
    }),
    ("read_short", 2, |input| input.read_short().map(drop)),
    ("read_unsigned_short", 2, |input| {
        input.read_unsigned_short().map(drop)
    }),
    ("read_char", 2, |input| input.read_char().map(drop)),
    ("read_int", 4, |input| input.read_int().map(drop)),
    ("read_long", 8, |input| input.read_long().map(drop)),
    ("read_float", 4, |input| input.read_float().map(drop)),
    ("read_double", 8, |input| input.read_double().map(drop)),
];

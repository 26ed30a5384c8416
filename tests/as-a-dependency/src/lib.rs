//! Modified UTF-8, written for this crate.

/// Why bytes are not modified UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// The code units of a body, as `readUTF` decodes it.
pub fn decode(mut body: &[u8]) -> Result<Vec<u16>, Malformed> {
    let mut units = Vec::with_capacity(body.len());
    loop {
        let (unit, rest) = match *body {
            [] => return Ok(units),
            [a @ 0x00..=0x7F, ref rest @ ..] => (u16::from(a), rest),
            [a @ 0xC0..=0xDF, b @ 0x80..=0xBF, ref rest @ ..] => {
                (u16::from(a & 0x1F) << 6 | u16::from(b & 0x3F), rest)
            }
            [
                a @ 0xE0..=0xEF,
                b @ 0x80..=0xBF,
                c @ 0x80..=0xBF,
                ref rest @ ..,
            ] => {
                let low = u16::from(b & 0x3F) << 6 | u16::from(c & 0x3F);
                (u16::from(a & 0x0F) << 12 | low, rest)
            }
            _ => return Err(Malformed),
        };
        units.push(unit);
        body = rest;
    }
}

/// The body of a string, as `writeUTF` encodes it.
pub fn encode(text: &str) -> Vec<u8> {
    let mut body = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        let low = |shift: u16| 0x80 | (unit >> shift & 0x3F) as u8;
        match unit {
            0x01..=0x7F => body.push(unit as u8),
            0x00 | 0x80..=0x7FF => body.extend([0xC0 | (unit >> 6) as u8, low(0)]),
            _ => body.extend([0xE0 | (unit >> 12) as u8, low(6), low(0)]),
        }
    }
    body
}

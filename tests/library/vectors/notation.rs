//! The notation of bytes and text in the files: hex with repetition.

use javatalk::JavaString;

/// `0002 61*2`, to its bytes.
pub(super) fn bytes(source: &str) -> Vec<u8> {
    tokens(source, 2)
        .map(|digits| u8::from_str_radix(digits, 16).unwrap())
        .collect()
}

/// `0061*2 d83d`, to its code units.
pub(super) fn text(source: &str) -> JavaString {
    let units = tokens(source, 4).map(|digits| u16::from_str_radix(digits, 16).unwrap());
    units.collect::<Vec<_>>().into()
}

/// The digits of each byte or code unit.
fn tokens(source: &str, width: usize) -> impl Iterator<Item = &str> {
    source.split_whitespace().flat_map(move |token| {
        let (digits, count) = token.split_once('*').unwrap_or((token, "1"));
        let part: Vec<&str> = (0..digits.len() / width)
            .map(|index| &digits[width * index..width * (index + 1)])
            .collect();
        part.repeat(count.parse().unwrap())
    })
}

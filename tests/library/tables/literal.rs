//! The notation of the tables: text and bytes, with repetition.

use javatalk::JavaString;

/// `"a"*3 "\ud83d"`, to its code units.
pub(crate) fn text(source: &str) -> JavaString {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = source.trim();
    while !rest.is_empty() {
        let inside = rest
            .strip_prefix('"')
            .unwrap_or_else(|| panic!("no text: {source}"));
        let end = closing_quote(inside);
        let piece = unescaped(&inside[..end]);
        let (count, after) = repetition(&inside[end + 1..]);
        units.extend(piece.repeat(count));
        rest = after.trim_start();
    }
    units.into()
}

/// `00 02 61*2`, to its bytes; `-` is none.
pub(crate) fn bytes(source: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for token in source.split_whitespace().filter(|&token| token != "-") {
        let (digits, count) = token.split_once('*').unwrap_or((token, "1"));
        let pairs = digits
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap());
        let piece: Vec<u8> = pairs
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect();
        bytes.extend(piece.repeat(count.parse().unwrap()));
    }
    bytes
}

/// `0x7fc00000`, to its number.
pub(crate) fn bits(source: &str) -> u64 {
    u64::from_str_radix(source.strip_prefix("0x").unwrap(), 16).unwrap()
}

fn closing_quote(inside: &str) -> usize {
    let mut escaped = false;
    inside
        .find(|character| {
            let found = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            found
        })
        .unwrap_or_else(|| panic!("no closing quote: {inside}"))
}

fn unescaped(piece: &str) -> Vec<u16> {
    let mut units = Vec::new();
    let mut rest = piece.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' if rest.as_str().starts_with('u') => {
                units.push(u16::from_str_radix(&rest.as_str()[1..5], 16).unwrap());
                rest = rest.as_str()[5..].chars();
            }
            '\\' => units.extend(rest.next().unwrap().encode_utf16(&mut [0; 2]).iter()),
            other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    units
}

/// The number after a `*`, or one, and what follows it.
fn repetition(after: &str) -> (usize, &str) {
    let Some(number) = after.strip_prefix('*') else {
        return (1, after);
    };
    let end = number.find(' ').unwrap_or(number.len());
    (number[..end].parse().unwrap(), &number[end..])
}

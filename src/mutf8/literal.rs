//! Encoding at compile time.

/// The modified UTF-8 of a literal or another `const` text, encoded at compile time.
///
/// The result is a `&'static [u8; N]`. Any `const` expression of type `&str` is accepted.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// const NAME: &[u8] = mutf8!("a\0😀");
/// assert_eq!(NAME, b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80");
///
/// // CONSTANT_Utf8_info of a class file
/// const INIT: &[u8; 6] = mutf8!("<init>");
/// assert_eq!(INIT, b"<init>");
/// ```
#[macro_export]
macro_rules! mutf8 {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const BYTES: [u8; $crate::mutf8::const_encoded_len(TEXT)] =
            $crate::mutf8::const_encode(TEXT);
        &BYTES
    }};
}

/// [`encoded_len`](super::encoded_len), in a `const`. At run time `encoded_len` is faster.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// const LENGTH: usize = mutf8::const_encoded_len("a\0😀");
/// assert_eq!(LENGTH, 9);
/// ```
#[must_use]
pub const fn const_encoded_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut len = bytes.len();
    let mut at = 0;
    while at < bytes.len() {
        len += match bytes[at] {
            0 => 1,
            0xF0.. => 2,
            _ => 0,
        };
        at += 1;
    }
    len
}

/// [`encode`](super::encode), in a `const`. The macro [`mutf8!`](crate::mutf8!) finds `N` itself.
///
/// # Panics
///
/// If `N` is not the length of the encoded text, which is an error of compilation in a `const`.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// const NAME: &str = "a\0";
/// const BYTES: [u8; mutf8::const_encoded_len(NAME)] = mutf8::const_encode(NAME);
/// assert_eq!(BYTES, *b"a\xc0\x80");
/// ```
#[must_use]
pub const fn const_encode<const N: usize>(text: &str) -> [u8; N] {
    assert!(
        N == const_encoded_len(text),
        "N is not the length of the encoded text"
    );
    let text = text.as_bytes();
    let mut bytes = [0; N];
    let mut to = 0;
    let mut from = 0;
    while from < text.len() {
        match text[from] {
            0 => {
                bytes[to] = 0xC0;
                bytes[to + 1] = 0x80;
                to += 2;
                from += 1;
            }
            first @ 0xF0.. => {
                let (second, third, fourth) = (text[from + 1], text[from + 2], text[from + 3]);
                // Sixteen planes above the first one: the number of the plane less one.
                let plane = (first << 2 | second >> 4 & 0x03) & 0x1F;
                let plane = plane.wrapping_sub(1) & 0x0F;
                bytes[to] = 0xED;
                bytes[to + 1] = 0xA0 | plane;
                bytes[to + 2] = 0x80 | second << 2 & 0x3C | third >> 4 & 0x03;
                bytes[to + 3] = 0xED;
                bytes[to + 4] = 0xB0 | third & 0x0F;
                bytes[to + 5] = fourth;
                to += 6;
                from += 4;
            }
            same => {
                bytes[to] = same;
                to += 1;
                from += 1;
            }
        }
    }
    bytes
}

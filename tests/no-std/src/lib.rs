//! The constants of a Java class file, read and written on a machine without an operating system.
//!
//! `std` has a panic handler, and a program has only one. So this package, which has its own, does
//! not compile if anything it depends on needs `std`. Its tests run on the machine that compiles it.

#![no_std]

extern crate alloc;

use alloc::vec::Vec;

use javatalk::mutf8::{self, DecodeError};
use javatalk::{JavaStr, JavaString};

/// `CONSTANT_Utf8_info`: a tag, a length of two bytes and modified UTF-8.
const UTF8: u8 = 1;
const HEADER: usize = 3;

/// Why a constant cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is another kind of constant, or none.
    NotUtf8,
    /// Its bytes end too early.
    Short,
    /// Its bytes are not modified UTF-8.
    Malformed(DecodeError),
}

/// The text of the constant at the start of the bytes, and the bytes behind it.
///
/// # Errors
///
/// The bytes do not start with such a constant.
pub fn read(bytes: &[u8]) -> Result<(JavaString, &[u8]), Unreadable> {
    let Some((&[tag, high, low], rest)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(Unreadable::Short);
    };
    if tag != UTF8 {
        return Err(Unreadable::NotUtf8);
    }
    let len = usize::from(u16::from_be_bytes([high, low]));
    let (body, rest) = rest.split_at_checked(len).ok_or(Unreadable::Short)?;
    let text = mutf8::decode(body).map_err(Unreadable::Malformed)?;
    Ok((text, rest))
}

/// The constant with this text; `None` if the text is too long for one.
#[must_use]
pub fn written<'a>(text: impl Into<JavaStr<'a>>) -> Option<Vec<u8>> {
    let text = text.into();
    let len = u16::try_from(mutf8::encoded_len(text)).ok()?;
    let [high, low] = len.to_be_bytes();
    let mut constant = Vec::from([UTF8, high, low]);
    mutf8::encode_into(text, &mut constant);
    Some(constant)
}

#[cfg(not(test))]
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[cfg(test)]
mod tests {
    use javatalk::JavaString;
    use javatalk::mutf8::{DecodeError, DecodeErrorKind};

    use super::{Unreadable, mutf8, read, written};

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["", "h\u{e9}llo", "a\0b", "\u{1f600}"] {
            let mut constants = written(text).unwrap();
            constants.extend_from_slice(b"behind");
            let (again, rest) = read(&constants).unwrap();
            assert_eq!(again, text);
            assert_eq!(rest, b"behind");
        }
    }

    #[test]
    fn text_longer_than_a_vector_is_read_again() {
        for filler in ["a", "\u{e9}", "\u{4e2d}", "\u{1f600}", "\0"] {
            let text = filler.repeat(1_000);
            let constant = written(&text).unwrap();
            let (again, rest) = read(&constant).unwrap();
            assert_eq!(again, text);
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn an_unpaired_surrogate_is_kept() {
        let half = JavaString::from_utf16(&[0x61, 0xD83D]);
        assert_eq!(written(&half).unwrap(), b"\x01\0\x04a\xed\xa0\xbd");
        assert_eq!(read(&written(&half).unwrap()).unwrap().0, half);
    }

    #[test]
    fn a_constant_is_known_when_the_program_is_compiled() {
        const NAME: &[u8] = javatalk::mutf8!("a\0b");
        assert_eq!(written("a\0b").unwrap()[3..], *NAME);
        assert_eq!(mutf8::decode_cow(NAME).unwrap(), "a\0b");
    }

    #[test]
    fn a_text_of_65536_bytes_is_no_constant() {
        let text = [b'a'; 65_536];
        let text = core::str::from_utf8(&text).unwrap();
        assert!(written(text).is_none());
        assert!(written(&text[1..]).is_some());
    }

    #[test]
    fn a_constant_that_cannot_be_read_says_why() {
        assert_eq!(read(b"\x01\0"), Err(Unreadable::Short));
        assert_eq!(read(b"\x01\0\x02a"), Err(Unreadable::Short));
        assert_eq!(read(b"\x03\0\0\0\x07"), Err(Unreadable::NotUtf8));
        let partial = DecodeError::new(DecodeErrorKind::PartialAtEnd, 0);
        let malformed = Unreadable::Malformed(partial);
        assert_eq!(read(b"\x01\0\x01\xc3"), Err(malformed));
    }
}

//! Any bytes as modified UTF-8: decoding never panics, comes to the same by every way, and what it
//! gives has one encoding.
//!
//! ```text
//! cargo fuzz run -s none decode
//! ```

#![no_main]

use javatalk::data::{DataInputStream, Error};
use javatalk::{JavaString, mutf8};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = mutf8::decode(bytes);
    let units = mutf8::decode_utf16(bytes);
    assert_eq!(text, units.map(|units| JavaString::from_utf16(&units)));

    if let Ok(length) = u16::try_from(bytes.len()) {
        let framed = [&length.to_be_bytes(), bytes].concat();
        let mut input = DataInputStream::new(&framed[..]);
        match (input.read_utf(), &text) {
            (Ok(read), Ok(text)) => assert_eq!(read, *text),
            (Err(Error::Malformed(read)), Err(error)) => assert_eq!(read, *error),
            other => panic!("{other:?}"),
        }
        assert!(input.into_inner().is_empty());
    }

    let Ok(text) = text else { return };
    let encoded = mutf8::encode(&text);
    assert_eq!(encoded.len(), mutf8::encoded_len(&text));
    assert!(!encoded.contains(&0));
    assert_eq!(mutf8::decode(&encoded).as_ref(), Ok(&text));
    if let Some(plain) = text.as_str() {
        assert_eq!(mutf8::encode(plain), encoded);
    }
});

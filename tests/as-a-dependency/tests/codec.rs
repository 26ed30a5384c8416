//! The codec of this crate against a JDK.

use std::error::Error;

use javatalk::testing::{Decoder, Encoder, Java};

#[test]
fn bodies_are_decoded_as_java_does() -> Result<(), Box<dyn Error>> {
    Decoder::new(guess::decode).check(Java::newest()?)?;
    Ok(())
}

#[test]
fn strings_are_encoded_as_java_does() -> Result<(), Box<dyn Error>> {
    Encoder::new(guess::encode).check(Java::newest()?)?;
    Ok(())
}

#[test]
fn java_accepts_an_overlong_form() -> Result<(), Box<dyn Error>> {
    let answer = Java::newest()?.read_utf(b"\x00\x02\xc1\x81");
    assert_eq!(answer.result?, "A");
    assert_eq!(answer.consumed, 4);
    Ok(())
}

//! Crates that read class files. Those with a codec in public are called directly, the others read
//! a whole class whose string constant is the body.

use cafebabe::constant_pool::{ConstantPoolItem, LiteralConstant};
use classfile_parser::constant_info::ConstantInfo;
use jclassfile::constant_pool::ConstantPool;

use super::{Claim, Decoded, Decoder, Encode, Encoder};

pub(super) fn decoders() -> Vec<Decoder> {
    let decoder = |krate, function, decode| Decoder {
        krate,
        function,
        claim: Claim::ClassFiles,
        decode,
    };
    vec![
        decoder(
            "noak",
            "MStr::from_mutf8",
            |body| match noak::MStr::from_mutf8(body) {
                Ok(text) => Decoded::Text(units_of(text)),
                Err(error) => Decoded::refused(error),
            },
        ),
        decoder("cafebabe", "parse_class", |body| {
            let class = class_with(body);
            match cafebabe::parse_class(&class) {
                Ok(class) => class
                    .constantpool_iter()
                    .find_map(|item| match item {
                        ConstantPoolItem::LiteralConstant(LiteralConstant::String(text)) => {
                            Some(Decoded::text(&text))
                        }
                        _ => None,
                    })
                    .unwrap_or_else(Decoded::none),
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder("classfile-parser", "class_parser", |body| {
            let class = class_with(body);
            match classfile_parser::class_parser(&class) {
                Ok((_, class)) => match class.const_pool.first() {
                    Some(ConstantInfo::Utf8(constant)) => Decoded::text(&constant.utf8_string),
                    _ => Decoded::none(),
                },
                Err(error) => Decoded::refused(error.to_string()),
            }
        }),
        decoder("jclassfile", "class_file::parse", |body| {
            let class = class_with(body);
            match jclassfile::class_file::parse(&class) {
                Ok(class) => match class.constant_pool().get(1) {
                    Some(ConstantPool::Utf8 { value }) => Decoded::text(value),
                    _ => Decoded::none(),
                },
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder("ristretto_classfile", "mutf8::from_bytes", |body| {
            Decoded::of(ristretto_classfile::mutf8::from_bytes(body))
        }),
        decoder("ristretto_classfile", "mutf8::to_utf16", |body| {
            match ristretto_classfile::mutf8::to_utf16(body) {
                Ok(units) => Decoded::Text(units),
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder("ristretto_classfile", "JavaStr::from_mutf8", |body| {
            let units =
                ristretto_classfile::JavaStr::from_mutf8(body).and_then(|text| text.to_utf16());
            match units {
                Ok(units) => Decoded::Text(units),
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder(
            "java_asm",
            "mutf8_to_string",
            |body| match java_asm::mutf8_to_string(body) {
                Ok(text) => Decoded::text(&text),
                Err(error) => Decoded::refused(format!("{error:?}")),
            },
        ),
    ]
}

pub(super) fn encoders() -> Vec<Encoder> {
    let encoder = |krate, function, encode| Encoder {
        krate,
        function,
        claim: Claim::ClassFiles,
        encode: Encode::Text(encode),
    };
    vec![
        encoder("noak", "MString::from", |text| {
            Some(noak::MString::from(text).as_bytes().to_owned())
        }),
        encoder("ristretto_classfile", "mutf8::to_bytes", |text| {
            ristretto_classfile::mutf8::to_bytes(text).ok()
        }),
        encoder("java_asm", "utf8_to_mutf8", |text| {
            java_asm::utf8_to_mutf8(text.as_bytes()).ok()
        }),
    ]
}

fn units_of(text: &noak::MStr) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character {
            Ok(character) => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            Err(unpaired) => units.push(u16::try_from(unpaired).expect("a surrogate has 16 bits")),
        }
    }
    units
}

/// `public class A`, with a string constant that nothing uses.
fn class_with(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("no body is longer than a constant can be");
    [BEFORE, &length.to_be_bytes(), body, BEHIND].concat()
}

/// Magic, version 52, and of the constants 1 to 6 the tag of the first, `CONSTANT_Utf8`.
const BEFORE: &[u8] = b"\xCA\xFE\xBA\xBE\0\0\0\x34\0\x07\x01";

/// The string of constant 1, the two classes with their names, and what they are to the class.
const BEHIND: &[u8] = b"\x08\0\x01\
    \x01\0\x01A\
    \x07\0\x03\
    \x01\0\x10java/lang/Object\
    \x07\0\x05\
    \0\x21\0\x04\0\x06\0\0\0\0\0\0\0\0";

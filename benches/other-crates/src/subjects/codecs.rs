//! Crates whose subject is the encoding.

use java_data_io_rs::{JavaDataInput, JavaDataOutput};

use super::{Claim, Decoded, Decoder, Encode, Encoder, Writer};

pub(super) fn decoders() -> Vec<Decoder> {
    let decoder = |krate, function, decode| Decoder {
        krate,
        function,
        claim: Claim::ModifiedUtf8,
        decode,
    };
    vec![
        decoder("cesu8", "from_java_cesu8", |body| {
            Decoded::of(cesu8::from_java_cesu8(body))
        }),
        Decoder {
            claim: Claim::Cesu8,
            ..decoder("cesu8", "from_cesu8", |body| {
                Decoded::of(cesu8::from_cesu8(body))
            })
        },
        decoder("simd_cesu8", "mutf8::decode", |body| {
            Decoded::of(simd_cesu8::mutf8::decode(body))
        }),
        decoder("simd_cesu8", "mutf8::decode_strict", |body| {
            Decoded::of(simd_cesu8::mutf8::decode_strict(body))
        }),
        Decoder {
            claim: Claim::Cesu8,
            ..decoder("simd_cesu8", "decode", |body| {
                Decoded::of(simd_cesu8::decode(body))
            })
        },
        decoder("mutf8", "mstr::to_str", |body| {
            Decoded::of(mutf8::mstr::from_mutf8(body).to_str())
        }),
        decoder("residua-mutf8", "decode", |body| {
            Decoded::of(residua_mutf8::decode(body))
        }),
        Decoder {
            claim: Claim::Cesu8,
            ..decoder("residua-cesu8", "decode", |body| {
                Decoded::of(residua_cesu8::decode(body))
            })
        },
        decoder("cesu8-str", "JavaStr::from_java_cesu8", |body| {
            Decoded::of(
                cesu8_str::java::JavaStr::from_java_cesu8(body)
                    .map(cesu8_str::java::from_java_cesu8),
            )
        }),
        decoder("modified_utf8", "decode", |body| {
            Decoded::of(modified_utf8::decode(body))
        }),
        decoder("java_string", "JavaStr::from_modified_utf8", |body| {
            match java_string::JavaStr::from_modified_utf8(body) {
                Ok(text) => Decoded::Text(units_of(&text)),
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder("jvm-types", "modified_utf8::decode", |body| {
            jvm_types::modified_utf8::decode(body).map_or_else(Decoded::none, Decoded::Text)
        }),
        decoder("java_data_io_rs", "JavaDataInput::read_utf", |body| {
            let length =
                u16::try_from(body.len()).expect("no body is longer than readUTF can read");
            let message = [&length.to_be_bytes(), body].concat();
            match JavaDataInput::new(&message[..]).read_utf() {
                Ok(text) => Decoded::Text(text),
                Err(error) => Decoded::refused(error),
            }
        }),
        Decoder {
            claim: Claim::Jni,
            ..decoder("jni", "JNIStr::from_cstr", |body| {
                let body = std::ffi::CString::new(body).expect("the claim leaves out zero bytes");
                jni::strings::JNIStr::from_cstr(&body)
                    .map_or_else(Decoded::none, |text| Decoded::text(&text.to_str()))
            })
        },
    ]
}

pub(super) fn encoders() -> Vec<Encoder> {
    let encoder = |krate, function, encode| Encoder {
        krate,
        function,
        claim: Claim::ModifiedUtf8,
        encode,
    };
    let text = |krate, function, encode| encoder(krate, function, Encode::Text(encode));
    let units = |krate, function, encode| encoder(krate, function, Encode::Units(encode));
    vec![
        text("cesu8", "to_java_cesu8", |text| {
            Some(cesu8::to_java_cesu8(text).into_owned())
        }),
        Encoder {
            claim: Claim::Cesu8,
            ..text("cesu8", "to_cesu8", |text| {
                Some(cesu8::to_cesu8(text).into_owned())
            })
        },
        text("simd_cesu8", "mutf8::encode", |text| {
            Some(simd_cesu8::mutf8::encode(text).into_owned())
        }),
        Encoder {
            claim: Claim::Cesu8,
            ..text("simd_cesu8", "encode", |text| {
                Some(simd_cesu8::encode(text).into_owned())
            })
        },
        text("mutf8", "utf8_to_mutf8", |text| {
            mutf8::utf8_to_mutf8(text.as_bytes())
                .ok()
                .map(|bytes| bytes.into_owned())
        }),
        text("residua-mutf8", "encode", |text| {
            Some(residua_mutf8::encode(text).into_owned())
        }),
        Encoder {
            claim: Claim::Cesu8,
            ..text("residua-cesu8", "encode", |text| {
                Some(residua_cesu8::encode(text).into_owned())
            })
        },
        text("cesu8-str", "java::from_utf8", |text| {
            Some(cesu8_str::java::from_utf8(text).as_bytes().to_owned())
        }),
        text("modified_utf8", "encode", |text| {
            Some(modified_utf8::encode(text))
        }),
        units("java_string", "JavaStr::to_modified_utf8", |units| {
            Some(java_string_of(units).to_modified_utf8().into_owned())
        }),
        units("jvm-types", "modified_utf8::encode", |units| {
            Some(jvm_types::modified_utf8::encode(units))
        }),
        units("java_data_io_rs", "JavaDataOutput::write_utf", |units| {
            write_utf(units).map(|message| message[2..].to_owned())
        }),
        Encoder {
            claim: Claim::Jni,
            ..text("jni", "JNIString::new", |text| {
                Some(jni::strings::JNIString::new(text).to_bytes().to_owned())
            })
        },
    ]
}

pub(super) fn writers() -> Vec<Writer> {
    vec![Writer {
        krate: "java_data_io_rs",
        function: "JavaDataOutput::write_utf",
        write: |text| write_utf(&text.encode_utf16().collect::<Vec<_>>()),
    }]
}

fn write_utf(units: &[u16]) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    JavaDataOutput::new(&mut message).write_utf(units).ok()?;
    Some(message)
}

fn units_of(text: &java_string::JavaStr) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character.as_char() {
            Some(character) => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            None => units.push(u16::try_from(character.as_u32()).expect("a surrogate has 16 bits")),
        }
    }
    units
}

fn java_string_of(units: &[u16]) -> java_string::JavaString {
    let mut text = java_string::JavaString::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(character) => text.push(character),
            Err(unpaired) => text.push_java(
                java_string::JavaCodePoint::from_u32(unpaired.unpaired_surrogate().into())
                    .expect("a surrogate is a code point"),
            ),
        }
    }
    text
}

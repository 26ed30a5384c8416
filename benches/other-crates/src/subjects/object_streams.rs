//! Crates that read `java.io.ObjectOutputStream`, whose strings are those of `writeUTF`.

use super::{Claim, Decoded, Decoder};

pub(super) fn decoders() -> Vec<Decoder> {
    vec![Decoder {
        krate: "jaded",
        function: "Parser::read",
        claim: Claim::ObjectStreams,
        decode: jaded,
    }]
}

fn jaded(body: &[u8]) -> Decoded {
    let length = u16::try_from(body.len()).expect("no body is longer than readUTF can read");
    let stream = [STREAM_WITH_A_STRING, &length.to_be_bytes(), body].concat();
    let mut parser = jaded::Parser::new(&stream[..]).expect("the magic number and version");
    match parser.read() {
        Ok(content) => match content.value().and_then(jaded::Value::string) {
            Some(text) => Decoded::text(text),
            None => Decoded::none(),
        },
        Err(error) => Decoded::refused(error),
    }
}

/// Magic, version, `TC_STRING`.
const STREAM_WITH_A_STRING: &[u8] = b"\xAC\xED\x00\x05\x74";

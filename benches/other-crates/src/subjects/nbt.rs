//! Crates that read and write NBT, Minecraft's format, whose strings are those of `writeUTF`.

use std::collections::HashMap;
use std::io::Cursor;

use super::{Claim, Decoded, Decoder, Encode, Encoder, Writer};

pub(super) fn decoders() -> Vec<Decoder> {
    let decoder = |krate, function, decode| Decoder {
        krate,
        function,
        claim: Claim::Nbt,
        decode,
    };
    vec![
        decoder("fastnbt", "from_bytes", |body| {
            match fastnbt::from_bytes::<HashMap<String, String>>(&compound_with(body)) {
                Ok(compound) => Decoded::text(&compound["s"]),
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder("quartz_nbt", "io::read_nbt", |body| {
            let mut source = Cursor::new(compound_with(body));
            match quartz_nbt::io::read_nbt(&mut source, quartz_nbt::io::Flavor::Uncompressed) {
                Ok((compound, _)) => match compound.inner().get("s") {
                    Some(quartz_nbt::NbtTag::String(text)) => Decoded::text(text),
                    _ => Decoded::none(),
                },
                Err(error) => Decoded::refused(error),
            }
        }),
        decoder(
            "hematite-nbt",
            "Blob::from_reader",
            |body| match nbt::Blob::from_reader(&mut &compound_with(body)[..]) {
                Ok(blob) => match blob.get("s") {
                    Some(nbt::Value::String(text)) => Decoded::text(text),
                    _ => Decoded::none(),
                },
                Err(error) => Decoded::refused(error),
            },
        ),
        decoder(
            "valence_nbt",
            "from_binary, to String",
            |body| match valence_nbt::from_binary::<String>(&mut &compound_with(body)[..]) {
                Ok((compound, _)) => match compound.get("s") {
                    Some(valence_nbt::Value::String(text)) => Decoded::text(text),
                    _ => Decoded::none(),
                },
                Err(error) => Decoded::refused(error),
            },
        ),
        decoder("ussr-nbt", "mstr::decode", |body| {
            let Ok(document) = ussr_nbt::owned::Nbt::read(&mut &compound_with(body)[..]) else {
                unreachable!("ussr-nbt decodes no string before it is asked to");
            };
            match &document.compound.tags[0].1 {
                ussr_nbt::owned::Tag::String(text) => match text.decode() {
                    Ok(text) => Decoded::text(&text),
                    Err(()) => Decoded::none(),
                },
                _ => Decoded::none(),
            }
        }),
    ]
}

pub(super) fn encoders() -> Vec<Encoder> {
    writers()
        .into_iter()
        .map(|writer| Encoder {
            krate: writer.krate,
            function: writer.function,
            claim: Claim::Nbt,
            encode: Encode::WithLength(writer.write),
        })
        .collect()
}

pub(super) fn writers() -> Vec<Writer> {
    let writer = |krate, function, write| Writer {
        krate,
        function,
        write,
    };
    vec![
        writer("fastnbt", "to_bytes", fastnbt),
        writer("quartz_nbt", "io::write_nbt", quartz_nbt),
        writer("hematite-nbt", "Blob::to_writer", hematite_nbt),
        writer("valence_nbt", "to_binary", valence_nbt),
        writer("ussr-nbt", "owned::Nbt::write", ussr_nbt),
    ]
}

fn fastnbt(text: &str) -> Option<Vec<u8>> {
    let compound = HashMap::from([("s", text)]);
    fastnbt::to_bytes(&compound).ok().map(string_of)
}

fn quartz_nbt(text: &str) -> Option<Vec<u8>> {
    let mut compound = quartz_nbt::NbtCompound::new();
    compound.insert("s", text);
    let mut document = Vec::new();
    let flavor = quartz_nbt::io::Flavor::Uncompressed;
    quartz_nbt::io::write_nbt(&mut document, None, &compound, flavor).ok()?;
    Some(string_of(document))
}

fn hematite_nbt(text: &str) -> Option<Vec<u8>> {
    let mut blob = nbt::Blob::new();
    blob.insert("s", text).ok()?;
    let mut document = Vec::new();
    blob.to_writer(&mut document).ok()?;
    Some(string_of(document))
}

fn valence_nbt(text: &str) -> Option<Vec<u8>> {
    let compound: valence_nbt::Compound = [("s".to_owned(), text.into())].into_iter().collect();
    let mut document = Vec::new();
    valence_nbt::to_binary(&compound, &mut document, "").ok()?;
    Some(string_of(document))
}

fn ussr_nbt(text: &str) -> Option<Vec<u8>> {
    use ussr_nbt::mutf8::MString;
    use ussr_nbt::owned::{Compound, Nbt, Tag};

    let string = Tag::String(MString::from_string(text.to_owned()));
    let document = Nbt {
        name: MString::new(),
        compound: Compound {
            tags: vec![(MString::from_string("s".to_owned()), string)],
        },
    };
    let mut bytes = Vec::new();
    document.write(&mut bytes).ok()?;
    Some(string_of(bytes))
}

/// A compound without a name, and in it a string named `s`.
fn compound_with(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("no body is longer than a string can be");
    [BEFORE, &length.to_be_bytes(), body, BEHIND].concat()
}

/// The string of such a compound, its length included.
fn string_of(document: Vec<u8>) -> Vec<u8> {
    document
        .strip_prefix(BEFORE)
        .and_then(|rest| rest.strip_suffix(BEHIND))
        .expect("a compound that holds one string")
        .to_owned()
}

/// A compound with an empty name; a string with a name of one byte.
const BEFORE: &[u8] = b"\x0A\0\0\x08\0\x01s";

/// The end of the compound.
const BEHIND: &[u8] = b"\0";

//! What is measured: the functions of other crates, each behind the same signature.

mod class_files;
mod codecs;
mod nbt;
mod object_streams;

use std::fmt::Display;
use std::hint::black_box;

use javatalk::mutf8::Rules;
use serde::Serialize;

/// A function that makes text of modified UTF-8 without a length.
pub(crate) struct Decoder {
    pub(crate) krate: &'static str,
    pub(crate) function: &'static str,
    pub(crate) claim: Claim,
    pub(crate) decode: fn(&[u8]) -> Decoded,
}

/// A function that makes modified UTF-8 of text, without a length.
pub(crate) struct Encoder {
    pub(crate) krate: &'static str,
    pub(crate) function: &'static str,
    pub(crate) claim: Claim,
    pub(crate) encode: Encode,
}

/// What an encoder takes. An encoder that gives an error gives `None`.
#[derive(Clone, Copy)]
pub(crate) enum Encode {
    Text(fn(&str) -> Option<Vec<u8>>),
    Units(fn(&[u16]) -> Option<Vec<u8>>),
    /// A text, and writes its 16-bit length too.
    WithLength(fn(&str) -> Option<Vec<u8>>),
}

/// A function that writes a string behind its 16-bit length.
pub(crate) struct Writer {
    pub(crate) krate: &'static str,
    pub(crate) function: &'static str,
    /// What it wrote from the length on, or `None` for an error.
    pub(crate) write: fn(&str) -> Option<Vec<u8>>,
}

/// What a decoder made of a body.
pub(crate) enum Decoded {
    Text(Vec<u16>),
    /// A `str` that breaks the promise of every `str`.
    NotUtf8,
    /// With the error, if there is one.
    Refused(Option<Box<dyn Display>>),
}

/// What a crate says that its function is for, and so what it is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Claim {
    /// Java's modified UTF-8: every body is measured.
    ModifiedUtf8,
    /// CESU-8 and no Java: neither NUL in two bytes, nor overlong forms, nor unpaired surrogates.
    Cesu8,
    /// The strings of class files: measured by what the class loader accepts since version 48.
    ClassFiles,
    /// C strings for JNI, which a zero byte ends.
    Jni,
    /// The strings of NBT: measured as `readUTF`, with characters of four bytes besides.
    Nbt,
    /// The strings of object streams.
    ObjectStreams,
}

pub(crate) fn decoders() -> Vec<Decoder> {
    [
        codecs::decoders(),
        object_streams::decoders(),
        class_files::decoders(),
        nbt::decoders(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn encoders() -> Vec<Encoder> {
    [codecs::encoders(), class_files::encoders(), nbt::encoders()]
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn writers() -> Vec<Writer> {
    [codecs::writers(), nbt::writers()]
        .into_iter()
        .flatten()
        .collect()
}

impl Decoded {
    /// Text that is said to be a `str`.
    pub(crate) fn text(text: &str) -> Self {
        // Looked at as bytes that may be anything: some crates make a `str` without a check.
        match str::from_utf8(black_box(text.as_bytes())) {
            Ok(text) => Self::Text(text.encode_utf16().collect()),
            Err(_) => Self::NotUtf8,
        }
    }

    pub(crate) fn refused(error: impl Display + 'static) -> Self {
        Self::Refused(Some(Box::new(error)))
    }

    /// No text, and no error that says why.
    pub(crate) fn none() -> Self {
        Self::Refused(None)
    }

    fn of<T: AsRef<str>>(result: Result<T, impl Display + 'static>) -> Self {
        match result {
            Ok(text) => Self::text(text.as_ref()),
            Err(error) => Self::refused(error),
        }
    }
}

impl Claim {
    /// Whether a body is one that the specification of what is claimed decides otherwise than
    /// `DataInput` does.
    pub(crate) fn leaves_out(self, body: &[u8]) -> bool {
        match self {
            Self::ModifiedUtf8 | Self::Nbt | Self::ObjectStreams | Self::ClassFiles => false,
            Self::Jni => body.contains(&0),
            Self::Cesu8 => body.iter().enumerate().any(|(at, lead)| {
                let second = body.get(at + 1).copied().unwrap_or(0);
                match lead {
                    0xC0 | 0xC1 => true,
                    0xE0 => (0x80..=0x9F).contains(&second),
                    0xED => second >= 0xA0 && !in_a_pair(body, at),
                    _ => false,
                }
            }),
        }
    }

    /// The rules that decide which bodies are to be taken.
    pub(crate) fn rules(self) -> Rules {
        match self {
            Self::ModifiedUtf8 | Self::Cesu8 | Self::Jni | Self::ObjectStreams => Rules::ReadUtf,
            Self::ClassFiles => Rules::ClassFile,
            Self::Nbt => Rules::Lenient,
        }
    }

    /// Whether an encoder is measured with a text that holds NUL.
    pub(crate) fn covers_nul(self) -> bool {
        self != Self::Cesu8
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::ModifiedUtf8 => "modified UTF-8",
            Self::Cesu8 => "CESU-8",
            Self::ClassFiles => "class files",
            Self::Jni => "JNI",
            Self::Nbt => "NBT",
            Self::ObjectStreams => "object streams",
        }
    }
}

/// Whether the surrogate at an index is one of two that belong together. A first half is never a
/// second one, so that looking at both sides is enough.
fn in_a_pair(body: &[u8], at: usize) -> bool {
    let first = |at: usize| matches!(body.get(at..), Some([0xED, 0xA0..=0xAF, 0x80..=0xBF, ..]));
    let second = |at: usize| matches!(body.get(at..), Some([0xED, 0xB0..=0xBF, 0x80..=0xBF, ..]));
    (first(at) && second(at + 3)) || (second(at) && at >= 3 && first(at - 3))
}

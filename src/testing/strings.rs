//! The strings that encoders are compared over: those of the families of the sweep.
//!
//! They are kept until the process ends, so that an encoder may return bytes that borrow from them:
//! about 30 MB. Each block is generated on first use.

use std::sync::{LazyLock, OnceLock};

use crate::JavaStr;
use crate::sweep::SEED;
use crate::sweep::block::{Sink, Work};
use crate::sweep::call::Write;
use crate::sweep::families::write_text;
use crate::sweep::family::Family;

/// The blocks of all families with calls of `writeUTF`.
pub(crate) fn all() -> impl Iterator<Item = &'static Strings> {
    static ALL: LazyLock<Vec<OnceLock<Strings>>> = LazyLock::new(|| {
        let blocks = blocks().map(|_| OnceLock::new());
        blocks.collect()
    });
    ALL.iter()
        .zip(blocks())
        .map(|(made, (family, index))| made.get_or_init(|| Strings::of_block(family, index)))
        .filter(|strings| !strings.spans.is_empty())
}

fn blocks() -> impl Iterator<Item = (&'static Family, usize)> {
    let families = write_text::SECTIONS.iter().filter(|family| !family.long);
    families.flat_map(|family| (0..family.blocks).map(move |index| (family, index)))
}

/// The strings of a block.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    /// Those without unpaired surrogates, one after the other.
    text: String,
    /// The others.
    units: Vec<u16>,
    spans: Vec<Span>,
}

/// Where a string is.
#[derive(Debug, Clone, Copy)]
enum Span {
    Text(usize, usize),
    Units(usize, usize),
}

impl Strings {
    fn of_block(family: &Family, index: usize) -> Self {
        let mut strings = Self::default();
        let Work::Writes(sinks) = (family.block)(SEED, index).work else {
            return strings;
        };
        for call in sinks.iter().flat_map(|sink| &sink.calls) {
            if let Write::Utf(text) = call {
                strings.push(text.as_java_str());
            }
        }
        strings
    }

    fn push(&mut self, text: JavaStr<'_>) {
        self.spans.push(match text.as_str() {
            Some(text) => {
                let start = self.text.len();
                self.text.push_str(text);
                Span::Text(start, self.text.len())
            }
            None => {
                let start = self.units.len();
                self.units.extend(text.encode_utf16());
                Span::Units(start, self.units.len())
            }
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = JavaStr<'_>> {
        self.spans.iter().map(|span| match *span {
            Span::Text(start, end) => JavaStr::new(&self.text[start..end]),
            Span::Units(start, end) => JavaStr::from_utf16(&self.units[start..end]),
        })
    }

    /// The calls of Java that write them.
    pub(crate) fn writes(&self) -> Work {
        let calls = self.iter().map(|text| Write::Utf(text.to_java_string()));
        Work::Writes(vec![Sink {
            failing: None,
            calls: calls.collect(),
        }])
    }
}

//! The bodies that decoders are compared over: those of the families of the sweep.
//!
//! They are kept until the process ends, so that a decoder may return a string that borrows from
//! them: about 150 MB, if all are used. Each block is generated on first use.

use std::sync::{LazyLock, OnceLock};

use crate::sweep::SEED;
use crate::sweep::block::{Sources, Work};
use crate::sweep::call::Read;
use crate::sweep::families::{class_files, read_utf};
use crate::sweep::family::Family;

/// The blocks of all families that apply to `readUTF`.
pub(crate) fn read_utf() -> impl Iterator<Item = &'static Bodies> {
    static ALL: LazyLock<Vec<Blocks>> = LazyLock::new(|| blocks(&read_utf::SECTIONS));
    ALL.iter().flat_map(Blocks::iter)
}

/// The blocks of all families that apply to the class loader.
pub(crate) fn class_file() -> impl Iterator<Item = &'static Bodies> {
    static ALL: LazyLock<Vec<Blocks>> = LazyLock::new(|| blocks(&class_files::SECTIONS));
    ALL.iter().flat_map(Blocks::iter)
}

/// Streams that end within a length or a body, at each of their bytes.
pub(crate) fn cut_off() -> impl Iterator<Item = &'static [u8]> {
    static ALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let bodies: [&[u8]; 5] = [b"", b"a", b"\xc3\xa9", b"\xff\xff\xff", &[b'a'; 600]];
        bodies.map(prefixed).into()
    });
    ALL.iter()
        .flat_map(|stream| (0..stream.len()).map(move |end| &stream[..end]))
}

fn prefixed(body: &[u8]) -> Vec<u8> {
    let mut bodies = Bodies::default();
    bodies.push(body);
    bodies.stream
}

fn blocks(families: &'static [Family]) -> Vec<Blocks> {
    let seconds = families.iter().filter(|family| !family.long);
    seconds
        .map(|family| Blocks {
            family,
            made: (0..family.blocks).map(|_| OnceLock::new()).collect(),
        })
        .collect()
}

/// The blocks of a family.
struct Blocks {
    family: &'static Family,
    made: Vec<OnceLock<Bodies>>,
}

impl Blocks {
    fn iter(&'static self) -> impl Iterator<Item = &'static Bodies> {
        let made = self.made.iter().enumerate();
        made.map(|(index, made)| made.get_or_init(|| Bodies::of_block(self.family, index)))
            .filter(|bodies| !bodies.is_empty())
    }
}

/// The bodies of a block, each behind its length, as on a stream.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    stream: Vec<u8>,
    count: usize,
}

/// One body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body {
    /// The body and its length, and all that follows on the stream.
    pub(crate) stream: &'static [u8],
    /// The body alone.
    pub(crate) bytes: &'static [u8],
    /// Where the body ends on the stream of the whole block.
    pub(crate) end: usize,
}

impl Body {
    /// The first body on this stream, which may end within it.
    pub(crate) fn on(stream: &'static [u8]) -> Self {
        let rest = stream.get(size_of::<u16>()..).unwrap_or_default();
        Self {
            stream,
            bytes: take(&mut &*stream).unwrap_or(rest),
            end: stream.len(),
        }
    }

    /// The body and its length, and nothing behind it.
    pub(crate) fn alone(&self) -> &'static [u8] {
        let end = size_of::<u16>() + self.bytes.len();
        self.stream.get(..end).unwrap_or(self.stream)
    }
}

impl Bodies {
    fn of_block(family: &Family, index: usize) -> Self {
        let mut bodies = Self::default();
        match (family.block)(SEED, index).work {
            Work::Reads { sources, .. } => {
                for (mut source, _) in sources.iter() {
                    while let Some(body) = take(&mut source) {
                        bodies.push(body);
                    }
                }
            }
            Work::Constants {
                version,
                bodies: constants,
            } => {
                // The families have the same bodies in several versions, some blocks in each.
                if version >= FIRST_STRICT {
                    constants.iter().for_each(|(body, _)| bodies.push(body));
                }
            }
            Work::Lines { .. }
            | Work::Writes(_)
            | Work::ObjectReads { .. }
            | Work::ObjectWrites(_)
            | Work::Decoded { .. }
            | Work::Hosts(_)
            | Work::Encoded { .. } => {}
        }
        bodies
    }

    fn push(&mut self, body: &[u8]) {
        let length = u16::try_from(body.len()).expect("a body has at most 65535 bytes");
        self.stream.extend(length.to_be_bytes());
        self.stream.extend_from_slice(body);
        self.count += 1;
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn iter(&'static self) -> impl Iterator<Item = Body> {
        let mut rest = &self.stream[..];
        std::iter::from_fn(move || {
            let stream = rest;
            let bytes = take(&mut rest)?;
            Some(Body {
                stream,
                bytes,
                end: self.stream.len() - rest.len(),
            })
        })
    }

    /// The calls of Java that read them.
    pub(crate) fn reads(&self) -> Work {
        Work::Reads {
            calls: vec![Read::Utf],
            rounds: self.count,
            sources: Sources::one(self.stream.clone()),
        }
    }

    /// The class files that have them as constants.
    pub(crate) fn constants(&'static self, version: u16) -> Work {
        Work::Constants {
            version,
            bodies: self.iter().map(|body| body.bytes).collect(),
        }
    }
}

/// Takes a length, and as many bytes. `None` if they are not all there.
fn take<'a>(stream: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = stream.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (body, rest) = rest.split_at_checked(length)?;
    *stream = rest;
    Some(body)
}

/// The class loader is stricter from this version on.
const FIRST_STRICT: u16 = 48;

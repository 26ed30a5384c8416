//! Block data, as it is written: bytes are collected and written in blocks.

use std::io::Write;

use super::wire::{self, BLOCK};
use crate::data::Error;
use crate::{JavaStr, mutf8};

/// How strings are cut into blocks, which differs between releases of the JDK. A reader cannot tell
/// the difference; only the bytes differ.
///
/// # Examples
///
/// ```
/// use javatalk::data::DataOutput;
/// use javatalk::object::{Blocks, ObjectOutput};
///
/// // A length of 2 bytes, 1,021 bytes, and a character of 2 bytes.
/// let text = format!("{}é", "a".repeat(1021));
/// for (blocks, first) in [(Blocks::UpTo23, 1024), (Blocks::Since24, 1023)] {
///     let mut output = ObjectOutput::with_blocks(Vec::new(), blocks)?;
///     output.write_utf(&text)?;
///     let bytes = output.into_inner()?;
///     assert_eq!(bytes[4..9], [&[0x7a][..], &u32::to_be_bytes(first)].concat());
/// }
/// # Ok::<(), javatalk::data::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocks {
    /// JDK 23 and before: a block is full at 1,024 bytes, even within a character.
    UpTo23,
    /// JDK 24 and later: from the first NUL or character that is not ASCII on, a string of
    /// `writeUTF` ends a block before the character that would reach 1,024 bytes. And a block that
    /// `writeBytes` or the ASCII start of `writeUTF` fills is written at once, not with the next byte.
    #[default]
    Since24,
}

/// The counterpart of Java's `BlockDataOutputStream`.
#[derive(Clone, Debug)]
pub(super) struct BlockOutput<W> {
    pub(super) sink: W,
    /// Room for the header of a block, then the collected bytes.
    buffer: Box<[u8; ROOM + BLOCK]>,
    /// How many bytes are collected.
    len: usize,
    /// Whether the collected bytes are primitive data, which is written in blocks.
    block_mode: bool,
    blocks: Blocks,
}

/// A header of `7a` and a length of four bytes.
const ROOM: usize = 5;

impl<W: Write> BlockOutput<W> {
    pub(super) fn new(sink: W, blocks: Blocks) -> Self {
        Self {
            sink,
            buffer: Box::new([0; ROOM + BLOCK]),
            len: 0,
            block_mode: false,
            blocks,
        }
    }

    /// Ends a block, or what is none.
    pub(super) fn set_block_mode(&mut self, mode: bool) -> Result<(), Error> {
        if self.block_mode != mode {
            let drained = self.drain();
            if drained.is_err() {
                // What is no block must not become one.
                if mode {
                    self.len = 0;
                    self.block_mode = mode;
                }
                return drained;
            }
            self.block_mode = mode;
        }
        Ok(())
    }

    /// Writes what has been collected, with its header in one call.
    pub(super) fn drain(&mut self) -> Result<(), Error> {
        if self.len == 0 {
            return Ok(());
        }
        let end = ROOM + self.len;
        let start = if !self.block_mode {
            ROOM
        } else if let Ok(len) = u8::try_from(self.len) {
            self.buffer[ROOM - 2..ROOM].copy_from_slice(&[wire::BLOCK_DATA, len]);
            ROOM - 2
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "it is at most BLOCK")]
            let len = self.len as u32;
            self.buffer[0] = wire::BLOCK_DATA_LONG;
            self.buffer[1..ROOM].copy_from_slice(&len.to_be_bytes());
            0
        };
        self.sink.write_all(&self.buffer[start..end])?;
        self.len = 0;
        Ok(())
    }

    /// Collects bytes. A full block is written when the next byte comes.
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self.room(bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len += bytes.len();
                Ok(())
            }
            None => self.put_in_pieces(bytes),
        }
    }

    fn put_in_pieces(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.len == BLOCK {
                self.drain()?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.len));
            let start = ROOM + self.len;
            self.buffer[start..start + now.len()].copy_from_slice(now);
            self.len += now.len();
            bytes = later;
        }
        Ok(())
    }

    /// The memory of the next `len` bytes, if they fit into the block.
    #[inline]
    fn room(&mut self, len: usize) -> Option<&mut [u8]> {
        let start = ROOM + self.len;
        self.buffer.get_mut(start..start.checked_add(len)?)
    }

    /// Like [`put`](Self::put), but what begins and fills a block is written at once.
    #[inline]
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.len() < BLOCK {
            return self.put(bytes);
        }
        self.write_blocks(bytes)
    }

    fn write_blocks(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.len == BLOCK {
                self.drain()?;
            }
            let begins = self.len == 0;
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.len));
            self.put(now)?;
            if begins && now.len() == BLOCK {
                let drained = self.drain();
                // In Java these bytes have not been collected.
                self.len = 0;
                drained?;
            }
            bytes = later;
        }
        Ok(())
    }

    /// Collects a string behind the head that `head` makes of its length, if both end within the block,
    /// and returns whether they do. Nothing is written then, and all releases do the same.
    pub(super) fn put_short<const N: usize>(
        &mut self,
        text: JavaStr<'_>,
        head: impl Fn([u8; 2]) -> [u8; N],
    ) -> bool {
        let Some(text) = text.as_str().filter(|text| text.len() < BLOCK - self.len) else {
            return false;
        };
        let body = mutf8::encode_cow(text);
        let Ok(len) = u16::try_from(body.len()) else {
            return false;
        };
        if self.len + N + body.len() >= BLOCK {
            return false;
        }
        let start = ROOM + self.len;
        let (head_room, room) = self.buffer[start..].split_at_mut(N);
        head_room.copy_from_slice(&head(len.to_be_bytes()));
        room[..body.len()].copy_from_slice(&body);
        self.len += N + body.len();
        true
    }

    /// Collects the bytes of many values, as if each were put alone.
    pub(super) fn put_each<T: Copy, const N: usize>(
        &mut self,
        mut values: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) -> Result<(), Error> {
        while let [first, rest @ ..] = values {
            let (now, later) = values.split_at(values.len().min((BLOCK - self.len) / N));
            if now.is_empty() {
                // The block is full, or this value fills it and begins the next one.
                self.put(&bytes(*first))?;
                values = rest;
                continue;
            }
            let start = ROOM + self.len;
            let room = self.buffer[start..].chunks_exact_mut(N);
            for (room, &value) in room.zip(now) {
                room.copy_from_slice(&bytes(value));
            }
            self.len += N * now.len();
            values = later;
        }
        Ok(())
    }

    /// Writes the low byte of each code unit.
    pub(super) fn low_bytes(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        match text.as_str() {
            Some(ascii) if ascii.is_ascii() => self.ascii(ascii.as_bytes()),
            _ => text
                .encode_utf16()
                .try_for_each(|unit| self.ascii(&unit.to_be_bytes()[1..])),
        }
    }

    /// A string object.
    pub(super) fn string(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        if self.put_short(text, |[high, low]| [wire::STRING, high, low]) {
            return Ok(());
        }
        let encoded_len = mutf8::encoded_len(text);
        if let Ok(len) = u16::try_from(encoded_len) {
            self.put(&[wire::STRING])?;
            self.put(&len.to_be_bytes())?;
        } else {
            self.put(&[wire::LONG_STRING])?;
            self.put(&(encoded_len as u64).to_be_bytes())?;
        }
        self.body(text)
    }

    /// The modified UTF-8 of a string.
    pub(super) fn body(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        match self.blocks {
            Blocks::UpTo23 => match text.as_str() {
                Some(text) => {
                    characters(text).try_for_each(|piece| self.put(&mutf8::encode_cow(piece)))
                }
                None => text.encode_utf16().try_for_each(|unit| {
                    let (bytes, len) = encoded(unit);
                    self.put(&bytes[..len])
                }),
            },
            Blocks::Since24 => self.body_since_24(text),
        }
    }

    fn body_since_24(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        let is_plain = |unit: &u16| (1..0x80).contains(unit);
        let plain = match text.as_str() {
            Some(text) => {
                let bytes = text.as_bytes();
                let len = bytes.iter().position(|byte| !is_plain(&u16::from(*byte)));
                let plain = len.unwrap_or(bytes.len());
                if plain > 0 {
                    self.ascii(&bytes[..plain])?;
                }
                plain
            }
            None => {
                let units = text.encode_utf16().take_while(is_plain);
                let mut plain = 0;
                for unit in units {
                    self.ascii(&unit.to_be_bytes()[1..])?;
                    plain += 1;
                }
                plain
            }
        };
        for unit in text.encode_utf16().skip(plain) {
            let (bytes, len) = encoded(unit);
            if self.len + len >= BLOCK {
                self.drain()?;
            }
            self.put(&bytes[..len])?;
        }
        Ok(())
    }

    /// Collects bytes of `writeBytes`, or the ASCII start of a string.
    fn ascii(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.put(bytes)?;
        // An empty string fills no block: it leaves one that is full.
        if self.blocks == Blocks::Since24 && self.len == BLOCK && !bytes.is_empty() {
            self.drain()?;
        }
        Ok(())
    }
}

/// The modified UTF-8 of a code unit, and its length.
fn encoded(unit: u16) -> ([u8; 3], usize) {
    let [high, low] = unit.to_be_bytes();
    let six = |shift: u32| 0x80 | (unit >> shift).to_be_bytes()[1] & 0x3F;
    match unit {
        0x01..0x80 => ([low, 0, 0], 1),
        0x800.. => ([0xE0 | high >> 4, six(6), six(0)], 3),
        _ => ([0xC0 | (unit >> 6).to_be_bytes()[1], six(0), 0], 2),
    }
}

/// The text in pieces that are encoded at once.
fn characters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = (0..=rest.len().min(PIECE))
            .rev()
            .find(|&end| rest.is_char_boundary(end))?;
        let (piece, later) = rest.split_at(end);
        rest = later;
        (!piece.is_empty()).then_some(piece)
    })
}

const PIECE: usize = 1024;

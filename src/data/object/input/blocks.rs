//! Block data, as it is read: the counterpart of Java's `BlockDataInputStream`.
//!
//! It must do what that class does to the last detail, because after a failure the details decide
//! what the next call reads. Two of them are surprising:
//!
//! - When the block data has ended, or reading it has failed, every further read of a primitive value
//!   finds the end of the input, until an object is read.
//! - If the input ends or fails where an object should begin, the stream leaves the block mode:
//!   primitive values are then read without block headers.

use std::io::Read;

use super::super::ObjectError;
use super::super::wire::{self, BLOCK};
use super::handles::Handles;
use super::source::{Source, is_end};
use crate::data::{EndOfInput, Error};

#[derive(Clone, Debug)]
pub(in super::super) struct BlockInput<R> {
    pub(in super::super) source: Source<R>,
    buffer: Box<[u8; BLOCK]>,
    block_mode: bool,
    /// The part of the buffer that has not been read.
    pos: usize,
    /// `None` after the end of the block data.
    end: Option<usize>,
    /// What is left of the block behind the buffer.
    unread: usize,
    /// The byte that `readLine` has read ahead. As in Java, only a value that is not whole in the
    /// buffer takes it.
    held: Option<u8>,
    /// A reset may come between two blocks.
    pub(in super::super) handles: Handles,
    /// How deep the objects are nested that are being read.
    pub(in super::super) depth: u32,
}

impl<R: Read> BlockInput<R> {
    pub(in super::super) fn new(source: R) -> Self {
        Self {
            source: Source::new(source),
            buffer: Box::new([0; BLOCK]),
            block_mode: false,
            pos: 0,
            end: None,
            unread: 0,
            held: None,
            handles: Handles::default(),
            depth: 0,
        }
    }

    pub(in super::super) fn block_mode(&self) -> bool {
        self.block_mode
    }

    /// Sets the mode and returns the former one. What is left of a block has been read, or is lost.
    pub(in super::super) fn set_block_mode(&mut self, mode: bool) -> bool {
        if mode && !self.block_mode {
            self.pos = 0;
            self.end = Some(0);
            self.unread = 0;
        }
        std::mem::replace(&mut self.block_mode, mode)
    }

    /// What the buffer holds of the current block.
    #[inline]
    pub(in super::super) fn in_buffer(&self) -> &[u8] {
        &self.buffer[self.pos..self.end.unwrap_or(self.pos)]
    }

    /// How many bytes of the current block are left.
    pub(in super::super) fn block_remaining(&self) -> usize {
        match self.end {
            Some(end) if self.block_mode => end - self.pos + self.unread,
            _ => 0,
        }
    }

    /// Reads the header of the next block: the size of the block, or `None` if no block follows. With
    /// `ready`, which returns how many bytes the source has without waiting, `Blocked` if the header
    /// has not come yet.
    fn block_header(&mut self, mut ready: Option<&mut Ready<'_, R>>) -> Result<Header, Error> {
        loop {
            let there = match &mut ready {
                Some(ready) => ready(&mut self.source)?,
                None => usize::MAX,
            };
            if there == 0 {
                return Ok(Header::Blocked);
            }
            match self.source.peek()? {
                Some(wire::BLOCK_DATA) => {
                    if there < 2 {
                        return Ok(Header::Blocked);
                    }
                    let [_, len] = self.header_bytes()?;
                    return Ok(Header::Block(len.into()));
                }
                Some(wire::BLOCK_DATA_LONG) => {
                    if there < 5 {
                        return Ok(Header::Blocked);
                    }
                    let [_, a, b, c, d] = self.header_bytes()?;
                    let len = i32::from_be_bytes([a, b, c, d]);
                    return match usize::try_from(len) {
                        Ok(len) => Ok(Header::Block(len)),
                        Err(_) => Err(corrupted(format!(
                            "illegal block data header length: {len}"
                        ))),
                    };
                }
                Some(wire::RESET) => {
                    self.source.next()?;
                    self.reset()?;
                }
                Some(code) if !wire::TYPE_CODES.contains(&code) => {
                    return Err(invalid_type_code(code));
                }
                Some(_) | None => return Ok(Header::NoBlock),
            }
        }
    }

    fn header_bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        match self.source.read_fully(&mut bytes) {
            Err(error) if is_end(&error) => {
                Err(corrupted("unexpected EOF while reading block data header"))
            }
            read => read.map(|()| bytes),
        }
    }

    pub(in super::super) fn reset(&mut self) -> Result<(), Error> {
        if self.depth > 0 {
            return Err(corrupted(format!(
                "unexpected reset; recursion depth: {}",
                self.depth
            )));
        }
        self.handles.clear();
        Ok(())
    }

    fn refill(&mut self) -> Result<(), Error> {
        let filled = self.try_refill();
        if filled.is_err() {
            self.end_blocks();
        }
        filled
    }

    fn try_refill(&mut self) -> Result<(), Error> {
        loop {
            self.pos = 0;
            if self.unread > 0 {
                let len = self.unread.min(BLOCK);
                match self.source.read(&mut self.buffer[..len])? {
                    0 => return Err(corrupted("unexpected EOF in middle of data block")),
                    came => {
                        self.end = Some(came);
                        self.unread -= came;
                    }
                }
            } else {
                match self.block_header(None)? {
                    Header::Block(len) => {
                        self.end = Some(0);
                        self.unread = len;
                    }
                    Header::NoBlock | Header::Blocked => self.end_blocks(),
                }
            }
            if self.end != Some(self.pos) {
                return Ok(());
            }
        }
    }

    fn end_blocks(&mut self) {
        self.pos = 0;
        self.end = None;
        self.unread = 0;
    }

    /// Fills the buffer if it is empty, and returns how much is in it: 0 at the end.
    fn fill(&mut self) -> Result<usize, Error> {
        if self.end == Some(self.pos) {
            self.refill()?;
        }
        Ok(self.in_buffer().len())
    }

    /// The next byte, which is not consumed: of a block in block mode, otherwise of the source.
    pub(in super::super) fn peek(&mut self) -> Result<u8, Error> {
        let byte = if self.block_mode {
            (self.fill()? > 0).then(|| self.buffer[self.pos])
        } else {
            self.source.peek()?
        };
        byte.ok_or_else(|| EndOfInput::new(1, 0).into())
    }

    pub(in super::super) fn next(&mut self) -> Result<Option<u8>, Error> {
        if !self.block_mode {
            return self.source.next();
        }
        if self.fill()? == 0 {
            return Ok(None);
        }
        let byte = self.buffer[self.pos];
        self.pos += 1;
        Ok(Some(byte))
    }

    pub(in super::super) fn byte(&mut self) -> Result<u8, Error> {
        self.next()?.ok_or_else(|| EndOfInput::new(1, 0).into())
    }

    /// Reads at least one byte; 0 at the end.
    pub(in super::super) fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if !self.block_mode {
            return self.source.read(bytes);
        }
        let len = self.fill()?.min(bytes.len());
        bytes[..len].copy_from_slice(&self.buffer[self.pos..self.pos + len]);
        self.pos += len;
        Ok(len)
    }

    pub(in super::super) fn read_fully(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.read_rest(bytes, 0)
    }

    fn read_rest(&mut self, bytes: &mut [u8], mut came: usize) -> Result<(), Error> {
        while came < bytes.len() {
            match self.read(&mut bytes[came..])? {
                0 => return Err(EndOfInput::new(bytes.len(), came).into()),
                count => came += count,
            }
        }
        Ok(())
    }

    /// The bytes of a number. Only one that is not whole in the buffer takes the held byte.
    #[inline]
    pub(in super::super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let whole = if self.block_mode {
            self.in_buffer().first_chunk().copied()
        } else {
            None
        };
        match whole {
            Some(bytes) => {
                self.pos += N;
                Ok(bytes)
            }
            None => self.array_in_pieces(),
        }
    }

    fn array_in_pieces<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        if N == 1 {
            bytes[0] = self.byte()?;
        } else if !self.block_mode {
            self.source.read_fully(&mut bytes)?;
        } else {
            let held = self.held.take();
            bytes[0] = held.unwrap_or(0);
            self.read_rest(&mut bytes, usize::from(held.is_some()))?;
        }
        Ok(bytes)
    }

    pub(in super::super) fn skip(&mut self, count: usize) -> Result<usize, Error> {
        if count == 0 {
            return Ok(0);
        }
        let mut skipped = usize::from(self.held.take().is_some());
        while skipped < count {
            let left = count - skipped;
            let taken = if self.block_mode {
                let taken = self.fill()?.min(left);
                self.pos += taken;
                taken
            } else {
                let left = left.min(BLOCK);
                self.source.read(&mut self.buffer[..left])?
            };
            if taken == 0 {
                break;
            }
            skipped += taken;
        }
        Ok(skipped)
    }

    /// The next byte of a line.
    pub(in super::super) fn line_byte(&mut self) -> Result<Option<u8>, Error> {
        match self.held.take() {
            Some(byte) => Ok(Some(byte)),
            None => self.next(),
        }
    }

    pub(in super::super) fn hold(&mut self, byte: u8) {
        self.held = Some(byte);
    }

    /// How many bytes can be read without waiting; `ready` says so of the source.
    pub(in super::super) fn available(&mut self, ready: &mut Ready<'_, R>) -> Result<usize, Error> {
        if !self.block_mode {
            return ready(&mut self.source);
        }
        if self.end == Some(self.pos) && self.unread == 0 {
            loop {
                match self.block_header(Some(ready))? {
                    Header::Block(0) => {}
                    Header::Block(len) => {
                        self.pos = 0;
                        self.end = Some(0);
                        self.unread = len;
                        break;
                    }
                    Header::NoBlock => {
                        self.end_blocks();
                        break;
                    }
                    Header::Blocked => break,
                }
            }
        }
        let behind = if self.unread > 0 {
            ready(&mut self.source)?.min(self.unread)
        } else {
            0
        };
        Ok(self.end.map_or(0, |end| end - self.pos + behind))
    }

    /// What is left of the block data: all blocks up to the next object.
    pub(in super::super) fn skip_blocks(&mut self) -> Result<(), Error> {
        while self.end.is_some() {
            self.refill()?;
        }
        Ok(())
    }

    /// What the buffer holds, after it has been filled if it was empty. Only in block mode.
    pub(in super::super) fn buffered(&mut self) -> Result<&[u8], Error> {
        self.fill()?;
        Ok(self.in_buffer())
    }

    pub(in super::super) fn consume(&mut self, count: usize) {
        self.pos += count;
    }

    /// The buffer, for what is read outside the block mode.
    pub(in super::super) fn scratch(&mut self) -> (&mut Source<R>, &mut [u8; BLOCK]) {
        (&mut self.source, &mut self.buffer)
    }
}

/// How many bytes the source has without waiting.
type Ready<'a, R> = dyn FnMut(&mut Source<R>) -> Result<usize, Error> + 'a;

enum Header {
    Block(usize),
    NoBlock,
    Blocked,
}

pub(in super::super) fn corrupted(message: impl Into<String>) -> Error {
    ObjectError::Corrupted(message.into()).into()
}

pub(in super::super) fn invalid_type_code(code: u8) -> Error {
    corrupted(format!("invalid type code: {code:02X}"))
}

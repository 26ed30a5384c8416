//! `RandomAccessFile`: `DataInput` and `DataOutput` over a file that can seek.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

use super::{DataInput, DataOutput, EndOfInput, Error, text};
use crate::JavaString;

/// Reads and writes at any position of a file, as `java.io.RandomAccessFile`.
///
/// The file is anything that reads, writes and seeks: a [`File`](std::fs::File), or a
/// [`Cursor`](std::io::Cursor) over a vector. Reads and writes share one position, which is that of the
/// file. Nothing is buffered: every method leaves the file where Java does. A file that was only opened
/// for reading can be read.
///
/// A [`DataInputStream`](super::DataInputStream) over a file differs in one method: after a carriage
/// return, its [`read_line`](DataInput::read_line) has read one byte more, and holds it for the next
/// read. `RandomAccessFile` goes back instead, so that a seek or a write can follow.
///
/// | Java | Rust |
/// |---|---|
/// | `new RandomAccessFile(path, "r")` | `RandomAccessFile::new(File::open(path)?)` |
/// | `new RandomAccessFile(path, "rw")` | `File::options().read(true).write(true).create(true).truncate(false).open(path)?` |
/// | `seek(p)` | [`seek(p)`](Self::seek) |
/// | `getFilePointer()` | [`file_pointer()`](Self::file_pointer) |
/// | `length()` | [`length()`](Self::length) |
/// | `setLength(n)` | [`set_length(n, File::set_len)`](Self::set_length) |
/// | `read(b)` | [`Read::read`] |
/// | all others | [`DataInput`], [`DataOutput`] |
///
/// # Examples
///
/// ```
/// use std::io::Cursor;
///
/// use javatalk::data::{DataInput, DataOutput, Error, RandomAccessFile};
///
/// let mut file = RandomAccessFile::new(Cursor::new(Vec::new()));
/// file.write_int(0)?; // the place of the count
/// file.write_utf("one")?;
/// file.write_utf("two")?;
/// file.seek(0)?;
/// file.write_int(2)?;
/// assert_eq!(file.read_utf()?, "one");
/// assert_eq!((file.file_pointer()?, file.length()?), (9, 14));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct RandomAccessFile<F> {
    file: F,
}

impl<F> RandomAccessFile<F> {
    /// Reads and writes this file from where it stands.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::Cursor;
    ///
    /// use javatalk::data::{DataInput, Error, RandomAccessFile};
    ///
    /// let mut file = RandomAccessFile::new(Cursor::new(b"\0\x02hi"));
    /// assert_eq!(file.read_utf()?, "hi");
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn new(file: F) -> Self {
        Self { file }
    }

    /// A reference to the file.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::RandomAccessFile;
    /// let file = RandomAccessFile::new(std::io::Cursor::new(b"ab"));
    /// assert_eq!(file.get_ref().position(), 0);
    /// ```
    pub const fn get_ref(&self) -> &F {
        &self.file
    }

    /// A mutable reference to the file. Both have the same position.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, RandomAccessFile};
    /// let mut file = RandomAccessFile::new(std::io::Cursor::new(b"ab"));
    /// file.get_mut().set_position(1);
    /// assert_eq!(file.read_unsigned_byte()?, b'b');
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn get_mut(&mut self) -> &mut F {
        &mut self.file
    }

    /// Returns the file.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, Error, RandomAccessFile};
    /// let mut file = RandomAccessFile::new(std::io::Cursor::new(Vec::new()));
    /// file.write_byte(1)?;
    /// assert_eq!(file.into_inner().into_inner(), [1]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_inner(self) -> F {
        self.file
    }
}

impl<F: Seek> RandomAccessFile<F> {
    /// Moves to a position, as `seek(long)`. It may be beyond the end: a read finds the end there, and a
    /// write fills the gap with zeros.
    ///
    /// Java's position is signed, and its exception for a negative one cannot occur here.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the file fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, RandomAccessFile};
    /// let mut file = RandomAccessFile::new(std::io::Cursor::new(b"abc"));
    /// file.seek(2)?;
    /// assert_eq!(file.read_unsigned_byte()?, b'c');
    /// # Ok::<(), Error>(())
    /// ```
    pub fn seek(&mut self, position: u64) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(position))?;
        Ok(())
    }

    /// The position, as `getFilePointer()`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the file fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, RandomAccessFile};
    /// let mut file = RandomAccessFile::new(std::io::Cursor::new(b"a\rb"));
    /// file.read_line()?;
    /// assert_eq!(file.file_pointer()?, 2);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn file_pointer(&mut self) -> Result<u64, Error> {
        Ok(self.file.stream_position()?)
    }

    /// The length of the file, as `length()`. The position stays.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the file fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, RandomAccessFile};
    /// let mut file = RandomAccessFile::new(std::io::Cursor::new(b"abc"));
    /// assert_eq!((file.length()?, file.file_pointer()?), (3, 0));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn length(&mut self) -> Result<u64, Error> {
        let position = self.file.stream_position()?;
        let length = self.file.seek(SeekFrom::End(0))?;
        if length != position {
            self.file.seek(SeekFrom::Start(position))?;
        }
        Ok(length)
    }

    /// Cuts the file or makes it longer, as `setLength(long)`. A position beyond the new end moves there.
    ///
    /// `set` changes the length, and nothing else: [`File::set_len`](std::fs::File::set_len).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `set` or the file fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    ///
    /// use javatalk::data::{DataOutput, Error, RandomAccessFile};
    ///
    /// # let path = std::env::temp_dir().join(format!("javatalk-set-length-{}", std::process::id()));
    /// let options = File::options().read(true).write(true).create(true).truncate(true).clone();
    /// let mut file = RandomAccessFile::new(options.open(&path)?);
    /// file.write_long(1)?;
    /// file.set_length(3, File::set_len)?;
    /// assert_eq!((file.length()?, file.file_pointer()?), (3, 3));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn set_length(
        &mut self,
        length: u64,
        set: impl FnOnce(&F, u64) -> io::Result<()>,
    ) -> Result<(), Error> {
        set(&self.file, length)?;
        if self.file.stream_position()? > length {
            self.file.seek(SeekFrom::Start(length))?;
        }
        Ok(())
    }
}

impl<F: Read> RandomAccessFile<F> {
    /// Calls `read` once, and again if it is interrupted. Returns 0 at the end.
    fn read_file(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl<F: Read + Seek> DataInput for RandomAccessFile<F> {
    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        let mut came = 0;
        while came < buffer.len() {
            match self.read_file(&mut buffer[came..])? {
                0 => return Err(EndOfInput::new(buffer.len(), came).into()),
                count => came += count,
            }
        }
        Ok(())
    }

    /// Moves forward by up to `count` bytes, but not beyond the end.
    ///
    /// From a position beyond the end it goes back to the end, as in Java, and returns 0. Java returns a
    /// negative count.
    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        if count == 0 {
            return Ok(0);
        }
        let position = self.file_pointer()?;
        let target = position.saturating_add(count as u64).min(self.length()?);
        self.seek(target)?;
        let skipped = target.saturating_sub(position);
        Ok(usize::try_from(skipped).unwrap_or(count))
    }

    /// Reads a line in pieces, and goes back to the byte behind its end.
    fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
        let mut line = Vec::new();
        let mut piece = [0; LINE_PIECE];
        loop {
            let count = self.read_file(&mut piece)?;
            let piece = &piece[..count];
            if count == 0 {
                break;
            }
            let Some(end) = piece.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                line.extend_from_slice(piece);
                continue;
            };
            line.extend_from_slice(&piece[..end]);
            let mut behind = &piece[end + 1..];
            let mut next = [0];
            if piece[end] == b'\r' {
                if behind.is_empty() {
                    let count = self.read_file(&mut next)?;
                    behind = &next[..count];
                }
                behind = behind.strip_prefix(b"\n").unwrap_or(behind);
            }
            self.go_back(behind.len())?;
            return Ok(Some(text::line(line)));
        }
        Ok((!line.is_empty()).then(|| text::line(line)))
    }
}

impl<F: Seek> RandomAccessFile<F> {
    /// Gives bytes back that were read.
    fn go_back(&mut self, count: usize) -> Result<(), Error> {
        if count > 0 {
            // A piece has far fewer bytes than an i64 counts.
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.file.seek(SeekFrom::Current(-count))?;
        }
        Ok(())
    }
}

impl<F: Write> DataOutput for RandomAccessFile<F> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        // A cursor beyond its end grows even if nothing is written; a file does not.
        if bytes.is_empty() {
            return Ok(());
        }
        Ok(self.file.write_all(bytes)?)
    }
}

impl<F: Read> Read for RandomAccessFile<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

/// How many bytes `readLine` reads at once.
const LINE_PIECE: usize = 256;

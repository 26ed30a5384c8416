//! Real strings: all constants of the class files of the JDK's module `java.base`, in
//! the order in which they are there. No processor can predict their lengths.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use javatalk::data::{DataOutput, SliceInput, VecOutput};
use javatalk::internals::system::jdk::Jdk;

/// The strings, and records that hold them, as bytes.
pub(crate) struct Corpus {
    /// Messages of `writeUTF`, one after the other.
    pub(crate) strings: Vec<u8>,
    /// Six fields each: an `int`, a string, a `long`, a `boolean`, a `double` and a string.
    pub(crate) records: Vec<u8>,
}

impl Corpus {
    pub(crate) fn strings_file() -> PathBuf {
        folder().join("strings")
    }

    pub(crate) fn records_file() -> PathBuf {
        folder().join("records")
    }

    /// Reads what [`extract`](Self::extract) has written.
    pub(crate) fn read() -> io::Result<Self> {
        Ok(Self {
            strings: fs::read(Self::strings_file())?,
            records: fs::read(Self::records_file())?,
        })
    }

    /// Writes the files, from the class files of this JDK. Those few strings that are no text are
    /// left out, because most other crates cannot decode them.
    pub(crate) fn extract(jdk: &Jdk, classes: &Path) -> io::Result<()> {
        let all = folder().join("constants");
        fs::create_dir_all(folder())?;
        let mut command = Command::new(jdk.java());
        command.arg("-cp").arg(classes).arg("Corpus").arg(&all);
        let status = command.status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{command:?}: {status}")));
        }

        let all = fs::read(all)?;
        let mut input = SliceInput::new(&all);
        let mut texts = Vec::new();
        while !input.remaining().is_empty() {
            texts.extend(input.read_utf_cow().ok());
        }
        let mut strings = Vec::new();
        let mut output = VecOutput::new(&mut strings);
        for text in &texts {
            output.write_utf(text)?;
        }
        let mut records = Vec::new();
        let mut output = VecOutput::new(&mut records);
        for (number, pair) in (0_i32..).zip(texts.chunks_exact(2)) {
            output.write_int(number)?;
            output.write_utf(&pair[0])?;
            output.write_long(i64::from(number) << 20)?;
            output.write_boolean(number % 3 == 0)?;
            output.write_double(f64::from(number))?;
            output.write_utf(&pair[1])?;
        }
        fs::write(Self::strings_file(), strings)?;
        fs::write(Self::records_file(), records)
    }

    /// The bodies of the strings.
    pub(crate) fn bodies(&self) -> Vec<&[u8]> {
        let mut input = SliceInput::new(&self.strings);
        std::iter::from_fn(|| input.read_utf_bytes().ok()).collect()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/corpus")
}

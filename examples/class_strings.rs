//! Prints the string constants of a Java class file, one a line, in quotes and escaped.
//!
//! ```text
//! javac Hello.java
//! cargo run --example class_strings -- Hello.class
//! ```
//!
//! A string constant may hold what no `str` can: `"\ud800"` is shown as it stands in the source.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream};

const MAGIC: [u8; 4] = [0xCA, 0xFE, 0xBA, 0xBE];

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return failed("usage: class_strings FILE.class");
    };
    match File::open(&path).map_err(Into::into).and_then(strings) {
        Ok(strings) => printed(&strings),
        Err(error) => failed(&format!("{}: {error}", path.display())),
    }
}

/// Walks the constant pool: each constant is a tag and, by that, something of known width.
fn strings(file: impl Read) -> Result<Vec<JavaString>, Box<dyn Error>> {
    let mut input = DataInputStream::new(BufReader::new(file));
    let mut magic = [0; 4];
    input.read_fully(&mut magic)?;
    if magic != MAGIC {
        return Err("no class file: it does not begin with cafebabe".into());
    }
    let _minor = input.read_unsigned_short()?;
    let _major = input.read_unsigned_short()?;

    let count = input.read_unsigned_short()?;
    let mut texts: HashMap<u16, JavaString> = HashMap::new();
    let mut constants: Vec<u16> = Vec::new();
    let mut index = 1;
    while index < count {
        let mut entries = 1;
        match input.read_unsigned_byte()? {
            1 => drop(texts.insert(index, input.read_utf()?)),
            8 => constants.push(input.read_unsigned_short()?),
            7 | 16 | 19 | 20 => input.read_fully(&mut [0; 2])?,
            15 => input.read_fully(&mut [0; 3])?,
            3 | 4 | 9..=12 | 17 | 18 => input.read_fully(&mut [0; 4])?,
            5 | 6 => {
                input.read_fully(&mut [0; 8])?;
                // A long or a double takes two places in the pool.
                entries = 2;
            }
            tag => return Err(format!("constant {index}: unknown tag {tag}").into()),
        }
        index = index.saturating_add(entries);
    }
    let found = constants.iter().map(|index| texts.get(index).cloned());
    found
        .collect::<Option<_>>()
        .ok_or_else(|| "a string constant without its text".into())
}

fn printed(strings: &[JavaString]) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match strings
        .iter()
        .try_for_each(|string| writeln!(stdout, "{string:?}"))
    {
        // Whoever reads may have seen enough, as `head` has.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&error.to_string()),
        _ => ExitCode::SUCCESS,
    }
}

fn failed(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{message}");
    ExitCode::FAILURE
}

//! Prints the time-zone regions that a JDK knows, one a line, from its `lib/tzdb.dat`.
//!
//! ```text
//! cargo run --example tzdb_regions -- "$JAVA_HOME/lib/tzdb.dat"
//! ```
//!
//! `java.time.zone.TzdbZoneRulesProvider` reads the same file with a `DataInputStream`.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use javatalk::JavaString;
use javatalk::data::DataInputStream;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return failed("usage: tzdb_regions JDK/lib/tzdb.dat");
    };
    match File::open(&path).map_err(Into::into).and_then(regions) {
        Ok(regions) => printed(&regions),
        Err(error) => failed(&format!("{}: {error}", path.display())),
    }
}

fn regions(file: impl Read) -> Result<Vec<JavaString>, Box<dyn Error>> {
    let mut input = DataInputStream::new(BufReader::new(file));
    if input.read_byte()? != 1 || input.read_utf()? != "TZDB" {
        return Err("no time-zone data: it does not begin with 1 and \"TZDB\"".into());
    }
    let versions = input.read_short()?;
    for _ in 0..versions {
        input.read_utf()?;
    }
    let count = input.read_short()?;
    let regions = (0..count).map(|_| input.read_utf());
    Ok(regions.collect::<Result<_, _>>()?)
}

fn printed(regions: &[JavaString]) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match regions
        .iter()
        .try_for_each(|region| writeln!(stdout, "{region}"))
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

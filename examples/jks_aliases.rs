//! Prints the aliases of a Java keystore, one a line. The password is not needed: aliases are not
//! encrypted.
//!
//! ```text
//! keytool -genkeypair -storetype JKS -keystore my.jks -alias me -keyalg RSA
//! cargo run --example jks_aliases -- my.jks
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, EndOfInput};

const MAGIC: [u8; 4] = [0xFE, 0xED, 0xFE, 0xED];
const PRIVATE_KEY: i32 = 1;
const TRUSTED_CERTIFICATE: i32 = 2;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return failed("usage: jks_aliases KEYSTORE");
    };
    match File::open(&path).map_err(Into::into).and_then(aliases) {
        Ok(aliases) => printed(&aliases),
        Err(error) => failed(&format!("{}: {error}", path.display())),
    }
}

fn aliases(file: impl Read) -> Result<Vec<JavaString>, Box<dyn Error>> {
    let mut input = DataInputStream::new(BufReader::new(file));
    let mut magic = [0; 4];
    input.read_fully(&mut magic)?;
    if magic != MAGIC {
        return Err(
            "no JKS keystore: it does not begin with feedfeed; keytool writes PKCS12 \
                    unless told -storetype JKS"
                .into(),
        );
    }
    let version = input.read_int()?;
    let count = input.read_int()?;
    let mut aliases = Vec::new();
    for _ in 0..count {
        let kind = input.read_int()?;
        aliases.push(input.read_utf()?);
        let _created = input.read_long()?;
        match kind {
            PRIVATE_KEY => {
                skip_block(&mut input)?;
                for _ in 0..input.read_int()? {
                    skip_certificate(&mut input, version)?;
                }
            }
            TRUSTED_CERTIFICATE => skip_certificate(&mut input, version)?,
            other => return Err(format!("entry of unknown kind {other}").into()),
        }
    }
    Ok(aliases)
}

fn skip_certificate(input: &mut impl DataInput, version: i32) -> Result<(), Box<dyn Error>> {
    if version >= 2 {
        let _format = input.read_utf()?;
    }
    skip_block(input)
}

/// A length and as many bytes. `skip_bytes` is content with fewer, so it has to be asked.
fn skip_block(input: &mut impl DataInput) -> Result<(), Box<dyn Error>> {
    let length = usize::try_from(input.read_int()?)?;
    let skipped = input.skip_bytes(length)?;
    if skipped < length {
        return Err(EndOfInput::new(length, skipped).into());
    }
    Ok(())
}

fn printed(aliases: &[JavaString]) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match aliases
        .iter()
        .try_for_each(|alias| writeln!(stdout, "{alias}"))
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

//! A program whose functions have errors of their own, and use `?` on everything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::{error, fmt, io};

use javatalk::data::{DataInputStream, Error, ReadJavaExt, WriteJavaExt};
use javatalk::mutf8::DecodeError;
use javatalk::{IntoStringError, JavaStr, JavaString};

/// As a program has it that knows nothing of this library: from an `io::Error`.
#[derive(Debug)]
enum ConfigError {
    Io(io::Error),
    NotText(IntoStringError),
}

impl From<io::Error> for ConfigError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<IntoStringError> for ConfigError {
    fn from(error: IntoStringError) -> Self {
        Self::NotText(error)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::NotText(error) => error.fmt(f),
        }
    }
}

impl error::Error for ConfigError {}

fn write_config(
    file: &mut impl io::Write,
    entries: &[(Cow<'_, str>, Arc<str>)],
) -> Result<(), ConfigError> {
    file.write_java_int(i32::try_from(entries.len()).map_err(io::Error::other)?)?;
    for (name, value) in entries {
        file.write_java_utf(name)?;
        file.write_java_utf(value)?;
    }
    Ok(())
}

fn read_config(mut file: impl io::Read) -> Result<HashMap<JavaString, String>, ConfigError> {
    let mut config = HashMap::new();
    for _ in 0..file.read_java_int()? {
        let name = file.read_java_utf()?;
        config.insert(name, file.read_java_utf()?.into_string()?);
    }
    Ok(config)
}

#[test]
fn a_program_reads_its_configuration() -> Result<(), Box<dyn error::Error>> {
    let mut file = Vec::new();
    write_config(
        &mut file,
        &[("colour".into(), "blue".into()), ("x".into(), "7".into())],
    )?;
    let config = read_config(&file[..])?;
    assert_eq!(
        config.get(JavaStr::new("colour").as_key()),
        Some(&"blue".to_owned())
    );

    let Err(ConfigError::Io(error)) = read_config(&file[..file.len() - 1]) else {
        panic!("the last byte is missing");
    };
    assert_eq!(error.to_string(), "input ended after 0 of 1 bytes");
    assert!(matches!(Error::from(error), Error::EndOfInput(end) if end.came() == Some(0)));

    let error = read_config(&b"\0\0\0\x01\0\x01x\0\x03\xed\xa0\xbd"[..]).unwrap_err();
    assert_eq!(error.to_string(), "unpaired surrogate at code unit 0");
    Ok(())
}

/// A function that has the errors of the library goes on with `?` as well.
#[test]
fn errors_become_io_errors_and_boxes() {
    fn of_a_stream(bytes: &[u8]) -> Result<JavaString, Error> {
        DataInputStream::new(bytes).read_utf()
    }
    fn of_io(bytes: &[u8]) -> io::Result<JavaString> {
        Ok(of_a_stream(bytes)?)
    }
    fn boxed(bytes: &[u8]) -> Result<String, Box<dyn error::Error + Send + Sync>> {
        let text = String::try_from(of_io(bytes)?)?;
        Ok(text.parse::<JavaString>()?.into_string_lossy())
    }
    fn of_a_slice(bytes: &[u8]) -> Result<String, DecodeError> {
        Ok(javatalk::mutf8::decode_cow(bytes)?.into_owned())
    }

    assert_eq!(boxed(b"\0\x02hi").unwrap(), "hi");
    assert_eq!(
        boxed(b"\0\x05hi").unwrap_err().to_string(),
        "input ended after 2 of 5 bytes"
    );
    assert_eq!(of_a_slice(b"a\xff").unwrap_err().valid_up_to(), 1);
}

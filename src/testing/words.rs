//! Inputs and results in words, for the lines of a mismatch.

use std::any::Any;
use std::fmt::Write as _;

use super::answer::Exception;
use crate::JavaString;
use crate::text::count::counted;
use crate::text::printable::printable;

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "no bytes".to_owned();
    }
    let mut text = String::new();
    for (index, byte) in bytes.iter().take(SHOWN).enumerate() {
        let space = if index == 0 { "" } else { " " };
        let _ = write!(text, "{space}{byte:02x}");
    }
    if bytes.len() > SHOWN {
        let _ = write!(text, " ... ({})", counted(bytes.len(), "byte"));
    }
    text
}

/// A string in quotes, with its invisible characters and unpaired surrogates escaped.
pub(crate) fn quoted(text: &JavaString) -> String {
    let length = text.len_utf16();
    if length <= SHOWN {
        return format!("{text:?}");
    }
    let first: Vec<u16> = text.encode_utf16().take(SHOWN).collect();
    format!(
        "{:?} ... ({})",
        JavaString::from(first),
        counted(length, "code unit")
    )
}

pub(crate) fn gives(value: &str, consumed: Option<usize>) -> String {
    format!("gives {value}{}", after(consumed))
}

/// An error of the codec. `exception` is what Java should throw instead, if that is compared.
pub(crate) fn refuses(
    error: &str,
    exception: Option<&Exception>,
    consumed: Option<usize>,
) -> String {
    let exception = exception.map_or(String::new(), |exception| format!(", as {exception}"));
    let text = format!("refuses with {error}{exception}");
    format!("{}{}", printable(&text), after(consumed))
}

pub(crate) fn throws(exception: &Exception, consumed: Option<usize>) -> String {
    let exception = exception.to_string();
    format!("throws {}{}", printable(&exception), after(consumed))
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> String {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    match said {
        Some(said) => format!("panics: {}", printable(said)),
        None => "panics".to_owned(),
    }
}

fn after(consumed: Option<usize>) -> String {
    consumed.map_or(String::new(), |count| {
        format!(", after {}", counted(count, "byte"))
    })
}

/// How many bytes or code units are shown.
const SHOWN: usize = 40;

//! Prints a value in the canonical form of a scenario file.

use super::literal::number::{double, float};
use super::literal::object;
use super::quote::{bracketed, quoted};
use super::range::Range;
use crate::interop::protocol::call::{ObjectContent, Value};

/// The value as a literal of a scenario file.
pub(crate) fn spelled(value: &Value) -> String {
    match value {
        Value::Void | Value::Null | Value::Whole(_) | Value::Boolean(_) => value.to_string(),
        Value::Float(bits) => {
            let number = f32::from_bits(*bits);
            spelled_number(
                &format!("{number:?}"),
                float(&format!("{number:?}")) == Some(*bits),
            )
            .unwrap_or_else(|| value.to_string())
        }
        Value::Double(bits) => {
            let number = f64::from_bits(*bits);
            spelled_number(
                &format!("{number:?}"),
                double(&format!("{number:?}")) == Some(*bits),
            )
            .unwrap_or_else(|| value.to_string())
        }
        Value::Text(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            in_runs(&units, quoted, |rest| {
                let (range, taken) = Range::at_start(rest);
                (range.to_string(), taken)
            })
        }
        Value::Bytes(bytes) => in_runs(bytes, bracketed, |_| (String::new(), 0)),
        Value::Object(object) => {
            let number = object.number().map(|number| format!("{number}="));
            let content = match object.content() {
                ObjectContent::String(text) => spelled(&Value::Text(text.clone())),
                ObjectContent::Boxed(primitive, bits) => object::boxed(*primitive, *bits),
                ObjectContent::Array(primitive, elements) => in_runs(
                    elements,
                    |elements| object::array(*primitive, elements),
                    |_| (String::new(), 0),
                ),
            };
            number.unwrap_or_default() + &content
        }
    }
}

fn spelled_number(written: &str, is_exact: bool) -> Option<String> {
    match written {
        "inf" => Some("Infinity".to_owned()),
        "-inf" => Some("-Infinity".to_owned()),
        _ => is_exact.then(|| written.to_owned()),
    }
}

/// A sum in which repeated pieces are written once and ascending pieces as ranges: `"a" * 65535 +
/// "b"`, `"\u0100".."\uD7FF"`. `range` returns the longest range at the start of some elements, and
/// its length.
fn in_runs<T: PartialEq>(
    all: &[T],
    spell: impl Fn(&[T]) -> String,
    range: impl Fn(&[T]) -> (String, usize),
) -> String {
    /// The longest repeated piece that is looked for: a surrogate pair, or the bytes of one
    /// character.
    const LONGEST_PIECE: usize = 3;
    /// Shorter repetitions are easier to read when written out.
    const SHORTEST_RUN: usize = 16;
    /// Shorter ranges are easier to read when written out: in escapes, an alphabet is longer than
    /// in letters.
    const SHORTEST_RANGE: usize = 32;

    let run_at = |start: usize| {
        let rest = &all[start..];
        (1..=LONGEST_PIECE.min(rest.len())).find_map(|size| {
            let piece = &rest[..size];
            let times = rest
                .chunks(size)
                .take_while(|chunk| *chunk == piece)
                .count();
            (times * size >= SHORTEST_RUN && times > 1).then_some((size, times))
        })
    };
    let mut terms = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while at < all.len() {
        let (term, taken) = match run_at(at) {
            Some((size, times)) => {
                let piece = spell(&all[at..at + size]);
                (format!("{piece} * {times}"), size * times)
            }
            None => range(&all[at..]),
        };
        if taken < SHORTEST_RUN || !term.contains('*') && taken < SHORTEST_RANGE {
            at += 1;
            continue;
        }
        if plain < at {
            terms.push(spell(&all[plain..at]));
        }
        terms.push(term);
        at += taken;
        plain = at;
    }
    if plain < at || terms.is_empty() {
        terms.push(spell(&all[plain..]));
    }
    terms.join(" + ")
}

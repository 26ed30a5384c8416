//! Simpler values than a given one, the simplest first.

use crate::JavaString;
use crate::interop::protocol::call::{ObjectContent, Primitive, Value};

/// Simpler values of the same kind. After one is adopted, the search starts again with it.
pub(crate) fn simpler(value: &Value) -> Box<dyn Iterator<Item = Value>> {
    match value {
        Value::Whole(number) => Box::new(numbers(*number).map(Value::Whole)),
        Value::Boolean(true) => Box::new(std::iter::once(Value::Boolean(false))),
        Value::Float(bits) => {
            let simple = [0, 0x3f80_0000, 0x7fc0_0000, 0x7f80_0001];
            Box::new(before(simple, *bits).map(Value::Float))
        }
        Value::Double(bits) => {
            let (one, nan) = (0x3ff0_0000_0000_0000, 0x7ff8_0000_0000_0000);
            let simple = [0, one, nan, 0x7ff0_0000_0000_0001];
            Box::new(before(simple, *bits).map(Value::Double))
        }
        Value::Text(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            let simple = sequences(units, u16::from(DULL));
            Box::new(simple.map(|units| Value::Text(JavaString::from(units))))
        }
        Value::Bytes(bytes) => {
            let strings = strings(bytes).map(Value::Bytes);
            Box::new(strings.chain(sequences(bytes.clone(), DULL).map(Value::Bytes)))
        }
        Value::Object(object) => {
            let (number, content) = (object.number(), object.content().clone());
            // Without its number, then the simplest object of all with it, then simpler contents.
            let plain = number.map(|_| Value::object(None, content.clone()));
            let letter = ObjectContent::String("a".into());
            let letter = (content != letter).then(|| Value::object(number, letter));
            let simple = contents(content).map(move |content| Value::object(number, content));
            Box::new(plain.into_iter().chain(letter).chain(simple))
        }
        Value::Boolean(false) | Value::Void | Value::Null => Box::new(std::iter::empty()),
    }
}

/// Simpler contents of the same class.
fn contents(content: ObjectContent) -> Box<dyn Iterator<Item = ObjectContent>> {
    match content {
        ObjectContent::String(text) => {
            let simple = simpler(&Value::Text(text));
            Box::new(simple.filter_map(|value| match value {
                Value::Text(text) => Some(ObjectContent::String(text)),
                _ => None,
            }))
        }
        ObjectContent::Boxed(primitive, bits) => Box::new(
            simpler_bits(primitive, bits).map(move |bits| ObjectContent::Boxed(primitive, bits)),
        ),
        ObjectContent::Array(primitive, elements) => Box::new(
            sequences(elements, 0).map(move |elements| ObjectContent::Array(primitive, elements)),
        ),
    }
}

fn simpler_bits(primitive: Primitive, bits: i64) -> impl Iterator<Item = i64> {
    let simple = simpler(&primitive.value(bits));
    simple.filter_map(move |value| primitive.bits(&value))
}

const DULL: u8 = b'a';

/// The values of `simple` before `given`, or all of them if it is not among them.
fn before<T: PartialEq, const N: usize>(simple: [T; N], given: T) -> impl Iterator<Item = T> {
    let place = simple.iter().position(|each| *each == given).unwrap_or(N);
    simple.into_iter().take(place)
}

/// Numbers closer to 0, the closest first.
fn numbers(number: i64) -> impl Iterator<Item = i64> {
    let halves = std::iter::successors(Some(number / 2), |step| (*step != 0).then_some(step / 2));
    let nearer = halves.map(move |step| number - step);
    let first = [0, 1].into_iter().chain(nearer);
    first.filter(move |each| each.unsigned_abs() < number.unsigned_abs())
}

/// Shorter sequences first, then sequences with duller elements.
fn sequences<T: Clone + PartialEq + 'static>(all: Vec<T>, dull: T) -> impl Iterator<Item = Vec<T>> {
    let shorter = pieces(all.len()).map({
        let all = all.clone();
        move |(start, end)| [&all[..start], &all[end..]].concat()
    });
    let duller = pieces(all.len()).filter_map(move |(start, end)| {
        let is_dull = all[start..end].iter().all(|each| *each == dull);
        (!is_dull).then(|| {
            let mut duller = all.clone();
            duller[start..end].fill(dull.clone());
            duller
        })
    });
    shorter.chain(duller)
}

/// Shorter bodies for bytes that begin with their length as a string does; the length is adjusted.
fn strings(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + use<> {
    let length = bytes
        .first_chunk()
        .map_or(0, |length| u16::from_be_bytes(*length));
    let body = bytes.get(2..).unwrap_or_default().to_vec();
    pieces(body.len()).filter_map(move |(start, end)| {
        let taken = u16::try_from(end - start).ok()?;
        let mut shorter = length.checked_sub(taken)?.to_be_bytes().to_vec();
        shorter.extend_from_slice(&body[..start]);
        shorter.extend_from_slice(&body[end..]);
        Some(shorter)
    })
}

/// Positions and sizes of pieces: all, halves, quarters, down to single elements. For long
/// sequences the last ones are left out, since they would never be tried.
fn pieces(count: usize) -> impl Iterator<Item = (usize, usize)> {
    const MOST: usize = 256;
    let sizes = std::iter::successors(Some(count), |size| Some(size / 2));
    sizes
        .take_while(|size| *size > 0)
        .flat_map(move |size| {
            let starts = (0..count).step_by(size);
            starts.map(move |start| (start, (start + size).min(count)))
        })
        .take(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simpler_numbers_are_nearer_to_zero() {
        let of = |number| numbers(number).collect::<Vec<_>>();
        assert_eq!(of(0), [0; 0]);
        assert_eq!(of(1), [0]);
        assert_eq!(of(9), [0, 1, 5, 7, 8]);
        assert_eq!(of(-9), [0, 1, -5, -7, -8]);
    }

    #[test]
    fn repeated_simplification_terminates() {
        let mut number = i64::MIN;
        let mut taken = 0;
        while let Some(simple) = numbers(number).find(|each| *each != 0 && *each != 1) {
            number = simple;
            taken += 1;
            assert!(taken < 200, "{number}");
        }
        for start in [i64::MIN, -1, 3, i64::MAX] {
            for simple in numbers(start) {
                assert_ne!(simple, start);
            }
        }
    }

    #[test]
    fn shorter_encoded_strings_have_a_matching_length_prefix() {
        let shorter: Vec<Vec<u8>> = strings(b"\x00\x02\xff\xfe").collect();
        assert_eq!(
            shorter,
            [&b"\x00\x00"[..], b"\x00\x01\xfe", b"\x00\x01\xff"]
        );
        // A sequence without a complete length gives no candidates.
        assert_eq!(strings(b"\x00").count(), 0);
    }

    #[test]
    fn simpler_sequences_are_shorter_first_and_then_plainer() {
        let of: Vec<String> = sequences("xa".chars().collect(), 'a')
            .map(|each| each.into_iter().collect())
            .collect();
        assert_eq!(of, ["", "a", "x", "aa", "aa"]);
    }
}

//! How boxed values, arrays and the numbers of objects are written in scenario files.

use super::super::print::spelled;
use super::number::{double, float, whole};
use super::word;
use crate::interop::protocol::call::{Kind, ObjectContent, Primitive, Value};

/// The number of an object at the start of `text`, as in `1="a"`, and the rest.
pub(crate) fn number(text: &str) -> Result<(Option<u32>, &str), String> {
    let (digits, after) = word(text);
    let Some(after) = after.strip_prefix('=') else {
        return Ok((None, text));
    };
    let number = whole(digits, 0, i32::MAX.into()).and_then(|number| u32::try_from(number).ok());
    match number {
        Some(number) => Ok((Some(number), after.trim_start())),
        None => Err(format!("{digits}: = has the number of an object before it")),
    }
}

/// The boxed value or array that begins with `word`, which `after` follows, and the rest. `None` if
/// none begins there.
pub(crate) fn parse<'a>(
    word: &str,
    after: &'a str,
) -> Result<Option<(ObjectContent, &'a str)>, String> {
    if let (Some(primitive), Some(inside)) = (Primitive::of_class(word), after.strip_prefix('(')) {
        let (inside, after) = closed(word, inside, ')')?;
        let content = ObjectContent::Boxed(primitive, bits(primitive, inside)?);
        return Ok(Some((content, after)));
    }
    if let (Some(primitive), Some(inside)) = (Primitive::named(word), after.strip_prefix('[')) {
        let (inside, after) = closed(word, inside, ']')?;
        let elements = inside.split(',').filter(|_| !inside.trim().is_empty());
        let elements: Result<Vec<i64>, String> =
            elements.map(|element| bits(primitive, element)).collect();
        return Ok(Some((ObjectContent::Array(primitive, elements?), after)));
    }
    Ok(None)
}

fn closed<'a>(word: &str, inside: &'a str, with: char) -> Result<(&'a str, &'a str), String> {
    inside
        .split_once(with)
        .ok_or_else(|| format!("{word}: no {with} closes it"))
}

fn bits(primitive: Primitive, text: &str) -> Result<i64, String> {
    let text = text.trim();
    let value = primitive_value(text, primitive.kind());
    value
        .and_then(|value| primitive.bits(&value))
        .ok_or_else(|| format!("{text}: no value of the type {}", primitive.name()))
}

fn primitive_value(word: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Whole(least, most) => whole(word, least, most).map(Value::Whole),
        Kind::Boolean | Kind::Float | Kind::Double => primitive(word, kind),
        Kind::Count | Kind::Text | Kind::Bytes | Kind::Object => None,
    }
}

/// The value of a word for a method that takes a boolean, a `float` or a `double`.
pub(crate) fn primitive(word: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Boolean => match word {
            "true" => Some(Value::Boolean(true)),
            "false" => Some(Value::Boolean(false)),
            _ => None,
        },
        Kind::Float => float(word).map(Value::Float),
        Kind::Double => double(word).map(Value::Double),
        Kind::Whole(..) | Kind::Count | Kind::Text | Kind::Bytes | Kind::Object => None,
    }
}

/// A boxed value as it is written: `Integer(7)`.
pub(crate) fn boxed(primitive: Primitive, bits: i64) -> String {
    let value = spelled(&primitive.value(bits));
    format!("{}({value})", primitive.class())
}

/// An array as it is written: `int[1, 2]`.
pub(crate) fn array(primitive: Primitive, elements: &[i64]) -> String {
    let elements = elements.iter();
    let elements: Vec<String> = elements
        .map(|bits| spelled(&primitive.value(*bits)))
        .collect();
    format!("{}[{}]", primitive.name(), elements.join(", "))
}

//! Random objects.

use super::value::value;
use crate::JavaString;
use crate::interop::protocol::call::{Kind, ObjectContent, Primitive, Value};
use crate::system::random::Random;

/// One string in this many is longer than `writeUTF` can write.
const LONG: usize = 100;

/// An object, or null. Most have one of a few numbers, so that some are written again.
pub(crate) fn object(random: &mut Random) -> Value {
    let content = match random.below(12) {
        0 => return Value::Null,
        1 => ObjectContent::String(JavaString::from("")),
        2..7 => ObjectContent::String(text(random)),
        7..10 => {
            let primitive = random.pick(Primitive::ALL);
            ObjectContent::Boxed(primitive, bits(primitive, random))
        }
        _ => {
            let primitive = random.pick(Primitive::ALL);
            let count = random.below(5);
            let elements = (0..count).map(|_| bits(primitive, random)).collect();
            ObjectContent::Array(primitive, elements)
        }
    };
    let number = random.percent(60).then(|| {
        let few = random.below(3);
        u32::try_from(few).unwrap_or_default()
    });
    Value::object(number, content)
}

fn text(random: &mut Random) -> JavaString {
    if random.below(LONG) == 0 {
        return "a".repeat(0x1_0000 + random.below(3)).into();
    }
    match random.below(3) {
        // Few texts, so that the same object comes again.
        0 => random.pick(&["a", "b"]).into(),
        1 => "\u{e9}\0".repeat(random.below(4)).into(),
        _ => match value(Kind::Text, random) {
            Value::Text(text) => text,
            _ => "a".into(),
        },
    }
}

fn bits(primitive: Primitive, random: &mut Random) -> i64 {
    primitive
        .bits(&value(primitive.kind(), random))
        .unwrap_or_default()
}

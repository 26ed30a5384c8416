//! Random values, boundary values among them.

use super::object::object;
use super::phrase::phrase;
use crate::JavaString;
use crate::interop::protocol::call::{Kind, Value};
use crate::system::random::Random;

/// A value of this kind.
pub(crate) fn value(kind: Kind, random: &mut Random) -> Value {
    match kind {
        Kind::Whole(least, most) => Value::Whole(whole(least, most, random)),
        Kind::Count => Value::Whole(whole(0, i32::MAX.into(), random)),
        Kind::Boolean => Value::Boolean(random.percent(50)),
        Kind::Float => Value::Float(float(random)),
        Kind::Double => Value::Double(double(random)),
        Kind::Text => Value::Text(text(random)),
        Kind::Bytes => Value::Bytes(bytes(random)),
        Kind::Object => object(random),
    }
}

fn whole(least: i64, most: i64, random: &mut Random) -> i64 {
    let number = match random.below(10) {
        0 => least,
        1 => most,
        2 => 0,
        3 => -1,
        4 => random.pick(&EDGES),
        5 | 6 => i64::from(random.byte()),
        _ => random.next().cast_signed(),
    };
    if (least..=most).contains(&number) {
        return number;
    }
    // The low bits, in any range.
    let width = i128::from(most) - i128::from(least) + 1;
    let within = i128::from(least) + i128::from(number).rem_euclid(width);
    i64::try_from(within).unwrap_or(least)
}

/// Where the number of bytes changes, the sign, or the class of a character.
const EDGES: [i64; 14] = [
    1,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0xd800,
    0xdfff,
    0x7fff_ffff,
    13,
    10,
];

fn float(random: &mut Random) -> u32 {
    if random.percent(60) {
        return random.pick(&FLOATS);
    }
    let [a, b, c, d, ..] = random.next().to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

const FLOATS: [u32; 12] = [
    0,
    0x8000_0000, // -0.0
    0x3f80_0000, // 1.0
    1,           // the smallest above zero
    0x007f_ffff, // the largest subnormal
    0x7f7f_ffff, // the largest
    0x7f80_0000, // Infinity
    0xff80_0000, // -Infinity
    0x7fc0_0000, // NaN, as Java writes it
    0xffc0_0000, // NaN with a sign
    0x7f80_0001, // a signalling NaN
    0x7fc1_2345, // a NaN that carries something
];

fn double(random: &mut Random) -> u64 {
    if random.percent(60) {
        random.pick(&DOUBLES)
    } else {
        random.next()
    }
}

const DOUBLES: [u64; 12] = [
    0,
    0x8000_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    1,
    0x000f_ffff_ffff_ffff,
    0x7fef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff0_0000_0000_0001,
    0x7ff8_1234_5678_9abc,
];

fn text(random: &mut Random) -> JavaString {
    if random.below(NEAR_THE_LIMIT) == 0 {
        return near_the_limit(random);
    }
    if random.percent(50) {
        return phrase(random).into();
    }
    let pieces = match random.below(10) {
        0 => 0,
        1..8 => 1 + random.below(5),
        8 => 1 + random.below(24),
        _ if random.percent(15) => 40 + random.below(300),
        _ => 1,
    };
    let mut units = Vec::new();
    for _ in 0..pieces {
        piece(&mut units, random);
    }
    units.into()
}

/// One string in this many is about as long as strings can be; it costs as much as dozens of
/// others.
const NEAR_THE_LIMIT: usize = 250;

/// One sequence in this many is longer than a 16-bit count can express.
const LONG: usize = 40;

/// Appends a character, or a part of one.
fn piece(units: &mut Vec<u16>, random: &mut Random) {
    match random.below(20) {
        0..8 => units.push(u16::from(b'a' + random.byte() % 26)),
        8 => units.push(0),
        9 => units.push(u16::from(random.byte() % 0x80)),
        10 | 11 => units.push(0x80 + random.unit() % 0x780),
        12 | 13 => units.push(random.pick(&UNITS)),
        14 => units.push(random.unit()),
        15 => units.push(0x4e00 + random.unit() % 0x5000),
        16 | 17 => {
            let emoji = 0xd83d_u16;
            units.extend([emoji, 0xde00 + random.unit() % 0x40]);
        }
        18 => units.push(0xd800 + random.unit() % 0x800),
        _ => units.extend([
            0xdc00 + random.unit() % 0x400,
            0xd800 + random.unit() % 0x400,
        ]),
    }
}

/// Code units at which the encoded length changes, and line terminators.
const UNITS: [u16; 12] = [
    0x01, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xffff, 0x0d,
];

/// A string whose encoded length is about the maximum, or slightly more.
fn near_the_limit(random: &mut Random) -> JavaString {
    const MOST: usize = 0xffff;
    let (unit, size) = random.pick(&[(0x61, 1), (0xe9, 2), (0, 2), (0x4e16, 3), (0xd800, 3)]);
    let mut units = vec![unit; MOST / size];
    // Fill up to the maximum, then add or remove a few bytes.
    units.extend(vec![0x62; MOST % size]);
    match random.below(4) {
        0 => {
            units.pop();
        }
        1 => {}
        _ => units.push(unit),
    }
    units.into()
}

fn bytes(random: &mut Random) -> Vec<u8> {
    if random.below(NEAR_THE_LIMIT) == 0 {
        return vec![random.byte(); 0xffff + random.below(2)];
    }
    if random.below(LONG) == 0 {
        let length = random.pick(&[0x1_0000, 0x1_1170, 0x2_0000]);
        return vec![random.byte(); length + random.below(3)];
    }
    let count = match random.below(8) {
        0 => 0,
        7 => random.below(24),
        _ => 1 + random.below(8),
    };
    (0..count)
        .map(|_| match random.below(4) {
            0 => random.pick(&[0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x0d]),
            _ => random.byte(),
        })
        .collect()
}

/// Letters and line terminators, in common and uncommon mixtures.
pub(crate) fn lines(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    if random.below(LONG) == 0 {
        bytes = vec![b'x'; 0xfffe + random.below(300)];
    }
    for _ in 0..1 + random.below(6) {
        match random.below(14) {
            // White space, before a line terminator and elsewhere.
            10 | 11 => bytes.push(random.pick(b" \t\0\x0b\x0c\x1c\x85\xa0")),
            // The bytes of one character in other charsets.
            12 => bytes.extend(random.pick::<&[u8]>(&[b"\xc3\xa9", b"\xe4\xb8\x96", b"\x1b$B"])),
            13 => bytes.push(0x80 + random.byte() % 0x20),
            0..4 => bytes.push(b'a' + random.byte() % 26),
            4 | 5 => bytes.push(b'\n'),
            6 => bytes.push(b'\r'),
            7 | 8 => bytes.extend(b"\r\n"),
            _ => bytes.push(random.byte()),
        }
    }
    bytes
}

/// Bytes in the format of `readUTF`, valid or not: a length, and that many bytes or another number.
pub(crate) fn body(random: &mut Random) -> Vec<u8> {
    let mut body = Vec::new();
    for _ in 0..random.below(6) {
        body.extend(random.pick(&PIECES));
    }
    if random.percent(10) {
        body.extend(bytes(random));
    }
    let exact = body.len();
    let length = match random.below(12) {
        0 => exact.saturating_sub(1),
        1 => exact + 1,
        2 => exact + random.below(300),
        // A length that is negative if read as signed.
        3 => 0x8000 + random.below(0x8000),
        _ => exact,
    };
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}

/// Characters and near misses. The first row is Java's encoding; of the rest, Java decodes some and
/// rejects some.
const PIECES: [&[u8]; 22] = [
    b"a",
    b"bc",
    b"\xc3\xa9",
    b"\xe4\xb8\x96",
    b"\xc0\x80",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"z",
    // An unencoded NUL, overlong encodings, an unpaired surrogate.
    b"\x00",
    b"\xc1\x81",
    b"\xe0\x80\x80",
    b"\xe0\x81\xbf",
    b"\xed\xb0\x80",
    // Sequences truncated by what follows, and bytes that cannot start a sequence.
    b"\xc3",
    b"\xe4\xb8",
    b"\xc3\x28",
    b"\xe4\x28\xb8",
    b"\xe4\xb8\x28",
    b"\x80",
    b"\xbf",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"\xfe",
];

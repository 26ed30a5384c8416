//! Sequences of calls, from a fixed seed.

use javatalk::JavaString;
use javatalk::object::Content;

use super::reads::{Method, Reads};
use super::writes::{Call, Writes};

/// Random numbers: SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).unwrap()
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        // Values at the ends of the range are as likely as others.
        match self.below(6) {
            0 => [0; N],
            1 => [0xFF; N],
            2 => std::array::from_fn(|index| if index == 0 { 0x80 } else { 0 }),
            _ => std::array::from_fn(|_| self.next().to_be_bytes()[0]),
        }
    }
}

/// Whether sizes are at the boundaries of blocks, or small, so that mutations meet the structure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sizes {
    Boundaries,
    Small,
}

const BOUNDARIES: [usize; 34] = [
    0, 1, 2, 3, 7, 100, 252, 253, 254, 255, 256, 257, 258, 509, 1_019, 1_020, 1_021, 1_022, 1_023,
    1_024, 1_025, 1_026, 1_027, 1_028, 2_043, 2_044, 2_045, 2_046, 2_047, 2_048, 2_049, 3_071,
    3_072, 3_073,
];

impl Sizes {
    fn pick(self, random: &mut Random) -> usize {
        match self {
            Self::Boundaries => random.of(&BOUNDARIES),
            Self::Small => random.below(6),
        }
    }
}

/// A sequence of calls that write.
pub(super) fn writes(random: &mut Random, sizes: Sizes, feature: u32) -> Writes {
    let objects = (0..1 + random.below(8))
        .map(|_| content(random, sizes))
        .collect::<Vec<_>>();
    let calls = (0..1 + random.below(30))
        .map(|_| call(random, sizes, objects.len(), feature))
        .chain([Call::Flush])
        .collect();
    Writes { objects, calls }
}

fn call(random: &mut Random, sizes: Sizes, objects: usize, feature: u32) -> Call {
    let object = |random: &mut Random| {
        let number = random.below(objects + 1);
        (number < objects).then_some(number)
    };
    match random.below(30) {
        0 => Call::Boolean(random.one_in(2)),
        1 => Call::Byte(i8::from_be_bytes(random.bytes())),
        2 => Call::Short(i16::from_be_bytes(random.bytes())),
        3 => Call::Char(u16::from_be_bytes(random.bytes())),
        4 => Call::Int(i32::from_be_bytes(random.bytes())),
        5 => Call::Long(i64::from_be_bytes(random.bytes())),
        6 => Call::Float(float(random)),
        7 => Call::Double(double(random)),
        8 | 9 => Call::Bytes(text(random, sizes)),
        10 => Call::Chars(text(random, sizes)),
        // Since 24, Java writes a string that is too long.
        11 if feature < 24 && random.one_in(8) => Call::Utf(long_text(random, 65_536)),
        11..=14 => Call::Utf(short_enough(text(random, sizes))),
        15..=20 => Call::Object(object(random)),
        21 | 22 => Call::Unshared(object(random)),
        23 if sizes == Sizes::Boundaries && random.one_in(4) => {
            let len = random.of(&[65_534, 65_535, 65_536, 65_537]);
            Call::NewString(long_text(random, len))
        }
        23 | 24 => Call::NewString(text(random, sizes)),
        25 => Call::Reset,
        26 => Call::Flush,
        27 => Call::Drain,
        _ => {
            let mut bytes = vec![0; sizes.pick(random)];
            bytes.fill_with(|| random.next().to_be_bytes()[0]);
            Call::Write(bytes)
        }
    }
}

fn float(random: &mut Random) -> u32 {
    random.of(&[
        0x7FA1_2345,
        0xFFC0_0001,
        0x8000_0000,
        0x3F80_0000,
        0x7F80_0000,
        1,
    ])
}

fn double(random: &mut Random) -> u64 {
    random.of(&[
        0x7FF4_0000_0000_0001,
        0xFFF8_0000_0000_0001,
        1 << 63,
        0x3FF0_0000_0000_0000,
        1,
    ])
}

/// Text of one kind of character, or of several.
fn text(random: &mut Random, sizes: Sizes) -> Vec<u16> {
    let len = sizes.pick(random);
    let kinds: &[u16] = match random.below(7) {
        0 | 1 => &[0x61],
        2 => &[0xE9],
        3 => &[0x4E2D],
        4 => &[0xD83D, 0xDE00, 0xD800],
        _ => &[0, 0x61, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0xDC00, 0x62],
    };
    let mut units: Vec<u16> = (0..len).map(|_| random.of(kinds)).collect();
    // The first character that is not ASCII is where Java since 24 begins to count otherwise.
    if random.one_in(3) && !units.is_empty() {
        let plain = random.below(units.len());
        units[..plain].fill(0x61);
    }
    units
}

/// Text of so many bytes.
fn long_text(random: &mut Random, bytes: usize) -> Vec<u16> {
    match random.below(3) {
        0 => vec![0x61; bytes],
        1 => {
            let mut units = vec![0x4E2D; bytes / 3];
            units.resize(bytes / 3 + bytes % 3, 0x61);
            units
        }
        _ => {
            let mut units = vec![0; bytes / 2];
            units.resize(bytes / 2 + bytes % 2, 0x61);
            units
        }
    }
}

fn short_enough(mut text: Vec<u16>) -> Vec<u16> {
    text.truncate(21_845);
    text
}

fn content(random: &mut Random, sizes: Sizes) -> Content {
    macro_rules! array {
        ($kind:ident, $value:expr) => {
            Content::$kind((0..sizes.pick(random)).map(|_| $value).collect())
        };
    }
    match random.below(20) {
        0 => Content::Boolean(random.one_in(2)),
        1 => Content::Byte(i8::from_be_bytes(random.bytes())),
        2 => Content::Character(u16::from_be_bytes(random.bytes())),
        3 => Content::Short(i16::from_be_bytes(random.bytes())),
        4 => Content::Integer(i32::from_be_bytes(random.bytes())),
        5 => Content::Long(i64::from_be_bytes(random.bytes())),
        6 => Content::Float(f32::from_bits(float(random))),
        7 => Content::Double(f64::from_bits(double(random))),
        8 => array!(Booleans, random.one_in(2)),
        9 => array!(Bytes, random.next().to_be_bytes()[0]),
        10 => array!(Chars, u16::from_be_bytes(random.bytes())),
        11 => array!(Shorts, i16::from_be_bytes(random.bytes())),
        12 => array!(Ints, i32::from_be_bytes(random.bytes())),
        13 => array!(Longs, i64::from_be_bytes(random.bytes())),
        14 => array!(Floats, f32::from_bits(float(random))),
        15 => array!(Doubles, f64::from_bits(double(random))),
        _ => Content::String(JavaString::from_utf16(&text(random, sizes))),
    }
}

/// The calls that read what these calls write.
pub(super) fn matching(writes: &Writes) -> Vec<(Method, usize)> {
    let mut calls = Vec::new();
    for call in &writes.calls {
        calls.push(match call {
            Call::Write(bytes) => (Method::ReadFully, bytes.len()),
            Call::Boolean(_) => (Method::ReadBoolean, 0),
            Call::Byte(_) => (Method::ReadByte, 0),
            Call::Short(_) => (Method::ReadShort, 0),
            Call::Char(_) => (Method::ReadChar, 0),
            Call::Int(_) => (Method::ReadInt, 0),
            Call::Long(_) => (Method::ReadLong, 0),
            Call::Float(_) => (Method::ReadFloat, 0),
            Call::Double(_) => (Method::ReadDouble, 0),
            Call::Bytes(text) => (Method::ReadFully, text.len()),
            Call::Chars(text) => (Method::ReadFully, 2 * text.len()),
            Call::Utf(_) => (Method::ReadUtf, 0),
            Call::Object(_) | Call::NewString(_) => (Method::ReadObject, 0),
            Call::Unshared(_) => (Method::ReadUnshared, 0),
            Call::Reset | Call::Flush | Call::Drain => continue,
        });
    }
    calls.push((Method::Available, 0));
    calls.push((Method::ReadObject, 0));
    calls.push((Method::ReadByte, 0));
    calls
}

/// A sequence of calls that read these bytes: the matching ones, mixed with others, or others only.
pub(super) fn reads(random: &mut Random, bytes: Vec<u8>, matching: &[(Method, usize)]) -> Reads {
    let other = |random: &mut Random| {
        let method = match random.below(3) {
            0 => Method::ReadObject,
            _ => random.of(&Method::ALL),
        };
        (method, random.of(&BOUNDARIES).min(1 + random.below(2_000)))
    };
    let mut calls = Vec::new();
    match random.below(3) {
        0 => calls.extend(matching),
        1 => {
            for &call in matching {
                if random.one_in(4) {
                    calls.push(other(random));
                }
                if !random.one_in(5) {
                    calls.push(call);
                }
            }
        }
        _ => calls.extend((0..20).map(|_| other(random))),
    }
    calls.extend((0..4).map(|_| other(random)));
    Reads {
        piece: random.of(&[1, 2, 3, 5, 100, 1_000, 1_024, 100_000, 100_000]),
        failing: random.one_in(4).then(|| random.below(bytes.len() + 1)),
        bytes,
        calls,
    }
}

/// Changes some bytes.
pub(super) fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..1 + random.below(3) {
        // The header stays, mostly.
        let start = if random.one_in(20) { 0 } else { 4 };
        if bytes.len() <= start {
            return;
        }
        let at = start + random.below(bytes.len() - start);
        match random.below(8) {
            0 => bytes[at] = random.next().to_be_bytes()[0],
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = 0x6F + u8::try_from(random.below(17)).unwrap(),
            3 => {
                bytes.remove(at);
            }
            4 => bytes.insert(
                at,
                random.of(&[0x70, 0x71, 0x74, 0x77, 0x78, 0x79, 0x7A, 0, 0xC0, 0xE0]),
            ),
            5 => bytes.truncate(at),
            6 => {
                let end = (at + random.below(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = start + random.below(bytes.len() - start);
                bytes.splice(to..to, piece);
            }
            _ => {
                let end = (at + random.below(8)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

//! What readers and writers are given.

/// Every number of one or two bytes; of more, those made of bytes at the boundaries. And every
/// number of fewer bytes, where the input ends in the middle.
pub(super) fn numbers(len: usize) -> Vec<Vec<u8>> {
    let all: Vec<u8> = (0..=255).collect();
    let bytes = if len <= 2 {
        &all[..]
    } else {
        &[0x00, 0x01, 0x7F, 0x80, 0xFF]
    };
    (0..=len).flat_map(|len| strings(bytes, len)).collect()
}

/// The numbers that are whole.
pub(super) fn bits_of(numbers: Vec<Vec<u8>>) -> Vec<u64> {
    let whole = numbers.iter().map(Vec::len).max();
    numbers
        .into_iter()
        .filter(|number| Some(number.len()) == whole)
        .map(|number| {
            number
                .iter()
                .fold(0, |bits, &byte| bits << 8 | u64::from(byte))
        })
        .collect()
}

/// Every NaN, and the numbers made of bytes at the boundaries.
pub(super) fn floats() -> Vec<u64> {
    let nans = [0x7F80_0001..=0x7FFF_FFFF, 0xFF80_0001..=0xFFFF_FFFF];
    each_once(nans.into_iter().flatten().chain(bits_of(numbers(4))))
}

/// NaNs of every single bit and of all bits up to it, and the numbers made of bytes at the
/// boundaries.
pub(super) fn doubles() -> Vec<u64> {
    let infinities = [0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000];
    let nans = infinities.into_iter().flat_map(|infinity: u64| {
        (0..52).flat_map(move |bit| [infinity | 1 << bit, infinity | ((2 << bit) - 1)])
    });
    each_once(nans.chain(bits_of(numbers(8))))
}

fn each_once(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// All strings of up to nine of `a`, CR and LF.
pub(super) fn line_ends() -> Vec<Vec<u8>> {
    (0..=LINE_ENDS_MAX)
        .flat_map(|len| strings(b"a\r\n", len))
        .collect()
}

pub(super) const LINE_ENDS_MAX: usize = 9;

/// A length, and fewer bytes of the classes that matter.
pub(super) fn cut_short() -> Vec<Vec<u8>> {
    let bodies = (0..3).flat_map(|len| strings(&[0x00, 0x41, 0x80, 0xC3, 0xE4, 0xF0], len));
    let cut = bodies.flat_map(|body| {
        (body.len() + 1..6).map(move |length| [&[0, low_byte(length)], &body[..]].concat())
    });
    [vec![], vec![0]].into_iter().chain(cut).collect()
}

fn low_byte(length: usize) -> u8 {
    u8::try_from(length).expect("a short length")
}

fn strings(alphabet: &[u8], len: usize) -> Vec<Vec<u8>> {
    (0..len).fold(vec![vec![]], |shorter, _| {
        shorter
            .iter()
            .flat_map(|string: &Vec<u8>| {
                alphabet
                    .iter()
                    .map(move |&byte| [&string[..], &[byte]].concat())
            })
            .collect()
    })
}

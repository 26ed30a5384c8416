//! What two neighbouring bytes cannot be, by the four high bits of the first, the four low bits of
//! the first, and the four high bits of the second.
//!
//! Each table tells, for its four bits, which faults are possible; a fault that all three tell is
//! there. It is the method of Keiser and Lemire ("Validating UTF-8 in less than one instruction per
//! byte"), for UTF-8 whose characters have three bytes at most.

/// A lead, and no continuation behind it.
const LEAD_ALONE: u8 = 1 << 0;
/// ASCII, and a continuation behind it.
const NOT_LED: u8 = 1 << 1;
/// C0 and C1, which lead what is shorter in one byte.
pub(super) const OVERLONG_TWO: u8 = 1 << 2;
/// E0 80 to E0 9F, which lead what is shorter in two.
const OVERLONG_THREE: u8 = 1 << 3;
/// ED A0 to ED BF.
pub(super) const SURROGATE: u8 = 1 << 4;
/// F0 and above.
const NO_BYTE: u8 = 1 << 5;
/// Two continuations: no fault where the byte before them leads three bytes, and only there. It is
/// the highest bit, as is that of a comparison with the lead.
const TWO_CONTINUATIONS: u8 = 1 << 7;

/// What the low bits of the first byte cannot tell apart.
const WHATEVER_IS_LOW: u8 = LEAD_ALONE | NOT_LED | NO_BYTE | TWO_CONTINUATIONS;

pub(super) const FIRST_HIGH: [u8; 16] = {
    let mut table = [NOT_LED; 16];
    let continuations = [TWO_CONTINUATIONS; 4];
    [table[0x8], table[0x9], table[0xA], table[0xB]] = continuations;
    table[0xC] = LEAD_ALONE | OVERLONG_TWO;
    table[0xD] = LEAD_ALONE;
    table[0xE] = LEAD_ALONE | OVERLONG_THREE | SURROGATE;
    table[0xF] = NO_BYTE;
    table
};

pub(super) const FIRST_LOW: [u8; 16] = {
    let mut table = [WHATEVER_IS_LOW; 16];
    table[0x0] |= OVERLONG_TWO | OVERLONG_THREE;
    table[0x1] |= OVERLONG_TWO;
    table[0xD] |= SURROGATE;
    table
};

pub(super) const SECOND_HIGH: [u8; 16] = {
    let mut table = [LEAD_ALONE | NO_BYTE; 16];
    let continuation = NOT_LED | TWO_CONTINUATIONS | OVERLONG_TWO | NO_BYTE;
    [table[0x8], table[0x9]] = [continuation | OVERLONG_THREE; 2];
    [table[0xA], table[0xB]] = [continuation | SURROGATE; 2];
    table
};

/// What takes a byte to the highest bit if it is E0 or above.
pub(super) const BELOW_LEADS_OF_THREE: u8 = 0xE0 - 0x80;

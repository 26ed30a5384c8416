//! Lookup tables that classify errors in two neighbouring bytes, by the high four bits of the
//! first, the low four bits of the first, and the high four bits of the second.
//!
//! Each table gives the errors that are possible for its four bits; an error is present if all
//! three tables give it. The method is that of Keiser and Lemire ("Validating UTF-8 in less than
//! one instruction per byte"), here for UTF-8 whose characters have at most three bytes.

/// A lead byte without a continuation byte after it.
const LEAD_ALONE: u8 = 1 << 0;
/// ASCII with a continuation byte after it.
const NOT_LED: u8 = 1 << 1;
/// C0 and C1, which lead overlong forms of one-byte characters.
pub(super) const OVERLONG_TWO: u8 = 1 << 2;
/// E0 80 to E0 9F, which start overlong forms of two-byte characters.
const OVERLONG_THREE: u8 = 1 << 3;
/// ED A0 to ED BF, the start of a surrogate.
pub(super) const SURROGATE: u8 = 1 << 4;
/// F0 and above.
const NO_BYTE: u8 = 1 << 5;
/// Two continuation bytes in a row: valid only if the byte before them is a three-byte lead. It is
/// the highest bit, where the comparison with that lead also puts its result.
const TWO_CONTINUATIONS: u8 = 1 << 7;

/// The errors that do not depend on the low bits of the first byte.
const ANY_LOW_BITS: u8 = LEAD_ALONE | NOT_LED | NO_BYTE | TWO_CONTINUATIONS;

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
    let mut table = [ANY_LOW_BITS; 16];
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

/// Adding this sets the highest bit for bytes of E0 and above.
pub(super) const BELOW_LEADS_OF_THREE: u8 = 0xE0 - 0x80;

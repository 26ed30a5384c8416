//! Minimizes a source: as few bytes as possible that still give a mismatch, and uniform ones where
//! possible.
//!
//! Each attempt is sent to the reference JVM again, so the result is a confirmed mismatch.

/// Shrinks a source as long as it still `differs`. A source that begins with the length of a string
/// keeps a valid one.
pub(crate) fn shrink(source: &[u8], mut differs: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut best = source.to_vec();
    for change in [without, uniform] {
        let mut left = ATTEMPTS;
        let mut size = best.len().next_power_of_two() / 2;
        while size > 0 {
            let mut at = LENGTH;
            while at < best.len() && left > 0 {
                let end = best.len().min(at + size);
                let candidate = change(&best, at, end);
                left -= usize::from(candidate.is_some());
                match candidate.filter(|candidate| differs(candidate)) {
                    // The following bytes have moved to this position.
                    Some(smaller) if smaller.len() < best.len() => best = smaller,
                    Some(duller) => {
                        best = duller;
                        at = end;
                    }
                    None => at = end,
                }
            }
            size /= 2;
        }
    }
    best
}

/// Removes these bytes. Those that belong to the string are subtracted from its length.
fn without(source: &[u8], start: usize, end: usize) -> Option<Vec<u8>> {
    let (length, rest) = source.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let inside = (end - LENGTH).min(length) - (start - LENGTH).min(length);
    let mut smaller = u16::try_from(length - inside).ok()?.to_be_bytes().to_vec();
    smaller.extend_from_slice(&rest[..start - LENGTH]);
    smaller.extend_from_slice(&rest[end - LENGTH..]);
    Some(smaller)
}

/// Replaces these bytes by one value. `None` if they are already equal to it.
fn uniform(source: &[u8], start: usize, end: usize) -> Option<Vec<u8>> {
    if source[start..end].iter().all(|&byte| byte == DULL) {
        return None;
    }
    let mut dull = source.to_vec();
    dull[start..end].fill(DULL);
    Some(dull)
}

/// The size of a string's length prefix in bytes.
const LENGTH: usize = 2;

const DULL: u8 = b'a';

/// Enough to find the one byte that matters among 65535. A JVM answers a thousand requests a
/// second.
const ATTEMPTS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_string_with_one_bad_byte_is_minimized_to_that_byte() {
        let mut source = vec![0x03, 0xE8];
        source.extend((0..1000_u32).map(|byte| byte.to_be_bytes()[3] & 0x3F));
        source[700] = 0xFF;
        source.extend(b"behind");
        let small = shrink(&source, |bytes| bytes.contains(&0xFF));
        assert_eq!(small, b"\x00\x01\xff");
    }

    #[test]
    fn a_string_that_must_stay_long_is_filled_with_one_byte() {
        let mut source = vec![0x9C, 0x40];
        source.extend((0..40_000_u32).map(|byte| byte.to_be_bytes()[3] & 0x3F));
        let long = |bytes: &[u8]| bytes[0] >= 0x80;
        let small = shrink(&source, long);
        let dull = &small[2..];
        assert_eq!(
            dull.len(),
            usize::from(u16::from_be_bytes([small[0], small[1]]))
        );
        assert!(long(&small));
        assert!(dull.iter().all(|&byte| byte == DULL));
    }
}

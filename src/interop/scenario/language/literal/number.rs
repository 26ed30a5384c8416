//! Parses numbers: decimal, or as the bits of the type that takes them.

use std::str::FromStr;

/// Parses a decimal integer, or the bits of a type that holds `least` to `most`.
pub(crate) fn whole(word: &str, least: i64, most: i64) -> Option<i64> {
    let number = match word.strip_prefix("0x") {
        None if is_decimal(word) => word.parse().ok()?,
        None => return None,
        Some(digits) => {
            let bits = u64::from_str_radix(digits, 16).ok()?;
            let is_signed = least < 0;
            let width = 64 - most.leading_zeros() + u32::from(is_signed);
            if bits.checked_shr(width).unwrap_or(0) != 0 {
                return None;
            }
            let unused = 64 - width;
            if is_signed {
                (bits << unused).cast_signed() >> unused
            } else {
                bits.cast_signed()
            }
        }
    };
    (least..=most).contains(&number).then_some(number)
}

fn is_decimal(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Parses a `float` and returns its bits.
pub(crate) fn float(word: &str) -> Option<u32> {
    match word.strip_prefix("0x") {
        Some(digits) if digits.len() == 8 => u32::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => decimal(word, f32::is_infinite, |number| *number == 0.0).map(f32::to_bits),
    }
}

/// Parses a `double` and returns its bits.
pub(crate) fn double(word: &str) -> Option<u64> {
    match word.strip_prefix("0x") {
        Some(digits) if digits.len() == 16 => u64::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => decimal(word, f64::is_infinite, |number| *number == 0.0).map(f64::to_bits),
    }
}

/// The nearest number of the type; `None` if only rounding would make it infinite or zero.
fn decimal<F: FromStr + Copy>(
    word: &str,
    is_infinite: impl Fn(F) -> bool,
    is_zero: impl Fn(&F) -> bool,
) -> Option<F> {
    if matches!(word, "NaN" | "Infinity" | "-Infinity") {
        return word.parse().ok();
    }
    let (mantissa, exponent) = word.split_once('e').unwrap_or((word, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    if !is_decimal(before) || !is_decimal(after) || after.starts_with('-') || !is_decimal(exponent)
    {
        return None;
    }
    let is_nothing = !mantissa.contains(|digit: char| digit.is_ascii_digit() && digit != '0');
    let number: F = word.parse().ok()?;
    (!is_infinite(number) && is_zero(&number) == is_nothing).then_some(number)
}

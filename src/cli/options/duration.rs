//! Durations on the command line.

use std::time::Duration;

/// `90s`, `10m` or `2h`; a number alone is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let (digits, unit) = match text.find(|each: char| !each.is_ascii_digit()) {
        Some(end) => text.split_at(end),
        None => (text, "s"),
    };
    let seconds = match unit {
        "s" => Some(1_u64),
        "m" => Some(60),
        "h" => Some(60 * 60),
        _ => None,
    };
    let count = digits.parse::<u64>().ok().filter(|count| *count > 0);
    seconds
        .zip(count)
        .and_then(|(seconds, count)| seconds.checked_mul(count))
        .map(Duration::from_secs)
        .ok_or_else(|| "expected a number of seconds, minutes or hours: 90s, 10m, 2h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7200), ("7", 7)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "s",
            "0s",
            "1d",
            "1.5h",
            "-1s",
            "10 m",
            "99999999999999999999h",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

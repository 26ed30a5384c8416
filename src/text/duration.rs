//! Times on the command line and in pair files.

use std::time::Duration;

/// Parses a time: `90s`, `10m`, `1h 30m` or `100ms`. A number alone is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let time = match text.parse() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) if has_a_long_number(text) => None,
        Err(_) => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| !time.is_zero() && *time <= YEAR)
        .ok_or_else(|| {
            "expected a time above 0, of at most a year: 90s, 10m, 2h, or a number of seconds"
                .to_owned()
        })
}

/// Whether the text contains a number so large that, in some unit, it is beyond the limit.
///
/// `humantime` panics if the seconds of several terms add up to the largest `u64` and the
/// nanoseconds to one more second.
fn has_a_long_number(text: &str) -> bool {
    text.split(|each: char| !each.is_ascii_digit())
        .any(|digits| digits.len() > MOST_DIGITS)
}

/// More is a typing error, or is meant as no limit. The programs add times to the clock, which has
/// an end.
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// As many digits as a billion nanoseconds have.
const MOST_DIGITS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_seconds_or_has_units() {
        for (text, milliseconds) in [
            ("90s", 90_000),
            ("10m", 600_000),
            ("2h", 7_200_000),
            ("366d", 31_622_400_000),
            ("100ms", 100),
            ("1h 30m", 5_400_000),
            ("1.5h", 5_400_000),
            ("10 min", 600_000),
            ("1000000000ns", 1_000),
            ("7", 7_000),
            ("0.25", 250),
        ] {
            assert_eq!(
                parse(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "",
            "s",
            "0",
            "0s",
            "-1",
            "-1s",
            "inf",
            "NaN",
            "1e18",
            "367d",
            "soon",
            "99999999999999999999h",
            "18446744073709551615s 1000ms",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

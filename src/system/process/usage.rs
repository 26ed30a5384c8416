//! The memory and the processor time of a running process.

use std::fs;
use std::time::Duration;

/// What a process has used so far, according to Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The resident memory, in bytes.
    pub memory: u64,
    /// The processor time of all its threads, in the program and in the system.
    pub processor: Duration,
}

impl Usage {
    /// `None` if there is no such process, or if the system has no `/proc`.
    pub fn of(process: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        Some(Self {
            memory: resident(&status)?,
            processor: processor(&stat, rustix::param::clock_ticks_per_second())?,
        })
    }
}

fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The 14th and 15th fields, in clock ticks. The second field, the name of the program, may contain
/// blanks and parentheses.
fn processor(stat: &str, ticks_per_second: u64) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()? + ticks()?;
    let nanoseconds = u128::from(ticks) * 1_000_000_000 / u128::from(ticks_per_second.max(1));
    Some(Duration::from_nanos(u64::try_from(nanoseconds).ok()?))
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_is_one_field() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 0 0 0 0 250 50 0 0 20 0 1 0 100 0 0";
        assert_eq!(processor(stat, 100), Some(Duration::from_secs(3)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_processor_time_of_this_process_grows_while_it_computes() {
        let used = || Usage::of(std::process::id()).expect("/proc is there");
        let before = used();
        assert!(before.memory > 0);
        let start = Instant::now();
        while used().processor == before.processor {
            black_box((0..10_000).map(black_box).sum::<u64>());
            assert!(start.elapsed() < Duration::from_secs(60));
        }
    }

    #[test]
    fn there_is_nothing_to_say_of_a_process_that_does_not_exist() {
        assert_eq!(Usage::of(u32::MAX), None);
    }
}

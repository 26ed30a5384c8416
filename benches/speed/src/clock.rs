//! How long something takes, by the same method as `Speed.java` on the other side.
//!
//! It is repeated until a sample is long enough, and for a while without being looked at; then the
//! median of [`SAMPLES`] samples is the answer.

use std::time::{Duration, Instant};

/// The median time of one call, in nanoseconds.
pub(crate) fn time(call: impl FnMut()) -> f64 {
    time_with(WARM_UP, SAMPLE, call)
}

/// As [`time`], for what other processes and the kernel have a part in.
pub(crate) fn time_long(call: impl FnMut()) -> f64 {
    time_with(LONG_WARM_UP, LONG_SAMPLE, call)
}

fn time_with(warm_up: Duration, enough: Duration, mut call: impl FnMut()) -> f64 {
    let mut calls = 1_u32;
    let begin = Instant::now();
    loop {
        let took = sample(calls, &mut call);
        if took < enough {
            calls = calls.saturating_mul(2);
        } else if begin.elapsed() >= warm_up {
            break;
        }
    }
    let mut samples: Vec<Duration> = (0..SAMPLES).map(|_| sample(calls, &mut call)).collect();
    samples.sort();
    samples[SAMPLES / 2].as_secs_f64() * 1e9 / f64::from(calls)
}

fn sample(calls: u32, call: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed()
}

/// Long beside the clock's own cost, short beside the time slice of a busy machine.
const SAMPLE: Duration = Duration::from_millis(1);
const LONG_SAMPLE: Duration = Duration::from_millis(10);
const WARM_UP: Duration = Duration::from_millis(15);
const LONG_WARM_UP: Duration = Duration::from_millis(300);
const SAMPLES: usize = 15;

//! Threads that share work until all of it is done.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Runs `work` on each of `threads` threads, with the number of the thread, and returns when all
/// have ended.
///
/// If the system allows fewer threads, fewer run. If it allows none, the calling thread does the
/// work.
pub(crate) fn work(threads: usize, work: impl Fn(usize) + Sync) {
    let work = &work;
    thread::scope(|scope| {
        for number in 0..threads {
            let started = thread::Builder::new().spawn_scoped(scope, move || work(number));
            if started.is_err() {
                if number == 0 {
                    work(number);
                }
                break;
            }
        }
    });
}

/// Runs `work` for each item, with its index, `jobs` items at a time. Items begin in their order.
/// Once `stop` is true, no further item begins.
pub(crate) fn each<T: Sync>(
    items: &[T],
    jobs: NonZero<usize>,
    stop: &AtomicBool,
    each: impl Fn(usize, &T) + Sync,
) {
    let next = AtomicUsize::new(0);
    work(jobs.get().min(items.len()), |_| {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            each(index, item);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn each_worker_runs_once() {
        let seen = Mutex::new(Vec::new());
        work(3, |number| seen.lock().unwrap().push(number));
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2]);
    }

    #[test]
    fn each_item_is_worked_on_once_until_it_is_stopped() {
        let (stop, seen) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let jobs = NonZero::new(3).unwrap();
        each(&["a", "b", "c", "d"], jobs, &stop, |index, item| {
            seen.lock().unwrap().push((index, *item));
        });
        let mut all = std::mem::take(&mut *seen.lock().unwrap());
        all.sort_unstable();
        assert_eq!(all, [(0, "a"), (1, "b"), (2, "c"), (3, "d")]);

        each(&[1, 2, 3], NonZero::<usize>::MIN, &stop, |index, _| {
            seen.lock().unwrap().push((index, ""));
            stop.store(index == 1, Ordering::Relaxed);
        });
        assert_eq!(*seen.lock().unwrap(), [(0, ""), (1, "")]);
    }
}

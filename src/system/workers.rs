//! Threads that share work until all of it is done.

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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_number_works_once() {
        let seen = Mutex::new(Vec::new());
        work(3, |number| seen.lock().unwrap().push(number));
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2]);
    }
}

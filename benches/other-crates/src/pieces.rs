//! Work on many cases, shared among the processor's cores.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Cuts `0..len` into pieces, hands them to a worker for each core, and gives what the workers
/// gathered, in no particular order.
pub(crate) fn shared<T: Default + Send>(
    len: u64,
    work: impl Fn(Range<u64>, &mut T) + Sync,
) -> Vec<T> {
    let next = AtomicU64::new(0);
    let gathered = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut mine = T::default();
                loop {
                    let start = next.fetch_add(PIECE, Ordering::Relaxed);
                    if start >= len {
                        break;
                    }
                    work(start..len.min(start + PIECE), &mut mine);
                }
                gathered.lock().expect("no worker panics").push(mine);
            });
        }
    });
    gathered.into_inner().expect("no worker panics")
}

/// Large enough that taking the next one costs nothing, small enough that no core waits long.
const PIECE: u64 = 65_536;

//! Time limits that every message moves, and that are seldom reached.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// The result of the future, if it is ready in time.
///
/// `timer` serves all limits of a conversation. A later limit does not touch it: it fires too early
/// at most once for each limit, and is set again then. Registering a timer for every message instead
/// takes a lock that all conversations share.
pub(crate) async fn within<T>(
    mut timer: Pin<&mut Sleep>,
    limit: Duration,
    future: impl Future<Output = T>,
) -> Option<T> {
    let deadline = Instant::now() + limit;
    let mut future = pin!(future);
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        if deadline < timer.deadline() {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline() >= deadline {
                return Poll::Ready(None);
            }
            timer.as_mut().reset(deadline);
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::{advance, sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The seconds that pass until `future` is ready, of a clock that jumps to the next timer.
    fn seconds(future: impl Future<Output = ()>) -> f64 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            future.await;
            start.elapsed().as_secs_f64().round()
        })
    }

    #[test]
    fn a_limit_begins_anew_with_each_future() {
        let took = seconds(async {
            let mut timer = pin!(sleep(SECOND * 5));
            for _ in 0..4 {
                let slow = within(timer.as_mut(), SECOND * 5, sleep(SECOND * 3));
                assert_eq!(slow.await, Some(()));
            }
            let never = within(timer.as_mut(), SECOND * 5, pending::<()>());
            assert_eq!(never.await, None);
        });
        assert_eq!(took, 4.0 * 3.0 + 5.0);
    }

    #[test]
    fn a_shorter_limit_than_the_one_before_is_in_time() {
        let took = seconds(async {
            let mut timer = pin!(sleep(SECOND * 300));
            let first = within(timer.as_mut(), SECOND * 300, sleep(SECOND));
            assert_eq!(first.await, Some(()));
            let never = within(timer.as_mut(), SECOND * 30, pending::<()>());
            assert_eq!(never.await, None);
        });
        assert_eq!(took, 31.0);
    }

    #[test]
    fn what_is_ready_at_once_is_ready_in_any_time() {
        let took = seconds(async {
            let mut timer = pin!(sleep(SECOND));
            advance(SECOND * 2).await;
            let at_once = within(timer.as_mut(), Duration::ZERO, ready(7));
            assert_eq!(at_once.await, Some(7));
            let never = within(timer.as_mut(), SECOND, pending::<()>());
            assert!(timeout(SECOND * 2, never).await.unwrap().is_none());
        });
        assert_eq!(took, 3.0);
    }
}

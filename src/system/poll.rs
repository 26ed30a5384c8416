//! Waits until one of several pipes or sockets is ready.
//!
//! One thread drives two peers and the relay between them: it does all work that does not block,
//! and waits here for the next event. This module must not read or write.

use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The descriptors to wait for.
#[derive(Debug, Default)]
pub(crate) struct PollSet<'a> {
    descriptors: Vec<PollFd<'a>>,
    at_most: Option<Duration>,
}

impl<'a> PollSet<'a> {
    /// Waits for input, or for its end.
    pub(crate) fn input(&mut self, from: &'a impl AsFd) {
        self.descriptors.push(PollFd::new(from, PollFlags::IN));
    }

    pub(crate) fn room(&mut self, to: &'a impl AsFd) {
        self.descriptors.push(PollFd::new(to, PollFlags::OUT));
    }

    /// Ends the wait after `time` even without an event.
    pub(crate) fn look_again_in(&mut self, time: Duration) {
        self.at_most = Some(self.at_most.map_or(time, |other| other.min(time)));
    }

    /// Waits for at most `timeout`. Returns whether an event occurred.
    pub(crate) fn wait(mut self, timeout: Duration) -> bool {
        let time = self.at_most.map_or(timeout, |other| other.min(timeout));
        let time = Timespec::try_from(time).ok();
        // An interruption or an error counts as an event; the caller's next read reports the error.
        !matches!(poll(&mut self.descriptors, time.as_ref()), Ok(0))
    }
}

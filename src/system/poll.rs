//! Waiting until one of several pipes or sockets has something to say.
//!
//! One thread leads two peers and the relay between them: it does what can be done at once, and
//! waits here for the next thing. Nothing is read or written here.

use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What is waited for.
#[derive(Debug, Default)]
pub(crate) struct PollSet<'a> {
    descriptors: Vec<PollFd<'a>>,
    at_most: Option<Duration>,
}

impl<'a> PollSet<'a> {
    /// Something to be read, or the end.
    pub(crate) fn input(&mut self, from: &'a impl AsFd) {
        self.descriptors.push(PollFd::new(from, PollFlags::IN));
    }

    pub(crate) fn room(&mut self, to: &'a impl AsFd) {
        self.descriptors.push(PollFd::new(to, PollFlags::OUT));
    }

    /// The time by which it has to be looked again, though nothing was said.
    pub(crate) fn look_again_in(&mut self, time: Duration) {
        self.at_most = Some(self.at_most.map_or(time, |other| other.min(time)));
    }

    /// Waits, no longer than `patience`; whether something has happened.
    pub(crate) fn wait(mut self, timeouts: Duration) -> bool {
        let time = self.at_most.map_or(timeouts, |other| other.min(timeouts));
        let time = Timespec::try_from(time).ok();
        // Interrupted is looked again, as is what cannot be polled: reading it says why.
        !matches!(poll(&mut self.descriptors, time.as_ref()), Ok(0))
    }
}

//! One direction of a relay: what has come, what is passed on, and when.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::plan::{Direction, Fault, Shaping};
use super::program::Program;
use crate::interop::model::traffic::End;
use crate::system::random::Random;

#[derive(Debug)]
pub(crate) struct Forwarder {
    shaping: Shaping,
    /// None once it has happened.
    pub(crate) fault: Option<Fault>,
    /// What has come and was not passed on yet, from `given` on.
    pending: Vec<u8>,
    given: usize,
    /// How many bytes have come, and how many were passed on.
    pub(crate) taken: u64,
    pub(crate) passed: u64,
    /// So much may be pending before its sender has to wait.
    most: usize,
    /// How its sender has ended it.
    pub(crate) end: Option<End>,
    /// Nobody is there any more to pass it on to, or has been told of its end.
    pub(crate) is_deaf: bool,
    /// The receiver's socket takes no more for now.
    pub(crate) is_blocked: bool,
    pace: Pace,
}

/// Where a lane stands that does not pass on all at once.
#[derive(Debug)]
struct Pace {
    /// When the first of what is pending came, and the last.
    first: Instant,
    last: Instant,
    /// How much of the piece under way is left.
    piece: u64,
    pieces: usize,
    /// When to look again.
    again: Option<Duration>,
    random: Random,
}

impl Forwarder {
    /// Nothing has come yet.
    pub(crate) fn new(plan: Direction) -> Self {
        let now = Instant::now();
        let seed = match plan.shaping {
            Shaping::SliceRandomly(seed) => seed,
            _ => 0,
        };
        Self {
            shaping: plan.shaping,
            fault: plan.fault,
            pending: Vec::new(),
            given: 0,
            taken: 0,
            passed: 0,
            most: MOST_PENDING,
            end: None,
            is_deaf: false,
            is_blocked: false,
            pace: Pace {
                first: now,
                last: now,
                piece: 0,
                pieces: 0,
                again: None,
                random: Random::of(seed, "slice", 0),
            },
        }
    }

    /// Whether it has come to where something is to happen: then it passes nothing on, not even
    /// its end.
    pub(crate) fn holds(&self) -> bool {
        self.fault.is_some_and(|fault| fault.at == self.passed)
    }

    /// Whether its sender has reset the connection, and all before that has passed.
    pub(crate) fn is_to_be_reset(&self) -> bool {
        self.end == Some(End::Reset) && self.given == self.pending.len() && !self.holds()
    }

    /// Whether something lies here that has not been passed on.
    pub(crate) fn has_more(&self) -> bool {
        self.given < self.pending.len()
    }

    /// When to look again, though nothing has come.
    pub(crate) fn again(&self) -> Option<Duration> {
        self.pace.again
    }

    /// Whether it takes what comes; one with too much in it lets its sender wait.
    pub(crate) fn takes_more(&self) -> bool {
        self.end.is_none() && self.pending.len() - self.given < self.most
    }

    /// From now on it takes all that comes, whether it can be passed on or not: its sender's calls
    /// are answered, and what they wrote is only to be recorded.
    pub(crate) fn take_all(&mut self) {
        self.most = usize::MAX;
    }

    /// Takes what has come from its sender.
    pub(crate) fn take(
        &mut self,
        from: &TcpStream,
        buffer: &mut [u8],
        mut record: impl FnMut(&[u8]),
    ) -> bool {
        let mut moved = false;
        while self.takes_more() {
            let mut reader = from;
            match reader.read(buffer) {
                Ok(0) => self.end = Some(End::Finished),
                Ok(count) => {
                    record(&buffer[..count]);
                    self.taken += count as u64;
                    self.pace.last = Instant::now();
                    if self.given == self.pending.len() {
                        self.pace.first = self.pace.last;
                    }
                    if !self.is_deaf {
                        self.pending.extend_from_slice(&buffer[..count]);
                    }
                    if count < buffer.len() {
                        return true;
                    }
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => continue,
                Err(why) if why.kind() == ErrorKind::WouldBlock => return moved,
                Err(_) => self.end = Some(End::Reset),
            }
            moved = true;
        }
        moved
    }

    /// Passes on what is to be passed on now, and the end behind it.
    pub(crate) fn give(&mut self, to: &TcpStream, program: &mut Program) -> bool {
        let mut moved = false;
        self.is_blocked = false;
        self.pace.again = None;
        while self.given < self.pending.len() && !self.holds() {
            let until_fault = self.fault.map_or(u64::MAX, |fault| fault.at - self.passed);
            let allowed = self.allowed(to, program).min(until_fault);
            let pending = &self.pending[self.given..];
            let count =
                usize::try_from(allowed).map_or(pending.len(), |most| most.min(pending.len()));
            if count == 0 {
                break;
            }
            let mut writer = to;
            let given = match writer.write(&pending[..count]) {
                Ok(given) => given,
                Err(why) if why.kind() == ErrorKind::Interrupted => continue,
                Err(why) if why.kind() == ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    break;
                }
                // A receiver that is gone does not keep the sender from being recorded.
                Err(_) => {
                    self.is_deaf = true;
                    pending.len()
                }
            };
            moved = true;
            self.given += given;
            self.passed += given as u64;
            self.pace.piece = self.pace.piece.saturating_sub(given as u64);
        }
        if self.given == self.pending.len() {
            self.pending.clear();
            self.given = 0;
            if self.end == Some(End::Finished) && !self.is_deaf && !self.holds() {
                let _ = to.shutdown(Shutdown::Write);
                self.is_deaf = true;
                moved = true;
            }
        }
        moved
    }

    /// How many bytes may be passed on now.
    fn allowed(&mut self, to: &TcpStream, program: &mut Program) -> u64 {
        let now = Instant::now();
        let due = match self.shaping {
            Shaping::Plain => return u64::MAX,
            Shaping::Slice(_) | Shaping::SliceRandomly(_) => return self.piece(to, program),
            Shaping::Slow(rate) => {
                let due = self.pace.first + TICK;
                if due <= now {
                    self.pace.first = now;
                    return rate;
                }
                due
            }
            Shaping::Coalesce if self.end.is_some() => return u64::MAX,
            Shaping::Coalesce => self.pace.last + TOGETHER,
            Shaping::Pause(time) => self.pace.first + Duration::from_millis(time),
        };
        if due <= now {
            return u64::MAX;
        }
        self.pace.again = Some(due - now);
        0
    }

    /// What is left of the piece under way, or the next one if that has been taken.
    fn piece(&mut self, to: &TcpStream, program: &mut Program) -> u64 {
        let passed = self.passed;
        let pace = &mut self.pace;
        if pace.piece > 0 {
            return pace.piece;
        }
        if (1..PIECES_WAITED_FOR).contains(&pace.pieces) {
            let waited = pace.first.elapsed();
            let is_taken = program.is_taken(to, passed).unwrap_or(waited >= TICK);
            // One that sleeps over it is not about to read it.
            if !is_taken && (waited < PIECE || program.is_awake(to)) {
                // Nothing tells when it is read.
                let is_late = waited >= PIECE;
                pace.again = Some(if is_late { TICK } else { Duration::ZERO });
                return 0;
            }
        }
        pace.first = Instant::now();
        pace.pieces += 1;
        pace.piece = match self.shaping {
            Shaping::Slice(size) => size,
            _ => 1 + pace.random.next() % 8,
        };
        pace.piece
    }
}

/// As much as is read at a time.
pub(crate) const CHUNK: usize = 16 << 10;

/// A receiver that does not read keeps its sender waiting once this much lies here: little beside
/// what two sockets hold, so that two peers that both write and do not read are stuck here as they
/// would be without a relay. It is also so little that a slow direction is felt.
const MOST_PENDING: usize = 64 << 10;

/// The time in which a slow direction passes on what it passes on at a time.
const TICK: Duration = Duration::from_millis(1);

/// What is sent in one go comes in less.
const TOGETHER: Duration = Duration::from_millis(2);

/// Of so many pieces each is taken before the next one comes; of a longer flow the rest only comes
/// in pieces.
const PIECES_WAITED_FOR: usize = 256;

/// A receiver that is about to read a piece has mostly taken it by then, or is still awake.
const PIECE: Duration = Duration::from_millis(2);

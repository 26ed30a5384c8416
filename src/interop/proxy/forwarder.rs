//! One direction of the relay: which bytes have arrived, which are passed on, and when.

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
    /// `None` once it has fired.
    pub(crate) fault: Option<Fault>,
    /// Bytes received; those before `given` have been passed on.
    pending: Vec<u8>,
    given: usize,
    /// How many bytes have been received, and how many passed on.
    pub(crate) taken: u64,
    pub(crate) passed: u64,
    /// The sender has to wait while this many bytes are pending.
    most: usize,
    /// How the sender ended the direction.
    pub(crate) end: Option<End>,
    /// Whether the receiver is gone, or the end of the direction has been passed on to it.
    pub(crate) output_ended: bool,
    /// Whether the receiver's socket buffer is full.
    pub(crate) is_blocked: bool,
    pace: Pace,
}

/// The pacing state of a direction that does not pass everything on at once.
#[derive(Debug)]
struct Pace {
    /// When the first and the last of the pending bytes arrived.
    first: Instant,
    last: Instant,
    /// How many bytes of the current piece are left.
    piece: u64,
    pieces: usize,
    /// How long to wait before the next turn.
    again: Option<Duration>,
    random: Random,
}

impl Forwarder {
    /// A direction in which no bytes have arrived.
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
            output_ended: false,
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

    /// Whether the direction has reached its fault. It then passes nothing on, not even its end.
    pub(crate) fn holds(&self) -> bool {
        self.fault.is_some_and(|fault| fault.at == self.passed)
    }

    /// Whether the sender has reset the connection, and every byte before the reset has been passed
    /// on.
    pub(crate) fn is_to_be_reset(&self) -> bool {
        self.end == Some(End::Reset) && self.given == self.pending.len() && !self.holds()
    }

    /// Whether bytes are pending.
    pub(crate) fn has_more(&self) -> bool {
        self.given < self.pending.len()
    }

    /// How long to wait before the next turn, even if nothing arrives.
    pub(crate) fn again(&self) -> Option<Duration> {
        self.pace.again
    }

    /// Whether it reads from the sender. If too much is pending, it does not, and the sender has to
    /// wait.
    pub(crate) fn takes_more(&self) -> bool {
        self.end.is_none() && self.pending.len() - self.given < self.most
    }

    /// Reads everything from now on, whether it can be passed on or not: the sender's calls have
    /// returned, and their bytes only have to be recorded.
    pub(crate) fn take_all(&mut self) {
        self.most = usize::MAX;
    }

    /// Reads what the sender has sent. Returns whether anything arrived.
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
                    if !self.output_ended {
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

    /// Passes on the bytes that are due, and then the end. Returns whether anything was passed on.
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
                // The sender's bytes are recorded even if the receiver is gone.
                Err(_) => {
                    self.output_ended = true;
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
            if self.end == Some(End::Finished) && !self.output_ended && !self.holds() {
                let _ = to.shutdown(Shutdown::Write);
                self.output_ended = true;
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
            Shaping::Coalesce => self.pace.last + COALESCE_WITHIN,
            Shaping::Pause(time) => self.pace.first + Duration::from_millis(time),
        };
        if due <= now {
            return u64::MAX;
        }
        self.pace.again = Some(due - now);
        0
    }

    /// What is left of the current piece, or the size of the next one if the receiver has read the
    /// current one.
    fn piece(&mut self, to: &TcpStream, program: &mut Program) -> u64 {
        let passed = self.passed;
        let pace = &mut self.pace;
        if pace.piece > 0 {
            return pace.piece;
        }
        if (1..PIECES_WAITED_FOR).contains(&pace.pieces) {
            let waited = pace.first.elapsed();
            let is_taken = program.is_taken(to, passed).unwrap_or(waited >= TICK);
            // A receiver that sleeps although the piece has arrived is not about to read it.
            if !is_taken && (waited < READ_WITHIN || program.is_awake(to)) {
                // No event announces that the receiver has read it.
                let is_late = waited >= READ_WITHIN;
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

/// How many bytes are read at a time.
pub(crate) const CHUNK: usize = 16 << 10;

/// Back-pressure: if the receiver does not read, the sender has to wait once this much is pending.
/// The limit is small beside the buffers of two sockets, so two peers that both write and never
/// read block here as they would without a relay. A slow direction also slows its sender.
const MOST_PENDING: usize = 64 << 10;

/// The interval at which a slow direction passes bytes on.
const TICK: Duration = Duration::from_millis(1);

/// Bytes that a program sends together arrive within this time.
const COALESCE_WITHIN: Duration = Duration::from_millis(2);

/// For this many pieces the relay waits until the receiver has read one before it sends the next.
/// After that, pieces follow each other without waiting.
const PIECES_WAITED_FOR: usize = 256;

/// A receiver that is about to read a piece has read it within this time, or is still running.
const READ_WITHIN: Duration = Duration::from_micros(200);

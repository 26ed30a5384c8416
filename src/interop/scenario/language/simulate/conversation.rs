//! A conversation in memory: both data streams, and the object streams over them.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use super::object_streams::{
    Arrived, End, Made, NO_STREAM, Reading, SimulatedInput, SimulatedOutput, Taken, Written,
};
use super::{Flaw, Outcome, Simulated};
use crate::data::{DataInputStream, DataOutputStream, Error};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{self, Call, Objects, Socket, Stream, Value, Way};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::dispatch::Room;

/// A conversation in memory, call by call.
#[derive(Debug, Default)]
pub struct Conversation {
    /// The sender whose bytes are withheld, and the offset from which on.
    pub(super) held: Option<(Role, usize)>,
    sides: [Side; 2],
}

/// What one role has written, and how much it has read of what the other wrote.
#[derive(Debug)]
struct Side {
    output: DataOutputStream<Vec<u8>>,
    /// For each step that wrote, the offset at which its bytes end, and its index.
    ends: Vec<(usize, usize)>,
    half_closed: bool,
    closed: bool,
    reset: bool,
    /// How many of the other role's bytes this role has read.
    position: usize,
    held: bool,
    /// The object streams over the data streams, once they are created.
    objects_out: Option<SimulatedOutput>,
    objects_in: Option<SimulatedInput>,
    /// Whether a second header was looked for within a stream, so that what is read next is no stream.
    lost: bool,
}

impl Conversation {
    /// What the call of step `step`, in line `line`, does. `None` if the call would wait; the state
    /// is then unchanged.
    ///
    /// # Errors
    ///
    /// If the result depends on which role is faster, or on the release of the JDK. The state may then
    /// have changed, but not if the call is one of an object stream.
    pub fn make(
        &mut self,
        role: Role,
        call: &Call,
        step: usize,
        line: usize,
    ) -> Result<Option<Simulated>, Flaw> {
        let (own, other) = self.both(role);
        let start = own.written().len();
        let outcome = match call {
            Call::Read(_) if own.lost => return Err(Flaw::Differs(line)),
            Call::Objects(objects) if own.lost && objects.method().reads() => {
                return Err(Flaw::Differs(line));
            }
            Call::Read(read) if own.objects_in.is_some() => {
                return Ok(self.read_objects(role, Reading::Data(*read)));
            }
            Call::Objects(objects) => match objects {
                Objects::NewInput | Objects::Read | Objects::ReadUnshared => {
                    return Ok(self.read_objects(role, Reading::Objects(objects)));
                }
                Objects::NewOutput
                | Objects::Write(_)
                | Objects::WriteUnshared(_)
                | Objects::Reset => {
                    return self.write_objects(role, Written::Objects(objects), step, line);
                }
            },
            Call::Write(write) if own.objects_out.is_some() => {
                return self.write_objects(role, Written::Data(write), step, line);
            }
            Call::Stream(Stream::Flush) if own.objects_out.is_some() => {
                return self.write_objects(role, Written::Flush, step, line);
            }
            Call::Read(read) => return Ok(self.read(role, *read)),
            Call::Write(write) => own.write(write),
            Call::Stream(stream) => match dispatch::stream(*stream, &mut own.output) {
                Ok(value) => Outcome::Returned(value),
                Err(_) => Outcome::Broken,
            },
            Call::Socket(socket) => own.act(*socket),
        };
        let end = own.written().len();
        if end > start {
            if other.closed {
                return Err(Flaw::Races(line));
            }
            own.ends.push((end, step));
        }
        if *call == Call::Socket(Socket::Reset) && other.position < end {
            // Bytes in transit may be lost.
            return Err(Flaw::Races(line));
        }
        Ok(Some(Simulated {
            outcome,
            first: own.written().get(start).copied(),
            bytes: start..end,
            writers: Vec::new(),
            held: false,
            unread: other.written().len() - own.position,
            in_objects: false,
            repeats: false,
        }))
    }

    /// Makes a call of an output that is an object stream, or creates it.
    fn write_objects(
        &mut self,
        role: Role,
        call: Written<'_>,
        step: usize,
        line: usize,
    ) -> Result<Option<Simulated>, Flaw> {
        let (own, other) = self.both(role);
        let start = own.written().len();
        let is_broken = own.closed || own.half_closed;
        let is_new = matches!(call, Written::Objects(Objects::NewOutput));
        let (output, made) = match &own.objects_out {
            _ if is_new => match SimulatedOutput::create(is_broken) {
                Some((output, bytes)) => (
                    Some(output),
                    Made::of(Outcome::Returned(Value::Void), bytes),
                ),
                None => (None, Made::of(Outcome::Broken, Vec::new())),
            },
            Some(output) => match output.make(call, is_broken) {
                Some(Ok((output, made))) => (Some(output), made),
                Some(Err(_)) => return Err(Flaw::Differs(line)),
                None => (None, Made::of(NO_STREAM, Vec::new())),
            },
            None => (None, Made::of(NO_STREAM, Vec::new())),
        };
        if !made.bytes.is_empty() && other.closed {
            return Err(Flaw::Races(line));
        }
        if output.is_some() {
            own.objects_out = output;
        }
        // The data stream of the simulation refuses nothing.
        let _ = own.output.write(&made.bytes);
        let end = own.written().len();
        if end > start {
            own.ends.push((end, step));
        }
        Ok(Some(Simulated {
            outcome: made.outcome,
            bytes: start..end,
            first: made.bytes.first().copied(),
            writers: Vec::new(),
            held: false,
            unread: other.written().len() - own.position,
            in_objects: true,
            repeats: made.repeats,
        }))
    }

    /// Makes a call of an input that is an object stream, or creates it. If the call would wait, the
    /// state is unchanged.
    fn read_objects(&mut self, role: Role, call: Reading<'_>) -> Option<Simulated> {
        let (there, end) = self.arrived(role);
        let (own, other) = self.both(role);
        let (start, held, written) = (own.position, own.held, other.written());
        let there = if own.closed {
            start + usize::from(held)
        } else {
            there
        };
        let arrived = Arrived {
            bytes: written[start..there].to_vec(),
            read: 0,
            end,
        };
        let is_new = matches!(call, Reading::Objects(Objects::NewInput));
        let taken = match &mut own.objects_in {
            _ if is_new => {
                let (input, taken) = SimulatedInput::create(arrived)?;
                match input {
                    Some(input) => own.objects_in = Some(input),
                    None => own.lost = own.objects_in.is_some() && taken.read > 0,
                }
                own.held = false;
                taken
            }
            Some(input) => input.read(call, arrived)?,
            None => Taken::nothing(NO_STREAM),
        };
        let end = start + taken.read;
        own.position = end;
        Some(Simulated {
            outcome: taken.outcome,
            first: written[start..end].first().copied(),
            bytes: start..end,
            writers: other.writers(start..end),
            held,
            unread: written.len() - end,
            in_objects: true,
            repeats: taken.repeats,
        })
    }

    /// How many of the other role's bytes have arrived at `role`, and how they end.
    fn arrived(&self, role: Role) -> (usize, End) {
        let at = self
            .held
            .and_then(|(sender, at)| (sender == role.other()).then_some(at));
        let (own, other) = self.sides_of(role);
        let written = other.written().len();
        let there = at.map_or(written, |at| at.min(written));
        let is_held = at.is_some_and(|at| at <= written);
        let end = if own.closed {
            End::Broken
        } else if is_held {
            End::Open
        } else if other.reset {
            End::Broken
        } else if other.half_closed || other.closed {
            End::Finished
        } else {
            End::Open
        };
        (there, end)
    }

    /// Reads from the bytes that have arrived. If the call would wait, the state is unchanged.
    fn read(&mut self, role: Role, call: call::Read) -> Option<Simulated> {
        let (there, end) = self.arrived(role);
        let (own, other) = self.both(role);
        let (start, held, written) = (own.position, own.held, other.written());
        let mut input = DataInputStream::new(Tail {
            bytes: &written[start..there],
            // A pushed-back byte can be read even after the connection is gone.
            limit: if own.closed {
                usize::from(held)
            } else {
                usize::MAX
            },
            end,
        });
        let result = dispatch::read(call, &mut input, &mut Room::default());
        let (tail, held_now) = input.into_parts();
        let outcome = match result {
            Ok(value) => Outcome::Returned(value),
            Err(Error::EndOfInput(_)) => Outcome::Ended,
            Err(Error::Malformed(_)) => Outcome::Malformed,
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(_) => Outcome::Broken,
        };
        let end = there - tail.bytes.len() - usize::from(held_now.is_some());
        let writers = other.writers(start..end);
        own.position = end;
        own.held = held_now.is_some();
        Some(Simulated {
            outcome,
            first: written[start..end].first().copied(),
            bytes: start..end,
            writers,
            held,
            unread: written.len() - end,
            in_objects: false,
            repeats: false,
        })
    }

    /// The bytes that the other side has written and `role` has not read, including a byte that
    /// `readLine` pushed back.
    pub fn unread(&self, role: Role) -> &[u8] {
        let (own, other) = self.sides_of(role);
        &other.written()[own.position..]
    }

    /// The step that wrote the next byte that `role` reads, and whether that byte is the first of
    /// the step.
    pub fn next_writer(&self, role: Role) -> Option<(usize, bool)> {
        let (own, other) = self.sides_of(role);
        let next = other.ends.partition_point(|(end, _)| *end <= own.position);
        let (_, step) = other.ends.get(next)?;
        let start = next.checked_sub(1).map_or(0, |before| other.ends[before].0);
        Some((*step, start == own.position))
    }

    /// Whether `role` has ended its direction in any way.
    pub fn has_ended(&self, role: Role) -> bool {
        let (own, _) = self.sides_of(role);
        own.half_closed || own.closed
    }

    pub fn has_closed(&self, role: Role) -> bool {
        self.sides_of(role).0.closed
    }

    /// Whether `role` has an object stream in this direction.
    pub fn has_objects(&self, role: Role, way: Way) -> bool {
        let (own, _) = self.sides_of(role);
        match way {
            Way::Input => own.objects_in.is_some(),
            Way::Output => own.objects_out.is_some(),
        }
    }

    fn sides_of(&self, role: Role) -> (&Side, &Side) {
        let [client, server] = &self.sides;
        match role {
            Role::Client => (client, server),
            Role::Server => (server, client),
        }
    }

    fn both(&mut self, role: Role) -> (&mut Side, &mut Side) {
        let [client, server] = &mut self.sides;
        match role {
            Role::Client => (client, server),
            Role::Server => (server, client),
        }
    }
}

impl Default for Side {
    fn default() -> Self {
        Self {
            output: DataOutputStream::new(Vec::new()),
            ends: Vec::new(),
            half_closed: false,
            closed: false,
            reset: false,
            position: 0,
            held: false,
            objects_out: None,
            objects_in: None,
            lost: false,
        }
    }
}

impl Side {
    fn written(&self) -> &[u8] {
        self.output.get_ref()
    }

    fn write(&mut self, write: &call::Write) -> Outcome {
        if self.closed || self.half_closed {
            return Outcome::Broken;
        }
        match dispatch::write(write, &mut self.output) {
            Ok(()) => Outcome::Returned(Value::Void),
            Err(_) => Outcome::Refused,
        }
    }

    fn act(&mut self, socket: Socket) -> Outcome {
        match socket {
            Socket::ShutdownOutput if self.closed || self.half_closed => return Outcome::Broken,
            Socket::ShutdownOutput => self.half_closed = true,
            Socket::Close => self.closed = true,
            Socket::Reset => {
                self.reset = !self.closed;
                self.closed = true;
            }
        }
        Outcome::Returned(Value::Void)
    }

    /// The steps that wrote these bytes.
    fn writers(&self, bytes: Range<usize>) -> Vec<usize> {
        let first = self.ends.partition_point(|(end, _)| *end <= bytes.start);
        let mut start = bytes.start;
        let mut writers = Vec::new();
        for (end, step) in &self.ends[first..] {
            if start >= bytes.end {
                break;
            }
            writers.push(*step);
            start = *end;
        }
        writers
    }
}

/// The bytes that a call writes on an open connection. One that fails writes nothing.
pub fn written_by(write: &call::Write) -> Vec<u8> {
    let mut output = DataOutputStream::new(Vec::new());
    let _ = dispatch::write(write, &mut output);
    output.into_inner()
}

/// The bytes that can be read, and how they end.
struct Tail<'a> {
    bytes: &'a [u8],
    /// How many of the bytes the call may read.
    limit: usize,
    end: End,
}

impl Read for Tail<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.bytes.len()).min(self.limit);
        if count == 0 && !buffer.is_empty() {
            return match self.end {
                End::Open => Err(ErrorKind::WouldBlock.into()),
                End::Finished => Ok(0),
                End::Broken => Err(ErrorKind::ConnectionReset.into()),
            };
        }
        let (taken, left) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(taken);
        self.bytes = left;
        self.limit -= count;
        Ok(count)
    }
}

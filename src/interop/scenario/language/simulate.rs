//! Simulates a scenario in memory with this crate's own codec.
//!
//! The simulation judges nothing. It tells which bytes a step reads, which steps wrote them, and
//! whether the step fails. The coverage table is computed from that. It also finds scenarios that
//! would wait forever, and those whose outcome depends on which role is faster. It opens no socket
//! and starts no thread.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use super::{Scenario, Step};
use crate::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Method, Value};

/// What one call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// The result of the call.
    pub outcome: Outcome,
    /// The offsets of the bytes it read from the other side, or of the bytes it wrote itself.
    pub bytes: Range<usize>,
    /// The first of these bytes.
    pub first: Option<u8>,
    /// The steps that wrote the bytes it read.
    pub writers: Vec<usize>,
    /// Whether the first byte was one that `readLine` had pushed back.
    pub held: bool,
    /// How many bytes of the other side had arrived and were left unread.
    pub unread: usize,
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Returned(Value),
    /// Too few bytes before the end: `EOFException`.
    Ended,
    /// `readUTF` of malformed modified UTF-8: `UTFDataFormatException`.
    Malformed,
    /// `writeUTF` of a string that is too long: `UTFDataFormatException`.
    Refused,
    /// The connection had been closed or reset: `SocketException`.
    Broken,
}

/// Why a scenario cannot be played, and the lines at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// No role can continue; holds the lines at which they wait.
    Waits(Vec<usize>),
    /// This line writes to a side that has closed, or resets while bytes are in transit: the
    /// outcome depends on which role is faster.
    Races(usize),
}

/// What each step does if `first` is the faster role; `None` for `sync`.
///
/// # Errors
///
/// If the scenario does not run to its end, or its outcome depends on timing.
pub fn simulate(scenario: &Scenario, first: Role) -> Result<Vec<Option<Simulated>>, Flaw> {
    let mut simulation = Simulation::new(scenario);
    loop {
        if !simulation.advance(first)? && !simulation.advance(first.other())? {
            break;
        }
    }
    let waiting: Vec<usize> = [Role::Client, Role::Server]
        .into_iter()
        .filter_map(|role| simulation.next(role))
        .map(|step| scenario.steps[step].line())
        .collect();
    if waiting.is_empty() {
        Ok(simulation.done)
    } else {
        Err(Flaw::Waits(waiting))
    }
}

/// How many calls of client and server complete before neither can continue, if nothing that
/// `sender` sends arrives after its first `at` bytes.
///
/// # Errors
///
/// If that depends on which role is faster.
pub fn answered_when_idle(scenario: &Scenario, sender: Role, at: u64) -> Result<[usize; 2], Flaw> {
    let mut simulation = Simulation::new(scenario);
    simulation.conversation.held = Some((sender, usize::try_from(at).unwrap_or(usize::MAX)));
    while simulation.advance(Role::Client)? || simulation.advance(Role::Server)? {}
    let answered = |role| {
        let steps = scenario.steps.iter().zip(&simulation.done);
        steps
            .filter(|(step, done)| step.role() == Some(role) && done.is_some())
            .count()
    };
    Ok([Role::Client, Role::Server].map(answered))
}

struct Simulation<'a> {
    scenario: &'a Scenario,
    done: Vec<Option<Simulated>>,
    /// The index of the `sync` above each step, or 0.
    synced: Vec<usize>,
    /// The next step of each role.
    at: [usize; 2],
    conversation: Conversation,
}

/// A conversation in memory, call by call.
#[derive(Debug, Default)]
pub struct Conversation {
    /// The sender whose bytes are withheld, and the offset from which on.
    held: Option<(Role, usize)>,
    sides: [Side; 2],
}

/// What one role has written, and how much it has read of what the other wrote.
#[derive(Debug, Default)]
struct Side {
    written: Vec<u8>,
    /// For each step that wrote, the offset at which its bytes end, and its index.
    ends: Vec<(usize, usize)>,
    half_closed: bool,
    closed: bool,
    reset: bool,
    /// How many of the other role's bytes this role has read.
    position: usize,
    held: bool,
}

impl<'a> Simulation<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut last_sync = 0;
        let synced = scenario.steps.iter().enumerate().map(|(index, step)| {
            if let Step::Sync { .. } = step {
                last_sync = index;
            }
            last_sync
        });
        Self {
            scenario,
            done: vec![None; scenario.steps.len()],
            synced: synced.collect(),
            at: [0, 0],
            conversation: Conversation::default(),
        }
    }

    /// The next call of this role.
    fn next(&self, role: Role) -> Option<usize> {
        let steps = &self.scenario.steps;
        (self.at[index(role)]..steps.len()).find(
            |&step| matches!(&steps[step], Step::Call { role: caller, .. } if *caller == role),
        )
    }

    /// Makes the next call of this role if it would not wait.
    fn advance(&mut self, role: Role) -> Result<bool, Flaw> {
        let Some(step) = self.next(role) else {
            return Ok(false);
        };
        let synced = self.synced[step];
        let waits_for_other = self.next(role.other()).is_some_and(|other| other < synced);
        let Step::Call { call, line, .. } = &self.scenario.steps[step] else {
            return Ok(false);
        };
        if waits_for_other {
            return Ok(false);
        }
        let Some(simulated) = self.conversation.make(role, call, step, *line)? else {
            return Ok(false);
        };
        self.done[step] = Some(simulated);
        self.at[index(role)] = step + 1;
        Ok(true)
    }
}

impl Conversation {
    /// What the call of step `step`, in line `line`, does. `None` if the call would wait; the state
    /// is then unchanged.
    ///
    /// # Errors
    ///
    /// If the result depends on which role is faster.
    pub fn make(
        &mut self,
        role: Role,
        call: &Call,
        step: usize,
        line: usize,
    ) -> Result<Option<Simulated>, Flaw> {
        if call.method.reads() {
            return Ok(self.read(role, call));
        }
        let (own, other) = self.both(role);
        let start = own.written.len();
        let outcome = if call.method.writes() {
            write(own, call)
        } else {
            act(own, call.method)
        };
        if own.written.len() > start {
            if other.closed {
                return Err(Flaw::Races(line));
            }
            own.ends.push((own.written.len(), step));
        }
        let unread = other.written.len() - own.position;
        let bytes = start..own.written.len();
        if call.method == Method::Reset && other.position < own.written.len() {
            // Bytes in transit may be lost.
            return Err(Flaw::Races(line));
        }
        Ok(Some(Simulated {
            outcome,
            first: own.written.get(start).copied(),
            bytes,
            writers: Vec::new(),
            held: false,
            unread,
        }))
    }

    /// Reads from the bytes that have arrived. If the call would wait, the state is unchanged.
    fn read(&mut self, role: Role, call: &Call) -> Option<Simulated> {
        let at = self
            .held
            .and_then(|(sender, at)| (sender == role.other()).then_some(at));
        let (own, other) = self.both(role);
        let (start, held) = (own.position, own.held);
        let there = at.map_or(other.written.len(), |at| at.min(other.written.len()));
        let is_held = at.is_some_and(|at| at <= other.written.len());
        let mut input = DataInputStream::new(Tail {
            bytes: &other.written[start..there],
            // A pushed-back byte can be read even after the connection is gone.
            limit: if own.closed {
                usize::from(held)
            } else {
                usize::MAX
            },
            end: if own.closed {
                End::Broken
            } else if is_held {
                End::Open
            } else if other.reset {
                End::Broken
            } else if other.half_closed || other.closed {
                End::Finished
            } else {
                End::Open
            },
        });
        let result = read(&mut input, call);
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
            first: other.written[start..end].first().copied(),
            bytes: start..end,
            writers,
            held,
            unread: other.written.len() - end,
        })
    }

    /// The bytes that the other side has written and `role` has not read, including a byte that
    /// `readLine` pushed back.
    pub fn unread(&self, role: Role) -> &[u8] {
        let (own, other) = self.sides_of(role);
        &other.written[own.position..]
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

impl Side {
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

fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

fn write(own: &mut Side, call: &Call) -> Outcome {
    if own.closed || own.half_closed {
        return Outcome::Broken;
    }
    let mut output = DataOutputStream::new(&mut own.written);
    match encode(&mut output, call) {
        Ok(()) => Outcome::Returned(Value::Void),
        Err(_) => Outcome::Refused,
    }
}

/// The bytes that a call writes on an open connection.
pub fn written_by(call: &Call) -> Vec<u8> {
    let mut written = Vec::new();
    // A call that fails writes nothing.
    let _ = encode(&mut DataOutputStream::new(&mut written), call);
    written
}

fn encode(output: &mut impl DataOutput, call: &Call) -> Result<(), Error> {
    // `Call` guarantees that the value is in the range of its method.
    let whole = |value: i64| i32::try_from(value).unwrap_or_default();
    match (call.method, &call.value) {
        (_, Some(Value::Bytes(bytes))) => output.write(bytes),
        (_, Some(Value::Boolean(truth))) => output.write_boolean(*truth),
        (_, Some(Value::Float(bits))) => output.write_float(f32::from_bits(*bits)),
        (_, Some(Value::Double(bits))) => output.write_double(f64::from_bits(*bits)),
        (Method::WriteBytes, Some(Value::Text(text))) => output.write_bytes(text.as_java_str()),
        (Method::WriteChars, Some(Value::Text(text))) => output.write_chars(text.as_java_str()),
        (_, Some(Value::Text(text))) => output.write_utf(text.as_java_str()),
        (Method::WriteLong, Some(Value::Whole(number))) => output.write_long(*number),
        (Method::WriteInt, Some(Value::Whole(number))) => output.write_int(whole(*number)),
        (Method::WriteByte, Some(Value::Whole(number))) => output.write(&number.to_be_bytes()[7..]),
        (_, Some(Value::Whole(number))) => output.write(&number.to_be_bytes()[6..]),
        (_, Some(Value::Void | Value::Null) | None) => Ok(()),
    }
}

/// The result of a call that neither reads nor writes.
fn act(own: &mut Side, method: Method) -> Outcome {
    match method {
        Method::Size => {
            let size = i64::try_from(own.written.len()).unwrap_or(i64::MAX);
            return Outcome::Returned(Value::Whole(size));
        }
        Method::ShutdownOutput if own.closed || own.half_closed => return Outcome::Broken,
        Method::ShutdownOutput => own.half_closed = true,
        Method::Close => own.closed = true,
        Method::Reset => {
            own.reset = !own.closed;
            own.closed = true;
        }
        _ => {}
    }
    Outcome::Returned(Value::Void)
}

fn read(input: &mut DataInputStream<Tail<'_>>, call: &Call) -> Result<Value, Error> {
    let count = match call.value {
        Some(Value::Whole(count)) => usize::try_from(count).unwrap_or_default(),
        _ => 0,
    };
    Ok(match call.method {
        Method::ReadFully => {
            // Never allocate more than the number of bytes that could arrive.
            let there = input.get_ref().bytes.len();
            let mut buffer = vec![0; count.min(there + 1)];
            input.read_fully(&mut buffer)?;
            Value::Bytes(buffer)
        }
        Method::SkipBytes => {
            let skipped = input.skip_bytes(count)?;
            Value::Whole(i64::try_from(skipped).unwrap_or(i64::MAX))
        }
        Method::ReadBoolean => Value::Boolean(input.read_boolean()?),
        Method::ReadByte => Value::Whole(input.read_byte()?.into()),
        Method::ReadUnsignedByte => Value::Whole(input.read_unsigned_byte()?.into()),
        Method::ReadShort => Value::Whole(input.read_short()?.into()),
        Method::ReadUnsignedShort => Value::Whole(input.read_unsigned_short()?.into()),
        Method::ReadChar => Value::Whole(input.read_char()?.into()),
        Method::ReadInt => Value::Whole(input.read_int()?.into()),
        Method::ReadLong => Value::Whole(input.read_long()?),
        Method::ReadFloat => Value::Float(input.read_float()?.to_bits()),
        Method::ReadDouble => Value::Double(input.read_double()?.to_bits()),
        Method::ReadLine => input.read_line()?.map_or(Value::Null, Value::Text),
        Method::ReadUtf => Value::Text(input.read_utf()?),
        _ => Value::Void,
    })
}

/// The bytes that can be read, and how they end.
struct Tail<'a> {
    bytes: &'a [u8],
    /// How many of the bytes the call may read.
    limit: usize,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Open,
    Finished,
    Broken,
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

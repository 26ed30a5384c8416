//! The object streams of a simulated role.
//!
//! A call is tried on a copy of the stream. So a call that would wait, or whose result is not certain,
//! leaves no trace.

use std::io::{self, ErrorKind, Read, Write};

use super::Outcome;
use crate::data::Error;
use crate::data::object::{Blocks, ObjectError, ObjectInput, ObjectOutput};
use crate::interop::protocol::call::{self, Objects, Value};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::dispatch::Room;
use crate::interop::protocol::exception::NO_OBJECT_STREAM;
use crate::interop::protocol::known_objects::{ReadObjects, WrittenObjects};

/// The result of a call for which there is no object stream.
pub(super) const NO_STREAM: Outcome = Outcome::Threw(NO_OBJECT_STREAM);

/// A call that an object stream makes for its role.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written<'a> {
    Data(&'a call::Write),
    Flush,
    Objects(&'a Objects),
}

/// What a call did.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) outcome: Outcome,
    /// The bytes that reached the data stream.
    pub(super) bytes: Vec<u8>,
    /// Whether its object had been written before.
    pub(super) repeats: bool,
}

impl Made {
    /// A call that wrote these bytes, and no object that had been written before.
    pub(super) fn of(outcome: Outcome, bytes: Vec<u8>) -> Self {
        Self {
            outcome,
            bytes,
            repeats: false,
        }
    }
}

/// The result of a call is not the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotCertain;

/// An output, written in both ways in which JDKs cut strings into blocks.
#[derive(Debug)]
pub(super) struct SimulatedOutput {
    streams: [ObjectOutput<Sink>; 2],
    written: WrittenObjects,
    /// Whether an object could not be written. Java then collects the exception itself, so it is not
    /// certain which later call fails.
    has_failed: bool,
}

/// Everything that arrives at the data stream.
#[derive(Debug, Clone)]
struct Sink {
    bytes: Vec<u8>,
    is_broken: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(ErrorKind::NotConnected.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SimulatedOutput {
    /// Creates the stream, and returns the bytes that it writes; `None` if the connection `is_broken`.
    pub(super) fn create(is_broken: bool) -> Option<(Self, Vec<u8>)> {
        let sink = || Sink {
            bytes: Vec::new(),
            is_broken,
        };
        let new = |blocks| ObjectOutput::with_blocks(sink(), blocks).ok();
        let mut output = Self {
            streams: [new(Blocks::Since24)?, new(Blocks::UpTo23)?],
            written: WrittenObjects::default(),
            has_failed: false,
        };
        let [bytes, _] = output.streams.each_mut().map(taken);
        Some((output, bytes))
    }

    /// Makes the call; `None` if there is no such method of a stream.
    pub(super) fn make(
        &self,
        call: Written<'_>,
        is_broken: bool,
    ) -> Option<Result<(Self, Made), NotCertain>> {
        if self.has_failed {
            return Some(Err(NotCertain));
        }
        let mut written = self.written.clone();
        let mut results = Vec::new();
        let mut streams = self.streams.each_ref().map(ObjectOutput::fork);
        // The object of a number is the same one in both.
        for stream in &mut streams {
            stream.get_mut().is_broken = is_broken;
            let result = match call {
                Written::Data(write) => dispatch::write(write, stream).map(|()| false),
                Written::Flush => stream.flush().map(|()| false),
                Written::Objects(objects) => dispatch::write_object(objects, stream, &mut written)?,
            };
            results.push(result.map_err(|error| match error {
                Error::Object(_) => None,
                _ => Some(Outcome::Broken),
            }));
        }
        let [bytes, older] = streams.each_mut().map(taken);
        let (Some(result), true) = (results.first(), bytes == older) else {
            return Some(Err(NotCertain));
        };
        let (outcome, repeats) = match result {
            Ok(repeats) => (Outcome::Returned(Value::Void), *repeats),
            Err(Some(outcome)) => (outcome.clone(), false),
            // A string that is too long for writeUTF: since JDK 24 it is not refused.
            Err(None) => return Some(Err(NotCertain)),
        };
        let output = Self {
            streams,
            written,
            has_failed: outcome == Outcome::Broken && matches!(call, Written::Objects(_)),
        };
        let made = Made {
            outcome,
            bytes,
            repeats,
        };
        Some(Ok((output, made)))
    }
}

fn taken(stream: &mut ObjectOutput<Sink>) -> Vec<u8> {
    std::mem::take(&mut stream.get_mut().bytes)
}

/// A call that reads from an object stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading<'a> {
    Data(call::Read),
    Objects(&'a Objects),
}

/// How the bytes that have arrived end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Open,
    Finished,
    Broken,
}

/// The bytes that have arrived, read one by one as a peer does.
#[derive(Debug, Clone, Default)]
pub(super) struct Arrived {
    pub(super) bytes: Vec<u8>,
    /// How many have been read.
    pub(super) read: usize,
    pub(super) end: End,
}

impl Read for Arrived {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (buffer.first_mut(), self.bytes.get(self.read)) {
            (None, _) => Ok(0),
            (Some(place), Some(byte)) => {
                *place = *byte;
                self.read += 1;
                Ok(1)
            }
            (Some(_), None) => match self.end {
                End::Open => Err(ErrorKind::WouldBlock.into()),
                End::Finished => Ok(0),
                End::Broken => Err(ErrorKind::ConnectionReset.into()),
            },
        }
    }
}

/// What a reading call did.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) outcome: Outcome,
    /// How many bytes it took.
    pub(super) read: usize,
    /// Whether its object had been read before.
    pub(super) repeats: bool,
}

#[derive(Debug)]
pub(super) struct SimulatedInput {
    stream: ObjectInput<Arrived>,
    read: ReadObjects,
}

impl SimulatedInput {
    /// Creates the stream from the bytes that have arrived, if they hold its header. `None` if the
    /// constructor would wait.
    pub(super) fn create(mut arrived: Arrived) -> Option<(Option<Self>, Taken)> {
        let result = ObjectInput::new(&mut arrived).map(|_| (Value::Void, false));
        let taken = Taken::of(result, arrived.read)?;
        arrived.read = 0;
        let stream = ObjectInput::new(arrived).ok();
        let input = stream.map(|mut stream| {
            *stream.get_mut() = Arrived::default();
            Self {
                stream,
                read: ReadObjects::default(),
            }
        });
        Some((input, taken))
    }

    /// Makes the call. `None` if it would wait; then nothing has changed.
    pub(super) fn read(&mut self, call: Reading<'_>, arrived: Arrived) -> Option<Taken> {
        let mut stream = self.stream.fork();
        *stream.get_mut() = arrived;
        let result = match call {
            Reading::Data(read) => {
                dispatch::read(read, &mut stream, &mut Room::default()).map(|value| (value, false))
            }
            Reading::Objects(objects) => {
                dispatch::read_object(objects, &mut stream, &mut self.read)?
            }
        };
        let read = stream.get_ref().read;
        let taken = Taken::of(result, read)?;
        *stream.get_mut() = Arrived::default();
        self.stream = stream;
        Some(taken)
    }
}

impl Taken {
    /// A call that took no byte.
    pub(super) fn nothing(outcome: Outcome) -> Self {
        Self {
            outcome,
            read: 0,
            repeats: false,
        }
    }

    fn of(result: Result<(Value, bool), Error>, read: usize) -> Option<Self> {
        let (outcome, repeats) = match result {
            Ok((value, repeats)) => (Outcome::Returned(value), repeats),
            Err(error) => (failure(&error)?, false),
        };
        Some(Self {
            outcome,
            read,
            repeats,
        })
    }
}

/// What a reading call throws; `None` if it waits.
fn failure(error: &Error) -> Option<Outcome> {
    Some(match error {
        Error::EndOfInput(_) => Outcome::Ended,
        Error::Io(error) if error.kind() == ErrorKind::WouldBlock => return None,
        Error::Io(_) | Error::TooLong(_) => Outcome::Broken,
        Error::Malformed(_) => Outcome::Malformed,
        Error::Object(error) => match **error {
            ObjectError::Malformed(_) => Outcome::Malformed,
            _ => Outcome::Threw(error.java_class()),
        },
    })
}

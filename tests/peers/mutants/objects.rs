//! The object streams of the naive peer: those of the library, with a place for every bug.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::rc::Rc;

use javatalk::data::Error;
use javatalk::internals::interop::protocol::call::{Call, CallResult, Objects, Stream, Value};
use javatalk::internals::interop::protocol::dispatch;
use javatalk::internals::interop::protocol::exception::message;
use javatalk::internals::interop::protocol::known_objects::{ReadObjects, WrittenObjects};
use javatalk::object::{Object, ObjectInput, ObjectOutput};

use super::bug::Bug;

/// The object streams of one connection.
pub(crate) struct ObjectSide {
    bug: Option<Bug>,
    input: Option<ObjectInput<FromSocket>>,
    output: Option<ObjectOutput<ToSocket>>,
    read: ReadObjects,
    written: WrittenObjects,
    /// The connection, as long as it is open.
    stream: Rc<RefCell<Option<TcpStream>>>,
    /// How many bytes have been read.
    pub(crate) taken: Rc<Cell<u64>>,
    /// Whether the other side has ended its direction, as far as the object streams know.
    pub(crate) has_ended: Rc<Cell<bool>>,
}

/// The input direction: what `readLine` holds, and then the socket, byte by byte.
struct FromSocket {
    held: VecDeque<u8>,
    stream: Rc<RefCell<Option<TcpStream>>>,
    taken: Rc<Cell<u64>>,
    last: Option<ErrorKind>,
    has_ended: Rc<Cell<bool>>,
}

impl Read for FromSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(place) = buffer.first_mut() else {
            return Ok(0);
        };
        if let Some(byte) = self.held.pop_front() {
            *place = byte;
            return Ok(1);
        }
        if self.has_ended.get() {
            return Ok(0);
        }
        if let Some(kind) = self.last {
            return Err(kind.into());
        }
        let stream = self.stream.borrow();
        let mut stream = stream.as_ref().ok_or(ErrorKind::NotConnected)?;
        let result = stream.read(std::slice::from_mut(place));
        match &result {
            Ok(0) => self.has_ended.set(true),
            Ok(_) => self.taken.set(self.taken.get() + 1),
            Err(why) => self.last = Some(why.kind()),
        }
        result
    }
}

/// The output direction: the bytes of one call, with what a bug makes of them.
struct ToSocket {
    bug: Option<Bug>,
    bytes: Vec<u8>,
    is_broken: bool,
}

impl Write for ToSocket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(ErrorKind::NotConnected.into());
        }
        // The library writes a block in one call.
        match (self.bug, bytes) {
            (Some(Bug::BlockOf256), [0x7a, 0, 0, 1, 0, data @ ..]) => {
                self.bytes.extend([0x77, 0]);
                self.bytes.extend_from_slice(data);
            }
            (Some(Bug::BlockOf1024), [0x7a, 0, 0, 4, 0, data @ ..]) => {
                self.bytes.extend([0x7a, 0, 0, 3, 0xff]);
                self.bytes.extend_from_slice(data);
            }
            _ => self.bytes.extend_from_slice(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a call of an object stream did: its result, and the bytes to send.
pub(crate) type Done = (CallResult, Vec<u8>);

impl ObjectSide {
    /// The object streams of a connection, none of which exists yet.
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self {
            bug,
            input: None,
            output: None,
            read: ReadObjects::default(),
            written: WrittenObjects::default(),
            stream: Rc::default(),
            taken: Rc::default(),
            has_ended: Rc::default(),
        }
    }

    /// Lets go of the connection, which is about to be closed.
    pub(crate) fn release(&self) {
        self.stream.take();
    }

    /// Creates the input behind these bytes, which have been read already.
    pub(crate) fn open_input(
        &mut self,
        held: VecDeque<u8>,
        stream: Option<&TcpStream>,
        has_ended: bool,
        was_reset: bool,
    ) -> CallResult {
        self.has_ended.set(has_ended);
        self.stream
            .replace(stream.and_then(|stream| stream.try_clone().ok()));
        let input = ObjectInput::new(FromSocket {
            held,
            stream: Rc::clone(&self.stream),
            taken: Rc::clone(&self.taken),
            last: was_reset.then_some(ErrorKind::ConnectionReset),
            has_ended: Rc::clone(&self.has_ended),
        });
        result(input.map(|input| {
            self.input = Some(input);
            Value::Void
        }))
    }

    /// Makes a call of an object stream, if it is one.
    pub(crate) fn make(&mut self, call: &Call, is_broken: bool) -> Option<Done> {
        match call {
            Call::Read(read) => {
                let input = self.input.as_mut()?;
                let value = dispatch::read(*read, input, &mut dispatch::Room::default());
                Some((result(value), Vec::new()))
            }
            Call::Objects(Objects::Read | Objects::ReadUnshared) => {
                let Call::Objects(call) = call else {
                    return None;
                };
                Some((self.read_object(call), Vec::new()))
            }
            Call::Objects(Objects::NewInput) | Call::Socket(_) | Call::Stream(Stream::Size) => None,
            Call::Objects(Objects::NewOutput) => {
                let output = ObjectOutput::new(ToSocket {
                    bug: self.bug,
                    bytes: Vec::new(),
                    is_broken,
                });
                Some(match output {
                    Ok(output) => {
                        self.output = Some(output);
                        (CallResult::Returned(Value::Void), self.sent())
                    }
                    Err(error) => (result(Err(error)), Vec::new()),
                })
            }
            Call::Write(write) => {
                let output = self.opened(is_broken)?;
                let done = dispatch::write(write, output);
                Some((result(done.map(|()| Value::Void)), self.sent()))
            }
            Call::Stream(Stream::Flush) => {
                let forgets = self.bug == Some(Bug::FlushForgotten);
                let output = self.opened(is_broken)?;
                let done = if forgets { Ok(()) } else { output.flush() };
                Some((result(done.map(|()| Value::Void)), self.sent()))
            }
            Call::Objects(objects) => {
                let done = match self.write_object(objects, is_broken) {
                    Some(done) => result(done.map(|()| Value::Void)),
                    None => no_stream(),
                };
                Some((done, self.sent()))
            }
        }
    }

    fn opened(&mut self, is_broken: bool) -> Option<&mut ObjectOutput<ToSocket>> {
        let output = self.output.as_mut()?;
        output.get_mut().is_broken = is_broken;
        Some(output)
    }

    /// The bytes that the call has written.
    fn sent(&mut self) -> Vec<u8> {
        let output = self.output.as_mut();
        output.map_or_else(Vec::new, |output| {
            std::mem::take(&mut output.get_mut().bytes)
        })
    }

    fn write_object(&mut self, call: &Objects, is_broken: bool) -> Option<Result<(), Error>> {
        let output = self.output.as_mut()?;
        output.get_mut().is_broken = is_broken;
        let written = &mut self.written;
        Some(match (self.bug, call) {
            // What begins to count again here goes on there.
            (Some(Bug::ResetIgnored), Objects::Reset) => write_raw(output, &[0x79]),
            (Some(Bug::HandlesNotCounted), Objects::WriteUnshared(object)) => {
                let (object, _) = written.object(object.as_value());
                unshared(object.as_ref()).and_then(|bytes| write_raw(output, &bytes))
            }
            _ => dispatch::write_object(call, output, written)?.map(|_| ()),
        })
    }

    fn read_object(&mut self, call: &Objects) -> CallResult {
        let Some(input) = self.input.as_mut() else {
            return no_stream();
        };
        if self.bug == Some(Bug::IdentityLost) {
            let object = match call {
                Objects::ReadUnshared => input.read_unshared(),
                _ => input.read_object(),
            };
            let copy = |object: Object| Object::new(object.content().clone());
            let object = object.map(|object| object.map(copy));
            return result(object.map(|object| self.read.value(object.as_ref()).0));
        }
        match dispatch::read_object(call, input, &mut self.read) {
            Some(read) => result(read.map(|(value, _)| value)),
            None => no_stream(),
        }
    }
}

/// Writes bytes past the stream, behind what it has collected.
fn write_raw(output: &mut ObjectOutput<ToSocket>, bytes: &[u8]) -> Result<(), Error> {
    output.drain()?;
    Ok(output.get_mut().write_all(bytes)?)
}

/// The bytes of an object in a stream of its own.
fn unshared(object: Option<&Object>) -> Result<Vec<u8>, Error> {
    const HEADER: usize = 4;
    let mut output = ObjectOutput::new(Vec::new())?;
    output.write_unshared(object)?;
    Ok(output.into_inner()?.split_off(HEADER))
}

fn no_stream() -> CallResult {
    CallResult::Threw("java.lang.IllegalStateException".to_owned(), None)
}

fn result(done: Result<Value, Error>) -> CallResult {
    match done {
        Ok(value) => CallResult::Returned(value),
        Err(error) => CallResult::Threw(error.java_class().to_owned(), message(&error)),
    }
}

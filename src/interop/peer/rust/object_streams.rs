//! The object streams over a connection's data streams, and the objects that they have written and
//! read.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use crate::data::Error;
use crate::data::object::{ObjectInput, ObjectOutput};
use crate::interop::protocol::call::{Objects, Value};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::known_objects::{ReadObjects, WrittenObjects};

/// The object streams of a conversation; `None` before they are created.
#[derive(Debug)]
pub(super) struct ObjectStreams<R, W> {
    pub(super) input: Option<ObjectInput<ByteByByte<R>>>,
    pub(super) output: Option<ObjectOutput<Shared<W>>>,
    read: ReadObjects,
    written: WrittenObjects,
}

impl<R, W> Default for ObjectStreams<R, W> {
    fn default() -> Self {
        Self {
            input: None,
            output: None,
            read: ReadObjects::default(),
            written: WrittenObjects::default(),
        }
    }
}

impl<R: Read, W: Write> ObjectStreams<R, W> {
    /// Makes the call over these data streams; `None` if the stream that it needs does not exist.
    pub(super) fn call(
        &mut self,
        call: &Objects,
        input: &Rc<RefCell<R>>,
        output: &Rc<RefCell<W>>,
    ) -> Option<Result<Value, Error>> {
        let done = match call {
            Objects::NewInput => {
                let input = ObjectInput::new(ByteByByte(Shared(Rc::clone(input))));
                Some(input.map(|input| self.input = Some(input)))
            }
            Objects::NewOutput => {
                let output = ObjectOutput::new(Shared(Rc::clone(output)));
                Some(output.map(|output| self.output = Some(output)))
            }
            Objects::Read | Objects::ReadUnshared => {
                let read = dispatch::read_object(call, self.input.as_mut()?, &mut self.read)?;
                return Some(read.map(|(value, _)| value));
            }
            Objects::Write(_) | Objects::WriteUnshared(_) | Objects::Reset => {
                let output = self.output.as_mut()?;
                dispatch::write_object(call, output, &mut self.written).map(|done| done.map(|_| ()))
            }
        };
        done.map(|done| done.map(|()| Value::Void))
    }
}

/// A data stream that goes on to exist if the constructor of an object stream fails.
#[derive(Debug)]
pub(super) struct Shared<T>(Rc<RefCell<T>>);

impl<R: Read> Read for Shared<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl<W: Write> Write for Shared<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

/// An input that gives one byte at a time, so that nothing depends on how the bytes arrive.
#[derive(Debug)]
pub(super) struct ByteByByte<R>(Shared<R>);

impl<R: Read> Read for ByteByByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

//! The streams over a connection, and how the Rust peer plays a call on them.
//!
//! It translates the result into what Java would report.

use std::cell::RefCell;
use std::net::TcpStream;
use std::rc::Rc;

use super::java_socket::{Connection, Input, Output};
use super::object_streams::ObjectStreams;
use crate::data::{DataInputStream, DataOutputStream, Error};
use crate::interop::protocol::call::{
    Call, CallResult, Objects, Observation, Read, Socket, Stream, Value, Write,
};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::dispatch::Room;
use crate::interop::protocol::exception::{NO_OBJECT_STREAM, message};

/// A connection, and the streams over both of its directions.
#[derive(Debug)]
pub(crate) struct Streams {
    connection: Rc<Connection>,
    input: Rc<RefCell<DataInputStream<Input>>>,
    output: Rc<RefCell<DataOutputStream<Output>>>,
    objects: ObjectStreams<DataInputStream<Input>, DataOutputStream<Output>>,
}

impl Streams {
    pub(crate) fn over(stream: TcpStream) -> Self {
        let connection = Rc::new(Connection::new(stream));
        let input = DataInputStream::new(Input(Rc::clone(&connection)));
        let output = DataOutputStream::new(Output(Rc::clone(&connection)));
        Self {
            connection,
            input: Rc::new(RefCell::new(input)),
            output: Rc::new(RefCell::new(output)),
            objects: ObjectStreams::default(),
        }
    }

    /// Makes the call and returns its result.
    pub(crate) fn play(&mut self, call: &Call) -> Observation {
        let result = match self.call(call) {
            None => CallResult::Threw(NO_OBJECT_STREAM.to_owned(), None),
            Some(Ok(value)) => CallResult::Returned(value),
            Some(Err(error)) => CallResult::Threw(error.java_class().to_owned(), message(&error)),
        };
        let (read, written) = self.connection.counts();
        Observation {
            result,
            read,
            written,
        }
    }

    /// Makes the call; `None` if it needs an object stream that does not exist.
    fn call(&mut self, call: &Call) -> Option<Result<Value, Error>> {
        Some(match call {
            Call::Write(write) => self.write(write).map(|()| Value::Void),
            Call::Stream(stream) => self.stream(*stream),
            Call::Read(read) => self.read(*read),
            Call::Socket(socket) => self.act(*socket).map(|()| Value::Void),
            Call::Objects(objects) => return self.objects(objects),
        })
    }

    fn write(&mut self, write: &Write) -> Result<(), Error> {
        match &mut self.objects.output {
            Some(objects) => dispatch::write(write, objects),
            None => dispatch::write(write, &mut *self.output.borrow_mut()),
        }
    }

    fn stream(&mut self, stream: Stream) -> Result<Value, Error> {
        if stream == Stream::Flush
            && let Some(objects) = &mut self.objects.output
        {
            return objects.flush().map(|()| Value::Void);
        }
        dispatch::stream(stream, &mut self.output.borrow_mut())
    }

    fn read(&mut self, read: Read) -> Result<Value, Error> {
        let mut room = Room::default();
        match &mut self.objects.input {
            Some(objects) => dispatch::read(read, objects, &mut room),
            None => dispatch::read(read, &mut *self.input.borrow_mut(), &mut room),
        }
    }

    fn act(&self, socket: Socket) -> Result<(), Error> {
        match socket {
            Socket::ShutdownOutput => self.connection.shutdown_output()?,
            Socket::Close => self.connection.close(),
            Socket::Reset => self.connection.reset()?,
        }
        Ok(())
    }

    fn objects(&mut self, call: &Objects) -> Option<Result<Value, Error>> {
        self.objects.call(call, &self.input, &self.output)
    }
}

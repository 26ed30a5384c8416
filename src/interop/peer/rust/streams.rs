//! The streams over a connection, and how the Rust peer plays a call on them.
//!
//! It translates the result into what Java would report.

use std::net::TcpStream;
use std::rc::Rc;

use super::java_socket::{Connection, Input, Output};
use crate::data::{DataInputStream, DataOutputStream, Error};
use crate::interop::protocol::call::{Call, CallResult, Observation, Socket, Value};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::dispatch::Room;

/// A connection, and the streams over both of its directions.
#[derive(Debug)]
pub(crate) struct Streams {
    connection: Rc<Connection>,
    input: DataInputStream<Input>,
    output: DataOutputStream<Output>,
}

impl Streams {
    pub(crate) fn over(stream: TcpStream) -> Self {
        let connection = Rc::new(Connection::new(stream));
        Self {
            input: DataInputStream::new(Input(Rc::clone(&connection))),
            output: DataOutputStream::new(Output(Rc::clone(&connection))),
            connection,
        }
    }

    /// Makes the call and returns its result.
    pub(crate) fn play(&mut self, call: &Call) -> Observation {
        let result = match self.call(call) {
            Ok(value) => CallResult::Returned(value),
            Err(error) => CallResult::Threw(error.java_class().to_owned(), error.java_message()),
        };
        let (read, written) = self.connection.counts();
        Observation {
            result,
            read,
            written,
        }
    }

    fn call(&mut self, call: &Call) -> Result<Value, Error> {
        match call {
            Call::Write(write) => dispatch::write(write, &mut self.output).map(|()| Value::Void),
            Call::Stream(stream) => dispatch::stream(*stream, &mut self.output),
            Call::Read(read) => dispatch::read(*read, &mut self.input, &mut Room::default()),
            Call::Socket(socket) => {
                match socket {
                    Socket::ShutdownOutput => self.connection.shutdown_output()?,
                    Socket::Close => self.connection.close(),
                    Socket::Reset => self.connection.reset()?,
                }
                Ok(Value::Void)
            }
        }
    }
}

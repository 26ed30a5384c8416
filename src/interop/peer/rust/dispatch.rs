//! Calls the library method with the given Java name, and translates its result into what Java
//! would report.

use std::net::TcpStream;
use std::rc::Rc;

use super::java_socket::{Connection, Input, Output};
use crate::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};
use crate::interop::protocol::call::{Call, CallResult, Method, Observation, Value};

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
        match &call.value {
            Some(value) => match call.method {
                Method::ReadFully => self.read_fully(whole(value)),
                Method::SkipBytes => {
                    let skipped = self.input.skip_bytes(whole(value))?;
                    Ok(Value::Whole(i64::try_from(skipped).unwrap_or(i64::MAX)))
                }
                method => self.write(method, value).map(|()| Value::Void),
            },
            None => self.call_without_value(call.method),
        }
    }

    fn write(&mut self, method: Method, value: &Value) -> Result<(), Error> {
        let output = &mut self.output;
        match (method, value) {
            (Method::Write, Value::Bytes(bytes)) => output.write(bytes),
            (Method::WriteBoolean, Value::Boolean(truth)) => output.write_boolean(*truth),
            (Method::WriteByte, value) => output.write_byte(whole(value)),
            (Method::WriteShort, value) => output.write_short(whole(value)),
            (Method::WriteChar, value) => output.write_char(whole(value)),
            (Method::WriteInt, value) => output.write_int(whole(value)),
            (Method::WriteLong, value) => output.write_long(whole(value)),
            (Method::WriteFloat, Value::Float(bits)) => output.write_float(f32::from_bits(*bits)),
            (Method::WriteDouble, Value::Double(bits)) => {
                output.write_double(f64::from_bits(*bits))
            }
            (Method::WriteBytes, Value::Text(text)) => output.write_bytes(text),
            (Method::WriteChars, Value::Text(text)) => output.write_chars(text),
            (Method::WriteUtf, Value::Text(text)) => output.write_utf(text),
            (method, value) => unreachable!("{method} does not take {value}"),
        }
    }

    fn call_without_value(&mut self, method: Method) -> Result<Value, Error> {
        let input = &mut self.input;
        Ok(match method {
            Method::Flush => {
                self.output.flush()?;
                Value::Void
            }
            Method::Size => Value::Whole(self.output.size().into()),
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
            Method::ShutdownOutput => {
                self.connection.shutdown_output()?;
                Value::Void
            }
            Method::Close => {
                self.connection.close();
                Value::Void
            }
            Method::Reset => {
                self.connection.reset()?;
                Value::Void
            }
            method => unreachable!("{method} takes a value"),
        })
    }

    /// Reads in pieces, so that no more memory is allocated than has arrived.
    fn read_fully(&mut self, count: usize) -> Result<Value, Error> {
        const PIECE: usize = 64 << 10;
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let start = bytes.len();
            bytes.resize(count.min(start + PIECE), 0);
            self.input.read_fully(&mut bytes[start..])?;
        }
        Ok(Value::Bytes(bytes))
    }
}

/// The number in the type of the method. Parsing the call has checked its range.
fn whole<T: TryFrom<i64>>(value: &Value) -> T {
    match value {
        Value::Whole(number) => T::try_from(*number).ok(),
        _ => None,
    }
    .unwrap_or_else(|| unreachable!("{value} has been checked"))
}

//! The methods that have vectors, and the types of their arguments and results.

use serde_json::Value;

use super::notation;
use crate::sweep::outcome::{integer, text};

/// A method of Java, as `Sweep.java` calls it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Method {
    /// The name used in Java.
    pub(crate) name: &'static str,
    does: Does,
    argument: Option<Type>,
    returns: Option<Type>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// With its number in `Sweep.java`.
    Read(u8),
    Write(u8),
    /// Of `RandomAccessFile` alone.
    File(u8),
    /// No method: the class loader makes a string of a constant.
    Constant,
}

/// A type, and how its values are written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// `true` or `false`.
    Boolean,
    /// A JSON number.
    Int,
    /// A string of decimal digits: many JSON parsers round numbers above 2^53.
    Long,
    /// A string of four hex digits.
    Char,
    /// A string of the bits, in eight or sixteen hex digits.
    Float,
    Double,
    /// A string of code units; null for no string.
    Text,
    /// A string of bytes.
    Bytes,
}

const fn read(name: &'static str, code: u8, returns: Type) -> Method {
    Method {
        name,
        does: Does::Read(code),
        argument: None,
        returns: Some(returns),
    }
}

const fn counted(name: &'static str, code: u8, returns: Type) -> Method {
    Method {
        argument: Some(Type::Int),
        ..read(name, code, returns)
    }
}

const fn write(name: &'static str, code: u8, argument: Type) -> Method {
    Method {
        name,
        does: Does::Write(code),
        argument: Some(argument),
        returns: None,
    }
}

const fn file(
    name: &'static str,
    code: u8,
    argument: Option<Type>,
    returns: Option<Type>,
) -> Method {
    Method {
        name,
        does: Does::File(code),
        argument,
        returns,
    }
}

/// All of them.
pub(crate) const METHODS: [Method; 31] = [
    counted("readFully", 0, Type::Bytes),
    counted("skipBytes", 1, Type::Int),
    read("readBoolean", 2, Type::Boolean),
    read("readByte", 3, Type::Int),
    read("readUnsignedByte", 4, Type::Int),
    read("readShort", 5, Type::Int),
    read("readUnsignedShort", 6, Type::Int),
    read("readChar", 7, Type::Char),
    read("readInt", 8, Type::Int),
    read("readLong", 9, Type::Long),
    read("readFloat", 10, Type::Float),
    read("readDouble", 11, Type::Double),
    read("readLine", 12, Type::Text),
    read("readUTF", 13, Type::Text),
    write("write", 0, Type::Bytes),
    write("writeBoolean", 1, Type::Boolean),
    write("writeByte", 2, Type::Int),
    write("writeShort", 3, Type::Int),
    write("writeChar", 4, Type::Int),
    write("writeInt", 5, Type::Int),
    write("writeLong", 6, Type::Long),
    write("writeFloat", 7, Type::Float),
    write("writeDouble", 8, Type::Double),
    write("writeBytes", 9, Type::Text),
    write("writeChars", 10, Type::Text),
    write("writeUTF", 11, Type::Text),
    file("seek", 64, Some(Type::Long), None),
    file("length", 65, None, Some(Type::Long)),
    file("getFilePointer", 66, None, Some(Type::Long)),
    file("setLength", 67, Some(Type::Long), None),
    CONSTANT,
];

/// What the class loader does with a constant.
pub(crate) const CONSTANT: Method = Method {
    name: "constant",
    does: Does::Constant,
    argument: None,
    returns: Some(Type::Text),
};

impl Method {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        METHODS.iter().find(|method| method.name == name)
    }

    /// Appends the call to a request that reads. `None` if the method does not read, or not with
    /// this argument.
    pub(super) fn encode_read(
        &self,
        argument: Option<&Value>,
        request: &mut Vec<u8>,
    ) -> Option<()> {
        let Does::Read(code) = self.does else {
            return None;
        };
        let argument = match (self.argument, argument) {
            (None, None) => 0,
            (Some(_), Some(argument)) => i32::try_from(argument.as_i64()?).ok()?,
            _ => return None,
        };
        request.push(code);
        request.extend(argument.to_be_bytes());
        Some(())
    }

    /// Appends the call to a request that writes. `None` as above.
    pub(super) fn encode_write(
        &self,
        argument: Option<&Value>,
        request: &mut Vec<u8>,
    ) -> Option<()> {
        let Does::Write(code) = self.does else {
            return None;
        };
        request.push(code);
        self.encode_argument(argument, request)
    }

    /// Appends the call to a request for a file. `None` if there is no such call of a file.
    pub(super) fn encode_file(
        &self,
        argument: Option<&Value>,
        request: &mut Vec<u8>,
    ) -> Option<()> {
        match self.does {
            Does::Read(_) => self.encode_read(argument, request),
            Does::Write(code) => {
                request.push(FIRST_WRITE_OF_A_FILE + code);
                self.encode_argument(argument, request)
            }
            Does::File(code) => {
                request.push(code);
                self.encode_argument(argument, request)
            }
            Does::Constant => None,
        }
    }

    fn encode_argument(&self, argument: Option<&Value>, request: &mut Vec<u8>) -> Option<()> {
        let (kind, argument) = match (self.argument, argument) {
            (None, None) => return Some(()),
            (Some(kind), Some(argument)) => (kind, argument),
            _ => return None,
        };
        match kind {
            Type::Boolean => request.push(argument.as_bool()?.into()),
            Type::Int => {
                request.extend(i32::try_from(argument.as_i64()?).ok()?.to_be_bytes());
            }
            Type::Long => request.extend(argument.as_str()?.parse::<i64>().ok()?.to_be_bytes()),
            Type::Char => request.extend(exactly(argument, 2)?),
            Type::Float => request.extend(exactly(argument, 4)?),
            Type::Double => request.extend(exactly(argument, 8)?),
            Type::Text => {
                let units = notation::text(argument.as_str()?)?;
                put_len(units.len_utf16(), request)?;
                request.extend(units.encode_utf16().flat_map(u16::to_be_bytes));
            }
            Type::Bytes => {
                let bytes = notation::bytes(argument.as_str()?)?;
                put_len(bytes.len(), request)?;
                request.extend(bytes);
            }
        }
        Some(())
    }

    /// What the JVM returned, as the files write it. `None` if the method returns nothing.
    pub(super) fn result(&self, given: &[u8]) -> Option<Value> {
        Some(match self.returns? {
            Type::Boolean => Value::Bool(given != [0]),
            Type::Int => Value::from(integer(given)),
            Type::Long => Value::String(integer(given).to_string()),
            Type::Char | Type::Float | Type::Double | Type::Bytes => {
                Value::String(notation::of_bytes(given))
            }
            Type::Text => Value::String(notation::of_text(&text(given))),
        })
    }
}

/// Appends a length for `Sweep.java`.
pub(super) fn put_len(length: usize, request: &mut Vec<u8>) -> Option<()> {
    request.extend(i32::try_from(length).ok()?.to_be_bytes());
    Some(())
}

fn exactly(argument: &Value, length: usize) -> Option<Vec<u8>> {
    let bytes = notation::bytes(argument.as_str()?)?;
    (bytes.len() == length).then_some(bytes)
}

/// In a request for a file, the writes come behind the reads.
const FIRST_WRITE_OF_A_FILE: u8 = 32;

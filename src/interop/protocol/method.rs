//! The methods that a peer can be asked to call. This table is the only list of them.
//!
//! Everything else takes the methods from the table, or matches on [`Method`], [`Does`], [`Format`]
//! or a call ([`Read`], [`Write`], [`Stream`], [`Socket`], [`Objects`]) without a catch-all arm. So a row added
//! here is a compile error wherever the method needs code of its own, and is played by the rest:
//! the scenario language, the coverage table, the search and the sweep.
//!
//! `dispatch` makes the calls. A group of methods that need another stream, such as those of
//! `ObjectOutputStream`, is another group of the table: another variant of [`Does`] and of [`Call`],
//! and another function there. Names are unique over all groups.

use std::fmt;
use std::str::FromStr;

use super::call::Call;
use super::declaration::{Declaration, JavaType};
use super::format::Format;
use super::value::{Argument, Count, Kind, ObjectArgument, Value};
use crate::JavaString;

/// Declares each method once.
///
/// A row has the variant of [`Method`], the Java name, Java's parameters and result, the call with
/// the types of its argument in Rust, the kind of value that the call returns, and the bytes that it
/// reads or writes. A second call, after `or`, is another method of the library for the same method
/// of Java. The value after `=` is an example of an argument.
macro_rules! methods {
    (
        writes {
            $($w:ident $w_name:literal ($w_parameter:ident)
                $w_call:ident($w_type:ty) $(or $w_other:ident($w_other_type:ty))? => $w_format:ident;)*
        }
        stream {
            $($s:ident $s_name:literal () -> $s_result:ident => $s_returns:expr;)*
        }
        reads {
            $($r:ident $r_name:literal ($($r_parameter:ident)?) -> $r_result:ident
                $r_call:ident $(($argument:ident: $type:ty = $example:expr))?
                => $r_returns:expr, $r_format:ident;)*
        }
        socket {
            $($k:ident $k_name:literal;)*
        }
        objects {
            $($o:ident $o_name:literal $o_call:ident $(($o_type:ty))? => $o_returns:expr, $o_way:ident;)*
        }
    ) => {
        /// A method that a peer can be asked to call, by its Java name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Method {
            $(#[doc = concat!("`", $w_name, "`")] $w,)*
            $(#[doc = concat!("`", $s_name, "`")] $s,)*
            $(#[doc = concat!("`", $r_name, "`")] $r,)*
            $(#[doc = concat!("`", $k_name, "`")] $k,)*
            $(#[doc = concat!("`", $o_name, "`")] $o,)*
        }

        impl Method {
            pub const ALL: &[Self] =
                &[$(Self::$w,)* $(Self::$s,)* $(Self::$r,)* $(Self::$k,)* $(Self::$o,)*];

            /// The name used in Java, in scenario files and in the peer protocol.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$w => $w_name,)*
                    $(Self::$s => $s_name,)*
                    $(Self::$r => $r_name,)*
                    $(Self::$k => $k_name,)*
                    $(Self::$o => $o_name,)*
                }
            }

            /// What it does, and with what.
            pub const fn does(self) -> Does {
                match self {
                    $(Self::$w => Does::Write(Format::$w_format),)*
                    $(Self::$s => Does::Stream(Stream::$s),)*
                    $(Self::$r => Does::Read(Format::$r_format),)*
                    $(Self::$k => Does::Socket(Socket::$k),)*
                    $(Self::$o => Does::Objects(Way::$o_way),)*
                }
            }

            /// The kind of value it takes; `None` if it takes no argument.
            pub fn takes(self) -> Option<Kind> {
                match self {
                    $(Self::$w => Some(<$w_type>::KIND),)*
                    $(Self::$s => None,)*
                    $(Self::$r => None$(.or(Some(<$type>::KIND)))?,)*
                    $(Self::$k => None,)*
                    $(Self::$o => None$(.or(Some(<$o_type>::KIND)))?,)*
                }
            }

            /// The kind of value it returns; `None` if it returns nothing.
            pub const fn returns(self) -> Option<Kind> {
                match self {
                    $(Self::$w => None,)*
                    $(Self::$s => $s_returns,)*
                    $(Self::$r => Some($r_returns),)*
                    $(Self::$k => None,)*
                    $(Self::$o => $o_returns,)*
                }
            }

            /// How Java declares it; `None` if it is no method of the data streams in Java.
            pub const fn declaration(self) -> Option<Declaration> {
                match self {
                    $(Self::$w => Some(Declaration {
                        class: "java.io.DataOutput",
                        returns: JavaType::Void,
                        parameters: &[JavaType::$w_parameter],
                    }),)*
                    $(Self::$s => Some(Declaration {
                        class: "java.io.DataOutputStream",
                        returns: JavaType::$s_result,
                        parameters: &[],
                    }),)*
                    $(Self::$r => Some(Declaration {
                        class: "java.io.DataInput",
                        returns: JavaType::$r_result,
                        parameters: &[$(JavaType::$r_parameter)?],
                    }),)*
                    $(Self::$k => None,)*
                    $(Self::$o => None,)*
                }
            }

            /// The call with this argument, or the argument if the method does not take it.
            pub(super) fn call(self, argument: Option<Value>) -> Result<Call, Option<Value>> {
                Ok(match self {
                    $(Self::$w => {
                        Call::Write(Write::$w_call(of(argument)?))
                    })*
                    $(Self::$s => without(argument, Call::Stream(Stream::$s))?,)*
                    $(Self::$r => {
                        $(let ($argument, argument) = (of::<$type>(argument)?, None);)?
                        without(argument, Call::Read(Read::$r_call $(($argument))?))?
                    })*
                    $(Self::$k => without(argument, Call::Socket(Socket::$k))?,)*
                    $(Self::$o => objects!(argument, $o_call $(($o_type))?),)*
                })
            }
        }

        /// A call of a method that writes, to any [`DataOutput`](crate::data::DataOutput). Floats
        /// are held as their bits.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Write {
            $(
                #[doc = concat!("`", $w_name, "`")]
                $w_call($w_type),
                $(
                    #[doc = concat!("`", $w_name, "` with any low bits: Java's parameter is wider.")]
                    $w_other($w_other_type),
                )?
            )*
        }

        impl Write {
            pub const fn method(&self) -> Method {
                match self {
                    $(Self::$w_call(_) $(| Self::$w_other(_))? => Method::$w,)*
                }
            }

            pub fn argument(&self) -> Value {
                match self {
                    $(
                        Self::$w_call(argument) => argument.value(),
                        $(Self::$w_other(argument) => Value::Whole((*argument).into()),)?
                    )*
                }
            }
        }

        /// A call of a method that reads, from any [`DataInput`](crate::data::DataInput).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Read {
            $(#[doc = concat!("`", $r_name, "`")] $r_call $(($type))?,)*
        }

        impl Read {
            /// One call of each method.
            pub const EACH: &[Self] = &[$(Self::$r_call $(($example))?,)*];

            pub const fn method(self) -> Method {
                match self {
                    $(Self::$r_call { .. } => Method::$r,)*
                }
            }

            pub fn argument(self) -> Option<Value> {
                match self {
                    $(Self::$r_call $(($argument))? => None$(.or(Some($argument.value())))?,)*
                }
            }
        }

        /// A call of a method of `DataOutputStream` that writes nothing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Stream {
            $(#[doc = concat!("`", $s_name, "`")] $s,)*
        }

        impl Stream {
            pub const fn method(self) -> Method {
                match self {
                    $(Self::$s => Method::$s,)*
                }
            }
        }

        /// A call of a method of the connection.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Socket {
            $(#[doc = concat!("`", $k_name, "`")] $k,)*
        }

        impl Socket {
            pub const fn method(self) -> Method {
                match self {
                    $(Self::$k => Method::$k,)*
                }
            }
        }

        /// A call of a method of an object stream, or of its constructor.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Objects {
            $(#[doc = concat!("`", $o_name, "`")] $o_call $(($o_type))?,)*
        }

        impl Objects {
            pub const fn method(&self) -> Method {
                match self {
                    $(Self::$o_call { .. } => Method::$o,)*
                }
            }
        }
    };
}

/// A call of an object stream, with its argument if it takes one.
macro_rules! objects {
    ($argument:ident, $call:ident) => {
        without($argument, Call::Objects(Objects::$call))?
    };
    ($argument:ident, $call:ident($type:ty)) => {
        Call::Objects(Objects::$call(of($argument)?))
    };
}

const UNSIGNED_BYTE: Kind = Kind::Whole(0, u8::MAX as i64);
const UNSIGNED_SHORT: Kind = Kind::Whole(0, u16::MAX as i64);

methods! {
    writes {
        Write        "write"        (ByteArray) All(Vec<u8>)      => Bytes;
        WriteBoolean "writeBoolean" (Boolean)   Boolean(bool)     => Boolean;
        WriteByte    "writeByte"    (Int)       Byte(i8) or UnsignedByte(u8)     => Byte;
        WriteShort   "writeShort"   (Int)       Short(i16) or UnsignedShort(u16) => Short;
        WriteChar    "writeChar"    (Int)       Char(u16)         => Char;
        WriteInt     "writeInt"     (Int)       Int(i32)          => Int;
        WriteLong    "writeLong"    (Long)      Long(i64)         => Long;
        WriteFloat   "writeFloat"   (Float)     Float(u32)        => Float;
        WriteDouble  "writeDouble"  (Double)    Double(u64)       => Double;
        WriteBytes   "writeBytes"   (String)    Bytes(JavaString) => LowBytes;
        WriteChars   "writeChars"   (String)    Chars(JavaString) => Chars;
        WriteUtf     "writeUTF"     (String)    Utf(JavaString)   => Utf;
    }
    stream {
        Flush "flush" () -> Void => None;
        Size  "size"  () -> Int  => Some(Kind::Count);
    }
    reads {
        ReadFully   "readFully"   (ByteArray) -> Void Fully(count: Count = Count(3)) => Kind::Bytes, Bytes;
        SkipBytes   "skipBytes"   (Int) -> Int        Skip(count: Count = Count(3))  => Kind::Count, Bytes;
        ReadBoolean "readBoolean" () -> Boolean       Boolean => Kind::Boolean, Boolean;
        ReadByte    "readByte"    () -> Byte          Byte => i8::KIND, Byte;
        ReadUnsignedByte  "readUnsignedByte"  () -> Int UnsignedByte => UNSIGNED_BYTE, Byte;
        ReadShort   "readShort"   () -> Short         Short => i16::KIND, Short;
        ReadUnsignedShort "readUnsignedShort" () -> Int UnsignedShort => UNSIGNED_SHORT, Short;
        ReadChar    "readChar"    () -> Char          Char => u16::KIND, Char;
        ReadInt     "readInt"     () -> Int           Int => i32::KIND, Int;
        ReadLong    "readLong"    () -> Long          Long => i64::KIND, Long;
        ReadFloat   "readFloat"   () -> Float         Float => Kind::Float, Float;
        ReadDouble  "readDouble"  () -> Double        Double => Kind::Double, Double;
        ReadLine    "readLine"    () -> String        Line => Kind::Text, Line;
        ReadUtf     "readUTF"     () -> String        Utf => Kind::Text, Utf;
    }
    socket {
        ShutdownOutput "shutdownOutput";
        Close          "close";
        Reset          "reset";
    }
    objects {
        NewObjectOutputStream "newObjectOutputStream" NewOutput => None, Output;
        NewObjectInputStream  "newObjectInputStream"  NewInput => None, Input;
        WriteObject    "writeObject"    Write(ObjectArgument) => None, Output;
        WriteUnshared  "writeUnshared"  WriteUnshared(ObjectArgument) => None, Output;
        ReadObject     "readObject"     Read => Some(Kind::Object), Input;
        ReadUnshared   "readUnshared"   ReadUnshared => Some(Kind::Object), Input;
        ResetObjects   "resetObjects"   Reset => None, Output;
    }
}

/// What a method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// It writes bytes of this format.
    Write(Format),
    /// It asks the output stream for something, and writes nothing.
    Stream(Stream),
    /// It reads bytes of this format, and waits for them.
    Read(Format),
    /// It acts on the connection.
    Socket(Socket),
    /// It creates an object stream, or writes or reads objects.
    Objects(Way),
}

/// The direction of an object stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Input,
    Output,
}

impl Method {
    /// Whether it waits for bytes from the other side.
    pub const fn reads(self) -> bool {
        match self.does() {
            Does::Read(_) | Does::Objects(Way::Input) => true,
            Does::Write(_) | Does::Stream(_) | Does::Socket(_) | Does::Objects(Way::Output) => {
                false
            }
        }
    }

    /// Whether it sends bytes.
    pub const fn writes(self) -> bool {
        match self.does() {
            Does::Write(_) | Does::Objects(Way::Output) => true,
            Does::Read(_) | Does::Stream(_) | Does::Socket(_) | Does::Objects(Way::Input) => false,
        }
    }

    /// Whether it belongs to the group of methods of object streams, which a peer need not offer.
    pub const fn is_of_objects(self) -> bool {
        match self.does() {
            Does::Objects(_) => true,
            Does::Write(_) | Does::Stream(_) | Does::Read(_) | Does::Socket(_) => false,
        }
    }

    /// The format of the bytes that it reads as data; `None` if it reads none.
    pub const fn format_read(self) -> Option<Format> {
        match self.does() {
            Does::Read(format) => Some(format),
            Does::Write(_) | Does::Stream(_) | Does::Socket(_) | Does::Objects(_) => None,
        }
    }

    /// The format of the bytes that it writes as data; `None` if it writes none.
    pub const fn format_written(self) -> Option<Format> {
        match self.does() {
            Does::Write(format) => Some(format),
            Does::Read(_) | Does::Stream(_) | Does::Socket(_) | Does::Objects(_) => None,
        }
    }

    /// Whether the other side sees an end or a reset of this role's direction after it.
    pub const fn ends_output(self) -> bool {
        match self.does() {
            Does::Socket(socket) => match socket {
                Socket::ShutdownOutput | Socket::Close | Socket::Reset => true,
            },
            Does::Write(_) | Does::Stream(_) | Does::Read(_) | Does::Objects(_) => false,
        }
    }
}

impl Objects {
    /// The argument; `None` if the method takes none.
    pub fn argument(&self) -> Option<&Value> {
        match self {
            Self::Write(object) | Self::WriteUnshared(object) => Some(object.as_value()),
            Self::NewOutput | Self::NewInput | Self::Read | Self::ReadUnshared | Self::Reset => {
                None
            }
        }
    }
}

fn of<A: Argument>(argument: Option<Value>) -> Result<A, Option<Value>> {
    A::of(argument.ok_or(None)?).map_err(Some)
}

/// `call`, if there is no argument.
fn without(argument: Option<Value>, call: Call) -> Result<Call, Option<Value>> {
    match argument {
        None => Ok(call),
        Some(_) => Err(argument),
    }
}

/// An argument that is a sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sequence<'a> {
    Bytes(&'a [u8]),
    Text(&'a JavaString),
}

impl Sequence<'_> {
    /// How many bytes or code units it has.
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Text(text) => text.len_utf16(),
        }
    }
}

impl Write {
    /// The argument, if it is a sequence.
    pub(crate) fn sequence(&self) -> Option<Sequence<'_>> {
        match self {
            Self::All(bytes) => Some(Sequence::Bytes(bytes)),
            Self::Bytes(text) | Self::Chars(text) | Self::Utf(text) => Some(Sequence::Text(text)),
            Self::Boolean(_)
            | Self::Byte(_)
            | Self::UnsignedByte(_)
            | Self::Short(_)
            | Self::UnsignedShort(_)
            | Self::Char(_)
            | Self::Int(_)
            | Self::Long(_)
            | Self::Float(_)
            | Self::Double(_) => None,
        }
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|method| method.name() == name)
            .ok_or_else(|| format!("{name}: no method of DataInput or DataOutput has this name"))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_on_the_page_of_the_protocol_and_no_other() {
        let page = include_str!("../../../java/README.md");
        let tables = page.split("| method | value | returns |\n").skip(1);
        let rows = tables.flat_map(|table| {
            table
                .lines()
                .skip(1)
                .take_while(|line| line.starts_with('|'))
        });
        let first_cells = rows.filter_map(|row| row.split('|').nth(1));
        let names = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        let names: Vec<&str> = names.collect();
        let all: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
        assert_eq!(names, all);
    }

    #[test]
    fn names_are_unique() {
        for method in Method::ALL {
            assert_eq!(method.name().parse(), Ok(*method));
        }
    }

    #[test]
    fn a_call_knows_its_method_and_gives_back_its_argument() {
        for read in Read::EACH {
            let call = read.method().call(read.argument());
            assert_eq!(call, Ok(Call::Read(*read)));
        }
        for method in Method::ALL.iter().filter(|method| method.takes().is_none()) {
            assert_eq!(method.call(None).unwrap().method(), *method);
            assert_eq!(
                method.call(Some(Value::Whole(1))),
                Err(Some(Value::Whole(1)))
            );
        }
        for method in Method::ALL.iter().filter(|method| method.takes().is_some()) {
            assert_eq!(method.call(None), Err(None));
            let call = method.call(Some(Value::Void));
            assert_eq!(call, Err(Some(Value::Void)));
        }
        for object in ["null", "u0061", "1=u0061", "Integer(7)", "int[1,2]"] {
            let object: Value = object.parse().unwrap();
            for method in [Method::WriteObject, Method::WriteUnshared] {
                let call = method.call(Some(object.clone())).unwrap();
                assert_eq!(
                    (call.method(), call.argument()),
                    (method, Some(object.clone()))
                );
            }
        }
    }
}

//! A naive codec, written without a look at the library's, and a place in it for every bug.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

use javatalk::JavaString;
use javatalk::internals::interop::protocol::call::{
    Call, CallResult, Method, Objects, Socket, Value,
};

use super::bug::Bug;
use super::objects::ObjectSide;
use super::text;

/// What a call throws: class and message.
pub(crate) type Thrown = (&'static str, Option<JavaString>);

const END: Thrown = ("java.io.EOFException", None);

/// One connection, read and written byte by byte.
pub(crate) struct Connection {
    stream: Option<TcpStream>,
    bug: Option<Bug>,
    pub(crate) read: u64,
    pub(crate) written: u64,
    size: i64,
    given_back: VecDeque<u8>,
    held: VecDeque<u8>,
    unsent: Vec<u8>,
    half_closed: bool,
    reset: bool,
    ended: bool,
    /// The first string that was written.
    first: Vec<u16>,
    objects: ObjectSide,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, bug: Option<Bug>) -> Self {
        Self {
            stream: Some(stream),
            bug,
            read: 0,
            written: 0,
            size: 0,
            given_back: VecDeque::new(),
            held: VecDeque::new(),
            unsent: Vec::new(),
            half_closed: false,
            reset: false,
            ended: false,
            first: Vec::new(),
            objects: ObjectSide::new(bug),
        }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Makes a call.
    pub(crate) fn make(&mut self, call: &Call) -> CallResult {
        if let Some(result) = self.in_objects(call) {
            return result;
        }
        match self.call(call) {
            Ok(value) => CallResult::Returned(value),
            Err((class, message)) => CallResult::Threw(class.to_owned(), message),
        }
    }

    /// Makes the call on an object stream, if there is one for it.
    fn in_objects(&mut self, call: &Call) -> Option<CallResult> {
        let before = self.objects.taken.get();
        let done = match call {
            Call::Socket(Socket::Close | Socket::Reset) => {
                self.objects.release();
                None
            }
            Call::Objects(Objects::NewInput) => {
                let held = self
                    .given_back
                    .drain(..)
                    .chain(self.held.drain(..))
                    .collect();
                let stream = self.stream.as_ref();
                let result = self
                    .objects
                    .open_input(held, stream, self.ended, self.reset);
                Some((result, Vec::new()))
            }
            _ => {
                let is_broken = self.stream.is_none() || self.half_closed;
                self.objects.make(call, is_broken)
            }
        };
        self.read += self.objects.taken.get() - before;
        self.ended |= self.objects.has_ended.get();
        let (result, bytes) = done?;
        Some(match self.put(&bytes) {
            Ok(_) => result,
            Err((class, message)) => CallResult::Threw(class.to_owned(), message),
        })
    }

    fn call(&mut self, call: &Call) -> Result<Value, Thrown> {
        let is_cut = match self.bug {
            Some(Bug::SkipIn16Bits) => call.method() == Method::SkipBytes,
            Some(Bug::FullyIn16Bits) => call.method() == Method::ReadFully,
            _ => false,
        };
        let argument = call.argument();
        let whole = || match argument {
            Some(Value::Whole(number)) if is_cut => number & 0xffff,
            Some(Value::Whole(number)) => number,
            _ => 0,
        };
        let text = || match &argument {
            Some(Value::Text(text)) => {
                let units: Vec<u16> = text.encode_utf16().collect();
                match self.bug {
                    Some(bug) => text::written(bug, units),
                    None => units,
                }
            }
            _ => Vec::new(),
        };
        match call.method() {
            Method::Write => match &argument {
                Some(Value::Bytes(bytes)) if self.has(Bug::WriteIn16Bits) => {
                    self.put(&bytes[..bytes.len() & 0xffff])
                }
                Some(Value::Bytes(bytes)) => self.put(bytes),
                _ => Ok(Value::Void),
            },
            Method::WriteBoolean => self.put(&[u8::from(argument == Some(Value::Boolean(true)))]),
            Method::WriteByte => self.number(whole(), 1),
            Method::WriteShort | Method::WriteChar => self.number(whole(), 2),
            Method::WriteInt => self.number(whole(), 4),
            Method::WriteLong => self.number(whole(), 8),
            Method::WriteFloat => match argument {
                Some(Value::Float(bits)) => {
                    let nan = f32::from_bits(bits).is_nan() && !self.has(Bug::NanKeptOnWrite);
                    let bits = if nan { 0x7fc0_0000 } else { bits };
                    self.number(i64::from(bits), 4)
                }
                _ => Ok(Value::Void),
            },
            Method::WriteDouble => match argument {
                Some(Value::Double(bits)) => {
                    let nan = f64::from_bits(bits).is_nan() && !self.has(Bug::NanKeptOnWrite);
                    let bits = if nan { 0x7ff8_0000_0000_0000 } else { bits };
                    self.number(bits.cast_signed(), 8)
                }
                _ => Ok(Value::Void),
            },
            Method::WriteBytes => {
                let units: Vec<u16> = text();
                if self.has(Bug::BytesOfUtf8) {
                    return self.put(String::from_utf16_lossy(&units).as_bytes());
                }
                let bytes: Vec<u8> = units.iter().map(|unit| unit.to_be_bytes()[1]).collect();
                self.put(&bytes)
            }
            Method::WriteChars => {
                let units: Vec<u16> = text();
                let bytes: Vec<u8> = if self.has(Bug::CharsOfOneByte) {
                    units.iter().map(|unit| unit.to_be_bytes()[1]).collect()
                } else {
                    units.iter().flat_map(|unit| unit.to_be_bytes()).collect()
                };
                self.put(&bytes)
            }
            Method::WriteUtf => {
                let mut units = text();
                if self.has(Bug::SameHash) {
                    if hash(&units) == hash(&self.first) {
                        units.clone_from(&self.first);
                    } else if self.first.is_empty() {
                        self.first.clone_from(&units);
                    }
                }
                self.write_utf(&units)
            }
            Method::Flush => Ok(Value::Void),
            Method::Size if self.has(Bug::SizeIn24Bits) => Ok(Value::Whole(self.size & 0xff_ffff)),
            Method::Size => Ok(Value::Whole(self.size + i64::from(self.has(Bug::SizeOff)))),
            Method::ReadFully => {
                let count = usize::try_from(whole()).unwrap_or(0);
                Ok(Value::Bytes(self.take(count)?))
            }
            Method::SkipBytes => {
                let count = usize::try_from(whole()).unwrap_or(0);
                let mut skipped = 0;
                while skipped < count {
                    match self.some(count - skipped)?.len() {
                        0 if self.has(Bug::SkipThrows) => return Err(END),
                        0 => break,
                        some => skipped += some,
                    }
                }
                Ok(Value::Whole(i64::try_from(skipped).unwrap_or(i64::MAX)))
            }
            Method::ReadBoolean => {
                let byte = self.take(1)?[0];
                Ok(Value::Boolean(if self.has(Bug::OnlyOneIsTrue) {
                    byte == 1
                } else {
                    byte != 0
                }))
            }
            Method::ReadByte => self.signed(1),
            Method::ReadShort => self.signed(2),
            Method::ReadInt => self.signed(4),
            Method::ReadLong => self.signed(8),
            Method::ReadUnsignedByte | Method::ReadUnsignedShort | Method::ReadChar => {
                let size = if call.method() == Method::ReadUnsignedByte {
                    1
                } else {
                    2
                };
                let Value::Whole(number) = self.signed(size)? else {
                    return Ok(Value::Void);
                };
                if self.has(Bug::UnsignedAsSigned) {
                    return Ok(Value::Whole(number));
                }
                Ok(Value::Whole(number & ((1 << (8 * size)) - 1)))
            }
            Method::ReadFloat => {
                let bytes: [u8; 4] = self.take(4)?.try_into().unwrap_or_default();
                let bits = u32::from_be_bytes(bytes);
                let lost = f32::from_bits(bits).is_nan() && self.has(Bug::NanLostOnRead);
                Ok(Value::Float(if lost { 0x7fc0_0000 } else { bits }))
            }
            Method::ReadDouble => {
                let bytes: [u8; 8] = self.take(8)?.try_into().unwrap_or_default();
                let bits = u64::from_be_bytes(bytes);
                let lost = f64::from_bits(bits).is_nan() && self.has(Bug::NanLostOnRead);
                Ok(Value::Double(if lost {
                    0x7ff8_0000_0000_0000
                } else {
                    bits
                }))
            }
            Method::ReadLine => self.read_line(),
            Method::ReadUtf => self.read_utf(),
            Method::ShutdownOutput => {
                self.send_the_rest()?;
                let stream = self.stream.as_ref().ok_or(CLOSED)?;
                if self.half_closed {
                    return Err(CLOSED);
                }
                self.half_closed = true;
                // The other side may have gone: in Java nobody hears of it here.
                let _ = stream.shutdown(Shutdown::Write);
                Ok(Value::Void)
            }
            Method::Close => {
                if !self.has(Bug::CloseWithoutFlush) && self.stream.is_some() {
                    self.send_the_rest()?;
                }
                if let Some(stream) = self.stream.take() {
                    let _ = stream.shutdown(Shutdown::Write);
                }
                Ok(Value::Void)
            }
            // They are made on an object stream.
            Method::NewObjectOutputStream
            | Method::NewObjectInputStream
            | Method::WriteObject
            | Method::WriteUnshared
            | Method::ReadObject
            | Method::ReadUnshared
            | Method::ResetObjects => Ok(Value::Void),
            Method::Reset => {
                if let Some(stream) = self.stream.take() {
                    let _ =
                        socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO));
                }
                Ok(Value::Void)
            }
        }
    }

    fn number(&mut self, number: i64, size: usize) -> Result<Value, Thrown> {
        let mut bytes = number.to_be_bytes()[8 - size..].to_vec();
        if self.has(Bug::LittleEndian) {
            bytes.reverse();
        }
        self.put(&bytes)
    }

    fn signed(&mut self, size: usize) -> Result<Value, Thrown> {
        let bytes = self.take(size)?;
        let mut number = if bytes[0] < 0x80 { 0 } else { -1 };
        for byte in bytes {
            number = number << 8 | i64::from(byte);
        }
        Ok(Value::Whole(number))
    }

    fn write_utf(&mut self, units: &[u16]) -> Result<Value, Thrown> {
        let mut body = Vec::new();
        let mut at = 0;
        while at < units.len() {
            let unit = units[at];
            at += 1;
            let low = units.get(at).copied().unwrap_or(0);
            let pair = (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(&low);
            let surrogate = (0xd800..0xe000).contains(&unit);
            if pair && self.has(Bug::EmojiInFourBytes) {
                at += 1;
                let both = String::from_utf16_lossy(&[unit, low]);
                body.extend(both.as_bytes());
            } else if pair && self.has(Bug::SurrogateReplaced) {
                at += 1;
                three(&mut body, unit);
                three(&mut body, low);
            } else if surrogate && self.has(Bug::SurrogateReplaced) {
                body.push(b'?');
            } else if (1..0x80).contains(&unit) || unit == 0 && self.has(Bug::NulAsOneByte) {
                body.push(unit.to_be_bytes()[1]);
            } else if unit < 0x800 {
                body.push(0xc0 | (unit >> 6).to_be_bytes()[1]);
                body.push(0x80 | (unit & 0x3f).to_be_bytes()[1]);
            } else {
                three(&mut body, unit);
            }
        }
        let length = if self.has(Bug::LengthInCharacters) {
            units.len()
        } else {
            body.len()
        };
        if body.len() > 65_535 {
            if self.has(Bug::RefusedTooLate) {
                self.put(&[0xff, 0xff])?;
            }
            let mut message: Vec<u16> = "encoded string (".encode_utf16().collect();
            message.extend(&units[..8]);
            message.extend("...".encode_utf16());
            message.extend(&units[units.len() - 8..]);
            message.extend(format!(") too long: {} bytes", body.len()).encode_utf16());
            return Err(("java.io.UTFDataFormatException", Some(message.into())));
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
        let mut message = if self.has(Bug::LengthOfFourBytes) {
            length.to_vec()
        } else if self.has(Bug::LengthOfSevenBits) {
            seven_bits(u32::from_be_bytes(length))
        } else {
            length[2..].to_vec()
        };
        message.extend(body);
        self.put(&message)?;
        Ok(Value::Void)
    }

    fn read_utf(&mut self) -> Result<Value, Thrown> {
        let prefix = self.take(2)?;
        let mut length = usize::from(u16::from_be_bytes([prefix[0], prefix[1]]));
        if self.has(Bug::LengthSigned) && length > 0x7fff {
            length = 0;
        }
        let mut body = Vec::new();
        let mut units = Vec::new();
        let early = [Bug::BodyNotConsumed, Bug::MalformedBeforeEnd];
        if self.bug.is_some_and(|bug| early.contains(&bug)) {
            // Decodes what has come so far after every byte.
            while body.len() < length {
                let next = self.take(1)?;
                body.extend(next);
                if let Err(Wrong::Around(number)) = self.decode(&body, &mut units) {
                    if self.has(Bug::MalformedBeforeEnd) {
                        let rest = length - body.len();
                        for _ in 0..rest {
                            if self.byte()?.is_none() {
                                break;
                            }
                        }
                    }
                    return Err(malformed(&Wrong::Around(number)));
                }
            }
        } else {
            body = self.take(length)?;
        }
        self.decode(&body, &mut units)
            .map_err(|wrong| malformed(&wrong))?;
        Ok(Value::Text(JavaString::from(units)))
    }

    fn decode(&self, body: &[u8], units: &mut Vec<u16>) -> Result<(), Wrong> {
        units.clear();
        let around = |number: usize| {
            let off = usize::from(self.has(Bug::ByteNumberOff));
            Err(Wrong::Around(number + off))
        };
        let mut at = 0;
        while at < body.len() {
            let lead = body[at];
            let size = match lead {
                0 if self.has(Bug::RawNulRefused) => return around(at),
                0x00..=0x7f => 1,
                0xc0..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => return around(at),
            };
            if at + size > body.len() {
                return Err(Wrong::Partial);
            }
            if body[at + 1..at + size]
                .iter()
                .any(|byte| byte & 0xc0 != 0x80)
            {
                return around(at + 2);
            }
            let bits = |index: usize| u16::from(body[at + index] & 0x3f);
            let unit = match size {
                1 => u16::from(lead),
                2 => u16::from(lead & 0x1f) << 6 | bits(1),
                _ => u16::from(lead & 0x0f) << 12 | bits(1) << 6 | bits(2),
            };
            let least = [0, 0, 0x80, 0x800][size];
            if self.has(Bug::OverlongRefused) && unit < least && unit != 0 {
                return around(at);
            }
            units.push(unit);
            at += size;
        }
        Ok(())
    }

    fn read_line(&mut self) -> Result<Value, Thrown> {
        let mut units = Vec::new();
        loop {
            match self.byte()? {
                None if units.is_empty() => return Ok(Value::Null),
                None | Some(b'\n') => break,
                Some(b'\r') => {
                    if self.has(Bug::LfLeftAfterCr) {
                        break;
                    }
                    if let Some(next) = self.byte()?
                        && next != b'\n'
                    {
                        self.held.push_front(next);
                    }
                    break;
                }
                Some(byte) => units.push(u16::from(byte)),
            }
            if self.has(Bug::LineOf65536) && units.len() == 65_536 {
                break;
            }
        }
        if let Some(bug) = self.bug {
            units = text::line(bug, units);
        }
        Ok(Value::Text(JavaString::from(units)))
    }

    /// The next byte; none at the end.
    fn byte(&mut self) -> Result<Option<u8>, Thrown> {
        Ok(self.some(1)?.first().copied())
    }

    /// At least one byte, and at most so many; none at the end.
    fn some(&mut self, most: usize) -> Result<Vec<u8>, Thrown> {
        if let Some(byte) = self.held.pop_front() {
            return Ok(vec![byte]);
        }
        if let Some(byte) = self.given_back.pop_front() {
            self.read += 1;
            return Ok(vec![byte]);
        }
        // What has ended stays ended, even after `close`.
        if self.ended {
            return Ok(Vec::new());
        }
        let mut bytes = vec![0; most.min(65_536)];
        let mut stream = self.stream.as_ref().ok_or(CLOSED)?;
        if self.reset {
            return Err(CLOSED);
        }
        match stream.read(&mut bytes) {
            Ok(count) => bytes.truncate(count),
            Err(why) => {
                // The system says so once, Java for ever.
                self.reset = true;
                return Err(socket(why));
            }
        }
        self.ended = bytes.is_empty() && most > 0;
        self.read += bytes.len() as u64;
        Ok(bytes)
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, Thrown> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let some = self.some(count - bytes.len())?;
            match some.len() {
                1.. => bytes.extend(some),
                0 => {
                    if self.has(Bug::PartialGivenBack) {
                        self.read -= bytes.len() as u64;
                        self.given_back = bytes.into();
                    }
                    return Err(END);
                }
            }
        }
        Ok(bytes)
    }

    /// Whether a read would have to wait.
    pub(crate) fn would_wait(&mut self) -> bool {
        let Some(stream) = &self.stream else {
            return false;
        };
        let _ = stream.set_nonblocking(true);
        let peeked = stream.peek(&mut [0]).map_err(|why| why.kind());
        let _ = stream.set_nonblocking(false);
        // The system says so once, and has now said it.
        self.reset |= peeked == Err(io::ErrorKind::ConnectionReset);
        peeked == Err(io::ErrorKind::WouldBlock)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<Value, Thrown> {
        // To write nothing is no call of the socket.
        if bytes.is_empty() {
            return Ok(Value::Void);
        }
        if self.stream.is_none() {
            return Err(CLOSED);
        }
        if self.has(Bug::CloseWithoutFlush) {
            // The last write waits for the next.
            self.send_the_rest()?;
            self.unsent = bytes.to_vec();
        } else {
            self.send(bytes)?;
        }
        self.written += bytes.len() as u64;
        self.size += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        Ok(Value::Void)
    }

    fn send_the_rest(&mut self) -> Result<(), Thrown> {
        let rest = std::mem::take(&mut self.unsent);
        self.send(&rest)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Thrown> {
        let mut stream = self.stream.as_ref().ok_or(CLOSED)?;
        stream.write_all(bytes).map_err(socket)
    }
}

/// `String.hashCode()`.
fn hash(units: &[u16]) -> u32 {
    let add = |hash: u32, unit: &u16| hash.wrapping_mul(31).wrapping_add((*unit).into());
    units.iter().fold(0, add)
}

const CLOSED: Thrown = ("java.net.SocketException", None);

fn socket(why: io::Error) -> Thrown {
    ("java.net.SocketException", Some(why.to_string().into()))
}

enum Wrong {
    Partial,
    Around(usize),
}

fn malformed(wrong: &Wrong) -> Thrown {
    let message = match wrong {
        Wrong::Partial => "malformed input: partial character at end".to_owned(),
        Wrong::Around(number) => format!("malformed input around byte {number}"),
    };
    ("java.io.UTFDataFormatException", Some(message.into()))
}

fn three(body: &mut Vec<u8>, unit: u16) {
    body.push(0xe0 | (unit >> 12).to_be_bytes()[1]);
    body.push(0x80 | (unit >> 6 & 0x3f).to_be_bytes()[1]);
    body.push(0x80 | (unit & 0x3f).to_be_bytes()[1]);
}

fn seven_bits(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f).to_be_bytes()[3];
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

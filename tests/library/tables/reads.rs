//! The rows of `reads.txt`, each on a whole source and on one that gives a byte at a time.

use std::io::{self, Read};

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, Error};

use super::{ChatCase, Outcome, Value, assert_no_failures, literal, rows, shown};

#[test]
fn every_row_holds_if_the_source_returns_all_bytes_at_once() {
    assert_no_failures(&failures(usize::MAX, |input| input.read_utf()));
}

#[test]
fn every_row_holds_if_strings_are_read_in_place() {
    assert_no_failures(&failures(usize::MAX, read_utf_in_place));
}

#[test]
fn every_row_holds_if_the_source_returns_one_byte_at_a_time() {
    assert_no_failures(&failures(1, |input| input.read_utf()));
}

fn failures(at_a_time: usize, read_utf: ReadUtf) -> Vec<String> {
    let mut failures = Vec::new();
    let mut input = DataInputStream::new(CountingStream::default());
    for ChatCase { line, cells } in rows(TABLE) {
        let [method, source, outcome, consumed, boundary] = cells[..] else {
            panic!("reads.txt:{line}: not five cells");
        };
        if source != "..." {
            let bytes = literal::bytes(source);
            input = DataInputStream::new(CountingStream {
                bytes,
                at_a_time,
                given: 0,
            });
        }
        let seen = (
            Outcome::of(call(&mut input, method, read_utf)),
            input.get_ref().given,
        );
        let is_bytes = method.split(' ').next() == Some("readFully");
        let expected = (Outcome::parse(outcome, is_bytes), consumed.parse().unwrap());
        if seen != expected {
            let (seen, expected) = (shown(&seen), shown(&expected));
            failures.push(format!(
                "reads.txt:{line}: {boundary}: {seen} instead of {expected}"
            ));
        }
    }
    failures
}

type ReadUtf = fn(&mut DataInputStream<CountingStream>) -> Result<JavaString, Error>;

fn call(
    input: &mut DataInputStream<CountingStream>,
    method: &str,
    read_utf: ReadUtf,
) -> Result<Value, Error> {
    let (name, argument) = method.split_once(' ').unwrap_or((method, "0"));
    let argument: usize = argument.parse().unwrap();
    Ok(match name {
        "readFully" => {
            let mut buffer = vec![0; argument];
            input.read_fully(&mut buffer)?;
            Value::Bytes(buffer)
        }
        "skipBytes" => Value::Integer(i64::try_from(input.skip_bytes(argument)?).unwrap()),
        "readBoolean" => Value::Boolean(input.read_boolean()?),
        "readByte" => Value::Integer(input.read_byte()?.into()),
        "readUnsignedByte" => Value::Integer(input.read_unsigned_byte()?.into()),
        "readShort" => Value::Integer(input.read_short()?.into()),
        "readUnsignedShort" => Value::Integer(input.read_unsigned_short()?.into()),
        "readChar" => Value::Bits(input.read_char()?.into()),
        "readInt" => Value::Integer(input.read_int()?.into()),
        "readLong" => Value::Integer(input.read_long()?),
        "readFloat" => Value::Bits(input.read_float()?.to_bits().into()),
        "readDouble" => Value::Bits(input.read_double()?.to_bits()),
        "readLine" => input.read_line()?.map_or(Value::Null, Value::Text),
        "readUTF" => Value::Text(read_utf(input)?),
        _ => panic!("tests/library/tables/reads.txt has no method {name}"),
    })
}

/// Into a string that has held something, so that what it held must go.
fn read_utf_in_place(input: &mut DataInputStream<CountingStream>) -> Result<JavaString, Error> {
    let mut text = JavaString::from("what was there before");
    match input.read_utf_into(&mut text) {
        Ok(()) => Ok(text),
        Err(error) => {
            assert_eq!(text, "");
            Err(error)
        }
    }
}

/// A source that counts what it has given, and gives no more than so many bytes at a time.
#[derive(Default)]
struct CountingStream {
    bytes: Vec<u8>,
    at_a_time: usize,
    given: usize,
}

impl Read for CountingStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.given..];
        let count = rest.len().min(buffer.len()).min(self.at_a_time);
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

const TABLE: &str = include_str!("reads.txt");

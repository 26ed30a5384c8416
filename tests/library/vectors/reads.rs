//! The vectors of `DataInputStream`, each on a whole source and on one that gives a byte at a time.

use std::io::{self, Read};

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, Error};
use serde_json::Value;

use super::{
    Vector, assert_no_failures, bytes_value, differs, ended, expected, text_value, vectors,
};

#[test]
fn every_read_holds_if_the_source_returns_all_bytes_at_once() {
    assert_no_failures(&failures(usize::MAX, |input| input.read_utf()));
}

#[test]
fn every_read_holds_if_strings_are_read_in_place() {
    assert_no_failures(&failures(usize::MAX, read_utf_in_place));
}

#[test]
fn every_read_holds_if_the_source_returns_one_byte_at_a_time() {
    assert_no_failures(&failures(1, |input| input.read_utf()));
}

fn failures(at_a_time: usize, read_utf: ReadUtf) -> Vec<String> {
    let files = [
        include_str!("../../vectors/read_bytes.json"),
        include_str!("../../vectors/read_line.json"),
        include_str!("../../vectors/read_numbers.json"),
        include_str!("../../vectors/read_utf.json"),
    ];
    let mut failures = Vec::new();
    let mut negative = 0;
    for vector in files.into_iter().flat_map(vectors) {
        assert_eq!(vector.group["stream"], "DataInputStream");
        let is_negative = |call: &Value| call["argument"].as_i64().is_some_and(|count| count < 0);
        if vector.calls().iter().any(is_negative) {
            // Rust's counts have no sign.
            negative += 1;
            continue;
        }
        failures.extend(failure(&vector, at_a_time, read_utf));
    }
    assert_eq!(negative, 2, "of skipBytes");
    failures
}

fn failure(vector: &Vector, at_a_time: usize, read_utf: ReadUtf) -> Option<String> {
    let mut input = DataInputStream::new(CountingStream {
        bytes: vector.input(),
        at_a_time,
        given: 0,
    });
    for call in vector.calls() {
        let mut seen = ended(made(&mut input, call, read_utf));
        seen["consumed"] = input.get_ref().given.into();
        let keys = ["returns", "throws", "message", "messageUnits", "consumed"];
        let java = expected(call, &keys);
        if seen != java {
            return Some(differs(vector, &seen, &java));
        }
    }
    None
}

type ReadUtf = fn(&mut DataInputStream<CountingStream>) -> Result<JavaString, Error>;

fn made(
    input: &mut DataInputStream<CountingStream>,
    call: &Value,
    read_utf: ReadUtf,
) -> Result<Option<Value>, Error> {
    let argument = || usize::try_from(call["argument"].as_u64().unwrap()).unwrap();
    Ok(Some(match call["method"].as_str().unwrap() {
        "readFully" => {
            let mut buffer = vec![0; argument()];
            input.read_fully(&mut buffer)?;
            bytes_value(&buffer)
        }
        "skipBytes" => input.skip_bytes(argument())?.into(),
        "readBoolean" => input.read_boolean()?.into(),
        "readByte" => input.read_byte()?.into(),
        "readUnsignedByte" => input.read_unsigned_byte()?.into(),
        "readShort" => input.read_short()?.into(),
        "readUnsignedShort" => input.read_unsigned_short()?.into(),
        "readChar" => bytes_value(&input.read_char()?.to_be_bytes()),
        "readInt" => input.read_int()?.into(),
        "readLong" => input.read_long()?.to_string().into(),
        "readFloat" => bytes_value(&input.read_float()?.to_bits().to_be_bytes()),
        "readDouble" => bytes_value(&input.read_double()?.to_bits().to_be_bytes()),
        "readLine" => input
            .read_line()?
            .map_or(Value::Null, |line| text_value(&line)),
        "readUTF" => text_value(&read_utf(input)?),
        name => panic!("no method {name}"),
    }))
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

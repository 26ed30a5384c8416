//! The vectors of `RandomAccessFile`, on a file and in memory.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};

use javatalk::data::{DataInput, DataOutput, Error, RandomAccessFile};
use serde_json::{Value, json};

use super::{
    Vector, assert_no_failures, bytes_value, differs, ended, expected, notation, text_value,
    vectors,
};

#[test]
fn every_call_of_a_file_holds() {
    let set = File::set_len;
    let open = |content: &[u8]| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        file
    };
    assert_no_failures(&failures(open, set));
}

#[test]
fn every_call_of_a_cursor_holds() {
    // A cursor has no function that changes its length through a reference.
    let failures = failures(|content| Cursor::new(content.to_vec()), unsupported);
    assert_no_failures(&failures);
}

fn unsupported(_: &Cursor<Vec<u8>>, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn failures<F: Read + Write + Seek>(
    open: impl Fn(&[u8]) -> F,
    set: fn(&F, u64) -> io::Result<()>,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut left_out = 0;
    for vector in vectors(include_str!("../../vectors/random_access_file.json")) {
        let mut file = RandomAccessFile::new(open(&vector.input()));
        let can_set = {
            let length = file.length().unwrap();
            set(file.get_ref(), length).is_ok()
        };
        if vector.calls().iter().any(|call| is_left_out(call, can_set)) {
            left_out += 1;
            continue;
        }
        failures.extend(failure(&vector, &mut file, set));
    }
    // Negative numbers, and in memory what changes the length.
    assert!((3..=8).contains(&left_out), "{left_out}");
    failures
}

/// Rust's positions and counts have no sign.
fn is_left_out(call: &Value, can_set: bool) -> bool {
    let argument = &call["argument"];
    match call["method"].as_str().unwrap() {
        "seek" => argument.as_str().unwrap().starts_with('-'),
        "setLength" => !can_set || argument.as_str().unwrap().starts_with('-'),
        "skipBytes" => argument.as_i64().unwrap() < 0,
        _ => false,
    }
}

fn failure<F: Read + Write + Seek>(
    vector: &Vector,
    file: &mut RandomAccessFile<F>,
    set: fn(&F, u64) -> io::Result<()>,
) -> Option<String> {
    for call in vector.calls() {
        let mut seen = ended(made(file, call, set));
        seen["position"] = file.file_pointer().unwrap().into();
        let keys = ["returns", "throws", "message", "messageUnits", "position"];
        let mut java = expected(call, &keys);
        // `skipBytes` from beyond the end goes back to it, and has no negative count in Rust.
        if java["returns"].as_i64().is_some_and(|count| count < 0) && call["method"] == "skipBytes"
        {
            java["returns"] = json!(0);
        }
        if seen != java {
            return Some(differs(vector, &seen, &java));
        }
    }
    file.seek(0).unwrap();
    let mut content = Vec::new();
    file.read_to_end(&mut content).unwrap();
    let java = notation::bytes(vector.test["file"].as_str().unwrap());
    (content != java).then(|| differs(vector, &bytes_value(&content), &bytes_value(&java)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Java writes the low bits"
)]
fn made<F: Read + Write + Seek>(
    file: &mut RandomAccessFile<F>,
    call: &Value,
    set: fn(&F, u64) -> io::Result<()>,
) -> Result<Option<Value>, Error> {
    let argument = &call["argument"];
    let text = || notation::text(argument.as_str().unwrap());
    let bytes = || notation::bytes(argument.as_str().unwrap());
    let int = || i32::try_from(argument.as_i64().unwrap()).unwrap();
    let count = || usize::try_from(int()).unwrap();
    let long = || argument.as_str().unwrap().parse::<u64>().unwrap();
    Ok(Some(match call["method"].as_str().unwrap() {
        "readFully" => {
            let mut buffer = vec![0; count()];
            file.read_fully(&mut buffer)?;
            bytes_value(&buffer)
        }
        "skipBytes" => file.skip_bytes(count())?.into(),
        "readBoolean" => file.read_boolean()?.into(),
        "readByte" => file.read_byte()?.into(),
        "readShort" => file.read_short()?.into(),
        "readChar" => bytes_value(&file.read_char()?.to_be_bytes()),
        "readInt" => file.read_int()?.into(),
        "readLong" => file.read_long()?.to_string().into(),
        "readFloat" => bytes_value(&file.read_float()?.to_bits().to_be_bytes()),
        "readDouble" => bytes_value(&file.read_double()?.to_bits().to_be_bytes()),
        "readLine" => file
            .read_line()?
            .map_or(Value::Null, |line| text_value(&line)),
        "readUTF" => text_value(&file.read_utf()?),
        "length" => file.length()?.to_string().into(),
        "getFilePointer" => file.file_pointer()?.to_string().into(),
        writes => {
            match writes {
                "seek" => file.seek(long())?,
                "setLength" => file.set_length(long(), set)?,
                "write" => DataOutput::write(file, &bytes())?,
                "writeBoolean" => file.write_boolean(argument.as_bool().unwrap())?,
                "writeByte" => file.write_byte(int() as i8)?,
                "writeShort" => file.write_short(int() as i16)?,
                "writeChar" => file.write_char(int() as u16)?,
                "writeInt" => file.write_int(int())?,
                "writeDouble" => {
                    let bits = bytes().try_into().unwrap();
                    file.write_double(f64::from_be_bytes(bits))?;
                }
                "writeBytes" => file.write_bytes(&text())?,
                "writeChars" => file.write_chars(&text())?,
                "writeUTF" => file.write_utf(&text())?,
                name => panic!("no method {name}"),
            }
            return Ok(None);
        }
    }))
}

//! The vectors of `DataOutputStream`.

use javatalk::data::{DataOutput, DataOutputStream, Error};
use serde_json::Value;

use super::{assert_no_failures, bytes_value, differs, ended, expected, notation, vectors};

#[test]
fn every_write_holds() {
    let files = [
        include_str!("../../vectors/write_numbers.json"),
        include_str!("../../vectors/write_text.json"),
        include_str!("../../vectors/write_utf.json"),
    ];
    let mut failures = Vec::new();
    for vector in files.into_iter().flat_map(vectors) {
        assert_eq!(vector.group["stream"], "DataOutputStream");
        let mut output = DataOutputStream::new(Vec::new());
        for call in vector.calls() {
            let before = output.get_ref().len();
            let mut seen = ended(made(&mut output, call).map(|()| None));
            seen["written"] = bytes_value(&output.get_ref()[before..]);
            seen["size"] = output.size().into();
            let keys = ["throws", "message", "messageUnits", "written", "size"];
            let java = expected(call, &keys);
            if seen != java {
                failures.push(differs(&vector, &seen, &java));
            }
        }
    }
    assert_no_failures(&failures);
}

/// Java takes an int and writes its low bits; in Rust that is a cast of the caller.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the low bits are what is meant"
)]
fn made(output: &mut DataOutputStream<Vec<u8>>, call: &Value) -> Result<(), Error> {
    let argument = &call["argument"];
    let text = || notation::text(argument.as_str().unwrap());
    let bytes = || notation::bytes(argument.as_str().unwrap());
    let int = || i32::try_from(argument.as_i64().unwrap()).unwrap();
    match call["method"].as_str().unwrap() {
        "write" => output.write(&bytes()),
        "writeBoolean" => output.write_boolean(argument.as_bool().unwrap()),
        "writeByte" => output.write_byte(int() as i8),
        "writeShort" => output.write_short(int() as i16),
        "writeChar" => output.write_char(int() as u16),
        "writeInt" => output.write_int(int()),
        "writeLong" => output.write_long(argument.as_str().unwrap().parse().unwrap()),
        "writeFloat" => {
            let bits = bytes().try_into().unwrap();
            output.write_float(f32::from_be_bytes(bits))
        }
        "writeDouble" => {
            let bits = bytes().try_into().unwrap();
            output.write_double(f64::from_be_bytes(bits))
        }
        "writeBytes" => output.write_bytes(&text()),
        "writeChars" => output.write_chars(&text()),
        "writeUTF" => output.write_utf(&text()),
        name => panic!("no method {name}"),
    }
}

//! The rows of `writes.txt`.

use javatalk::data::{DataOutput, DataOutputStream, Error};

use super::{ChatCase, Outcome, Value, assert_no_failures, literal, rows, shown};

#[test]
fn every_row_holds() {
    let mut failures = Vec::new();
    for ChatCase { line, cells } in rows(TABLE) {
        let [method, value, outcome, boundary] = cells[..] else {
            panic!("writes.txt:{line}: not four cells");
        };
        let mut output = DataOutputStream::new(Vec::new());
        let result = call(&mut output, method, value);
        let (size, bytes) = (output.size(), output.into_inner());
        let counted = usize::try_from(size).unwrap() == bytes.len();
        let silent = result.is_ok() || bytes.is_empty();
        let seen = Outcome::of(result.map(|()| Value::Bytes(bytes)));
        let expected = Outcome::parse(outcome, true);
        if seen != expected || !counted || !silent {
            let (seen, expected) = (shown(&seen), shown(&expected));
            failures.push(format!(
                "writes.txt:{line}: {boundary}: {seen} instead of {expected}, size {size}"
            ));
        }
    }
    assert_no_failures(&failures);
}

fn call(output: &mut DataOutputStream<Vec<u8>>, name: &str, value: &str) -> Result<(), Error> {
    let integer = || value.parse::<i64>().unwrap();
    match name {
        "write" => output.write(&literal::bytes(value)),
        "writeBoolean" => output.write_boolean(value == "true"),
        "writeByte" => match i8::try_from(integer()) {
            Ok(signed) => output.write_byte(signed),
            Err(_) => output.write_unsigned_byte(integer().try_into().unwrap()),
        },
        "writeShort" => match i16::try_from(integer()) {
            Ok(signed) => output.write_short(signed),
            Err(_) => output.write_unsigned_short(integer().try_into().unwrap()),
        },
        "writeChar" => output.write_char(literal::bits(value).try_into().unwrap()),
        "writeInt" => output.write_int(integer().try_into().unwrap()),
        "writeLong" => output.write_long(integer()),
        "writeFloat" => {
            let bits = u32::try_from(literal::bits(value)).unwrap();
            output.write_float(f32::from_bits(bits))
        }
        "writeDouble" => output.write_double(f64::from_bits(literal::bits(value))),
        "writeBytes" => output.write_bytes(&literal::text(value)),
        "writeChars" => output.write_chars(&literal::text(value)),
        "writeUTF" => output.write_utf(&literal::text(value)),
        _ => panic!("tests/library/tables/writes.txt has no method {name}"),
    }
}

const TABLE: &str = include_str!("writes.txt");

//! What holds for all values: they come back, and decoding is the same by every way.

use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};
use javatalk::{JavaString, mutf8};
use proptest::collection::vec;
use proptest::prelude::*;

/// Code units in which surrogates, paired and unpaired, are as frequent as anything else.
fn code_units() -> impl Strategy<Value = Vec<u16>> {
    vec(
        prop_oneof![
            any::<u16>(),
            0xD800..=0xDFFFu16,
            0x00..=0x7Fu16,
            prop::sample::select(vec![0x0000, 0x007F, 0x0080, 0x07FF, 0x0800, 0xFFFF]),
        ],
        0..400,
    )
}

/// Bytes of which many are modified UTF-8, and many nearly.
fn nearly_encoded() -> impl Strategy<Value = Vec<u8>> {
    let spoiled = |(units, at, byte): (Vec<u16>, prop::sample::Index, u8)| {
        let mut bytes = mutf8::encode(&JavaString::from(units));
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    };
    prop_oneof![
        vec(any::<u8>(), 0..40),
        (code_units(), any::<prop::sample::Index>(), any::<u8>()).prop_map(spoiled),
        "\\PC{0,60}".prop_map(String::into_bytes),
    ]
}

fn written(
    write: impl FnOnce(&mut DataOutputStream<Vec<u8>>) -> Result<(), Error>,
) -> DataInputStream<std::io::Cursor<Vec<u8>>> {
    let mut output = DataOutputStream::new(Vec::new());
    write(&mut output).unwrap();
    let size = output.size();
    let bytes = output.into_inner();
    assert_eq!(usize::try_from(size).unwrap(), bytes.len());
    DataInputStream::new(std::io::Cursor::new(bytes))
}

proptest! {
    #[test]
    fn every_integer_round_trips(
        byte: i8, short: i16, int: i32, long: i64, unit: u16, flag: bool, raw: u8,
    ) {
        let mut input = written(|output| {
            output.write_byte(byte)?;
            output.write_unsigned_byte(raw)?;
            output.write_short(short)?;
            output.write_unsigned_short(unit)?;
            output.write_char(unit)?;
            output.write_int(int)?;
            output.write_long(long)?;
            output.write_boolean(flag)
        });
        prop_assert_eq!(input.read_byte().unwrap(), byte);
        prop_assert_eq!(input.read_unsigned_byte().unwrap(), raw);
        prop_assert_eq!(input.read_short().unwrap(), short);
        prop_assert_eq!(input.read_unsigned_short().unwrap(), unit);
        prop_assert_eq!(input.read_char().unwrap(), unit);
        prop_assert_eq!(input.read_int().unwrap(), int);
        prop_assert_eq!(input.read_long().unwrap(), long);
        prop_assert_eq!(input.read_boolean().unwrap(), flag);
        prop_assert!(matches!(input.read_boolean(), Err(Error::EndOfInput(_))));
    }

    #[test]
    fn floats_round_trip_and_every_nan_becomes_canonical(
        bits in prop_oneof![any::<u32>(), any::<u32>().prop_map(|bits| bits | 0x7F80_0000)],
        wide in prop_oneof![any::<u64>(), any::<u64>().prop_map(|bits| bits | 0x7FF0 << 48)],
    ) {
        let (float, double) = (f32::from_bits(bits), f64::from_bits(wide));
        let mut input = written(|output| {
            output.write_float(float)?;
            output.write_double(double)
        });
        let expected = if float.is_nan() { 0x7FC0_0000 } else { bits };
        prop_assert_eq!(input.read_float().unwrap().to_bits(), expected);
        let expected = if double.is_nan() { 0x7FF8_0000_0000_0000 } else { wide };
        prop_assert_eq!(input.read_double().unwrap().to_bits(), expected);
    }

    #[test]
    fn reading_keeps_the_bits_of_a_nan(payload in 1..=0x7F_FFFFu32, sign: bool) {
        let bits = u32::from(sign) << 31 | 0x7F80_0000 | payload;
        let bytes = bits.to_be_bytes();
        let read = DataInputStream::new(&bytes[..]).read_float().unwrap();
        prop_assert_eq!(read.to_bits(), bits);
    }

    #[test]
    fn every_string_round_trips(units in code_units()) {
        let text = JavaString::from_utf16(&units);
        let mut input = written(|output| output.write_utf(&text));
        let back = input.read_utf().unwrap();
        prop_assert_eq!(&back, &text);
        prop_assert_eq!(back.encode_utf16().collect::<Vec<_>>(), units);
    }

    #[test]
    fn write_chars_and_write_bytes_write_every_code_unit(units in code_units()) {
        let text = JavaString::from_utf16(&units);
        let mut input = written(|output| {
            output.write_chars(&text)?;
            output.write_bytes(&text)
        });
        for unit in &units {
            prop_assert_eq!(input.read_char().unwrap(), *unit);
        }
        for unit in &units {
            prop_assert_eq!(u16::from(input.read_unsigned_byte().unwrap()), unit & 0xFF);
        }
    }

    #[test]
    fn encoded_len_equals_the_length_of_the_encoding(units in code_units()) {
        let text = JavaString::from(units);
        prop_assert_eq!(mutf8::encoded_len(&text), mutf8::encode(&text).len());
    }

    #[test]
    fn all_decoding_functions_agree(bytes in nearly_encoded()) {
        let units = mutf8::decode_utf16(&bytes);
        let text = mutf8::decode(&bytes);
        prop_assert_eq!(&text, &units.map(JavaString::from));

        let length = u16::try_from(bytes.len()).unwrap();
        let mut input = written(|output| {
            output.write_unsigned_short(length)?;
            output.write(&bytes)?;
            output.write_byte(1)
        });
        match (input.read_utf(), text) {
            (Ok(read), Ok(text)) => prop_assert_eq!(read, text),
            (Err(Error::Malformed(read)), Err(error)) => prop_assert_eq!(read, error),
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert_eq!(input.read_byte().unwrap(), 1);
    }

    #[test]
    fn ordering_and_equality_match_the_code_units(one in code_units(), other in code_units()) {
        let (text, other_text) = (JavaString::from_utf16(&one), JavaString::from_utf16(&other));
        prop_assert_eq!(text.cmp(&other_text), one.cmp(&other));
        prop_assert_eq!(text == other_text, one == other);
    }

    #[test]
    fn read_line_splits_at_lf_cr_and_crlf(bytes in vec(
        prop_oneof![Just(b'\r'), Just(b'\n'), any::<u8>()], 0..40,
    )) {
        let latin1: String = bytes.iter().copied().map(char::from).collect();
        let joined = latin1.replace("\r\n", "\n").replace('\r', "\n");
        let mut expected: Vec<&str> = joined.split('\n').collect();
        if expected.last() == Some(&"") {
            expected.pop();
        }
        let mut input = DataInputStream::new(&bytes[..]);
        for line in expected {
            prop_assert_eq!(input.read_line().unwrap().unwrap(), line);
        }
        prop_assert_eq!(input.read_line().unwrap(), None);
    }
}

//! A program that gets `char[]` from a virtual machine and gives `char[]` back, and knows the names
//! of its classes at compile time.

use javatalk::data::{DataInput, DataOutput, Error, SliceInput, VecOutput};
use javatalk::{JavaStr, JavaString, mutf8};

/// As JNI wants it: modified UTF-8 that ends with a zero byte.
const CLASS: &[u8] = mutf8!("java/lang/String");

const UNPAIRED: JavaStr<'static> = JavaStr::from_utf16(&[0x0061, 0xD83D]);

/// `GetStringRegion`, of a virtual machine that is not here.
fn get_string_region() -> Vec<u16> {
    "smile 😀".encode_utf16().chain([0xD83D]).collect()
}

fn record(units: &[u16]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut output = VecOutput::new(&mut bytes);
    output.write_unsigned_short(u16::try_from(CLASS.len()).unwrap_or(0))?;
    output.write(CLASS)?;
    output.write_utf(units)?;
    output.write_utf(UNPAIRED)?;
    Ok(bytes)
}

#[test]
fn code_units_go_in_and_come_out_without_a_string_between() -> Result<(), Error> {
    let units = get_string_region();
    let bytes = record(&units)?;
    let mut input = SliceInput::new(&bytes);
    assert_eq!(input.read_utf_bytes()?, CLASS);
    assert_eq!(mutf8::decode_utf16(input.read_utf_bytes()?)?, units);
    assert_eq!(input.read_utf()?, UNPAIRED);

    let text = JavaString::from(units);
    assert_eq!(text.to_string_lossy(), "smile 😀\u{FFFD}");
    assert!(text > "smile 😀".parse::<JavaString>().unwrap_or_default());
    Ok(())
}

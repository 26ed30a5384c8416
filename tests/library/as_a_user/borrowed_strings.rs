//! A parser that borrows the names of a file, which is in memory, and allocates for none of them.

use std::borrow::Cow;

use javatalk::data::{DataInput, Error, SliceInput};
use javatalk::mutf8::{self, Rules};

/// A field of a class file, as far as it is read here.
#[derive(Debug, PartialEq)]
struct Field<'a> {
    name: Cow<'a, str>,
    descriptor: Cow<'a, str>,
}

/// `CONSTANT_Utf8_info` after `CONSTANT_Utf8_info`: the raw bytes of each constant.
fn constants<'a>(input: &mut SliceInput<'a>) -> Result<Vec<&'a [u8]>, Error> {
    let count = input.read_unsigned_short()?;
    let mut constants = Vec::new();
    for _ in 0..count {
        assert_eq!(input.read_unsigned_byte()?, 1);
        constants.push(input.read_utf_bytes()?);
    }
    Ok(constants)
}

fn fields(class_file: &[u8]) -> Result<Vec<Field<'_>>, Error> {
    let mut input = SliceInput::new(class_file);
    let rules = Rules::of_class_file(input.read_unsigned_short()?);
    let constants = constants(&mut input)?;
    let mut fields = Vec::new();
    while !input.remaining().is_empty() {
        let [name, descriptor] = [(); 2].map(|()| input.read_unsigned_byte());
        fields.push(Field {
            name: rules.decode_cow(constants[usize::from(name?)])?,
            descriptor: rules.decode_cow(constants[usize::from(descriptor?)])?,
        });
    }
    Ok(fields)
}

#[test]
fn a_parser_borrows_the_names_of_a_file() {
    let mut file = vec![0, 61, 0, 3];
    for text in ["naïve", "I", "smile😀"] {
        file.push(1);
        let bytes = mutf8::encode_cow(text);
        file.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
        file.extend_from_slice(&bytes);
    }
    file.extend([0, 1, 2, 1]);

    let fields = fields(&file).unwrap();
    assert_eq!(fields[0].name, "naïve");
    assert_eq!(fields[1].name, "smile😀");
    assert!(matches!(fields[0].name, Cow::Borrowed(_)));
    assert!(matches!(fields[0].descriptor, Cow::Borrowed("I")));
    assert!(matches!(fields[1].name, Cow::Owned(_)));
}

#[test]
fn a_constant_that_the_virtual_machine_refuses_is_refused() {
    let file = b"\0\x3d\0\x01\x01\0\x02\xc1\x81\0\0";
    assert_eq!(
        fields(file).unwrap_err().to_string(),
        "at byte 0: overlong character in a class file; check that the other side called writeUTF \
         here"
    );
    let mut old = *file;
    old[1] = 47;
    assert_eq!(fields(&old).unwrap()[0].name, "A");
}

/// One string is used for all names.
#[test]
fn a_loop_decodes_into_one_string() {
    let mut text = String::new();
    let mut longest = 0;
    for name in [&b"one"[..], b"three", b"two"] {
        text.clear();
        mutf8::decode_into(name, &mut text).unwrap();
        longest = longest.max(text.len());
    }
    assert_eq!((longest, text.as_str()), (5, "two"));
}

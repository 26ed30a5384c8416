//! Objects: handles, references, and every kind of content.

use javatalk::JavaString;
use javatalk::data::DataOutput;
use javatalk::object::{Content, Object, ObjectInput, ObjectOutput};

use super::{stream, thrown};

/// What is written after the header.
fn written(write: impl FnOnce(&mut ObjectOutput<Vec<u8>>)) -> Vec<u8> {
    let mut output = ObjectOutput::new(Vec::new()).unwrap();
    write(&mut output);
    output.into_inner().unwrap()[4..].to_vec()
}

fn contents() -> Vec<Content> {
    let mut contents = vec![
        Content::Boolean(true),
        Content::Byte(-1),
        Content::Character(0xD800),
        Content::Short(-2),
        Content::Integer(i32::MIN),
        Content::Long(i64::MAX),
        Content::Float(-0.0),
        Content::Double(f64::INFINITY),
    ];
    for len in [0, 1, 127, 128, 129, 1_023, 1_024, 1_025, 5_000] {
        let number = |at: usize| i16::try_from(at).unwrap() - 100;
        contents.extend([
            Content::Booleans((0..len).map(|at| at % 3 == 0).collect()),
            Content::Bytes((0..len).map(|at| number(at).to_be_bytes()[1]).collect()),
            Content::Chars(
                (0..len)
                    .map(|at| u16::from_be_bytes(number(at).to_be_bytes()))
                    .collect(),
            ),
            Content::Shorts((0..len).map(number).collect()),
            Content::Ints((0..len).map(|at| i32::from(number(at)) << 12).collect()),
            Content::Longs((0..len).map(|at| i64::from(number(at)) << 40).collect()),
            Content::Floats((0..len).map(|at| f32::from(number(at))).collect()),
            Content::Doubles((0..len).map(|at| f64::from(number(at))).collect()),
            Content::String("a".repeat(len).into()),
            Content::String("中".repeat(len).into()),
            Content::String(JavaString::from_utf16(&vec![0xDC00; len])),
        ]);
    }
    for len in [65_534, 65_535, 65_536, 200_000] {
        contents.push(Content::String("a".repeat(len).into()));
        contents.push(Content::String(format!("é{}", "a".repeat(len - 2)).into()));
    }
    contents
}

#[test]
fn every_content_round_trips() {
    let mut output = ObjectOutput::new(Vec::new()).unwrap();
    for content in contents() {
        output.write_object(&Object::new(content)).unwrap();
    }
    let bytes = output.into_inner().unwrap();
    let mut input = ObjectInput::new(&bytes[..]).unwrap();
    for content in contents() {
        let object = input.read_object().unwrap().unwrap();
        assert!(*object.content() == content, "{}", object.class_name());
    }
    assert_eq!(thrown(input.read_object()), "java.io.EOFException");
}

#[test]
fn a_string_of_more_than_65535_bytes_has_a_long_length() {
    for (text, start) in [
        ("a".repeat(65_535), &b"\x74\xff\xff"[..]),
        ("a".repeat(65_536), b"\x7c\0\0\0\0\0\x01\0\0"),
        ("\0".repeat(32_768), b"\x7c\0\0\0\0\0\x01\0\0"),
    ] {
        let bytes = written(|output| output.write_string(&text).unwrap());
        assert_eq!(bytes[..start.len()], *start);
    }
}

#[test]
fn a_not_a_number_is_always_the_same_one() {
    let nan = f32::from_bits(0xFFA1_2345);
    let bytes = written(|output| {
        output.write_object(&Object::from(nan)).unwrap();
        output.write_object(&Object::from(vec![f64::NAN])).unwrap();
    });
    let mut input = stream(&bytes);
    let object = input.read_object().unwrap().unwrap();
    assert!(matches!(object.content(), Content::Float(value) if value.to_bits() == 0x7FC0_0000));
    let object = input.read_object().unwrap().unwrap();
    let Content::Doubles(values) = object.content() else {
        panic!("{object:?}");
    };
    assert_eq!(values[0].to_bits(), 0x7FF8 << 48);
}

#[test]
fn class_descriptors_arrays_objects_and_strings_each_take_a_handle() {
    let text = Object::from("a");
    let bytes = written(|output| {
        // Integer and Number take two handles, the number one, int[] one, the array one.
        output.write_object(&Object::from(1)).unwrap();
        output.write_object(&Object::from(vec![1i32])).unwrap();
        output.write_object(&text).unwrap();
        output.write_object(None).unwrap();
        output.write_object(&text).unwrap();
    });
    assert_eq!(bytes[bytes.len() - 5..], *b"\x71\0\x7e\0\x05");
    let mut input = stream(&bytes);
    for _ in 0..2 {
        input.read_object().unwrap().unwrap();
    }
    let first = input.read_object().unwrap().unwrap();
    assert_eq!(input.read_object().unwrap(), None);
    assert!(input.read_object().unwrap().unwrap().is_same(&first));
}

#[test]
fn equal_strings_are_the_same_object_only_if_they_are_clones() {
    let text = Object::from("a");
    let same = written(|output| {
        output.write_object(&text).unwrap();
        output.write_object(&text.clone()).unwrap();
    });
    assert_eq!(same, b"\x74\0\x01a\x71\0\x7e\0\0");
    let equal = written(|output| {
        output.write_object(&text).unwrap();
        output.write_object(&Object::from("a")).unwrap();
    });
    assert_eq!(equal, b"\x74\0\x01a\x74\0\x01a");
}

#[test]
fn the_stream_keeps_what_it_may_refer_to() {
    // The second object must not be taken for the first one, whose memory it could get.
    let bytes = written(|output| {
        for number in 0..100 {
            output.write_object(&Object::from(number)).unwrap();
        }
    });
    let mut input = stream(&bytes);
    for number in 0..100 {
        assert_eq!(input.read_object().unwrap(), Some(Object::from(number)));
    }
}

#[test]
fn a_second_object_of_a_class_refers_to_its_descriptor() {
    let bytes = written(|output| {
        output.write_object(&Object::from(1i64)).unwrap();
        output.write_object(&Object::from(2i64)).unwrap();
        output.write_object(&Object::from(3i32)).unwrap();
    });
    let at = bytes
        .windows(5)
        .position(|bytes| bytes == b"\x71\0\x7e\0\0")
        .unwrap();
    assert_eq!(bytes[at - 1], 0x73);
    // The superclass Number has been written with Long.
    assert_eq!(bytes[bytes.len() - 9..], *b"\x71\0\x7e\0\x01\0\0\0\x03");
}

#[test]
fn a_reset_forgets_objects_and_descriptors_on_both_sides() {
    let number = Object::from(7);
    let bytes = written(|output| {
        output.write_object(&number).unwrap();
        output.reset().unwrap();
        output.write_object(&number).unwrap();
    });
    let half = bytes.len() / 2;
    assert_eq!(bytes[half], 0x79);
    assert_eq!(bytes[..half], bytes[half + 1..]);
    let mut input = stream(&[&bytes[..], b"\x79\x71\0\x7e\0\0"].concat());
    assert_eq!(input.read_object().unwrap(), Some(Object::from(7)));
    assert_eq!(input.read_object().unwrap(), Some(Object::from(7)));
    assert_eq!(
        thrown(input.read_object()),
        "java.io.StreamCorruptedException: invalid handle value: 007E0000"
    );
}

#[test]
fn a_reset_may_come_between_blocks() {
    let bytes = written(|output| {
        output.write_short(1).unwrap();
        output.reset().unwrap();
        output.write_short(2).unwrap();
    });
    let mut input = stream(&bytes);
    let mut both = [0; 4];
    javatalk::data::DataInput::read_fully(&mut input, &mut both).unwrap();
    assert_eq!(both, [0, 1, 0, 2]);
}

#[test]
fn an_unshared_object_is_never_referred_to() {
    let text = Object::from("a");
    let bytes = written(|output| {
        output.write_unshared(&text).unwrap();
        output.write_object(&text).unwrap();
        output.write_unshared(&text).unwrap();
        output.write_object(&text).unwrap();
    });
    assert_eq!(bytes, b"\x74\0\x01a\x74\0\x01a\x74\0\x01a\x71\0\x7e\0\x01");

    let mut input = stream(b"\x74\0\x01a\x71\0\x7e\0\0\x70");
    assert_eq!(input.read_unshared().unwrap(), Some(Object::from("a")));
    assert_eq!(
        thrown(input.read_object()),
        "java.io.InvalidObjectException: cannot read back reference to unshared object"
    );
    assert_eq!(input.read_object().unwrap(), None);
    let mut input = stream(b"\x74\0\x01a\x71\0\x7e\0\0\x70");
    input.read_object().unwrap();
    assert_eq!(
        thrown(input.read_unshared()),
        "java.io.InvalidObjectException: cannot read back reference as unshared"
    );
    assert_eq!(input.read_unshared().unwrap(), None);
}

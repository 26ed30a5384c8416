//! Bytes that would exhaust the stack, the memory or the processor.

use javatalk::data::{DataInput, Error};
use javatalk::object::{ObjectError, ObjectInput};

use super::{stream, thrown};

/// A class without fields.
fn descriptor(name: u8, superclass: &[u8]) -> Vec<u8> {
    [
        &[0x72, 0, 1, name][..],
        &[0; 8],
        &[0x02, 0, 0, 0x78],
        superclass,
    ]
    .concat()
}

#[track_caller]
fn is_too_deep(bytes: &[u8]) {
    let error = stream(bytes).read_object().unwrap_err();
    assert!(
        matches!(&error, Error::Object(why) if **why == ObjectError::TooDeep),
        "{error}"
    );
}

#[test]
fn objects_within_objects_do_not_exhaust_the_stack() {
    let array = [&[0x75][..], &descriptor(b'A', &[0x70]), &[0, 0, 0, 1]].concat();
    let nested = b"\x75\x71\0\x7e\0\0\0\0\0\x01";
    is_too_deep(&[&array[..], &nested.repeat(100_000)].concat());
    // As many as a program may well have.
    let bytes = [&array[..], &nested.repeat(200), b"\x70\x74\0\x01a"].concat();
    let mut input = stream(&bytes);
    assert_eq!(
        thrown(input.read_object()),
        "java.lang.ClassNotFoundException: A"
    );
    assert_eq!(
        input.read_object().unwrap().unwrap().as_java_str().unwrap(),
        "a"
    );
}

#[test]
fn superclasses_do_not_exhaust_the_stack() {
    is_too_deep(&descriptor(b'A', b"").repeat(100_000));
    // Each refers to the one before.
    let mut bytes = descriptor(b'A', &[0x70]);
    for number in 0..100_000u32 {
        let above = (0x7E_0000 + number).to_be_bytes();
        bytes.extend(descriptor(b'A', &[&[0x71][..], &above].concat()));
    }
    let mut input = stream(&bytes);
    let mut last = input.read_object();
    while !matches!(&last, Err(Error::Object(why)) if **why == ObjectError::TooDeep) {
        last = input.read_object();
    }
}

#[test]
fn descriptors_within_descriptors_do_not_exhaust_the_stack() {
    // The data that a class writes for itself begin with another descriptor.
    let open = [&[0x72, 0, 1, b'A'][..], &[0; 8], &[0x02, 0, 0]].concat();
    is_too_deep(&open.repeat(100_000));
}

#[test]
fn a_class_is_not_its_own_superclass() {
    let bytes = descriptor(b'A', b"\x71\0\x7e\0\0");
    assert_eq!(
        thrown(stream(&bytes).read_object()),
        "java.io.InvalidClassException: Class descriptor should be initialized"
    );
}

#[test]
fn no_bytes_make_the_stream_panic() {
    let mut state = 1u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..3_000 {
        let len = random() % 60;
        let mut bytes = b"\xac\xed\0\x05".to_vec();
        for _ in 0..len {
            let [byte, kind, ..] = random().to_be_bytes();
            // Mostly type codes and small numbers.
            bytes.push(match kind % 3 {
                0 => 0x6F + byte % 17,
                1 => byte % 4,
                _ => byte,
            });
        }
        let mut input = ObjectInput::new(&bytes[..]).unwrap();
        for _ in 0..6 {
            let _ = match random() % 4 {
                0 => input.read_object().map(drop),
                1 => input.read_unshared().map(drop),
                2 => input.read_utf().map(drop),
                _ => input.read_line().map(drop),
            };
        }
    }
}

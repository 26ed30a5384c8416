//! Block data: where blocks begin and end, and when they are written.

use std::io::BufWriter;

use javatalk::data::{DataInput, DataOutput, EndOfInput, Error};
use javatalk::object::{Blocks, Object, ObjectOutput};

use super::{optional_data, stream, thrown};

/// What is written after the header, and then by a flush.
fn written(write: impl FnOnce(&mut ObjectOutput<Vec<u8>>)) -> (Vec<u8>, Vec<u8>) {
    let mut output = ObjectOutput::new(Vec::new()).unwrap();
    write(&mut output);
    let at_once = output.get_ref()[4..].to_vec();
    output.flush().unwrap();
    let by_flush = output.get_ref()[4 + at_once.len()..].to_vec();
    (at_once, by_flush)
}

#[test]
fn a_block_of_up_to_255_bytes_has_a_short_header() {
    for (len, header) in [
        (1, &b"\x77\x01"[..]),
        (254, b"\x77\xfe"),
        (255, b"\x77\xff"),
        (256, b"\x7a\0\0\x01\0"),
        (257, b"\x7a\0\0\x01\x01"),
        (1_023, b"\x7a\0\0\x03\xff"),
        (1_024, b"\x7a\0\0\x04\0"),
    ] {
        let (_, bytes) = written(|output| {
            for _ in 0..len {
                output.write_byte(7).unwrap();
            }
        });
        assert_eq!(bytes, [header, &vec![7; len][..]].concat(), "{len}");
    }
}

#[test]
fn a_full_block_is_written_with_the_next_byte() {
    let fill = |output: &mut ObjectOutput<Vec<u8>>| {
        output.write_byte(0).unwrap();
        output.write(&[1; 1_023]).unwrap();
    };
    let (at_once, by_flush) = written(fill);
    assert_eq!((at_once.len(), by_flush.len()), (0, 5 + 1_024));

    let (at_once, by_flush) = written(|output| {
        fill(output);
        output.write_byte(2).unwrap();
    });
    assert_eq!(
        (at_once.len(), by_flush),
        (5 + 1_024, b"\x77\x01\x02".to_vec())
    );
}

// ObjectOutputStream#write(byte[]) does not copy what fills a whole block.
// The sweep has found this: since 24, `writeBytes` of an empty string leaves a full block.
#[test]
fn an_empty_string_leaves_a_full_block() -> Result<(), Error> {
    let mut output = ObjectOutput::new(Vec::new())?;
    output.write_byte(0)?;
    output.write(&[0; 1023])?;
    output.write_bytes("")?;
    assert_eq!(output.get_ref().len(), 4);
    output.write_byte(0)?;
    assert_eq!(output.get_ref().len(), 4 + 5 + 1024);
    Ok(())
}

#[test]
fn an_array_that_begins_and_fills_a_block_is_written_at_once() {
    for (len, blocks, rest) in [
        (1_023, 0, 5 + 1_023),
        (1_024, 1, 0),
        (1_025, 1, 2 + 1),
        (2_500, 2, 5 + 452),
    ] {
        let (at_once, by_flush) = written(|output| output.write(&vec![1; len]).unwrap());
        assert_eq!(at_once.len(), blocks * (5 + 1_024), "{len}");
        assert_eq!(by_flush.len(), rest, "{len}");
    }
}

#[test]
fn a_number_spans_two_blocks() {
    let (at_once, by_flush) = written(|output| {
        output.write(&[0; 1_022]).unwrap();
        output.write_int(0x0102_0304).unwrap();
    });
    assert_eq!(at_once[5 + 1_022..], [1, 2]);
    assert_eq!(by_flush, [0x77, 2, 3, 4]);

    let mut input = stream(&[at_once, by_flush].concat());
    assert_eq!(input.skip_bytes(1_022).unwrap(), 1_022);
    assert_eq!(input.read_int().unwrap(), 0x0102_0304);
}

#[test]
fn since_24_a_string_ends_a_block_before_a_character_that_would_reach_its_end() {
    let text = format!("{}中", "a".repeat(1_019));
    let first = |blocks| {
        let mut output = ObjectOutput::with_blocks(Vec::new(), blocks).unwrap();
        output.write_utf(&text).unwrap();
        output.flush().unwrap();
        output.get_ref()[4..9].to_vec()
    };
    assert_eq!(first(Blocks::UpTo23), b"\x7a\0\0\x04\0");
    assert_eq!(first(Blocks::Since24), b"\x7a\0\0\x03\xfd");
}

#[test]
fn objects_and_resets_are_written_at_once_and_end_a_block() {
    let (at_once, by_flush) = written(|output| {
        output.write_boolean(true).unwrap();
        output.write_object(&Object::from("a")).unwrap();
        output.write_boolean(true).unwrap();
        output.reset().unwrap();
        output.write_boolean(true).unwrap();
    });
    assert_eq!(at_once, b"\x77\x01\x01\x74\0\x01a\x77\x01\x01\x79");
    assert_eq!(by_flush, b"\x77\x01\x01");
}

#[test]
fn the_header_stays_in_a_buffer_until_a_flush() {
    let mut output = ObjectOutput::new(BufWriter::new(Vec::new())).unwrap();
    assert_eq!(output.get_ref().get_ref().len(), 0);
    output.flush().unwrap();
    assert_eq!(output.get_ref().get_ref(), b"\xac\xed\0\x05");
}

#[test]
fn where_an_object_comes_primitive_data_end_until_it_is_read() {
    let mut input = stream(b"\x77\x02\x01\x02\x70\x77\x01\x03");
    let end = EndOfInput::new(4, 2);
    assert_eq!(input.read_int(), Err(Error::EndOfInput(end)));
    assert_eq!(thrown(input.read_byte()), "java.io.EOFException");
    assert_eq!(input.read_object().unwrap(), None);
    assert_eq!(input.read_byte().unwrap(), 3);
}

#[test]
fn where_primitive_data_come_read_object_says_how_many() {
    let mut input = stream(b"\x77\0\x77\x03\x01\x02\x03\x70");
    assert_eq!(optional_data(input.read_object()), (3, false));
    assert_eq!(input.read_byte().unwrap(), 1);
    assert_eq!(optional_data(input.read_object()), (2, false));
    assert_eq!(input.skip_bytes(5).unwrap(), 2);
    assert_eq!(input.read_object().unwrap(), None);
}

#[test]
fn the_end_of_an_objects_data_is_told() {
    let mut input = stream(b"\x78\x70");
    assert_eq!(optional_data(input.read_object()), (0, true));
    assert_eq!(optional_data(input.read_object()), (0, true));
}

#[test]
fn available_counts_what_has_come_of_the_block() {
    let rest = |source: &mut std::io::Cursor<Vec<u8>>| {
        let position = usize::try_from(source.position()).unwrap();
        Ok(source.get_ref().len() - position)
    };
    let mut input = stream(b"\x77\0\x77\x05\x01\x02");
    assert_eq!(input.available(rest).unwrap(), 2);
    let mut input = stream(b"\x7a\0\0\0");
    assert_eq!(input.available(rest).unwrap(), 0);
    let mut input = stream(b"\x70\x77\x01\x02");
    assert_eq!(input.available(rest).unwrap(), 0);
}

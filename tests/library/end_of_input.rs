//! What the error says at the end of the input: how many bytes were wanted, and how many came.

use std::io::{BufReader, Cursor, Read};

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream, EndOfInput, Error, SliceInput};

use crate::numbers::NUMBERS;
use crate::pipe::{Source, source};

const BYTES: [u8; 8] = [0; 8];

#[track_caller]
fn assert_end(result: Result<(), Error>, wanted: usize, came: usize, what: &str) {
    assert_eq!(result, Err(EndOfInput::new(wanted, came).into()), "{what}");
}

/// An input that says for every value how much of it came.
fn exact_inputs(bytes: &[u8]) -> Vec<(&'static str, Box<dyn DataInput + '_>)> {
    // The buffer is seen to be one when a number has come from it, and is empty again now.
    let pieces = source(b"\0\0\0\x02..").then(bytes);
    let mut used = DataInputStream::new(BufReader::with_capacity(6, pieces));
    used.read_int().unwrap();
    used.read_short().unwrap();
    let mut held = DataInputStream::new(Source::default().then(b"\r").then(bytes));
    held.read_line().unwrap();
    let mut inputs: Vec<(_, Box<dyn DataInput>)> = vec![
        ("a slice", Box::new(DataInputStream::new(bytes))),
        ("a slice input", Box::new(SliceInput::new(bytes))),
        (
            "a boxed slice",
            Box::new(DataInputStream::new(Box::new(bytes))),
        ),
        (
            "a limited slice",
            Box::new(DataInputStream::new(bytes.take(1 << 20))),
        ),
        (
            "a buffered slice",
            Box::new(DataInputStream::new(BufReader::new(bytes))),
        ),
        ("a used buffer", Box::new(used)),
    ];
    if !bytes.is_empty() {
        inputs.push(("a held byte", Box::new(held)));
    }
    inputs
}

#[test]
fn a_number_says_how_much_of_it_came() {
    for (name, width, call) in NUMBERS {
        for came in 0..width {
            for (input_name, mut input) in exact_inputs(&BYTES[..came]) {
                let what = format!("{name} from {input_name}");
                assert_end(call(&mut *input), width, came, &what);
            }
        }
    }
}

#[test]
fn a_reader_without_a_buffer_need_not_say_how_much_of_a_number_came() {
    for (name, width, call) in NUMBERS {
        for came in 0..width {
            let bytes = &BYTES[..came];
            let inputs: [Box<dyn DataInput>; 2] = [
                Box::new(DataInputStream::new(Cursor::new(bytes))),
                Box::new(DataInputStream::new(source(bytes))),
            ];
            for mut input in inputs {
                let Err(Error::EndOfInput(end)) = call(&mut *input) else {
                    panic!("{name}");
                };
                assert_eq!(end.wanted(), Some(width), "{name}");
                assert_eq!(end.came(), (width == 1).then_some(0), "{name}");
                let said = match width {
                    1 => "input ended after 0 of 1 bytes".to_owned(),
                    _ => format!("input ended within a value of {width} bytes"),
                };
                assert_eq!(end.to_string(), said);
            }
        }
    }
}

/// Of strings and arrays every reader tells.
fn all_inputs(bytes: &[u8]) -> Vec<(&'static str, Box<dyn DataInput + '_>)> {
    let mut inputs = exact_inputs(bytes);
    inputs.push((
        "a cursor",
        Box::new(DataInputStream::new(Cursor::new(bytes))),
    ));
    inputs.push(("a reader", Box::new(DataInputStream::new(source(bytes)))));
    let reader: Box<dyn Read> = Box::new(bytes);
    inputs.push(("some reader", Box::new(DataInputStream::new(reader))));
    inputs
}

#[test]
fn a_string_says_how_much_of_its_length_or_of_its_body_came() {
    for len in [1, 2, 15, 16, 17, 64, 65, 512, 513, 5_000, 65_535] {
        let message = [
            &u16::try_from(len).unwrap().to_be_bytes()[..],
            &vec![b'a'; len],
        ]
        .concat();
        for cut in [0, 1, 2, 3, 9, 30, 600, 4_100, 4_099, 40_000, len + 1] {
            let Some(there) = message.get(..cut).filter(|_| cut < message.len()) else {
                continue;
            };
            let (wanted, came) = if cut < 2 { (2, cut) } else { (len, cut - 2) };
            for (name, mut input) in all_inputs(there) {
                assert_end(input.read_utf().map(drop), wanted, came, name);
            }
            for (name, mut input) in all_inputs(there) {
                let read = input.read_utf_into(&mut JavaString::from("before"));
                assert_end(read, wanted, came, name);
            }
        }
    }
}

#[test]
fn an_array_says_how_much_of_it_came() {
    for came in 0..5 {
        for (name, mut input) in all_inputs(&BYTES[..came]) {
            assert_end(input.read_fully(&mut [0; 5]), 5, came, name);
        }
    }
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn an_asynchronous_stream_says_it_of_every_value() {
    use javatalk::data::asynchronous::{AsyncDataInput, AsyncDataInputStream};

    for came in 0..4 {
        let mut input = AsyncDataInputStream::new(&BYTES[..came]);
        assert_end(input.read_int().await.map(drop), 4, came, "read_int");
        let mut input = AsyncDataInputStream::new(&BYTES[..came]);
        assert_end(input.read_fully(&mut [0; 4]).await, 4, came, "read_fully");
    }
    let message = b"\0\x05hello";
    for cut in 0..message.len() {
        let mut input = AsyncDataInputStream::new(&message[..cut]);
        let (wanted, came) = if cut < 2 { (2, cut) } else { (5, cut - 2) };
        assert_end(input.read_utf().await.map(drop), wanted, came, "read_utf");
    }
}

#[test]
fn a_count_that_does_not_fit_is_the_largest() {
    let end = EndOfInput::new(usize::MAX, usize::MAX - 1);
    assert_eq!(end.wanted(), Some(4_294_967_294));
    assert_eq!(end.came(), Some(4_294_967_294));
}

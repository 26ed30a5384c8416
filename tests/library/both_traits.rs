//! The traits beside those of `std::io`, behind references, in boxes, and as trait objects.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};
use javatalk::{JavaStr, JavaString};

#[test]
fn write_resolves_to_data_output_with_both_traits_imported() -> Result<(), Error> {
    let mut output = DataOutputStream::new(Vec::new());
    let () = output.write(b"ab")?;
    output.write_all(b"cd")?;
    let () = output.flush()?;
    let borrowed = &mut output;
    let () = borrowed.write(b"ef")?;
    let () = borrowed.flush()?;
    write!(output, "{}", 7)?;
    assert_eq!(output.size(), 7);
    assert_eq!(output.into_inner(), b"abcdef7");
    Ok(())
}

#[test]
fn read_line_resolves_to_data_input_with_both_traits_imported() -> Result<(), Error> {
    let mut input = DataInputStream::new(BufReader::new(&b"abc\ndef\n"[..]));
    let mut buffer = [0; 2];
    input.read_exact(&mut buffer)?;
    assert_eq!(&buffer, b"ab");
    assert_eq!(input.read_line()?.unwrap(), "c");
    let mut line = String::new();
    input.get_mut().read_line(&mut line)?;
    assert_eq!(line, "def\n");
    Ok(())
}

#[test]
fn a_borrowed_stream_works_as_std_read_and_write() -> Result<(), Error> {
    let mut input = DataInputStream::new(&b"\0\x03abc\0\x01"[..]);
    let length = input.read_short()?;
    let mut output = DataOutputStream::new(Vec::new());
    io::copy(
        &mut (&mut input).take(length.try_into().unwrap()),
        &mut output,
    )?;
    assert_eq!(output.into_inner(), b"abc");
    assert_eq!(input.read_short()?, 1);
    Ok(())
}

fn write_record(mut output: impl DataOutput) -> Result<(), Error> {
    output.write_int(7)?;
    output.write_utf("text")?;
    output.write_utf(&String::from("string"))?;
    output.write_utf(&JavaString::from("java"))?;
    output.write_utf(JavaStr::from("borrowed"))
}

fn read_record(mut input: impl DataInput) -> Result<(i32, Vec<JavaString>), Error> {
    let number = input.read_int()?;
    let texts = (0..4).map(|_| input.read_utf()).collect::<Result<_, _>>()?;
    Ok((number, texts))
}

#[track_caller]
fn assert_record(bytes: &[u8]) {
    let expected = (
        7,
        ["text", "string", "java", "borrowed"]
            .map(JavaString::from)
            .to_vec(),
    );
    let mut input = DataInputStream::new(bytes);
    assert_eq!(read_record(&mut input).unwrap(), expected);
    assert_eq!(
        read_record(Box::new(DataInputStream::new(bytes))).unwrap(),
        expected
    );
    let mut object: Box<dyn DataInput + '_> = Box::new(DataInputStream::new(bytes));
    assert_eq!(read_record(&mut object).unwrap(), expected);
    assert_eq!(
        read_record(&mut DataInputStream::new(bytes) as &mut dyn DataInput).unwrap(),
        expected
    );
}

#[test]
fn references_boxes_and_trait_objects_work_like_the_stream() {
    let mut bytes = Vec::new();
    write_record(DataOutputStream::new(&mut bytes)).unwrap();
    assert_record(&bytes);

    bytes.clear();
    write_record(&mut DataOutputStream::new(&mut bytes)).unwrap();
    assert_record(&bytes);

    bytes.clear();
    write_record(Box::new(DataOutputStream::new(&mut bytes))).unwrap();
    assert_record(&bytes);

    bytes.clear();
    write_record(&mut DataOutputStream::new(&mut bytes) as &mut dyn DataOutput).unwrap();
    assert_record(&bytes);

    bytes.clear();
    let mut object: Box<dyn DataOutput> = Box::new(DataOutputStream::new(&mut bytes));
    object.write_int(7).unwrap();
    object.write_utf("text").unwrap();
    object.write_utf_str("string".into()).unwrap();
    object
        .write_utf_str(JavaString::from("java").as_java_str())
        .unwrap();
    object.write_utf(&JavaString::from("borrowed")).unwrap();
    drop(object);
    assert_record(&bytes);
}

#[test]
fn a_box_forwards_to_overridden_provided_methods() {
    /// Knows the answer without reading.
    struct Knows;
    impl DataInput for Knows {
        fn read_fully(&mut self, _: &mut [u8]) -> Result<(), Error> {
            unreachable!()
        }

        fn skip_bytes(&mut self, _: usize) -> Result<usize, Error> {
            unreachable!()
        }

        fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
            unreachable!()
        }

        fn read_int(&mut self) -> Result<i32, Error> {
            Ok(42)
        }

        fn read_utf(&mut self) -> Result<JavaString, Error> {
            Ok("known".into())
        }
    }

    let mut boxed: Box<dyn DataInput> = Box::new(Knows);
    assert_eq!((&mut &mut boxed).read_int().unwrap(), 42);
    assert_eq!(boxed.read_utf().unwrap(), "known");
}

#[test]
fn a_stream_can_write_through_a_std_buf_writer() -> Result<(), Error> {
    let mut output = DataOutputStream::new(BufWriter::new(Vec::new()));
    output.write_chars("ab")?;
    output.write_bytes("cd")?;
    assert!(output.get_ref().get_ref().is_empty());
    output.flush()?;
    assert_eq!(output.get_ref().get_ref(), b"\0a\0bcd");
    Ok(())
}

//! A program that reads a string now and then, from readers of every kind and beside other crates.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};

use javatalk::data::{DataInput, DataInputStream, ReadJavaExt, WriteJavaExt};

/// A method as `byteorder` has it, of the same name as one of `DataInput`: no call is ambiguous.
trait ReadBytesExt: Read {
    fn read_int(&mut self, bytes: usize) -> std::io::Result<i64> {
        let mut number = [0; 8];
        self.read_exact(&mut number[8 - bytes..])?;
        Ok(i64::from_be_bytes(number))
    }
}

impl<R: Read + ?Sized> ReadBytesExt for R {}

#[test]
fn a_reader_is_enough() -> std::io::Result<()> {
    let mut reader = Cursor::new(b"\0\x04name\0\0\x07line\nrest".to_vec());
    assert_eq!(reader.read_java_utf()?, "name");
    assert_eq!(reader.read_int(3)?, 7);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    assert_eq!(line, "line\n");
    reader.seek(SeekFrom::Start(2))?;
    let mut name = [0; 4];
    reader.read_java_fully(&mut name)?;
    assert_eq!(&name, b"name");
    Ok(())
}

#[test]
fn any_reader_and_any_writer_will_do() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("values");
    let mut file = BufWriter::new(File::create(&path)?);
    let writer: &mut dyn Write = &mut file;
    writer.write_java_boolean(true)?;
    writer.write_java_byte(-1)?;
    writer.write_java_unsigned_byte(255)?;
    writer.write_java_short(-2)?;
    writer.write_java_unsigned_short(65_534)?;
    writer.write_java_char(0xD83D)?;
    writer.write_java_int(-3)?;
    writer.write_java_long(-4)?;
    writer.write_java_float(1.5)?;
    writer.write_java_double(f64::NAN)?;
    writer.write_java_bytes("ab")?;
    writer.write_java_chars("c")?;
    writer.write_java_utf("é😀")?;
    file.flush()?;
    drop(file);

    let mut file = BufReader::new(File::open(&path)?);
    let reader: &mut dyn Read = &mut file;
    assert!(reader.read_java_boolean()?);
    assert_eq!(reader.read_java_byte()?, -1);
    assert_eq!(reader.read_java_unsigned_byte()?, 255);
    assert_eq!(reader.read_java_short()?, -2);
    assert_eq!(reader.read_java_unsigned_short()?, 65_534);
    assert_eq!(reader.read_java_char()?, 0xD83D);
    assert_eq!(reader.read_java_int()?, -3);
    assert_eq!(reader.read_java_long()?, -4);
    assert_eq!(reader.read_java_float()?, 1.5);
    assert_eq!(reader.read_java_double()?.to_bits(), 0x7FF8 << 48);
    let mut bytes = [0; 4];
    reader.read_java_fully(&mut bytes)?;
    assert_eq!(&bytes, b"ab\0c");
    assert_eq!(reader.read_java_utf()?, "é😀");
    assert_eq!(reader.read(&mut bytes)?, 0);
    Ok(())
}

/// With the stream and the extension imported, each keeps its names.
#[test]
fn a_stream_is_a_reader_too() {
    let mut input = DataInputStream::new(&b"line\r\0\x02hi\0\0\0\x07"[..]);
    assert_eq!(input.read_line().unwrap().unwrap(), "line");
    assert_eq!(
        input.read_java_utf().unwrap(),
        "hi",
        "the held byte comes first"
    );
    assert_eq!(DataInput::read_int(&mut input).unwrap(), 7);
}

/// A format with other rules than `readUTF` decodes the bytes itself.
#[test]
fn the_bytes_of_a_string_can_be_read_without_decoding() {
    let long = [&b"\x02\x00"[..], &[0xFF; 512], b"rest"].concat();
    for (input, expected, rest) in [
        (&b"\0\x02\xff\0rest"[..], Ok(&b"\xff\0"[..]), &b"rest"[..]),
        (b"\0\0rest", Ok(b""), b"rest"),
        (&long, Ok(&long[2..514]), b"rest"),
        (b"\0\x05ab", Err("input ended after 2 of 5 bytes"), b""),
        (b"\0", Err("input ended after 1 of 2 bytes"), b""),
    ] {
        let mut reader = input;
        let bytes = reader.read_java_utf_bytes();
        let bytes = bytes.as_deref().map_err(ToString::to_string);
        assert_eq!(bytes, expected.map_err(str::to_owned));
        assert_eq!(reader, rest);
    }
}

//! The strings of the corpus, and records of them: from memory, and through a buffer from a file.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufReader, Read};

use byteorder::{BigEndian, ReadBytesExt};
use java_data_io_rs::JavaDataInput;
use javatalk::JavaString;
use javatalk::data::{DataInputStream, DataOutput, VecOutput};
use javatalk::mutf8::{self, Instructions};

use super::Measuring;
use super::strings::{ROOM, WELL_FORMED, paths, received};
use crate::clock::time;
use crate::corpus::Corpus;

/// What the rows say of the inputs.
pub(crate) const STRINGS: &str = "strings of java.base";
pub(crate) const STRINGS_FROM_FILE: &str = "strings of java.base, BufReader<File>";
pub(crate) const STRINGS_FROM_BUFFER: &str = "strings of java.base, BufReader";
pub(crate) const RECORDS: &str = "six fields";
pub(crate) const RECORDS_FROM_FILE: &str = "six fields, BufReader<File>";
pub(crate) const RECORDS_FROM_BUFFER: &str = "six fields, BufReader";

/// A reader that does not tell that it is in memory.
struct Opaque<'a>(&'a [u8]);

impl Read for Opaque<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

pub(super) fn measure(measuring: &mut Measuring<'_>) {
    let corpus = match Corpus::read() {
        Ok(corpus) => corpus,
        Err(error) => {
            let why = format!("{error}; only a whole run extracts the strings of java.base");
            return measuring.failure = Err(io::Error::other(why));
        }
    };
    read(measuring, &corpus);
    decode(measuring, &corpus);
    write(measuring, &corpus);
    read_records(measuring, &corpus);
}

fn count(values: usize) -> u32 {
    u32::try_from(values).expect("a JDK has fewer strings")
}

fn read(measuring: &mut Measuring<'_>, corpus: &Corpus) {
    let strings = &corpus.strings[..];
    let count = count(corpus.bodies().len());
    // From memory, through a buffer, and through a buffer from a file.
    macro_rules! row {
        ($subject:expr, $operation:literal, $input:ident => $open:expr, $read:expr) => {{
            row!($subject, $operation, STRINGS, || strings, $input => $open, $read);
            row!($subject, $operation, STRINGS_FROM_BUFFER,
                || BufReader::new(Opaque(strings)), $input => $open, $read);
            row!($subject, $operation, STRINGS_FROM_FILE,
                || BufReader::new(File::open(Corpus::strings_file()).expect(THERE)),
                $input => $open, $read);
        }};
        ($subject:expr, $operation:literal, $name:expr, $source:expr,
         $input:ident => $open:expr, $read:expr) => {
            measuring.row([$subject, $operation, $name], count, || {
                time(|| {
                    let $input = black_box($source());
                    let mut $input = $open;
                    for _ in 0..count {
                        black_box(&$read);
                    }
                })
            });
        };
    }
    for path in paths() {
        path.instructions.use_from_now_on();
        row!(path.subject, "readUTF", input => DataInputStream::new(input),
            input.read_utf().expect(WELL_FORMED));
        let mut text = JavaString::new();
        row!(path.subject, "readUTF, reused", input => DataInputStream::new(input), {
            input.read_utf_into(&mut text).expect(WELL_FORMED);
            &text
        });
    }
    Instructions::best().use_from_now_on();

    macro_rules! rival {
        ($subject:literal, $body:ident => $decode:expr) => {
            row!($subject, "readUTF", input => input, {
                let $body = received(&mut input).expect(WELL_FORMED);
                let $body = &$body[..];
                $decode
            });
        };
    }
    rival!("simd_cesu8", body =>
        simd_cesu8::mutf8::decode(body).expect(WELL_FORMED).into_owned());
    rival!("cesu8", body => cesu8::from_java_cesu8(body).expect(WELL_FORMED).into_owned());
    rival!("residua-mutf8", body =>
        residua_mutf8::decode(body).expect(WELL_FORMED).into_owned());
    rival!("java_string", body =>
        java_string::JavaStr::from_modified_utf8(body).expect(WELL_FORMED).into_owned());
    row!("java_data_io_rs", "to UTF-16", input => JavaDataInput::new(input),
        input.read_utf().expect(WELL_FORMED));
    row!("copy", "readUTF", input => input, received(&mut input).expect(WELL_FORMED));
    // Without the stream, and without the zeros that `received` begins with.
    measuring.row(["copy of a slice", "readUTF", STRINGS], count, || {
        time(|| {
            let mut rest = black_box(strings);
            for _ in 0..count {
                let (length, behind) = rest.split_first_chunk().expect(WELL_FORMED);
                let (body, behind) = behind.split_at(u16::from_be_bytes(*length).into());
                black_box(&body.to_vec());
                rest = behind;
            }
        })
    });
}

fn decode(measuring: &mut Measuring<'_>, corpus: &Corpus) {
    let bodies = corpus.bodies();
    let count = count(bodies.len());
    macro_rules! row {
        ($subject:expr, $operation:literal, $body:ident => $decode:expr) => {
            measuring.row([$subject, $operation, STRINGS], count, || {
                time(|| {
                    for $body in &bodies {
                        let $body: &[u8] = black_box($body);
                        black_box(&$decode);
                    }
                })
            });
        };
    }
    for path in paths() {
        path.instructions.use_from_now_on();
        row!(path.subject, "decode", body => mutf8::decode(body).expect(WELL_FORMED));
        row!(path.subject, "decode, borrowed", body =>
            mutf8::decode_cow(body).expect(WELL_FORMED));
    }
    Instructions::best().use_from_now_on();
    macro_rules! rival {
        ($subject:literal, $body:ident => $decode:expr) => {
            row!($subject, "decode", $body => $decode.expect(WELL_FORMED).into_owned());
            row!($subject, "decode, borrowed", $body => $decode.expect(WELL_FORMED));
        };
    }
    rival!("simd_cesu8", body => simd_cesu8::mutf8::decode(body));
    rival!("cesu8", body => cesu8::from_java_cesu8(body));
    rival!("residua-mutf8", body => residua_mutf8::decode(body));
    rival!("java_string", body => java_string::JavaStr::from_modified_utf8(body));
    row!("copy", "decode", body => body.to_vec());
}

fn write(measuring: &mut Measuring<'_>, corpus: &Corpus) {
    let bodies = corpus.bodies();
    let texts: Vec<String> = bodies
        .iter()
        .map(|body| mutf8::decode_lossy(body).into_owned())
        .collect();
    let count = count(texts.len());
    macro_rules! row {
        ($subject:expr, $operation:literal, $text:ident, $sink:ident => $write:expr) => {
            measuring.row([$subject, $operation, STRINGS], count, || {
                let mut memory: Vec<u8> = Vec::with_capacity(ROOM);
                time(|| {
                    for $text in &texts {
                        let $text = black_box(&$text[..]);
                        let $sink = black_box(&mut memory);
                        $sink.clear();
                        black_box(&$write);
                    }
                })
            });
        };
    }
    for path in paths() {
        path.instructions.use_from_now_on();
        row!(path.subject, "writeUTF", text, sink =>
            VecOutput::new(sink).write_utf(text).expect("it fits"));
        row!(path.subject, "encode, borrowed", text, sink => (mutf8::encode_cow(text), sink));
    }
    Instructions::best().use_from_now_on();
    macro_rules! rival {
        ($subject:literal, $text:ident => $encode:expr) => {
            row!($subject, "writeUTF", $text, sink => put($encode.as_ref(), sink));
            row!($subject, "encode, borrowed", $text, sink => ($encode, sink));
        };
    }
    rival!("simd_cesu8", text => simd_cesu8::mutf8::encode(text));
    rival!("cesu8", text => cesu8::to_java_cesu8(text));
    rival!("residua-mutf8", text => residua_mutf8::encode(text));
    rival!("java_string", text => java_string::JavaStr::from_str(text).to_modified_utf8());
    row!("copy", "writeUTF", text, sink => put(text.as_bytes(), sink));
}

/// What everybody does who has a codec and no stream.
#[inline(always)]
fn put(body: &[u8], sink: &mut Vec<u8>) {
    let length = u16::try_from(body.len()).expect("it fits");
    sink.extend_from_slice(&length.to_be_bytes());
    sink.extend_from_slice(body);
}

fn read_records(measuring: &mut Measuring<'_>, corpus: &Corpus) {
    let records = &corpus.records[..];
    let count = count(corpus.bodies().len() / 2);
    macro_rules! row {
        ($subject:expr, $operation:literal, $input:ident => $open:expr, $read:expr) => {{
            row!($subject, $operation, RECORDS, || records, $input => $open, $read);
            row!($subject, $operation, RECORDS_FROM_BUFFER,
                || BufReader::new(Opaque(records)), $input => $open, $read);
            row!($subject, $operation, RECORDS_FROM_FILE,
                || BufReader::new(File::open(Corpus::records_file()).expect(THERE)),
                $input => $open, $read);
        }};
        ($subject:expr, $operation:literal, $name:expr, $source:expr,
         $input:ident => $open:expr, $read:expr) => {
            measuring.row([$subject, $operation, $name], count, || {
                time(|| {
                    let $input = black_box($source());
                    let mut $input = $open;
                    for _ in 0..count {
                        black_box(&$read);
                    }
                })
            });
        };
    }
    for path in paths() {
        path.instructions.use_from_now_on();
        row!(path.subject, "read a record", input => DataInputStream::new(input), {
            black_box(input.read_int().expect(THERE));
            black_box(&input.read_utf().expect(THERE));
            black_box(input.read_long().expect(THERE));
            black_box(input.read_boolean().expect(THERE));
            black_box(input.read_double().expect(THERE));
            black_box(&input.read_utf().expect(THERE));
        });
    }
    Instructions::best().use_from_now_on();
    row!("byteorder and simd_cesu8", "read a record", input => input, {
        black_box(input.read_i32::<BigEndian>().expect(THERE));
        black_box(&text(&mut input));
        black_box(input.read_i64::<BigEndian>().expect(THERE));
        black_box(input.read_u8().expect(THERE) != 0);
        black_box(input.read_f64::<BigEndian>().expect(THERE));
        black_box(&text(&mut input));
    });
    row!("java_data_io_rs", "read a record", input => JavaDataInput::new(input), {
        black_box(input.read_int().expect(THERE));
        black_box(&input.read_utf().expect(THERE));
        black_box(input.read_long().expect(THERE));
        black_box(input.read_boolean().expect(THERE));
        black_box(input.read_double().expect(THERE));
        black_box(&input.read_utf().expect(THERE));
    });
}

#[inline(always)]
fn text(input: &mut impl Read) -> String {
    let body = received(input).expect(THERE);
    simd_cesu8::mutf8::decode(&body)
        .expect(WELL_FORMED)
        .into_owned()
}

const THERE: &str = "the corpus has been extracted";

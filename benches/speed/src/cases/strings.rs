//! `readUTF` and `writeUTF`, decoding and encoding.
//!
//! Whoever decodes gives a string of its own, since that is what comes out of a stream; a crate that
//! has no stream gets the body as its user would, into a vector by way of its length. Whoever encodes
//! puts a length and the bytes into a vector that is there already. In the rows called borrowed,
//! everybody borrows the text or the bytes if it can.

use std::hint::black_box;
use std::io::{self, Read};

use java_data_io_rs::JavaDataInput;
use javatalk::JavaString;
use javatalk::data::{DataInputStream, DataOutput, VecOutput};
use javatalk::mutf8::{self, Instructions};

use super::Measuring;
use crate::case::{OURS, PORTABLE};
use crate::clock::time;
use crate::texts::Text;

pub(super) fn measure(measuring: &mut Measuring<'_>, text: &Text) {
    read(measuring, text);
    write(measuring, text);
}

fn read(measuring: &mut Measuring<'_>, text: &Text) {
    let name = text.name();
    let body = text.body();
    let message = framed(&body);
    for path in paths() {
        path.instructions.use_from_now_on();
        read_ourselves(measuring, path.subject, &name, &body);
    }
    Instructions::best().use_from_now_on();

    // Both ways: from a slice, and by hand from a stream.
    macro_rules! rival {
        ($subject:literal, $($operation:literal,)* $body:ident => $decode:expr) => {
            $(
                measuring.row([$subject, $operation, &name], 1, || {
                    time(|| {
                        let $body = black_box(&body[..]);
                        black_box(&$decode);
                    })
                });
            )*
        };
        ($subject:literal: $body:ident => $decode:expr) => {
            rival!($subject, "decode", $body => $decode);
            measuring.row([$subject, "readUTF", &name], 1, || {
                let mut input = &message[..];
                time(|| {
                    input = &message;
                    let received = received(black_box(&mut input)).expect(WELL_FORMED);
                    let $body = &received[..];
                    black_box(&$decode);
                })
            });
        };
    }
    rival!("simd_cesu8": body =>
        simd_cesu8::mutf8::decode(body).expect(WELL_FORMED).into_owned());
    rival!("cesu8": body =>
        cesu8::from_java_cesu8(body).expect(WELL_FORMED).into_owned());
    rival!("residua-mutf8": body =>
        residua_mutf8::decode(body).expect(WELL_FORMED).into_owned());
    rival!("mutf8": body =>
        ::mutf8::mstr::from_mutf8(body).to_str().expect(WELL_FORMED).into_owned());
    rival!("java_string": body =>
        java_string::JavaStr::from_modified_utf8(body).expect(WELL_FORMED).into_owned());
    rival!("simd_cesu8", "decode, borrowed", body =>
        simd_cesu8::mutf8::decode(body).expect(WELL_FORMED));
    rival!("cesu8", "decode, borrowed", body =>
        cesu8::from_java_cesu8(body).expect(WELL_FORMED));
    rival!("residua-mutf8", "decode, borrowed", body =>
        residua_mutf8::decode(body).expect(WELL_FORMED));
    rival!("mutf8", "decode, borrowed", body =>
        ::mutf8::mstr::from_mutf8(body).to_str().expect(WELL_FORMED));
    rival!("java_string", "decode, borrowed", body =>
        java_string::JavaStr::from_modified_utf8(body).expect(WELL_FORMED));
    rival!("jvm-types", "to UTF-16", body =>
        jvm_types::modified_utf8::decode(body).expect(WELL_FORMED));
    measuring.row(["java_data_io_rs", "to UTF-16", &name], 1, || {
        time(|| {
            let text = JavaDataInput::new(black_box(&message[..])).read_utf();
            black_box(&text.expect(WELL_FORMED));
        })
    });

    rival!("copy", "decode", "readUTF", body => body.to_vec());
    if std::str::from_utf8(&body).is_ok() {
        rival!("simdutf8 and copy", "decode", "readUTF", body =>
            simdutf8::basic::from_utf8(body).expect("it is UTF-8").to_owned());
    }
}

/// A path through our code.
pub(super) struct Path {
    pub(super) subject: &'static str,
    pub(super) instructions: Instructions,
}

/// The best instructions of this machine, and plain Rust, which is all that other processors have.
pub(super) fn paths() -> Vec<Path> {
    let mut paths = vec![Path {
        subject: OURS,
        instructions: Instructions::best(),
    }];
    if Instructions::best() != Instructions::PORTABLE {
        paths.push(Path {
            subject: PORTABLE,
            instructions: Instructions::PORTABLE,
        });
    }
    paths
}

fn read_ourselves(measuring: &mut Measuring<'_>, subject: &str, name: &str, body: &[u8]) {
    let message = framed(body);
    measuring.row([subject, "readUTF", name], 1, || {
        let mut input = DataInputStream::new(&message[..]);
        time(|| {
            *input.get_mut() = &message;
            let text = black_box(&mut input).read_utf();
            black_box(&text.expect(WELL_FORMED));
        })
    });
    measuring.row([subject, "readUTF, reused", name], 1, || {
        let mut input = DataInputStream::new(&message[..]);
        let mut text = JavaString::new();
        time(|| {
            *input.get_mut() = &message;
            black_box(&mut input)
                .read_utf_into(&mut text)
                .expect(WELL_FORMED);
            black_box(&text);
        })
    });
    measuring.row([subject, "to UTF-16", name], 1, || {
        time(|| {
            black_box(&mutf8::decode_utf16(black_box(body)).expect(WELL_FORMED));
        })
    });

    measuring.row([subject, "decode", name], 1, || {
        time(|| {
            black_box(&mutf8::decode(black_box(body)).expect(WELL_FORMED));
        })
    });
    measuring.row([subject, "decode, borrowed", name], 1, || {
        time(|| {
            black_box(&mutf8::decode_cow(black_box(body)).expect(WELL_FORMED));
        })
    });
}

/// A body with its length before it, as one reads it who has a codec and no stream.
pub(super) fn received(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    input.read_exact(&mut length)?;
    let mut body = vec![0; u16::from_be_bytes(length).into()];
    input.read_exact(&mut body)?;
    Ok(body)
}

fn write(measuring: &mut Measuring<'_>, text: &Text) {
    let name = text.name();
    let body = text.body();
    let text = &text.text[..];

    for path in paths() {
        path.instructions.use_from_now_on();
        measuring.row([path.subject, "writeUTF", &name], 1, || {
            let mut sink = Vec::with_capacity(ROOM);
            time(|| {
                black_box(&mut sink).clear();
                let written = VecOutput::new(&mut sink).write_utf(text);
                written.expect("it fits");
                black_box(&sink);
            })
        });
        measuring.row([path.subject, "encode, borrowed", &name], 1, || {
            time(|| {
                black_box(&mutf8::encode_cow(black_box(text)));
            })
        });
    }
    Instructions::best().use_from_now_on();

    macro_rules! rival {
        ($subject:literal, $text:ident => $encode:expr) => {
            measuring.row([$subject, "encode, borrowed", &name], 1, || {
                time(|| {
                    let $text = black_box(text);
                    black_box(&$encode);
                })
            });
            measuring.row([$subject, "writeUTF", &name], 1, || {
                let mut sink = Vec::with_capacity(ROOM);
                time(|| {
                    let $text = text;
                    black_box(&mut sink).clear();
                    let bytes = $encode;
                    let length = u16::try_from(bytes.len()).expect("it fits");
                    sink.extend_from_slice(&length.to_be_bytes());
                    sink.extend_from_slice(&bytes);
                    black_box(&sink);
                })
            });
        };
    }
    rival!("simd_cesu8", text => simd_cesu8::mutf8::encode(text));
    rival!("cesu8", text => cesu8::to_java_cesu8(text));
    rival!("residua-mutf8", text => residua_mutf8::encode(text));
    rival!("mutf8", text => ::mutf8::utf8_to_mutf8(text.as_bytes()).expect("it is UTF-8"));
    rival!("java_string", text => java_string::JavaStr::from_str(text).to_modified_utf8());

    measuring.row(["copy", "writeUTF", &name], 1, || {
        let mut sink: Vec<u8> = Vec::with_capacity(ROOM);
        time(|| {
            sink.clear();
            sink.extend_from_slice(black_box(&body));
            black_box(&sink);
        })
    });
}

/// What a byte costs, from short to long.
pub(super) fn grow(measuring: &mut Measuring<'_>, text: &Text) {
    let name = text.name();
    let message = framed(&text.body());
    measuring.row(["javatalk", "readUTF", &name], 1, || {
        let mut input = DataInputStream::new(&message[..]);
        time(|| {
            *input.get_mut() = &message;
            let text = black_box(&mut input).read_utf();
            black_box(&text.expect(WELL_FORMED));
        })
    });
    measuring.row(["javatalk", "writeUTF", &name], 1, || {
        let mut sink = Vec::with_capacity(ROOM);
        time(|| {
            black_box(&mut sink).clear();
            let written = VecOutput::new(&mut sink).write_utf(&text.text);
            written.expect("it fits");
            black_box(&sink);
        })
    });
}

/// A message, in memory somewhat larger than it: what is allocated next would else lie just so many
/// pages behind a message of a round size, and a processor that compares the lower bits of addresses
/// alone takes the copy for the original.
fn framed(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("no text is too long for writeUTF");
    let mut message = Vec::with_capacity(body.len() + 1500);
    message.extend(length.to_be_bytes());
    message.extend_from_slice(body);
    message
}

pub(super) const WELL_FORMED: &str = "it is well-formed";

/// For the longest of all.
pub(super) const ROOM: usize = 1 << 17;

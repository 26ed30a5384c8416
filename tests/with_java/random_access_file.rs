//! `RandomAccessFile` against every JDK, over generated sequences of calls on a file.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::Arc;

use javatalk::JavaString;
use javatalk::data::{DataInput, DataOutput, Error, RandomAccessFile};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::sweep::ReferenceJvm;
use javatalk::internals::sweep::outcome::{End, Outcome};

use crate::object_streams::Random;

/// Sequences of up to twenty calls have the outcomes of every JDK: values, exceptions, the position
/// after each call, and the bytes of the file in the end.
pub(crate) fn generated_calls_of_a_file_do_what_java_does(toolbox: &Arc<Toolbox>) {
    let mut random = Random::new(1);
    let sequences: Vec<Sequence> = (0..SEQUENCES)
        .map(|_| Sequence::generate(&mut random))
        .collect();
    let ours: Vec<Vec<Outcome>> = sequences.iter().map(Sequence::play).collect();
    let mut request = b"F\x01".to_vec();
    put_len(sequences.len(), &mut request);
    for sequence in &sequences {
        sequence.encode(&mut request);
    }
    for jdk in toolbox.jdks() {
        let classes = toolbox.classes(jdk).unwrap_or_else(|why| panic!("{why}"));
        let mut jvm = ReferenceJvm::start(jdk, classes, toolbox.javatalk())
            .unwrap_or_else(|why| panic!("{why}"));
        let mut java = jvm.answer(&request).unwrap().into_iter();
        for (sequence, ours) in sequences.iter().zip(&ours) {
            let java: Vec<Outcome> = java.by_ref().take(ours.len()).collect();
            let mut outcomes = java.iter().zip(ours).enumerate();
            let Some((index, (java, ours))) = outcomes.find(|(_, (java, ours))| !equal(java, ours))
            else {
                continue;
            };
            panic!(
                "{jdk}: outcome {index} of {sequence:x?}\n  java      {java:?}\n  javatalk  {ours:?}"
            );
        }
        assert_eq!(java.next(), None);
    }
}

/// Two things differ on purpose: the negative count of `skipBytes` beyond the end, and before JDK 17
/// the message for a string that is too long.
fn equal(java: &Outcome, ours: &Outcome) -> bool {
    let message_of_long = |outcome: &Outcome| match &outcome.end {
        End::Threw { message, .. } => message
            .as_ref()
            .is_some_and(|text| text.to_string().contains("too long: ")),
        End::Returned | End::Null => false,
    };
    let is_negative_skip = java.end == End::Returned
        && java.given.len() == 4
        && java.given[0] & 0x80 != 0
        && ours.given == SKIPPED_NOTHING;
    java == ours
        || (java.stands == ours.stands
            && (is_negative_skip && ours.end == End::Returned
                || message_of_long(java) && message_of_long(ours)))
}

/// What `skip_bytes` gives for the negative count.
const SKIPPED_NOTHING: [u8; 4] = [0; 4];

const SEQUENCES: usize = 4_000;

#[derive(Debug)]
struct Sequence {
    content: Vec<u8>,
    calls: Vec<Call>,
}

#[derive(Debug, Clone)]
enum Call {
    /// The number in `Sweep.java`, and the count.
    Read(u8, i32),
    Write(u8, Argument),
    Seek(u64),
    Length,
    FilePointer,
    SetLength(u64),
}

#[derive(Debug, Clone)]
enum Argument {
    Bytes(Vec<u8>),
    Boolean(bool),
    Int(i32),
    Long(i64),
    Text(JavaString),
}

impl Sequence {
    fn generate(random: &mut Random) -> Self {
        // Lines longer than the pieces in which they are read, in one of eight files.
        let length = if random.one_in(8) {
            200 + random.below(400)
        } else {
            random.below(40)
        };
        let content = (0..length).map(|_| byte(random)).collect();
        let calls = (0..=random.below(20))
            .map(|_| Call::generate(random, length))
            .collect();
        Self { content, calls }
    }

    fn encode(&self, request: &mut Vec<u8>) {
        put_len(self.content.len(), request);
        request.extend(&self.content);
        put_len(self.calls.len(), request);
        for call in &self.calls {
            call.encode(request);
        }
    }

    /// All outcomes, and that of the file's content.
    fn play(&self) -> Vec<Outcome> {
        let mut opened = tempfile::tempfile().unwrap();
        opened.write_all(&self.content).unwrap();
        opened.rewind().unwrap();
        let mut file = RandomAccessFile::new(opened);
        let mut outcomes = Vec::new();
        for call in &self.calls {
            let mut partly = Vec::new();
            let result = call.make(&mut file, &mut partly);
            let stands = i32::try_from(file.file_pointer().unwrap()).unwrap();
            let (end, given) = match result {
                Ok(Some(given)) => (End::Returned, given),
                Ok(None) => (End::Null, Vec::new()),
                Err(error) => {
                    let end = End::Threw {
                        class: error.java_class().to_owned(),
                        message: error.java_message(),
                    };
                    (end, partly)
                }
            };
            outcomes.push(Outcome { end, given, stands });
        }
        let mut given = Vec::new();
        file.seek(0).unwrap();
        file.read_to_end(&mut given).unwrap();
        outcomes.push(Outcome {
            end: End::Returned,
            stands: i32::try_from(given.len()).unwrap(),
            given,
        });
        outcomes
    }
}

/// Line ends, short lengths, letters, and bytes that are malformed.
fn byte(random: &mut Random) -> u8 {
    match random.below(8) {
        0 => b'\n',
        1 => b'\r',
        2 | 3 => 0,
        4 => 1 + u8::try_from(random.below(4)).unwrap(),
        5 => random.of(&[0xC3, 0xA9, 0xED, 0xA0, 0xBD, 0xFF]),
        _ => b'a',
    }
}

impl Call {
    fn generate(random: &mut Random, length: usize) -> Self {
        let position = |random: &mut Random| random.below(length + 6) as u64;
        match random.below(16) {
            0..=4 => Self::Read(
                u8::try_from(random.below(14)).unwrap(),
                i32::try_from(random.below(12)).unwrap(),
            ),
            // Line by line, and strings, are the ones with a position of their own.
            5 | 6 => Self::Read(random.of(&[12, 13]), 0),
            7..=10 => Self::write(random),
            11..=13 => Self::Seek(position(random)),
            14 if random.one_in(2) => Self::SetLength(position(random)),
            14 => Self::Length,
            _ => Self::FilePointer,
        }
    }

    fn write(random: &mut Random) -> Self {
        let method = u8::try_from(random.below(12)).unwrap();
        let argument = match method {
            0 => Argument::Bytes((0..random.below(6)).map(|_| byte(random)).collect()),
            1 => Argument::Boolean(random.one_in(2)),
            2..=5 | 7 => Argument::Int(i32::from_be_bytes(std::array::from_fn(|_| byte(random)))),
            6 | 8 => Argument::Long(i64::from_be_bytes(std::array::from_fn(|_| byte(random)))),
            _ if random.one_in(64) => Argument::Text(vec![u16::from(b'a'); 65_536].into()),
            _ => {
                let units = [0, 0x61, 0xE9, 0x4E2D, 0xD83D, 0xDE00];
                let text: Vec<u16> = (0..random.below(5)).map(|_| random.of(&units)).collect();
                Argument::Text(text.into())
            }
        };
        Self::Write(method, argument)
    }

    fn encode(&self, request: &mut Vec<u8>) {
        match self {
            Self::Read(method, count) => {
                request.push(*method);
                request.extend(count.to_be_bytes());
            }
            Self::Write(method, argument) => {
                request.push(32 + method);
                match argument {
                    Argument::Bytes(bytes) => {
                        put_len(bytes.len(), request);
                        request.extend(bytes);
                    }
                    Argument::Boolean(value) => request.push((*value).into()),
                    Argument::Int(value) => request.extend(value.to_be_bytes()),
                    Argument::Long(value) => request.extend(value.to_be_bytes()),
                    Argument::Text(text) => {
                        put_len(text.len_utf16(), request);
                        request.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
                    }
                }
            }
            Self::Seek(position) => {
                request.push(64);
                request.extend(position.to_be_bytes());
            }
            Self::Length => request.push(65),
            Self::FilePointer => request.push(66),
            Self::SetLength(length) => {
                request.push(67);
                request.extend(length.to_be_bytes());
            }
        }
    }

    /// The value in the encoding of the sweep; `None` is null. `partly` is the buffer of `readFully`
    /// after an error.
    fn make(
        &self,
        file: &mut RandomAccessFile<File>,
        partly: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let units = |text: &JavaString| text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        Ok(Some(match self {
            Self::Read(method, count) => {
                let count = usize::try_from(*count).unwrap();
                match method {
                    0 => {
                        partly.resize(count, 0);
                        file.read_fully(partly)?;
                        std::mem::take(partly)
                    }
                    1 => {
                        let skipped = u32::try_from(file.skip_bytes(count)?).unwrap();
                        skipped.to_be_bytes().into()
                    }
                    2 => vec![file.read_boolean()?.into()],
                    3 => file.read_byte()?.to_be_bytes().into(),
                    4 => u32::from(file.read_unsigned_byte()?).to_be_bytes().into(),
                    5 => file.read_short()?.to_be_bytes().into(),
                    6 => u32::from(file.read_unsigned_short()?).to_be_bytes().into(),
                    7 => file.read_char()?.to_be_bytes().into(),
                    8 => file.read_int()?.to_be_bytes().into(),
                    9 => file.read_long()?.to_be_bytes().into(),
                    10 => file.read_float()?.to_bits().to_be_bytes().into(),
                    11 => file.read_double()?.to_bits().to_be_bytes().into(),
                    12 => match file.read_line()? {
                        Some(line) => units(&line),
                        None => return Ok(None),
                    },
                    _ => units(&file.read_utf()?),
                }
            }
            Self::Write(method, argument) => {
                write(file, *method, argument)?;
                Vec::new()
            }
            Self::Seek(position) => {
                file.seek(*position)?;
                Vec::new()
            }
            Self::Length => file.length()?.to_be_bytes().into(),
            Self::FilePointer => file.file_pointer()?.to_be_bytes().into(),
            Self::SetLength(length) => {
                file.set_length(*length, File::set_len)?;
                Vec::new()
            }
        }))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Java writes the low bits"
)]
fn write(file: &mut RandomAccessFile<File>, method: u8, argument: &Argument) -> Result<(), Error> {
    match (method, argument) {
        (0, Argument::Bytes(bytes)) => DataOutput::write(file, bytes),
        (1, Argument::Boolean(value)) => file.write_boolean(*value),
        (2, Argument::Int(value)) => file.write_byte(*value as i8),
        (3, Argument::Int(value)) => file.write_short(*value as i16),
        (4, Argument::Int(value)) => file.write_char(*value as u16),
        (5, Argument::Int(value)) => file.write_int(*value),
        (6, Argument::Long(value)) => file.write_long(*value),
        (7, Argument::Int(bits)) => file.write_float(f32::from_bits(*bits as u32)),
        (8, Argument::Long(bits)) => file.write_double(f64::from_bits(*bits as u64)),
        (9, Argument::Text(text)) => file.write_bytes(text),
        (10, Argument::Text(text)) => file.write_chars(text),
        (11, Argument::Text(text)) => file.write_utf(text),
        other => panic!("no such write: {other:?}"),
    }
}

fn put_len(length: usize, request: &mut Vec<u8>) {
    request.extend(u32::try_from(length).unwrap().to_be_bytes());
}

//! How much memory a call allocates, counted by the allocator, beside what the other side has sent.
//!
//! While a block is moved, the old and the new one both count. All is one test: the count is that
//! of the whole process.

use std::io::{self, BufReader, Read, Write};

use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream};
use javatalk::{JavaString, mutf8};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// So much may be allocated whatever has arrived.
const FLOOR: usize = 4096;

/// At no time does a read hold more than so many times what has arrived ...
const WHILE_READING: usize = 3;

/// ... and what it returns takes no more than so many times that.
const RETURNED: usize = 2;

/// At no time does a write hold more than so many times what it writes.
const WHILE_WRITING: usize = 2;

/// What is allocated from here on.
struct Meter {
    before: usize,
}

impl Meter {
    fn start() -> Self {
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        Self { before }
    }

    fn most(&self) -> usize {
        ALLOCATOR.peak_usage().saturating_sub(self.before)
    }

    fn now(&self) -> usize {
        ALLOCATOR.current_usage().saturating_sub(self.before)
    }
}

#[track_caller]
fn assert_within(allocated: usize, times: usize, bytes: usize, what: &str) {
    assert!(
        allocated <= FLOOR.max(times * bytes),
        "{what}: {allocated} bytes allocated for {bytes}"
    );
}

/// Gives its bytes in pieces, and holds what is allocated against what it has given each time.
struct Arriving<'a> {
    bytes: &'a [u8],
    given: usize,
    piece: usize,
    meter: Meter,
    /// What may be allocated beside.
    each: usize,
    what: &'a str,
}

impl<'a> Arriving<'a> {
    fn new(bytes: &'a [u8], piece: usize, what: &'a str) -> Self {
        Self {
            bytes,
            given: 0,
            piece,
            meter: Meter::start(),
            each: 0,
            what,
        }
    }

    fn next(&mut self, room: usize) -> &'a [u8] {
        self.check();
        let left = &self.bytes[self.given..];
        let piece = &left[..left.len().min(self.piece).min(room)];
        self.given += piece.len();
        piece
    }

    #[track_caller]
    fn check(&self) {
        let most = self.meter.most().saturating_sub(self.each);
        assert_within(most, WHILE_READING, self.given, self.what);
    }

    /// When the call has returned, and what it has returned is still there.
    #[track_caller]
    fn check_returned(&self) {
        self.check();
        let now = self.meter.now().saturating_sub(self.each);
        assert_within(now, RETURNED, self.given, self.what);
    }
}

impl Read for Arriving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.next(buffer.len());
        buffer[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    }
}

const LENGTHS: [usize; 12] = [
    0, 1, 64, 65, 512, 1_500, 4_096, 5_000, 8_193, 33_000, 40_000, 65_535,
];

/// Bodies of about so many bytes: of one character, and with another at either end.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let characters: [&[u8]; 10] = [
        b"a",
        b"\0",
        b"\xC3\xA9",
        b"\xE4\xB8\xAD",
        b"\xED\xA0\xBD\xED\xB8\x80",
        b"\xC0\x80",
        b"\xC1\x81",
        b"\xE0\x80\x81",
        b"\xED\xA0\x80",
        b"\xFF",
    ];
    let mut bodies = Vec::new();
    for length in LENGTHS {
        for odd in characters {
            bodies.push(odd.repeat(length / odd.len()));
            if let Some(rest) = length.checked_sub(odd.len()) {
                bodies.push([&vec![b'a'; rest], odd].concat());
                bodies.push([odd, &vec![b'a'; rest]].concat());
                bodies.push([&"é".repeat(rest / 2).into_bytes(), odd].concat());
            }
        }
    }
    let named = |body: Vec<u8>| {
        let end = &body[body.len().saturating_sub(6)..];
        (format!("{} bytes to {end:02x?}", body.len()), body)
    };
    bodies.into_iter().map(named).collect()
}

/// Messages of `writeUTF`: whole, and of each long one what a sender may stop at.
fn messages() -> Vec<(String, Vec<u8>)> {
    let mut messages = Vec::new();
    for (name, body) in bodies() {
        let length = u16::try_from(body.len()).unwrap();
        let message = [&length.to_be_bytes()[..], &body].concat();
        if body.len() == 65_535 {
            for stop in [2, 3, 600, 4_097, 4_099, 20_000] {
                messages.push((format!("{stop} of {name}"), message[..stop].to_vec()));
            }
        }
        messages.push((name, message));
    }
    messages
}

/// Lines that end in every way, some of them longer than any string of `writeUTF` can be.
fn lines() -> Vec<(String, Vec<u8>)> {
    let mut lines = Vec::new();
    for length in LENGTHS.into_iter().chain([200_000]) {
        for (start, rest) in [(b'a', b'a'), (0xE9, 0xE9), (b'a', 0xE9), (0xE9, b'a')] {
            for end in [&b"\n"[..], b"\r\nx", b"\rx", b""] {
                let mut line = vec![start; length / 2];
                line.resize(length, rest);
                line.extend(end);
                let name = format!("line of {length}, {start:02x} and {rest:02x}, end {end:02x?}");
                lines.push((name, line));
            }
        }
    }
    lines
}

/// Strings that a caller may hand in to be filled again.
fn used() -> [JavaString; 4] {
    [
        JavaString::new(),
        JavaString::from("ten bytes."),
        JavaString::from("x".repeat(40_000)),
        JavaString::from_utf16(&[0xD800; 5_000]),
    ]
}

/// From a reader, and from behind a buffer, which is read in a way of its own.
fn reads_from(bytes: &[u8], piece: usize, what: &str, call: Call) {
    let mut input = DataInputStream::new(Arriving::new(bytes, piece, what));
    let returned = call.of(&mut input);
    input.get_ref().check_returned();
    drop(returned);

    let mut buffered = BufReader::new(Arriving::new(bytes, piece, what));
    buffered.get_mut().meter = Meter::start();
    let mut input = DataInputStream::new(buffered);
    let returned = call.of(&mut input);
    input.get_ref().get_ref().check_returned();
    drop(returned);
}

/// Of a slice all has arrived.
fn reads_slice(bytes: &[u8], what: &str, call: Call) {
    let meter = Meter::start();
    let returned = call.of(&mut DataInputStream::new(bytes));
    assert_within(meter.most(), WHILE_READING, bytes.len(), what);
    assert_within(meter.now(), RETURNED, bytes.len(), what);
    drop(returned);
}

/// The functions over slices.
fn every_slice() {
    for (name, body) in bodies() {
        let meter = Meter::start();
        let text = mutf8::decode(&body);
        assert_within(meter.most(), RETURNED, body.len(), &name);
        drop(text);
        let meter = Meter::start();
        let units = mutf8::decode_utf16(&body);
        assert_within(meter.most(), RETURNED, body.len(), &name);
        drop(units);
        if let Ok(text) = mutf8::decode(&body) {
            let meter = Meter::start();
            let bytes = mutf8::encode(&text);
            assert_within(meter.most(), WHILE_WRITING, bytes.len(), &name);
        }
    }
}

#[derive(Clone, Copy)]
enum Call {
    ReadUtf,
    ReadLine,
}

impl Call {
    fn of(self, input: &mut impl DataInput) -> Option<JavaString> {
        match self {
            Self::ReadUtf => input.read_utf().ok(),
            Self::ReadLine => input.read_line().ok().flatten(),
        }
    }
}

fn every_read() {
    for (name, message) in messages() {
        for piece in [1_000, usize::MAX] {
            reads_from(&message, piece, &name, Call::ReadUtf);
            for mut text in used() {
                let source = Arriving::new(&message, piece, &name);
                let mut input = DataInputStream::new(source);
                let _ = input.read_utf_into(&mut text);
                input.get_ref().check_returned();
            }
        }
        reads_slice(&message, &name, Call::ReadUtf);
        for mut text in used() {
            let meter = Meter::start();
            let _ = DataInputStream::new(&message[..]).read_utf_into(&mut text);
            assert_within(meter.most(), WHILE_READING, message.len(), &name);
            assert_within(meter.now(), RETURNED, message.len(), &name);
        }
    }
    for (name, line) in lines() {
        reads_from(&line, 4_096, &name, Call::ReadLine);
        reads_slice(&line, &name, Call::ReadLine);
    }
}

/// What is written goes nowhere, and is counted.
#[derive(Default)]
struct Counting(usize);

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Texts of about so many code units.
fn texts() -> Vec<JavaString> {
    let mut texts = Vec::new();
    for length in LENGTHS.into_iter().chain([200_000]) {
        for character in ["a", "\0", "é", "中", "😀"] {
            texts.push(character.repeat(length / character.len()).into());
        }
        texts.push(JavaString::from(vec![0xD800; length]));
    }
    texts
}

fn every_write() {
    type Written = fn(&mut DataOutputStream<Counting>, &JavaString);
    let calls: [Written; 3] = [
        |output, text| drop(output.write_utf(text)),
        |output, text| output.write_bytes(text).unwrap(),
        |output, text| output.write_chars(text).unwrap(),
    ];
    for text in texts() {
        for call in calls {
            let meter = Meter::start();
            let mut output = DataOutputStream::new(Counting::default());
            call(&mut output, &text);
            let written = output.get_ref().0;
            assert_within(meter.most(), WHILE_WRITING, written, "a write");
        }
    }
}

#[cfg(feature = "object")]
mod object {
    use javatalk::data::DataInput;
    use javatalk::object::{Content, Object, ObjectInput, ObjectOutput};

    use super::*;

    /// What an object, a class descriptor or a field of one may take, beside its bytes.
    const EACH: usize = 256;

    /// The bytes of a stream, after its header, and how many objects, descriptors and fields they hold.
    fn streams() -> Vec<(String, Vec<u8>, usize)> {
        let written = |content: Content| {
            let mut output = ObjectOutput::new(Vec::new()).unwrap();
            output.write_object(&Object::new(content)).unwrap();
            output.into_inner().unwrap()[HEADER.len()..].to_vec()
        };
        let mut streams = Vec::new();
        for len in [0, 1, 600, 5_000, 70_000] {
            let contents = [
                Content::String("a".repeat(len).into()),
                Content::String("é".repeat(len).into()),
                Content::String(format!("{}\0", "中".repeat(len)).into()),
                Content::String(JavaString::from(vec![0xD800; len])),
                Content::Booleans(vec![true; len]),
                Content::Bytes(vec![7; len]),
                Content::Ints(vec![7; len]),
                Content::Doubles(vec![7.0; len]),
            ];
            for content in contents {
                let bytes = written(content);
                for stop in [bytes.len(), bytes.len() / 2, bytes.len().min(700)] {
                    let name = format!("{stop} of {} bytes, {:02x?}", bytes.len(), &bytes[..3]);
                    streams.push((name, bytes[..stop].to_vec(), 2));
                }
            }
        }
        // Lengths that never come.
        let array = |kind: u8| {
            [
                &b"\x75\x72\0\x02["[..],
                &[kind],
                &[0; 8],
                b"\x02\0\0\x78\x70",
            ]
            .concat()
        };
        for kind in *b"ZBCSIJFD" {
            let bytes = [array(kind), b"\x7f\xff\xff\xff\0\0".to_vec()].concat();
            streams.push((format!("a long array of {kind}"), bytes, 2));
        }
        streams.push((
            "a long string".into(),
            b"\x7c\x7f\xff\xff\xff\xff\xff\xff\xffa".to_vec(),
            1,
        ));
        // Many small ones.
        let class = [&b"\x72\0\0"[..], &[0; 8], b"\x02\0\0\x78\x70"].concat();
        let fields = [
            &b"\x72\0\0"[..],
            &[0; 8],
            b"\x02\x7f\xff",
            &b"I\0\0".repeat(32_767),
        ]
        .concat();
        let proxy = b"\x7d\0\0\xff\xff".to_vec();
        let integer = written(Content::Integer(7));
        let integers = b"\x73\x71\0\x7e\0\0\0\0\0\x01".repeat(20_000);
        streams.extend([
            ("empty strings".into(), b"\x74\0\0".repeat(20_000), 20_000),
            (
                "short strings".into(),
                b"\x74\0\x01a".repeat(20_000),
                20_000,
            ),
            ("numbers".into(), [integer, integers].concat(), 20_003),
            ("descriptors".into(), class.repeat(20_000), 20_000),
            ("fields".into(), fields, 32_768),
            (
                "interfaces".into(),
                [proxy, b"\0\x01a".repeat(65_535)].concat(),
                1,
            ),
            ("resets".into(), b"\x74\0\0\x79".repeat(20_000), 2),
        ]);
        streams
    }

    const HEADER: &[u8] = b"\xac\xed\0\x05";

    pub(super) fn every_read() {
        for (name, bytes, objects) in streams() {
            for piece in [1_000, usize::MAX] {
                let bytes = [HEADER, &bytes].concat();
                let mut input = ObjectInput::new(Arriving::new(&bytes, piece, &name)).unwrap();
                input.get_mut().each = EACH * objects;
                input.get_mut().meter = Meter::start();
                while input.get_ref().given < bytes.len() {
                    if matches!(input.read_object(), Err(error) if error.java_class() == "java.io.EOFException")
                    {
                        break;
                    }
                    input.get_ref().check();
                }
                input.get_ref().check_returned();
            }
        }
        for (name, message) in messages() {
            let block = [
                &[0x7A][..],
                &u32::try_from(message.len()).unwrap().to_be_bytes(),
            ]
            .concat();
            let bytes = [HEADER, &block, &message].concat();
            for piece in [1_000, usize::MAX] {
                let mut input = ObjectInput::new(Arriving::new(&bytes, piece, &name)).unwrap();
                input.get_mut().meter = Meter::start();
                let returned = input.read_utf();
                input.get_ref().check_returned();
                drop(returned);
            }
        }
    }

    pub(super) fn every_write() {
        for text in texts() {
            let mut output = ObjectOutput::new(Counting::default()).unwrap();
            let meter = Meter::start();
            for _ in 0..2 {
                output.write_string(&text).unwrap();
                output.write_chars(&text).unwrap();
                let _ = output.write_utf(&text);
            }
            let written = output.get_ref().0;
            assert_within(meter.most(), 0, written, "a write to an object stream");
        }
    }
}

#[cfg(feature = "tokio")]
mod asynchronous {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use javatalk::data::asynchronous::{
        AsyncDataInput, AsyncDataInputStream, AsyncDataOutput, AsyncDataOutputStream,
    };
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::*;

    impl AsyncRead for Arriving<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let piece = self.next(buffer.remaining());
            buffer.put_slice(piece);
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Counting {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.0 += bytes.len();
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Nothing here waits.
    fn finish<T>(future: impl Future<Output = T>) -> T {
        let future = std::pin::pin!(future);
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("the source never waits"),
        }
    }

    pub(super) fn every_read() {
        for (name, message) in messages() {
            for piece in [1_000, usize::MAX] {
                for mut text in used() {
                    let source = Arriving::new(&message, piece, &name);
                    let mut input = AsyncDataInputStream::new(source);
                    let _ = finish(input.read_utf_into(&mut text));
                    input.get_ref().check_returned();
                }
                let mut input = AsyncDataInputStream::new(Arriving::new(&message, piece, &name));
                let returned = finish(input.read_utf());
                input.get_ref().check_returned();
                drop(returned);
            }
        }
        for (name, line) in lines() {
            let mut input = AsyncDataInputStream::new(Arriving::new(&line, 4_096, &name));
            let returned = finish(input.read_line());
            input.get_ref().check_returned();
            drop(returned);
        }
    }

    pub(super) fn every_write() {
        for text in texts() {
            for call in 0..3 {
                let meter = Meter::start();
                let mut output = AsyncDataOutputStream::new(Counting::default());
                match call {
                    0 => drop(finish(output.write_utf(&text))),
                    1 => finish(output.write_bytes(&text)).unwrap(),
                    _ => finish(output.write_chars(&text)).unwrap(),
                }
                let written = output.get_ref().0;
                assert_within(
                    meter.most(),
                    WHILE_WRITING,
                    written,
                    "an asynchronous write",
                );
            }
        }
    }
}

#[test]
fn no_call_allocates_more_than_a_few_times_the_bytes_it_transfers() {
    every_slice();
    every_read();
    every_write();
    #[cfg(feature = "object")]
    {
        object::every_read();
        object::every_write();
    }
    #[cfg(feature = "tokio")]
    {
        asynchronous::every_read();
        asynchronous::every_write();
    }
}

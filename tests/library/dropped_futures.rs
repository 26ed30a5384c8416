//! What becomes of a value whose future is dropped before it is ready, at each point where it can
//! be: the promises of the asynchronous streams, each by itself.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use javatalk::data::Error;
use javatalk::data::asynchronous::{
    AsyncDataInput, AsyncDataInputStream, AsyncDataOutput, AsyncDataOutputStream,
};
use javatalk::{JavaStr, JavaString};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

type Input = AsyncDataInputStream<Halting>;
type Output = AsyncDataOutputStream<Halting>;
type Made<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;
/// A call, and what it gave in words.
type Reading = fn(&mut Input) -> Made<'_, String>;
type Writing = fn(&mut Output) -> Made<'_, ()>;

/// Every reading method that may be dropped, and the bytes of a value of its kind.
const READS: [(&str, &[u8], Reading); 14] = [
    ("read_fully", b"abcde", |input| {
        Box::pin(async {
            let mut buffer = [0; 5];
            input.read_fully(&mut buffer).await?;
            Ok(format!("{buffer:?}"))
        })
    }),
    ("read_boolean", b"\x01", |input| shown(input.read_boolean())),
    ("read_byte", b"\xfe", |input| shown(input.read_byte())),
    ("read_unsigned_byte", b"\xfe", |input| {
        shown(input.read_unsigned_byte())
    }),
    ("read_short", b"\xfe\xdc", |input| shown(input.read_short())),
    ("read_unsigned_short", b"\xfe\xdc", |input| {
        shown(input.read_unsigned_short())
    }),
    ("read_char", b"\xfe\xdc", |input| shown(input.read_char())),
    ("read_int", b"\xfe\xdc\xba\x98", |input| {
        shown(input.read_int())
    }),
    ("read_long", b"\xfe\xdc\xba\x98\x76\x54\x32\x10", |input| {
        shown(input.read_long())
    }),
    ("read_float", b"\x40\x49\x0f\xdb", |input| {
        shown(input.read_float())
    }),
    (
        "read_double",
        b"\x40\x09\x21\xfb\x54\x44\x2d\x18",
        |input| shown(input.read_double()),
    ),
    ("read_line", b"line\r\n", |input| shown(input.read_line())),
    ("read_utf", b"\0\x06a\xc3\xa9\xe4\xb8\xad", |input| {
        shown(input.read_utf())
    }),
    ("read_utf_into", b"\0\x06a\xc3\xa9\xe4\xb8\xad", |input| {
        Box::pin(async {
            let mut text = JavaString::from("before");
            input.read_utf_into(&mut text).await?;
            Ok(format!("{text:?}"))
        })
    }),
];

/// Every writing method, and the bytes of a value of its kind.
const WRITES: [(&str, &[u8], Writing); 14] = [
    ("write", b"abc", |output| Box::pin(output.write(b"abc"))),
    ("write_boolean", b"\x01", |output| {
        Box::pin(output.write_boolean(true))
    }),
    ("write_byte", b"\xfe", |output| {
        Box::pin(output.write_byte(-2))
    }),
    ("write_unsigned_byte", b"\xfe", |output| {
        Box::pin(output.write_unsigned_byte(254))
    }),
    ("write_short", b"\xff\xfe", |output| {
        Box::pin(output.write_short(-2))
    }),
    ("write_unsigned_short", b"\xff\xfe", |output| {
        Box::pin(output.write_unsigned_short(65534))
    }),
    ("write_char", b"\x4e\x2d", |output| {
        Box::pin(output.write_char('中' as u16))
    }),
    ("write_int", b"\xff\xff\xff\xfe", |output| {
        Box::pin(output.write_int(-2))
    }),
    ("write_long", b"\0\0\0\x01\0\0\0\x02", |output| {
        Box::pin(output.write_long(0x1_0000_0002))
    }),
    ("write_float", b"\x3f\x80\0\0", |output| {
        Box::pin(output.write_float(1.0))
    }),
    ("write_double", b"\x3f\xf0\0\0\0\0\0\0", |output| {
        Box::pin(output.write_double(1.0))
    }),
    ("write_bytes", b"abc", |output| {
        Box::pin(output.write_bytes("abc"))
    }),
    ("write_chars", b"\0a\0b", |output| {
        Box::pin(output.write_chars("ab"))
    }),
    ("write_utf", b"\0\x02hi", |output| {
        Box::pin(output.write_utf("hi"))
    }),
];

#[test]
fn a_dropped_read_can_be_repeated() {
    for (name, value, read) in READS {
        let undisturbed = finish(read(&mut input(value))).unwrap();
        for arrived in 0..value.len() {
            let mut input = input(&[value, b"next"].concat());
            drop_after(arrived, read(&mut input));
            assert_eq!(input.get_ref().passed, arrived, "{name}");
            let again = finish(read(&mut input)).unwrap();
            assert_eq!(again, undisturbed, "{name} after {arrived} bytes");
            assert_eq!(input.get_ref().passed, value.len(), "{name}");
            assert_eq!(left(input), b"next", "{name} after {arrived} bytes");
        }
    }
}

#[test]
fn a_repeatedly_dropped_read_loses_no_bytes() {
    for (name, value, read) in READS {
        let mut input = input(&[value, b"next"].concat());
        for _ in 0..value.len() {
            drop_after(0, read(&mut input));
        }
        finish(read(&mut input)).unwrap();
        assert_eq!(left(input), b"next", "{name}");
    }
}

#[test]
fn a_dropped_read_leaves_its_bytes_to_any_other_read() {
    for (name, value, read) in READS {
        for arrived in 0..value.len() {
            let mut input = input(value);
            drop_after(arrived, read(&mut input));
            assert_eq!(left(input), value, "{name} after {arrived} bytes");
        }
    }
}

#[test]
fn into_parts_returns_the_bytes_held_by_an_input() {
    let mut input = input(b"\0\x05hello");
    drop_after(4, input.read_utf());
    let (source, held) = input.into_parts();
    assert_eq!((source.passed, held), (4, b"\0\x05he".to_vec()));
}

#[test]
fn the_byte_after_a_carriage_return_survives_a_dropped_read_line() {
    let mut input = input(b"one\rtwo\n");
    drop_after(4, input.read_line());
    assert_eq!(finish(input.read_line()).unwrap().unwrap(), "one");
    assert_eq!(finish(input.read_line()).unwrap().unwrap(), "two");
    assert_eq!(finish(input.read_line()).unwrap(), None);
}

#[test]
fn a_dropped_read_utf_into_leaves_the_string_unchanged() {
    let mut input = input(b"\0\x05hello");
    let mut text = JavaString::from("before");
    drop_after(4, input.read_utf_into(&mut text));
    assert_eq!(text, "before");
}

#[test]
fn bytes_skipped_by_a_dropped_skip_bytes_are_consumed() {
    for arrived in 0..3 {
        let mut input = input(b"abcdef");
        drop_after(arrived, input.skip_bytes(3));
        assert_eq!(left(input), b"abcdef"[arrived..]);
    }
}

#[test]
fn a_dropped_write_sends_nothing_or_is_completed_by_the_next() {
    for (name, value, write) in WRITES {
        for sent in 0..value.len() {
            let mut output = output();
            drop_after(sent, write(&mut output));
            assert_eq!(output.get_ref().bytes, value[..sent], "{name}");
            finish(output.write_unsigned_byte(b'!')).unwrap();
            let whole = if sent == 0 { b"" } else { value };
            let all = [whole, b"!"].concat();
            assert_eq!(output.get_ref().bytes, all, "{name} after {sent} bytes");
            assert_eq!(usize::try_from(output.size()), Ok(all.len()), "{name}");
        }
    }
}

#[test]
fn a_write_that_completes_a_dropped_one_may_be_dropped_too() {
    let mut output = output();
    drop_after(1, output.write_utf("first"));
    drop_after(3, output.write_utf("never"));
    drop_after(4, output.write_utf("second"));
    finish(output.flush()).unwrap();
    assert_eq!(output.get_ref().bytes, b"\0\x05first\0\x06second");
    assert_eq!(output.size(), 15);
}

#[test]
fn flush_and_shutdown_complete_a_dropped_write_and_can_be_dropped() {
    for finishes in [flush as Writing, shutdown] {
        let mut output = output();
        drop_after(3, output.write_utf("hello"));
        drop_after(1, finishes(&mut output));
        assert_eq!(output.get_ref().bytes, b"\0\x05hel");
        finish(finishes(&mut output)).unwrap();
        assert_eq!(output.get_ref().bytes, b"\0\x05hello");
    }
}

#[test]
fn into_parts_returns_the_unsent_bytes_of_an_output() {
    let mut output = output();
    drop_after(4, output.write_utf("hello"));
    let (sink, unsent) = output.into_parts();
    assert_eq!(sink.bytes, b"\0\x05he");
    assert_eq!(unsent, b"llo");
}

#[test]
fn a_dropped_write_that_fails_is_reported_once_by_the_next_write() {
    let mut output = AsyncDataOutputStream::new(Halting {
        failing: Some(4),
        ..Halting::default()
    });
    drop_after(3, output.write_utf("hello"));
    assert!(matches!(finish(output.write_byte(1)), Err(Error::Io(_))));
    finish(output.write_byte(2)).unwrap();
    assert_eq!(output.get_ref().bytes, b"\0\x05he\x02");
}

#[test]
fn bytes_taken_by_a_failed_read_are_gone_as_in_blocking_streams() {
    let mut input = AsyncDataInputStream::new(Halting {
        bytes: b"\0\x05he\0\x02hi".to_vec(),
        failing: Some(4),
        ..Halting::default()
    });
    drop_after(3, input.read_utf());
    assert!(matches!(finish(input.read_utf()), Err(Error::Io(_))));
    assert_eq!(finish(input.read_utf()).unwrap(), "hi");
}

#[test]
fn an_announced_length_allocates_nothing() {
    let mut input = input(b"\xff\xffab");
    drop_after(3, input.read_utf());
    let (_, held) = input.into_parts();
    assert!(held.capacity() < 64, "{}", held.capacity());
}

#[test]
fn a_stream_does_not_keep_the_memory_of_its_longest_string() {
    let mut source = b"\xff\xff".to_vec();
    source.resize(2 + 65_535, b'a');
    let mut input = input(&source);
    finish(input.read_utf()).unwrap();
    let (_, held) = input.into_parts();
    assert!(held.capacity() < 1024, "{}", held.capacity());
}

#[test]
fn the_futures_are_send() {
    fn assert_is_send(_: &impl Send) {}
    async fn generic(mut input: impl AsyncDataInput, mut output: impl AsyncDataOutput) {
        let text = input.read_utf().await.unwrap();
        output.write_utf(&text).await.unwrap();
    }
    assert_is_send(&generic(input(b""), output()));
    assert_is_send(&generic(&mut input(b""), Box::new(output())));
    assert_is_send(&async {
        output().write_utf(&JavaStr::from("text")).await.unwrap();
        output().write_utf(&String::from("text")).await.unwrap();
        output().write_utf("text").await.unwrap();
    });
}

fn flush(output: &mut Output) -> Made<'_, ()> {
    Box::pin(output.flush())
}

fn shutdown(output: &mut Output) -> Made<'_, ()> {
    Box::pin(output.shutdown())
}

fn shown<'a, T: std::fmt::Debug>(
    read: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> Made<'a, String> {
    Box::pin(async { read.await.map(|value| format!("{value:?}")) })
}

fn input(bytes: &[u8]) -> Input {
    AsyncDataInputStream::new(Halting {
        bytes: bytes.to_vec(),
        ..Halting::default()
    })
}

fn output() -> Output {
    AsyncDataOutputStream::new(Halting::default())
}

/// All that can still be read.
fn left(mut input: Input) -> Vec<u8> {
    let mut left = Vec::new();
    finish(async { Ok(input.read_to_end(&mut left).await?) }).unwrap();
    left
}

/// Waits so many times, and drops the future at the next wait. The first time on a stream this is
/// after so many bytes; later one byte more, since that for which the last future waited is there.
#[track_caller]
fn drop_after<T>(waits: usize, future: impl Future<Output = Result<T, Error>>) {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..=waits {
        assert!(
            future.as_mut().poll(&mut context).is_pending(),
            "it is ready and cannot be dropped before"
        );
    }
}

fn finish<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// Gives or takes one byte, and then has to be asked twice for the next.
#[derive(Debug, Default)]
struct Halting {
    /// What it gives, or has taken.
    bytes: Vec<u8>,
    passed: usize,
    /// It fails once, when so many bytes have passed.
    failing: Option<usize>,
    has_halted: bool,
}

impl Halting {
    fn poll_byte(&mut self) -> Poll<io::Result<()>> {
        self.has_halted = !self.has_halted;
        if self.has_halted {
            return Poll::Pending;
        }
        if self.failing == Some(self.passed) {
            self.failing = None;
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Halting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        std::task::ready!(self.poll_byte())?;
        if let Some(&byte) = self.bytes.get(self.passed) {
            buffer.put_slice(&[byte]);
            self.passed += 1;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Halting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        std::task::ready!(self.poll_byte())?;
        self.bytes.push(bytes[0]);
        self.passed += 1;
        Poll::Ready(Ok(1))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

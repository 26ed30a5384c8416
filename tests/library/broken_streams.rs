//! Readers and writers that break the contract of their trait: each call over one panics, once.
//!
//! What such a reader says cannot be believed, so nothing else is right; and a second panic while
//! the first one unwinds would end the process.

use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use javatalk::JavaString;
use javatalk::data::{DataInput, DataInputStream};

/// Says that it has read one byte more than there is room for.
struct SaysMore;

impl Read for SaysMore {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0x01);
        Ok(buffer.len() + 1)
    }
}

#[track_caller]
fn assert_panics(name: &str, call: impl FnOnce()) {
    let panicked = catch_unwind(AssertUnwindSafe(call)).is_err();
    assert!(panicked, "{name} believes it");
}

type Call = (&'static str, fn(&mut dyn DataInput));

const CALLS: [Call; 16] = [
    ("read_fully", |input| drop(input.read_fully(&mut [0; 10]))),
    ("skip_bytes", |input| drop(input.skip_bytes(10))),
    ("a long skip_bytes", |input| drop(input.skip_bytes(10_000))),
    ("read_boolean", |input| drop(input.read_boolean())),
    ("read_byte", |input| drop(input.read_byte())),
    ("read_unsigned_byte", |input| {
        drop(input.read_unsigned_byte());
    }),
    ("read_short", |input| drop(input.read_short())),
    ("read_unsigned_short", |input| {
        drop(input.read_unsigned_short());
    }),
    ("read_char", |input| drop(input.read_char())),
    ("read_int", |input| drop(input.read_int())),
    ("read_long", |input| drop(input.read_long())),
    ("read_float", |input| drop(input.read_float())),
    ("read_double", |input| drop(input.read_double())),
    ("read_line", |input| drop(input.read_line())),
    ("read_utf", |input| drop(input.read_utf())),
    ("read_utf_into", |input| {
        drop(input.read_utf_into(&mut JavaString::new()));
    }),
];

#[test]
fn a_reader_that_claims_more_bytes_than_fit_panics() {
    for (name, call) in CALLS {
        assert_panics(name, || call(&mut DataInputStream::new(SaysMore)));
        assert_panics(name, || {
            call(&mut DataInputStream::new(BufReader::new(SaysMore)));
        });
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

    /// Gives one byte as it should, and then puts a larger or smaller buffer in the place of its own.
    struct Swaps {
        given: bool,
        larger: bool,
    }

    impl AsyncRead for Swaps {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if !std::mem::replace(&mut self.given, true) {
                buffer.put_slice(&[0x01]);
                return Poll::Ready(Ok(()));
            }
            let length = if self.larger { 100_000 } else { 0 };
            let mut other = ReadBuf::new(Box::leak(vec![0x01; length].into_boxed_slice()));
            other.advance(length);
            *buffer = other;
            Poll::Ready(Ok(()))
        }
    }

    /// Says that it has taken one byte more than it was given, once it has taken one as it should.
    #[derive(Default)]
    struct TakesMore {
        taken: bool,
    }

    impl AsyncWrite for TakesMore {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let first = !std::mem::replace(&mut self.taken, true);
            Poll::Ready(Ok(if first { 1 } else { bytes.len() + 1 }))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn poll<T>(future: impl Future<Output = T>) {
        let _ = std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    }

    #[test]
    fn a_reader_that_swaps_its_buffer_panics_once() {
        type Call = (&'static str, fn(AsyncDataInputStream<Swaps>));
        let calls: [Call; 7] = [
            ("read_fully", |mut input| {
                poll(input.read_fully(&mut [0; 10]));
            }),
            ("skip_bytes", |mut input| poll(input.skip_bytes(10))),
            ("read_short", |mut input| poll(input.read_short())),
            ("read_int", |mut input| poll(input.read_int())),
            ("read_long", |mut input| poll(input.read_long())),
            ("read_line", |mut input| poll(input.read_line())),
            ("read_utf", |mut input| poll(input.read_utf())),
        ];
        for (name, call) in calls {
            for larger in [false, true] {
                let source = Swaps {
                    given: false,
                    larger,
                };
                assert_panics(name, || call(AsyncDataInputStream::new(source)));
            }
        }
    }

    #[test]
    fn a_writer_that_claims_more_bytes_than_given_panics_once() {
        type Call = (&'static str, fn(AsyncDataOutputStream<TakesMore>));
        let calls: [Call; 4] = [
            ("write", |mut output| poll(output.write(b"hello"))),
            ("write_int", |mut output| poll(output.write_int(1))),
            ("write_chars", |mut output| {
                poll(output.write_chars("hello"));
            }),
            ("write_utf", |mut output| poll(output.write_utf("hello"))),
        ];
        for (name, call) in calls {
            let output = AsyncDataOutputStream::new(TakesMore::default());
            assert_panics(name, || call(output));
        }
    }
}

//! Runs a block with the asynchronous streams, without a runtime: the underlying source or sink is
//! always ready when polled again.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::record::{record_read, room};
use super::streams::{Halting, Sink, Source};
use super::{Mode, clamped};
use crate::data::asynchronous::{AsyncDataInputStream, AsyncDataOutputStream};
use crate::interop::protocol::dispatch;
use crate::sweep::block;
use crate::sweep::block::Sources;
use crate::sweep::call::Read;
use crate::sweep::outcome::Outcomes;

pub(crate) fn reads(
    mode: Mode,
    calls: &[Read],
    rounds: usize,
    sources: &Sources,
    outcomes: &mut Outcomes,
) {
    let mut room = room();
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        let source = Halting::new(Source::new(bytes, failing), mode.halts());
        let mut input = AsyncDataInputStream::new(source);
        let mut at_end = false;
        let mut made = 0;
        for _ in 0..rounds {
            for &call in calls {
                outcomes.label(stream, made);
                made += 1;
                let dropping = mode == Mode::Dropping && is_cancel_safe(call);
                let outcome = finish(dropping, async || {
                    dispatch::read_asynchronously(call, &mut input, &mut room).await
                });
                at_end = record_read(call, outcome, &mut room, outcomes);
                outcomes.stands(clamped(input.get_ref().get_ref().given()));
            }
            if at_end {
                break;
            }
        }
    }
}

/// Whether nothing is lost if the future of the call is dropped and the method called again.
fn is_cancel_safe(call: Read) -> bool {
    match call {
        // What has been skipped is gone.
        Read::Skip(_) => false,
        Read::Fully(_)
        | Read::Boolean
        | Read::Byte
        | Read::UnsignedByte
        | Read::Short
        | Read::UnsignedShort
        | Read::Char
        | Read::Int
        | Read::Long
        | Read::Float
        | Read::Double
        | Read::Line
        | Read::Utf => true,
    }
}

pub(crate) fn writes(mode: Mode, sinks: &[block::Sink], outcomes: &mut Outcomes) {
    for (stream, sink) in sinks.iter().enumerate() {
        let taking = Halting::new(Sink::new(sink.failing), mode.halts());
        let mut output = AsyncDataOutputStream::new(taking);
        for (index, call) in sink.calls.iter().enumerate() {
            outcomes.label(stream, index);
            let written = finish(false, async || {
                dispatch::write_asynchronously(call, &mut output).await
            });
            let sink = output.get_mut().get_mut();
            match written {
                Ok(()) => outcomes.returned(sink.taken()),
                Err(error) => outcomes.threw(&error, sink.taken()),
            }
            sink.clear();
            outcomes.stands(output.size());
        }
    }
}

impl Mode {
    /// Whether sources and sinks return `Pending` before each byte.
    fn halts(self) -> bool {
        matches!(self, Self::Waiting | Self::Dropping)
    }
}

/// Calls a method and polls its future to the end. If `dropping`, drops the future at each wait and
/// calls the method again.
fn finish<T>(dropping: bool, mut call: impl AsyncFnMut() -> T) -> T {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        let mut future = pin!(call());
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending if dropping => break,
                Poll::Pending => {}
            }
        }
    }
}

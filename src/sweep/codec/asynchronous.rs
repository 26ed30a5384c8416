//! Runs a block with the asynchronous streams, without a runtime: the underlying source or sink is
//! always ready when polled again.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::streams::{Halting, Sink, Source};
use super::{Mode, calls, clamped};
use crate::JavaString;
use crate::data::Error;
use crate::data::asynchronous::{
    AsyncDataInput, AsyncDataInputStream, AsyncDataOutput, AsyncDataOutputStream,
};
use crate::sweep::block;
use crate::sweep::block::Sources;
use crate::sweep::call::{Read, Write};
use crate::sweep::outcome::Outcomes;

pub(crate) fn reads(
    mode: Mode,
    calls: &[Read],
    rounds: usize,
    sources: &Sources,
    outcomes: &mut Outcomes,
) {
    // Reused for all calls, because its previous content must not matter.
    let mut text = JavaString::new();
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        let source = Halting::new(Source::new(bytes, failing), mode.halts());
        let mut input = AsyncDataInputStream::new(source);
        let mut at_end = false;
        let mut made = 0;
        for _ in 0..rounds {
            for &call in calls {
                outcomes.label(stream, made);
                made += 1;
                at_end = read(mode, call, &mut input, &mut text, outcomes);
                outcomes.stands(clamped(input.get_ref().get_ref().given()));
            }
            if at_end {
                break;
            }
        }
    }
}

fn read(
    mode: Mode,
    call: Read,
    input: &mut AsyncDataInputStream<Halting<Source<'_>>>,
    text: &mut JavaString,
    outcomes: &mut Outcomes,
) -> bool {
    macro_rules! waited_for {
        ($call:expr) => {
            finish(mode == Mode::Dropping, async || $call.await)
        };
    }
    // Only this method must not be dropped.
    macro_rules! polled_to_the_end {
        ($call:expr) => {
            finish(false, async || $call.await)
        };
    }
    calls::read!(call, input, text, outcomes, waited_for, polled_to_the_end)
}

pub(crate) fn writes(mode: Mode, sinks: &[block::Sink], outcomes: &mut Outcomes) {
    for (stream, sink) in sinks.iter().enumerate() {
        let taking = Halting::new(Sink::new(sink.failing), mode.halts());
        let mut output = AsyncDataOutputStream::new(taking);
        for (index, call) in sink.calls.iter().enumerate() {
            outcomes.label(stream, index);
            let written = write(call, &mut output);
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

fn write(call: &Write, output: &mut AsyncDataOutputStream<Halting<Sink>>) -> Result<(), Error> {
    macro_rules! waited_for {
        ($call:expr) => {
            finish(false, async || $call.await)
        };
    }
    calls::write!(call, output, waited_for)
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

//! Runs a block with object streams.

use super::record::{record_read, room};
use super::streams::{Sink, Source};
use crate::data::object::{Blocks, ObjectInput, ObjectOutput};
use crate::interop::protocol::dispatch;
use crate::sweep::block;
use crate::sweep::block::Sources;
use crate::sweep::call::Read;
use crate::sweep::outcome::Outcomes;

pub(crate) fn reads(calls: &[Read], rounds: usize, sources: &Sources, outcomes: &mut Outcomes) {
    let mut room = room();
    for (stream, (bytes, failing)) in sources.iter().enumerate() {
        let mut input = ObjectInput::new(Source::new(bytes, failing))
            .expect("each source begins with a header and fails behind it");
        let mut at_end = false;
        let mut made = 0;
        for _ in 0..rounds {
            for &call in calls {
                outcomes.label(stream, made);
                made += 1;
                let outcome = dispatch::read(call, &mut input, &mut room);
                at_end = record_read(call, outcome, &mut room, outcomes);
                // How far it reads ahead is not compared.
                outcomes.stands(0);
            }
            if at_end {
                break;
            }
        }
    }
}

pub(crate) fn writes(blocks: Blocks, sinks: &[block::Sink], outcomes: &mut Outcomes) {
    for (stream, sink) in sinks.iter().enumerate() {
        let mut output = ObjectOutput::with_blocks(Sink::new(sink.failing), blocks)
            .expect("no sink fails within the header");
        for index in 0..=sink.calls.len() {
            outcomes.label(stream, index);
            let written = match sink.calls.get(index) {
                Some(call) => dispatch::write(call, &mut output),
                None => output.flush(),
            };
            match written {
                Ok(()) => outcomes.returned(output.get_ref().taken()),
                Err(error) => outcomes.threw(&error, output.get_ref().taken()),
            }
            output.get_mut().clear();
            outcomes.stands(0);
        }
    }
}

//! A sink that fails at each byte: the bytes written until then, the exception, `size()`, and the
//! calls after it.
//!
//! Not compared: how often the sink is called. Java calls it once for each byte of `writeBytes`,
//! and before 16 for each byte of an int; in Rust each method is one call. So that this makes no
//! difference, the sink takes as many bytes of a call as fit before it fails.

use crate::sweep::block::{Block, Sink, Work};
use crate::sweep::call::Write;
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 1] = [Family {
    name: "failing_sink",
    claim: "Wherever the sink fails, the same bytes are out as in Java, and size() has counted the same.",
    long: false,
    blocks: 1,
    asynchronous_in: 1,
    block: |_, _| every_failure(),
}];

/// Each method, with a value that shows the order and the number of its bytes.
fn calls() -> Vec<Write> {
    vec![
        Write::All(Vec::new()),
        Write::All(b"abcde".to_vec()),
        Write::Boolean(true),
        Write::Byte(-2),
        Write::UnsignedByte(200),
        Write::Short(-2),
        Write::UnsignedShort(0x8001),
        Write::Char(0x4E2D),
        Write::Int(0x0102_0304),
        Write::Long(0x0102_0304_0506_0708),
        Write::Float(0x7FA1_2345),
        Write::Double(0x4009_21FB_5444_2D18),
        Write::Bytes("".into()),
        Write::Bytes("ab中".into()),
        Write::Chars("".into()),
        Write::Chars("a😀".into()),
        Write::Utf("".into()),
        Write::Utf("a\0é中😀".into()),
        Write::Utf("x".repeat(300).as_str().into()),
    ]
}

/// One more byte than two calls write. Only the long string, which is meant to be cut, is longer.
const MOST: usize = 33;

fn every_failure() -> Block {
    let mut sinks = Vec::new();
    for first in calls() {
        for second in calls() {
            for failing in 0..=MOST {
                sinks.push(Sink {
                    failing: Some(failing),
                    // Twice, to check that it fails only once; then another call.
                    calls: vec![
                        first.clone(),
                        second.clone(),
                        second.clone(),
                        Write::Short(1),
                    ],
                });
            }
        }
    }
    Block {
        cases: sinks.len(),
        work: Work::Writes(sinks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::protocol::call::Method;

    #[test]
    fn every_method_meets_a_sink_that_fails() {
        let writes = |method: &&Method| method.format_written().is_some();
        for method in Method::ALL.iter().filter(writes) {
            let is_called = calls().iter().any(|call| call.method() == *method);
            assert!(is_called, "{method}");
        }
    }
}

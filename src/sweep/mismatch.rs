//! Calls whose outcome differs from Java's: finds them, and describes both outcomes.

use std::fmt;

use super::block::Work;
use super::call::Kind;
use super::codec;
use super::codec::Mode;
use super::family::Family;
use super::outcome::{End, Label, Outcome, Outcomes};
use super::reproduce::Case;
use crate::interop::model::known_difference::{KNOWN_DIFFERENCES, Thrown};
use crate::interop::model::participant::Participant;

/// A call whose outcome differs from Java's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub test: String,
    /// The outcome in Java, in words.
    pub java: String,
    /// The outcome in Rust, in words.
    pub ours: String,
    /// The mode, after a comma; empty for the blocking streams.
    pub way: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  java      {}", self.java)?;
        writeln!(f, "  javatalk  {}{}", self.ours, self.way)?;
        for line in self.test.lines() {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

/// The result of comparing a whole block.
pub(crate) struct Compared {
    pub(crate) count: usize,
    /// The position of the first mismatch, and its description.
    pub(crate) first: Option<(Label, Mismatch)>,
}

/// Compares all outcomes of a block, and describes the first that differs.
pub(crate) fn compare(
    family: &Family,
    work: &Work,
    mode: Mode,
    theirs: &[Outcome],
    feature: u32,
) -> Compared {
    let mut recorded = Outcomes::with_labels();
    codec::play(mode, work, &mut recorded);
    let ours = recorded.parsed().unwrap_or_default();
    let labels = recorded.labels();
    let begins = |index: usize| {
        index == 0
            || labels
                .get(index)
                .is_none_or(|label| label.stream != labels[index - 1].stream)
    };
    let differs = |index: usize| match (theirs.get(index), ours.get(index)) {
        (Some(java), Some(this)) if begins(index) => !is_same(java, this, feature),
        // Positions are compared relative to the previous call, so that one wrong position counts
        // once.
        (Some(java), Some(this)) => {
            let moved = |outcome: &Outcome, before: &Outcome| Outcome {
                stands: outcome.stands.wrapping_sub(before.stands),
                ..outcome.clone()
            };
            let java = moved(java, &theirs[index - 1]);
            !is_same(&java, &moved(this, &ours[index - 1]), feature)
        }
        _ => true,
    };
    let mut differing = (0..theirs.len().max(ours.len())).filter(|&index| differs(index));
    let Some(first) = differing.next() else {
        return Compared {
            count: 0,
            first: None,
        };
    };
    let count = 1 + differing.count();
    // A side with fewer calls has taken a different path, so an earlier outcome differs on both
    // sides.
    let first = match (theirs.get(first), ours.get(first)) {
        (Some(java), Some(ours)) => Some(Case {
            mode,
            label: recorded.labels()[first],
            before: first.checked_sub(1).map(|before| &theirs[before]),
            java,
            ours,
        }),
        _ => None,
    };
    Compared {
        count,
        first: first.map(|case| (case.label, describe(family, work, &case))),
    }
}

/// Whether both outcomes are the same, but for a known difference of this release.
fn is_same(theirs: &Outcome, ours: &Outcome, feature: u32) -> bool {
    theirs == ours
        || is_known(&theirs.end, &ours.end, feature)
            && *theirs
                == Outcome {
                    end: theirs.end.clone(),
                    ..ours.clone()
                }
}

fn is_known(theirs: &End, ours: &End, feature: u32) -> bool {
    let theirs = thrown(Participant::Java(feature), theirs);
    let (Some(theirs), Some(ours)) = (theirs, thrown(Participant::Rust, ours)) else {
        return false;
    };
    let mut facts = KNOWN_DIFFERENCES.iter();
    facts.any(|fact| fact.explains(theirs, ours))
}

fn thrown(by: Participant, end: &End) -> Option<Thrown<'_>> {
    match end {
        End::Threw { class, message } => Some(Thrown {
            by,
            class,
            message: message.as_ref(),
        }),
        End::Returned | End::Null => None,
    }
}

/// Describes a mismatch in words and as lines of Rust.
fn describe(family: &Family, work: &Work, case: &Case<'_>) -> Mismatch {
    let (kind, stands, test) = match work {
        Work::Reads { calls, sources, .. } => {
            let kind = calls[case.label.call % calls.len()].kind();
            (kind, "bytes consumed:", case.reads(calls, sources))
        }
        Work::ObjectReads { calls, sources, .. } => {
            let kind = calls[case.label.call % calls.len()].kind();
            (kind, "", case.object_reads(calls, sources))
        }
        Work::Lines { sources, .. } => (Kind::Text, "", case.lines(sources)),
        Work::Decoded {
            charset, sources, ..
        } => (Kind::Text, "", case.decoded(*charset, sources)),
        Work::Encoded { charset, sinks } => {
            let line = &sinks[case.label.stream][case.label.call];
            (Kind::Bytes, "", case.encoded(*charset, line))
        }
        Work::Hosts(hosts) => (Kind::Bytes, "", case.host(&hosts[case.label.stream])),
        Work::Constants { version, bodies } => (Kind::Text, "", case.constant(*version, bodies)),
        Work::Writes(sinks) => {
            let sink = &sinks[case.label.stream];
            let test = case.writes(sink.failing, &sink.calls);
            (Kind::Bytes, "size():", test)
        }
        Work::ObjectWrites(sinks) => {
            let sink = &sinks[case.label.stream];
            let test = case.object_writes(sink.failing, &sink.calls);
            (Kind::Bytes, "", test)
        }
    };
    Mismatch {
        test: format!("// {}\n{test}", family.claim),
        java: case.java.show(kind, stands),
        ours: case.ours.show(kind, stands),
        way: case
            .mode
            .description()
            .map_or_else(String::new, |mode| format!(", {mode}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JavaString;
    use crate::sweep::block::{Sink, Sources};
    use crate::sweep::call::{Read, Write};

    const SECTION: Family = Family {
        name: "any",
        claim: "A claim.",
        long: false,
        blocks: 0,
        asynchronous_in: 1,
        block: |_, _| unreachable!(),
    };

    /// Compares a block with our own outcomes after `alter` has changed them, in place of Java's.
    fn with_java(work: &Work, alter: impl FnOnce(&mut Vec<Outcome>)) -> Compared {
        with_java_in(Mode::Blocking, work, alter)
    }

    fn with_java_in(mode: Mode, work: &Work, alter: impl FnOnce(&mut Vec<Outcome>)) -> Compared {
        let mut outcomes = Outcomes::default();
        codec::play(Mode::Blocking, work, &mut outcomes);
        let mut java = outcomes.parsed().unwrap();
        alter(&mut java);
        compare(&SECTION, work, mode, &java, 25)
    }

    fn reads(calls: &[Read], rounds: usize, bytes: &[u8]) -> Work {
        Work::Reads {
            calls: calls.to_vec(),
            rounds,
            sources: Sources::one(bytes.to_vec()),
        }
    }

    #[test]
    fn equal_outcomes_are_not_a_mismatch() {
        let compared = with_java(&reads(&[Read::Byte], 3, b"ab"), |_| {});
        assert_eq!(compared.count, 0);
        assert!(compared.first.is_none());
    }

    #[test]
    fn a_test_contains_only_the_mismatching_call_of_a_stream() {
        let work = reads(&[Read::Utf], 3, b"\0\x01a\0\x01\xff\0\x01b");
        let compared = with_java(&work, |java| {
            java[1].end = End::Returned;
            java[1].given = vec![0x00, 0x62];
        });
        assert_eq!(compared.count, 1);
        let (_, mismatch) = compared.first.unwrap();
        assert_eq!(
            mismatch.ours,
            "throws java.io.UTFDataFormatException, \"malformed input around byte 0\"; \
             bytes consumed: 6"
        );
        assert_eq!(mismatch.java, "gives \"b\"; bytes consumed: 6");
        assert_eq!(
            mismatch.test,
            r#"// A claim.
let mut input = DataInputStream::new(&b"\x00\x01\xff"[..]);
assert_eq!(input.read_utf().unwrap(), "b");
assert_eq!(input.get_ref().len(), 0);"#
        );
    }

    #[test]
    fn a_test_repeats_the_earlier_calls_it_depends_on() {
        let work = reads(&[Read::Line, Read::Int], 1, b"\rabcd");
        let mismatch = with_java(&work, |java| {
            java[1].end = End::Threw {
                class: "java.io.EOFException".to_owned(),
                message: None,
            };
        });
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let mut input = DataInputStream::new(&b"\rabcd"[..]);
let _ = input.read_line();
let error = input.read_int().unwrap_err();
assert_eq!(error.java_class(), "java.io.EOFException");
assert_eq!(error.java_message(), None);
assert_eq!(input.get_ref().len(), 0);"#
        );
    }

    #[test]
    fn an_asynchronous_mismatch_gives_an_asynchronous_test() {
        let work = reads(&[Read::Line, Read::Float], 1, b"\rabcd");
        let mismatch = with_java_in(Mode::Waiting, &work, |java| java[1].given = vec![0; 4]);
        let (_, mismatch) = mismatch.first.unwrap();
        assert_eq!(
            mismatch.to_string(),
            r#"  java      gives 00 00 00 00; bytes consumed: 5
  javatalk  gives 61 62 63 64; bytes consumed: 5, asynchronous, waiting for each byte
    // A claim.
    // ... asynchronous, waiting for each byte
    let mut input = AsyncDataInputStream::new(&b"\rabcd"[..]);
    let _ = input.read_line().await;
    assert_eq!(input.read_float().await.map(f32::to_bits).unwrap(), 0x00000000);
    assert_eq!(input.get_ref().len(), 0);
"#
        );
    }

    #[test]
    fn a_write_mismatch_gives_a_test_of_bytes_and_size() {
        let work = Work::Writes(vec![Sink {
            failing: Some(9),
            calls: vec![
                Write::Short(1),
                Write::Utf(JavaString::from_utf16(&[0xD800, 0x61])),
            ],
        }]);
        let mismatch = with_java(&work, |java| java[1].stands = 99);
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let mut output = DataOutputStream::new(Vec::new());
// ... to a sink that fails once, after 9 bytes
let _ = output.write_short(1);
output.get_mut().clear();
output.write_utf(&JavaString::from_utf16(&[0xd800, 0x0061])).unwrap();
assert_eq!(output.get_ref(), b"\x00\x04\xed\xa0\x80a");
assert_eq!(output.size(), 99);"#
        );
    }

    #[test]
    fn a_line_mismatch_gives_a_test_of_that_line_alone() {
        let work = Work::Lines {
            rounds: 9,
            sources: Sources::one(b"a\n\xff\nb\n".to_vec()),
        };
        let mismatch = with_java(&work, |java| java[1].end = End::Null);
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let mut console = javatalk::chat::Console::new(&b"\xff\n"[..]);
let line = console.read_line().unwrap();
assert_eq!(line.as_deref(), None);"#
        );
    }

    #[test]
    fn a_line_after_a_carriage_return_is_tested_with_earlier_lines() {
        let work = Work::Lines {
            rounds: 9,
            sources: Sources::one(b"a\r\nb\n".to_vec()),
        };
        let mismatch = with_java(&work, |java| java[1].end = End::Null);
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let mut console = javatalk::chat::Console::new(&b"a\r\nb\n"[..]);
let _ = console.read_line();
let line = console.read_line().unwrap();
assert_eq!(line.as_deref(), None);"#
        );
    }

    #[test]
    fn a_constant_is_decoded_by_the_rules_of_its_version() {
        let work = Work::Constants {
            version: 48,
            bodies: [&b"a"[..], b"\xc1\x81"].into_iter().collect(),
        };
        let mismatch = with_java(&work, |java| {
            java[1].end = End::Returned;
            java[1].given = vec![0x00, 0x41];
        });
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let rules = Rules::of_class_file(48);
assert_eq!(rules.decode(b"\xc1\x81").unwrap(), "A");"#
        );
        let mismatch = with_java(&work, |java| java[0] = java[1].clone());
        assert_eq!(
            mismatch.first.unwrap().1.test,
            r#"// A claim.
let rules = Rules::of_class_file(48);
assert!(rules.decode(b"a").is_err());"#
        );
    }

    #[test]
    fn the_older_wording_for_a_too_long_string_is_not_a_mismatch() {
        let threw = |message: &str| Outcome {
            end: End::Threw {
                class: "java.io.UTFDataFormatException".to_owned(),
                message: Some(message.into()),
            },
            given: Vec::new(),
            stands: 0,
        };
        let new = threw("encoded string (aaaaaaaa...aaaaaaaa) too long: 65536 bytes");
        let old = threw("encoded string too long: 65536 bytes");
        let other = threw("encoded string too long: 65537 bytes");
        assert!(is_same(&old, &new, 11));
        assert!(!is_same(&old, &new, 17));
        assert!(!is_same(&other, &new, 11));
    }
}

//! The object streams against every JDK: Java and the library make the same calls, and everything that
//! can be observed of each call must be equal. It is what the call returned or threw, and how many
//! bytes it has transferred; of calls that write also the bytes.
//!
//! Only these differences are accepted:
//!
//! - Java returns an object of a class that the library does not have; the library names the class.
//! - The message of an unchecked exception, which tells about Java's code.
//! - Java runs out of memory, where the library finds the end of the input: nothing after that call is
//!   compared.

mod generate;
mod outcome;
mod reads;
mod writes;

use generate::{Random, Sizes, matching, mutate};
use outcome::{End, Outcome};
use reads::Reads;
use writes::Writes;

/// Calls that Java and the library make.
trait Sequence {
    /// For `ObjectStreams.java`.
    fn request(&self) -> Vec<u8>;

    /// The outcomes of the library, in the form of Java's.
    fn play(&self, feature: u32) -> Vec<Vec<u8>>;

    /// A call, to show.
    fn call(&self, index: usize) -> String;
}

/// A JVM that runs `ObjectStreams.java`.
pub(crate) trait Judge {
    fn feature(&self) -> u32;

    fn ask(&mut self, request: &[u8]) -> Vec<u8>;
}

/// How many sequences of each kind are played.
pub(crate) struct Extent {
    pub(crate) seed: u64,
    pub(crate) sequences: usize,
}

/// Java's outcomes.
fn outcomes(judge: &mut impl Judge, sequence: &impl Sequence) -> Vec<Vec<u8>> {
    let answer = judge.ask(&sequence.request());
    let mut rest = &answer[..];
    let mut outcomes = Vec::new();
    while let Some((len, after)) = rest.split_first_chunk() {
        let len = usize::try_from(i32::from_be_bytes(*len)).unwrap();
        let (outcome, after) = after.split_at(len);
        outcomes.push(outcome.to_vec());
        rest = after;
    }
    outcomes
}

/// What Java writes, the library writes: after each call the same number of bytes has reached the sink,
/// and in the end the same bytes. The library reads it as Java does.
pub(crate) fn written_bytes_are_equal(judge: &mut impl Judge, extent: &Extent) -> Vec<String> {
    let mut random = Random::new(extent.seed);
    let mut wrong = Vec::new();
    for number in 0..extent.sequences {
        let writes = generate::writes(&mut random, Sizes::Boundaries, judge.feature());
        let java = outcomes(judge, &writes);
        let ours = writes.play(judge.feature());
        if let Some(at) = (0..java.len().max(ours.len())).find(|&at| java.get(at) != ours.get(at)) {
            wrong.push(written_differently(number, &writes, at, &java, &ours));
            continue;
        }
        let mut reads = generate::reads(&mut random, java.last().unwrap().clone(), &matching(&writes));
        reads.failing = None;
        wrong.extend(read_differently(judge, number, &reads));
    }
    wrong
}

/// Bytes that no stream has written, or that do not come, end in the same way.
pub(crate) fn malformed_bytes_are_read_alike(judge: &mut impl Judge, extent: &Extent) -> Vec<String> {
    let mut random = Random::new(extent.seed);
    let mut wrong = Vec::new();
    for number in 0..extent.sequences {
        let sizes = random.of(&[Sizes::Small, Sizes::Small, Sizes::Small, Sizes::Boundaries]);
        let writes = generate::writes(&mut random, sizes, 25);
        let mut bytes = writes.play(25).pop().unwrap();
        if !random.one_in(8) {
            mutate(&mut random, &mut bytes);
        }
        let reads = generate::reads(&mut random, bytes, &matching(&writes));
        wrong.extend(read_differently(judge, number, &reads));
    }
    wrong
}

fn read_differently(judge: &mut impl Judge, number: usize, reads: &Reads) -> Option<String> {
    let parsed = |outcomes: Vec<Vec<u8>>| -> Vec<Outcome> {
        outcomes.iter().map(|outcome| Outcome::parse(outcome)).collect()
    };
    let java = parsed(outcomes(judge, reads));
    let ours = parsed(reads.play(judge.feature()));
    for at in 0..java.len().max(ours.len()) {
        let (Some(java), Some(ours)) = (java.get(at), ours.get(at)) else {
            return Some(format!("sequence {number}: one ended before call {at}"));
        };
        if is_out_of_memory(java) {
            break;
        }
        if !is_same(java, ours) {
            let shown = reads.call(at);
            return Some(format!(
                "sequence {number}, call {at}, {shown}:\n  java {java:?}\n  ours {ours:?}\n  piece {}, failing {:?}, \
                 bytes {:02x?}\n  calls {:?}",
                reads.piece, reads.failing, &reads.bytes[..reads.bytes.len().min(400)], &reads.calls[..at.min(reads.calls.len())]
            ));
        }
    }
    None
}

fn is_out_of_memory(java: &Outcome) -> bool {
    matches!(&java.end, End::Threw { class, .. } if class == "java.lang.OutOfMemoryError")
}

fn is_same(java: &Outcome, ours: &Outcome) -> bool {
    if java == ours {
        return true;
    }
    if java.transferred != ours.transferred {
        return false;
    }
    match (&java.end, &ours.end) {
        (
            End::Threw { class, .. },
            End::Threw {
                message: Some(message),
                ..
            },
        ) if class == "java.lang.NegativeArraySizeException" => {
            message == "Array length is negative"
        }
        (
            End::Threw {
                class,
                message: Some(message),
                ..
            },
            End::Threw {
                class: other,
                message: Some(name),
                ..
            },
        ) if class == other && class == "java.lang.ClassNotFoundException" => {
            name.contains('[') && *message == name.replace('.', "/")
        }
        (End::Threw { class, .. }, End::Threw { class: other, .. })
            if class == other && class.starts_with("java.lang.") =>
        {
            class.ends_with("NullPointerException")
                || class.ends_with("ClassCastException")
                || class.ends_with("NegativeArraySizeException")
        }
        (java, End::Threw { class, message, .. }) => {
            class == "java.lang.ClassNotFoundException" && java.foreign() == *message && message.is_some()
        }
        _ => false,
    }
}

fn written_differently(
    number: usize,
    writes: &Writes,
    at: usize,
    java: &[Vec<u8>],
    ours: &[Vec<u8>],
) -> String {
    let shown = |outcomes: &[Vec<u8>]| match outcomes.get(at) {
        Some(bytes) if at + 1 == outcomes.len() => format!("{} bytes", bytes.len()),
        Some(outcome) => format!("{:?}", Outcome::parse(outcome)),
        None => "nothing".to_owned(),
    };
    let difference = match (java.last(), ours.last()) {
        (Some(java), Some(ours)) => java.iter().zip(ours).position(|(a, b)| a != b),
        _ => None,
    };
    format!(
        "sequence {number}, call {at}, {}:\n  java {}\n  ours {}\n  first different byte {difference:?}",
        writes.call(at),
        shown(java),
        shown(ours)
    )
}

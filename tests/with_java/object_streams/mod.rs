//! The object streams against every JDK: Java and the library make the same calls, and everything that
//! can be observed of each call must be equal. It is what the call returned or threw, and how many
//! bytes it has transferred; of calls that write also the bytes.
//!
//! Only these differences are accepted:
//!
//! - Java returns an object of a class that the library does not have; the library names the class.
//! - The message of an unchecked exception, which tells about Java's code.
//! - JDK 11 reads any object where an exception must follow: nothing after that call is compared.
//! - Java runs out of memory, where the library finds the end of the input: nothing after that call is
//!   compared.

mod bugs;
mod generate;
mod outcome;
mod reads;
mod writes;

use bugs::{ReadBug, WriteBug};
pub(crate) use generate::Random;
use generate::{Sizes, matching, mutate};
use outcome::{End, Outcome, take_text};
use reads::{Method, Reads};
use writes::{Call, Writes};

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
        let mut reads = generate::reads(
            &mut random,
            java.last().unwrap().clone(),
            &matching(&writes),
        );
        reads.failing = None;
        wrong.extend(read_differently(judge, number, &reads));
    }
    wrong
}

/// Bytes that no stream has written, or that do not come, end in the same way.
pub(crate) fn malformed_bytes_are_read_alike(
    judge: &mut impl Judge,
    extent: &Extent,
) -> Vec<String> {
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

/// An object of any other class is skipped with all that it refers to: the error names its class, and the
/// next object is read. Java itself says what there is to read.
pub(crate) fn foreign_objects_are_skipped(judge: &mut impl Judge) -> Vec<String> {
    let mut wrong = Vec::new();
    for number in 0.. {
        let position = i32::try_from(number).unwrap().to_be_bytes();
        let request = [&[b'F'][..], &position].concat();
        let answer = judge.ask(&request);
        if answer.is_empty() {
            break;
        }
        let mut bytes = &answer[..];
        let class = take_text(&mut bytes);
        for piece in [1, 7, 100_000] {
            let reads = Reads {
                piece,
                failing: None,
                bytes: bytes.to_vec(),
                calls: vec![(Method::ReadObject, 0); 3],
            };
            // Java reads what the class has written in its place: the library names that.
            if !REPLACED.contains(&class.as_str()) && !class.contains("$Proxy") {
                wrong.extend(read_differently(judge, number, &reads));
                continue;
            }
            let ours = reads.play(judge.feature());
            let java = outcomes(judge, &reads);
            let threw = |outcome: &[u8]| match Outcome::parse(outcome).end {
                End::Threw { class, .. } => class == "java.lang.ClassNotFoundException",
                End::Returned(_) | End::Null => false,
            };
            let transferred = |outcome: &[u8]| Outcome::parse(outcome).transferred;
            let is_same = threw(&ours[1]) && transferred(&ours[1]) == transferred(&java[1]);
            // The objects are counted from 0: the string is Java's first as well as ours.
            if !is_same || ours[2..] != java[2..] {
                wrong.push(format!("{class}: java {java:?}\nours {ours:?}"));
            }
        }
    }
    wrong
}

/// Every typical bug shows itself in these sequences. Returns those that do not.
pub(crate) fn typical_bugs_are_found(judge: &mut impl Judge, extent: &Extent) -> Vec<String> {
    let mut random = Random::new(extent.seed);
    let mut writing = WriteBug::ALL.to_vec();
    let mut reading = ReadBug::ALL.to_vec();
    for _ in 0..extent.sequences {
        if writing.is_empty() && reading.is_empty() {
            break;
        }
        let writes = generate::writes(&mut random, Sizes::Boundaries, judge.feature());
        let java = outcomes(judge, &writes);
        writing.retain(|&bug| writes.play_with(Some(bug), judge.feature()) == java);
        let mut bytes = writes.play(25).pop().unwrap();
        if random.one_in(2) {
            mutate(&mut random, &mut bytes);
        }
        let reads = generate::reads(&mut random, bytes, &matching(&writes));
        let java = outcomes(judge, &reads);
        reading.retain(|&bug| {
            let ours = reads.play_with(Some(bug));
            let mut both = java.iter().zip(&ours);
            both.all(|(java, ours)| is_same(&Outcome::parse(java), &Outcome::parse(ours)))
        });
    }
    let writing = writing.iter().map(|bug| format!("{bug:?} is not found"));
    let reading = reading.iter().map(|bug| format!("{bug:?} is not found"));
    writing.chain(reading).collect()
}

/// `writeUTF` of a string of more than 65,535 bytes: an error without a message up to JDK 23; since 24,
/// Java writes a length of eight bytes, which `readUTF` reads as an empty string, and goes on after two
/// of them. The library refuses it in the manner of both.
pub(crate) fn strings_that_are_too_long_are_refused(judge: &mut impl Judge) -> Vec<String> {
    let writes = Writes {
        objects: Vec::new(),
        calls: vec![Call::Utf(vec![0x61; 65_536]), Call::Flush],
    };
    let java = outcomes(judge, &writes);
    let ours = writes.play(judge.feature());
    let is_refused = |outcomes: &[Vec<u8>]| match Outcome::parse(&outcomes[1]).end {
        End::Threw { class, message, .. } => {
            class == "java.io.UTFDataFormatException" && message.is_none()
        }
        End::Returned(_) | End::Null => false,
    };
    let mut wrong = Vec::new();
    if !is_refused(&ours) || ours[3].len() != 4 {
        wrong.push("the library does not refuse it".to_owned());
    }
    if is_refused(&java) != (judge.feature() < 24) {
        wrong.push(format!(
            "Java {} has another bug than it is known to have",
            judge.feature()
        ));
    }
    let len = [0, 0, 0, 0, 0, 1, 0, 0];
    if judge.feature() >= 24 && java[3][9..17] != len {
        wrong.push("Java writes another length".to_owned());
    }
    wrong
}

/// Classes whose objects are written as objects of another class.
const REPLACED: [&str; 3] = [
    "java.time.LocalDate",
    "java.util.Collections$UnmodifiableRandomAccessList",
    "java.util.EnumMap",
];

fn read_differently(judge: &mut impl Judge, number: usize, reads: &Reads) -> Option<String> {
    let parsed = |outcomes: Vec<Vec<u8>>| -> Vec<Outcome> {
        outcomes
            .iter()
            .map(|outcome| Outcome::parse(outcome))
            .collect()
    };
    let java = parsed(outcomes(judge, reads));
    let ours = parsed(reads.play(judge.feature()));
    for at in 0..java.len().max(ours.len()) {
        let (Some(java), Some(ours)) = (java.get(at), ours.get(at)) else {
            return Some(format!("sequence {number}: one ended before call {at}"));
        };
        if is_out_of_memory(java) || judge.feature() < 17 && is_no_exception(reads, ours) {
            break;
        }
        if !is_same(java, ours) {
            let shown = reads.call(at);
            return Some(format!(
                "sequence {number}, call {at}, {shown}:\n  java {java:?}\n  ours {ours:?}\n  piece {}, failing {:?}, \
                 bytes {:02x?}\n  calls {:?}",
                reads.piece,
                reads.failing,
                &reads.bytes[..reads.bytes.len().min(400)],
                &reads.calls[..at.min(reads.calls.len())]
            ));
        }
    }
    None
}

/// Whether something else follows the type code of an exception.
fn is_no_exception(reads: &Reads, ours: &Outcome) -> bool {
    let End::Threw { message, .. } = &ours.end else {
        return false;
    };
    let message = message.as_deref().unwrap_or_default();
    // The type code of the exception, and the byte that is read behind it.
    let at = usize::try_from(ours.transferred).unwrap().checked_sub(2);
    let before = at.and_then(|at| reads.bytes.get(at));
    message.starts_with("invalid type code: ") && before == Some(&0x7B)
}

fn is_out_of_memory(java: &Outcome) -> bool {
    matches!(&java.end, End::Threw { class, .. } if class == "java.lang.OutOfMemoryError")
}

fn is_same(java: &Outcome, ours: &Outcome) -> bool {
    /// What JDK 25 says of the length of an array, and the library.
    const NEGATIVE: &str = "Array length is negative";

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
        ) if class == "java.lang.NegativeArraySizeException"
            // Where the class of the array is null as well, old releases find that first.
            || class == "java.lang.NullPointerException" && message == NEGATIVE =>
        {
            message == NEGATIVE
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
            // A name that no class can have: the JVM shows it in its own form.
            name.contains(['[', ';', '/', '\0']) && *message == name.replace('.', "/")
        }
        (End::Threw { class, .. }, End::Threw { class: other, .. })
            if class == other && class.starts_with("java.lang.") =>
        {
            class.ends_with("NullPointerException")
                || class.ends_with("ClassCastException")
                || class.ends_with("NegativeArraySizeException")
        }
        (java, End::Threw { class, message, .. }) => {
            class == "java.lang.ClassNotFoundException"
                && java.foreign() == *message
                && message.is_some()
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

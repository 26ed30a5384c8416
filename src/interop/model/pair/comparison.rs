//! What of a run is compared, and what may differ.

use super::Pattern;

/// The rules by which a run of a pair is compared with the oracle's.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What is compared. Never empty.
    pub aspects: Vec<Aspect>,
    /// Text that may differ.
    pub masks: Vec<Mask>,
    /// Lines whose order may differ.
    pub unordered: Vec<Unordered>,
    /// Differences that the user knows and accepts.
    pub known_differences: Vec<KnownPairDifference>,
}

/// Something that is compared with the oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumCount)]
pub enum Aspect {
    Stdout,
    Stderr,
    /// Whether each program succeeds or fails, and whether it ends by itself.
    Success,
    /// The exact exit status of each program.
    ExitStatus,
    /// The bytes of each connection, and how it ends.
    Wire,
    /// The files that each program leaves in its working directory.
    Files,
    /// How a program ends that is told to stop: with which exit status, or not at all.
    Stop,
}

/// Text that may differ: every match is replaced before the comparison.
#[derive(Debug, Clone)]
pub struct Mask {
    pub name: String,
    pub pattern: regex::bytes::Regex,
    /// What a match is replaced with.
    pub replacement: Vec<u8>,
    /// Where it applies. Never empty.
    pub targets: Vec<MaskTarget>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MaskTarget {
    Stdout,
    Stderr,
    Files,
    Wire,
}

/// Stretches of lines whose order may differ: each from a line that matches `from` to before the
/// next one that matches `to`; without them from the beginning, or to the end.
#[derive(Debug, Clone)]
pub struct Unordered {
    pub target: MaskTarget,
    pub from: Option<Pattern>,
    pub to: Option<Pattern>,
}

/// A difference that the user knows. It is listed, green and counted, and fails the run when it no
/// longer occurs.
#[derive(Debug, Clone)]
pub struct KnownPairDifference {
    /// The name of the case; none for every case.
    pub case: Option<String>,
    /// The pairing, such as `reference-to-candidate`; none for every pairing.
    pub pairing: Option<String>,
    /// The message of the divergence must match this.
    pub matches: regex::Regex,
    pub reason: String,
}

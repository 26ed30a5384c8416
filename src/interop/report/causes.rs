//! Failures by their cause: one bug makes many cases red, and is told once.
//!
//! The cause of a case is a function of what its verdict says, and of nothing else: who is to blame,
//! for which part of its work, in which call; where no one is to blame, the verdict's own words.

use std::cmp::Reverse;

use super::run::{CaseEntry, Run};

/// The failures of one cause.
#[derive(Debug)]
pub(crate) struct Cause<'a> {
    /// What they have in common.
    pub(crate) title: String,
    /// The one with the shortest conversation, which is told.
    pub(crate) smallest: &'a CaseEntry,
    /// The others, in the order of the run.
    pub(crate) others: Vec<&'a CaseEntry>,
}

impl<'a> Cause<'a> {
    /// The causes of the failures of a run: what most cases fail for comes first, and what could not
    /// be played last, which may be a consequence of the rest.
    pub(crate) fn of(run: &'a Run) -> Vec<Self> {
        let mut kinds: Vec<(Kind<'a>, Vec<&'a CaseEntry>)> = Vec::new();
        for case in run.failures() {
            let kind = Kind::of(case);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, cases)) => cases.push(case),
                None => kinds.push((kind, vec![case])),
            }
        }
        let mut causes: Vec<Self> = kinds
            .into_iter()
            .filter_map(|(kind, mut cases)| {
                let (place, _) = cases
                    .iter()
                    .enumerate()
                    .min_by_key(|(_, case)| size(case))?;
                let smallest = cases.remove(place);
                Some(Self {
                    title: kind.title(smallest),
                    smallest,
                    others: cases,
                })
            })
            .collect();
        causes.sort_by_key(|cause| (cause.smallest.is_not_run(), Reverse(cause.others.len())));
        causes
    }

    /// The others in a line: how many, and the names of the first `most`.
    pub(crate) fn also(&self, most: usize) -> Option<String> {
        let count = self.others.len();
        let names: Vec<&str> = self.others.iter().take(most).map(|c| &*c.name).collect();
        let names = names.join(", ");
        match count {
            0 => None,
            1 => Some(format!("1 more for the same cause: {names}")),
            _ if count > most => Some(format!("{count} more for the same cause: {names} …")),
            _ => Some(format!("{count} more for the same cause: {names}")),
        }
    }
}

/// What two failures of one cause have in common.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// A participant's work, and in which call.
    Blamed {
        /// Whether it is the oracle, which differs from itself.
        is_unstable: bool,
        peer: &'a str,
        part: &'a str,
        method: Option<&'a str>,
    },
    /// The sentence of the verdict, with its numbers left out.
    Unblamed(String),
}

impl<'a> Kind<'a> {
    fn of(case: &'a CaseEntry) -> Self {
        match &case.blame {
            Some(blame) => Self::Blamed {
                is_unstable: case.verdict == UNSTABLE,
                peer: &blame.peer,
                part: &blame.part,
                method: blame.method.as_deref(),
            },
            None => Self::Unblamed(without_numbers(&case.detail)),
        }
    }

    fn title(&self, smallest: &CaseEntry) -> String {
        match self {
            Self::Blamed {
                peer, part, method, ..
            } => match method {
                Some(method) => format!("the {part} of {peer} in {method}"),
                None => format!("the {part} of {peer}"),
            },
            Self::Unblamed(_) => smallest.verdict.clone(),
        }
    }
}

/// How much there is to read: bytes and events, of the longer one of what was seen and what the
/// oracle showed.
fn size(case: &CaseEntry) -> (usize, usize) {
    let sides = [&case.seen, &case.judged_by].into_iter().flatten();
    let sizes = sides.map(|side| {
        let bytes = side.to_server.bytes.len() + side.to_client.bytes.len();
        (bytes, side.events.len())
    });
    sizes.max().unwrap_or_default()
}

fn without_numbers(text: &str) -> String {
    let parts = text.split(|c: char| c.is_ascii_digit());
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("N")
}

const UNSTABLE: &str = "oracle unstable";

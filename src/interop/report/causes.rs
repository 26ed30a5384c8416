//! Groups failures by cause: one bug may fail many cases, and is reported once.
//!
//! The cause of a case depends only on its verdict: the blamed participant, the part of it, and the
//! call. If no participant is blamed, the cause is the sentence of the verdict.

use std::cmp::Reverse;

use super::run::{CaseEntry, Run};
use crate::interop::model::verdict::VerdictKind;

/// The failures with one cause.
#[derive(Debug)]
pub(crate) struct Cause<'a> {
    /// A description of the cause.
    pub(crate) title: String,
    /// The failure with the shortest conversation, which is reported in full.
    pub(crate) smallest: &'a CaseEntry,
    /// The other failures, in the order of the run.
    pub(crate) others: Vec<&'a CaseEntry>,
}

impl<'a> Cause<'a> {
    /// The causes of a run's failures, the most frequent first. Cases that could not run come last,
    /// since they may be a consequence of the others.
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

    /// The other failures in one line: their number, and the names of the first `most`.
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

/// What failures with the same cause have in common.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// The blamed participant and call.
    Blamed {
        /// Whether the oracle differed from itself.
        is_unstable: bool,
        peer: &'a str,
        part: &'a str,
        method: Option<&'a str>,
    },
    /// The sentence of the verdict, without its numbers.
    Unblamed(String),
}

impl<'a> Kind<'a> {
    fn of(case: &'a CaseEntry) -> Self {
        match &case.blame {
            Some(blame) => Self::Blamed {
                is_unstable: case.kind() == Some(VerdictKind::OracleUnstable),
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

/// How much there is to read, as bytes and events of the longer side.
fn size(case: &CaseEntry) -> (usize, usize) {
    let sides = [&case.seen, &case.judged_by].into_iter().flatten();
    let sizes = sides.map(|side| {
        let several = side.connections.iter();
        let several = several.flat_map(|connection| [&connection.to_server, &connection.to_client]);
        let flows = [&side.to_server, &side.to_client]
            .into_iter()
            .chain(several);
        let bytes: usize = flows.map(|flow| flow.bytes.len()).sum();
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

//! The findings of `peer-check`, as text.

use std::fmt;

use crate::interop::protocol::call::Method;
use crate::interop::protocol::identity::Identity;
use crate::interop::protocol::names::is_reserved;
use crate::system::process::Invocation;

/// Everything that was found about a peer.
#[derive(Debug)]
pub struct Report {
    /// The peer's identity; `None` if it did not identify itself.
    pub peer: Option<Identity>,
    /// The peer it was compared with.
    pub reference: Identity,
    /// The findings, rules first.
    pub findings: Vec<Finding>,
    /// The end of what it printed on stdout that is not an answer.
    pub noise: String,
    invocation: String,
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The rule of this number.
    Rule(u8),
    /// The rules of these two numbers.
    Rules(u8, u8),
    /// The command of this name.
    Command(&'static str),
    Method(Method),
    /// All methods of object streams together.
    ObjectStreams,
}

impl Subject {
    /// Sorts the rules to the front, by number.
    fn order(self) -> (bool, u8) {
        match self {
            Self::Rule(number) | Self::Rules(number, _) => (false, number),
            Self::Command(_) | Self::Method(_) | Self::ObjectStreams => (true, 0),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(number) => f.pad(&format!("rule {number}")),
            Self::Rules(one, other) => f.pad(&format!("rules {one} and {other}")),
            Self::Command(name) => f.pad(name),
            Self::Method(method) => method.fmt(f),
            Self::ObjectStreams => f.pad("object streams"),
        }
    }
}

/// The result for one rule, command or method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub subject: Subject,
    /// What should hold.
    pub claim: String,
    pub found: Found,
}

/// Whether the claim holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Obeyed,
    /// It does not hold, in these ways.
    Wrong(Vec<String>),
    /// The peer does not offer it, which is allowed.
    Unsupported(String),
    /// It could not be checked.
    NotChecked(String),
}

impl Found {
    fn word(&self) -> &'static str {
        match self {
            Self::Obeyed => "ok",
            Self::Wrong(_) => "wrong",
            Self::Unsupported(_) => "unsupported",
            Self::NotChecked(_) => "not checked",
        }
    }
}

impl Report {
    pub(crate) fn new(candidate: &Invocation, reference: Identity) -> Self {
        Self {
            peer: None,
            reference,
            findings: Vec::new(),
            noise: String::new(),
            invocation: candidate.to_string(),
        }
    }

    pub(crate) fn add(&mut self, subject: Subject, claim: &str, found: Found) {
        self.findings.push(Finding {
            subject,
            claim: claim.to_owned(),
            found,
        });
    }

    /// Adds what was found about the methods of object streams. A peer offers all of them or none.
    pub(crate) fn add_objects(&mut self, findings: Vec<(Subject, String, Found)>) {
        let is_offered = |found: &Found| !matches!(found, Found::Unsupported(_));
        if findings.is_empty() {
            return;
        }
        if !findings.iter().any(|(_, _, found)| is_offered(found)) {
            let why = "it offers none of them".to_owned();
            let claim = "the optional group of methods";
            return self.add(Subject::ObjectStreams, claim, Found::Unsupported(why));
        }
        for (subject, claim, found) in findings {
            let found = if is_offered(&found) {
                found
            } else {
                let why = "it is not offered, and other methods of object streams are";
                Found::Wrong(vec![why.to_owned()])
            };
            self.add(subject, &claim, found);
        }
    }

    /// Sorts the rules to the front, by number. The rest keeps its order.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by_key(|finding| finding.subject.order());
    }

    /// Whether the peer keeps to the protocol.
    pub fn obeys(&self) -> bool {
        let is_fine =
            |finding: &Finding| matches!(finding.found, Found::Obeyed | Found::Unsupported(_));
        self.findings.iter().all(is_fine)
    }

    /// Prints everything that was not checked in one block, since the reason is always the same.
    fn fmt_not_checked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.peer.is_none() {
            return writeln!(f, "\nnothing else could be checked");
        }
        let mut left: Vec<(Subject, &str)> = Vec::new();
        for finding in &self.findings {
            if let Found::NotChecked(why) = &finding.found {
                left.push((finding.subject, why));
            }
        }
        left.dedup();
        let Some((_, why)) = left.first() else {
            return Ok(());
        };
        let subjects = left.iter().map(|(subject, _)| subject.to_string());
        let subjects: Vec<String> = subjects.collect();
        writeln!(f, "\nnot checked, {why}:\n  {}", subjects.join(", "))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.peer {
            Some(peer) => writeln!(f, "{peer}: `{}`", self.invocation)?,
            None => writeln!(f, "`{}`", self.invocation)?,
        }
        writeln!(f, "compared with {}\n", self.reference)?;
        let width = self.findings.iter();
        let width = width.map(|finding| finding.subject.to_string().len());
        let width = width.max().unwrap_or_default();
        let is_checked = |finding: &&Finding| !matches!(finding.found, Found::NotChecked(_));
        for finding in self.findings.iter().filter(is_checked) {
            writeln!(
                f,
                "{:WORD$}  {:width$}  {}",
                finding.found.word(),
                finding.subject,
                finding.claim
            )?;
            let details = match &finding.found {
                Found::Obeyed | Found::NotChecked(_) => &[][..],
                Found::Wrong(ways) => ways,
                Found::Unsupported(why) => std::slice::from_ref(why),
            };
            for detail in details {
                writeln!(f, "{:WORD$}  {detail}", "")?;
            }
        }
        self.fmt_not_checked(f)?;
        if !self.noise.is_empty() {
            writeln!(
                f,
                "\nits stdout has noise, which is allowed, and ends with:"
            )?;
            for line in self
                .noise
                .lines()
                .rev()
                .take(NOISE)
                .collect::<Vec<_>>()
                .iter()
                .rev()
            {
                writeln!(f, "  {line}")?;
            }
        }
        if let Some(peer) = self.peer.as_ref().filter(|peer| is_reserved(&peer.name)) {
            writeln!(
                f,
                "\n`{}` is the name of a participant of javatalk: under this name it cannot take part \
                 in a run",
                peer.name
            )?;
        }
        let [mut obeyed, mut wrong, mut unsupported, mut not_checked] = [0; 4];
        for finding in &self.findings {
            *match finding.found {
                Found::Obeyed => &mut obeyed,
                Found::Wrong(_) => &mut wrong,
                Found::Unsupported(_) => &mut unsupported,
                Found::NotChecked(_) => &mut not_checked,
            } += 1;
        }
        write!(f, "\n{obeyed} ok")?;
        for (count, word) in [
            (wrong, "wrong"),
            (unsupported, "unsupported"),
            (not_checked, "not checked"),
        ] {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        Ok(())
    }
}

/// The width of the longest result word.
const WORD: usize = 11;

/// How many lines of noise are shown.
const NOISE: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn of_objects(found: [Found; 2]) -> Report {
        let mut report = Report::new(
            &Invocation::new("my_peer"),
            "peer java25 java 25.0.2".parse().unwrap(),
        );
        report.peer = "peer mine c 99".parse().ok();
        let methods = [Method::ReadObject, Method::ReadUnshared];
        let findings = methods.into_iter().zip(found);
        let findings =
            findings.map(|(method, found)| (Subject::Method(method), "2 calls".to_owned(), found));
        report.add_objects(findings.collect());
        report
    }

    #[test]
    fn object_streams_are_offered_as_a_whole_or_not_at_all() {
        let unsupported = || Found::Unsupported("not offered".to_owned());
        let report = of_objects([unsupported(), unsupported()]);
        assert!(report.obeys());
        let text = report.to_string();
        assert!(
            text.contains(
                "unsupported  object streams  the optional group of methods\n             it offers \
                 none of them\n"
            ),
            "{text}"
        );
        let report = of_objects([Found::Obeyed, unsupported()]);
        assert!(!report.obeys());
        let text = report.to_string();
        assert!(
            text.contains(
                "wrong        readUnshared  2 calls\n             it is not offered, and other \
                 methods of object streams are\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_report_lists_deviations_below_each_expectation() {
        let mut report = Report::new(
            &Invocation::new("my_peer"),
            "peer java25 java 25.0.2".parse().unwrap(),
        );
        report.peer = "peer mine c 99".parse().ok();
        report.add(
            Subject::Method(Method::ReadInt),
            "4 calls",
            Found::Unsupported("not offered".to_owned()),
        );
        report.add(
            Subject::Rule(5),
            "goes on",
            Found::Wrong(vec!["it stopped".to_owned()]),
        );
        report.add(Subject::Rules(2, 4), "all is read", Found::Obeyed);
        report.sort();
        report.noise = "hello\n".to_owned();
        assert!(!report.obeys());
        assert_eq!(
            report.to_string(),
            "\
mine (c 99): `my_peer`
compared with java25 (java 25.0.2)

ok           rules 2 and 4  all is read
wrong        rule 5         goes on
             it stopped
unsupported  readInt        4 calls
             not offered

its stdout has noise, which is allowed, and ends with:
  hello

1 ok, 1 wrong, 1 unsupported"
        );
    }
}

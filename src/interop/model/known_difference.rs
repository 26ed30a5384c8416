//! Known differences: facts about participants, each with its reason, that are not held against any of them.
//!
//! This list is the only place that excuses a difference. What it does not explain exactly is a
//! failure, also between two JDKs. A fact that no longer shows itself fails the run, so the list
//! holds nothing that is out of date.

use std::borrow::Cow;

use super::participant::Participant;
use super::traffic::End;
use crate::JavaString;
use crate::interop::protocol::call::Method;

/// All known differences.
pub(crate) const KNOWN_DIFFERENCES: &[KnownDifference] = &[
    KnownDifference {
        who: |peer| matches!(peer, Participant::Java(feature) if feature < 17),
        what: What::Message {
            method: Method::WriteUtf,
            class: "java.io.UTFDataFormatException",
            theirs: "encoded string too long: # bytes",
            others: "encoded string (????????...????????) too long: # bytes",
        },
        reason: "before JDK 17, the message for a writeUTF that is too long does not quote the string",
    },
    KnownDifference {
        who: |peer| matches!(peer, Participant::Java(feature) if feature < 13),
        what: What::ResetAtClose {
            rows: &[
                "chat::two-messages-in-one-segment",
                "chat::a-message-and-a-half",
                "object::empty-block-before-a-string",
                "object::object-within-utf",
                "object::second-header",
                "object::other-version",
                "object::writeutf-without-a-stream",
                "object::line",
                "object::http-request",
            ],
        },
        reason: "before JDK 13, closing a socket with unread bytes resets the connection at once; later \
                 versions end their output first",
    },
];

/// A difference between some participants and all others.
#[derive(Debug)]
pub(crate) struct KnownDifference {
    /// The participants that differ from the others.
    who: fn(Participant) -> bool,
    what: What,
    /// Why both are right, for the reports.
    pub(crate) reason: &'static str,
}

/// What differs.
#[derive(Debug)]
pub(crate) enum What {
    /// The message of the exception that a call throws.
    Message {
        method: Method,
        class: &'static str,
        /// The message of these participants. `#` is a number, the same in both messages; `?` is
        /// any UTF-16 unit.
        theirs: &'static str,
        /// The message of the others.
        others: &'static str,
    },
    /// These participants reset the connection, and the others close their direction.
    ResetAtClose {
        /// The rows of whole programs in which they do, with the names of their suites.
        rows: &'static [&'static str],
    },
}

/// An exception, and who threw it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thrown<'a> {
    pub(crate) by: Participant,
    pub(crate) class: &'a str,
    pub(crate) message: Option<&'a JavaString>,
}

/// A known difference that a case is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub reason: Cow<'static, str>,
    /// Whether it was seen there.
    pub occurred: bool,
    /// Where its entry stands, for the user who has to correct or remove it.
    pub listed_in: &'static str,
}

/// Where the entries of [`KNOWN_DIFFERENCES`] stand.
pub(crate) const LISTED_IN: &str = "src/interop/model/known_difference.rs";

impl KnownDifference {
    /// Whether `peer` should show this difference in a call of `method`, in which the oracle threw
    /// this.
    pub(crate) fn is_about(&self, called: Method, oracle: Thrown<'_>, peer: Participant) -> bool {
        match self.what {
            What::Message { method, class, .. } => {
                (called, oracle.class) == (method, class) && self.parts(oracle.by, peer)
            }
            What::ResetAtClose { .. } => false,
        }
    }

    /// Whether this, and nothing else, is the difference between the two exceptions.
    pub(crate) fn explains(&self, one: Thrown<'_>, other: Thrown<'_>) -> bool {
        let What::Message {
            class,
            theirs,
            others,
            ..
        } = self.what
        else {
            return false;
        };
        let number = |thrown: Thrown<'_>| {
            let wording = if (self.who)(thrown.by) {
                theirs
            } else {
                others
            };
            let message = thrown.message.filter(|_| thrown.class == class)?;
            number_in(message, wording)
        };
        let (one_number, other_number) = (number(one), number(other));
        self.parts(one.by, other.by) && one_number.is_some() && one_number == other_number
    }

    /// Whether `peer` should end its direction otherwise than `oracle` in this row of whole programs.
    pub(crate) fn is_about_close(&self, row: &str, oracle: Participant, peer: Participant) -> bool {
        match self.what {
            What::ResetAtClose { rows } => rows.contains(&row) && self.parts(oracle, peer),
            What::Message { .. } => false,
        }
    }

    /// Whether this is the difference between the ends of two directions.
    pub(crate) fn explains_close(
        &self,
        one: (Participant, End),
        other: (Participant, End),
    ) -> bool {
        let is_as_listed = |(by, end)| match self.what {
            What::ResetAtClose { .. } if (self.who)(by) => end == End::Reset,
            What::ResetAtClose { .. } => end == End::Finished,
            What::Message { .. } => false,
        };
        self.parts(one.0, other.0) && is_as_listed(one) && is_as_listed(other)
    }

    /// Whether exactly one of the two is of those that differ from the others.
    fn parts(&self, one: Participant, other: Participant) -> bool {
        (self.who)(one) != (self.who)(other)
    }
}

/// The digits at `#`, if the whole message has this wording.
fn number_in(message: &JavaString, wording: &str) -> Option<Vec<u16>> {
    let (before, behind) = wording.split_once('#')?;
    let message: Vec<u16> = message.encode_utf16().collect();
    let (head, rest) = message.split_at_checked(before.len())?;
    let (digits, tail) = rest.split_at_checked(rest.len().checked_sub(behind.len())?)?;
    let fits = |units: &[u16], wording: &str| {
        let mut pairs = units.iter().zip(wording.bytes());
        pairs.all(|(&unit, expected)| expected == b'?' || unit == u16::from(expected))
    };
    let is_digit = |unit: &u16| (u16::from(b'0')..=u16::from(b'9')).contains(unit);
    let has_number = !digits.is_empty() && digits.iter().all(is_digit);
    (has_number && fits(head, before) && fits(tail, behind)).then(|| digits.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::programs::pair::ProgramPair;

    const CLASS: &str = "java.io.UTFDataFormatException";
    const OLD: &str = "encoded string too long: 65536 bytes";
    const NEW: &str = "encoded string (aaaaaaaa...aaaaaaaa) too long: 65536 bytes";

    fn explained(one: (Participant, &str, &str), other: (Participant, &str, &str)) -> bool {
        let texts = [one, other].map(|(_, _, message)| JavaString::from(message));
        let thrown = |index: usize, (by, class, _): (Participant, &'static str, _)| Thrown {
            by,
            class,
            message: Some(&texts[index]),
        };
        let class = |(by, class, text)| (by, if class == CLASS { CLASS } else { "other" }, text);
        let (one, other) = (thrown(0, class(one)), thrown(1, class(other)));
        KNOWN_DIFFERENCES
            .iter()
            .any(|fact| fact.explains(one, other))
    }

    #[test]
    fn the_older_wording_is_explained_with_either_side_as_oracle() {
        for newer in [
            Participant::Java(17),
            Participant::Java(25),
            Participant::Rust,
        ] {
            for older in [Participant::Java(8), Participant::Java(16)] {
                assert!(explained((newer, CLASS, NEW), (older, CLASS, OLD)));
                assert!(explained((older, CLASS, OLD), (newer, CLASS, NEW)));
            }
        }
    }

    #[test]
    fn a_wording_is_explained_only_for_jdks_that_use_it() {
        let [java11, java17, java25] = [11, 17, 25].map(Participant::Java);
        for (newer, older) in [
            // Both are of the same side of 17.
            (java25, java17),
            (java25, Participant::Rust),
            (Participant::Java(8), java11),
        ] {
            assert!(!explained((newer, CLASS, NEW), (older, CLASS, OLD)));
        }
        // Each has the wording of the other.
        assert!(!explained((java25, CLASS, OLD), (java11, CLASS, NEW)));
    }

    #[test]
    fn only_the_wording_is_explained() {
        let (java25, java11) = (Participant::Java(25), Participant::Java(11));
        for (newer, older) in [
            (NEW, "encoded string too long: 65537 bytes"),
            (NEW, "encoded string too long:  bytes"),
            (NEW, "encoded string too long: 65536 byte"),
            (NEW, "encoded string too long: 6553６ bytes"),
            (NEW, ""),
            (
                "encoded string (aaaaaaaa...aaaaaaa) too long: 65536 bytes",
                OLD,
            ),
            (
                "encoded string (aaaaaaaa..aaaaaaaaa) too long: 65536 bytes",
                OLD,
            ),
        ] {
            assert!(
                !explained((java25, CLASS, newer), (java11, CLASS, older)),
                "{newer} {older}"
            );
        }
        assert!(!explained((java25, CLASS, NEW), (java11, "other", OLD)));
        assert!(!explained((java25, "other", NEW), (java11, "other", OLD)));
    }

    #[test]
    fn a_reset_is_explained_only_for_a_close_by_a_jdk_before_13() {
        let [java11, java17, java25] = [11, 17, 25].map(Participant::Java);
        let explained = |one, other| {
            let mut facts = KNOWN_DIFFERENCES.iter();
            facts.any(|fact| fact.explains_close(one, other))
        };
        assert!(explained((java25, End::Finished), (java11, End::Reset)));
        assert!(explained(
            (java11, End::Reset),
            (Participant::Rust, End::Finished)
        ));
        for other in [java17, Participant::Rust] {
            assert!(!explained((java25, End::Finished), (other, End::Reset)));
        }
        assert!(!explained((java25, End::Finished), (java11, End::Open)));
        assert!(!explained((java25, End::Open), (java11, End::Reset)));
        assert!(!explained((java25, End::Reset), (java11, End::Finished)));
    }

    #[test]
    fn every_listed_row_exists_in_a_suite() {
        let rows: Vec<String> = ProgramPair::all()
            .into_iter()
            .flat_map(|pair| pair.rows().into_iter().map(move |row| (pair, row)))
            .map(|(pair, row)| format!("{}::{}", pair.suite(), row.name))
            .collect();
        for known in KNOWN_DIFFERENCES {
            let What::ResetAtClose { rows: listed } = known.what else {
                continue;
            };
            assert!(!listed.is_empty());
            for row in listed {
                assert!(rows.iter().any(|known| known == row), "{row} is no row");
            }
        }
    }

    #[test]
    fn the_newer_wording_may_quote_any_text() {
        let (java25, java11) = (Participant::Java(25), Participant::Java(11));
        for quoted in ["中中中中中中中中", ") too lo", "1234567😀"] {
            let head: String = quoted.chars().take(7).collect();
            let newer = format!("encoded string ({head}x...12345678) too long: 65536 bytes");
            assert!(
                explained((java25, CLASS, &newer), (java11, CLASS, OLD)),
                "{newer}"
            );
        }
    }
}

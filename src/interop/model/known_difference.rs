//! Known differences: facts about participants, each with its reason, that are not held against any of them.
//!
//! This list is the only place that excuses a difference. What it does not explain exactly is a
//! failure, also between two JDKs. A fact that no longer shows itself fails the run, so the list
//! holds nothing that is out of date.

use super::participant::Participant;
use crate::JavaString;
use crate::interop::protocol::call::Method;

/// All known differences.
pub(crate) const KNOWN_DIFFERENCES: &[KnownDifference] = &[KnownDifference {
    who: |peer| matches!(peer, Participant::Java(feature) if feature < 17),
    method: Method::WriteUtf,
    class: "java.io.UTFDataFormatException",
    theirs: "encoded string too long: # bytes",
    others: "encoded string (????????...????????) too long: # bytes",
    reason: "before JDK 17, the message for a writeUTF that is too long does not quote the string",
}];

/// An exception whose message some participants word in another way than the others.
#[derive(Debug)]
pub(crate) struct KnownDifference {
    /// The participants that differ from all others.
    who: fn(Participant) -> bool,
    /// The call that throws it.
    method: Method,
    class: &'static str,
    /// The message of these participants. `#` is a number, the same in both messages; `?` is any
    /// UTF-16 unit.
    theirs: &'static str,
    /// The message of the others.
    others: &'static str,
    /// Why both are right, for the reports.
    pub(crate) reason: &'static str,
}

/// An exception, and who threw it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thrown<'a> {
    pub(crate) by: Participant,
    pub(crate) class: &'a str,
    pub(crate) message: Option<&'a JavaString>,
}

/// A known difference that a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) reason: &'static str,
    /// Whether it was seen there.
    pub(crate) occurred: bool,
}

impl KnownDifference {
    /// Whether `peer` should show this difference in a call of `method`, in which the oracle threw
    /// this.
    pub(crate) fn is_about(&self, method: Method, oracle: Thrown<'_>, peer: Participant) -> bool {
        method == self.method
            && oracle.class == self.class
            && (self.who)(oracle.by) != (self.who)(peer)
    }

    /// Whether this, and nothing else, is the difference between the two exceptions.
    pub(crate) fn explains(&self, one: Thrown<'_>, other: Thrown<'_>) -> bool {
        let (theirs, others) = match ((self.who)(one.by), (self.who)(other.by)) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            (true, true) | (false, false) => return false,
        };
        let number = |thrown: Thrown<'_>, wording| {
            let is_meant = thrown.class == self.class;
            thrown
                .message
                .filter(|_| is_meant)
                .and_then(|message| number_in(message, wording))
        };
        let number_in_theirs = number(theirs, self.theirs);
        number_in_theirs.is_some() && number_in_theirs == number(others, self.others)
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
    fn the_older_wording_is_explained_whichever_side_judges() {
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
    fn a_wording_is_explained_only_of_who_uses_it() {
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
    fn nothing_but_the_wording_is_explained() {
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
    fn any_text_may_be_quoted_in_the_newer_wording() {
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

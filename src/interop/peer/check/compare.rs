//! Compares a peer with the reference, and describes the first difference.

use std::ops::Range;

use super::difference::{SHOWN, context, described, hex, seen};
use super::probe::{Probe, Transcript};
use crate::interop::model::traffic::End;
use crate::interop::protocol::call::{Call, CallResult, Method};
use crate::interop::protocol::exception::is_worded_by_the_jdk;
use crate::interop::protocol::message::{Answer, shortened};

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    /// The peer does not offer this method; later calls cannot be compared.
    Unsupported(Method),
    /// Everything was equal but the end of the connection, which can be a matter of time.
    EndsDifferently(String),
    /// What the peer did, and what it should have done.
    Differs(String),
}

/// Compares what a peer did in a probe with what the reference did. `name` names the reference.
pub(crate) fn compare(
    trial: &Probe,
    peer: &Transcript,
    reference: &Transcript,
    name: &str,
) -> Comparison {
    // The bytes written are compared call by call; the counts only tell how many there were.
    let wrong_bytes = wrong_bytes(peer, reference, name);
    let wrote_wrongly_before = |number: usize| {
        let wrong = wrong_bytes.as_ref().filter(|wrong| wrong.call <= number);
        wrong.map(|wrong| Comparison::Differs(wrong.how.clone()))
    };
    let mut read_so_far = 0;
    for (number, ((call, own), (_, expected))) in
        peer.answers.iter().zip(&reference.answers).enumerate()
    {
        if is_equal(own, expected) {
            if let Answer::Observed(observation) = expected {
                read_so_far = observation.read;
            }
            continue;
        }
        if *own == Answer::Unsupported {
            let before = number.checked_sub(1).and_then(wrote_wrongly_before);
            return before.unwrap_or(Comparison::Unsupported(call.method()));
        }
        if let Some(wrong) = wrote_wrongly_before(number) {
            return wrong;
        }
        let [own, expected] = described(own, expected);
        return Comparison::Differs(format!(
            "`{}`{}: it {own}, and {name} {expected}",
            shortened(&call.to_string()),
            context(trial, number, read_so_far),
        ));
    }
    if let Some(wrong) = wrong_bytes {
        return Comparison::Differs(wrong.how);
    }
    if peer.end != reference.end {
        return Comparison::EndsDifferently(format!(
            "at the end the other side saw {}, and with {name} {}",
            seen(peer.end),
            seen(reference.end)
        ));
    }
    Comparison::Equal
}

/// Messages are compared if the codec defines them, but not if the operating system does.
fn is_equal(own: &Answer, expected: &Answer) -> bool {
    match (own, expected) {
        (Answer::Observed(own), Answer::Observed(expected)) => {
            (own.read, own.written) == (expected.read, expected.written)
                && match (&own.result, &expected.result) {
                    (
                        CallResult::Threw(class, message),
                        CallResult::Threw(expected_class, expected_message),
                    ) => {
                        class == expected_class
                            && (!is_worded_by_the_jdk(class) || message == expected_message)
                    }
                    (own, expected) => own == expected,
                }
        }
        (own, expected) => own == expected,
    }
}

struct WrongBytes {
    /// The number of the call that wrote the wrong bytes.
    call: usize,
    /// The bytes of both peers, in words.
    how: String,
}

/// The bytes of the first call that wrote something other than the reference wrote.
///
/// The peer's own counts tell which bytes a call wrote. If they do not add up to the bytes that
/// arrived, the reference's counts are used. Bytes that a reset discarded are not compared.
fn wrong_bytes(peer: &Transcript, reference: &Transcript, name: &str) -> Option<WrongBytes> {
    if peer.written == reference.written {
        return None;
    }
    let (own_is_cut, expected_is_cut) = (is_cut(peer), is_cut(reference));
    let expected = places(reference);
    let own = places(peer);
    let own = if own_is_cut || counted(&own) == peer.written.len() {
        &own
    } else {
        &expected
    };
    for (number, (own, expected)) in own.iter().zip(&expected).enumerate() {
        let is_lost = (own_is_cut && own.end > peer.written.len())
            || (expected_is_cut && expected.end > reference.written.len());
        let mut own = within(&peer.written, own);
        let mut expected = within(&reference.written, expected);
        if is_lost {
            let arrived = own.len().min(expected.len());
            (own, expected) = (&own[..arrived], &expected[..arrived]);
        }
        if own != expected {
            let (call, _) = &reference.answers[number];
            let equal = own.iter().zip(expected).take_while(|(a, b)| a == b).count();
            // Of long data, only the part that differs is shown.
            let (from, so_far) = match equal {
                0..SHOWN => (0, String::new()),
                equal => (equal, format!(" from byte {equal} on")),
            };
            return Some(WrongBytes {
                call: number,
                how: format!(
                    "`{}`: it wrote{so_far} {}, and {name} {}",
                    shortened(&call.to_string()),
                    hex(&own[from..]),
                    hex(&expected[from..]),
                ),
            });
        }
        if is_lost {
            return None;
        }
    }
    Some(WrongBytes {
        call: usize::MAX,
        how: format!(
            "it wrote {} in all, and {name} {}",
            hex(&peer.written),
            hex(&reference.written)
        ),
    })
}

/// The offsets of the bytes of each call, by the counts of its side.
fn places(transcript: &Transcript) -> Vec<Range<usize>> {
    let mut start = 0;
    let place = |(_, answer): &(Call, Answer)| {
        let end = match answer {
            Answer::Observed(observation) => {
                usize::try_from(observation.written).unwrap_or(usize::MAX)
            }
            _ => start,
        };
        let place = start..end;
        start = end;
        place
    };
    transcript.answers.iter().map(place).collect()
}

/// The bytes that a side says it wrote in all.
fn counted(places: &[Range<usize>]) -> usize {
    places.last().map_or(0, |last| last.end)
}

/// Whether a reset discarded bytes that this side had written. The kernel resets the connection of a
/// side that closes it without having read everything, and the harness resets it at the first call
/// that is not supported; bytes that wait in the send buffer are lost with it.
fn is_cut(transcript: &Transcript) -> bool {
    let stopped = |(_, answer): &(Call, Answer)| *answer == Answer::Unsupported;
    let is_reset = transcript.end == End::Reset || transcript.answers.last().is_some_and(stopped);
    is_reset && transcript.written.len() < counted(&places(transcript))
}

/// The bytes at `place`, as far as they exist.
fn within<'a>(bytes: &'a [u8], place: &Range<usize>) -> &'a [u8] {
    let end = place.end.min(bytes.len());
    bytes.get(place.start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::model::participant::Role;
    use crate::interop::peer::check::probe::Step;

    fn transcript(answers: &[(&str, &str)], written: &[u8]) -> Transcript {
        let parsed = |(call, answer): &(&str, &str)| {
            let call: Call = call.parse().unwrap();
            (call, answer.parse().unwrap())
        };
        Transcript {
            answers: answers.iter().map(parsed).collect(),
            written: written.to_vec(),
            end: End::Finished,
        }
    }

    fn compared(sent: &[u8], own: &Transcript, expected: &Transcript) -> Comparison {
        let mut steps = vec![Step::Send(sent.to_vec())];
        let calls = expected.answers.iter();
        steps.extend(calls.map(|(call, _)| Step::Do(call.clone())));
        let trial = Probe {
            subject: Method::ReadInt,
            role: Role::Client,
            steps,
        };
        compare(&trial, own, expected, "java25")
    }

    #[test]
    fn a_different_value_is_reported_with_its_bytes() {
        let own = transcript(
            &[
                ("readInt", "returned 1 4 0"),
                ("readByte", "returned 255 5 0"),
            ],
            b"",
        );
        let expected = transcript(
            &[
                ("readInt", "returned 1 4 0"),
                ("readByte", "returned -1 5 0"),
            ],
            b"",
        );
        assert_eq!(
            compared(b"\0\0\0\x01\xff", &own, &expected),
            Comparison::Differs(
                "`readByte` from ff: it returned 255, 5 read and 0 written by then, and java25 \
                 returned -1, 5 read and 0 written by then"
                    .to_owned()
            )
        );
    }

    #[test]
    fn only_the_differing_part_of_a_long_value_is_reported() {
        let answer = |end: &str| {
            let units = "0061".repeat(1000);
            transcript(
                &[("readUTF", &format!("returned u{units}{end} 1003 0"))],
                b"",
            )
        };
        let Comparison::Differs(told) = compared(b"", &answer("0062"), &answer("0063")) else {
            panic!("they are equal");
        };
        assert!(told.contains("00610062, 1003 read"), "{told}");
        assert!(told.contains("java25 returned …"), "{told}");
        assert!(told.contains("00610063, 1003 read"), "{told}");
        let written = |last: &str| {
            let call = format!("write x{}{last}", "00".repeat(1000));
            let bytes = [vec![0; 1000], vec![last.parse().unwrap()]].concat();
            (call, bytes)
        };
        let ((call, own), (_, expected)) = (written("01"), written("02"));
        let answers = [(call.as_str(), "returned void 0 1001")];
        let Comparison::Differs(told) = compared(
            b"",
            &transcript(&answers, &own),
            &transcript(&answers, &expected),
        ) else {
            panic!("they are equal");
        };
        assert!(
            told.ends_with("it wrote from byte 1000 on 01, and java25 02"),
            "{told}"
        );
    }

    #[test]
    fn different_bytes_are_reported_with_their_call() {
        let calls = [
            ("writeByte 1", "returned void 0 1"),
            ("writeShort 2", "returned void 0 3"),
        ];
        let own = transcript(&calls, b"\x01\x02\x00");
        let expected = transcript(&calls, b"\x01\x00\x02");
        assert_eq!(
            compared(b"", &own, &expected),
            Comparison::Differs("`writeShort 2`: it wrote 02 00, and java25 00 02".to_owned())
        );
    }

    #[test]
    fn bytes_that_a_reset_discarded_are_not_compared() {
        let calls = [
            ("writeByte 1", "returned void 0 1"),
            ("writeShort 2", "returned void 0 3"),
            ("writeShort 3", "returned void 0 5"),
        ];
        let whole = transcript(&calls, b"\x01\0\x02\0\x03");
        let cut = |arrived: &[u8], end| Transcript {
            end,
            ..transcript(&calls, arrived)
        };
        for arrived in [&b""[..], b"\x01", b"\x01\0"] {
            let cut = cut(arrived, End::Reset);
            let whole = Transcript {
                end: End::Reset,
                ..whole.clone()
            };
            assert_eq!(compared(b"", &whole, &cut), Comparison::Equal);
            assert_eq!(compared(b"", &cut, &whole), Comparison::Equal);
        }
        // What did arrive is compared.
        let Comparison::Differs(how) = compared(b"", &cut(b"\x02", End::Reset), &whole) else {
            panic!("the first byte differs");
        };
        assert!(how.starts_with("`writeByte 1`: it wrote 02"), "{how}");
        // Without a reset, bytes that are missing were not written.
        let Comparison::Differs(how) = compared(b"", &cut(b"\x01", End::Finished), &whole) else {
            panic!("bytes are missing");
        };
        assert!(how.starts_with("`writeShort 2`: it wrote nothing"), "{how}");
    }

    #[test]
    fn a_wrong_write_is_reported_before_a_later_unsupported_call() {
        let expected = transcript(
            &[
                ("writeByte 1", "returned void 0 1"),
                ("writeShort 2", "returned void 0 3"),
                ("readInt", "returned 1 4 3"),
            ],
            b"\x01\0\x02",
        );
        let own = |arrived: &[u8]| {
            transcript(
                &[
                    ("writeByte 1", "returned void 0 1"),
                    ("writeShort 2", "returned void 0 3"),
                    ("readInt", "unsupported"),
                ],
                arrived,
            )
        };
        for arrived in [&b"\x02"[..], b"\x01\x01", b"\x01\x02\0"] {
            assert!(
                matches!(
                    compared(b"", &own(arrived), &expected),
                    Comparison::Differs(_)
                ),
                "{arrived:?}"
            );
        }
        for arrived in [&b""[..], b"\x01", b"\x01\0", b"\x01\0\x02"] {
            assert_eq!(
                compared(b"", &own(arrived), &expected),
                Comparison::Unsupported(Method::ReadInt),
                "{arrived:?}"
            );
        }
    }

    /// A string that is one byte too short must not claim the first byte of the next one.
    #[test]
    fn bytes_are_attributed_to_calls_by_the_peers_own_counts() {
        let own = transcript(
            &[
                ("writeUTF u0000", "returned void 0 3"),
                ("writeUTF u0061", "returned void 0 6"),
            ],
            b"\x00\x01\x00\x00\x01a",
        );
        let expected = transcript(
            &[
                ("writeUTF u0000", "returned void 0 4"),
                ("writeUTF u0061", "returned void 0 7"),
            ],
            b"\x00\x02\xc0\x80\x00\x01a",
        );
        assert_eq!(
            compared(b"", &own, &expected),
            Comparison::Differs(
                "`writeUTF u0000`: it wrote 00 01 00, and java25 00 02 c0 80".to_owned()
            )
        );
    }

    #[test]
    fn the_earliest_difference_is_reported_be_it_bytes_or_a_value() {
        let own = transcript(
            &[
                ("readByte", "returned 1 1 0"),
                ("writeByte 1", "returned void 1 1"),
            ],
            b"\x02",
        );
        let expected = transcript(
            &[
                ("readByte", "returned 2 1 0"),
                ("writeByte 1", "returned void 1 1"),
            ],
            b"\x01",
        );
        let Comparison::Differs(how) = compared(b"\x02", &own, &expected) else {
            panic!("they differ");
        };
        assert!(how.starts_with("`readByte` from 02: "), "{how}");
    }

    #[test]
    fn messages_of_socket_exceptions_may_differ() {
        let threw = |class: &str, message: &str| {
            transcript(&[("readInt", &format!("threw {class} {message} 0 0"))], b"")
        };
        let (a, b) = ("u0061", "null");
        let socket = "java.net.SocketException";
        let utf = "java.io.UTFDataFormatException";
        assert_eq!(
            compared(b"", &threw(socket, a), &threw(socket, b)),
            Comparison::Equal
        );
        assert_ne!(
            compared(b"", &threw(utf, a), &threw(utf, b)),
            Comparison::Equal
        );
    }

    #[test]
    fn nothing_is_compared_after_an_unsupported_call() {
        let own = transcript(
            &[("readInt", "unsupported"), ("readByte", "returned 0 1 0")],
            b"",
        );
        let expected = transcript(
            &[
                ("readInt", "returned 1 4 0"),
                ("readByte", "returned 2 5 0"),
            ],
            b"",
        );
        assert_eq!(
            compared(b"\0\0\0\x01\x02", &own, &expected),
            Comparison::Unsupported(Method::ReadInt)
        );
    }

    #[test]
    fn the_ending_of_the_connection_is_compared() {
        let expected = transcript(&[], b"");
        let own = Transcript {
            end: End::Reset,
            ..expected.clone()
        };
        assert_eq!(
            compared(b"", &own, &expected),
            Comparison::EndsDifferently(
                "at the end the other side saw a reset, and with java25 an end".to_owned()
            )
        );
    }
}

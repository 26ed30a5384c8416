//! Compares a run of two programs with the oracle's run. Pure: it plays nothing and reads nothing.

use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::traffic::{End, Flow, hex};
use crate::interop::model::verdict::{Broken, Divergence, Part, Verdict};
use crate::text::quotation;

/// Judges the outcome of a pairing by the oracle's outcome for the same input.
pub fn judge(pairing: Pairing, oracle: &Outcome, outcome: &Outcome) -> Verdict {
    if oracle.ending != Ending::Complete {
        return Verdict::NotRun(format!(
            "there is no oracle: alone with itself, {}",
            with_stderr(oracle)
        ));
    }
    let divergence = diverges(pairing, oracle, outcome);
    let ending = &outcome.ending;
    let culprit = |role, part| Divergence {
        peer: pairing.peer(role),
        role,
        part,
        method: None,
        detail: with_stderr(outcome),
    };
    match ending {
        Ending::Complete => match divergence {
            Some(divergence) => Verdict::Differs(divergence),
            None if outcome.is_vacuous() => Verdict::Vacuous,
            None => Verdict::Pass,
        },
        // The cause of the timeout is a divergence before it, if there is one.
        Ending::Silent(_) | Ending::Overdue(_) => {
            Verdict::Timeout(Broken::after(divergence, ending))
        }
        Ending::Deadlock(_) => Verdict::Deadlock(Broken::after(divergence, ending)),
        Ending::Crashed(role, _) => {
            // Bytes that the other role sent may have caused the crash. Missing bytes cannot have
            // caused it.
            let sent = |cause: &Divergence| {
                let bytes = [oracle, outcome].map(|run| &run.wire.sent_by(cause.role).bytes);
                let wrong = first_difference(bytes[0], bytes[1]);
                cause.role != *role && wrong.is_some_and(|at| at < bytes[1].len())
            };
            Verdict::Crash(Broken::by(
                culprit(*role, Part::Exit),
                divergence.filter(sent),
            ))
        }
        Ending::NotStarted(role, ..) => {
            Verdict::Crash(Broken::by(culprit(*role, Part::Exit), None))
        }
        // Without a connection no bytes were sent, so the other role cannot be the cause.
        Ending::NeverListened(_) | Ending::NoListener { .. } | Ending::Unreachable(_) => {
            Verdict::ProtocolViolation(Broken::by(culprit(Role::Server, Part::Contract), None))
        }
        Ending::NeverConnected | Ending::NoCaller(_) => {
            Verdict::ProtocolViolation(Broken::by(culprit(Role::Client, Part::Contract), None))
        }
    }
}

/// How a run ended; where client and server did not meet, with what the one that should have seen to
/// it has said on stderr.
fn with_stderr(outcome: &Outcome) -> String {
    let ending = &outcome.ending;
    let role = match ending {
        Ending::NeverListened(_) | Ending::NoListener { .. } => Role::Server,
        Ending::NeverConnected | Ending::NoCaller(_) => Role::Client,
        Ending::NotStarted(role, ..) => *role,
        Ending::Complete
        | Ending::Silent(_)
        | Ending::Overdue(_)
        | Ending::Deadlock(_)
        | Ending::Unreachable(_)
        | Ending::Crashed(..) => return ending.to_string(),
    };
    let stderr = outcome.program(role).map_or(&[][..], |p| &p.stderr);
    let stderr = String::from_utf8_lossy(stderr);
    let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
    match (lines.next(), lines.next_back()) {
        (None, _) => ending.to_string(),
        (Some(only), None) => format!("{ending}; the {role}'s stderr says {}", line(only)),
        (Some(first), Some(last)) => format!(
            "{ending}; the {role}'s stderr says {} … {}",
            line(first),
            line(last)
        ),
    }
}

fn line(text: &str) -> String {
    const SHOWN: usize = 120;
    quotation::quoted(text.as_bytes(), SHOWN)
}

/// The first divergence in time.
///
/// A role can only react to bytes that it has received. If the bytes of both roles differ, the role
/// whose wrong byte reached the relay first is to blame, and everything the other role showed
/// afterwards is a consequence. Wrong bytes are blamed on the encoder of the role that wrote them.
/// Wrong output in response to equal bytes is blamed on the decoder.
pub fn diverges(pairing: Pairing, oracle: &Outcome, outcome: &Outcome) -> Option<Divergence> {
    use Role::{Client, Server};
    let both = Both {
        pairing,
        oracle,
        outcome,
    };
    if let Some((role, at)) = both.first_wrong_byte() {
        return both
            .cut_off(role)
            .or_else(|| both.decoder_before(role, at))
            .or_else(|| both.encoder(role));
    }
    let ends_first = oracle.wire.ended_first.unwrap_or(Client);
    both.greeting(Client)
        .or_else(|| both.greeting(Server))
        .or_else(|| out_of_step(oracle, outcome).and_then(|()| both.decoder(Client)))
        .or_else(|| both.decoder(Server))
        .or_else(|| both.decoder(Client))
        .or_else(|| both.close(ends_first))
        .or_else(|| both.close(ends_first.other()))
        .or_else(|| both.exit(Client))
        .or_else(|| both.exit(Server))
}

/// The oracle's outcome and the pairing's outcome, side by side.
struct Both<'a> {
    pairing: Pairing,
    oracle: &'a Outcome,
    outcome: &'a Outcome,
}

impl Both<'_> {
    fn blame(&self, role: Role, part: Part, detail: String) -> Divergence {
        Divergence {
            peer: self.pairing.peer(role),
            role,
            part,
            method: None,
            detail,
        }
    }

    /// The first byte that differs from the oracle, and the role that sent it. The harness is never
    /// to blame.
    fn first_wrong_byte(&self) -> Option<(Role, usize)> {
        let wrong = |role| {
            self.outcome.program(role)?;
            let (expected, actual) = self.sent(role);
            Some((role, first_difference(&expected.bytes, &actual.bytes)?))
        };
        match (wrong(Role::Client), wrong(Role::Server)) {
            (Some(client), Some(server)) => {
                let server_was_first = self.heard(client) > server.1;
                Some(if server_was_first { server } else { client })
            }
            (client, server) => client.or(server),
        }
    }

    /// How many bytes the role had received when it sent this byte. If it did not send the byte,
    /// the oracle's run supplies the number.
    fn heard(&self, (role, at): (Role, usize)) -> usize {
        let runs = [self.outcome, self.oracle];
        let mut heard = runs.iter().filter_map(|run| run.wire.came_after(role, at));
        heard.next().unwrap_or(0)
    }

    fn sent(&self, role: Role) -> (&Flow, &Flow) {
        (
            self.oracle.wire.sent_by(role),
            self.outcome.wire.sent_by(role),
        )
    }

    fn greeting(&self, role: Role) -> Option<Divergence> {
        let (expected, actual) = self.printed(role)?;
        let length = greeting_length(expected);
        let (expected, actual) = (&expected[..length], &actual[..length.min(actual.len())]);
        let detail = text_difference(expected, actual)?;
        let is_first = self.is_printed_too_early(role, first_difference(expected, actual)?);
        is_first.then(|| self.blame(role, Part::Greeting, detail))
    }

    fn encoder(&self, role: Role) -> Option<Divergence> {
        let (expected, actual) = self.sent(role);
        let detail = byte_difference(&expected.bytes, &actual.bytes)?;
        Some(self.blame(role, Part::Encoder, detail))
    }

    fn decoder(&self, role: Role) -> Option<Divergence> {
        let (expected, actual) = self.printed(role)?;
        let detail = text_difference(expected, actual)?;
        Some(
            self.cut_off(role)
                .unwrap_or_else(|| self.blame(role, Part::Decoder, detail)),
        )
    }

    /// The difference in what `role` printed before it sent its byte `at`, in response to what it
    /// had received by then.
    fn decoder_before(&self, role: Role, at: usize) -> Option<Divergence> {
        let (expected, actual) = self.printed(role)?;
        let print = first_difference(expected, actual)?;
        let (expected, actual) = self.sent(role.other());
        if expected.bytes != actual.bytes && !self.is_printed_before(role, print, at) {
            return None;
        }
        self.greeting(role).or_else(|| self.decoder(role))
    }

    /// Whether, in one of the runs, `role` printed byte `print` of stdout before it received more
    /// than it had received when it sent its byte `at`. Output that needs more input comes after
    /// that byte.
    fn is_printed_before(&self, role: Role, print: usize, at: usize) -> bool {
        [self.oracle, self.outcome].iter().any(|run| {
            let heard = run.wire.came_after(role, at);
            heard.is_some_and(|heard| is_printed_on(run, role, print, heard) == Some(true))
        })
    }

    /// Whether `role` printed byte `print` of stdout before it received anything, as far as is
    /// known.
    fn is_printed_too_early(&self, role: Role, print: usize) -> bool {
        let runs = [self.oracle, self.outcome];
        let unheard = runs.map(|run| is_printed_on(run, role, print, 0));
        unheard.contains(&Some(true)) || unheard == [None; 2]
    }

    /// The premature end of the other role's direction, if that explains why output and bytes of
    /// this role are missing.
    fn cut_off(&self, role: Role) -> Option<Divergence> {
        let is_open = self.outcome.wire.sent_by(role.other()).end == End::Open;
        let is_less = |expected: &[u8], actual: &[u8]| expected.starts_with(actual);
        let (expected, actual) = self.sent(role);
        let (shown, printed) = self.printed(role)?;
        let only_less = is_less(&expected.bytes, &actual.bytes) && is_less(shown, printed);
        let (expected, actual) = self.sent(role.other());
        if is_open || !only_less || expected.bytes != actual.bytes {
            return None;
        }
        self.close(role.other())
    }

    fn close(&self, role: Role) -> Option<Divergence> {
        self.outcome.program(role)?;
        let (expected, actual) = self.sent(role);
        let detail = end_difference(expected, actual)?;
        Some(self.blame(role, Part::Close, detail))
    }

    fn exit(&self, role: Role) -> Option<Divergence> {
        let exit = |outcome: &Outcome| outcome.program(role)?.exit;
        let (expected, actual) = (exit(self.oracle)?, exit(self.outcome)?);
        (expected.success() != actual.success()).then(|| {
            let detail = format!("ends with {actual}, the oracle with {expected}");
            self.blame(role, Part::Exit, detail)
        })
    }

    fn printed(&self, role: Role) -> Option<(&[u8], &[u8])> {
        printed(self.oracle, self.outcome, role)
    }
}

/// Whether `role` printed byte `print` before it received more than `heard` bytes; `None` if the
/// time of printing is unknown.
fn is_printed_on(run: &Outcome, role: Role, print: usize, heard: usize) -> Option<bool> {
    let times = &run.program(role)?.printed;
    let (_, printed) = times.iter().find(|(so_far, _)| *so_far > print)?;
    let more = run.wire.exceeded(role.other(), heard);
    Some(more.is_none_or(|more| *printed < more))
}

/// Whether the client's output differs from the oracle's before the server's does, although the
/// server sent the same bytes. With raw framing, a client that leaves part of an answer unread
/// prints its next line too early, and the server receives the same bytes in other pieces. That is
/// not the server's fault.
fn out_of_step(oracle: &Outcome, outcome: &Outcome) -> Option<()> {
    let (expected, actual) = (&oracle.wire.to_client.bytes, &outcome.wire.to_client.bytes);
    let is_first = messages_before(oracle, outcome, Role::Client)?
        < messages_before(oracle, outcome, Role::Server)?;
    (is_first && expected == actual).then_some(())
}

/// How many lines after its greeting this role printed as in the oracle's run; `None` if all its
/// output is the same.
fn messages_before(oracle: &Outcome, outcome: &Outcome, role: Role) -> Option<usize> {
    let greeting = match role {
        Role::Client => 1,
        // The server also announces the client.
        Role::Server => 2,
    };
    let (expected, actual) = printed(oracle, outcome, role)?;
    let same = &expected[..first_difference(expected, actual)?];
    let lines = same.iter().filter(|&&byte| byte == b'\n').count();
    Some(lines.saturating_sub(greeting))
}

/// The length of the output before the first byte is sent: the first line, unless it is the only
/// one.
fn greeting_length(stdout: &[u8]) -> usize {
    match stdout.iter().position(|&byte| byte == b'\n') {
        Some(newline) if newline + 1 < stdout.len() => newline + 1,
        _ => 0,
    }
}

fn printed<'a>(
    oracle: &'a Outcome,
    outcome: &'a Outcome,
    role: Role,
) -> Option<(&'a [u8], &'a [u8])> {
    Some((
        &oracle.program(role)?.stdout,
        &outcome.program(role)?.stdout,
    ))
}

fn text_difference(expected: &[u8], actual: &[u8]) -> Option<String> {
    let at = first_difference(expected, actual)?;
    // Quote from the beginning of the line, so that it is readable.
    let line = |text: &[u8]| {
        let from = text[..at]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |newline| newline + 1);
        quoted(&text[from..])
    };
    Some(format!(
        "stdout differs at byte {at}: prints {}, the oracle {}",
        line(actual),
        line(expected)
    ))
}

fn quoted(text: &[u8]) -> String {
    const SHOWN: usize = 40;
    if text.is_empty() {
        return "nothing more".to_owned();
    }
    quotation::quoted(text, SHOWN)
}

fn byte_difference(expected: &[u8], actual: &[u8]) -> Option<String> {
    let at = first_difference(expected, actual)?;
    let from_there = |bytes: &[u8]| match &bytes[at..] {
        [] => "nothing more".to_owned(),
        bytes => hex(&bytes[..bytes.len().min(8)]),
    };
    Some(format!(
        "the bytes on the wire differ at byte {at}: {}, the oracle's {}",
        from_there(actual),
        from_there(expected)
    ))
}

fn end_difference(expected: &Flow, actual: &Flow) -> Option<String> {
    (expected.end != actual.end).then(|| {
        format!(
            "its direction is {}, the oracle's {}",
            actual.end.word(),
            expected.end.word()
        )
    })
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    Some(common)
}

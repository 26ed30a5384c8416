//! Parses the output of `strace` line by line: which thread made which call, when, and the result.
//!
//! This module must not run programs. With `-f`, a call that overlaps a call of another thread is
//! written in two lines, `<unfinished ...>` and `<... resumed>`; the parser joins them. It also
//! joins a call that was interrupted by a signal with its restart by the kernel.

use std::collections::HashMap;

/// Nanoseconds since 1970.
pub(crate) type Nanos = u64;

/// A system call, as `strace` has written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The calling thread.
    pub thread: u32,
    pub name: String,
    /// The arguments, as written.
    pub arguments: Vec<String>,
    /// The result, as written. `None` if it never returned.
    pub result: Option<String>,
    /// When it was called.
    pub began: Nanos,
    pub ended: Option<Nanos>,
}

impl Call {
    /// The numeric result. `None` if the call failed or did not return.
    pub(crate) fn value(&self) -> Option<u64> {
        let result = self.result.as_deref()?;
        result.split_ascii_whitespace().next()?.parse().ok()
    }
}

/// The calls of a program and of all its descendants.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// The incomplete last line.
    rest: String,
    /// The calls that have not returned, by thread.
    open: HashMap<u32, Open>,
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Open {
    name: String,
    arguments: String,
    began: Nanos,
}

impl Log {
    /// Parses further output of `strace`.
    pub(crate) fn push(&mut self, written: &[u8]) {
        // The output is ASCII: strings are written in hex.
        self.rest.push_str(&String::from_utf8_lossy(written));
        while let Some(end) = self.rest.find('\n') {
            let line: String = self.rest.drain(..=end).collect();
            self.line(line.trim_end());
        }
    }

    /// The calls that have returned.
    pub(crate) fn returned(&self) -> &[Call] {
        &self.calls
    }

    /// The calls that have not returned: thread and name.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (u32, &str)> {
        let open = self.open.iter();
        let open = open.map(|(thread, call)| (*thread, call.name.as_str()));
        // For a call that waits, `strace` has written the beginning of a line.
        let begun = Line::of(&self.rest).and_then(|line| match line.event {
            Event::Begun { name, .. } => Some((line.thread, name)),
            _ => None,
        });
        open.chain(begun)
    }

    /// All calls, in the order in which they were made, including those that never returned.
    pub(crate) fn finish(mut self) -> Vec<Call> {
        let rest = std::mem::take(&mut self.rest);
        self.line(&rest);
        let open = self.open.into_iter().map(|(thread, open)| Call {
            thread,
            name: open.name,
            arguments: arguments(&open.arguments),
            result: None,
            began: open.began,
            ended: None,
        });
        self.calls.extend(open);
        self.calls.sort_by_key(|call| call.began);
        self.calls
    }

    /// A call that starts. If it was interrupted, it has started before.
    fn begun(&mut self, thread: u32, name: &str, arguments: &str, at: Nanos) -> Open {
        let interrupted = self.open.remove(&thread);
        Open {
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            began: interrupted
                .filter(|before| before.name == name)
                .map_or(at, |before| before.began),
        }
    }

    fn line(&mut self, line: &str) {
        let Some(Line { thread, at, event }) = Line::of(line) else {
            return;
        };
        let (open, rest) = match event {
            Event::Begun { name, arguments } => {
                let open = self.begun(thread, name, arguments, at);
                self.open.insert(thread, open);
                return;
            }
            Event::Resumed { rest } => match self.open.remove(&thread) {
                Some(open) => (open, rest),
                None => return,
            },
            Event::Whole { name, rest } => (self.begun(thread, name, "", at), rest),
        };
        let Some((more, result, took)) = outcome(rest) else {
            return;
        };
        if result.starts_with("? ERESTART") {
            // The kernel restarts it at once; the program does not make another call.
            self.open.insert(thread, open);
            return;
        }
        self.calls.push(Call {
            thread,
            name: open.name,
            arguments: arguments(&(open.arguments + more)),
            result: (!result.starts_with('?')).then(|| result.to_owned()),
            began: open.began,
            // After a restart, the duration is measured from the restart.
            ended: Some(match (event_is_whole(line), took) {
                (true, Some(took)) => at + took,
                _ => at,
            }),
        });
    }
}

/// Whether the line contains a call from start to end.
fn event_is_whole(line: &str) -> bool {
    matches!(
        Line::of(line),
        Some(Line {
            event: Event::Whole { .. },
            ..
        })
    )
}

/// One line, if it concerns a call.
struct Line<'a> {
    thread: u32,
    at: Nanos,
    event: Event<'a>,
}

enum Event<'a> {
    Begun { name: &'a str, arguments: &'a str },
    Resumed { rest: &'a str },
    Whole { name: &'a str, rest: &'a str },
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (thread, line) = line.split_once(' ')?;
        let (at, text) = line.trim_start().split_once(' ')?;
        let (seconds, fraction) = at.split_once('.')?;
        let seconds: Nanos = seconds.parse().ok()?;
        let micros: Nanos = fraction.get(..6)?.parse().ok()?;
        let event = if let Some(resumed) = text.strip_prefix("<... ") {
            let (_, rest) = resumed.split_once(" resumed>")?;
            Event::Resumed { rest }
        } else {
            let (name, rest) = text.split_once('(')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                // A signal, or the end of a process.
                return None;
            }
            if let Some(arguments) = rest.strip_suffix("<unfinished ...>") {
                Event::Begun { name, arguments }
            } else if outcome(rest).is_some() {
                Event::Whole { name, rest }
            } else {
                let arguments = rest;
                Event::Begun { name, arguments }
            }
        };
        Some(Self {
            thread: thread.parse().ok()?,
            at: seconds * 1_000_000_000 + micros * 1_000,
            event,
        })
    }
}

/// Splits `ARGUMENTS) = RESULT <SECONDS>`.
fn outcome(rest: &str) -> Option<(&str, &str, Option<Nanos>)> {
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let Some((result, took)) = result.rsplit_once(" <") else {
        return Some((arguments, result, None));
    };
    let (seconds, micros) = took.strip_suffix('>')?.split_once('.')?;
    let seconds: Nanos = seconds.parse().ok()?;
    let micros: Nanos = micros.get(..6)?.parse().ok()?;
    let took = seconds * 1_000_000_000 + micros * 1_000;
    Some((arguments, result, Some(took)))
}

/// Splits at commas that are outside brackets and strings.
fn arguments(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    for argument in &mut found {
        *argument = argument.trim().to_owned();
    }
    found.retain(|argument| !argument.is_empty());
    found
}

/// The bytes of a string in hex, `"\x68\x69"`. `None` if it is not such a string.
pub(crate) fn bytes(argument: &str) -> Option<Vec<u8>> {
    // A truncated string is followed by three dots.
    let hex = argument
        .trim_end_matches('.')
        .strip_prefix('"')?
        .strip_suffix('"')?;
    let digits = hex.split("\\x").skip(1);
    digits
        .map(|digits| u8::from_str_radix(digits, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Nanos = 1_000_000_000;

    fn calls(lines: &str) -> Vec<Call> {
        let mut log = Log::default();
        // In pieces that do not end at line ends, as from a pipe.
        for piece in lines.as_bytes().chunks(7) {
            log.push(piece);
        }
        log.finish()
    }

    #[test]
    fn a_line_is_parsed_into_a_complete_call() {
        let lines = "12    1.000005 write(6, \"\\x00\\x05\", 7) = 7 <0.000020>\n";
        assert_eq!(
            calls(lines),
            [Call {
                thread: 12,
                name: "write".to_owned(),
                arguments: ["6", "\"\\x00\\x05\"", "7"].map(str::to_owned).to_vec(),
                result: Some("7".to_owned()),
                began: SECOND + 5_000,
                ended: Some(SECOND + 25_000),
            }]
        );
    }

    #[test]
    fn an_interrupted_line_is_joined_with_its_resumption() {
        let lines = "\
            12    1.000000 read(6,  <unfinished ...>\n\
            13    1.100000 close(9)                = 0 <0.000001>\n\
            12    2.000000 <... read resumed>\"\\x68\", 8192) = 1 <1.000000>\n";
        let calls = calls(lines);
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[0].arguments, ["6", "\"\\x68\"", "8192"]);
        assert_eq!(calls[0].began, SECOND);
        assert_eq!(calls[0].ended, Some(2 * SECOND));
        assert_eq!(calls[0].value(), Some(1));
        assert_eq!(calls[1].arguments, ["9"]);
    }

    #[test]
    fn a_call_restarted_after_a_signal_counts_once() {
        let lines = "\
            12    1.000000 accept(5, 0x7ff, [28]) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.500000>\n\
            12    1.500000 --- SIGCONT {si_signo=SIGCONT, si_code=SI_USER} ---\n\
            12    1.600000 accept(5, {sa_family=AF_INET}, [28]) = 6 <0.400000>\n";
        let calls = calls(lines);
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].value(), Some(6));
        assert_eq!(calls[0].began, SECOND);
        assert_eq!(calls[0].ended, Some(2 * SECOND));
    }

    #[test]
    fn a_waiting_thread_is_seen_before_its_line_is_complete() {
        let mut log = Log::default();
        log.push(b"12    1.000000 accept(5, ");
        assert_eq!(log.waiting().collect::<Vec<_>>(), [(12, "accept")]);
        log.push(b" <unfinished ...>\n13    1.100000 close(9) = 0 <0.000001>\n");
        assert_eq!(log.waiting().collect::<Vec<_>>(), [(12, "accept")]);
        log.push(b"12    1.200000 <... accept resumed>NULL, NULL) = 6 <0.2>\n");
        log.push(b"12    1.200000 <... accept resumed>NULL, NULL) = 6 <0.200000>\n");
        assert_eq!(log.waiting().count(), 0);
    }

    #[test]
    fn a_call_that_never_returned_is_still_listed() {
        let calls = calls("12    1.000000 read(6, ");
        assert_eq!(calls[0].name, "read");
        assert_eq!((calls[0].result.clone(), calls[0].ended), (None, None));
    }

    #[test]
    fn commas_in_brackets_and_strings_do_not_split_arguments() {
        let lines = "12    1.000000 connect(5, {sa_family=AF_INET, sin_port=htons(666), \
                     sin_addr=inet_addr(\"\\x31\\x2c\")}, 16) = -1 ECONNREFUSED (Connection refused) <0.000001>\n";
        let calls = calls(lines);
        assert_eq!(calls[0].arguments.len(), 3);
        assert_eq!(calls[0].value(), None);
        assert_eq!(
            calls[0].result.as_deref(),
            Some("-1 ECONNREFUSED (Connection refused)")
        );
    }

    #[test]
    fn exits_and_signals_are_not_calls() {
        let lines = "12    1.000000 +++ exited with 0 +++\n\
                     12    1.000000 --- SIGQUIT {si_signo=SIGQUIT, si_code=SI_USER} ---\n\
                     no line of strace at all\n";
        assert_eq!(calls(lines), []);
    }

    #[test]
    fn quoted_strings_are_decoded_to_bytes() {
        assert_eq!(bytes("\"\\x00\\xff\""), Some(vec![0, 255]));
        assert_eq!(bytes("\"\""), Some(vec![]));
        assert_eq!(bytes("\"\\x00\"..."), Some(vec![0]));
        assert_eq!(bytes("0x7ffd"), None);
    }
}

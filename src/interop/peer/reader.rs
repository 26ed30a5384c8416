//! What a peer says on stdout: answers into a queue, noise into a short log.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};

/// Hears a peer until it ends or floods.
#[derive(Debug)]
pub(crate) struct Hearing<R> {
    /// Never waited for: what is not there yet is heard another time.
    output: R,
    buffer: Vec<u8>,
    /// The line that has begun.
    line: Vec<u8>,
    answers: VecDeque<String>,
    noise: Vec<u8>,
    /// How much noise has come since the last answer.
    since_answer: usize,
    is_closed: bool,
}

/// The beginning of an answer.
const ANSWER: &[u8] = b"@@ ";

/// How many answers may lie about; a peer that sends more has to wait.
const QUEUE: usize = 1024;

/// So much noise without an answer in between is no peer's work.
const FLOOD: usize = 4 << 20;

/// No line is longer: the longest answer of any use is a `readFully` of some megabytes.
const LINE: usize = 64 << 20;

/// How much noise is kept, from its end.
const NOISE: usize = 16 << 10;

/// As much as a pipe holds.
const CHUNK: usize = 64 << 10;

impl<R: Read> Hearing<R> {
    /// Hears what comes out of `output`, which must not block.
    pub(crate) fn of(output: R) -> Self {
        Self {
            output,
            buffer: vec![0; CHUNK],
            line: Vec::new(),
            answers: VecDeque::new(),
            noise: Vec::new(),
            since_answer: 0,
            is_closed: false,
        }
    }

    /// Where it comes from.
    pub(crate) fn output(&self) -> &R {
        &self.output
    }

    /// Takes what is there, if nothing of what was heard before is left.
    pub(crate) fn listen(&mut self) {
        while self.answers.len() < QUEUE && !self.is_closed && !self.floods() {
            match self.output.read(&mut self.buffer) {
                Ok(0) => self.close(),
                Ok(count) => {
                    let chunk = std::mem::take(&mut self.buffer);
                    self.take(&chunk[..count]);
                    self.buffer = chunk;
                    // A pipe is seldom filled again at once: asking would cost more than it gives.
                    if count < CHUNK {
                        return;
                    }
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) if why.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.close(),
            }
        }
    }

    /// The next answer, without what marks it as one.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.answers.pop_front()
    }

    /// The end of what was no answer.
    pub(crate) fn noise(&self) -> &[u8] {
        &self.noise
    }

    /// Whether it prints and prints, and no answer is among it.
    pub(crate) fn floods(&self) -> bool {
        self.since_answer + self.line.len() >= FLOOD && !self.is_answer() || self.line.len() >= LINE
    }

    /// Whether nothing more will be heard.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn is_answer(&self) -> bool {
        self.line.starts_with(ANSWER)
    }

    /// What was begun and not ended is no answer.
    fn close(&mut self) {
        self.is_closed = true;
        let line = std::mem::take(&mut self.line);
        self.log(&line);
    }

    fn take(&mut self, mut chunk: &[u8]) {
        while let Some(end) = chunk.iter().position(|&byte| byte == b'\n') {
            self.line.extend_from_slice(&chunk[..end]);
            chunk = &chunk[end + 1..];
            let line = std::mem::take(&mut self.line);
            match line.strip_prefix(ANSWER) {
                Some(answer) => {
                    self.since_answer = 0;
                    let answer = String::from_utf8(answer.to_vec());
                    // Few are malformed, and to look for that takes long.
                    let answer = answer.unwrap_or_else(|malformed| {
                        String::from_utf8_lossy(malformed.as_bytes()).into_owned()
                    });
                    self.answers.push_back(answer);
                }
                None => {
                    self.since_answer += line.len() + 1;
                    self.log(&line);
                    self.log(b"\n");
                }
            }
        }
        self.line.extend_from_slice(chunk);
    }

    fn log(&mut self, noise: &[u8]) {
        let noise = &noise[noise.len().saturating_sub(NOISE)..];
        self.noise.extend_from_slice(noise);
        let surplus = self.noise.len().saturating_sub(NOISE);
        self.noise.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is heard in what a peer has said.
    fn heard<R: Read>(said: R) -> (Vec<String>, Hearing<R>) {
        let mut hearing = Hearing::of(said);
        let mut answers = Vec::new();
        while !hearing.is_closed() && !hearing.floods() {
            hearing.listen();
            answers.extend(std::iter::from_fn(|| hearing.next()));
        }
        (answers, hearing)
    }

    #[test]
    fn answers_and_noise_are_told_apart() {
        let (answers, hearing) = heard(&b"one\n@@ ok\n @@ no\n@@\n@@ \xff\n@@ cut"[..]);
        assert_eq!(answers, ["ok", "\u{fffd}"]);
        assert_eq!(hearing.noise(), b"one\n @@ no\n@@\n@@ cut");
        assert!(!hearing.floods());
    }

    #[test]
    fn a_flood_is_not_listened_to_for_ever() {
        let (answers, hearing) = heard(b"@@ ok\n".chain(std::io::repeat(b'\n')));
        assert_eq!(answers, ["ok"]);
        assert!(hearing.floods());
        assert_eq!(hearing.noise().len(), NOISE);
        let (_, hearing) = heard(b"@@ ".chain(std::io::repeat(b'x')));
        assert!(hearing.floods());
    }

    #[test]
    fn more_answers_than_the_queue_holds_are_all_heard() {
        let said = "@@ ok\n".repeat(3 * QUEUE).into_bytes();
        let (answers, _) = heard(std::io::Cursor::new(said));
        assert_eq!(answers.len(), 3 * QUEUE);
    }
}

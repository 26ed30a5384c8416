//! Splits the stdout of a peer into answers, which are queued, and noise, of which the end is kept.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};

/// Reads the output of a peer until it ends or floods.
#[derive(Debug)]
pub(crate) struct AnswerReader<R> {
    /// Non-blocking; a read returns only what has arrived.
    output: R,
    buffer: Vec<u8>,
    /// The current, incomplete line.
    line: Vec<u8>,
    answers: VecDeque<String>,
    noise: Vec<u8>,
    /// How many bytes of noise have arrived since the last answer.
    since_answer: usize,
    is_closed: bool,
}

/// The prefix of an answer.
const ANSWER: &[u8] = b"@@ ";

/// The most answers that are queued; a peer that sends more has to wait.
const QUEUE: usize = 1024;

/// A peer that prints this much noise without an answer is taken to print without end.
const FLOOD: usize = 4 << 20;

/// The longest line allowed: the longest useful answer is a `readFully` of some megabytes.
const LINE: usize = 64 << 20;

/// How much of the noise is kept.
const NOISE: usize = 16 << 10;

/// The capacity of a pipe.
const CHUNK: usize = 64 << 10;

impl<R: Read> AnswerReader<R> {
    /// A reader of `output`, which must not block.
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

    pub(crate) fn output(&self) -> &R {
        &self.output
    }

    /// Reads what has arrived, as far as the queue has room.
    pub(crate) fn fill(&mut self) {
        while self.answers.len() < QUEUE && !self.is_closed && !self.floods() {
            match self.output.read(&mut self.buffer) {
                Ok(0) => self.close(),
                Ok(count) => {
                    let chunk = std::mem::take(&mut self.buffer);
                    self.take(&chunk[..count]);
                    self.buffer = chunk;
                    // A pipe seldom fills again at once, so another read would cost more than it
                    // gains.
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

    /// The next answer, without its prefix.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.answers.pop_front()
    }

    /// The end of the noise.
    pub(crate) fn noise(&self) -> &[u8] {
        &self.noise
    }

    /// Whether the peer prints without end, and none of it is an answer.
    pub(crate) fn floods(&self) -> bool {
        self.since_answer + self.line.len() >= FLOOD && !self.is_answer() || self.line.len() >= LINE
    }

    /// Whether the output has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn is_answer(&self) -> bool {
        self.line.starts_with(ANSWER)
    }

    /// An incomplete line is not an answer.
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
                    // Validate first: malformed answers are rare, and the lossy conversion is slow.
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

    /// Every answer in `said`, and the reader.
    fn heard<R: Read>(said: R) -> (Vec<String>, AnswerReader<R>) {
        let mut reader = AnswerReader::of(said);
        let mut answers = Vec::new();
        while !reader.is_closed() && !reader.floods() {
            reader.fill();
            answers.extend(std::iter::from_fn(|| reader.next()));
        }
        (answers, reader)
    }

    #[test]
    fn answers_are_separated_from_noise() {
        let (answers, reader) = heard(&b"one\n@@ ok\n @@ no\n@@\n@@ \xff\n@@ cut"[..]);
        assert_eq!(answers, ["ok", "\u{fffd}"]);
        assert_eq!(reader.noise(), b"one\n @@ no\n@@\n@@ cut");
        assert!(!reader.floods());
    }

    #[test]
    fn reading_stops_at_a_flood() {
        let (answers, reader) = heard(b"@@ ok\n".chain(std::io::repeat(b'\n')));
        assert_eq!(answers, ["ok"]);
        assert!(reader.floods());
        assert_eq!(reader.noise().len(), NOISE);
        let (_, reader) = heard(b"@@ ".chain(std::io::repeat(b'x')));
        assert!(reader.floods());
    }

    #[test]
    fn more_answers_than_the_queue_holds_are_all_received() {
        let said = "@@ ok\n".repeat(3 * QUEUE).into_bytes();
        let (answers, _) = heard(std::io::Cursor::new(said));
        assert_eq!(answers.len(), 3 * QUEUE);
    }
}

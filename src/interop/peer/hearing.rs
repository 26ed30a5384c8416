//! What a peer says on stdout: answers into a queue, noise into a short log.

use std::io::{BufRead, BufReader, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::interop::bell::Bell;

/// Hears a peer until it ends or floods.
#[derive(Debug)]
pub(super) struct Hearing {
    answers: Receiver<String>,
    noise: Arc<Mutex<Vec<u8>>>,
    floods: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
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

impl Hearing {
    pub(super) fn of(output: impl Read + Send + 'static, bell: &Arc<Bell>) -> Self {
        let (sender, answers) = sync_channel(QUEUE);
        let hearing = Self {
            answers,
            noise: Arc::default(),
            floods: Arc::default(),
            closed: Arc::default(),
        };
        let ear = Ear {
            answers: sender,
            noise: Arc::clone(&hearing.noise),
            floods: Arc::clone(&hearing.floods),
        };
        let (closed, bell) = (Arc::clone(&hearing.closed), Arc::clone(bell));
        thread::spawn(move || {
            ear.hear(BufReader::new(output), &bell);
            closed.store(true, Ordering::Release);
            bell.ring();
        });
        hearing
    }

    /// The next answer, without what marks it as one.
    pub(super) fn next(&self) -> Option<String> {
        self.answers.try_recv().ok()
    }

    pub(super) fn noise(&self) -> Vec<u8> {
        self.noise
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn floods(&self) -> bool {
        self.floods.load(Ordering::Acquire)
    }

    /// Whether nothing more will be heard.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The same, to be asked by another thread.
    pub(super) fn closed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.closed)
    }
}

/// The thread's side.
struct Ear {
    answers: SyncSender<String>,
    noise: Arc<Mutex<Vec<u8>>>,
    floods: Arc<AtomicBool>,
}

impl Ear {
    fn hear(self, mut output: impl BufRead, bell: &Bell) {
        let mut line = Vec::new();
        let mut noise = 0;
        while noise < FLOOD {
            line.clear();
            let limited = &mut output.by_ref().take(LINE as u64);
            match limited.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let is_whole = line.last() == Some(&b'\n');
            match line.strip_prefix(ANSWER) {
                Some(answer) if is_whole => {
                    noise = 0;
                    let answer = &answer[..answer.len() - 1];
                    let answer = String::from_utf8_lossy(answer).into_owned();
                    if self.answers.send(answer).is_err() {
                        return;
                    }
                    bell.ring();
                }
                _ => {
                    noise += line.len();
                    self.log(&line);
                }
            }
        }
        self.floods.store(true, Ordering::Release);
    }

    fn log(&self, line: &[u8]) {
        let mut noise = self.noise.lock().unwrap_or_else(PoisonError::into_inner);
        noise.extend_from_slice(&line[line.len().saturating_sub(NOISE)..]);
        let surplus = noise.len().saturating_sub(NOISE);
        noise.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::interop::bell::Patience;

    /// Everything that is heard in what a peer has said.
    fn heard(said: impl Read + Send + 'static) -> (Vec<String>, Hearing) {
        let bell = Arc::new(Bell::default());
        let hearing = Hearing::of(said, &bell);
        let long = Duration::from_secs(60);
        let patience = Patience {
            quiet: long,
            total: long,
        };
        let mut answers = Vec::new();
        bell.wait(patience, || {
            let closed = hearing.is_closed();
            answers.extend(std::iter::from_fn(|| hearing.next()));
            closed
        })
        .unwrap();
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

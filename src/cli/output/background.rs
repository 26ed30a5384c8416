//! A stream that a thread of its own writes, so that callers never wait for its reader.
//!
//! Callers put lines into a queue of limited size; the thread writes them. When the queue is full,
//! because the reader is too slow or has stopped, further lines are dropped and counted. Lines
//! whose write fails are counted too. Once a reader closes its pipe, lines are dropped and not
//! counted: the reader wants no more.
//!
//! The non-blocking writer of `tracing-appender` does not fit: it limits its queue by lines, not by
//! bytes, and does not report which lines its thread failed to write.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::oneshot;
use tracing_subscriber::fmt::MakeWriter;

use crate::programs::service::LostLines;

/// The sending end of the queue. All clones share one queue.
#[derive(Clone)]
pub(crate) struct Background(Arc<Shared>);

/// Becomes ready when all lines are written, after [`Background::close`].
pub(crate) type Written = oneshot::Receiver<()>;

struct Shared {
    queue: Mutex<Queue>,
    /// Signals that the queue is no longer empty, or is closed.
    filled: Condvar,
    /// Lines in the queue or being written: neither written nor lost yet.
    pending: AtomicU64,
    lost: LostLines,
    failure: Mutex<Option<io::Error>>,
}

#[derive(Default)]
struct Queue {
    lines: Lines,
    closed: bool,
    /// The reader has closed its pipe.
    unread: bool,
}

/// Lines one after the other, and the end of each.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Lines {
    /// The end of the next write, given the bytes and lines already written. It is the end of a
    /// line, so that the lines of stdout and stderr do not mix when both go to one file; a longer
    /// line is cut after [`PIECE`] bytes.
    fn piece_end(&self, written: usize, done: usize) -> usize {
        let limit = written + PIECE;
        let ends = &self.ends[done..];
        let whole = ends.partition_point(|&end| end <= limit);
        whole.checked_sub(1).map_or(limit, |last| ends[last])
    }
}

impl Background {
    /// Writes to a duplicate of the descriptor of `stream`. The lock of the `std` stream is
    /// therefore never held while a write waits.
    pub(crate) fn start(stream: impl AsFd, lost: LostLines) -> io::Result<(Self, Written)> {
        let stream = File::from(stream.as_fd().try_clone_to_owned()?);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            pending: AtomicU64::new(0),
            lost,
            failure: Mutex::default(),
        });
        let (done, written) = oneshot::channel();
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("write lines".to_owned())
            .spawn(move || {
                writer.write_all(stream);
                // The command may have stopped waiting.
                let _ = done.send(());
            })?;
        Ok((Self(shared), written))
    }

    /// Puts a line, with its line end, into the queue if there is room.
    pub(crate) fn line(&self, line: &[u8]) {
        let mut queue = self.0.queue();
        if queue.closed || queue.unread {
            return;
        }
        let lines = &mut queue.lines;
        if lines.bytes.len() + line.len() > LIMIT {
            self.0.lost.reader_too_slow.inc();
            return;
        }
        self.0.pending.fetch_add(1, Ordering::Relaxed);
        lines.bytes.extend_from_slice(line);
        lines.ends.push(lines.bytes.len());
        // The thread waits only while the queue is empty.
        if lines.ends.len() == 1 {
            self.0.filled.notify_one();
        }
    }

    /// Closes the queue. The thread ends when it has written the remaining lines.
    pub(crate) fn close(&self) {
        self.0.queue().closed = true;
        self.0.filled.notify_one();
    }

    /// Counts the lines that are still not written as lost, because the process ends.
    pub(crate) fn give_up(&self) {
        let pending = self.0.pending.swap(0, Ordering::Relaxed);
        self.0.lost.reader_too_slow.inc_by(pending);
    }

    /// How many lines were lost.
    pub(crate) fn lost(&self) -> u64 {
        self.0.lost.sum()
    }

    /// The error of the first failed write.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        lock(&self.0.failure).take()
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    /// The main loop of the thread.
    fn write_all(&self, mut stream: File) {
        let mut lines = Lines::default();
        while self.take(&mut lines) {
            let mut done = 0;
            if let Err(why) = self.write(&mut stream, &lines, &mut done) {
                let lost = (lines.ends.len() - done) as u64;
                self.settled(lost);
                if why.kind() == io::ErrorKind::BrokenPipe {
                    self.queue().unread = true;
                } else {
                    self.lost.write_failed.inc_by(lost);
                    lock(&self.failure).get_or_insert(why);
                }
            }
        }
    }

    /// Takes all lines out of the queue; waits until there is one. Returns false if the queue is
    /// closed and empty.
    fn take(&self, lines: &mut Lines) -> bool {
        lines.bytes.clear();
        lines.ends.clear();
        let mut queue = self.queue();
        while queue.lines.ends.is_empty() {
            if queue.closed {
                return false;
            }
            queue = self
                .filled
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut queue.lines, lines);
        true
    }

    /// Writes lines; `done` counts the completely written ones.
    fn write(&self, stream: &mut File, lines: &Lines, done: &mut usize) -> io::Result<()> {
        let mut written = 0;
        while written < lines.bytes.len() {
            let end = lines.piece_end(written, *done);
            match stream.write(&lines.bytes[written..end]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => written += count,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                // Another process that shares the stream has made it non-blocking.
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => wait_for_room(stream)?,
                Err(why) => return Err(why),
            }
            let more = lines.ends[*done..].partition_point(|&end| end <= written);
            *done += more;
            self.settled(more as u64);
        }
        Ok(())
    }

    /// Subtracts these lines from the pending ones, unless they were given up.
    fn settled(&self, lines: u64) {
        let less = |pending: u64| Some(pending.saturating_sub(lines));
        let _ = self
            .pending
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

fn wait_for_room(stream: &File) -> io::Result<()> {
    let mut stream = [PollFd::new(stream, PollFlags::OUT)];
    match poll(&mut stream, None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(why) => Err(why.into()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Connects `tracing`, which formats each line and writes it in one call.
impl<'a> MakeWriter<'a> for Background {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Background {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.line(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The size limit of the queue: some seconds of messages under full load.
const LIMIT: usize = 8 << 20;

/// The largest write. A pipe takes this much completely or not at all (`PIPE_BUF`), so it is known
/// which lines were written when the reader stops.
const PIECE: usize = 4096;

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::programs::service::Counters;

    fn start(stream: impl AsFd) -> (Background, Written) {
        Background::start(stream, Counters::new().lost_lines("stdout")).unwrap()
    }

    #[test]
    fn lines_that_are_read_arrive_in_order_and_none_is_lost() {
        let (mut reader, writer) = io::pipe().unwrap();
        let (lines, written) = start(writer);
        let read = thread::spawn(move || {
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            text
        });
        let mut expected = String::new();
        for number in 0..10_000 {
            let line = format!("line {number}\n");
            lines.line(line.as_bytes());
            expected.push_str(&line);
        }
        lines.close();
        written.blocking_recv().unwrap();
        assert_eq!(read.join().unwrap(), expected);
        assert_eq!(lines.lost(), 0);
    }

    #[test]
    fn lines_are_written_or_counted_as_lost_when_the_reader_pauses() {
        const LINES: usize = 20_000;
        let line = [[b'x'; 999].as_slice(), b"\n"].concat();
        let (mut reader, writer) = io::pipe().unwrap();
        let (lines, written) = start(writer);
        // More than fits into the queue and the pipe: this returns although nothing is read.
        for _ in 0..LINES {
            lines.line(&line);
        }
        let lost = usize::try_from(lines.lost()).unwrap();
        assert!(lost > 0);
        lines.close();
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        written.blocking_recv().unwrap();
        assert_eq!(text.len() / line.len() + lost, LINES);
        assert_eq!(text.len() % line.len(), 0);
    }

    #[test]
    fn abandoned_lines_are_counted_as_lost() {
        let line = [[b'x'; 4095].as_slice(), b"\n"].concat();
        let (mut reader, writer) = io::pipe().unwrap();
        let (lines, _written) = start(writer);
        for _ in 0..100 {
            lines.line(&line);
        }
        // The lines that fit into the pipe can be read, and no others.
        let room = rustix::pipe::fcntl_getpipe_size(&reader).unwrap() / line.len();
        while lines.0.pending.load(Ordering::Relaxed) > (100 - room) as u64 {
            thread::yield_now();
        }
        lines.give_up();
        assert_eq!(lines.lost(), (100 - room) as u64);
        let mut text = vec![0; room * line.len()];
        reader.read_exact(&mut text).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn writes_end_at_line_ends_unless_a_line_exceeds_one_write() {
        use rustix::pipe::{PipeFlags, pipe_with};

        // Each read from such a pipe returns exactly one write.
        let (reader, writer) = pipe_with(PipeFlags::DIRECT).unwrap();
        let (lines, written) = start(writer);
        for length in [10, 5000, 4085, 4086, 1, 1, PIECE, PIECE - 1, 1] {
            let line = [vec![b'x'; length - 1], b"\n".to_vec()].concat();
            lines.line(&line);
        }
        lines.close();
        let mut reader = File::from(reader);
        loop {
            let mut piece = [0; 2 * PIECE];
            let count = reader.read(&mut piece).unwrap();
            if count == 0 {
                break;
            }
            assert!(count <= PIECE);
            let is_part = count == PIECE && !piece[..count].contains(&b'\n');
            assert!(is_part || piece[count - 1] == b'\n', "{count}");
        }
        written.blocking_recv().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn unwritable_lines_are_counted_and_the_error_is_kept() {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let (lines, written) = start(full);
        lines.line(b"one\n");
        lines.line(b"two\n");
        lines.close();
        written.blocking_recv().unwrap();
        assert_eq!(lines.lost(), 2);
        assert_eq!(lines.failure().unwrap().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn lines_for_a_closed_pipe_are_not_counted_as_lost() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let (lines, written) = start(writer);
        lines.line(b"one\n");
        lines.line(b"two\n");
        lines.close();
        written.blocking_recv().unwrap();
        assert_eq!(lines.lost(), 0);
        assert!(lines.failure().is_none());
    }
}

//! A program that is started when everything around it is set up, and whose stdin stays open.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::control::Control;
use super::{Running, StartError};
use crate::system::wait::Notify;

/// A program that has not been started. Dropping this ends its supervisor.
#[derive(Debug)]
pub(crate) struct Prepared {
    running: Running,
    control: Arc<Control>,
}

impl Prepared {
    pub(super) fn new(running: Running, control: Arc<Control>) -> Self {
        Self { running, control }
    }

    /// Makes sockets where the program will find them.
    pub(crate) fn control(&self) -> Arc<Control> {
        Arc::clone(&self.control)
    }

    /// The program as it will run. It has printed nothing yet.
    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Starts the program.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(crate) fn start(self) -> Result<(Running, Stdin), StartError> {
        let Self { running, control } = self;
        let stdin = control
            .start()
            .and_then(|pipe| Stdin::new(std::fs::File::from(pipe), &running.notify));
        match stdin {
            Ok(stdin) => Ok((running, stdin)),
            Err(why) => Err(StartError::new(running.invocation().to_owned(), why)),
        }
    }
}

/// The stdin of a running program. A thread writes, since a program may not read for a long time.
#[derive(Debug)]
pub(crate) struct Stdin {
    /// `None` once it is closed.
    bytes: Mutex<Option<Sender<Vec<u8>>>>,
    /// How many writes the thread has yet to make; its end counts as one.
    pending: Arc<AtomicUsize>,
}

impl Stdin {
    fn new(mut pipe: impl Write + Send + 'static, notify: &Arc<Notify>) -> io::Result<Self> {
        let (sender, receiver) = channel::<Vec<u8>>();
        let pending = Arc::new(AtomicUsize::new(1));
        let (left, notify) = (Arc::clone(&pending), Arc::clone(notify));
        thread::Builder::new().spawn(move || {
            for bytes in receiver {
                // A program may end, or close its stdin, without reading its input.
                let _ = pipe.write_all(&bytes);
                left.fetch_sub(1, Ordering::SeqCst);
                notify.notify();
            }
            drop(pipe);
            left.fetch_sub(1, Ordering::SeqCst);
            notify.notify();
        })?;
        Ok(Self {
            bytes: Mutex::new(Some(sender)),
            pending,
        })
    }

    /// Gives these bytes to the program, unless its stdin is closed.
    pub(crate) fn write(&self, bytes: Vec<u8>) {
        if let Some(sender) = &*self.lock() {
            self.pending.fetch_add(1, Ordering::SeqCst);
            // The thread ends only after the sender is gone.
            let _ = sender.send(bytes);
        }
    }

    /// Ends the input behind what was given.
    pub(crate) fn close(&self) {
        *self.lock() = None;
    }

    /// Whether the end of the input was given.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_none()
    }

    /// Whether the pipe has taken all that was given.
    pub(crate) fn is_given(&self) -> bool {
        let open = usize::from(!self.is_closed());
        self.pending.load(Ordering::SeqCst) == open
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Sender<Vec<u8>>>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::time::Duration;

    use super::*;
    use crate::system::wait::Timeouts;

    const PATIENCE: Timeouts = Timeouts {
        idle: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    #[test]
    fn stdin_is_given_in_order_and_ends_when_it_is_closed() {
        let (mut reader, writer) = io::pipe().unwrap();
        let notify = Arc::new(Notify::default());
        let stdin = Stdin::new(writer, &notify).unwrap();
        assert!(stdin.is_given() && !stdin.is_closed());
        stdin.write(b"one ".to_vec());
        stdin.write(b"two".to_vec());
        stdin.close();
        stdin.write(b"nothing".to_vec());
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "one two");
        notify.wait(PATIENCE, || stdin.is_given()).unwrap();
    }

    #[test]
    fn more_than_a_pipe_holds_is_given_only_once_it_is_read() {
        let (mut reader, writer) = io::pipe().unwrap();
        let notify = Arc::new(Notify::default());
        let stdin = Stdin::new(writer, &notify).unwrap();
        stdin.write(vec![0; 1 << 20]);
        stdin.close();
        assert!(!stdin.is_given());
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len(), 1 << 20);
        notify.wait(PATIENCE, || stdin.is_given()).unwrap();
    }

    #[test]
    fn a_program_may_close_its_stdin() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let notify = Arc::new(Notify::default());
        let stdin = Stdin::new(writer, &notify).unwrap();
        stdin.write(b"one".to_vec());
        stdin.close();
        notify.wait(PATIENCE, || stdin.is_given()).unwrap();
    }
}

//! The terminal, and leaving it as it was.

use std::io::{self, Write};
use std::thread;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// From now on a signal that ends this process leaves the terminal in the mode that it has now,
/// whatever an editor does to it. The process still ends by that signal.
///
/// # Errors
///
/// If stdin is no terminal, or the system gives no thread.
pub(crate) fn restore_at_signals() -> io::Result<()> {
    let mode = tcgetattr(io::stdin())?;
    let mut signals = Signals::new([SIGHUP, SIGQUIT, SIGTERM])?;
    thread::Builder::new()
        .name("restore the terminal".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                restore(&mode);
                // It cannot fail for one that ends a process.
                let _ = emulate_default_handler(signal);
            }
        })?;
    Ok(())
}

/// Takes the mode back that the editor has set, if it has; a terminal that is gone needs none.
fn restore(mode: &Termios) {
    let changed = tcgetattr(io::stdin()).is_ok_and(|now| now.local_modes != mode.local_modes);
    if changed {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, mode);
        let _ = io::stdout().write_all(BRACKETED_PASTE_OFF);
    }
}

/// The editor switches this on while it waits for a line; the shell's prompt gets a line of its own.
const BRACKETED_PASTE_OFF: &[u8] = b"\x1b[?2004l\n";

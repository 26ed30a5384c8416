//! Restores the terminal when a signal ends the process.

use std::io::{self, Write};
use std::thread;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// From now on, a signal that ends this process restores the current mode of the terminal, whatever
/// an editor has changed. The process still ends by that signal.
///
/// # Errors
///
/// If stdin is not a terminal, or the system allows no more threads.
pub(crate) fn restore_at_signals() -> io::Result<()> {
    let mode = tcgetattr(io::stdin())?;
    let mut signals = Signals::new([SIGHUP, SIGQUIT, SIGTERM])?;
    thread::Builder::new()
        .name("restore the terminal".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                restore(&mode);
                // It cannot fail for a signal that ends the process.
                let _ = emulate_default_handler(signal);
            }
        })?;
    Ok(())
}

/// Restores the mode if the editor has changed it. If the terminal is gone there is nothing to do.
fn restore(mode: &Termios) {
    let changed = tcgetattr(io::stdin()).is_ok_and(|now| now.local_modes != mode.local_modes);
    if changed {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, mode);
        let _ = io::stdout().write_all(BRACKETED_PASTE_OFF);
    }
}

/// Switches off what the editor switches on while it waits for a line; the line feed moves the
/// prompt of the shell to a new line.
const BRACKETED_PASTE_OFF: &[u8] = b"\x1b[?2004l\n";

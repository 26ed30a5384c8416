//! `javatalk client`.

use std::io;

use clap::Args;

use super::{Exit, complain, exit};
use crate::chat::{Client, DEFAULT_PORT};

/// Says one line to a server and prints the answer
///
/// Does what the original `java client [HOST] [PORT]` does: prints `---client---`, connects, reads
/// one line from stdin, sends it with writeUTF, and prints what comes back. Same stdout, same bytes
/// on the wire, same success or failure. HOST is tried as Java tries it: its first address alone,
/// IPv4 before IPv6.
///
/// What differs on purpose: stdin and stdout are UTF-8 whatever the locale says; an error is one
/// line on stderr that says what to do, and the exit status tells which.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk client
      asks for a line and sends it to a server on this machine, port 666
  echo hello | javatalk client localhost 6660
      the same for a script, on a port that needs no privilege

{}", exit::HELP))]
pub(super) struct Options {
    /// The host to connect to
    #[arg(default_value = "localhost")]
    host: String,
    /// The port to connect to
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
}

pub(super) fn run(options: &Options) -> Exit {
    let (mut console, mut out) = (io::stdin().lock(), io::stdout().lock());
    match Client::run(&options.host, options.port, &mut console, &mut out) {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&error);
            Exit::from(&error)
        }
    }
}

//! `javatalk client`.

use std::io::{self, IsTerminal};

use clap::Args;

use crate::cli::line_editor::LineEditor;
use crate::cli::options::framing::FramingOptions;
use crate::cli::{Exit, ended, exit, terminal};
use crate::programs::framing::Framing;
use crate::programs::{Client, Console, DEFAULT_PORT, Error};

/// Sends one line to a server and prints the answer
///
/// Behaves like the original `java client [HOST] [PORT]`: it prints `---client---`, connects, reads
/// one line from stdin, sends it with writeUTF, and prints the answer. stdout, the bytes on the
/// wire, and success or failure are the same. HOST is resolved as in Java: only the first address
/// is tried, and IPv4 comes before IPv6. '' is 127.0.0.1, an IPv6 address may be in brackets, 127.1
/// is 127.0.0.1, 0177.0.0.1 is 177.0.0.1, and 0x7f.0.0.1 is not an address.
///
/// With --chat it behaves like `java ChatClient`: it sends each line of stdin and prints each
/// answer. At the end of stdin it closes its output and waits for the server to close. On a
/// terminal, lines can be edited, and the arrow keys recall earlier lines.
///
/// With --chat --wire line it behaves like `java LineClient HOST PORT CHARSET`: a message is a line
/// of text, sent with println; the answer is read with readLine. Characters that the charset cannot
/// encode are sent as `?`, as in Java. An answer longer than 16 MiB in UTF-8 is an error.
///
/// With --chat --wire object it behaves like `java ObjectClient HOST PORT`: each line is sent with
/// writeObject. An answer is a string of writeObject or of writeUTF. A server that does not send the
/// header of its object stream within 10 seconds is an error.
///
/// With --chat --wire raw it behaves like `python3 raw_client.py HOST PORT`: it sends the bytes of
/// each line without a length or a line end. The answer is what one recv of at most 1024 bytes
/// returns. Only LF ends a line. Empty lines are skipped: there is nothing to send. The
/// conversation ends when `bye` is answered, or at the end of stdin.
///
/// Deliberate differences from the originals: stdin and stdout are UTF-8 in every locale, or
/// unchanged bytes with --wire raw. An error is one line on stderr that says what to do, and the
/// exit status gives the kind of error.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk client
      reads a line from stdin and sends it to port 666 on this machine
  echo hello | javatalk client localhost 6660
      the same in a script, on a port that needs no privileges
  javatalk client --chat localhost 6660
      talks to `javatalk server --chat 6660` or `java ChatServer 6660`
  javatalk client --chat --wire line --charset GBK localhost 6660
      talks in lines of text to a Java program that uses println and readLine
  javatalk client --chat --wire object localhost 6660
      talks in object streams to a Java program that uses writeObject and readObject
  javatalk client --chat --wire raw localhost 6660
      talks in raw bytes to a Python or C++ program that uses send and recv

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The host to connect to: a name or an address, as in Java
    #[arg(default_value = "localhost")]
    host: String,
    /// The port to connect to
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Send every line of stdin, not only the first
    #[arg(long)]
    chat: bool,
    #[command(flatten)]
    wire: FramingOptions,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::USAGE,
    exit::NO_CONNECTION,
    exit::LOST,
    exit::MALFORMED,
    exit::NO_MESSAGE,
    exit::LOCAL,
];

pub(crate) fn run(options: &Options) -> Exit {
    let wire = match options.wire.chosen() {
        Ok(wire) => wire,
        Err(exit) => return exit,
    };
    let (host, port) = (options.host.as_str(), options.port);
    let (stdin, stdout) = (io::stdin(), io::stdout());
    if !options.chat {
        return ended(Client::run(
            host,
            port,
            &mut stdin.lock(),
            &mut stdout.lock(),
        ));
    }
    if stdin.is_terminal() && stdout.is_terminal() {
        return ended(chat_on_a_terminal(host, port, wire));
    }
    let mut console = Console::new(stdin.lock());
    ended(Client::chat(
        host,
        port,
        wire,
        &mut console,
        &mut stdout.lock(),
    ))
}

fn chat_on_a_terminal(host: &str, port: u16, wire: Framing) -> Result<(), Error> {
    terminal::restore_at_signals().map_err(Error::Console)?;
    // The editor itself uses stdin and stdout, so neither stream is locked here.
    let mut editor = LineEditor::new().map_err(Error::Console)?;
    Client::chat(host, port, wire, &mut editor, &mut io::stdout())
}

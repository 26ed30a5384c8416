//! `javatalk client`.

use std::io::{self, IsTerminal, Write};

use clap::Args;

use crate::cli::line_editor::LineEditor;
use crate::cli::options::framing::{Framing, FramingOptions};
use crate::cli::{Exit, ended, exit, terminal};
use crate::programs::{Client, Console, DEFAULT_PORT, Error, Lines};

/// Says one line to a server and prints the answer
///
/// Does what the original `java client [HOST] [PORT]` does: prints `---client---`, connects, reads
/// one line from stdin, sends it with writeUTF, and prints what comes back. Same stdout, same bytes
/// on the wire, same success or failure. HOST means what it means in Java: its first address alone is
/// tried, IPv4 before IPv6; '' is 127.0.0.1, an IPv6 address may stand in brackets, 127.1 is
/// 127.0.0.1, 0177.0.0.1 is 177.0.0.1 and 0x7f.0.0.1 no address.
///
/// With --chat it does what `java ChatClient` does: line after line, an answer for each, and at the
/// end of stdin it closes its output and waits for the server's end. On a terminal the line can be
/// edited, and earlier ones come back with the arrow keys.
///
/// With --chat --wire line it does what `java LineClient HOST PORT CHARSET` does: a message is a line
/// of text, sent with println and answered for readLine. What the character set cannot say becomes
/// `?`, as in Java. An answer of more than 16 MiB, as UTF-8, is an error.
///
/// With --chat --wire raw it does what `python3 raw_client.py HOST PORT` does: the bytes of a line go
/// as they are, nothing in front and nothing behind, and what one recv of at most 1024 bytes brings is
/// the answer. A line ends with LF alone, and an empty one is passed over: it has no bytes. When `bye`
/// is answered the conversation is over, as it is at the end of stdin.
///
/// What differs on purpose: stdin and stdout are UTF-8 whatever the locale says, and with --wire raw
/// bytes as they are; an error is one line on stderr that says what to do, and the exit status tells
/// which.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk client
      asks for a line and sends it to a server on this machine, port 666
  echo hello | javatalk client localhost 6660
      the same for a script, on a port that needs no privilege
  javatalk client --chat localhost 6660
      a conversation with `javatalk server --chat 6660` or `java ChatServer 6660`
  javatalk client --chat --wire line --charset GBK localhost 6660
      the same in lines of text, with a Java program that uses println and readLine
  javatalk client --chat --wire raw localhost 6660
      the same in bytes as they are, with a program in Python or C++ that uses send and recv

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The host to connect to, as Java takes it
    #[arg(default_value = "localhost")]
    host: String,
    /// The port to connect to
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Say line after line, until the input ends
    #[arg(long)]
    chat: bool,
    #[command(flatten)]
    wire: FramingOptions,
}

/// What it can end with.
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
    ended(converse(host, port, wire, &mut console, &mut stdout.lock()))
}

fn chat_on_a_terminal(host: &str, port: u16, wire: Framing) -> Result<(), Error> {
    terminal::restore_at_signals().map_err(Error::Console)?;
    // The editor reads and prints by itself: neither stream is locked.
    let mut editor = LineEditor::new().map_err(Error::Console)?;
    converse(host, port, wire, &mut editor, &mut io::stdout())
}

fn converse(
    host: &str,
    port: u16,
    wire: Framing,
    lines: &mut impl Lines,
    out: &mut impl Write,
) -> Result<(), Error> {
    match wire {
        Framing::Utf => Client::chat(host, port, lines, out),
        Framing::Line(charset) => Client::chat_in_lines(host, port, charset, lines, out),
        Framing::Raw => Client::chat_raw(host, port, lines, out),
    }
}

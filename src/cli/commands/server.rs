//! `javatalk server`.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use clap::Args;

use super::service;
use super::service::ServiceOptions;
use crate::cli::options::framing::{Framing, FramingOptions};
use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, ended, exit};
use crate::programs::{DEFAULT_PORT, Server, interface};

/// Accepts one client, prints its message and sends the same message back
///
/// Does what the original `java server [PORT]` does: prints `---server---`, listens, accepts one
/// connection, reads a message with readUTF, prints it, sends it back with writeUTF, and ends. Same
/// stdout, same bytes on the wire, same success or failure. `listening on HOST:PORT` goes to
/// stderr.
///
/// With --chat it does what `java ChatServer PORT 1` does: it answers message after message, until
/// the client says no more.
///
/// With --chat --wire line it does what `java LineServer PORT CHARSET` does: a message is a line of
/// text, heard with readLine and answered with println. A line of more than 16 MiB, as UTF-8, is an
/// error.
///
/// With --chat --wire raw it does what `python3 raw_server.py PORT` does: a message is what one recv of
/// at most 1024 bytes brings, bytes as they are, and goes back as it came.
///
/// With --forever it is a server to leave running: it converses with any number of clients at a time
/// and prints nothing but log lines.
///
/// What differs on purpose: it listens on loopback only, where Java's listens on every interface,
/// unless --bind says otherwise; stdout is UTF-8 whatever the locale says, and with --wire raw bytes
/// as they are; an error is one line on stderr that says what to do, and the exit status tells which.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk server 6660
      waits for one client of this machine on port 6660
  javatalk server 0
      lets the system choose a port, and says which
  javatalk server --chat 6660
      answers a `javatalk client --chat localhost 6660` to its end
  javatalk server --chat --wire line --charset ISO-8859-1 6660
      the same in lines of text, for a Java program that uses println and readLine
  javatalk server --chat --wire raw 6660
      the same in bytes as they are, for a program in Python or C++ that uses send and recv
  javatalk server --forever 6660 --log json --metrics 127.0.0.1:9666
      answers whoever comes, until Ctrl-C or SIGTERM
  javatalk server 6660 --bind 0.0.0.0
      waits for a client of any machine, as the original does

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The port to listen on; 0 lets the system choose
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on, or the name of one, as Java takes it; 0.0.0.0 or :: for every
    /// interface
    #[arg(
        long,
        value_name = "HOST",
        value_parser = interface,
        default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST)
    )]
    bind: IpAddr,
    /// Answer message after message, until the client says no more
    #[arg(long)]
    chat: bool,
    #[command(flatten)]
    wire: FramingOptions,
    #[command(flatten)]
    forever: ServiceOptions,
}

/// What it can end with.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::USAGE,
    exit::NO_CONNECTION,
    exit::LOST,
    exit::MALFORMED,
    (Exit::NoMessage, "the answer is too long"),
    exit::LOCAL,
];

pub(crate) fn run(options: &Options) -> Exit {
    let wire = match options.wire.chosen() {
        Ok(wire) => wire,
        Err(exit) => return exit,
    };
    if options.forever.forever {
        if !matches!(wire, Framing::Utf) {
            complain(format!(
                "--forever converses with writeUTF alone: leave it or --wire {} out",
                wire.word()
            ));
            return Exit::Usage;
        }
        return service::run(&options.forever, options.bind, options.port);
    }
    let listening = |address| eprintln!("listening on {address}");
    let mut out = io::stdout().lock();
    let (bind, port) = (options.bind, options.port);
    let talked = match wire {
        Framing::Utf if options.chat => Server::chat(bind, port, listening, &mut out),
        Framing::Utf => Server::run(bind, port, listening, &mut out),
        Framing::Line(charset) => Server::chat_in_lines(bind, port, charset, listening, &mut out),
        Framing::Raw => Server::chat_raw(bind, port, listening, &mut out),
    };
    ended(talked)
}

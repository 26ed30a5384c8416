//! `javatalk server`.

mod service;

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use clap::Args;
use service::ServiceOptions;

use crate::cli::options::framing::FramingOptions;
use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, ended, exit};
use crate::programs::framing::Framing;
use crate::programs::{DEFAULT_PORT, Server, interface};

/// Accepts one client, prints its message and sends the same message back
///
/// Behaves like the original `java server [PORT]`: it prints `---server---`, listens, accepts one
/// connection, reads a message with readUTF, prints it, sends it back with writeUTF, and exits.
/// stdout, the bytes on the wire, and success or failure are the same. `listening on HOST:PORT`
/// goes to stderr.
///
/// With --chat it behaves like `java ChatServer PORT 1`: it answers every message until the client
/// closes its output.
///
/// With --chat --wire line it behaves like `java LineServer PORT CHARSET`: a message is a line of
/// text, read with readLine and sent back with println. A line longer than 16 MiB in UTF-8 is an
/// error.
///
/// With --chat --wire object it behaves like `java ObjectServer PORT`: a message is a string in an
/// object stream. A message of writeObject is answered with writeObject, one of writeUTF with
/// writeUTF.
///
/// With --chat --wire raw it behaves like `python3 raw_server.py PORT`: a message is what one recv
/// of at most 1024 bytes returns, and its bytes are sent back unchanged.
///
/// With --forever it serves any number of clients at a time, and writes only log lines unless
/// --print is given.
///
/// Deliberate differences from the originals: it listens on loopback only, where Java listens on
/// every interface (see --bind). stdout is UTF-8 in every locale, or unchanged bytes with --wire
/// raw. An error is one line on stderr that says what to do, and the exit status gives the kind of
/// error.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk server 6660
      waits for one client on this machine, on port 6660
  javatalk server 0
      lets the system choose a port, and prints it
  javatalk server --chat 6660
      answers every message of `javatalk client --chat localhost 6660`
  javatalk server --chat --wire line --charset ISO-8859-1 6660
      talks in lines of text to a Java program that uses println and readLine
  javatalk server --chat --wire object 6660
      talks in object streams to a Java program that uses writeObject and readObject
  javatalk server --chat --wire raw 6660
      talks in raw bytes to a Python or C++ program that uses send and recv
  javatalk server --forever 6660 --log json --metrics 127.0.0.1:9666
      serves all clients until Ctrl-C or SIGTERM
  javatalk server 6660 --bind 0.0.0.0
      waits for one client on any machine, as the original does

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The port to listen on; 0 lets the system choose
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on, or a name, as in Java; 0.0.0.0 or :: for every interface
    #[arg(
        long,
        value_name = "HOST",
        value_parser = interface,
        default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST)
    )]
    bind: IpAddr,
    /// Answer every message until the client closes its output, not only the first
    #[arg(long)]
    chat: bool,
    #[command(flatten)]
    wire: FramingOptions,
    #[command(flatten)]
    forever: ServiceOptions,
}

/// Its exit statuses.
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
        return match wire {
            Framing::Utf => service::run(&options.forever, options.bind, options.port),
            Framing::Line(_) | Framing::Raw | Framing::Object => {
                complain(format!(
                    "--forever supports only writeUTF: remove it or --wire {}",
                    wire.name()
                ));
                Exit::Usage
            }
        };
    }
    let listening = |address| eprintln!("listening on {address}");
    let mut out = io::stdout().lock();
    let (bind, port) = (options.bind, options.port);
    ended(if options.chat {
        Server::chat(bind, port, wire, listening, &mut out)
    } else {
        Server::run(bind, port, listening, &mut out)
    })
}

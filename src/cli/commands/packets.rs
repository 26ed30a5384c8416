//! `javatalk packets`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZero;

use clap::{Args, Subcommand};

use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, exit, output};
use crate::programs::packets::{Receiver, Transport, send};
use crate::programs::{DEFAULT_PORT, interface, resolve};

/// Sends three packets of 2, 4 and 8 KiB, or shows in which pieces they arrive
///
/// Over UDP each packet arrives on its own, and bytes that do not fit into the receive buffer are
/// lost. Over TCP there is only a stream of bytes: one read may return all packets, or any part of
/// them. This is why writeUTF puts a length in front of each message.
///
/// `java Boundaries` takes the same arguments and prints the same. It listens on every interface;
/// this command listens on loopback unless --bind is given.
#[derive(Args)]
#[command(subcommand_value_name = "ROLE", subcommand_help_heading = "Roles", after_help = format!("Examples:
  javatalk packets tcp receive 6660
  javatalk packets tcp send localhost 6660
      in two terminals: shows the pieces in which the packets arrive
  javatalk packets udp receive 6660 1024
      with a buffer of 1024 bytes: the rest of each packet is lost

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The protocol that carries the packets
    transport: Transport,
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Sends the packets
    Send {
        /// The host of the receiver
        #[arg(default_value = "localhost")]
        host: String,
        /// The port of the receiver
        #[arg(default_value_t = DEFAULT_PORT)]
        port: u16,
    },
    /// Waits for the packets, and shows in which pieces they arrive
    Receive {
        /// The port to listen on; 0 lets the system choose
        #[arg(default_value_t = DEFAULT_PORT)]
        port: u16,
        /// The size of the receive buffer, in bytes
        #[arg(default_value = "16384")]
        buffer: NonZero<usize>,
        /// The address to listen on, or a name, as in Java; 0.0.0.0 for every interface
        #[arg(
            long,
            value_name = "HOST",
            value_parser = interface,
            default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST)
        )]
        bind: IpAddr,
    },
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] =
    &[exit::DONE, exit::USAGE, exit::NO_CONNECTION, exit::LOST];

pub(crate) fn run(options: &Options) -> Exit {
    let transport = options.transport;
    let mut out = output::stdout();
    match &options.role {
        Role::Send { host, port } => {
            let sent = resolve(host, *port).and_then(|to| send(transport, to, &mut out));
            let hint = "is the receiver running?";
            sent.map_or_else(
                |why| failed(format!("{host}:{port}: {why}; {hint}"), Exit::NoConnection),
                |()| Exit::Success,
            )
        }
        Role::Receive { port, buffer, bind } => {
            let address = SocketAddr::from((*bind, *port));
            let listening = Receiver::listen(transport, address)
                .and_then(|receiver| Ok((receiver.address()?, receiver)));
            let (address, receiver) = match listening {
                Ok(listening) => listening,
                Err(why) => {
                    let hint = "choose another port, or 0 for any free port";
                    return failed(format!("{address}: {why}; {hint}"), Exit::NoConnection);
                }
            };
            eprintln!("listening on {address}");
            match receiver.receive(buffer.get(), &mut out) {
                Ok(()) => Exit::Success,
                Err(why) if matches!(why.kind(), io::ErrorKind::WouldBlock) => {
                    failed("nothing arrived for ten seconds".to_owned(), Exit::Lost)
                }
                Err(why) => failed(why.to_string(), Exit::Lost),
            }
        }
    }
}

fn failed(why: String, exit: Exit) -> Exit {
    complain(why);
    exit
}

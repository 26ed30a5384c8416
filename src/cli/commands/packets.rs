//! `javatalk packets`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZero;

use clap::{Args, Subcommand};

use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, exit, output};
use crate::programs::packets::{Receiver, Transport, send};
use crate::programs::{DEFAULT_PORT, interface, resolve};

/// Sends three packets of 2, 4 and 8 KiB, or says in which pieces they arrive
///
/// Over UDP each arrives alone, and what the receiver's buffer has no room for is lost. Over TCP there
/// are only bytes in order: one read may bring all of them, or any part. That is why writeUTF puts a
/// length in front.
///
/// `java Boundaries` takes the same arguments and prints the same; it listens on every interface, this
/// one on loopback unless --bind says otherwise.
#[derive(Args)]
#[command(subcommand_value_name = "ROLE", subcommand_help_heading = "Roles", after_help = format!("Examples:
  javatalk packets tcp receive 6660
  javatalk packets tcp send localhost 6660
      in two terminals: what the three packets have become
  javatalk packets udp receive 6660 1024
      with room for 1024 bytes: the rest of each packet is lost

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// What they go over
    transport: Transport,
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Sends the packets
    Send {
        /// Who receives them
        #[arg(default_value = "localhost")]
        host: String,
        /// The port at which
        #[arg(default_value_t = DEFAULT_PORT)]
        port: u16,
    },
    /// Waits for the packets, and says in which pieces they arrive
    Receive {
        /// The port to listen on; 0 lets the system choose
        #[arg(default_value_t = DEFAULT_PORT)]
        port: u16,
        /// How many bytes a piece may have
        #[arg(default_value = "16384")]
        buffer: NonZero<usize>,
        /// The address to listen on, or the name of one, as Java takes it; 0.0.0.0 for every
        /// interface
        #[arg(
            long,
            value_name = "HOST",
            value_parser = interface,
            default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST)
        )]
        bind: IpAddr,
    },
}

/// What it can end with.
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
                    let hint = "choose another port, or 0 for any that is free";
                    return failed(format!("{address}: {why}; {hint}"), Exit::NoConnection);
                }
            };
            eprintln!("listening on {address}");
            match receiver.receive(buffer.get(), &mut out) {
                Ok(()) => Exit::Success,
                Err(why) if matches!(why.kind(), io::ErrorKind::WouldBlock) => {
                    failed("nothing came for ten seconds".to_owned(), Exit::Lost)
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

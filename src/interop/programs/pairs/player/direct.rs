//! Programs with a fixed port where the system allows no network namespaces: client and server meet on
//! the real port, one run at a time, and nothing is recorded between them.

use std::time::{Duration, Instant};

use super::ending::{Broken, Look};
use super::session::Session;
use crate::interop::model::pair::run::PairEnding;
use crate::interop::model::pair::{PortNumber, Stream, Transport};
use crate::interop::programs::default_port::is_listened_on;
use crate::interop::programs::pairs::definition::Pair;
use crate::interop::programs::set_up_error::SetUpError;
use crate::interop::proxy::hub::is_bound;

/// A fixed port of the pair that another program of this machine uses.
pub(super) fn taken_port(pair: &Pair) -> Option<u16> {
    let fixed = pair.ports.iter().filter_map(|port| match port.number {
        PortNumber::Fixed(number) => Some((port.transport, number)),
        PortNumber::Given | PortNumber::Announced(_) => None,
    });
    let mut taken = fixed.filter(|(transport, number)| is_taken(*transport, *number));
    taken.next().map(|(_, number)| number)
}

fn is_taken(transport: Transport, number: u16) -> bool {
    match transport {
        Transport::Tcp => is_listened_on(number),
        Transport::Udp => is_bound(std::process::id(), number).unwrap_or(false),
    }
}

impl Session<'_> {
    /// Waits until the server listens where the clients will connect to it; `no_network` says why
    /// no namespace is available.
    pub(super) fn await_listener(&self, no_network: &str) -> Result<(), Broken> {
        let start = Instant::now();
        let idle = self.player.timeouts.idle;
        for (index, port) in self.player.pair.ports.iter().enumerate() {
            let PortNumber::Fixed(number) = port.number else {
                continue;
            };
            let is_over = self.wait(None, |session, _| {
                let is_over = session.server().is_over();
                if is_over || is_taken(port.transport, number) {
                    return Look::Done(Ok(is_over));
                }
                if start.elapsed() >= idle {
                    return Look::Done(Err(PairEnding::NoListener(index, idle)));
                }
                Look::NotYet(LOOK_FOR_LISTENER)
            })?;
            if is_over {
                // Most likely another program of this machine uses the port.
                let stderr = self.server().output(Stream::Stderr);
                let stderr = String::from_utf8_lossy(&stderr);
                let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
                let why = match (lines.next(), lines.next_back()) {
                    (None, _) => "the server says nothing".to_owned(),
                    (Some(first), None) => first.to_owned(),
                    (Some(first), Some(last)) => format!("{first} … {last}"),
                };
                return Err(Broken::SetUp(SetUpError::DefaultPort {
                    why,
                    no_network: no_network.to_owned(),
                }));
            }
        }
        Ok(())
    }
}

/// No event announces that a port starts to be listened on.
const LOOK_FOR_LISTENER: Duration = Duration::from_millis(10);

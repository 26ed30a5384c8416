//! The connections of a session: to the server, and the relay between both peers.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::interop::proxy::{Program, Relay};
use crate::interop::scenario::language::Scenario;
use crate::interop::scenario::transcript::Ending;
use crate::system::sock_diag::Kernel;

/// Connects to the server. On Linux the source address is one of many loopback addresses: an ended
/// connection keeps its port for a minute, and thousands of connections would use up the ports of a
/// single address.
pub(super) fn connection(server: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if cfg!(target_os = "linux") {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let [_, _, high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        // If the address is not available, any other will do.
        let _ = socket.bind(&SocketAddr::from(([127, 64, high, low], 0)).into());
    }
    socket.connect_timeout(&server.into(), CONNECT)?;
    Ok(socket.into())
}

/// Puts the relay between the two connections, which most likely belong to these processes.
pub(super) fn relay(
    client: TcpStream,
    server: TcpStream,
    processes: [Option<u32>; 2],
    scenario: &Scenario,
) -> Result<Relay, Ending> {
    let sides = [Arc::new(client), Arc::new(server)];
    for side in &sides {
        // Small segments must not wait for an acknowledgement.
        side.set_nodelay(true).map_err(|_| Ending::Timeout(None))?;
    }
    let programs = processes.map(|process| Program::new(Kernel::Here).in_process(process));
    Relay::new(sides, programs, scenario.network).map_err(|_| Ending::Timeout(None))
}

/// Applies only if the server announced a port and does not accept, or died since.
const CONNECT: Duration = Duration::from_secs(5);

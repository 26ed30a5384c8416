//! The hop between client and server.
//!
//! The client connects to the relay, the relay to the server. It records every byte, direction by
//! direction, and passes on what it gets as it gets it: bytes as bytes, the end of a direction as
//! the end of that direction, a reset as a reset. It decodes nothing.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::bell::Bell;
use super::hop::{Doors, Hop, Shared};
use super::wire::{End, Flow, Wire};

/// A relay for one connection; it is over when both directions have ended.
pub fn start(doors: Doors, bell: &Arc<Bell>) -> Hop {
    Hop::start(doors, bell, |hop, upstream| {
        let Some(client) = hop.accept()? else {
            return Ok(());
        };
        let Some(server) = hop.connect(upstream)? else {
            return Ok(());
        };
        thread::scope(|scope| {
            scope.spawn(|| pump(hop, &client, &server, |wire| &mut wire.to_server));
            pump(hop, &server, &client, |wire| &mut wire.to_client);
        });
        Ok(())
    })
}

/// Passes one direction on until it ends.
fn pump(hop: &Shared, from: &TcpStream, to: &TcpStream, flow: fn(&mut Wire) -> &mut Flow) {
    let mut buffer = vec![0; 64 << 10];
    let mut reader = from;
    let mut writer = Some(to);
    let end = loop {
        match reader.read(&mut buffer) {
            Ok(0) => break End::Finished,
            Ok(n) => {
                hop.with(|state| {
                    flow(&mut state.wire).bytes.extend_from_slice(&buffer[..n]);
                });
                // A receiver that is gone does not keep the sender from being recorded.
                if let Some(mut to) = writer
                    && to.write_all(&buffer[..n]).is_err()
                {
                    writer = None;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break End::Reset,
        }
    };
    if end == End::Reset {
        // Closing with a linger time of nothing is what sends RST; shutting down the reading
        // side wakes the other direction, so that it lets go of the socket.
        let _ = SockRef::from(to).set_linger(Some(Duration::ZERO));
        let _ = to.shutdown(Shutdown::Read);
    } else {
        let _ = to.shutdown(Shutdown::Write);
    }
    hop.with(|state| flow(&mut state.wire).end = end);
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;
    use crate::interop::bell::Patience;

    const PATIENCE: Patience = Patience {
        quiet: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A relay with a live socket at each end.
    fn connected() -> (Hop, Arc<Bell>, TcpStream, TcpStream) {
        let bell = Arc::new(Bell::default());
        let mut relay = start(Doors::here().unwrap(), &bell);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        relay.connect_to(listener.local_addr().unwrap());
        let (server, _) = listener.accept().unwrap();
        (relay, bell, client, server)
    }

    #[test]
    fn both_directions_are_passed_on_and_recorded() {
        let (relay, bell, mut client, mut server) = connected();
        client.write_all(b"hello").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        server.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"hello");
        server.write_all(b"hi").unwrap();
        drop(server);
        heard.clear();
        client.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"hi");
        bell.wait(PATIENCE, || relay.is_over()).unwrap();
        let (wire, trouble) = relay.record();
        assert_eq!(trouble, None);
        assert_eq!(
            (wire.to_server.bytes, wire.to_server.end),
            (b"hello".to_vec(), End::Finished)
        );
        assert_eq!(
            (wire.to_client.bytes, wire.to_client.end),
            (b"hi".to_vec(), End::Finished)
        );
    }

    #[test]
    fn a_half_close_leaves_the_other_direction_open() {
        let (relay, bell, client, mut server) = connected();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        bell.wait(PATIENCE, || relay.record().0.to_server.end == End::Finished)
            .unwrap();
        assert_eq!(relay.record().0.to_client.end, End::Open);
        assert!(!relay.is_over());
    }

    #[test]
    fn a_reset_arrives_as_a_reset() {
        let (relay, bell, client, mut server) = connected();
        SockRef::from(&client)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(client);
        let error = server.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        bell.wait(PATIENCE, || relay.is_over()).unwrap();
        assert_eq!(relay.record().0.to_server.end, End::Reset);
    }

    #[test]
    fn without_a_server_the_client_is_sent_away() {
        let bell = Arc::new(Bell::default());
        let relay = start(Doors::here().unwrap(), &bell);
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        bell.wait(PATIENCE, || relay.is_connected()).unwrap();
        drop(relay);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_relay_that_nobody_calls_ends_when_it_is_dropped() {
        let bell = Arc::new(Bell::default());
        let relay = start(Doors::here().unwrap(), &bell);
        let port = relay.port();
        drop(relay);
        // Its thread lets go of the port, sooner or later; it rings before that.
        let moment = Patience {
            quiet: Duration::from_millis(10),
            total: Duration::from_millis(10),
        };
        let is_free = || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!((0..2000).any(|_| bell.wait(moment, is_free).is_ok()));
    }
}

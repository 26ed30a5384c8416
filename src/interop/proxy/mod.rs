//! The relay between client and server, and the scripted peer.
//!
//! The client connects to the relay, and the relay connects to the server. It records every byte of
//! each direction and passes it on at once: bytes as bytes, the end of a direction as its end, a
//! reset as a reset. A [`NetworkPlan`] changes how the relay passes bytes on, never what it
//! records. The relay decodes nothing and never blocks: its driver gives it turns, and waits in
//! between for the events that the relay names. A [`Forwarder`](forwarder::Forwarder) is one of its directions.

pub(crate) mod endpoint;
pub(crate) mod forwarder;
pub(crate) mod hub;
pub(crate) mod liveness;
pub(crate) mod plan;
mod program;
mod relay;
pub(crate) mod scripted;

use std::sync::Arc;
use std::time::{Duration, Instant};

use endpoint::{Endpoint, Listeners};
pub(crate) use liveness::Liveness;
use plan::NetworkPlan;
pub(crate) use program::Program;
pub(crate) use relay::{MOST_RECORDED, Relay};

use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::traffic::Traffic;
use crate::system::poll::PollSet;
use crate::system::wait::Notify;

/// Starts a relay for one connection in a thread of its own. The relay ends when both directions
/// have ended. It records a deadlock between client and server.
pub(crate) fn start(listeners: Listeners, network: NetworkPlan, notify: &Arc<Notify>) -> Endpoint {
    Endpoint::start(listeners, notify, move |endpoint, upstream| {
        let Some(client) = endpoint.accept()? else {
            return Ok(());
        };
        let Some(server) = endpoint.connect(upstream)? else {
            return Ok(());
        };
        let mut relay = Relay::new(
            [client, server],
            endpoint.kernels().map(Program::new),
            network,
        )?
        .acknowledging();
        drive(&mut relay, endpoint);
        Ok(())
    })
}

/// What keeps the record of a relayed connection.
trait Recorder {
    /// Lets `work` change the record, and notifies all waiters if it returns true.
    fn pass(&self, work: &mut dyn FnMut(&mut Traffic) -> bool) -> bool;

    /// Whether the connection is not needed any more.
    fn is_dropped(&self) -> bool;

    /// Gets a function that says when nothing was under way in either direction; `None` if something
    /// is.
    fn set_still(&self, still: &dyn Fn() -> Option<Still>);

    /// The processes of client and server, as far as they are known.
    fn processes(&self) -> [Option<u32>; 2];

    /// Records the deadlock between client and server.
    fn set_deadlock(&self, deadlock: Deadlock);
}

/// A moment in which nothing was under way on a connection.
#[derive(Debug, Clone)]
struct Still {
    at: Instant,
    /// The inodes of the programs' sockets.
    sockets: Vec<u32>,
}

/// Gives a relay turns until it ends. A pending fault fires once both programs are idle.
fn drive(relay: &mut Relay, endpoint: &impl Recorder) {
    let mut last = Instant::now();
    let mut look_again = FIRST_LOOK;
    while !relay.is_over() && !endpoint.is_dropped() {
        let now = Instant::now();
        if endpoint.pass(&mut |wire| relay.turn(wire)) {
            last = Instant::now();
            look_again = FIRST_LOOK;
            continue;
        }
        endpoint.set_still(&|| {
            relay.is_still().then(|| Still {
                at: now,
                sockets: relay.sockets(),
            })
        });
        relay.expect(endpoint.processes());
        let silence = last.elapsed();
        if relay.holds_something_back() {
            if is_quiescent(relay, silence) {
                relay.trigger_fault();
                last = Instant::now();
                look_again = FIRST_LOOK;
                continue;
            }
        } else if silence >= DEADLOCK_AFTER
            && let Some(deadlock) = relay.deadlock([true, true])
        {
            endpoint.set_deadlock(deadlock);
        }
        let mut awaited = PollSet::default();
        relay.await_more(&mut awaited);
        awaited.wait(look_again);
        look_again = (2 * look_again).min(LAST_LOOK);
    }
}

/// Whether both programs are idle, given how long nothing has moved.
fn is_quiescent(relay: &mut Relay, silence: Duration) -> bool {
    match relay.is_quiescent() {
        Some(true) => true,
        // Both programs sleep, but not at their connection: they may be waiting for something else.
        Some(false) => silence >= ASLEEP_AFTER && !relay.are_awake(),
        None => silence >= IDLE_AFTER,
    }
}

/// No event announces that a program starts to wait, so the relay checks at growing intervals.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_millis(250);

/// No deadlock is looked for before nothing has moved for this long: a program may have one thread
/// that waits for bytes and another that sleeps before it writes.
const DEADLOCK_AFTER: Duration = Duration::from_secs(2);

/// After this long, a program that sleeps somewhere other than at its connection is taken to be
/// idle.
const ASLEEP_AFTER: Duration = Duration::from_secs(1);

/// Where the kernel cannot be asked, a program that has not moved for this long is taken to be
/// idle.
const IDLE_AFTER: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};

    use socket2::SockRef;

    use super::*;
    use crate::interop::model::traffic::End;
    use crate::system::wait::Timeouts;

    const PATIENCE: Timeouts = Timeouts {
        idle: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A relay with a live socket at each end.
    fn connected() -> (Endpoint, Arc<Notify>, TcpStream, TcpStream) {
        connected_by("plain")
    }

    /// A relay with this network plan and a live socket at each end.
    fn connected_by(network: &str) -> (Endpoint, Arc<Notify>, TcpStream, TcpStream) {
        let network = network.parse().unwrap();
        let notify = Arc::new(Notify::default());
        let mut relay = start(Listeners::here().unwrap(), network, &notify);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        relay.connect_to(listener.local_addr().unwrap());
        let (server, _) = listener.accept().unwrap();
        (relay, notify, client, server)
    }

    #[test]
    fn both_directions_are_relayed_and_recorded() {
        let (relay, notify, mut client, mut server) = connected();
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
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
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
    fn a_flood_is_recorded_up_to_a_limit_and_reset() {
        let (relay, notify, mut client, mut server) = connected();
        let sink = std::thread::spawn(move || std::io::copy(&mut server, &mut std::io::sink()));
        while client.write_all(&[b'a'; 1 << 16]).is_ok() {}
        assert!(sink.join().unwrap().is_err());
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
        let flow = relay.record().0.to_server;
        assert_eq!(flow.end, End::Reset);
        assert!(flow.bytes.len() < 2 * MOST_RECORDED);
    }

    #[test]
    fn a_half_close_leaves_the_other_direction_open() {
        let (relay, notify, client, mut server) = connected();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        notify
            .wait(PATIENCE, || relay.record().0.to_server.end == End::Finished)
            .unwrap();
        assert_eq!(relay.record().0.to_client.end, End::Open);
        assert!(!relay.is_over());
    }

    #[test]
    fn a_reset_is_relayed_as_a_reset() {
        let (relay, notify, client, mut server) = connected();
        SockRef::from(&client)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(client);
        let error = server.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
        assert_eq!(relay.record().0.to_server.end, End::Reset);
    }

    #[test]
    fn a_dropped_relay_closes_a_client_without_a_server() {
        let notify = Arc::new(Notify::default());
        let relay = start(Listeners::here().unwrap(), NetworkPlan::default(), &notify);
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        notify.wait(PATIENCE, || relay.is_connected()).unwrap();
        drop(relay);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_relay_without_connections_ends_when_it_is_dropped() {
        let notify = Arc::new(Notify::default());
        let relay = start(Listeners::here().unwrap(), NetworkPlan::default(), &notify);
        let port = relay.port();
        drop(relay);
        // The relay's thread releases the port some time after it has sent its last notification.
        let moment = Timeouts {
            idle: Duration::from_millis(10),
            total: Duration::from_millis(10),
        };
        let is_free = || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!((0..2000).any(|_| notify.wait(moment, is_free).is_ok()));
    }
}

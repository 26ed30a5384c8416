//! Programs that use their default port: each in a network namespace of its own, or, where the system
//! allows none, one pairing at a time on the real port.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::launch::Programs;
use super::run::{Conversation, announced};
use super::set_up_error::SetUpError;
use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::proxy;
use crate::interop::proxy::endpoint::Listeners;
use crate::interop::proxy::plan::NetworkPlan;
use crate::programs::DEFAULT_PORT;
use crate::system::cache::Cache;
use crate::system::process::Invocation;
use crate::system::process::namespace::SocketRequest;
use crate::system::wait::{Notify, Timeouts};

impl Programs {
    /// Starts each program in a network namespace of its own, where the default port is free and
    /// needs no privilege.
    pub(super) fn in_own_networks(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        network: NetworkPlan,
        notify: &Arc<Notify>,
    ) -> Result<Conversation, SetUpError> {
        let start = |role, request| {
            self.program(pairing, role)?
                .start_in_own_network(self.toolbox.javatalk(), stdin.to_vec(), notify, request)
                .map_err(SetUpError::Start)
        };
        let (server, to_server) = start(Role::Server, SocketRequest::Connector)?;
        let (client, to_client) = start(Role::Client, SocketRequest::Listener(DEFAULT_PORT))?;
        let listeners =
            Listeners::into_networks(to_client, to_server).map_err(SetUpError::Listen)?;
        let endpoint = proxy::start(listeners, network, notify);
        Ok(Conversation::new(
            Some(client),
            Some(server),
            Some(endpoint),
        ))
    }

    /// Starts one pairing at a time on the real default port, without a relay: both programs use
    /// the same port, so no relay can be placed between them.
    pub(super) fn on_the_real_port(
        &self,
        pairing: Pairing,
        stdin: &[u8],
        no_network: &str,
    ) -> Result<Outcome, SetUpError> {
        let failed = |why: String| SetUpError::DefaultPort {
            why,
            no_network: no_network.to_owned(),
        };
        // Only one at a time, in this process and in all others.
        let _lock = Cache::open(self.toolbox.cache())
            .and_then(|cache| cache.lock("default-port.lock"))
            .map_err(|e| failed(e.to_string()))?;

        let notify = Arc::new(Notify::default());
        let start = |role| {
            self.program(pairing, role)?
                .start(self.toolbox.javatalk(), stdin.to_vec(), &notify)
                .map_err(SetUpError::Start)
        };
        let server = start(Role::Server)?;
        let listens = || announced(&server.stderr()).is_some();
        let look = Timeouts {
            idle: LOOK_AGAIN,
            ..self.timeouts
        };
        let deadline = Instant::now() + self.timeouts.idle;
        // No event announces that a port starts to be listened on, so the loop checks repeatedly.
        while notify.wait(look, || listens() || server.is_over()).is_err()
            && Instant::now() < deadline
        {}
        if !listens() && !server.is_over() {
            let conversation = Conversation::new(None, Some(server), None);
            return Ok(Outcome {
                unobserved: Some(no_network.to_owned()),
                ending: Ending::NoListener {
                    port: Some(DEFAULT_PORT),
                    waited: self.timeouts.idle,
                },
                ..conversation.finish(Ok(()))
            });
        }
        if !listens() {
            let stderr = server.finish().stderr;
            let stderr = String::from_utf8_lossy(&stderr);
            return Err(failed(
                stderr.lines().next().unwrap_or("silence").to_owned(),
            ));
        }
        let client = start(Role::Client)?;
        let mut conversation = Conversation::new(Some(client), Some(server), None);
        let waited = notify.wait(self.timeouts, || conversation.is_over());
        Ok(Outcome {
            unobserved: Some(no_network.to_owned()),
            ..conversation.finish(waited)
        })
    }

    /// The invocation without arguments of a role that the harness does not play.
    fn program(&self, pairing: Pairing, role: Role) -> Result<Invocation, SetUpError> {
        let peer = pairing.peer(role);
        self.invocation(peer, role, &[])?
            .ok_or(SetUpError::NoProgram(peer))
    }
}

/// How often the harness checks whether a port is listened on.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Whether a program listens on this port of this machine. The kernel is asked: to connect would
/// use up the only connection that a server accepts.
pub(crate) fn is_listened_on(port: u16) -> bool {
    const LISTEN: &str = "0A";
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().any(|table| {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        table.lines().skip(1).any(|line| {
            let mut words = line.split_whitespace().skip(1);
            let local = words.next().and_then(|address| address.rsplit_once(':'));
            let state = words.nth(1);
            local.is_some_and(|(_, hex)| u16::from_str_radix(hex, 16) == Ok(port))
                && state == Some(LISTEN)
        })
    })
}

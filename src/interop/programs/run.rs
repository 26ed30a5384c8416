//! One run of one pairing: the running programs, the endpoint between them, and how the run ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::Role;
use crate::interop::proxy::endpoint::Endpoint;
use crate::system::process::{Exit, Finished, Running};
use crate::system::wait::TimedOut;

/// Two programs, or one program and the harness, and the endpoint between them.
pub(crate) struct Conversation {
    client: Option<Running>,
    server: Option<Running>,
    /// `None` if no relay is used.
    endpoint: Option<Endpoint>,
    /// Whether the endpoint knows the processes of client and server.
    is_known: [bool; 2],
    start: Instant,
    ending: Option<Ending>,
}

impl Conversation {
    pub(crate) fn new(
        client: Option<Running>,
        server: Option<Running>,
        endpoint: Option<Endpoint>,
    ) -> Self {
        if let Some(endpoint) = &endpoint {
            let programs = client.iter().chain(&server);
            endpoint.read_outputs_first(programs.map(Running::capture).collect());
        }
        Self {
            client,
            server,
            endpoint,
            is_known: [false; 2],
            start: Instant::now(),
            ending: None,
        }
    }

    /// Tells the endpoint the processes of the programs that are connected: it asks the kernel about
    /// them, and need not search for them.
    fn introduce(&mut self) {
        let Some(endpoint) = &self.endpoint else {
            return;
        };
        if self.is_known == [true; 2] {
            return;
        }
        let [client, server] = &mut self.is_known;
        for (role, program, is_connected, is_known) in [
            (Role::Client, &self.client, endpoint.is_connected(), client),
            (
                Role::Server,
                &self.server,
                endpoint.has_reached_server(),
                server,
            ),
        ] {
            if is_connected
                && !*is_known
                && let Some(process) = program.as_ref().and_then(Running::id)
            {
                endpoint.expect(role, process);
                *is_known = true;
            }
        }
    }

    /// Reacts to what has changed, and returns whether the run is over.
    pub(crate) fn is_over(&mut self) -> bool {
        self.introduce();
        if let Some(endpoint) = &mut self.endpoint {
            if let Some(server) = &self.server
                && !endpoint.has_reached_server()
            {
                let announced = announced(&server.stderr());
                match announced {
                    Some(Ok(port)) => {
                        endpoint.connect_to(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
                    }
                    Some(Err(line)) => self.ending = Some(Ending::Unreachable(line)),
                    None if server.is_over() => {
                        self.ending = Some(Ending::NeverListened(None));
                    }
                    None => {}
                }
            }
            // A scripted peer may wait until the program is known to wait for bytes.
            if self.client.is_none() && self.server.as_ref().is_some_and(has_greeted)
                || self.server.is_none()
            {
                endpoint.peer_waits();
            }
            if let Some(client) = &self.client
                && client.is_over()
                && !endpoint.is_connected()
            {
                endpoint.stop_accepting();
                if endpoint.is_over() && !endpoint.is_connected() {
                    self.ending = Some(Ending::NeverConnected);
                }
            }
            self.ending = self
                .ending
                .take()
                .or(endpoint.deadlock().map(Ending::Deadlock));
            if endpoint.is_over()
                && let (_, Some(trouble)) = endpoint.record()
            {
                self.ending = Some(Ending::Unreachable(trouble));
            }
        }
        let programs_over = [&self.client, &self.server]
            .into_iter()
            .flatten()
            .all(Running::is_over);
        let endpoint_over = self.endpoint.as_ref().is_none_or(Endpoint::is_over);
        self.ending.is_some() || programs_over && endpoint_over
    }

    pub(crate) fn finish(self, waited: Result<(), TimedOut>) -> Outcome {
        // Before the programs are killed, since that changes the record.
        let wire = self.endpoint.as_ref().map(|endpoint| endpoint.record().0);
        let roles = [(Role::Client, &self.client), (Role::Server, &self.server)];
        let running = || {
            roles
                .iter()
                .filter(|(_, program)| program.as_ref().is_some_and(|p| !p.is_over()))
                .map(|(role, _)| *role)
                .collect()
        };
        let crash = || {
            roles.iter().find_map(|(role, program)| {
                let exit = program.as_ref()?.exit()?;
                is_crash(exit).then_some(Ending::Crashed(*role, exit))
            })
        };
        let so_far = self.start.elapsed();
        let unmet = |endpoint: &Endpoint| match (&self.client, &self.server) {
            (Some(_), Some(_)) if !endpoint.is_connected() => Some(Ending::NoCaller(so_far)),
            (_, Some(_)) if !endpoint.has_reached_server() => Some(Ending::NoListener {
                port: None,
                waited: so_far,
            }),
            _ => None,
        };
        let unmet = self.endpoint.as_ref().and_then(unmet);
        let not_started = || {
            let role = match self.ending.as_ref()? {
                Ending::NeverListened(_) => Role::Server,
                Ending::NeverConnected => Role::Client,
                _ => return None,
            };
            let (_, program) = roles.iter().find(|(other, _)| *other == role)?;
            let program = program.as_ref()?;
            let exit = program.exit().filter(|exit| !exit.success())?;
            let command = program.invocation().to_owned();
            let is_silent = program.stdout().is_empty();
            is_silent.then_some(Ending::NotStarted(role, command, exit))
        };
        let ending = match (crash().or_else(not_started), waited, unmet) {
            (Some(crash), _, _) => crash,
            (None, Ok(()), _) => self.ending.clone().unwrap_or(Ending::Complete),
            (None, Err(_), Some(unmet)) => unmet,
            (None, Err(TimedOut::Idle), None) => Ending::Silent(running()),
            (None, Err(TimedOut::Overdue), None) => Ending::Overdue(running()),
        };
        let finish =
            |program: Option<Running>| -> Option<Finished> { program.map(Running::finish) };
        Outcome {
            client: finish(self.client),
            server: finish(self.server),
            wire: wire.unwrap_or_default(),
            unobserved: None,
            ending,
        }
    }
}

/// Whether the server has accepted a client and now waits for a message.
fn has_greeted(server: &Running) -> bool {
    const LINES: usize = 2;
    server
        .stdout()
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
        >= LINES
}

/// The port that the server announced on stderr, once the line is complete. `Err` holds a line
/// without a valid port.
pub fn announced(stderr: &[u8]) -> Option<Result<u16, String>> {
    const ANNOUNCEMENT: &str = "listening on ";
    let text = String::from_utf8_lossy(stderr);
    let line = text
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .find_map(|line| line.trim_end_matches('\r').strip_prefix(ANNOUNCEMENT))?;
    let port = line
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
        .filter(|&port| port != 0);
    Some(port.ok_or_else(|| format!("it says {:?}", format!("{ANNOUNCEMENT}{line}"))))
}

/// A program that fails on purpose exits with an error of its own; a Rust program that panics exits
/// with 101.
fn is_crash(exit: Exit) -> bool {
    matches!(exit, Exit::Signal(_) | Exit::Code(101))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_accepted_once_its_line_is_complete() {
        assert_eq!(announced(b"listening on 0.0.0.0:123"), None);
        assert_eq!(
            announced(b"noise\nlistening on 0.0.0.0:123\n"),
            Some(Ok(123))
        );
        assert_eq!(announced(b"listening on [::1]:7\r\n"), Some(Ok(7)));
    }

    #[test]
    fn an_invalid_port_is_quoted() {
        for line in [
            "listening on x",
            "listening on x:",
            "listening on x:0",
            "listening on x:65536",
        ] {
            let said = announced(format!("{line}\n").as_bytes());
            assert_eq!(said, Some(Err(format!("it says {line:?}"))));
        }
    }
}

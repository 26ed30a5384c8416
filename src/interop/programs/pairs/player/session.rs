//! The session of one run: the programs, their networks and the relays between them.

use std::sync::Arc;
use std::time::Instant;

use tempfile::TempDir;

use super::Player;
use super::actor::Actor;
use super::command::{Placeholders, invocation};
use super::files;
use super::relays::{Relays, Socket};
use crate::interop::model::pair::{ActorName, Aspect, PortNumber, ProgramCommand, Sides};
use crate::interop::model::participant::Role;
use crate::interop::programs::pairs::definition::{Pair, PairCase};
use crate::interop::programs::pairs::version::Version;
use crate::interop::programs::set_up_error::SetUpError;
use crate::interop::proxy::hub::{DatagramHub, Hub, Place, Upstream};
use crate::interop::proxy::plan::NetworkPlan;
use crate::system::ports::ReservedPort;
use crate::system::process::output::Capture;
use crate::system::process::prepared::Prepared;
use crate::system::process::supervisor::Network;
use crate::system::wait::Notify;

/// How client and server are joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Means {
    /// By relays in the network of the harness: no port is built into the programs.
    Relays,
    /// By relays between networks of their own, where each program finds its port free.
    Networks,
    /// Directly, because no such network is available, for this reason.
    Direct(String),
}

impl Means {
    /// The best means for a pair.
    pub(super) fn of(pair: &Pair) -> Self {
        let is_fixed = |number: &PortNumber| matches!(number, PortNumber::Fixed(_));
        if pair.ports.iter().any(|port| is_fixed(&port.number)) {
            Self::Networks
        } else {
            Self::Relays
        }
    }
}

/// The programs of one run and everything between them.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) player: &'a Player,
    pub(super) case: &'a PairCase,
    versions: Sides<Version>,
    network: NetworkPlan,
    pub(super) means: Means,
    pub(super) notify: Arc<Notify>,
    /// The server first. The clients are in the order in which the script names them.
    pub(super) actors: Vec<Actor>,
    /// The server's ports, in the order of the pair's.
    pub(super) upstreams: Vec<Arc<Upstream>>,
    outputs_of_server: Vec<Arc<Capture>>,
    pub(super) steps: Vec<Instant>,
    pub(super) start: Instant,
    _reserved: Vec<ReservedPort>,
}

/// The host under which client and server find each other.
const HOST: &str = "127.0.0.1";

/// In a network of its own, a program without a fixed port gets one from here on.
const FIRST_OWN_PORT: u16 = 20_000;

impl<'a> Session<'a> {
    /// Starts the server, and prepares the clients.
    ///
    /// # Errors
    ///
    /// If a program cannot be started.
    pub(super) fn set_up(
        player: &'a Player,
        case: &'a PairCase,
        network: NetworkPlan,
        versions: Sides<Version>,
        means: Means,
    ) -> Result<Self, SetUpError> {
        let start = Instant::now();
        let notify = Arc::new(Notify::default());
        let mut reserved = Vec::new();
        let ports = numbers(&player.pair, &means, &mut reserved).map_err(SetUpError::Listen)?;
        let mut session = Self {
            player,
            case,
            versions,
            network,
            means,
            notify,
            actors: Vec::new(),
            upstreams: Vec::new(),
            outputs_of_server: Vec::new(),
            steps: Vec::new(),
            start,
            _reserved: reserved,
        };
        session.start_server(&ports)?;
        let mut names: Vec<&ActorName> = Vec::new();
        for step in &case.script {
            if !step.actor.is_server() && !names.contains(&&step.actor) {
                names.push(&step.actor);
            }
        }
        for name in names {
            let actor = session.prepare_client(name.clone())?;
            session.actors.push(actor);
        }
        Ok(session)
    }

    fn start_server(&mut self, ports: &[Option<u16>]) -> Result<(), SetUpError> {
        let (prepared, folder) = self.prepare(Role::Server, ports)?;
        let place = self.place(&prepared);
        let supervisor = prepared.running().supervisor();
        let upstream = |port: &Option<u16>| Upstream::new(place.clone(), supervisor, *port);
        self.upstreams = ports.iter().map(upstream).map(Arc::new).collect();
        let running = prepared.running();
        self.outputs_of_server = vec![running.capture(), running.error_capture()];
        let name = ActorName(Arc::from(ActorName::SERVER));
        let mut server = Actor::new(name, Role::Server, prepared, Vec::new(), folder);
        server.start().map_err(SetUpError::Start)?;
        self.actors.push(server);
        Ok(())
    }

    /// Prepares a client and its relays.
    ///
    /// # Errors
    ///
    /// If there is no such program, or no port for a relay.
    pub(super) fn prepare_client(&self, name: ActorName) -> Result<Actor, SetUpError> {
        let listen = SetUpError::Listen;
        // In the network of the harness, the relay's socket has its port before the client is
        // prepared. In a network of its own, the port is chosen, and the socket comes later.
        let mut sockets = Vec::new();
        let mut ports = Vec::new();
        for (index, port) in self.player.pair.ports.iter().enumerate() {
            let number = self.upstreams[index].port();
            match &self.means {
                Means::Direct(_) => ports.push(number),
                Means::Networks => ports.push(Some(number.unwrap_or_else(|| own_port(index)))),
                Means::Relays => {
                    let socket = Socket::at(&Place::Here, port.transport, 0).map_err(listen)?;
                    ports.push(Some(socket.port().map_err(listen)?));
                    sockets.push(socket);
                }
            }
        }
        let (prepared, folder) = self.prepare(Role::Client, &ports)?;
        let place = self.place(&prepared);
        if self.means == Means::Networks {
            for (port, number) in self.player.pair.ports.iter().zip(&ports) {
                let number = number.unwrap_or(0);
                let socket = Socket::at(&place, port.transport, number).map_err(listen)?;
                sockets.push(socket);
            }
        }
        let mut outputs = self.outputs_of_server.clone();
        let running = prepared.running();
        outputs.extend([running.capture(), running.error_capture()]);
        let relays = sockets.into_iter().enumerate().map(|(port, socket)| {
            let upstream = Arc::clone(&self.upstreams[port]);
            let (place, outputs) = (place.clone(), outputs.clone());
            let notify = &self.notify;
            let hub = match socket {
                Socket::Tcp(listener) => {
                    let network = self.network;
                    Hub::start(place, listener, upstream, network, outputs, notify)
                        .map(Relays::tcp(port))
                }
                Socket::Udp(socket) => DatagramHub::start(place, socket, upstream, outputs, notify)
                    .map(Relays::udp(port)),
            };
            hub.map_err(listen)
        });
        let relays = relays.collect::<Result<_, _>>()?;
        Ok(Actor::new(name, Role::Client, prepared, relays, folder))
    }

    /// Prepares the program in this role, with these ports, in a copy of the files of the case.
    fn prepare(
        &self,
        role: Role,
        ports: &[Option<u16>],
    ) -> Result<(Prepared, Option<TempDir>), SetUpError> {
        let pair = &self.player.pair;
        let version = *self.versions.of(role);
        let command = command(pair, role, version);
        let are_compared = pair.comparison.aspects.contains(&Aspect::Files);
        let copy = match (self.case.files.of(role), &command.folder) {
            (Some(files), None) => Some(files::copy(files)?),
            // Only what the program itself leaves there is compared.
            (None, None) if are_compared => Some(files::empty()?),
            (None, None) | (_, Some(_)) => None,
        };
        let placeholders = Placeholders {
            here: &pair.here,
            host: HOST,
            ports,
        };
        let folder = match (&copy, &command.folder) {
            (Some(copy), _) => copy.path(),
            (None, Some(folder)) => folder,
            (None, None) => &pair.here,
        };
        let arguments = self.case.arguments.of(role);
        let toolbox = &self.player.toolbox;
        let mut program = invocation(command, arguments, version, &placeholders, folder, toolbox)?;
        if let Some(copy) = &copy {
            program = program.with_scratch(copy.path());
        }
        let prepared = program
            .prepare(toolbox.javatalk(), self.own_network(), &self.notify)
            .map_err(SetUpError::Start)?;
        Ok((prepared, copy))
    }

    /// The network of a program.
    fn place(&self, prepared: &Prepared) -> Place {
        match self.means {
            Means::Relays | Means::Direct(_) => Place::Here,
            Means::Networks => Place::There(prepared.control()),
        }
    }

    fn own_network(&self) -> Network {
        match self.means {
            Means::Networks => Network::Own,
            Means::Relays | Means::Direct(_) => Network::Shared,
        }
    }

    pub(super) fn server(&self) -> &Actor {
        &self.actors[0]
    }

    pub(super) fn clients(&self) -> &[Actor] {
        &self.actors[1..]
    }
}

/// The command of this version. A side that has not been ported is the old one.
fn command(pair: &Pair, role: Role, version: Version) -> &ProgramCommand {
    let reference = pair.reference.of(role);
    match version {
        Version::Reference(_) => reference,
        Version::Candidate => pair.candidate.of(role).as_ref().unwrap_or(reference),
    }
}

/// The number of each of the server's ports, as far as it is known before the server runs.
fn numbers(
    pair: &Pair,
    means: &Means,
    reserved: &mut Vec<ReservedPort>,
) -> std::io::Result<Vec<Option<u16>>> {
    let ports = pair.ports.iter().enumerate();
    let number = |(index, port): (usize, &crate::interop::model::pair::Port)| {
        Ok(match (&port.number, means) {
            (PortNumber::Fixed(number), _) => Some(*number),
            (PortNumber::Given, Means::Networks) => Some(own_port(index)),
            (PortNumber::Given, Means::Relays | Means::Direct(_)) => {
                let port = ReservedPort::find()?;
                let number = port.number();
                reserved.push(port);
                Some(number)
            }
            (PortNumber::Announced(_), _) => None,
        })
    };
    ports.map(number).collect()
}

fn own_port(index: usize) -> u16 {
    FIRST_OWN_PORT + u16::try_from(index).unwrap_or_default()
}

//! The peers of a run and their processes: started when nobody is free who could play, kept for the
//! whole run, in either role, and replaced after they have died.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::process::PeerProcess;
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Pairing, Participant};
use crate::interop::peer::error::PeerError;
use crate::interop::protocol::message::{Command, Identity};
use crate::interop::toolbox::{Toolbox, ToolboxError};
use crate::system::jdk::Lifetime;
use crate::system::poll::PollSet;
use crate::system::process::Invocation;

/// A peer from outside.
#[derive(Debug, Clone)]
pub struct ExternalPeer {
    /// The name by which it is filed.
    pub name: String,
    /// How it is started.
    pub invocation: Invocation,
    /// Who it said it is when it was asked, and has to say each time; none if it was not asked.
    pub identity: Option<Identity>,
}

impl ExternalPeer {
    /// What the reports say of it.
    pub fn entry(&self) -> PeerEntry {
        let (language, version) = match &self.identity {
            Some(identity) => (identity.language.as_str(), identity.version.as_str()),
            None => ("of unknown version", ""),
        };
        PeerEntry {
            name: self.name.clone(),
            what: format!("{language} {version}").trim_end().to_owned(),
            home: self.invocation.to_string(),
            version: version.to_owned(),
        }
    }
}

/// All peers of a run.
#[derive(Debug)]
pub struct PeerPool {
    toolbox: Arc<Toolbox>,
    invocations: BTreeMap<Participant, Invocation>,
    /// Who the guests said they are.
    identities: BTreeMap<Participant, Identity>,
    /// Those who wait for a part; the last one has played last, and is warm.
    free: BTreeMap<Participant, Mutex<Vec<Slot>>>,
    peers: Vec<Participant>,
    /// How often in a row a peer has died, hung or broken the contract.
    failures: BTreeMap<Participant, AtomicUsize>,
}

/// After so many failures in a row a peer is not tried any more: one that hangs would take seconds
/// of each of a thousand scenarios.
const TRIES: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Slot {
    process: Option<PeerProcess>,
    /// It was told to end its last conversation, and has not been heard since.
    owes_end: bool,
}

impl Slot {
    /// The process, if there is one.
    pub(crate) fn process(&mut self) -> Option<&mut PeerProcess> {
        self.process.as_mut()
    }

    /// What has to happen before the process can say more.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut PollSet<'a>) {
        if let Some(process) = &self.process {
            process.await_more(awaited);
        }
    }

    /// Whether the first answer will be to the end of the last conversation. It is asked once.
    pub(crate) fn owes_end(&mut self) -> bool {
        std::mem::take(&mut self.owes_end)
    }

    /// Tells the process to end its conversation, and does not wait for its answer.
    pub(crate) fn end(&mut self) -> Result<(), PeerError> {
        if let Some(process) = &mut self.process {
            process.send(&Command::End)?;
            self.owes_end = true;
        }
        Ok(())
    }

    /// Ends the process: it has died, or is not to be trusted any more.
    pub(crate) fn dismiss(&mut self) {
        *self = Self::default();
    }
}

/// A seat for one performance; whoever still lives afterwards is free again.
#[derive(Debug)]
pub(crate) struct Lease<'a> {
    slot: Slot,
    free: &'a Mutex<Vec<Slot>>,
}

impl Deref for Lease<'_> {
    type Target = Slot;

    fn deref(&self) -> &Slot {
        &self.slot
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Slot {
        &mut self.slot
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let slot = std::mem::take(&mut self.slot);
        if slot.process.is_some() {
            lock(self.free).push(slot);
        }
    }
}

fn lock(free: &Mutex<Vec<Slot>>) -> MutexGuard<'_, Vec<Slot>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PeerPool {
    /// Rust, the JDKs of the bench, and these guests.
    pub fn new(toolbox: Arc<Toolbox>, external_peers: Vec<ExternalPeer>) -> Self {
        let mut peers = vec![Participant::Rust];
        peers.extend(toolbox.javas().into_iter().map(Participant::Java));
        let mut invocations = BTreeMap::new();
        let mut identities = BTreeMap::new();
        invocations.insert(
            Participant::Rust,
            Invocation::new(toolbox.javatalk()).arg("peer"),
        );
        for external_peer in external_peers {
            let peer = Participant::external_peer(&external_peer.name);
            peers.push(peer);
            invocations.insert(peer, external_peer.invocation);
            identities.extend(external_peer.identity.map(|identity| (peer, identity)));
        }
        let free = peers.iter().map(|&peer| (peer, Mutex::default())).collect();
        let failures = peers
            .iter()
            .map(|&peer| (peer, AtomicUsize::new(0)))
            .collect();
        Self {
            toolbox,
            invocations,
            identities,
            free,
            peers,
            failures,
        }
    }

    /// Who can be paired: Rust, Java from the oldest release to the newest, the guests.
    pub fn peers(&self) -> &[Participant] {
        &self.peers
    }

    /// Every peer in the client role with every peer in the server role.
    pub fn pairings(&self) -> Vec<Pairing> {
        let clients = self.peers.iter();
        clients
            .flat_map(|&client| {
                let servers = self.peers.iter();
                servers.map(move |&server| Pairing { client, server })
            })
            .collect()
    }

    /// The newest JDK, which judges.
    pub fn oracle(&self) -> Option<Pairing> {
        let java = Participant::Java(self.toolbox.javas().last().copied()?);
        Some(Pairing {
            client: java,
            server: java,
        })
    }

    /// Says how a performance of `peer` went.
    pub(crate) fn record_result(&self, peer: Participant, well: bool) {
        if let Some(failures) = self.failures.get(&peer) {
            if well {
                failures.store(0, Ordering::Relaxed);
            } else {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A process of `peer` that nobody else leads; started if none is free.
    pub(crate) fn slot(&self, peer: Participant) -> Result<Lease<'_>, PeerPoolError> {
        let free = self
            .free
            .get(&peer)
            .ok_or(PeerPoolError::NoSuchPeer(peer))?;
        let failures = self.failures.get(&peer);
        if failures.is_some_and(|failures| failures.load(Ordering::Relaxed) >= TRIES) {
            return Err(PeerPoolError::GivenUp(peer));
        }
        if let Some(slot) = lock(free).pop() {
            return Ok(Lease { slot, free });
        }
        let invocation = self.invocation(peer)?;
        let process = PeerProcess::start(&invocation, self.toolbox.javatalk()).map_err(|why| {
            self.record_result(peer, false);
            PeerPoolError::Start(peer, Box::new(why))
        })?;
        if let Some(identity) = self.identities.get(&peer)
            && identity != process.identity()
        {
            self.record_result(peer, false);
            let (was, is) = (identity.clone(), process.identity().clone());
            return Err(PeerPoolError::SomebodyElse(peer, Box::new([was, is])));
        }
        let slot = Slot {
            process: Some(process),
            owes_end: false,
        };
        Ok(Lease { slot, free })
    }

    fn invocation(&self, peer: Participant) -> Result<Invocation, PeerPoolError> {
        if let Some(invocation) = self.invocations.get(&peer) {
            return Ok(invocation.clone());
        }
        match peer {
            Participant::Java(feature) => self
                .toolbox
                .java(feature, Lifetime::Run, "Peer")
                .map_err(PeerPoolError::Toolbox),
            Participant::Rust
            | Participant::Socket(_)
            | Participant::ExternalPeer(_)
            | Participant::Raw => Err(PeerPoolError::NoSuchPeer(peer)),
        }
    }
}

/// Why a peer cannot take part.
#[derive(Debug)]
pub enum PeerPoolError {
    /// Nobody of this name was cast.
    NoSuchPeer(Participant),
    /// The Java peer cannot be had.
    Toolbox(ToolboxError),
    /// It has failed so often in a row that it is not tried any more.
    GivenUp(Participant),
    /// Its process does not start, or does not say who it is.
    Start(Participant, Box<PeerError>),
    /// It said who it is when it was first started, and now says something else.
    SomebodyElse(Participant, Box<[Identity; 2]>),
}

impl fmt::Display for PeerPoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPeer(peer) => write!(f, "there is no peer {peer}"),
            Self::Toolbox(why) => why.fmt(f),
            Self::GivenUp(peer) => write!(
                f,
                "{peer} is given up: it has failed {TRIES} times in a row; see what \
                 `javatalk peer-check` says of it"
            ),
            Self::Start(peer, why) => write!(f, "{peer} does not start: {why}"),
            Self::SomebodyElse(peer, identities) => {
                let [was, is] = &**identities;
                write!(
                    f,
                    "{peer} first said that it is {was}, and says now that it is {is}"
                )
            }
        }
    }
}

impl std::error::Error for PeerPoolError {}

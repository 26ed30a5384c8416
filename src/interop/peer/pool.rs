//! The pool of peer processes. A process is started when no idle one is available, is kept for the
//! whole run, serves in either role, and is replaced after it has died.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::process::PeerProcess;
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Pairing, Pairings, Participant};
use crate::interop::peer::error::PeerError;
use crate::interop::protocol::identity::Identity;
use crate::interop::protocol::message::Command;
use crate::interop::toolbox::{Toolbox, ToolboxError};
use crate::system::cache::facts::Facts;
use crate::system::jdk::Lifetime;
use crate::system::poll::PollSet;
use crate::system::process::Invocation;

/// A peer given on the command line.
#[derive(Debug, Clone)]
pub struct ExternalPeer {
    /// The name used in case names and reports.
    pub name: String,
    /// The command that starts it.
    pub invocation: Invocation,
    /// The identity that it reported when it was first asked, and must report at each start; `None`
    /// if it was not asked.
    pub identity: Option<Identity>,
}

impl ExternalPeer {
    /// The entry for the reports.
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

/// Every peer of a run, and their idle processes.
#[derive(Debug)]
pub struct PeerPool {
    toolbox: Arc<Toolbox>,
    invocations: BTreeMap<Participant, Invocation>,
    /// The identities that the external peers reported.
    identities: BTreeMap<Participant, Identity>,
    /// The idle processes; the one used last is last, and still warm.
    free: BTreeMap<Participant, Mutex<Vec<Slot>>>,
    peers: Vec<Participant>,
    /// How often in a row each peer has died, hung or broken the protocol.
    failures: BTreeMap<Participant, AtomicUsize>,
}

/// The number of consecutive failures after which a peer is given up. A peer that hangs would cost
/// seconds in each of a thousand scenarios.
const TRIES: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Slot {
    process: Option<PeerProcess>,
    /// Whether the answer to the last `end` is still pending.
    owes_end: bool,
}

impl Slot {
    pub(crate) fn process(&mut self) -> Option<&mut PeerProcess> {
        self.process.as_mut()
    }

    /// Adds the events that must happen before the process can send more.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut PollSet<'a>) {
        if let Some(process) = &self.process {
            process.await_more(awaited);
        }
    }

    /// Whether the first answer will be to the `end` of the previous session. Resets the flag.
    pub(crate) fn owes_end(&mut self) -> bool {
        std::mem::take(&mut self.owes_end)
    }

    /// Sends `end` to the process without waiting for the answer.
    pub(crate) fn end(&mut self) -> Result<(), PeerError> {
        if let Some(process) = &mut self.process {
            process.send(&Command::End)?;
            self.owes_end = true;
        }
        Ok(())
    }

    /// Ends the process, which has died or can no longer be trusted.
    pub(crate) fn dismiss(&mut self) {
        *self = Self::default();
    }
}

/// A slot on loan for one session. When it is dropped, a process that is still alive returns to the
/// pool.
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
    /// A pool of the Rust peer, the JDKs of the toolbox, and these external peers.
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

    /// The peers that can be paired: Rust, Java from the oldest to the newest release, external
    /// peers.
    pub fn peers(&self) -> &[Participant] {
        &self.peers
    }

    /// Every peer in the client role with every peer in the server role.
    pub fn pairings(&self) -> Vec<Pairing> {
        Pairings::All.of(&self.peers, None)
    }

    /// The newest JDK paired with itself: the oracle.
    pub fn oracle(&self) -> Option<Pairing> {
        let java = Participant::Java(self.toolbox.javas().last().copied()?);
        Some(Pairing {
            client: java,
            server: java,
        })
    }

    /// The scenarios for which the oracle is known to be stable; `None` if there is no JDK, or if this
    /// cannot be kept.
    pub(crate) fn stable(&self) -> Option<&Facts> {
        self.toolbox.stable(self.oracle()?.client)
    }

    /// Records whether `peer` behaved well in a session.
    pub(crate) fn record_result(&self, peer: Participant, well: bool) {
        if let Some(failures) = self.failures.get(&peer) {
            if well {
                failures.store(0, Ordering::Relaxed);
            } else {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Leases an idle process of `peer`, or starts one.
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
            return Err(PeerPoolError::OtherIdentity(peer, Box::new([was, is])));
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
#[derive(Debug, thiserror::Error)]
pub enum PeerPoolError {
    /// The pool has no peer of this name.
    #[error("there is no peer {0}")]
    NoSuchPeer(Participant),
    /// The Java peer cannot be compiled or started.
    #[error(transparent)]
    Toolbox(#[from] ToolboxError),
    /// The peer failed too often in a row.
    #[error(
        "{0} is given up: it has failed {TRIES} times in a row; see what `javatalk peer-check` \
         says of it"
    )]
    GivenUp(Participant),
    /// The process does not start, or does not identify itself.
    #[error("{0} does not start: {1}")]
    Start(Participant, #[source] Box<PeerError>),
    /// The peer identifies itself differently than at its first start.
    #[error("{0} first said that it is {first}, and says now that it is {now}", first = .1[0], now = .1[1])]
    OtherIdentity(Participant, Box<[Identity; 2]>),
}

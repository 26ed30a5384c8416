//! The peers of a run and their processes: started when nobody is free who could play, kept for the
//! whole run, in either role, and replaced after they have died.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::process::{Command, Identity, PeerError, PeerProcess};
use crate::interop::model::participant::{Pairing, Peer};
use crate::interop::report::PeerEntry;
use crate::interop::toolbox::{Bench, BenchError};
use crate::system::jdk::Lifetime;
use crate::system::poll::Awaited;
use crate::system::process::Invocation;

/// A peer from outside.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The name by which it is filed.
    pub name: String,
    /// How it is started.
    pub invocation: Invocation,
    /// Who it said it is when it was asked, and has to say each time; none if it was not asked.
    pub identity: Option<Identity>,
}

impl Guest {
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
pub struct Cast {
    bench: Arc<Bench>,
    invocations: BTreeMap<Peer, Invocation>,
    /// Who the guests said they are.
    identities: BTreeMap<Peer, Identity>,
    /// Those who wait for a part; the last one has played last, and is warm.
    free: BTreeMap<Peer, Mutex<Vec<Seat>>>,
    peers: Vec<Peer>,
    /// How often in a row a peer has died, hung or broken the contract.
    failures: BTreeMap<Peer, AtomicUsize>,
}

/// After so many failures in a row a peer is not tried any more: one that hangs would take seconds
/// of each of a thousand scenarios.
const TRIES: usize = 4;

/// A peer's process.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    process: Option<PeerProcess>,
    /// It was told to end its last conversation, and has not been heard since.
    owes_end: bool,
}

impl Seat {
    /// The process, if there is one.
    pub(crate) fn process(&mut self) -> Option<&mut PeerProcess> {
        self.process.as_mut()
    }

    /// What has to happen before the process can say more.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut Awaited<'a>) {
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
pub(crate) struct Taken<'a> {
    seat: Seat,
    free: &'a Mutex<Vec<Seat>>,
}

impl Deref for Taken<'_> {
    type Target = Seat;

    fn deref(&self) -> &Seat {
        &self.seat
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut Seat {
        &mut self.seat
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let seat = std::mem::take(&mut self.seat);
        if seat.process.is_some() {
            lock(self.free).push(seat);
        }
    }
}

fn lock(free: &Mutex<Vec<Seat>>) -> MutexGuard<'_, Vec<Seat>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cast {
    /// Rust, the JDKs of the bench, and these guests.
    pub fn new(bench: Arc<Bench>, guests: Vec<Guest>) -> Self {
        let mut peers = vec![Peer::Rust];
        peers.extend(bench.javas().into_iter().map(Peer::Java));
        let mut invocations = BTreeMap::new();
        let mut identities = BTreeMap::new();
        invocations.insert(Peer::Rust, Invocation::new(bench.javatalk()).arg("peer"));
        for guest in guests {
            let peer = Peer::guest(&guest.name);
            peers.push(peer);
            invocations.insert(peer, guest.invocation);
            identities.extend(guest.identity.map(|identity| (peer, identity)));
        }
        let free = peers.iter().map(|&peer| (peer, Mutex::default())).collect();
        let failures = peers
            .iter()
            .map(|&peer| (peer, AtomicUsize::new(0)))
            .collect();
        Self {
            bench,
            invocations,
            identities,
            free,
            peers,
            failures,
        }
    }

    /// Who can be paired: Rust, Java from the oldest release to the newest, the guests.
    pub fn peers(&self) -> &[Peer] {
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

    /// Each JDK with itself.
    pub(crate) fn javas_alone(&self) -> Vec<Pairing> {
        let mut alone = self.pairings();
        alone.retain(|pairing| pairing.client == pairing.server && pairing.is_java_alone());
        alone
    }

    /// The newest JDK, which judges.
    pub fn oracle(&self) -> Option<Pairing> {
        let java = Peer::Java(self.bench.javas().last().copied()?);
        Some(Pairing {
            client: java,
            server: java,
        })
    }

    /// Says how a performance of `peer` went.
    pub(crate) fn performed(&self, peer: Peer, well: bool) {
        if let Some(failures) = self.failures.get(&peer) {
            if well {
                failures.store(0, Ordering::Relaxed);
            } else {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A process of `peer` that nobody else leads; started if none is free.
    pub(crate) fn seat(&self, peer: Peer) -> Result<Taken<'_>, CastError> {
        let free = self.free.get(&peer).ok_or(CastError::NoSuchPeer(peer))?;
        let failures = self.failures.get(&peer);
        if failures.is_some_and(|failures| failures.load(Ordering::Relaxed) >= TRIES) {
            return Err(CastError::GivenUp(peer));
        }
        if let Some(seat) = lock(free).pop() {
            return Ok(Taken { seat, free });
        }
        let invocation = self.invocation(peer)?;
        let process = PeerProcess::start(&invocation, self.bench.javatalk()).map_err(|why| {
            self.performed(peer, false);
            CastError::Start(peer, Box::new(why))
        })?;
        if let Some(identity) = self.identities.get(&peer)
            && identity != process.identity()
        {
            self.performed(peer, false);
            let (was, is) = (identity.clone(), process.identity().clone());
            return Err(CastError::SomebodyElse(peer, Box::new([was, is])));
        }
        let seat = Seat {
            process: Some(process),
            owes_end: false,
        };
        Ok(Taken { seat, free })
    }

    fn invocation(&self, peer: Peer) -> Result<Invocation, CastError> {
        if let Some(invocation) = self.invocations.get(&peer) {
            return Ok(invocation.clone());
        }
        match peer {
            Peer::Java(feature) => self
                .bench
                .java(feature, Lifetime::Run, "Peer")
                .map_err(CastError::Bench),
            Peer::Rust | Peer::Socket(_) | Peer::Guest(_) | Peer::Raw => {
                Err(CastError::NoSuchPeer(peer))
            }
        }
    }
}

/// Why a peer cannot take part.
#[derive(Debug)]
pub enum CastError {
    /// Nobody of this name was cast.
    NoSuchPeer(Peer),
    /// The Java peer cannot be had.
    Bench(BenchError),
    /// It has failed so often in a row that it is not tried any more.
    GivenUp(Peer),
    /// Its process does not start, or does not say who it is.
    Start(Peer, Box<PeerError>),
    /// It said who it is when it was first started, and now says something else.
    SomebodyElse(Peer, Box<[Identity; 2]>),
}

impl fmt::Display for CastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPeer(peer) => write!(f, "there is no peer {peer}"),
            Self::Bench(why) => why.fmt(f),
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

impl std::error::Error for CastError {}

//! The packet demonstration as a suite: three packets, sent by each participant to each participant
//! over UDP or TCP.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

use crate::interop::compare::programs::judge;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::known_difference::Expected;
use crate::interop::model::observation::{Ending, Outcome};
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::model::program_events::ProgramEvidence;
use crate::interop::model::traffic::Traffic;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle::{Playable, ReferenceRuns};
use crate::interop::programs::announced;
use crate::interop::runner::Suite;
use crate::interop::toolbox::Toolbox;
use crate::programs::packets::Transport;
use crate::system::jdk::{Freshness, Lifetime};
use crate::system::process::{Finished, Invocation, Running};
use crate::system::wait::{Notify, Timeouts};

/// The inputs, and the oracle's outcome for each so far.
#[derive(Debug)]
pub struct Packets {
    toolbox: Arc<Toolbox>,
    timeouts: Timeouts,
    /// The JVMs of the pairings. Those of the oracle are fresh.
    freshness: Freshness,
    oracle: [ReferenceRuns<Outcome>; ROWS.len()],
}

/// A transport, and how many bytes the receiver has room for.
struct Row {
    name: &'static str,
    claim: &'static str,
    transport: Transport,
    buffer: usize,
}

const ROWS: [Row; 4] = [
    Row {
        name: "datagrams",
        claim: "Three datagrams arrive as three, each whole.",
        transport: Transport::Udp,
        buffer: 16 << 10,
    },
    Row {
        name: "datagrams-without-room",
        claim: "Of a datagram that is larger than the buffer the rest is lost.",
        transport: Transport::Udp,
        buffer: 3 << 10,
    },
    Row {
        name: "stream",
        claim: "All bytes of a stream arrive in order, in whatever pieces.",
        transport: Transport::Tcp,
        buffer: 16 << 10,
    },
    Row {
        name: "stream-in-small-pieces",
        claim: "What a buffer has no room for comes with the next read.",
        transport: Transport::Tcp,
        buffer: 1000,
    },
];

impl Packets {
    /// The suite with every peer of this toolbox.
    pub fn new(toolbox: Arc<Toolbox>, timeouts: Timeouts) -> Self {
        Self {
            toolbox,
            timeouts,
            freshness: Freshness::Warm,
            oracle: Default::default(),
        }
    }

    /// Starts the Java programs of the pairings in such JVMs instead of warm ones.
    #[must_use]
    pub fn in_jvms(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }

    /// Starts the receiver, and the sender when that listens. Datagrams pass no relay, and over a
    /// stream a relay would decide what comes in which piece.
    fn play(&self, row: &Row, pairing: Pairing, freshness: Freshness) -> Result<Outcome, String> {
        let notify = Arc::new(Notify::default());
        let start = |role, more: [String; 2]| {
            self.start(freshness, pairing.peer(role), row, role, more, &notify)
        };
        let server = start(Role::Server, ["0".to_owned(), row.buffer.to_string()])?;
        let mut port = None;
        let waited = notify.wait(self.timeouts, || {
            port = announced(&server.stderr());
            port.is_some() || server.is_over()
        });
        let port = match (port, waited) {
            (Some(Ok(port)), _) => port,
            (Some(Err(line)), _) => {
                return Ok(outcome(row, None, server, Ending::Unreachable(line)));
            }
            (None, _) => return Ok(outcome(row, None, server, Ending::NeverListened(None))),
        };
        let client = start(
            Role::Client,
            [Ipv4Addr::LOCALHOST.to_string(), port.to_string()],
        )?;
        let ending = match notify.wait(self.timeouts, || client.is_over() && server.is_over()) {
            Ok(()) => Ending::Complete,
            Err(_) => {
                let running = [(Role::Client, &client), (Role::Server, &server)];
                let still = running.iter().filter(|(_, program)| !program.is_over());
                Ending::Silent(still.map(|(role, _)| *role).collect())
            }
        };
        Ok(outcome(row, Some(client), server, ending))
    }

    /// Starts the sender or the receiver; `more` are its host or buffer, and its port.
    fn start(
        &self,
        freshness: Freshness,
        peer: Participant,
        row: &Row,
        role: Role,
        more: [String; 2],
        notify: &Arc<Notify>,
    ) -> Result<Running, String> {
        const CLASS: &str = "Boundaries";

        let role = match role {
            Role::Client => "send",
            Role::Server => "receive",
        };
        let mut arguments = vec![row.transport.to_string(), role.to_owned()];
        arguments.extend(more);
        let toolbox = &self.toolbox;
        if let (Participant::Java(feature), Freshness::Warm) = (peer, freshness) {
            let running = toolbox.start_warm(feature, CLASS, &arguments, &[], notify);
            if let Some(running) = running.map_err(|why| why.to_string())? {
                return Ok(running);
            }
        }
        let program = match peer {
            Participant::Rust => Invocation::new(toolbox.javatalk()).arg("packets"),
            Participant::Java(feature) => toolbox
                .java(feature, Lifetime::Moment, CLASS)
                .map_err(|why| why.to_string())?,
            Participant::Socket(_) | Participant::ExternalPeer(_) | Participant::Raw => {
                return Err(format!("{peer} has no such program"));
            }
        };
        program
            .args(arguments)
            .start(toolbox.javatalk(), Vec::new(), notify)
            .map_err(|why| why.to_string())
    }
}

fn outcome(row: &Row, client: Option<Running>, server: Running, ending: Ending) -> Outcome {
    let mut server = server.finish();
    if row.transport == Transport::Tcp {
        forget_pieces(&mut server);
    }
    Outcome {
        client: client.map(Running::finish),
        server: Some(server),
        wire: Traffic::default(),
        unobserved: Some("a relay would decide what comes in which piece".to_owned()),
        ending,
    }
}

/// Removes the lines about single pieces: over TCP any split of the bytes is right, and only their
/// sequence has to be the same.
fn forget_pieces(finished: &mut Finished) {
    let text = String::from_utf8_lossy(&finished.stdout);
    let lines = text.split_inclusive('\n');
    let rest: String = lines.filter(|line| !line.starts_with("piece ")).collect();
    finished.stdout = rest.into_bytes();
    // These timestamps refer to the output before the lines were removed.
    finished.printed.clear();
}

impl Suite for Packets {
    fn cases(&self) -> Vec<Case> {
        let mut peers = vec![Participant::Rust];
        peers.extend(self.toolbox.javas().into_iter().map(Participant::Java));
        let mut cases = Vec::new();
        for (index, row) in ROWS.iter().enumerate() {
            for &client in &peers {
                for &server in &peers {
                    cases.push(Case {
                        suite: "boundaries",
                        index,
                        group: row.name.to_owned(),
                        row: row.name.to_owned(),
                        claim: row.claim.to_owned(),
                        pairing: Pairing { client, server },
                    });
                }
            }
        }
        cases
    }

    fn run(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let newest = self
            .toolbox
            .javas()
            .last()
            .map(|&java| Participant::Java(java));
        let alone = newest.map(|java| case.pairing.with_only(java));
        let played = Played {
            packets: self,
            row: &ROWS[case.index],
        };
        let judgement = self.oracle[case.index].evaluate(&played, alone, case.pairing);
        judgement.of(case.clone(), start.elapsed(), |outcome| {
            let framing = None;
            Arc::new(ProgramEvidence { outcome, framing })
        })
    }
}

/// A row, and the programs that play it.
struct Played<'a> {
    packets: &'a Packets,
    row: &'a Row,
}

impl Playable for Played<'_> {
    type Seen = Outcome;

    fn play(&self, pairing: Pairing) -> Result<Outcome, String> {
        self.packets.play(self.row, pairing, self.packets.freshness)
    }

    fn has_shortcut(&self) -> bool {
        self.packets.freshness == Freshness::Warm
    }

    fn play_afresh(&self, pairing: Pairing) -> Result<Outcome, String> {
        self.packets.play(self.row, pairing, Freshness::Fresh)
    }

    fn play_oracle(&self, alone: Pairing, _: usize) -> Result<Outcome, String> {
        self.packets.play(self.row, alone, Freshness::Fresh)
    }

    fn compare(
        &self,
        _: Pairing,
        pairing: Pairing,
        oracle: &Outcome,
        seen: &Outcome,
    ) -> (Verdict, Vec<Expected>) {
        (judge(pairing, oracle, seen), Vec::new())
    }
}

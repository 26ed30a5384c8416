//! Somebody's own client and server, to be proved against the pair that they replace.

use std::sync::Arc;

use clap::Args;

use super::framing::ProtocolOptions;
use super::participants_file::{CastFile, Command, PairEntry};
use crate::cli::{Exit, complain};
use crate::interop::model::fields::Naming;
use crate::interop::peer::process::PeerCommand;
use crate::interop::programs::{Chat, Duet, Pairs, Play, Programs, Row};
use crate::interop::report::PeerEntry;
use crate::interop::toolbox::Bench;
use crate::system::wait::Patience;

/// The options about a pair of programs.
///
/// All four are needed, and then nothing else is played.
#[derive(Args)]
pub(crate) struct PairOptions {
    /// Prove this client, with --server, against the pair that they are to replace
    ///
    /// Each of the four programs, the servers too, is given the lines of the chat on stdin. A program
    /// may leave them unread: that is no difference. All are started without a host or a port: they
    /// meet on --port of localhost, each in a network of its own where that is allowed. Old with old
    /// says what is right.
    #[arg(
        long,
        value_name = "COMMAND",
        requires_all = ["server", "reference_client", "reference_server"],
        conflicts_with_all = ["peers", "cast", "scenarios", "jdk"]
    )]
    client: Option<PeerCommand>,
    /// The server that goes with --client
    #[arg(long, value_name = "COMMAND", requires = "client")]
    server: Option<PeerCommand>,
    /// The old client
    #[arg(long, value_name = "COMMAND", requires = "client")]
    reference_client: Option<PeerCommand>,
    /// The old server
    #[arg(long, value_name = "COMMAND", requires = "client")]
    reference_server: Option<PeerCommand>,
    /// The port on which the four programs meet
    #[arg(long, value_name = "N", default_value_t = crate::programs::DEFAULT_PORT, requires = "client")]
    port: u16,
    #[command(flatten)]
    protocol: ProtocolOptions,
}

impl PairOptions {
    /// Whether the options, and not a file, ask for one.
    pub(crate) fn is_given(&self) -> bool {
        self.client.is_some()
    }

    /// The suite that these options or the file ask for, and what the reports say of the programs;
    /// none if they ask for none.
    pub(crate) fn suite(
        &self,
        bench: &Arc<Bench>,
        patience: Patience,
        file: &CastFile,
    ) -> Result<Option<(Chat, Vec<PeerEntry>)>, Exit> {
        let said = match (self.protocol.chosen()?, &file.pair) {
            (None, Some(pair)) if !self.is_given() => {
                let charset = pair.charset.map(|name| name.0);
                ProtocolOptions::new(pair.wire, charset).chosen()?
            }
            (said, _) => said,
        };
        let (mut pairs, rows) = match (self.pairs(), &file.pair) {
            (Some(pairs), _) => (pairs, chat_rows()),
            (None, Some(pair)) => {
                let rows = if pair.inputs.is_empty() {
                    chat_rows()
                } else {
                    own_rows(&pair.inputs)
                };
                (filed(pair), rows)
            }
            (None, None) if said.is_none() => return Ok(None),
            (None, None) => {
                complain("--wire is about a pair of programs: --client, or a [pair] in --cast");
                return Err(Exit::Usage);
            }
        };
        if let Some(wire) = said {
            pairs.naming = wire.naming();
        }
        let entries = pairs.entries();
        let programs = Programs::of_pairs(Arc::clone(bench), patience, pairs);
        Ok(Some((Chat::new(programs, rows), entries)))
    }

    fn pairs(&self) -> Option<Pairs> {
        let of = |command: &Option<PeerCommand>| Some(command.as_ref()?.invocation().clone());
        Some(Pairs {
            candidate: [of(&self.client)?, of(&self.server)?],
            reference: [of(&self.reference_client)?, of(&self.reference_server)?],
            port: self.port,
            naming: Naming::Raw,
        })
    }
}

fn filed(pair: &PairEntry) -> Pairs {
    let of = |command: &Command| command.0.invocation().clone();
    Pairs {
        candidate: [of(&pair.client), of(&pair.server)],
        reference: [of(&pair.reference_client), of(&pair.reference_server)],
        port: pair.port,
        naming: Naming::Raw,
    }
}

/// The inputs of the file, by their numbers.
fn own_rows(inputs: &[String]) -> Vec<Row> {
    let row = |(index, input): (usize, &String)| {
        Row::new(
            &format!("input-{}", index + 1),
            &format!("The input {input:?} does what it did."),
            Play::DefaultPort(input.clone().into_bytes()),
        )
    };
    inputs.iter().enumerate().map(row).collect()
}

fn chat_rows() -> Vec<Row> {
    let rows = Duet::Hello.rows().into_iter();
    rows.filter_map(on_a_fixed_port).collect()
}

/// The row for programs that are told no port; none if the harness plays in it.
fn on_a_fixed_port(row: Row) -> Option<Row> {
    let play = match row.play {
        Play::Console(stdin) => Play::DefaultPort(stdin),
        // The same as another row there.
        Play::DefaultPort(_) | Play::Raw(_) => return None,
    };
    Some(Row { play, ..row })
}

//! A user's own client and server, compared with the pair that they replace.

use std::sync::Arc;

use clap::Args;

use super::framing::ProtocolOptions;
use super::participants_file::{Command, PairEntry, ParticipantsFile};
use crate::cli::{Exit, complain};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::peer::command_line::PeerCommand;
use crate::interop::programs::{CaseScript, ChatCase, ExternalPair, ProgramPair, Programs};
use crate::interop::suites::programs::Chat;
use crate::interop::toolbox::Toolbox;
use crate::system::wait::Timeouts;

/// The options for a pair of programs. All four programs are needed; nothing else runs then.
#[derive(Args)]
pub(crate) struct PairOptions {
    /// Compare this client and --server with the pair that they replace
    ///
    /// All four programs, the servers too, get the lines of the chat on stdin. It is not a
    /// difference if a program does not read them. The programs get no host or port as arguments:
    /// they use --port on localhost, each conversation in a network namespace of its own if the
    /// system allows it. The oracle is the old client with the old server.
    #[arg(
        long,
        value_name = "COMMAND",
        requires_all = ["server", "reference_client", "reference_server"],
        conflicts_with_all = ["peers", "cast", "scenarios", "jdk"]
    )]
    client: Option<PeerCommand>,
    /// The new server, for --client
    #[arg(long, value_name = "COMMAND", requires = "client")]
    server: Option<PeerCommand>,
    /// The old client
    #[arg(long, value_name = "COMMAND", requires = "client")]
    reference_client: Option<PeerCommand>,
    /// The old server
    #[arg(long, value_name = "COMMAND", requires = "client")]
    reference_server: Option<PeerCommand>,
    /// The port that the four programs use
    #[arg(long, value_name = "N", default_value_t = crate::programs::DEFAULT_PORT, requires = "client")]
    port: u16,
    #[command(flatten)]
    protocol: ProtocolOptions,
}

impl PairOptions {
    /// Whether the options, not a file, define a pair.
    pub(crate) fn is_given(&self) -> bool {
        self.client.is_some()
    }

    /// The suite of the pair in the options or the file, and the programs for the reports; none if
    /// there is no pair.
    pub(crate) fn suite(
        &self,
        toolbox: &Arc<Toolbox>,
        timeouts: Timeouts,
        file: &ParticipantsFile,
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
                complain(
                    "--wire needs a pair of programs: --client, or a [pair] in the --cast file",
                );
                return Err(Exit::Usage);
            }
        };
        pairs.framing = said;
        let entries = pairs.entries();
        let programs = Programs::of_pairs(Arc::clone(toolbox), timeouts, pairs);
        Ok(Some((Chat::new(programs, rows), entries)))
    }

    fn pairs(&self) -> Option<ExternalPair> {
        let of = |command: &Option<PeerCommand>| Some(command.as_ref()?.invocation().clone());
        Some(ExternalPair {
            candidate: [of(&self.client)?, of(&self.server)?],
            reference: [of(&self.reference_client)?, of(&self.reference_server)?],
            port: self.port,
            framing: None,
        })
    }
}

fn filed(pair: &PairEntry) -> ExternalPair {
    let of = |command: &Command| command.0.invocation().clone();
    ExternalPair {
        candidate: [of(&pair.client), of(&pair.server)],
        reference: [of(&pair.reference_client), of(&pair.reference_server)],
        port: pair.port,
        framing: None,
    }
}

/// The inputs of the file as numbered cases.
fn own_rows(inputs: &[String]) -> Vec<ChatCase> {
    let row = |(index, input): (usize, &String)| {
        ChatCase::new(
            &format!("input-{}", index + 1),
            &format!("The input {input:?} does what it did."),
            CaseScript::DefaultPort(input.clone().into_bytes()),
        )
    };
    inputs.iter().enumerate().map(row).collect()
}

fn chat_rows() -> Vec<ChatCase> {
    let rows = ProgramPair::Hello.rows().into_iter();
    rows.filter_map(on_a_fixed_port).collect()
}

/// The case for programs without a port argument; none if the harness takes a role in it.
fn on_a_fixed_port(row: ChatCase) -> Option<ChatCase> {
    let play = match row.play {
        CaseScript::Console(stdin) => CaseScript::DefaultPort(stdin),
        // It would be the same as another case.
        CaseScript::DefaultPort(_) | CaseScript::Raw(_) => return None,
    };
    Some(ChatCase { play, ..row })
}

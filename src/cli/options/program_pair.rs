//! Somebody's own client and server, to be proved against the pair that they replace.

use std::sync::Arc;

use clap::Args;

use super::framing::ProtocolOptions;
use super::participants_file::{Command, PairEntry, ParticipantsFile};
use crate::cli::{Exit, complain};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::fields::Fields;
use crate::interop::peer::command_line::PeerCommand;
use crate::interop::programs::{CaseScript, ChatCase, ExternalPair, ProgramPair, Programs};
use crate::interop::suites::programs::Chat;
use crate::interop::toolbox::Toolbox;
use crate::system::wait::Timeouts;

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
                complain("--wire is about a pair of programs: --client, or a [pair] in --cast");
                return Err(Exit::Usage);
            }
        };
        if let Some(wire) = said {
            pairs.fields = wire.fields();
        }
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
            fields: Fields::Raw,
        })
    }
}

fn filed(pair: &PairEntry) -> ExternalPair {
    let of = |command: &Command| command.0.invocation().clone();
    ExternalPair {
        candidate: [of(&pair.client), of(&pair.server)],
        reference: [of(&pair.reference_client), of(&pair.reference_server)],
        port: pair.port,
        fields: Fields::Raw,
    }
}

/// The inputs of the file, by their numbers.
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

/// The row for programs that are told no port; none if the harness plays in it.
fn on_a_fixed_port(row: ChatCase) -> Option<ChatCase> {
    let play = match row.play {
        CaseScript::Console(stdin) => CaseScript::DefaultPort(stdin),
        // The same as another row there.
        CaseScript::DefaultPort(_) | CaseScript::Raw(_) => return None,
    };
    Some(ChatCase { play, ..row })
}

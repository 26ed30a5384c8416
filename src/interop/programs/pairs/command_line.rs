//! A pair that the command line describes: its commands, and the lines of the chat as its cases.

use std::path::Path;

use super::definition::{Jdks, Pair, PairCase, ServerEnd, Stop};
use super::file::case::steps;
use super::file::command::Surroundings;
use super::file::comparison::USUAL;
use crate::interop::model::pair::{
    Aspect, Comparison, Port, PortNumber, ProgramCommand, Sides, Transport, Wire, WordPart,
};
use crate::interop::programs::{CaseScript, ChatCase, ProgramPair};
use crate::programs::DEFAULT_PORT;

/// The commands of a pair, and how its programs meet.
#[derive(Debug, Clone)]
pub(crate) struct CommandLines<'a> {
    pub(crate) reference: Sides<&'a str>,
    pub(crate) candidate: Sides<Option<&'a str>>,
    /// The port that is built into the programs, if it is given.
    pub(crate) port: Option<u16>,
    pub(crate) wire: Wire,
}

impl CommandLines<'_> {
    /// The pair, whose relative paths refer to `here`.
    ///
    /// # Errors
    ///
    /// The option that is wrong, and why.
    pub(crate) fn pair(&self, here: &Path) -> Result<Pair, String> {
        let commands = [
            Some(self.reference.client),
            Some(self.reference.server),
            self.candidate.client,
            self.candidate.server,
        ];
        let takes_port = commands
            .iter()
            .flatten()
            .any(|text| text.contains("{port}"));
        let number = match self.port {
            None if takes_port => PortNumber::Given,
            number => PortNumber::Fixed(number.unwrap_or(DEFAULT_PORT)),
        };
        let ports = vec![Port {
            name: String::new(),
            transport: Transport::Tcp,
            number,
        }];
        let surroundings = Surroundings {
            here,
            ports: &ports,
            compiles: false,
        };
        let command = |option: &str, text: &str| {
            let command = surroundings.line(text);
            let command = command.map_err(|why| format!("--{option}: {why}"))?;
            let takes_port = command.words.iter().flat_map(|word| &word.0);
            let takes_port = takes_port.clone().any(|part| *part == WordPart::Port(0));
            match ports[0].number {
                PortNumber::Given if !takes_port => Err(format!(
                    "--{option} has no {{port}}, and another command has one: write it in all, or \
                     the number that is built in as --port"
                )),
                PortNumber::Given | PortNumber::Fixed(_) | PortNumber::Announced(_) => Ok(command),
            }
        };
        let new = |option: &str, text: Option<&str>| -> Result<Option<ProgramCommand>, String> {
            text.map(|text| command(option, text)).transpose()
        };
        let server_end = ServerEnd::AfterClients(Stop::Terminate);
        Ok(Pair {
            // The cases of the only pair have no other name.
            name: String::new(),
            here: here.to_owned(),
            reference: Sides {
                client: command("reference-client", self.reference.client)?,
                server: command("reference-server", self.reference.server)?,
            },
            candidate: Sides {
                client: new("client", self.candidate.client)?,
                server: new("server", self.candidate.server)?,
            },
            compile: Vec::new(),
            wire: Sides {
                client: self.wire.clone(),
                server: self.wire.clone(),
            },
            jdks: Jdks::Default,
            comparison: Comparison {
                // A new server that goes on where the old one ends would pass without `stop`.
                aspects: USUAL.into_iter().chain([Aspect::Stop]).collect(),
                masks: Vec::new(),
                unordered: Vec::new(),
                known_differences: Vec::new(),
            },
            timeout: None,
            cases: cases(&server_end),
            server_end,
            ports,
        })
    }
}

/// The lines of the chat, typed at both programs.
fn cases(server_end: &ServerEnd) -> Vec<PairCase> {
    let rows = ProgramPair::Hello.rows().into_iter();
    rows.filter_map(|row| case(row, server_end)).collect()
}

fn case(row: ChatCase, server_end: &ServerEnd) -> Option<PairCase> {
    let stdin = match row.play {
        CaseScript::Console(stdin) => stdin,
        // It would be the same as another case, or the harness takes a role in it.
        CaseScript::DefaultPort(_) | CaseScript::Raw(_) => return None,
    };
    Some(PairCase {
        name: row.name,
        claim: row.claim,
        script: steps(&stdin, &[&stdin], true, server_end),
        arguments: Sides::default(),
        files: Sides::default(),
        networks: vec![row.network],
    })
}

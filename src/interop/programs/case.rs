//! An input for a pair of programs, and what becomes of the connection.

use crate::interop::model::participant::{Pairing, Participant};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::proxy::scripted::Step;
use crate::programs::charset::Charset;

/// One row: a name, what it claims, and how it is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatCase {
    /// The name, in kebab case.
    pub name: String,
    /// The claim, one sentence.
    pub claim: String,
    pub play: CaseScript,
    /// What happens on the way between the two.
    pub network: NetworkPlan,
    /// The character set that both are told, if any.
    pub charset: Option<Charset>,
}

/// What happens in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseScript {
    /// Client and server talk through the relay; this is the whole stdin of both.
    Console(Vec<u8>),
    /// The same without any argument, so with the original host and port.
    DefaultPort(Vec<u8>),
    /// The harness plays one of the roles by this script, in a pairing for each role.
    Raw(Vec<Step>),
}

impl ChatCase {
    /// A row through an ordinary network.
    pub fn new(name: &str, claim: &str, play: CaseScript) -> Self {
        Self {
            name: name.to_owned(),
            claim: claim.to_owned(),
            play,
            network: NetworkPlan::default(),
            charset: None,
        }
    }

    /// The same with both told to use this character set.
    pub(crate) fn in_charset(mut self, charset: Charset) -> Self {
        self.charset = Some(charset);
        self
    }

    /// The same through this network.
    ///
    /// # Panics
    ///
    /// If there is no such network.
    pub(crate) fn through(mut self, network: &str) -> Self {
        self.network = network
            .parse()
            .unwrap_or_else(|why| panic!("{}: {why}", self.name));
        self
    }

    /// The pairings of these peers in this row.
    pub fn pairings(&self, peers: &[Participant]) -> Vec<Pairing> {
        let pair = |client, server| Pairing { client, server };
        match self.play {
            CaseScript::Console(_) | CaseScript::DefaultPort(_) => peers
                .iter()
                .flat_map(|&client| peers.iter().map(move |&server| pair(client, server)))
                .collect(),
            CaseScript::Raw(_) => {
                let to_server = peers.iter().map(|&server| pair(Participant::Raw, server));
                let to_client = peers.iter().map(|&client| pair(client, Participant::Raw));
                to_server.chain(to_client).collect()
            }
        }
    }
}

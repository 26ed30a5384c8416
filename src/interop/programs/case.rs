//! An input for a pair of programs: what they are given, and what the relay does to the connection.

use crate::interop::model::participant::{Pairing, Pairings, Participant};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::proxy::scripted::Step;
use crate::programs::charset::Charset;

/// One input: a name, a claim, and a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatCase {
    /// The name, in kebab case.
    pub name: String,
    /// The claim, in one sentence.
    pub claim: String,
    pub play: CaseScript,
    /// What the relay does to the connection.
    pub network: NetworkPlan,
    /// The charset that both programs are given, if any.
    pub charset: Option<Charset>,
    /// In which pairings it is played, unless the harness plays one role.
    pub pairings: Pairings,
}

/// How an input is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseScript {
    /// Client and server talk through the relay. This is the whole stdin of both.
    Console(Vec<u8>),
    /// As `Console`, but without arguments, so that the programs use their default host and port.
    DefaultPort(Vec<u8>),
    /// The harness plays one role by this script. There is a pairing for each role.
    Raw(Vec<Step>),
}

impl ChatCase {
    /// An input with an undisturbed network.
    pub fn new(name: &str, claim: &str, play: CaseScript) -> Self {
        Self {
            name: name.to_owned(),
            claim: claim.to_owned(),
            play,
            network: NetworkPlan::default(),
            charset: None,
            pairings: Pairings::All,
        }
    }

    /// The same input, played only in the pairings with the oracle.
    pub(crate) fn only_with_the_oracle(mut self) -> Self {
        self.pairings = Pairings::WithTheOracle;
        self
    }

    /// The same input, with both programs given this charset.
    pub(crate) fn in_charset(mut self, charset: Charset) -> Self {
        self.charset = Some(charset);
        self
    }

    /// The same input with this network plan.
    ///
    /// # Panics
    ///
    /// If `network` is not a network plan.
    pub(crate) fn through(mut self, network: &str) -> Self {
        self.network = network
            .parse()
            .unwrap_or_else(|why| panic!("{}: {why}", self.name));
        self
    }

    /// The pairings of `peers` that play this input.
    pub fn pairings(&self, peers: &[Participant], oracle: Option<Participant>) -> Vec<Pairing> {
        let pair = |client, server| Pairing { client, server };
        match self.play {
            CaseScript::Console(_) | CaseScript::DefaultPort(_) => self.pairings.of(peers, oracle),
            CaseScript::Raw(_) => {
                let to_server = peers.iter().map(|&server| pair(Participant::Raw, server));
                let to_client = peers.iter().map(|&client| pair(client, Participant::Raw));
                to_server.chain(to_client).collect()
            }
        }
    }
}

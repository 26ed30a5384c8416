//! Which version of a pair plays a role.

use crate::interop::model::participant::Participant;

/// A version of the programs of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// The old programs; on the JDK of this feature release, if the pair says on which JDKs they run.
    Reference(Option<u32>),
    /// The new programs.
    Candidate,
}

impl Version {
    /// The participant under whose name the results list this version: `reference`,
    /// `reference-java17`, `candidate`.
    pub fn participant(self) -> Participant {
        match self {
            Self::Reference(None) => Participant::ExternalPeer("reference"),
            Self::Reference(Some(feature)) => {
                Participant::external_peer(&format!("reference-java{feature}"))
            }
            Self::Candidate => Participant::ExternalPeer("candidate"),
        }
    }
}

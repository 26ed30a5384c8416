//! Why a pairing of programs could not be started.

use thiserror::Error;

use crate::interop::model::participant::Participant;
use crate::interop::toolbox::{ToolboxError, WarmError};
use crate::system::process::StartError;

/// Why a pairing could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetUpError {
    /// A JDK, compiler or interpreter is missing.
    #[error(transparent)]
    Toolbox(#[from] ToolboxError),
    /// This peer has no such program.
    #[error("{0} has no such program")]
    NoProgram(Participant),
    /// Neither a network namespace nor the real port is available.
    #[error(
        "its port is not available ({why}), and neither is a network namespace in which it is free \
         ({no_network}); run it as root, or allow user namespaces"
    )]
    DefaultPort {
        /// Why the real port is not available.
        why: String,
        /// Why a network namespace is not available.
        no_network: String,
    },
    /// The network plan needs a relay, and no relay can be placed between the two programs, for
    /// this reason.
    #[error(
        "the network plan cannot be applied, because no relay can be placed between two programs \
         with a fixed port here ({0}); allow user namespaces"
    )]
    NoRelay(String),
    /// The network plan is for connections, and a pair with only UDP ports has none.
    #[error(
        "the network plan cannot be applied, because all ports of the pair are UDP ports: it shapes TCP \
         connections"
    )]
    NoConnections,
    /// The files of a case could not be copied for a program.
    #[error("{} cannot be copied: {why}", folder.display())]
    Files {
        /// The folder of the files.
        folder: std::path::PathBuf,
        #[source]
        why: std::io::Error,
    },
    /// There is no folder for a program to run in.
    #[error("no folder for the files of a program can be made in {}: {why}", folder.display())]
    Folder {
        /// Where it should have been made.
        folder: std::path::PathBuf,
        #[source]
        why: std::io::Error,
    },
    #[error(transparent)]
    Start(#[from] StartError),
    /// The harness could not open a port.
    #[error("no port for the relay: {0}")]
    Listen(#[source] std::io::Error),
}

impl From<WarmError> for SetUpError {
    fn from(why: WarmError) -> Self {
        match why {
            WarmError::Toolbox(why) => Self::Toolbox(why),
            WarmError::Start(why) => Self::Start(why),
        }
    }
}

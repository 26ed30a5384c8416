//! The participants of a run and their versions.

use std::fmt::Write as _;

use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::Participant;
use crate::system::jdk::Jdk;
use crate::system::toolchain::Language;

/// The entries of Rust, of these JDKs, and of the others.
pub fn participants(jdks: &[Jdk], others: &[PeerEntry]) -> Vec<PeerEntry> {
    let version = env!("CARGO_PKG_VERSION");
    let rust = PeerEntry {
        name: Participant::Rust.to_string(),
        what: format!("javatalk {version}"),
        home: String::new(),
        version: version.to_owned(),
    };
    let javas = jdks.iter().map(|jdk| PeerEntry {
        name: Participant::Java(jdk.feature()).to_string(),
        what: match jdk.vendor() {
            Some(vendor) => format!("{} ({vendor})", jdk.version()),
            None => jdk.version().to_owned(),
        },
        home: jdk.home().display().to_string(),
        version: jdk.version().to_owned(),
    });
    let known = std::iter::once(rust).chain(javas);
    known.chain(others.iter().cloned()).collect()
}

impl PeerEntry {
    /// The small socket programs in this language, with the version of the interpreter or compiler.
    pub fn socket_programs(language: Language, version: &str) -> Self {
        Self {
            name: language.to_string(),
            what: format!("{version}, a small client and server with send and recv"),
            home: String::new(),
            version: version.to_owned(),
        }
    }
}

/// A line for each participant: the name, and the version with its vendor or language.
pub fn listed(peers: &[PeerEntry]) -> String {
    let width = peers.iter().map(|peer| peer.name.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for peer in peers {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  {}", peer.name, peer.what);
    }
    text
}

//! The versions of a pair, and which of them play with which.

use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::programs::pairs::definition::{Jdks, Pair};
use crate::interop::programs::pairs::version::Version;

/// The versions of one pair, each with its name in the results.
#[derive(Debug)]
pub(super) struct Versions {
    /// The old programs on each JDK, the oldest first; the last one is the oracle.
    references: Vec<(Version, Participant)>,
    /// Which of the new programs there are: the client, the server.
    candidate: [bool; 2],
}

const CANDIDATE: Participant = Participant::ExternalPeer("candidate");

impl Versions {
    /// The versions of `pair` on a machine with these feature releases.
    pub(super) fn of(pair: &Pair, javas: &[u32]) -> Self {
        let mut features = match &pair.jdks {
            Jdks::Default => Vec::new(),
            Jdks::All => javas.to_vec(),
            Jdks::These(features) => features.clone(),
        };
        features.sort_unstable();
        features.dedup();
        let versions: Vec<Version> = match pair.jdks {
            Jdks::Default => vec![Version::Reference(None)],
            Jdks::All | Jdks::These(_) => {
                let features = features.into_iter();
                features
                    .map(|feature| Version::Reference(Some(feature)))
                    .collect()
            }
        };
        let named = |version: Version| (version, version.participant());
        Self {
            references: versions.into_iter().map(named).collect(),
            candidate: [
                pair.candidate.client.is_some(),
                pair.candidate.server.is_some(),
            ],
        }
    }

    /// The old programs on the newest JDK, with themselves; none if there is no JDK.
    pub(super) fn oracle(&self) -> Option<Pairing> {
        let (_, newest) = self.references.last()?;
        Some(both(*newest))
    }

    /// Every pairing: the old programs with themselves on each JDK, and every pairing with the new
    /// ones. The old programs of two JDKs are not paired.
    pub(super) fn pairings(&self) -> Vec<Pairing> {
        let [client, server] = self.candidate;
        let mut pairings = Vec::new();
        for &(_, reference) in &self.references {
            pairings.push(both(reference));
            if client {
                pairings.push(Pairing {
                    client: CANDIDATE,
                    server: reference,
                });
            }
            if server {
                pairings.push(Pairing {
                    client: reference,
                    server: CANDIDATE,
                });
            }
        }
        if self.references.is_empty() {
            // Without a JDK nothing runs, and the case says so.
            pairings.push(both(Participant::ExternalPeer("reference")));
        }
        if client && server {
            pairings.push(both(CANDIDATE));
        }
        pairings
    }

    /// The version of this name.
    pub(super) fn version(&self, peer: Participant) -> Option<Version> {
        if peer == CANDIDATE {
            return Some(Version::Candidate);
        }
        let mut references = self.references.iter();
        let (version, _) = references.find(|(_, name)| *name == peer)?;
        Some(*version)
    }
}

fn both(peer: Participant) -> Pairing {
    Pairing {
        client: peer,
        server: peer,
    }
}

/// The versions of these pairs for the reports, each with its commands.
pub(super) fn entries<'a>(pairs: impl Iterator<Item = (&'a Pair, &'a Versions)>) -> Vec<PeerEntry> {
    let mut entries: Vec<PeerEntry> = Vec::new();
    for (pair, versions) in pairs {
        let candidate = (Version::Candidate, CANDIDATE);
        for &(version, name) in versions.references.iter().chain([&candidate]) {
            let commands = [Role::Client, Role::Server].map(|role| match version {
                Version::Reference(_) => Some(&pair.reference.of(role).text),
                Version::Candidate => pair.candidate.of(role).as_ref().map(|new| &new.text),
            });
            let commands = commands.into_iter().flatten();
            let commands: Vec<String> = commands.map(|text| format!("`{text}`")).collect();
            let own = match &*pair.name {
                "" => commands.join(" and "),
                pair => format!("{pair}: {}", commands.join(" and ")),
            };
            match entries
                .iter_mut()
                .find(|entry| entry.name == name.to_string())
            {
                Some(entry) => {
                    entry.what.push_str("; ");
                    entry.what.push_str(&own);
                }
                None => entries.push(PeerEntry {
                    name: name.to_string(),
                    what: own,
                    home: String::new(),
                    version: String::new(),
                }),
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::programs::pairs::file::parse;

    /// The pairings of a pair with these lines, on a machine with JDK 8 and 25.
    fn pairings(lines: &str) -> (Option<String>, Vec<String>) {
        let text = format!(
            "[[pair]]\nname = \"p\"\nreference.client = \"java C {{port}}\"\n\
             reference.server = \"java S {{port}}\"\n{lines}\n\
             [[pair.case]]\nname = \"c\"\nclient = \"\"\n"
        );
        let pairs = parse("p.toml", &text, std::path::Path::new("/"), "p").unwrap();
        let versions = Versions::of(&pairs[0], &[8, 25]);
        let pairings = versions.pairings();
        for pairing in &pairings {
            assert!(versions.version(pairing.client).is_some(), "{pairing}");
        }
        let names = pairings.iter().map(ToString::to_string);
        (versions.oracle().map(|o| o.to_string()), names.collect())
    }

    #[test]
    fn every_pairing_with_a_new_program_is_played_and_the_old_ones_alone() {
        let (oracle, names) =
            pairings("candidate.client = \"cat {port}\"\ncandidate.server = \"cat {port}\"");
        assert_eq!(oracle.unwrap(), "reference-to-reference");
        assert_eq!(
            names,
            [
                "reference-to-reference",
                "candidate-to-reference",
                "reference-to-candidate",
                "candidate-to-candidate",
            ]
        );
        let (_, names) = pairings("candidate.server = \"cat {port}\"");
        assert_eq!(names, ["reference-to-reference", "reference-to-candidate"]);
    }

    #[test]
    fn the_old_programs_of_the_newest_jdk_judge_those_of_the_others() {
        let (oracle, names) = pairings("candidate.client = \"cat {port}\"\njdks = \"all\"");
        assert_eq!(oracle.unwrap(), "reference-java25-to-reference-java25");
        assert_eq!(
            names,
            [
                "reference-java8-to-reference-java8",
                "candidate-to-reference-java8",
                "reference-java25-to-reference-java25",
                "candidate-to-reference-java25",
            ]
        );
    }

    #[test]
    fn each_version_is_listed_once_with_its_commands() {
        let text = "[[pair]]\nname = \"p\"\nreference.client = \"cat oc {port}\"\n\
                    reference.server = \"cat os {port}\"\ncandidate.server = \"cat ns {port}\"\n\
                    [[pair.case]]\nname = \"c\"\nclient = \"\"\n";
        let two = format!("{text}{}", text.replace("\"p\"", "\"q\""));
        let pairs = parse("p.toml", &two, std::path::Path::new("/"), "p").unwrap();
        let versions: Vec<_> = pairs.iter().map(|pair| Versions::of(pair, &[])).collect();
        let entries = entries(pairs.iter().zip(&versions));
        let told: Vec<String> = entries
            .iter()
            .map(|e| format!("{}: {}", e.name, e.what))
            .collect();
        assert_eq!(
            told,
            [
                "reference: p: `cat oc {port}` and `cat os {port}`; q: `cat oc {port}` and `cat os {port}`",
                "candidate: p: `cat ns {port}`; q: `cat ns {port}`",
            ]
        );
    }
}

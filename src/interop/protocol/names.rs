//! The names that identify peers in case names, filters, reports and file names.

use std::collections::BTreeMap;

use super::identity::Identity;
use crate::system::toolchain::Language;

/// Whether `name` belongs to a participant of this package, ignoring case.
pub(crate) fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_java = name
        .strip_prefix("java")
        .is_some_and(|release| release.bytes().all(|byte| byte.is_ascii_digit()));
    is_java
        // `candidate` and `reference` name the two pairs of programs of `--client` and `--server`.
        || ["rust", "raw", "candidate", "reference"].contains(&name.as_str())
        || Language::ALL.iter().any(|language| language.to_string() == name)
}

/// Returns the name for each of these peers. Each is given with the command that starts it.
///
/// A peer keeps the name that it reports. Peers that report the same name are versions of one
/// implementation: each becomes `NAME-VERSION`.
///
/// # Errors
///
/// If a name is reserved, or two peers would have the same name.
pub(crate) fn file_names(peers: &[(Identity, String)]) -> Result<Vec<String>, NameError> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (identity, command) in peers {
        let name = identity.name.as_str();
        if is_reserved(name) {
            return Err(NameError(format!(
                "`{command}` calls itself `{name}`, which is the name of a participant of javatalk; \
                 give it a name of its own, for example `my-{name}`"
            )));
        }
        *counts.entry(name).or_default() += 1;
    }
    let mut filed: BTreeMap<String, &(Identity, String)> = BTreeMap::new();
    let mut names = Vec::new();
    for peer in peers {
        let (identity, command) = peer;
        let name = if counts[identity.name.as_str()] == 1 {
            identity.name.clone()
        } else {
            let name = format!("{}-{}", identity.name, in_a_name(&identity.version));
            check_name_with_version(&name, command)?;
            name
        };
        if let Some((other, others_command)) = filed.insert(name.clone(), peer) {
            return Err(NameError(format!(
                "two peers would both be filed as `{name}`: `{others_command}`, which says that it \
                 is {other}, and `{command}`, which says that it is {identity}; give one of them \
                 another name or version"
            )));
        }
        names.push(name);
    }
    Ok(names)
}

fn check_name_with_version(name: &str, command: &str) -> Result<(), NameError> {
    if name.split('-').any(|part| part == "to") {
        return Err(NameError(format!(
            "another peer has the same name as `{command}`, which would be filed as `{name}`; \
             `to` stands between the two names of a pairing, so give it another version"
        )));
    }
    Ok(())
}

/// The version as part of a name: `_` replaces every character that a name must not contain.
fn in_a_name(version: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    version
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect()
}

/// Why these peers cannot take part under their names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NameError(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(hellos: &[&str]) -> Result<Vec<String>, String> {
        let peers: Vec<(Identity, String)> = hellos
            .iter()
            .enumerate()
            .map(|(number, hello)| {
                let identity = format!("peer {hello}").parse().unwrap();
                (identity, format!("./peer{number}"))
            })
            .collect();
        file_names(&peers).map_err(|why| why.to_string())
    }

    #[test]
    fn a_peer_is_filed_under_its_name() {
        assert_eq!(
            filed(&["zig-peer zig 0.15", "c c 23"]).unwrap(),
            ["zig-peer", "c"]
        );
    }

    #[test]
    fn peers_with_equal_names_are_distinguished_by_version() {
        assert_eq!(
            filed(&["mine c 1.0", "other c 1.0", "mine c 2.0~rc(1)"]).unwrap(),
            ["mine-1.0", "other", "mine-2.0_rc_1_"]
        );
    }

    #[test]
    fn ambiguous_peers_are_refused_with_both_commands() {
        let why = filed(&["mine c 1.0", "mine d 1.0"]).unwrap_err();
        assert_eq!(
            why,
            "two peers would both be filed as `mine-1.0`: `./peer0`, which says that it is mine (c \
             1.0), and `./peer1`, which says that it is mine (d 1.0); give one of them another name \
             or version"
        );
        // A name with its version may equal the name of a third peer.
        let why = filed(&["mine-1 c 7", "mine c 1", "mine c 2"]).unwrap_err();
        assert!(why.contains("filed as `mine-1`: `./peer0`"), "{why}");
        filed(&["mine c 1-to-2", "mine c 2"]).unwrap_err();
    }

    #[test]
    fn reserved_participant_names_are_refused() {
        for name in [
            "rust",
            "Rust",
            "raw",
            "java",
            "java8",
            "java25",
            "JAVA017",
            "python",
            "cpp",
            "candidate",
            "reference",
        ] {
            let why = filed(&[&format!("{name} c 1")]).unwrap_err();
            assert!(
                why.starts_with(&format!("`./peer0` calls itself `{name}`")),
                "{why}"
            );
        }
        for name in [
            "rusty",
            "java-8",
            "java8u",
            "javascript",
            "pythonic",
            "cpp-peer",
        ] {
            assert_eq!(filed(&[&format!("{name} c 1")]).unwrap(), [name]);
        }
    }
}

//! The TOML file of `--cast`: the values of `--peer` in a file.
//!
//! ```toml
//! [[peer]]
//! command = "python3 my_peer.py"
//! ```

use std::path::Path;

use serde::Deserialize;

use crate::system::process::{CommandLineError, Invocation};

/// The content of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParticipantsFile {
    #[serde(default, rename = "peer")]
    pub(crate) peers: Vec<PeerEntry>,
    /// Pairs of programs have files of their own.
    pair: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeerEntry {
    pub(crate) command: Command,
}

/// A command line, as in `--peer`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Command(pub(crate) Invocation);

impl TryFrom<String> for Command {
    type Error = CommandLineError;

    fn try_from(text: String) -> Result<Self, CommandLineError> {
        text.parse().map(Self)
    }
}

impl ParticipantsFile {
    /// Reads the file.
    pub(crate) fn read(file: &Path) -> Result<Self, ParticipantsFileError> {
        let wrong = |why: String| ParticipantsFileError {
            file: file.display().to_string(),
            why,
        };
        let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
        // The error of the parser shows the line and the mistake in it.
        let content: Self =
            toml::from_str(&text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
        match &content.pair {
            Some(pair) => Err(wrong(moved(pair))),
            None => Ok(content),
        }
    }
}

/// Where a `[pair]` belongs, with the command that writes its new file.
fn moved(pair: &toml::Value) -> String {
    let option = |key: &str| {
        let value = match pair.get(key)? {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            _ => return None,
        };
        let value = shlex::try_quote(&value).ok()?;
        Some(format!(" --{key} {value}"))
    };
    let keys = [
        "client",
        "server",
        "reference-client",
        "reference-server",
        "port",
        "wire",
        "charset",
    ];
    let options: String = keys.into_iter().filter_map(option).collect();
    let inputs = match pair.get("inputs") {
        Some(_) => ", with a [[pair.case]] for each of the `inputs`",
        None => "",
    };
    format!(
        "a [pair] has a file of its own, which `javatalk interop --pair FILE` plays: write it by \
         `javatalk pair new{options}`{inputs}"
    )
}

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub(crate) struct ParticipantsFileError {
    file: String,
    why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ParticipantsFile, ParticipantsFileError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cast.toml");
        std::fs::write(&file, text).unwrap();
        ParticipantsFile::read(&file)
    }

    #[test]
    fn a_participants_file_with_peers_is_read() {
        let cast =
            read("[[peer]]\ncommand = \"sh one\"\n[[peer]]\ncommand = \"sh two\"\n").unwrap();
        assert_eq!(cast.peers.len(), 2);
    }

    #[test]
    fn a_pair_in_a_participants_file_is_sent_to_its_own_file() {
        let pair =
            "[pair]\nclient = \"./new client\"\nreference-client = \"java client\"\nport = 7\n";
        for (more, inputs) in [
            ("", ""),
            (
                "inputs = [\"a\"]\n",
                ", with a [[pair.case]] for each of the `inputs`",
            ),
        ] {
            let why = read(&format!("{pair}{more}")).unwrap_err().to_string();
            let said = format!(
                ": a [pair] has a file of its own, which `javatalk interop --pair FILE` plays: write \
                 it by `javatalk pair new --client './new client' --reference-client 'java client' \
                 --port 7`{inputs}"
            );
            assert!(why.ends_with(&said), "{why}");
        }
    }

    #[test]
    fn errors_in_a_participants_file_are_explained() {
        let why = read("[[peer]]\ncomand = \"sh one\"\n")
            .unwrap_err()
            .to_string();
        assert!(why.contains("line 2") && why.contains("comand"), "{why}");
        let why = read("[[peer]]\ncommand = \"no-such-program-here\"\n")
            .unwrap_err()
            .to_string();
        assert!(
            why.contains("no-such-program-here: there is no such program"),
            "{why}"
        );
        let why = ParticipantsFile::read(Path::new("/no/such/file"))
            .unwrap_err()
            .to_string();
        assert!(why.starts_with("/no/such/file: "), "{why}");
    }
}

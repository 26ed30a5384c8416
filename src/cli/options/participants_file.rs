//! The TOML file of `--cast`: the values of `--peer`, `--client` and so on, in a file.
//!
//! ```toml
//! [[peer]]
//! command = "python3 my_peer.py"
//!
//! [pair]
//! client = "./new-client"
//! server = "./new-server"
//! reference-client = "java -cp old client"
//! reference-server = "java -cp old server"
//! port = 666
//! inputs = ["hello\n", ""]
//! wire = "line"
//! charset = "GBK"
//! ```
//!
//! `port` and `inputs` are optional; the defaults are 666 and the lines of the chat. `wire` and
//! `charset` are optional too: without them, reports show bytes and text without field names.

use std::path::Path;

use serde::Deserialize;

use crate::interop::peer::command_line::{CommandLineError, PeerCommand};
use crate::programs::charset::{Charset, UnknownCharset};
use crate::programs::framing::Framing;

/// The content of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParticipantsFile {
    #[serde(default, rename = "peer")]
    pub(crate) peers: Vec<PeerEntry>,
    pub(crate) pair: Option<PairEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeerEntry {
    pub(crate) command: Command,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PairEntry {
    pub(crate) client: Command,
    pub(crate) server: Command,
    pub(crate) reference_client: Command,
    pub(crate) reference_server: Command,
    #[serde(default = "default_port")]
    pub(crate) port: u16,
    #[serde(default)]
    pub(crate) inputs: Vec<String>,
    pub(crate) wire: Option<Framing>,
    pub(crate) charset: Option<CharsetName>,
}

fn default_port() -> u16 {
    crate::programs::DEFAULT_PORT
}

/// A charset, as in `--charset`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct CharsetName(pub(crate) Charset);

impl TryFrom<String> for CharsetName {
    type Error = UnknownCharset;

    fn try_from(text: String) -> Result<Self, UnknownCharset> {
        text.parse().map(Self)
    }
}

/// A command line, as in `--peer`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Command(pub(crate) PeerCommand);

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
        toml::from_str(&text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))
    }
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
    fn a_participants_file_with_peers_and_a_pair_is_read() {
        let cast = read(
            "[[peer]]\ncommand = \"sh one\"\n[[peer]]\ncommand = \"sh two\"\n\
             [pair]\nclient = \"sh c\"\nserver = \"sh s\"\n\
             reference-client = \"sh rc\"\nreference-server = \"sh rs\"\n\
             inputs = [\"hello\\n\", \"\"]\nwire = \"line\"\ncharset = \"gbk\"\n",
        )
        .unwrap();
        assert_eq!(cast.peers.len(), 2);
        let pair = cast.pair.unwrap();
        assert_eq!(
            (pair.port, pair.inputs.as_slice()),
            (666, &["hello\n".to_owned(), String::new()][..])
        );
        assert_eq!(pair.wire, Some(Framing::Line(Charset::Utf8)));
        assert_eq!(pair.charset.map(|name| name.0), Some(Charset::Gbk));
    }

    #[test]
    fn errors_in_a_participants_file_are_explained() {
        let pair = "[pair]\nclient = \"sh\"\nserver = \"sh\"\nreference-client = \"sh\"\n\
                    reference-server = \"sh\"\n";
        let why = read(&format!("{pair}charset = \"KOI8-R\"\n"))
            .unwrap_err()
            .to_string();
        assert!(why.contains("line 6") && why.contains("KOI8-R"), "{why}");
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

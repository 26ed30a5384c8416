//! The cases of a pair.

use std::path::PathBuf;
use std::sync::Arc;

use super::command::{Surroundings, words};
use super::limits;
use super::script::script;
use super::source::{Checked, Source};
use super::table::{Section, Text, Value};
use crate::interop::model::pair::{Action, ActorName, ScriptStep, Sides, Transport, Where, Word};
use crate::interop::programs::pairs::definition::{PairCase, ServerEnd, Stop};
use crate::interop::proxy::plan::NetworkPlan;
use crate::text::quotation::quoted;

/// The keys of a case.
pub(super) const KEYS: &[&str] = &[
    "name",
    "claim",
    "client",
    "clients",
    "order",
    "server",
    "script",
    "arguments",
    "files",
    "networks",
];

/// What a pair says for all its cases.
pub(super) struct Usual<'a> {
    pub(super) surroundings: Surroundings<'a>,
    pub(super) files: Sides<Option<PathBuf>>,
    pub(super) networks: Vec<NetworkPlan>,
    pub(super) server_end: &'a ServerEnd,
}

impl Usual<'_> {
    /// One case.
    pub(super) fn case(&self, source: &Source<'_>, section: &Section<'_>) -> Checked<PairCase> {
        let name = section
            .require("name", "name = \"hello\"")?
            .text()?
            .name()?;
        let claim = match section.text("claim")? {
            Some(claim) => claim.filled()?.to_owned(),
            None => format!("With {name}, every pairing behaves like the old programs."),
        };
        let script = match section.text("script")? {
            Some(text) => {
                for key in ["client", "clients", "server", "order"] {
                    if let Some(value) = section.get(key) {
                        return Err(value.wrong(format!(
                            "a case has either `script` or `{key}`: in a script, write \
                             `{} types ...`",
                            if key == "server" { key } else { "a" }
                        )));
                    }
                }
                script(source, &text)?
            }
            None => self.plain(section)?,
        };
        let files = section.get("files");
        let networks = section.get("networks");
        Ok(PairCase {
            name,
            claim,
            script,
            arguments: self.arguments(section)?,
            files: match files {
                Some(value) => files_of(&self.surroundings, &value)?,
                None => self.files.clone(),
            },
            networks: match networks {
                Some(value) => networks_of(&self.surroundings, &value)?,
                None => self.networks.clone(),
            },
        })
    }

    /// The steps of a case without a script.
    fn plain(&self, section: &Section<'_>) -> Checked<Vec<ScriptStep>> {
        let server = section.text("server")?;
        let server = server.map_or(&b""[..], |text| text.text.as_bytes());
        let order = section.text("order")?;
        let (clients, at_once) = match (section.text("client")?, section.get("clients")) {
            (Some(_), Some(clients)) => {
                return Err(clients.wrong(
                    "a case has either `client`, the stdin of one, or `clients`, the stdin of each",
                ));
            }
            (None, Some(clients)) => {
                let inputs = clients.texts(limits::CLIENTS, "clients")?;
                if inputs.is_empty() {
                    return Err(clients.wrong("`clients` is empty: write the stdin of each"));
                }
                let at_once = match &order {
                    Some(text) => {
                        text.one_of(&[("at-once", true), ("one-after-another", false)])?
                    }
                    None => true,
                };
                (
                    inputs.iter().map(|text| text.text.as_bytes()).collect(),
                    at_once,
                )
            }
            (client, None) => {
                if let Some(order) = order {
                    return Err(order.wrong("`order` needs `clients`, the stdin of each client"));
                }
                (
                    vec![client.map_or(&b""[..], |text| text.text.as_bytes())],
                    true,
                )
            }
        };
        Ok(steps(server, &clients, at_once, self.server_end))
    }

    fn arguments(&self, section: &Section<'_>) -> Checked<Sides<Vec<Word>>> {
        let Some(value) = section.get("arguments") else {
            return Ok(Sides::default());
        };
        let sides = value.section("`arguments`", &["client", "server"])?;
        let side = |role: &str| {
            let Some(value) = sides.get(role) else {
                return Ok(Vec::new());
            };
            if let Some(text) = value.as_text() {
                let words = words(text.text).map_err(|why| text.wrong(why))?;
                let words = words.iter().map(|word| self.argument(&text, word));
                return words.collect();
            }
            let texts = value.texts(limits::ITEMS, "arguments")?;
            texts
                .iter()
                .map(|text| self.argument(text, text.text))
                .collect()
        };
        Ok(Sides {
            client: side("client")?,
            server: side("server")?,
        })
    }

    fn argument(&self, text: &Text<'_>, word: &str) -> Checked<Word> {
        self.surroundings.word(word).map_err(|why| text.wrong(why))
    }
}

/// The steps that give each program its stdin. A server that is to be stopped by its stdin keeps it.
pub(crate) fn steps(
    server: &[u8],
    clients: &[&[u8]],
    at_once: bool,
    server_end: &ServerEnd,
) -> Vec<ScriptStep> {
    let mut steps = Vec::new();
    let of_server: Arc<str> = Arc::from(ActorName::SERVER);
    if !server.is_empty() {
        steps.push(types(&of_server, server));
    }
    match server_end {
        ServerEnd::AfterClients(Stop::Stdin(_)) => {}
        ServerEnd::ByItself | ServerEnd::AfterClients(Stop::Terminate | Stop::Client(_)) => {
            steps.push(plain(&of_server, "closes", Action::Close));
        }
    }
    let name = |index: usize| -> Arc<str> {
        match clients.len() {
            1 => Arc::from("client"),
            _ => Arc::from(format!("client-{}", index + 1)),
        }
    };
    let named = || {
        clients
            .iter()
            .enumerate()
            .map(|(index, text)| (name(index), *text))
    };
    let gives = |(name, text): (Arc<str>, &[u8])| {
        let typed = (!text.is_empty()).then(|| types(&name, text));
        typed
            .into_iter()
            .chain([plain(&name, "closes", Action::Close)])
    };
    if at_once {
        steps.extend(named().map(|(name, _)| plain(&name, "starts", Action::Start)));
        steps.extend(named().flat_map(gives));
    } else {
        for (name, text) in named() {
            steps.push(plain(&name, "starts", Action::Start));
            steps.extend(gives((Arc::clone(&name), text)));
            steps.push(plain(&name, "ends", Action::AwaitEnd));
        }
    }
    steps
}

fn types(name: &Arc<str>, text: &[u8]) -> ScriptStep {
    let said = format!("types {}", quoted(text, 40));
    plain(name, &said, Action::Type(text.to_vec()))
}

fn plain(name: &Arc<str>, said: &str, action: Action) -> ScriptStep {
    ScriptStep {
        actor: ActorName(Arc::clone(name)),
        action,
        at: Where {
            line: 0,
            text: format!("{name} {said}"),
        },
    }
}

/// `files` of a pair or a case.
pub(super) fn files_of(
    surroundings: &Surroundings<'_>,
    value: &Value<'_>,
) -> Checked<Sides<Option<PathBuf>>> {
    if let Some(text) = value.as_text() {
        let folder = surroundings.folder(&text)?;
        return Ok(Sides {
            client: Some(folder.clone()),
            server: Some(folder),
        });
    }
    if !value.is_table() {
        return Err(value.expected("a folder, or a table with `client` and `server`"));
    }
    let sides = value.section("`files`", &["client", "server"])?;
    let side = |role: &str| {
        let text = sides.text(role)?;
        text.map(|text| surroundings.folder(&text)).transpose()
    };
    Ok(Sides {
        client: side("client")?,
        server: side("server")?,
    })
}

/// `networks` of a pair or a case: the undisturbed one, and these.
pub(super) fn networks_of(
    surroundings: &Surroundings<'_>,
    value: &Value<'_>,
) -> Checked<Vec<NetworkPlan>> {
    let mut networks = vec![NetworkPlan::default()];
    let texts = value.texts(limits::ITEMS, "networks")?;
    let is_udp = surroundings
        .ports
        .iter()
        .all(|port| port.transport == Transport::Udp);
    if is_udp && !texts.is_empty() {
        return Err(value.wrong(
            "`networks` disturbs TCP connections, and all ports of this pair are UDP: remove it",
        ));
    }
    for text in texts {
        let words = match text.text.trim() {
            "byte by byte" => "both ways slice 1",
            words => words,
        };
        let network: NetworkPlan = words
            .parse()
            .map_err(|why: String| text.wrong(format!("`networks`: {why}")))?;
        if networks.contains(&network) {
            let what = format!(
                "`networks` has {:?} twice; every case also runs undisturbed",
                text.text
            );
            return Err(text.wrong(what));
        }
        networks.push(network);
    }
    Ok(networks)
}

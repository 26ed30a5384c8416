//! A case as it stands in a pair file: the `[[pair.case]]` that a user pastes there.

use std::fmt::Write as _;
use std::path::Path;

use super::input::{Does, Input, LineEnd, Lines, Stdin, Step};
use crate::interop::model::pair::{Action, Pattern, Port, Sides, Stream, Word, WordPart};
use crate::interop::programs::pairs::definition::{Pair, PairCase};
use crate::text::printable::is_invisible;
use crate::text::toml::quoted;

/// The line of the block with the first step of a script, if it has one.
pub(super) const FIRST_STEP: usize = 5;

/// The case `base` of `pair` under this name, with this claim and input.
pub(super) fn block(
    pair: &Pair,
    base: &PairCase,
    name: &str,
    claim: &str,
    input: &Input,
) -> String {
    let mut block = format!(
        "[[pair.case]]\nname = {}\nclaim = {}\n",
        quoted(name),
        quoted(claim)
    );
    // Writing to a string cannot fail.
    let mut key = |key: &str, value: &str| {
        let _ = writeln!(block, "{key} = {value}");
    };
    match &input.stdin {
        Stdin::Script(steps) => {
            let steps: Vec<String> = steps.iter().map(|each| step(each) + "\n").collect();
            let steps = steps.concat();
            let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            match steps.contains("'''") || steps.contains(is_control) {
                true => key("script", &quoted(&steps)),
                false => key("script", &format!("'''\n{steps}'''")),
            }
        }
        Stdin::Whole {
            server,
            clients,
            at_once,
        } => {
            let text = |lines: &Lines| quoted(&String::from_utf8_lossy(&lines.bytes()));
            match &clients[..] {
                [client] => key("client", &text(client)),
                clients => {
                    let clients: Vec<String> = clients.iter().map(text).collect();
                    key("clients", &format!("[{}]", clients.join(", ")));
                    if !at_once {
                        key("order", "\"one-after-another\"");
                    }
                }
            }
            if !server.0.is_empty() {
                key("server", &text(server));
            }
        }
    }
    let words = |words: &Vec<Word>| {
        let words = words.iter().map(|each| quoted(&word(each, &pair.ports)));
        format!("[{}]", words.collect::<Vec<_>>().join(", "))
    };
    let sides = [
        ("client", &input.arguments.client),
        ("server", &input.arguments.server),
    ];
    let sides = sides.into_iter().filter(|(_, words)| !words.is_empty());
    let sides: Vec<String> = sides
        .map(|(role, given)| format!("{role} = {}", words(given)))
        .collect();
    if !sides.is_empty() {
        key("arguments", &format!("{{ {} }}", sides.join(", ")));
    }
    if let Some(files) = files(&base.files, &pair.here) {
        key("files", &files);
    }
    block
}

/// `files` of a case with these folders.
fn files(files: &Sides<Option<std::path::PathBuf>>, here: &Path) -> Option<String> {
    let folder = |path: &Path| {
        let below = path.strip_prefix(here).unwrap_or(path);
        match below.to_string_lossy() {
            below if below.is_empty() => quoted("{here}"),
            below => quoted(&below),
        }
    };
    match (&files.client, &files.server) {
        (None, None) => None,
        (Some(client), Some(server)) if client == server => Some(folder(client)),
        (Some(client), Some(server)) => Some(format!(
            "{{ client = {}, server = {} }}",
            folder(client),
            folder(server)
        )),
        (Some(client), None) => Some(format!("{{ client = {} }}", folder(client))),
        (None, Some(server)) => Some(format!("{{ server = {} }}", folder(server))),
    }
}

/// An argument as it stands in the file.
fn word(word: &Word, ports: &[Port]) -> String {
    let part = |part: &WordPart| match part {
        WordPart::Text(text) => text.replace('{', "{{").replace('}', "}}"),
        WordPart::Host => "{host}".to_owned(),
        WordPart::Here => "{here}".to_owned(),
        WordPart::Port(index) => match ports.get(*index).map(|port| port.name.as_str()) {
            None | Some("") => "{port}".to_owned(),
            Some(name) => format!("{{port.{name}}}"),
        },
    };
    word.0.iter().map(part).collect()
}

/// A step as it stands in a script.
pub(super) fn step(step: &Step) -> String {
    let actor = &step.actor;
    match &step.does {
        Does::Types(lines) => match &lines.0[..] {
            [line] if line.end == LineEnd::Lf && is_plain(&line.text) => {
                format!("{actor} types {}", String::from_utf8_lossy(&line.text))
            }
            _ => format!("{actor} types {}", escaped(&lines.bytes())),
        },
        Does::Other(Action::Type(bytes)) => format!("{actor} types {}", escaped(bytes)),
        Does::Other(Action::Expect(stream, pattern)) => {
            let verb = match stream {
                Stream::Stdout => "prints",
                Stream::Stderr => "logs",
            };
            let pattern = match pattern {
                Pattern::Text(text) if is_plain(text) && !text.starts_with(b"/") => {
                    String::from_utf8_lossy(text).into_owned()
                }
                Pattern::Text(text) => escaped(text),
                Pattern::Regex(regex) => format!("/{regex}/"),
            };
            format!("{actor} {verb} {pattern}")
        }
        Does::Other(Action::Start) => format!("{actor} starts"),
        Does::Other(Action::Close) => format!("{actor} closes"),
        Does::Other(Action::AwaitEnd) => format!("{actor} ends"),
        Does::Other(Action::Stop) => format!("{actor} stops"),
    }
}

/// Whether a script can show the text without quotes.
fn is_plain(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| {
        !text.is_empty()
            && text.trim() == text
            && !text.starts_with('"')
            && !text.contains("'''")
            && !text.chars().any(is_invisible)
    })
}

/// The text in double quotes, as a script between `'''` escapes it.
fn escaped(text: &[u8]) -> String {
    let mut escaped = "\"".to_owned();
    let are_few = !text.windows(3).any(|three| three == b"'''");
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                '\t' => escaped.push_str("\\t"),
                '\'' if !are_few => escaped.push_str("\\x27"),
                invisible if is_invisible(invisible) => {
                    let _ = write!(escaped, "\\u{{{:X}}}", u32::from(invisible));
                }
                other => escaped.push(other),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(escaped, "\\x{byte:02X}");
        }
    }
    escaped.push('"');
    escaped
}

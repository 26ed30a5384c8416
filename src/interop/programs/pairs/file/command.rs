//! The commands of a pair: words as a shell splits them, with placeholders.

use std::path::{Path, PathBuf};

use super::limits;
use super::source::{Checked, Wrong};
use super::table::{Section, Text, Value};
use crate::interop::model::pair::{Port, ProgramCommand, Word, WordPart};
use crate::text::quotation::quoted;
use crate::text::suggestion::did_you_mean_whole;

/// What the words of a command may refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The folder of the pair file; absolute.
    pub(crate) here: &'a Path,
    pub(crate) ports: &'a [Port],
    /// Whether programs and their folders may appear only once `compile` has run.
    pub(crate) compiles: bool,
}

impl Surroundings<'_> {
    /// A command of the file: a text, or a table with its environment and its working directory.
    pub(super) fn command(&self, value: &Value<'_>) -> Checked<ProgramCommand> {
        if !value.is_table() {
            let text = value
                .text()
                .map_err(|_| value.expected("a command line, or a table with `command`"))?;
            return self.line(text.text).map_err(|why| said(&text, &why));
        }
        let table = value.section(
            &format!("`{}`", value.key),
            &["command", "environment", "folder"],
        )?;
        let text = table.require("command", "command = \"java Server {port}\"")?;
        let text = text.text()?;
        let mut command = self.line(text.text).map_err(|why| said(&text, &why))?;
        if let Some(environment) = table.get("environment") {
            for (name, value) in Section::entries(&environment)? {
                let text = value.text()?;
                if name.is_empty() || name.contains(['=', '\0']) {
                    return Err(text.wrong(format!("{name:?} cannot be the name of a variable")));
                }
                let word = self.word(text.text).map_err(|why| text.wrong(why))?;
                command.environment.push((name, word));
            }
        }
        if let Some(folder) = table.text("folder")? {
            command.folder = Some(self.folder_to_start_in(&folder)?);
        }
        Ok(command)
    }

    /// The command in this text.
    pub(crate) fn line(&self, text: &str) -> Result<ProgramCommand, String> {
        let split = words(text)?;
        if text.contains('\0') {
            return Err("a command cannot have a zero byte".to_owned());
        }
        let mut words = Vec::with_capacity(split.len());
        for word in &split {
            words.push(self.word(word)?);
        }
        let Some(program) = words.first_mut() else {
            return Err("the command is empty".to_owned());
        };
        self.find(program)?;
        Ok(ProgramCommand {
            text: text.to_owned(),
            words,
            environment: Vec::new(),
            folder: None,
        })
    }

    /// One word with its placeholders.
    pub(crate) fn word(&self, text: &str) -> Result<Word, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(behind) = brace.strip_prefix("{{") {
                plain.push('{');
                rest = behind;
            } else if let Some(behind) = brace.strip_prefix("}}") {
                plain.push('}');
                rest = behind;
            } else {
                let inside = brace.strip_prefix('{').and_then(|it| it.split_once('}'));
                let (name, behind) = inside.ok_or_else(|| {
                    format!(
                        "{}: a single brace; write {{{{ or }}}} for a brace",
                        shown(text)
                    )
                })?;
                if !plain.is_empty() {
                    parts.push(WordPart::Text(std::mem::take(&mut plain)));
                }
                parts.push(self.placeholder(name)?);
                rest = behind;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(WordPart::Text(plain));
        }
        Ok(Word(parts))
    }

    fn placeholder(&self, name: &str) -> Result<WordPart, String> {
        match name {
            "host" => return Ok(WordPart::Host),
            "here" => return Ok(WordPart::Here),
            _ => {}
        }
        let port_name = match name {
            "port" => Some(""),
            name => name.strip_prefix("port."),
        };
        let index = port_name.and_then(|name| self.ports.iter().position(|p| p.name == name));
        index.map(WordPart::Port).ok_or_else(|| {
            let known: Vec<String> = self.placeholders().collect();
            let close = known.iter().map(|word| word.trim_matches(['{', '}']));
            let hint = match did_you_mean_whole(name, close) {
                hint if hint.is_empty() => format!("; there are {}", known.join(", ")),
                hint => hint,
            };
            let name = crate::text::quotation::shortened(name, limits::NAME);
            format!("{{{name}}} stands for nothing{hint} (write {{{{ for a brace)")
        })
    }

    fn placeholders(&self) -> impl Iterator<Item = String> {
        let ports = self.ports.iter().map(|port| match port.name.as_str() {
            "" => "{port}".to_owned(),
            name => format!("{{port.{name}}}"),
        });
        ["{host}".to_owned(), "{here}".to_owned()]
            .into_iter()
            .chain(ports)
    }

    /// Makes a relative path with a slash one below the folder of the file, and looks whether there
    /// is such a program.
    fn find(&self, program: &mut Word) -> Result<(), String> {
        let mut path = String::new();
        for part in &program.0 {
            match part {
                WordPart::Text(text) => path.push_str(text),
                WordPart::Here => path.push_str(&self.here.to_string_lossy()),
                WordPart::Host | WordPart::Port(_) => {
                    return Err("the name of a program can have no {host} and no {port}".to_owned());
                }
            }
        }
        if !path.contains('/') {
            // The newest JDK that is found stands in for a `java` that is not on PATH.
            if path == "java" || which::which(&path).is_ok() {
                return Ok(());
            }
            let beside = self.here.join(&path);
            let hint = match beside.is_file() {
                true => format!("; write ./{path} for the one in {}", self.here.display()),
                false => String::new(),
            };
            return Err(format!(
                "{}: there is no such program on PATH{hint}",
                shown(&path)
            ));
        }
        if path.starts_with("~/") {
            return Err(format!(
                "{path}: ~ means nothing here, since no shell runs: write the path"
            ));
        }
        if !path.starts_with('/') {
            let below = path.trim_start_matches("./").to_owned();
            path = self.here.join(&below).to_string_lossy().into_owned();
            program.0 = vec![WordPart::Here, WordPart::Text(format!("/{below}"))];
        }
        if self.compiles || which::which(&path).is_ok() {
            return Ok(());
        }
        let why = match Path::new(&path) {
            path if path.is_dir() => "this is a folder",
            path if path.exists() => "this file is not executable: run chmod +x on it",
            _ => "there is no such program; if it is compiled first, say how: compile = [\"...\"]",
        };
        Err(format!("{}: {why}", shown(&path)))
    }

    /// A folder, relative to that of the file.
    pub(super) fn folder(&self, text: &Text<'_>) -> Checked<PathBuf> {
        let path = self.below(text)?;
        if path.is_dir() {
            Ok(path)
        } else if path.exists() {
            let (key, path) = (&text.key, path.display());
            Err(text.wrong(format!("`{key}`: {path}: this is no folder")))
        } else {
            let below = shown(text.text);
            Err(text.wrong(format!("there is no folder \"{below}\" beside this file")))
        }
    }

    /// The folder in which a program starts, which `compile` may make.
    fn folder_to_start_in(&self, text: &Text<'_>) -> Checked<PathBuf> {
        let path = self.below(text)?;
        match self.compiles && !path.exists() {
            true => Ok(path),
            false => self.folder(text),
        }
    }

    /// The path of this text, relative to the folder of the file.
    fn below(&self, text: &Text<'_>) -> Checked<PathBuf> {
        let below = text.filled()?;
        let below = below.strip_prefix("{here}/").unwrap_or(below);
        Ok(match below {
            "{here}" | "." => self.here.to_owned(),
            below => self.here.join(below.trim_start_matches("./")),
        })
    }
}

/// The words of a text, as a shell splits them.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(text).ok_or_else(|| "a quote is not closed".to_owned())?;
    match operator(text) {
        None => Ok(words),
        Some(operator) => Err(format!(
            "no shell reads this, so {operator} would be a part of an argument: write \
             sh -c '...' if a shell is to read it, or '{operator}' in quotes if it is meant"
        )),
    }
}

/// The first operator of a shell in this text that stands outside quotes.
fn operator(text: &str) -> Option<&'static str> {
    const OPERATORS: [&str; 9] = ["&&", "||", "|", "&", ";", ">", "<", "$(", "`"];
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some('"') | None, '\\') => _ = characters.next(),
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, _) => {
                let found = OPERATORS.into_iter().find(|it| text[at..].starts_with(it));
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

fn said(text: &Text<'_>, why: &str) -> Wrong {
    text.wrong(format!("`{}`: {why}", text.key))
}

fn shown(text: &str) -> String {
    let quoted = quoted(text.as_bytes(), limits::NAME);
    quoted.trim_matches('"').to_owned()
}

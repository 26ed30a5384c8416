//! The pair file: a TOML file that describes pairs of programs and their cases.
//!
//! The user's manual is `docs/your-own-pair.md`. An error has the place of the mistake, and says
//! what to write instead.

pub(crate) mod case;
pub(crate) mod command;
pub(crate) mod comparison;
mod limits;
mod pair;
mod pattern;
mod ports;
mod script;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

pub use source::PairFileError;
use source::{Checked, Source, Wrong};
use table::{Section, is_name};
use toml::de::DeTable;

use super::definition::Pair;
use crate::text::suggestion::did_you_mean_whole;

/// The pairs of the file.
///
/// # Errors
///
/// What is wrong with the file, and where.
pub fn read(path: &Path) -> Result<Vec<Pair>, PairFileError> {
    let file = path.display().to_string();
    let wrong = |what: String| PairFileError::of_the_file(&file, what);
    let mut text = Vec::new();
    File::open(path)
        .and_then(|opened| opened.take(limits::FILE + 1).read_to_end(&mut text))
        .map_err(|why| match why.kind() {
            ErrorKind::NotFound => wrong(format!("{why}{}", similar(path))),
            _ => wrong(why.to_string()),
        })?;
    if text.len() as u64 > limits::FILE {
        let most = limits::FILE;
        return Err(wrong(format!(
            "the file is too large: at most {most} bytes are allowed"
        )));
    }
    let text = String::from_utf8(text).map_err(|why| {
        let at = why.utf8_error().valid_up_to();
        wrong(format!(
            "byte {at} of the file is not UTF-8, as TOML must be"
        ))
    })?;
    let here = folder_of(path)
        .canonicalize()
        .map_err(|why| wrong(why.to_string()))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&file, &text, &here, &stem)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A file of TOML beside this one, which does not exist, whose name is similar; as a clause.
fn similar(path: &Path) -> String {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let entries = folder_of(path).read_dir().into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let of_toml = paths.filter(|path| path.extension().is_some_and(|it| it == "toml"));
    let names: Vec<String> = of_toml.map(|path| name(&path)).collect();
    let wanted = match path.extension() {
        Some(_) => name(path),
        None => name(path) + ".toml",
    };
    did_you_mean_whole(&wanted, names.iter().map(String::as_str))
}

/// The pairs of a file with this text in the folder `here`. The only pair may leave its name to the
/// file.
///
/// # Errors
///
/// What is wrong with the file, and where.
pub(crate) fn parse(
    file: &str,
    text: &str,
    here: &Path,
    stem: &str,
) -> Result<Vec<Pair>, PairFileError> {
    let source = Source { file, text };
    let table = DeTable::parse(text).map_err(|why| {
        let at = why.span().map_or(0, |span| span.start);
        let hint = match why.message().contains("escape") {
            true => "; between single quotes, '...' or '''...''', a backslash stands for itself",
            false => "",
        };
        source.explain(Wrong::new(
            at,
            format!("{}{hint}", why.message().trim_end()),
        ))
    })?;
    pairs(&source, table.get_ref(), here, stem).map_err(|wrong| source.explain(wrong))
}

/// The name that a file of this name gives to its only pair, if it can.
pub(crate) fn name_of(stem: &str) -> Option<String> {
    let name = stem.to_ascii_lowercase().replace(['_', ' ', '.'], "-");
    is_name(&name).then_some(name)
}

fn pairs(source: &Source<'_>, table: &DeTable<'_>, here: &Path, stem: &str) -> Checked<Vec<Pair>> {
    let file = Section::new("the file", 0, table, &["pair"])?;
    let value = file.require(
        "pair",
        "[[pair]], with the commands of the old and new programs",
    )?;
    let sections = value.sections("[[pair]]", pair::KEYS, limits::PAIRS)?;
    let stem = name_of(stem).filter(|_| sections.len() == 1);
    let mut names = BTreeSet::new();
    let mut pairs = Vec::new();
    for section in sections {
        let pair = pair::pair(source, &section, here, stem.as_deref())?;
        if !names.insert(pair.name.clone()) {
            let what = format!("there are two pairs with the name {:?}", pair.name);
            return Err(Wrong::new(section.at, what));
        }
        pairs.push(pair);
    }
    match pairs.is_empty() {
        true => Err(value.wrong("the file has no pair: write [[pair]]")),
        false => Ok(pairs),
    }
}

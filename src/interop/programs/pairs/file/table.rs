//! Reads TOML values, and says what is wrong with one and what to write instead.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::limits;
use super::source::{Checked, Wrong};
use crate::text::suggestion::did_you_mean_whole;

/// A table of which every key is known.
#[derive(Debug, Clone)]
pub(super) struct Section<'a> {
    /// How a user calls it: `[[pair.mask]]`.
    name: String,
    pub(super) at: usize,
    table: &'a DeTable<'a>,
    keys: &'static [&'static str],
}

/// A value, and the key that a user knows it by.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A text of the file.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) text: &'a str,
}

impl<'a> Section<'a> {
    /// The table, if it has no other keys than these.
    pub(super) fn new(
        name: &str,
        at: usize,
        table: &'a DeTable<'a>,
        keys: &'static [&'static str],
    ) -> Checked<Self> {
        for key in table.keys() {
            let word: &str = key.get_ref();
            if !keys.contains(&word) {
                let of_cast = OF_CAST
                    .iter()
                    .find(|(old, _)| *old == word && name == "[[pair]]");
                let known = match (of_cast, did_you_mean_whole(word, keys.iter().copied())) {
                    (Some((_, new)), _) => format!("; write {new}"),
                    (None, known) if known.is_empty() => {
                        format!("; there are {}", keys.join(", "))
                    }
                    (None, known) => known,
                };
                let what = format!("{name} has no key `{word}`{known}");
                return Err(Wrong::new(key.span().start, what));
            }
        }
        Ok(Self {
            name: name.to_owned(),
            at,
            table,
            keys,
        })
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Value<'a>> {
        debug_assert!(self.keys.contains(&key), "{key} is no key of {}", self.name);
        let value = self.table.get(key)?;
        Some(Value {
            key: key.to_owned(),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// The value of a key that must be there; `write` says what to write.
    pub(super) fn require(&self, key: &str, write: &str) -> Checked<Value<'a>> {
        self.get(key).ok_or_else(|| {
            let name = &self.name;
            Wrong::new(self.at, format!("{name} has no `{key}`: write {write}"))
        })
    }

    /// The text of a key, if it is there.
    pub(super) fn text(&self, key: &str) -> Checked<Option<Text<'a>>> {
        self.get(key).map(|value| value.text()).transpose()
    }

    /// The entries of a table whose keys are the user's own.
    pub(super) fn entries(value: &Value<'a>) -> Checked<Vec<(String, Value<'a>)>> {
        let table = value.table()?;
        limits::check(value.span.start, table.len(), limits::ITEMS, "entries")?;
        let entry = |(key, inner): (&toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            let inner = Value {
                key: format!("{}.{name}", value.key),
                span: inner.span(),
                value: inner.get_ref(),
            };
            (name.to_string(), inner)
        };
        Ok(table.iter().map(entry).collect())
    }
}

impl<'a> Value<'a> {
    pub(super) fn at(&self) -> usize {
        self.span.start
    }

    /// A mistake in this value.
    pub(super) fn wrong(&self, what: impl Into<String>) -> Wrong {
        Wrong::new(self.at(), what)
    }

    pub(super) fn text(&self) -> Checked<Text<'a>> {
        match self.value {
            DeValue::String(text) => Ok(Text {
                key: self.key.clone(),
                span: self.span.clone(),
                text,
            }),
            _ => Err(self.expected("a text in quotes")),
        }
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<Text<'a>> {
        self.text().ok()
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Checked<Vec<Self>> {
        let DeValue::Array(items) = self.value else {
            return Err(self.expected("a list in [ ]"));
        };
        let item = |item: &'a toml::Spanned<DeValue<'a>>| Self {
            key: self.key.clone(),
            span: item.span(),
            value: item.get_ref(),
        };
        Ok(items.iter().map(item).collect())
    }

    /// The texts of a list of `things`, or the only one.
    pub(super) fn texts(&self, most: usize, things: &str) -> Checked<Vec<Text<'a>>> {
        if let Some(text) = self.as_text() {
            return Ok(vec![text]);
        }
        let DeValue::Array(_) = self.value else {
            return Err(self.expected("a text in quotes, or a list of texts in [ ]"));
        };
        let items = self.list()?;
        limits::check(self.at(), items.len(), most, things)?;
        items.iter().map(Self::text).collect()
    }

    /// The number, if it is one and fits.
    pub(super) fn number<N: TryFrom<i64>>(&self, range: &str) -> Checked<N> {
        let number = match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| self.expected(range))
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.value, DeValue::Integer(_))
    }

    fn table(&self) -> Checked<&'a DeTable<'a>> {
        match self.value {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.expected("a table in { }")),
        }
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// The table with these keys.
    pub(super) fn section(
        &self,
        name: &str,
        keys: &'static [&'static str],
    ) -> Checked<Section<'a>> {
        Section::new(name, self.at(), self.table()?, keys)
    }

    /// The tables of `[[name]]`.
    pub(super) fn sections(
        &self,
        name: &str,
        keys: &'static [&'static str],
        most: usize,
    ) -> Checked<Vec<Section<'a>>> {
        let items = match self.value {
            DeValue::Table(_) => vec![self.clone()],
            DeValue::Array(_) => self.list()?,
            _ => return Err(self.expected(&format!("sections {name}"))),
        };
        limits::check(self.at(), items.len(), most, &format!("sections {name}"))?;
        items.iter().map(|item| item.section(name, keys)).collect()
    }

    /// The value is not what is expected here.
    pub(super) fn expected(&self, what: &str) -> Wrong {
        let kind = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let kind = match self.value {
            DeValue::Integer(number) => format!("the number {number}"),
            DeValue::String(text) if text.len() <= limits::NAME => format!("{text:?}"),
            _ => kind.to_owned(),
        };
        self.wrong(format!("`{}` is {kind}: expected {what}", self.key))
    }
}

impl Text<'_> {
    pub(super) fn at(&self) -> usize {
        self.span.start
    }

    /// A mistake in this text.
    pub(super) fn wrong(&self, what: impl Into<String>) -> Wrong {
        Wrong::new(self.at(), what)
    }

    /// One of these words.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Checked<T> {
        let found = words.iter().find(|(word, _)| *word == self.text);
        found.map(|&(_, it)| it).ok_or_else(|| {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let close = did_you_mean_whole(self.text, names.iter().copied());
            let hint = match close.is_empty() {
                true => format!(": expected {}", names.join(", ")),
                false => close,
            };
            let (key, text) = (&self.key, self.text);
            self.wrong(format!("`{key}` cannot be {text:?}{hint}"))
        })
    }

    /// The text as a name in kebab case.
    pub(super) fn name(&self) -> Checked<String> {
        match is_name(self.text) {
            true => Ok(self.text.to_owned()),
            false => Err(self.wrong(format!(
                "`{}` cannot be {:?}: names are small letters, digits and single hyphens between \
                 them, at most {} characters",
                self.key,
                crate::text::quotation::shortened(self.text, limits::NAME),
                limits::NAME
            ))),
        }
    }

    /// The text, which must not be empty.
    pub(super) fn filled(&self) -> Checked<&str> {
        match self.text.trim().is_empty() {
            true => Err(self.wrong(format!("`{}` is empty", self.key))),
            false => Ok(self.text),
        }
    }
}

/// Whether this is a name in kebab case.
pub(super) fn is_name(text: &str) -> bool {
    let is_word = |word: &str| {
        let mut characters = word.chars();
        !word.is_empty() && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    text.len() <= limits::NAME && text.split('-').all(is_word)
}

/// The keys of `[pair]` in a file of `--cast`, where pairs stood before they had files of their own.
const OF_CAST: [(&str, &str); 5] = [
    ("client", "candidate.client"),
    ("server", "candidate.server"),
    ("reference-client", "reference.client"),
    ("reference-server", "reference.server"),
    (
        "inputs",
        "[[pair.case]] with name and client for each input",
    ),
];

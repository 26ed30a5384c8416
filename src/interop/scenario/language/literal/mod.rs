//! How values are written in scenario files, and which value a method receives.
//!
//! A literal is kept as it was written: whether `1` is an integer, a `float` or a `double` depends
//! on the method that takes it. It becomes a value once its [`Kind`] is known.

pub(crate) mod number;
pub(crate) mod object;

use std::fmt;

use number::whole;

use super::quote::bracketed;
use super::range::{EXPECTED, Range};
use crate::JavaString;
use crate::interop::protocol::call::{Kind, ObjectContent, Primitive, Value};

/// A value as it is written: `-1`, `"a" * 3 + "\uD800"`, `[00 ff]`, `1="a"`, `int[1, 2]`, `VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The number of the object, if one is given.
    number: Option<u32>,
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    atom: Atom,
    /// A number, or the name of a generator.
    times: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Atom {
    /// The text between the quotes, with its escapes.
    Quoted(String),
    Bytes(Vec<u8>),
    /// Every element from one to another: `"a".."z"`, `[00]..[ff]`.
    Range(Range),
    /// A boxed value, `Integer(7)`.
    Boxed(Primitive, i64),
    /// An array of primitive values, `int[1, 2]`.
    Array(Primitive, Vec<i64>),
    /// A number, `true`, a method, or the name of a generator.
    Word(String),
}

/// The value of each generator in one case.
pub(crate) type Names<'a> = [(&'a str, &'a Literal)];

/// The maximum number of code units or bytes in a value. A longer value is taken for a typing
/// error, and would have to fit in memory.
pub const MOST_ELEMENTS: usize = 1 << 20;

/// The maximum number of elements of an array, so that a command fits into a line of the protocol.
const MOST_OF_AN_ARRAY: usize = 1 << 16;

impl Literal {
    /// Parses a literal at the start of `text`. Returns it and the rest.
    pub(crate) fn parse(text: &str) -> Result<(Self, &str), String> {
        let mut terms = Vec::new();
        let (number, mut rest) = object::number(text.trim_start())?;
        loop {
            let (atom, after) = Atom::parse(rest)?;
            rest = after.trim_start();
            let mut times = None;
            if let Some(after) = rest.strip_prefix('*') {
                let (count, after) = word(after.trim_start());
                if !is_name(count) && count.parse::<usize>().is_err() {
                    return Err("* needs a number behind it, or the name of one".to_owned());
                }
                times = Some(count.to_owned());
                rest = after.trim_start();
            }
            terms.push(Term { atom, times });
            match rest.strip_prefix('+') {
                Some(after) => rest = after.trim_start(),
                None => return Ok((Self { number, terms }, rest)),
            }
        }
    }

    /// The word, if the literal is a single word.
    pub(crate) fn as_word(&self) -> Option<&str> {
        match self.terms.as_slice() {
            [
                Term {
                    atom: Atom::Word(word),
                    times: None,
                },
            ] if self.number.is_none() => Some(word),
            _ => None,
        }
    }

    /// The names of generators in the literal.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let words = self.terms.iter().flat_map(|term| {
            let atom = match &term.atom {
                Atom::Word(word) => Some(word),
                Atom::Quoted(_)
                | Atom::Bytes(_)
                | Atom::Range(_)
                | Atom::Boxed(..)
                | Atom::Array(..) => None,
            };
            atom.into_iter().chain(&term.times)
        });
        words.map(String::as_str).filter(|word| is_name(word))
    }

    /// The literal with values in place of names. A name that is repeated and stands for several
    /// terms is kept.
    pub(crate) fn resolved(&self, names: &Names<'_>) -> Self {
        let mut terms = Vec::new();
        let mut number = self.number;
        for term in &self.terms {
            let times = term.times.as_ref().map(|times| {
                let value = value_of(times, names).and_then(Self::as_word);
                value.unwrap_or(times).to_owned()
            });
            let meant = term.atom.meant(names);
            if self.terms.len() == 1 {
                number = number.or(meant.and_then(|meant| meant.number));
            }
            match (meant, times) {
                (None, times) => terms.push(Term {
                    atom: term.atom.clone(),
                    times,
                }),
                (Some(meant), None) => terms.extend(meant.terms.iter().cloned()),
                (Some(meant), Some(times)) => terms.push(Term {
                    atom: match meant.terms.as_slice() {
                        [Term { atom, times: None }] => atom.clone(),
                        // Repeated, the value would be longer than any literal may be.
                        _ => term.atom.clone(),
                    },
                    times: Some(times),
                }),
            }
        }
        Self { number, terms }
    }

    /// The value for a method that takes `kind`; `None` if the literal is of another kind.
    pub(crate) fn value(&self, kind: Kind, names: &Names<'_>) -> Result<Option<Value>, String> {
        if kind == Kind::Object {
            return self.object(names);
        }
        if self.number.is_some() {
            return Ok(None);
        }
        Ok(match kind {
            Kind::Text => self.text(names)?.map(Value::Text),
            Kind::Bytes => self
                .joined(names, &|atom| match atom {
                    Atom::Bytes(bytes) => Some(bytes.clone()),
                    Atom::Range(range) => range.bytes(),
                    Atom::Quoted(_) | Atom::Word(_) | Atom::Boxed(..) | Atom::Array(..) => None,
                })?
                .map(Value::Bytes),
            Kind::Whole(least, most) => self
                .as_word()
                .and_then(|word| whole(word, least, most))
                .map(Value::Whole),
            Kind::Count => self
                .as_word()
                .and_then(|word| whole(word, 0, i32::MAX.into()))
                .map(Value::Whole),
            Kind::Boolean | Kind::Float | Kind::Double => self
                .as_word()
                .and_then(|word| object::primitive(word, kind)),
            Kind::Object => None,
        })
    }

    fn text(&self, names: &Names<'_>) -> Result<Option<JavaString>, String> {
        let units = self.joined(names, &|atom| match atom {
            Atom::Quoted(inside) => unescaped(inside).ok().map(|(units, _)| units),
            Atom::Range(range) => range.units(),
            Atom::Bytes(_) | Atom::Word(_) | Atom::Boxed(..) | Atom::Array(..) => None,
        })?;
        Ok(units.map(JavaString::from))
    }

    /// The value for a method that takes an object.
    fn object(&self, names: &Names<'_>) -> Result<Option<Value>, String> {
        let content = match self.terms.as_slice() {
            _ if self.as_word() == Some("null") => return Ok(Some(Value::Null)),
            [
                Term {
                    atom: Atom::Boxed(primitive, bits),
                    times: None,
                },
            ] => Some(ObjectContent::Boxed(*primitive, *bits)),
            [
                Term {
                    atom: Atom::Array(primitive, _),
                    ..
                },
                ..,
            ] => {
                let elements = self.joined(names, &|atom| match atom {
                    Atom::Array(other, elements) if other == primitive => Some(elements.clone()),
                    _ => None,
                })?;
                if elements
                    .as_ref()
                    .is_some_and(|all| all.len() > MOST_OF_AN_ARRAY)
                {
                    return Err(format!(
                        "{MOST_OF_AN_ARRAY} elements are the most of an array"
                    ));
                }
                elements.map(|elements| ObjectContent::Array(*primitive, elements))
            }
            _ => self.text(names)?.map(ObjectContent::String),
        };
        Ok(content.map(|content| Value::object(self.number, content)))
    }

    fn joined<T: Copy>(
        &self,
        names: &Names<'_>,
        of_atom: &impl Fn(&Atom) -> Option<Vec<T>>,
    ) -> Result<Option<Vec<T>>, String> {
        let mut all = Vec::new();
        for term in &self.terms {
            let times = term.times.as_deref().unwrap_or("1").parse();
            let meant = term.atom.meant(names);
            let piece = match meant {
                // The value of a generator contains no names.
                Some(meant) => meant.joined(&[], of_atom)?,
                None => of_atom(&term.atom),
            };
            let (Some(piece), Ok(times)) = (piece, times) else {
                return Ok(None);
            };
            let length = piece.len().saturating_mul(times).saturating_add(all.len());
            if length > MOST_ELEMENTS {
                return Err(format!(
                    "a value of {length} units or bytes: {MOST_ELEMENTS} are the most"
                ));
            }
            all.extend(piece.repeat(times));
        }
        Ok(Some(all))
    }

    /// The range in parts of `size` elements; the last part may be shorter. `None` if the literal
    /// is not a single range.
    pub(crate) fn parts(&self, size: usize) -> Option<impl Iterator<Item = Self> + use<>> {
        let [
            Term {
                atom: Atom::Range(range),
                times: None,
            },
        ] = self.terms.as_slice()
        else {
            return None;
        };
        Some(range.parts(size).map(|part| Self {
            number: None,
            terms: vec![Term {
                atom: Atom::Range(part),
                times: None,
            }],
        }))
    }

    /// The number of the object, if one is given.
    pub(crate) fn number(&self) -> Option<u32> {
        self.number
    }

    /// The pieces from which the label is made, each with its number of repetitions.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (Piece<'_>, Option<&str>)> {
        self.terms.iter().map(|term| {
            let piece = match &term.atom {
                Atom::Quoted(inside) => Piece::Quoted(inside),
                Atom::Bytes(bytes) => Piece::Bytes(bytes),
                Atom::Range(range) => Piece::Range(range),
                Atom::Word(word) => Piece::Word(word),
                Atom::Boxed(..) | Atom::Array(..) => Piece::Object(term.atom.written()),
            };
            (piece, term.times.as_deref())
        })
    }
}

/// A part of a literal, for labels.
pub(crate) enum Piece<'a> {
    Quoted(&'a str),
    Bytes(&'a [u8]),
    Range(&'a Range),
    Word(&'a str),
    /// A boxed value or an array, as it is written.
    Object(String),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "{number}=")?;
        }
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" + ")?;
            }
            f.write_str(&term.atom.written())?;
            if let Some(times) = &term.times {
                write!(f, " * {times}")?;
            }
        }
        Ok(())
    }
}

impl Atom {
    /// Parses an atom at the start of `text`. Returns it and the rest.
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let (first, after) = Self::single(text)?;
        let Some(after) = after.trim_start().strip_prefix("..") else {
            return Ok((first, after));
        };
        let (last, after) = Self::single(after.trim_start())?;
        let range = match (&first, &last) {
            (Self::Quoted(first), Self::Quoted(last)) => {
                Range::of_text(&unescaped(first)?.0, &unescaped(last)?.0)
            }
            (Self::Bytes(first), Self::Bytes(last)) => Range::of_bytes(first, last),
            _ => None,
        };
        let ends = [first.written(), last.written()];
        let Some(range) = range else {
            return Err(format!("{}: {EXPECTED}", ends.join("..")));
        };
        Ok((Self::Range(range.written(ends)), after))
    }

    /// Parses an atom that is not a range.
    fn single(text: &str) -> Result<(Self, &str), String> {
        if let Some(inside) = text.strip_prefix('"') {
            let (_, length) = unescaped(inside)?;
            let after = inside[length..]
                .strip_prefix('"')
                .ok_or_else(|| format!("{text}: no quote closes the string"))?;
            return Ok((Self::Quoted(inside[..length].to_owned()), after));
        }
        if let Some(inside) = text.strip_prefix('[') {
            let (inside, after) = inside
                .split_once(']')
                .ok_or_else(|| format!("{text}: no bracket closes the bytes"))?;
            let bytes: Option<Vec<u8>> = inside.split_whitespace().map(byte).collect();
            let bytes = bytes
                .ok_or_else(|| format!("[{inside}]: bytes are pairs of hex digits, as [00 ff]"))?;
            return Ok((Self::Bytes(bytes), after));
        }
        let (word, after) = word(text);
        if let Some((content, after)) = object::parse(word, after)? {
            return Ok(match content {
                ObjectContent::Boxed(primitive, bits) => (Self::Boxed(primitive, bits), after),
                ObjectContent::Array(primitive, all) => (Self::Array(primitive, all), after),
                ObjectContent::String(_) => {
                    return Err(format!("{text}: a value is expected here"));
                }
            });
        }
        if word.is_empty() {
            return Err(match text.chars().next() {
                None => "a value is expected at the end of the line".to_owned(),
                Some(_) => format!("{text}: a value is expected here"),
            });
        }
        Ok((Self::Word(word.to_owned()), after))
    }

    /// The value of the generator, if the atom is the name of one.
    fn meant<'a>(&self, names: &Names<'a>) -> Option<&'a Literal> {
        match self {
            Self::Word(word) => value_of(word, names),
            Self::Quoted(_)
            | Self::Bytes(_)
            | Self::Range(_)
            | Self::Boxed(..)
            | Self::Array(..) => None,
        }
    }

    /// The atom as it is written in a file.
    fn written(&self) -> String {
        match self {
            Self::Quoted(inside) => format!("\"{inside}\""),
            Self::Bytes(bytes) => bracketed(bytes),
            Self::Range(range) => range.to_string(),
            Self::Word(word) => word.clone(),
            Self::Boxed(primitive, bits) => object::boxed(*primitive, *bits),
            Self::Array(primitive, all) => object::array(*primitive, all),
        }
    }
}

/// Whether `word` can be the name of a generator.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word
            .chars()
            .all(|each| each.is_ascii_uppercase() || each.is_ascii_digit() || each == '_')
}

/// The values that `kind` allows, for an error message.
pub(crate) fn expected(kind: Kind) -> String {
    match kind {
        Kind::Whole(least, most) => format!("a whole number from {least} to {most}"),
        Kind::Count => format!("a whole number from 0 to {}", i32::MAX),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Float => "a number, NaN, Infinity, -Infinity, or 0x and 8 hex digits".to_owned(),
        Kind::Double => "a number, NaN, Infinity, -Infinity, or 0x and 16 hex digits".to_owned(),
        Kind::Text => "a string in quotes".to_owned(),
        Kind::Bytes => "bytes in brackets".to_owned(),
        Kind::Object => {
            "null, a string in quotes, a boxed value as Integer(7), or an array as int[1, 2]"
                .to_owned()
        }
    }
}

pub(crate) fn value_of<'a>(word: &str, names: &Names<'a>) -> Option<&'a Literal> {
    let (_, meant) = names.iter().find(|(name, _)| *name == word)?;
    Some(meant)
}

/// The word at the start of `text`, which may be empty, and the rest.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let of_word = |each: char| each.is_ascii_alphanumeric() || matches!(each, '.' | '-' | '_');
    text.split_at(text.find(|each| !of_word(each)).unwrap_or(text.len()))
}

fn byte(digits: &str) -> Option<u8> {
    let is_pair = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| is_pair)
}

/// The code units up to the closing quote or the end of `text`, and their length as written.
fn unescaped(text: &str) -> Result<(Vec<u16>, usize), String> {
    let mut units = Vec::new();
    let mut rest = text.chars();
    loop {
        let before = rest.as_str();
        let length = text.len() - before.len();
        match rest.next() {
            None | Some('"') => return Ok((units, length)),
            Some('\\') => {
                let escape = rest.next();
                units.push(match escape {
                    Some('u') => {
                        let digits = rest.as_str().get(..4).filter(|digits| {
                            digits.bytes().all(|digit| digit.is_ascii_hexdigit())
                        });
                        rest = rest.as_str().get(4..).unwrap_or("").chars();
                        digits
                            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
                            .ok_or_else(|| {
                                let start: String = before.chars().take(6).collect();
                                format!("{start}: \\u needs four hex digits behind it")
                            })?
                    }
                    Some('n') => 0x0A,
                    Some('r') => 0x0D,
                    Some('t') => 0x09,
                    Some('"') => 0x22,
                    Some('\\') => 0x5C,
                    _ => {
                        let start: String = before.chars().take(2).collect();
                        return Err(format!(
                            "{start}: no escape: there are \\u0000 to \\uFFFF, \\n, \\r, \\t, \\\" and \\\\"
                        ));
                    }
                });
            }
            Some(other) => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
        }
    }
}

//! Parses and prints the lines of a scenario file.
//!
//! A line is kept as it was written except for spaces, so printing gives the file back in its
//! canonical form. What the lines mean together is worked out in `expand`.

use std::fmt;
use std::path::Path;

use super::limits::MOST_DEPTH;
use super::literal;
use super::literal::Literal;
use crate::interop::model::participant::Role;
use crate::interop::proxy::plan::Clause;

/// A line of a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    Blank,
    /// `# text`; the first comment is the claim.
    Comment(String),
    /// `both ways`: as written, and again with the roles exchanged.
    BothWays,
    /// `only with the oracle`: not in every pairing.
    OnlyWithTheOracle,
    /// `for NAME in LITERAL, LITERAL`: one case for each value.
    For(Generator),
    /// `network client to server slice 1`: a clause of the network plan.
    NetworkPlan(Clause),
    /// `client writeInt 1`.
    Call {
        role: Role,
        /// The method, or the name of a generator that supplies it.
        method: String,
        value: Option<Literal>,
    },
    /// `sync`: waits until all calls above have been answered.
    Sync,
    /// `repeat 3`: repeats the lines up to its `end` this many times.
    Repeat(usize),
    /// `repeat for NAME in LITERAL, RANGE by 100`: repeats the lines once with each value.
    RepeatFor(Rounds),
    /// `end` of the innermost `repeat`.
    End,
}

/// A name and its values, each in a case of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator {
    /// The name, in capitals.
    pub name: String,
    /// Each value, with its label if it has one.
    pub values: Vec<(Option<String>, Literal)>,
}

/// A name and its values, one after another in the same case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounds {
    /// The name, in capitals.
    pub name: String,
    /// Each value; for a range that is split, also the number of elements in each part.
    pub values: Vec<(Literal, Option<usize>)>,
}

impl Rounds {
    /// The values, with ranges split into their parts.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Literal> {
        self.values.iter().flat_map(|(value, size)| {
            let parts = size.and_then(|size| value.parts(size));
            let whole = parts.is_none().then(|| value.clone());
            parts.into_iter().flatten().chain(whole)
        })
    }
}

pub(crate) const ONLY_WITH_THE_ORACLE: &str = "only with the oracle";

/// A line number, and what is wrong with that line.
pub(crate) type Wrong = (usize, String);

pub(crate) const NO_CLAIM: &str = "no claim: the first line is a comment of one sentence";

/// The name of a script, from the name of its file.
pub(crate) fn stem(file: &str) -> Result<String, String> {
    let name = Path::new(file).file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.strip_suffix(".scenario"))
        .filter(|stem| is_label(stem))
        .map(str::to_owned)
        .ok_or_else(|| {
            "the name of the file is made of a-z, 0-9, - and ., and ends in .scenario".to_owned()
        })
}

/// Whether `text` can be part of a name.
pub(crate) fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

/// Parses every line, and checks that each is valid where it stands.
pub(crate) fn parse(text: &str) -> Result<Vec<Statement>, Wrong> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut in_header = true;
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        let wrong = |what| (line, what);
        let statement = statement(text.trim()).map_err(wrong)?;
        match &statement {
            Statement::Comment(claim) if line == 1 => check_claim(claim).map_err(wrong)?,
            _ if line == 1 => return Err(wrong(NO_CLAIM.to_owned())),
            Statement::Blank | Statement::Comment(_) => {}
            Statement::BothWays
            | Statement::OnlyWithTheOracle
            | Statement::For(_)
            | Statement::NetworkPlan(_) => {
                if !in_header {
                    return Err(wrong(format!(
                        "{statement}: this line stands above the first step, below the claim"
                    )));
                }
                check_generator(&statement, &statements).map_err(wrong)?;
            }
            Statement::Call { .. } | Statement::Sync => in_header = false,
            Statement::Repeat(_) | Statement::RepeatFor(_) => {
                in_header = false;
                open.push(line);
                if open.len() > MOST_DEPTH {
                    return Err(wrong(format!(
                        "repeat within {MOST_DEPTH} others: that is one too many"
                    )));
                }
            }
            Statement::End => {
                let Some(start) = open.pop() else {
                    return Err(wrong("end without a repeat above it".to_owned()));
                };
                if !statements[start..].iter().any(is_step) {
                    return Err(wrong("nothing to repeat above this end".to_owned()));
                }
            }
        }
        statements.push(statement);
    }
    if let Some(line) = open.pop() {
        return Err((line, "no end below this repeat".to_owned()));
    }
    match statements.first() {
        None => Err((1, NO_CLAIM.to_owned())),
        Some(_) if statements.iter().any(is_step) => Ok(statements),
        Some(_) => Err((
            statements.len(),
            "no steps: lines as client writeInt 1 are expected below the claim".to_owned(),
        )),
    }
}

/// Prints the lines with canonical spacing.
pub(crate) fn print(statements: &[Statement], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut depth = 0;
    for statement in statements {
        if *statement == Statement::End {
            depth -= 1;
        }
        if *statement != Statement::Blank {
            for _ in 0..depth {
                f.write_str("  ")?;
            }
        }
        writeln!(f, "{statement}")?;
        if matches!(statement, Statement::Repeat(_) | Statement::RepeatFor(_)) {
            depth += 1;
        }
    }
    Ok(())
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => Ok(()),
            Self::Comment(text) if text.is_empty() => f.write_str("#"),
            Self::Comment(text) => write!(f, "# {text}"),
            Self::BothWays => f.write_str("both ways"),
            Self::OnlyWithTheOracle => f.write_str(ONLY_WITH_THE_ORACLE),
            Self::For(Generator { name, values }) => {
                write!(f, "for {name} in ")?;
                for (index, (label, value)) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    if let Some(label) = label {
                        write!(f, "{label}: ")?;
                    }
                    value.fmt(f)?;
                }
                Ok(())
            }
            Self::NetworkPlan(clause) => write!(f, "network {clause}"),
            Self::Call {
                role,
                method,
                value,
            } => {
                write!(f, "{role} {method}")?;
                match value {
                    Some(value) => write!(f, " {value}"),
                    None => Ok(()),
                }
            }
            Self::Sync => f.write_str("sync"),
            Self::Repeat(times) => write!(f, "repeat {times}"),
            Self::RepeatFor(Rounds { name, values }) => {
                write!(f, "repeat for {name} in ")?;
                for (index, (value, size)) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    value.fmt(f)?;
                    if let Some(size) = size {
                        write!(f, " by {size}")?;
                    }
                }
                Ok(())
            }
            Self::End => f.write_str("end"),
        }
    }
}

fn is_step(statement: &Statement) -> bool {
    matches!(statement, Statement::Call { .. })
}

fn check_claim(claim: &str) -> Result<(), String> {
    if claim.is_empty() {
        Err(NO_CLAIM.to_owned())
    } else if claim.ends_with('.') {
        Ok(())
    } else {
        Err("the claim is one sentence on one line, and ends with a full stop".to_owned())
    }
}

fn check_generator(new: &Statement, above: &[Statement]) -> Result<(), String> {
    for statement in above {
        match (statement, new) {
            (Statement::BothWays, Statement::BothWays)
            | (Statement::OnlyWithTheOracle, Statement::OnlyWithTheOracle) => {
                return Err(format!("{new} stands here a second time"));
            }
            (Statement::For(old), Statement::For(new)) if old.name == new.name => {
                return Err(format!("{} has its values already", new.name));
            }
            _ => {}
        }
    }
    Ok(())
}

fn statement(text: &str) -> Result<Statement, String> {
    if text.is_empty() {
        return Ok(Statement::Blank);
    }
    if let Some(comment) = text.strip_prefix('#') {
        return Ok(Statement::Comment(comment.trim().to_owned()));
    }
    let (first, rest) = split_word(text);
    match first {
        "client" => call(Role::Client, rest),
        "server" => call(Role::Server, rest),
        "sync" | "end" if !rest.is_empty() => {
            Err(format!("{rest}: {first} stands alone on its line"))
        }
        "sync" => Ok(Statement::Sync),
        "end" => Ok(Statement::End),
        "both" if rest == "ways" => Ok(Statement::BothWays),
        "only" if rest.split_whitespace().eq(["with", "the", "oracle"]) => {
            Ok(Statement::OnlyWithTheOracle)
        }
        "repeat" => match (rest.parse(), split_word(rest)) {
            (Ok(times), _) if times > 0 => Ok(Statement::Repeat(times)),
            (_, ("for", rest)) => rounds(rest).map(Statement::RepeatFor),
            _ => Err("repeat needs a number from 1 behind it, or for and a name".to_owned()),
        },
        "for" => generator(rest).map(Statement::For),
        "network" => rest.parse().map(Statement::NetworkPlan),
        _ => Err(format!(
            "{first}: a line begins with client, server, sync, repeat, end, for, both ways, \
             {ONLY_WITH_THE_ORACLE}, network or #"
        )),
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn call(role: Role, rest: &str) -> Result<Statement, String> {
    let (method, rest) = split_word(rest);
    if method.is_empty() {
        return Err(format!(
            "{role} needs a method behind it, as {role} readInt"
        ));
    }
    let value = if rest.is_empty() {
        None
    } else {
        let (value, after) = Literal::parse(rest)?;
        if !after.is_empty() {
            return Err(format!("{after}: nothing is expected behind {value}"));
        }
        Some(value)
    };
    Ok(Statement::Call {
        role,
        method: method.to_owned(),
        value,
    })
}

fn generator(rest: &str) -> Result<Generator, String> {
    let (name, values) = named(rest, |text| {
        let (label, after) = label(text)?;
        let (value, after) = value(after)?;
        Ok(((label, value), after))
    })?;
    Ok(Generator { name, values })
}

fn rounds(rest: &str) -> Result<Rounds, String> {
    let (name, values) = named(rest, |text| {
        let (value, after) = value(text)?;
        let ("by", after) = literal::word(after) else {
            return Ok(((value, None), after));
        };
        let (size, after) = literal::word(after.trim_start());
        let size = size.parse().ok().filter(|size| *size > 0);
        let size = size.ok_or("by needs a number from 1 behind it")?;
        if value.parts(size).is_none() {
            return Err(format!(
                "{value}: by cuts a range, as \"a\"..\"z\", and nothing else"
            ));
        }
        Ok(((value, Some(size)), after.trim_start()))
    })?;
    Ok(Rounds { name, values })
}

/// Parses a name and its values; `read` parses one value at the start of a text.
fn named<T>(
    rest: &str,
    read: impl Fn(&str) -> Result<(T, &str), String>,
) -> Result<(String, Vec<T>), String> {
    let (name, rest) = split_word(rest);
    if !literal::is_name(name) {
        return Err("for needs a name in capitals behind it, as for VALUE in 1, 2".to_owned());
    }
    let ("in", mut rest) = split_word(rest) else {
        return Err(format!("for {name} needs in and its values behind it"));
    };
    let mut values = Vec::new();
    loop {
        let (value, after) = read(rest)?;
        values.push(value);
        match after.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if after.is_empty() => break,
            None => return Err(format!("{after}: a comma is expected before it")),
        }
    }
    Ok((name.to_owned(), values))
}

/// Parses a value that is not a generator name.
fn value(text: &str) -> Result<(Literal, &str), String> {
    let (value, after) = Literal::parse(text)?;
    if let Some(other) = value.names().next() {
        return Err(format!("{other}: a name cannot stand for another one"));
    }
    Ok((value, after))
}

fn label(text: &str) -> Result<(Option<String>, &str), String> {
    let (word, after) = literal::word(text);
    match after.strip_prefix(':') {
        Some(after) if is_label(word) => Ok((Some(word.to_owned()), after)),
        Some(_) => Err(format!("{word}: a label is made of a-z, 0-9, - and .")),
        None => Ok((None, text)),
    }
}

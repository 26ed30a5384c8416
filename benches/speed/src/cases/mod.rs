//! What is measured, one file for each kind of work.

pub(crate) mod corpus;
mod numbers;
mod objects;
mod sockets;
mod strings;

use std::io::{self, Write};

use crate::row::Row;
use crate::texts::Text;

/// What is measured together, by one process of each subject.
pub(crate) enum Group {
    /// The strings of the JDK's own class files, and records of them.
    Corpus,
    /// The strings of one text.
    Text(Text),
    /// How the cost of strings grows, which nobody is compared with.
    Growth,
    Numbers,
    Objects,
    Sockets,
}

impl Group {
    pub(crate) fn all() -> Vec<Self> {
        let texts = Text::compared().into_iter().map(Self::Text);
        [Self::Corpus]
            .into_iter()
            .chain(texts)
            .chain([Self::Growth, Self::Numbers, Self::Objects, Self::Sockets])
            .collect()
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Corpus => "corpus".to_owned(),
            Self::Text(text) => text.name(),
            Self::Growth => "growth".to_owned(),
            Self::Numbers => "numbers".to_owned(),
            Self::Objects => "objects".to_owned(),
            Self::Sockets => "sockets".to_owned(),
        }
    }

    /// Measures everything on the Rust side of the group.
    pub(crate) fn measure(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut measuring = Measuring {
            out,
            failure: Ok(()),
        };
        match self {
            Self::Corpus => corpus::measure(&mut measuring),
            Self::Text(text) => strings::measure(&mut measuring, text),
            Self::Growth => {
                for text in Text::growing() {
                    strings::grow(&mut measuring, &text);
                }
            }
            Self::Numbers => numbers::measure(&mut measuring),
            Self::Objects => objects::measure(&mut measuring),
            Self::Sockets => sockets::measure(&mut measuring),
        }
        measuring.failure
    }
}

/// Prints a row as soon as it is there.
struct Measuring<'a> {
    out: &'a mut dyn Write,
    failure: io::Result<()>,
}

impl Measuring<'_> {
    /// Takes the answer of `work` for that of `values` values.
    fn row(
        &mut self,
        [subject, operation, input]: [&str; 3],
        values: u32,
        work: impl FnOnce() -> f64,
    ) {
        if self.failure.is_err() {
            return;
        }
        let row = Row {
            subject: subject.to_owned(),
            operation: operation.to_owned(),
            input: input.to_owned(),
            nanoseconds: work() / f64::from(values),
        };
        self.failure = writeln!(self.out, "{row}").and_then(|()| self.out.flush());
    }
}

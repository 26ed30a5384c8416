//! All that was measured, and what it comes to.

use std::collections::BTreeMap;
use std::{fmt, io};

use javatalk::mutf8::Instructions;

use crate::machine::Machine;
use crate::row::Row;

/// The rows of all rounds.
pub(crate) struct Results {
    /// Lines for people: the machine, the rounds, the JDKs.
    pub(crate) about: Vec<String>,
    rows: BTreeMap<[String; 3], Vec<f64>>,
}

impl Results {
    pub(crate) fn new(machine: &Machine, rounds: u32, javas: &[String]) -> Self {
        Self {
            about: vec![
                machine.processor.clone(),
                format!("javatalk uses {}", Instructions::best()),
                machine.system.clone(),
                machine.rust.clone(),
                format!("JDK {}", javas.join(", JDK ")),
                format!("medians of {rounds} rounds"),
            ],
            rows: BTreeMap::new(),
        }
    }

    /// What [`Results`] prints.
    pub(crate) fn read(text: &str) -> io::Result<Self> {
        let (about, rows): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with(ABOUT));
        let mut results = Self {
            about: about
                .iter()
                .map(|line| line[ABOUT.len()..].to_owned())
                .collect(),
            rows: BTreeMap::new(),
        };
        results.add(&rows.join("\n"))?;
        Ok(results)
    }

    /// Adds what a process has printed.
    pub(crate) fn add(&mut self, lines: &str) -> io::Result<()> {
        for line in lines.lines() {
            let row: Row = line.parse().map_err(io::Error::other)?;
            self.rows
                .entry([row.subject, row.operation, row.input])
                .or_default()
                .push(row.nanoseconds);
        }
        Ok(())
    }

    /// The median, in nanoseconds.
    pub(crate) fn nanoseconds(&self, subject: &str, operation: &str, input: &str) -> Option<f64> {
        let key = [subject, operation, input].map(str::to_owned);
        let mut samples = self.rows.get(&key)?.clone();
        samples.sort_by(f64::total_cmp);
        Some(samples[samples.len() / 2])
    }

    /// Every subject with that operation and input, and its median, the fastest first.
    pub(crate) fn ranking(&self, operation: &str, input: &str) -> Vec<(&str, f64)> {
        let mut ranking: Vec<(&str, f64)> = self
            .rows
            .keys()
            .filter(|[_, other, with]| other == operation && with == input)
            .filter_map(|[subject, ..]| {
                Some((&subject[..], self.nanoseconds(subject, operation, input)?))
            })
            .collect();
        ranking.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        ranking
    }

    /// The JDKs, oldest first.
    pub(crate) fn javas(&self) -> Vec<&str> {
        let mut javas: Vec<&str> = self
            .rows
            .keys()
            .map(|[subject, ..]| &subject[..])
            .filter(|subject| is_java(subject))
            .collect();
        javas.dedup();
        javas
    }
}

pub(crate) fn is_java(subject: &str) -> bool {
    subject
        .strip_prefix("java")
        .is_some_and(|rest| rest.parse::<u32>().is_ok())
}

/// As lines that can be read again.
impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.about {
            writeln!(f, "{ABOUT}{line}")?;
        }
        for ([subject, operation, input], samples) in &self.rows {
            for &nanoseconds in samples {
                let row = Row {
                    subject: subject.clone(),
                    operation: operation.clone(),
                    input: input.clone(),
                    nanoseconds,
                };
                writeln!(f, "{row}")?;
            }
        }
        Ok(())
    }
}

const ABOUT: &str = "# ";

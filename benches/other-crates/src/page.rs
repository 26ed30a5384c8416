//! The measured part of the page: tables between two markers, and nothing else of it.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::bodies::{self, Bodies};
use crate::decoding::Kind;
use crate::numbers::grouped;
use crate::tally::Example;
use crate::{Measured, decoding, encoding, limit, streams, versions};

/// The page with its measured part replaced.
pub(crate) fn with_tables(page: &str, tables: &str) -> Result<String, &'static str> {
    let (before, rest) = page
        .split_once(BEGIN)
        .ok_or("the page has no marker where the measured part begins")?;
    let (_, behind) = rest
        .split_once(END)
        .ok_or("the page has no marker where the measured part ends")?;
    Ok(format!("{before}{BEGIN}\n\n{tables}\n{END}{behind}"))
}

const BEGIN: &str = "<!-- measured: begin; written by benches/other-crates, never by hand -->";
const END: &str = "<!-- measured: end -->";

/// All that was measured, as Markdown.
pub(crate) fn tables(measured: &Measured) -> String {
    let sections = [
        decoders(measured),
        java_takes(measured),
        java_refuses(measured),
        encoders(measured),
        limits(measured),
        streams(measured),
        examples(measured),
    ];
    sections.join("\n")
}

fn decoders(measured: &Measured) -> String {
    let decoders = &measured.decoders;
    let crates: BTreeSet<&str> = decoders.iter().map(|decoder| decoder.krate).collect();
    let right = decoders
        .iter()
        .filter(|decoder| decoder.differences.cases_where(|_| true) == 0)
        .count();
    let mut table = Table::new(
        "Decoders",
        &format!(
            "Of {} decoders of {} crates, {} differ nowhere from Java in what they take and in the \
             text they make of it. Each was given {} bodies: all {} of up to three bytes, all {} of \
             two surrogates, {} of four bytes at the boundaries of their classes, and {} longer \
             ones; less those that what it is made for leaves out. What its error says is not part \
             of the count.",
            decoders.len(),
            crates.len(),
            right,
            grouped(Bodies::LEN),
            grouped(bodies::SHORT),
            grouped(bodies::SURROGATES),
            grouped(bodies::FOUR),
            grouped(Bodies::LEN - bodies::SHORT - bodies::SURROGATES - bodies::FOUR),
        ),
        &[
            "crate",
            "function",
            "made for",
            "bodies",
            "differ",
            "its error says",
        ],
    );
    for decoder in decoders {
        table.row([
            versioned(decoder.krate),
            code(decoder.function),
            decoder.claim.in_words().to_owned(),
            grouped(decoder.java_takes + decoder.java_refuses),
            count(decoder.differences.cases_where(|_| true)),
            decoder.error_says.in_words().to_owned(),
        ]);
    }
    table.finish()
}

fn java_takes(measured: &Measured) -> String {
    kinds(
        measured,
        "Bodies that Java takes",
        "Of those, so many are refused, by the first character in them that is refused alone, or \
         are taken for another text. Of class files, Java is the class loader; of NBT, it is \
         `readUTF` with four-byte UTF-8 besides.",
        Kind::java_takes,
        |decoder| decoder.java_takes,
    )
}

fn java_refuses(measured: &Measured) -> String {
    kinds(
        measured,
        "Bodies that Java refuses",
        "Of those, so many are taken.",
        |kind| !kind.java_takes(),
        |decoder| decoder.java_refuses,
    )
}

/// A row for each decoder with differences of the chosen kinds, a column for each that occurs.
fn kinds(
    measured: &Measured,
    title: &str,
    text: &str,
    chosen: fn(Kind) -> bool,
    bodies: fn(&decoding::Measured) -> u64,
) -> String {
    let decoders: Vec<&decoding::Measured> = measured
        .decoders
        .iter()
        .filter(|decoder| decoder.differences.cases_where(chosen) > 0)
        .collect();
    let occurring: BTreeSet<Kind> = decoders
        .iter()
        .flat_map(|decoder| decoder.differences.examples())
        .map(|(kind, _)| kind)
        .filter(|&kind| chosen(kind))
        .collect();
    let mut columns = vec!["crate", "function", "bodies"];
    columns.extend(occurring.iter().map(|kind| kind.in_words()));
    let mut table = Table::new(title, text, &columns);
    for decoder in decoders {
        let mut cells = vec![
            code(decoder.krate),
            code(decoder.function),
            grouped(bodies(decoder)),
        ];
        let counts = occurring
            .iter()
            .map(|&kind| decoder.differences.cases(kind));
        cells.extend(counts.map(count));
        table.row(cells);
    }
    table.finish()
}

fn encoders(measured: &Measured) -> String {
    use encoding::Kind::{Nul, Other, Panics, Supplementary, UnpairedSurrogate};

    let kinds = [Nul, Supplementary, UnpairedSurrogate, Other, Panics];
    let mut columns = vec!["crate", "function", "made for", "takes", "texts"];
    columns.extend(kinds.map(encoding::Kind::in_words));
    let mut table = Table::new(
        "Encoders",
        "Those that take a `str` were given every character, those that take code units every code \
         unit and every two surrogates; each alone, between letters, behind U+1F600, and behind 40 \
         letters. So many were encoded otherwise than by Java.",
        &columns,
    );
    for encoder in &measured.encoders {
        let takes = if encoder.takes_units {
            "code units"
        } else {
            "`str`"
        };
        let mut cells = vec![
            versioned(encoder.krate),
            code(encoder.function),
            encoder.claim.in_words().to_owned(),
            takes.to_owned(),
            grouped(encoder.texts),
        ];
        cells.extend(kinds.map(|kind| match kind {
            Nul if !encoder.claim.covers_nul() => "not claimed".to_owned(),
            UnpairedSurrogate if !encoder.takes_units => "not in a `str`".to_owned(),
            _ => count(encoder.differences.cases(kind)),
        }));
        table.row(cells);
    }
    table.finish()
}

fn limits(measured: &Measured) -> String {
    let mut columns = vec!["crate", "function"];
    columns.extend(limit::TEXTS.map(|(name, _, _)| name));
    let mut table = Table::new(
        "The limit of 65,535 bytes",
        "What the writers of a 16-bit length make of a text that is longer. A length that is not \
         the number of bytes behind it makes the rest of the stream unreadable.",
        &columns,
    );
    let java = vec!["Java".to_owned(), code("writeUTF")];
    table.row(
        java.into_iter()
            .chain(limit::java().into_iter().map(limit::Answer::in_words)),
    );
    for writer in &measured.limits {
        let cells = vec![versioned(writer.krate), code(writer.function)];
        table.row(
            cells
                .into_iter()
                .chain(writer.answers.iter().map(|answer| answer.in_words())),
        );
    }
    table.finish()
}

fn streams(measured: &Measured) -> String {
    let mut table = Table::new(
        "`DataInput` and `DataOutput`",
        "Numbers of up to two bytes were all tried, longer ones made of bytes at the boundaries, \
         `float` with every NaN, and readers with the input ending anywhere. \"Other position\" \
         is the same answer, and another number of bytes read.",
        &["crate", "method", "cases", "differ", "how"],
    );
    for method in &measured.streams {
        let how: Vec<String> = method
            .differences
            .examples()
            .map(|(kind, _)| {
                let cases = grouped(method.differences.cases(kind));
                format!("{}: {cases}", kind.in_words())
            })
            .collect();
        if !how.is_empty() {
            table.row([
                versioned(method.krate),
                method.method.to_owned(),
                grouped(method.cases),
                count(method.differences.cases_where(|_| true)),
                how.join("; "),
            ]);
        }
    }
    let mut section = table.finish();
    let mut crates: Vec<&str> = measured.streams.iter().map(|method| method.krate).collect();
    crates.dedup();
    for krate in crates {
        let agreeing: Vec<&streams::Measured> = measured
            .streams
            .iter()
            .filter(|method| method.krate == krate)
            .filter(|method| method.differences.cases_where(|_| true) == 0)
            .collect();
        let line = streams::Measured::agreeing(&agreeing);
        writeln!(section, "\n{} differs nowhere in {line}.", code(krate)).expect(IN_MEMORY);
    }
    section
}

fn examples(measured: &Measured) -> String {
    let mut table = Table::new(
        "An example of each difference",
        "The first that was met, and so the shortest.",
        &[
            "crate",
            "function",
            "difference",
            "given",
            "Java",
            "the crate",
        ],
    );
    let mut row = |krate: &str, function: &str, difference: &str, example: &Example| {
        table.row([
            code(krate),
            code(function),
            difference.to_owned(),
            example.given.clone(),
            example.java.clone(),
            example.krate.clone(),
        ]);
    };
    for decoder in &measured.decoders {
        for (kind, example) in decoder.differences.examples() {
            let whose = match kind {
                Kind::PanicsWhereJavaTakes => " where Java takes",
                Kind::PanicsWhereJavaRefuses => " where Java refuses",
                _ => "",
            };
            let difference = format!("{}{whose}", kind.in_words());
            row(decoder.krate, decoder.function, &difference, example);
        }
    }
    for encoder in &measured.encoders {
        for (kind, example) in encoder.differences.examples() {
            row(encoder.krate, encoder.function, kind.in_words(), example);
        }
    }
    for method in &measured.streams {
        for (kind, example) in method.differences.examples() {
            row(method.krate, method.method, kind.in_words(), example);
        }
    }
    table.finish()
}

fn versioned(krate: &str) -> String {
    format!("`{krate}` {}", versions::of(krate))
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A count, and a dash where there is nothing to count.
fn count(number: u64) -> String {
    if number == 0 {
        "-".to_owned()
    } else {
        grouped(number)
    }
}

const IN_MEMORY: &str = "nothing fails in memory";

/// A section with a table in it.
struct Table {
    markdown: String,
    columns: usize,
}

impl Table {
    fn new(title: &str, text: &str, columns: &[&str]) -> Self {
        let mut table = Self {
            markdown: format!("## {title}\n\n{text}\n\n"),
            columns: columns.len(),
        };
        table.row(columns.iter().map(|column| (*column).to_owned()));
        table.row(columns.iter().map(|_| "---".to_owned()));
        table
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.columns, "a cell for each column");
        writeln!(self.markdown, "| {} |", cells.join(" | ")).expect(IN_MEMORY);
    }

    fn finish(self) -> String {
        self.markdown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_between_the_markers_is_replaced() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nbehind\n");
        let new = with_tables(&page, "new\n").expect("both markers are there");
        assert_eq!(new, format!("before\n{BEGIN}\n\nnew\n\n{END}\nbehind\n"));
        assert_eq!(with_tables(&new, "new\n").as_ref(), Ok(&new));
    }

    #[test]
    fn a_page_without_markers_is_an_error() {
        assert!(with_tables("before", "new").is_err());
        assert!(with_tables(BEGIN, "new").is_err());
    }

    #[test]
    fn each_kind_belongs_to_bodies_that_java_takes_or_refuses() {
        assert!(Kind::BreaksStr.java_takes());
        assert!(!Kind::TakesOther.java_takes());
    }
}

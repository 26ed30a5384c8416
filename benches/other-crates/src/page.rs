//! The measured part of the page: tables between two markers, and nothing else of it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::SystemTime;

use crate::bodies::{self, Bodies};
use crate::decoding::Kind;
use crate::numbers::grouped;
use crate::tally::Example;
use crate::vectors::Score;
use crate::{Measured, decoding, encoding, limit, streams, versions};

/// The page with its measured part replaced.
pub(crate) fn with_tables(page: &str, tables: &str) -> Result<String, &'static str> {
    replaced(page, tables, [BEGIN, END]).map(|(new, _)| new)
}

/// The page with its part about the vectors replaced. The date stays if nothing else has changed.
pub(crate) fn with_vectors(page: &str, vectors: &str) -> Result<String, &'static str> {
    let (new, old) = replaced(page, vectors, VECTORS)?;
    let without_date = |text: &str| -> Vec<String> {
        let lines = text.trim().lines();
        let undated = lines.filter(|line| !line.starts_with(MEASURED_ON));
        undated.map(str::to_owned).collect()
    };
    Ok(if without_date(old) == without_date(vectors) {
        page.to_owned()
    } else {
        new
    })
}

/// The page with what stands between two markers replaced, and what stood there.
fn replaced<'a>(
    page: &'a str,
    part: &str,
    [begin, end]: [&str; 2],
) -> Result<(String, &'a str), &'static str> {
    let (before, rest) = page
        .split_once(begin)
        .ok_or("the page has no marker where the measured part begins")?;
    let (old, behind) = rest
        .split_once(end)
        .ok_or("the page has no marker where the measured part ends")?;
    Ok((format!("{before}{begin}\n\n{part}\n{end}{behind}"), old))
}

const BEGIN: &str = "<!-- measured: begin; written by benches/other-crates, never by hand -->";
const END: &str = "<!-- measured: end -->";
const VECTORS: [&str; 2] = [
    "<!-- vectors: begin; written by benches/other-crates, never by hand -->",
    "<!-- vectors: end -->",
];

/// The line with the date begins with these words.
const MEASURED_ON: &str = "Measured on ";

/// A table of what each function gets right and wrong of the vectors.
pub(crate) fn vectors(measured: &Measured) -> String {
    let mut table = Table::new(
        "Vectors",
        &format!(
            "{MEASURED_ON}{}, with the versions named here.",
            humantime::format_rfc3339_seconds(SystemTime::now())
                .to_string()
                .split('T')
                .next()
                .unwrap_or_default()
        ),
        &[
            "crate",
            "function",
            "made for",
            "vectors",
            "as Java",
            "differs from Java",
        ],
    );
    for function in &measured.vectors {
        let right = function
            .subjects
            .iter()
            .filter(|(_, score)| score.wrong.is_empty())
            .map(|(subject, _)| *subject);
        let wrong = function
            .subjects
            .iter()
            .filter(|(_, score)| !score.wrong.is_empty())
            .map(|(subject, score)| wrong_in_words(subject, score));
        let wrong: Vec<String> = wrong.collect();
        table.row([
            versioned(function.krate),
            code(function.function),
            function.claim.in_words().to_owned(),
            format!(
                "`{}`: {} of {}",
                function.group,
                function.right(),
                function.all()
            ),
            right.collect::<Vec<_>>().join(", "),
            if wrong.is_empty() {
                "-".to_owned()
            } else {
                wrong.join("; ")
            },
        ]);
    }
    table.finish()
}

/// How many ids a cell names.
const NAMED: usize = 3;

fn wrong_in_words(subject: &str, score: &Score) -> String {
    let named: Vec<String> = score.wrong.iter().take(NAMED).map(|id| code(id)).collect();
    let more = match score.wrong.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let all = score.right + score.wrong.len();
    format!(
        "{subject} {} of {all}: {}{more}",
        score.wrong.len(),
        named.join(", ")
    )
}

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
            "Of {} decoders of {} crates, {} accept the same bodies as Java and decode them to the same text. Each was given {} bodies: all {} of up to three bytes, all {} of \
             two surrogates, {} of four bytes at the boundaries of their classes, and {} longer \
             ones; minus the bodies that its purpose leaves out. Error messages are not counted.",
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
        "Bodies that Java accepts",
        "The number of bodies that Java accepts but the crate rejects or decodes differently. A rejected body is counted under the first of its characters that the crate also rejects on its own. Of class files, Java is the class loader; of NBT, it is \
         `readUTF` with four-byte UTF-8 besides.",
        Kind::java_takes,
        |decoder| decoder.java_takes,
    )
}

fn java_refuses(measured: &Measured) -> String {
    kinds(
        measured,
        "Bodies that Java rejects",
        "The number of bodies that Java rejects and the crate accepts.",
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
         letters. The columns give the number of texts that were encoded differently from Java.",
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
        "What each writer of a 16-bit length does with a longer text. A length that is not \
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
         `float` with every NaN, and every read was tried with input that ends at each possible byte. \"Other position\" \
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
        "For each difference, the first and therefore shortest example.",
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
    fn the_date_of_the_vectors_stays_if_nothing_else_has_changed() {
        let [begin, end] = VECTORS;
        let page = format!("before\n{begin}\n\n{MEASURED_ON}Monday\n1 of 2\n\n{end}\n");
        let today = format!("{MEASURED_ON}Tuesday\n1 of 2\n");
        assert_eq!(with_vectors(&page, &today).as_ref(), Ok(&page));
        let better = format!("{MEASURED_ON}Tuesday\n2 of 2\n");
        assert!(with_vectors(&page, &better).unwrap().contains(&better));
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

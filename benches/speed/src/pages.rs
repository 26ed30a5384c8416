//! What the README and `docs/performance.md` show: tables and plots, all of it generated.

use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use crate::case::{COPY, Case, OURS, shown};
use crate::cases::corpus::{
    RECORDS, RECORDS_FROM_BUFFER, RECORDS_FROM_FILE, STRINGS, STRINGS_FROM_BUFFER,
    STRINGS_FROM_FILE,
};
use crate::plot;
use crate::results::Results;

/// Writes the README's part between its markers, `docs/performance.md` and the plots.
pub(crate) fn write(root: &Path, results: &Results) -> io::Result<()> {
    let readme = root.join("README.md");
    let text = fs::read_to_string(&readme)?;
    let text = with_part(&text, "speed", &short(results)).map_err(io::Error::other)?;
    fs::write(readme, text)?;
    let here = root.join("benches/speed");
    fs::write(root.join("docs/performance.md"), long(results))?;
    fs::write(
        here.join("speed.svg"),
        plot::speed(results, vec![("", plotted())]),
    )?;
    fs::write(here.join("all.svg"), plot::speed(results, chapters()))?;
    fs::write(here.join("growth.svg"), plot::growth(results))?;
    Ok(())
}

/// A page with this between the markers of this name.
pub(crate) fn with_part(page: &str, name: &str, part: &str) -> Result<String, String> {
    let begin = format!("<!-- {name}: begin; written by scripts/bench, never by hand -->");
    let end = format!("<!-- {name}: end -->");
    let without = |marker: &str| format!("the page has no marker {marker}");
    let (before, rest) = page.split_once(&begin).ok_or_else(|| without(&begin))?;
    let (_, behind) = rest.split_once(&end).ok_or_else(|| without(&end))?;
    Ok(format!("{before}{begin}\n\n{part}\n{end}{behind}"))
}

const KINDS: [&str; 5] = ["ASCII", "Latin-1", "CJK", "emoji", "mixture"];

/// Everything with a heading.
fn chapters() -> Vec<(&'static str, Vec<Case>)> {
    let strings = |operation: &'static str| {
        let mut cases = vec![Case::new(operation, "hello")];
        for size in [64, 60_000] {
            cases.extend(KINDS.map(|kind| Case::new(operation, format!("{kind} {size}"))));
        }
        cases
    };
    let numbers = ["readByte", "readShort", "readInt", "readLong", "readDouble"]
        .into_iter()
        .chain(["writeInt", "writeLong", "writeDouble"])
        .flat_map(|operation| ["memory", "buffered"].map(|place| Case::new(operation, place)))
        .chain([Case::new("readInt", "socket")])
        .collect();
    let corpus = [
        Case::new("readUTF", STRINGS),
        Case::new("readUTF", STRINGS_FROM_BUFFER),
        Case::new("readUTF", STRINGS_FROM_FILE),
        Case::new("readUTF, reused", STRINGS),
        Case::new("readUTF, reused", STRINGS_FROM_BUFFER),
        Case::new("readUTF, reused", STRINGS_FROM_FILE),
        Case::new("decode", STRINGS),
        Case::new("decode, borrowed", STRINGS),
        Case::new("writeUTF", STRINGS),
        Case::new("encode, borrowed", STRINGS),
        Case::new("read a record", RECORDS),
        Case::new("read a record", RECORDS_FROM_BUFFER),
        Case::new("read a record", RECORDS_FROM_FILE),
    ];
    vec![
        ("Real strings in their real order", corpus.into()),
        ("Reading strings", strings("readUTF")),
        (
            "Reading strings into existing memory",
            strings("readUTF, reused"),
        ),
        ("Decoding from a slice", strings("decode")),
        (
            "Decoding from a slice, borrowed where possible",
            strings("decode, borrowed"),
        ),
        ("Decoding to UTF-16", strings("to UTF-16")),
        ("Writing strings", strings("writeUTF")),
        (
            "Encoding, borrowed where possible",
            strings("encode, borrowed"),
        ),
        ("Numbers", numbers),
        (
            "Object streams",
            vec![
                Case::new("writeInt", "object stream"),
                Case::new("readInt", "object stream"),
                Case::new("writeUTF", "object stream, hello"),
                Case::new("readUTF", "object stream, hello"),
                Case::new("writeObject", "hello"),
                Case::new("readObject", "hello"),
                Case::new("writeObject", "int[10000]"),
                Case::new("readObject", "int[10000]"),
            ],
        ),
        (
            "Sockets",
            vec![
                Case::new("round trip", "hello"),
                Case::new("connect, exchange, close", "hello"),
            ],
        ),
    ]
}

/// The rows of the plot in the README.
fn plotted() -> Vec<Case> {
    let mut cases = vec![
        Case::new("readUTF", "hello"),
        Case::new("readUTF, reused", "hello"),
    ];
    cases.extend(KINDS.map(|kind| Case::new("readUTF", format!("{kind} 60000"))));
    cases.push(Case::new("writeUTF", "hello"));
    cases.extend(KINDS.map(|kind| Case::new("writeUTF", format!("{kind} 60000"))));
    cases.extend([
        Case::new("readInt", "memory"),
        Case::new("readInt", "buffered"),
        Case::new("round trip", "hello"),
        Case::new("connect, exchange, close", "hello"),
    ]);
    cases
}

/// The rows of the table in the README.
fn selected() -> Vec<Case> {
    vec![
        Case::new("readUTF", "hello"),
        Case::new("readUTF", "CJK 60000"),
        Case::new("writeUTF", "hello"),
        Case::new("writeUTF", "Latin-1 60000"),
        Case::new("readInt", "buffered"),
        Case::new("round trip", "hello"),
    ]
}

/// For the README.
fn short(results: &Results) -> String {
    let losses = losses(results, Case::ours);
    let mut subjects: Vec<&str> = losses.iter().map(|loss| &loss.subject[..]).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let faster: Vec<String> = subjects
        .into_iter()
        .map(|subject| {
            let own = losses.iter().filter(|loss| loss.subject == subject);
            let most = own.clone().map(|loss| loss.times).fold(0.0, f64::max);
            format!("`{subject}` in {} (up to {most:.1} times)", own.count())
        })
        .collect();
    let rows: usize = chapters().iter().map(|(_, cases)| cases.len()).sum();
    let losses = if faster.is_empty() {
        format!(
            "No other subject was faster in any of the {rows} rows of the [whole table](docs/performance.md)."
        )
    } else {
        format!(
            "Others were faster in some of the {rows} rows of the [whole table](docs/performance.md): {}.",
            faster.join(", ")
        )
    };
    format!(
        "{}\n{losses} Measured on {}.\n",
        table(results, &selected(), false),
        results.about.join("; ")
    )
}

/// The page of results.
fn long(results: &Results) -> String {
    let mut page = String::from(
        "# Performance\n\n\
         <!-- Written by scripts/bench, never by hand. -->\n\n\
         You want to know what a string or a number costs. The tables give the time for one string or \
         one number; less is better. The column after javatalk says how many times faster it is than \
         the faster JDK. `benches/speed/src/cases` defines each row. The texts are random, and the same \
         for every subject. Decoders produce an owned string; encoders fill an existing vector. Java \
         has no counterpart to the rows that reuse memory or decode to UTF-16; they are compared with \
         its `readUTF`. `portable` is javatalk without the vector instructions that not every \
         processor has. The last column shows subjects that do less: `copy` copies the bytes, `simdutf8 \
         and copy` validates and copies them, and on sockets `std` sends a message of known length.\n\n\
         The first rows read and write all constants of the class files of the JDK's module \
         `java.base`, in the order in which they are there, so that no processor can predict their \
         lengths; without the few that hold an unpaired surrogate. The six fields of a record are \
         `int`, string, `long`, `boolean`, `double` and string, with the same strings. `copy` reads \
         the length and then the body into a vector of zeros; `copy of a slice` copies the body from \
         where it is. `BufReader` is over a reader in memory, and `BufReader<File>` over a file in the \
         cache of the system, whose calls are part of the time.\n\n",
    );
    for line in &results.about {
        _ = writeln!(page, "- {line}");
    }
    _ = writeln!(page, "\n![all rows](../benches/speed/all.svg)\n");
    _ = writeln!(page, "## How near to the bound\n\n{}", ratios(results));
    _ = writeln!(
        page,
        "## Where others are faster\n\n\
         The reasons:\n\n\
         - Strings: the documentation of `mutf8::Instructions` gives the reasons.\n\
         - Numbers: a `DataInputStream` tests before each number whether `readLine` holds a byte, and \
           `SliceInput` counts its position. Both say at an end how many bytes came. `byteorder` and \
           `bytes` do none of this, which leaves a load and a comparison.\n\
         - Object streams: a string that is read or written as an object takes two allocations, its \
           text and a counted reference, and the stream keeps it until a reset. Most of the time goes \
           into allocating and freeing; a JVM allocates by moving a pointer. `readUTF` makes a string \
           of its own as well.\n\n\
         The rows:\n"
    );
    for Loss {
        subject,
        case,
        times,
    } in losses(results, Case::ours)
    {
        _ = writeln!(page, "- {case}: `{subject}`, {times:.1} times");
    }
    let losses = losses(results, Case::portable);
    if !losses.is_empty() {
        _ = writeln!(
            page,
            "\n## Where others are faster than the portable path\n\n\
             The others run as they are: some choose vector instructions themselves. The documentation \
             of `mutf8::Instructions` gives the reasons.\n"
        );
    }
    for Loss {
        subject,
        case,
        times,
    } in losses
    {
        _ = writeln!(page, "- {case}: `{subject}`, {times:.1} times");
    }
    page.push('\n');
    for (heading, cases) in chapters() {
        _ = writeln!(page, "## {heading}\n\n{}", table(results, &cases, true));
    }
    _ = writeln!(
        page,
        "## Cost per byte, by length\n\n![growth](../benches/speed/growth.svg)\n\n\
         ## How the harness scales\n\n\
         `scripts/bench harness` measures the cost of a scenario in four pairings of Rust and the \
         newest JDK, without the start of the programs, and the memory of the harness during a search \
         with all JDKs.\n\n![the harness](../benches/speed/harness.svg)"
    );
    page
}

/// What the first rows are compared by.
fn ratios(results: &Results) -> String {
    let ours = |operation, input| results.nanoseconds(OURS, operation, input);
    let rows = [
        (
            "read from a slice, against copying it",
            ours("readUTF", STRINGS),
            results.nanoseconds("copy of a slice", "readUTF", STRINGS),
        ),
        (
            "read through `BufReader`, against a slice",
            ours("readUTF", STRINGS_FROM_BUFFER),
            ours("readUTF", STRINGS),
        ),
        (
            "read through `BufReader<File>`, against a slice",
            ours("readUTF", STRINGS_FROM_FILE),
            ours("readUTF", STRINGS),
        ),
        (
            "read through `BufReader<File>`, against copying through it",
            ours("readUTF", STRINGS_FROM_FILE),
            results.nanoseconds(COPY, "readUTF", STRINGS_FROM_FILE),
        ),
        (
            "a record through `BufReader`, against a slice",
            ours("read a record", RECORDS_FROM_BUFFER),
            ours("read a record", RECORDS),
        ),
        (
            "a record through `BufReader<File>`, against a slice",
            ours("read a record", RECORDS_FROM_FILE),
            ours("read a record", RECORDS),
        ),
        (
            "write, against copying",
            ours("writeUTF", STRINGS),
            results.nanoseconds(COPY, "writeUTF", STRINGS),
        ),
        (
            "write, against the fastest other crate",
            ours("writeUTF", STRINGS),
            Case::new("writeUTF", STRINGS)
                .rival(results)
                .map(|(_, time)| time),
        ),
    ];
    let mut table = String::from("| strings of java.base | times as long |\n|---|--:|\n");
    for (name, ours, other) in rows {
        if let (Some(ours), Some(other)) = (ours, other) {
            _ = writeln!(table, "| {name} | {:.2} |", ours / other);
        }
    }
    table
}

/// Where somebody is faster than one of our paths, and how many times.
struct Loss {
    subject: String,
    case: String,
    times: f64,
}

fn losses(results: &Results, path: impl Fn(&Case, &Results) -> Option<f64>) -> Vec<Loss> {
    let mut losses = Vec::new();
    for case in chapters().into_iter().flat_map(|(_, cases)| cases) {
        let Some(ours) = path(&case, results) else {
            continue;
        };
        let javas = results.javas().into_iter();
        let javas = javas.filter_map(|java| Some((java, case.java(results, java)?)));
        for (subject, theirs) in javas.chain(case.rivals(results)) {
            if theirs < ours * (1.0 - NOISE) {
                losses.push(Loss {
                    subject: subject.to_owned(),
                    case: case.name(),
                    times: ours / theirs,
                });
            }
        }
    }
    losses
}

/// What two runs of the same may differ by.
const NOISE: f64 = 0.1;

fn table(results: &Results, cases: &[Case], with_bounds: bool) -> String {
    let javas = results.javas();
    let mut table = String::from("| |");
    for java in &javas {
        _ = write!(table, " JDK {} |", &java["java".len()..]);
    }
    // The README shows what most readers have.
    let with_portable = with_bounds && cases.iter().any(|case| case.portable(results).is_some());
    table.push_str(" javatalk | |");
    if with_portable {
        table.push_str(" portable |");
    }
    table.push_str(" fastest other crate |");
    if with_bounds {
        table.push_str(" does less |");
    }
    table.push_str("\n|---|");
    table.push_str(&"--:|".repeat(javas.len() + 2 + usize::from(with_portable)));
    table.push_str(if with_bounds { "---|---|\n" } else { "---|\n" });
    for case in cases {
        let Some(ours) = case.ours(results) else {
            continue;
        };
        let named = |(subject, time): (&str, f64)| format!("{} `{subject}`", shown(time));
        _ = write!(table, "| {} |", case.name());
        for java in &javas {
            let time = case.java(results, java).map_or("-".to_owned(), shown);
            _ = write!(table, " {time} |");
        }
        let times = case
            .fastest_java(results)
            .map_or("-".to_owned(), |java| times(java / ours));
        let rival = case.rival(results).map_or("-".to_owned(), named);
        _ = write!(table, " {} | {times} |", shown(ours));
        if with_portable {
            let time = case.portable(results).map_or("-".to_owned(), shown);
            _ = write!(table, " {time} |");
        }
        _ = write!(table, " {rival} |");
        if with_bounds {
            let bounds: Vec<String> = case.bounds(results).into_iter().map(named).collect();
            _ = write!(table, " {} |", bounds.join(", "));
        }
        table.push('\n');
    }
    table
}

fn times(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("**{ratio:.1}x**")
    } else {
        format!("**{ratio:.0}x**")
    }
}

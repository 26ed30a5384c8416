//! The server of `javatalk server --forever` under load, beside servers in Java and one written by
//! hand on tokio.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use serde_json::Value;

use crate::machine::Machine;
use crate::pages::with_part;
use crate::programs::built;

/// Loads every server in each round, and writes the table of `docs/server.md`.
pub(crate) fn measure(root: &Path, rounds: u32) -> io::Result<()> {
    let javatalk = built(root, "javatalk", &["--features", "cli"])?;
    let echo = built(&root.join("benches/speed"), "tokio_echo", &[])?;
    let servers = servers(&javatalk, &echo);
    let mut measured = vec![[const { Vec::new() }; ROWS.len()]; servers.len()];
    for round in 1..=rounds {
        for load in LOADS {
            for (server, samples) in servers.iter().zip(&mut measured) {
                eprintln!("round {round} of {rounds}: {}, {}", server.name, load.what);
                let result = loaded(&javatalk, server, load)?;
                for (row, samples) in ROWS.iter().zip(samples) {
                    if row.load == load.what {
                        samples.push((row.figure)(&result).ok_or_else(|| {
                            io::Error::other(format!("{}: no {}", server.name, row.name))
                        })?);
                    }
                }
            }
        }
    }
    let page = root.join("docs/server.md");
    let text = fs::read_to_string(&page)?;
    let part = part(&servers, &mut measured, rounds);
    fs::write(
        page,
        with_part(&text, "servers", &part).map_err(io::Error::other)?,
    )
}

struct Server {
    /// The heading of its column.
    name: &'static str,
    /// The options of `javatalk load` that start it.
    options: Vec<String>,
}

fn servers(javatalk: &Path, echo: &Path) -> Vec<Server> {
    let own = |kind: &str| vec!["--server".to_owned(), kind.to_owned()];
    let command = |program: &Path, arguments: &str| {
        let program = program.display();
        vec![
            "--command".to_owned(),
            format!("'{program}' {arguments}").trim().to_owned(),
        ]
    };
    vec![
        Server {
            name: "tokio, by hand",
            options: command(echo, ""),
        },
        Server {
            name: "javatalk",
            options: command(javatalk, "server --forever 0 --max-clients 1000000"),
        },
        Server {
            name: "javatalk, prints",
            options: own("rust"),
        },
        Server {
            name: "Java, virtual threads, prints",
            options: own("virtual"),
        },
        Server {
            name: "Java, threads, prints",
            options: own("java"),
        },
    ]
}

/// A run of `javatalk load`.
#[derive(Clone, Copy)]
struct Load {
    what: &'static str,
    options: &'static [&'static str],
}

const BUSY: &str = "100 busy clients";
const BESIDE: &str = "100 busy clients beside 400 others";
const IDLE: &str = "1,000 clients";

const LOADS: [Load; 3] = [
    Load {
        what: BUSY,
        options: &["--time", "5s"],
    },
    Load {
        what: BESIDE,
        options: &["--time", "5s", "--silent", "200", "--slow", "200"],
    },
    Load {
        what: IDLE,
        options: &["--at-once", "1000", "--clients", "1000", "--messages", "1"],
    },
];

struct Row {
    name: &'static str,
    load: &'static str,
    figure: fn(&Value) -> Option<f64>,
    shown: fn(f64) -> String,
}

const ROWS: [Row; 6] = [
    Row {
        name: "messages a second, 100 clients",
        load: BUSY,
        figure: messages_a_second,
        shown: whole,
    },
    Row {
        name: "processor time a message",
        load: BUSY,
        figure: |result| Some(result["processor_seconds"].as_f64()? / result["answered"].as_f64()?),
        shown: |seconds| format!("{:.1} µs", seconds * 1e6),
    },
    Row {
        name: "half of the answers within",
        load: BUSY,
        figure: |result| result["latency_seconds"]["0.5"].as_f64(),
        shown: milliseconds,
    },
    Row {
        name: "99.9 % of the answers within",
        load: BUSY,
        figure: |result| result["latency_seconds"]["0.999"].as_f64(),
        shown: milliseconds,
    },
    Row {
        name: "messages a second, beside 200 silent and 200 slow clients",
        load: BESIDE,
        figure: messages_a_second,
        shown: whole,
    },
    Row {
        name: "memory for each idle connection",
        load: IDLE,
        figure: |result| {
            let more = result["memory_open"].as_f64()? - result["memory_before"].as_f64()?;
            Some(more / result["open"].as_f64()?)
        },
        shown: |bytes| format!("{} bytes", whole(bytes)),
    },
];

fn messages_a_second(result: &Value) -> Option<f64> {
    Some(result["answered"].as_f64()? / result["talking_seconds"].as_f64()?)
}

fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

/// What `javatalk load` says of this server.
fn loaded(javatalk: &Path, server: &Server, load: Load) -> io::Result<Value> {
    let folder = tempfile::tempdir()?;
    let file: PathBuf = folder.path().join("load.json");
    let mut command = Command::new(javatalk);
    command.arg("load").args(&server.options).args(load.options);
    command.arg("--json").arg(&file);
    let output = command.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{command:?}: {said}")));
    }
    let result: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    Ok(result["servers"][0].clone())
}

fn part(servers: &[Server], measured: &mut [[Vec<f64>; ROWS.len()]], rounds: u32) -> String {
    let machine = Machine::this();
    let mut part = format!(
        "Measured on {}, shared with the load generator; {}; medians of {rounds} rounds:\n\n|",
        machine.processor, machine.rust
    );
    for server in servers {
        _ = write!(part, " | {}", server.name);
    }
    part.push_str(" |\n|---");
    part.push_str(&"|--:".repeat(servers.len()));
    part.push_str("|\n");
    for (place, row) in ROWS.iter().enumerate() {
        _ = write!(part, "| {}", row.name);
        for samples in measured.iter_mut() {
            let samples = &mut samples[place];
            samples.sort_by(f64::total_cmp);
            _ = write!(part, " | {}", (row.shown)(samples[samples.len() / 2]));
        }
        part.push_str(" |\n");
    }
    part
}

//! The boundary tables of the ordinary tests, put to every JDK: no expectation in them is
//! anybody's opinion.

use std::sync::Arc;

use javatalk::internals::interop::protocol::call::{Call, Kind, Method, Value};
use javatalk::internals::sweep::ReferenceJvm;
use javatalk::internals::sweep::block::{Sink, Sources, Work};
use javatalk::internals::sweep::call::{Read, Write};
use javatalk::internals::sweep::outcome::{End, Outcome, integer};
use libtest_mimic::{Failed, Trial};

use crate::{Stage, left_out, literal};

/// A test for each table and JDK.
pub(crate) fn trials(stage: &Arc<Stage>) -> Vec<Trial> {
    let tables: [(&str, Replay); 2] = [("reads_table", reads), ("writes_table", writes)];
    let mut trials = Vec::new();
    for (name, replay) in tables {
        if stage.toolbox.jdks().is_empty() {
            trials.push(left_out(name));
        }
        for jdk in stage.toolbox.jdks() {
            let (stage, jdk) = (Arc::clone(stage), jdk.clone());
            let name = format!("sweep::{name}::java{}", jdk.feature());
            trials.push(Trial::test(name, move || {
                let wrong = replay(&mut stage.judge(&jdk));
                if wrong.is_empty() {
                    Ok(())
                } else {
                    Err(Failed::from(wrong.join("\n")))
                }
            }));
        }
    }
    trials
}

/// Puts a table to a JDK.
type Replay = fn(&mut ReferenceJvm) -> Vec<String>;

/// Replays `reads.txt`, and tells which rows are not so in Java.
fn reads(judge: &mut ReferenceJvm) -> Vec<String> {
    let mut wrong = Vec::new();
    for stream in rows(READS).chunk_by(|_, next| next.cells[1] == "...") {
        let work = Work::Reads {
            calls: stream.iter().map(|row| read(row.cells[0])).collect(),
            rounds: 1,
            sources: Sources::one(literal::bytes(stream[0].cells[1])),
        };
        let outcomes = judge.outcomes(&work).unwrap();
        assert_eq!(outcomes.len(), stream.len());
        for (row, java) in stream.iter().zip(&outcomes) {
            let [method, _, outcome, consumed, boundary] = row.cells[..] else {
                panic!("reads.txt:{}: not five cells", row.line);
            };
            let value = is_value(method, outcome, java);
            if !value || java.stands != consumed.parse::<i32>().unwrap() {
                let line = row.line;
                wrong.push(format!("reads.txt:{line}: {boundary}: in Java {java:?}"));
            }
        }
    }
    wrong
}

/// Replays `writes.txt` likewise.
fn writes(judge: &mut ReferenceJvm) -> Vec<String> {
    let mut wrong = Vec::new();
    for row in rows(WRITES) {
        let [method, value, outcome, boundary] = row.cells[..] else {
            panic!("writes.txt:{}: not four cells", row.line);
        };
        let work = Work::Writes(vec![Sink {
            failing: None,
            calls: vec![write(method, value)],
        }]);
        let java = judge.outcomes(&work).unwrap().remove(0);
        let counted = usize::try_from(java.stands).unwrap() == java.given.len();
        let silent = java.end == End::Returned || java.given.is_empty();
        if !is_value(method, outcome, &java) || !counted || !silent {
            let shown: String = format!("{java:?}").chars().take(200).collect();
            wrong.push(format!(
                "writes.txt:{}: {boundary}: in Java {shown}",
                row.line
            ));
        }
    }
    wrong
}

/// Whether the cell says what Java has done.
fn is_value(method: &str, cell: &str, java: &Outcome) -> bool {
    if let Some((name, said)) = cell.split_once(' ')
        && name.ends_with("Exception")
    {
        return java.end
            == End::Threw {
                class: format!("java.io.{name}"),
                message: (said != "null").then(|| literal::text(said)),
            };
    }
    if cell == "null" {
        return java.end == End::Null;
    }
    let name = method.split(' ').next().unwrap_or_default();
    let method: Method = name.parse().unwrap();
    let gives_bytes = method.writes() || method.returns() == Some(Kind::Bytes);
    java.end == End::Returned
        && match cell {
            _ if gives_bytes => java.given == literal::bytes(cell),
            "true" | "false" => java.given == [u8::from(cell == "true")],
            _ if cell.starts_with('"') => java.text() == literal::text(cell),
            _ if cell.starts_with("0x") => {
                let bits = literal::bits(cell).to_be_bytes();
                let (high, low) = bits.split_at(bits.len() - java.given.len());
                java.given == low && high.iter().all(|&byte| byte == 0)
            }
            _ => integer(&java.given) == cell.parse::<i64>().unwrap(),
        }
}

fn read(method: &str) -> Read {
    match method.parse() {
        Ok(Call::Read(read)) => read,
        other => panic!("{method} is no method that reads: {other:?}"),
    }
}

fn write(name: &str, value: &str) -> Write {
    let integer = || value.parse::<i64>().unwrap();
    let method: Method = name.parse().unwrap();
    let kind = method.takes().unwrap();
    let argument = match kind {
        Kind::Bytes => Value::Bytes(literal::bytes(value)),
        Kind::Boolean => Value::Boolean(value == "true"),
        Kind::Whole(..) if value.starts_with("0x") => {
            Value::Whole(literal::bits(value).try_into().unwrap())
        }
        Kind::Whole(..) | Kind::Count => Value::Whole(integer()),
        Kind::Float => Value::Float(literal::bits(value).try_into().unwrap()),
        Kind::Double => Value::Double(literal::bits(value)),
        Kind::Text => Value::Text(literal::text(value)),
    };
    match (Call::new(method, Some(argument)), method) {
        (Ok(Call::Write(write)), _) => write,
        // Java takes any int, and the protocol those of the type.
        (Err(_), Method::WriteByte) => Write::UnsignedByte(integer().try_into().unwrap()),
        (Err(_), Method::WriteShort) => Write::UnsignedShort(integer().try_into().unwrap()),
        (other, _) => panic!("{name} {value} is no call that writes: {other:?}"),
    }
}

/// A row of a table, and where it stands.
struct Row {
    line: usize,
    cells: Vec<&'static str>,
}

fn rows(table: &'static str) -> Vec<Row> {
    table
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| Row {
            line: index + 1,
            cells: line.split('|').map(str::trim).collect(),
        })
        .collect()
}

const READS: &str = include_str!("../library/tables/reads.txt");
const WRITES: &str = include_str!("../library/tables/writes.txt");

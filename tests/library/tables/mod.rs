//! The boundary tables hold: every row of `reads.txt` and `writes.txt`.

mod literal;
mod reads;
mod writes;

/// A row of a table, and where it stands.
struct ChatCase {
    line: usize,
    cells: Vec<&'static str>,
}

fn rows(table: &'static str) -> impl Iterator<Item = ChatCase> {
    table
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| ChatCase {
            line: index + 1,
            cells: line.split('|').map(str::trim).collect(),
        })
}

/// What an operation came to, in one form for what is expected and what is seen.
#[derive(Debug, PartialEq)]
enum Outcome {
    Done(Value),
    Failed(String, Option<javatalk::JavaString>),
}

#[derive(Debug, PartialEq)]
enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Bits(u64),
    Bytes(Vec<u8>),
    Text(javatalk::JavaString),
}

impl Outcome {
    fn of(result: Result<Value, javatalk::data::Error>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(error) => Self::Failed(error.java_class().to_owned(), error.java_message()),
        }
    }

    /// A cell of bytes looks like one of an integer, so the caller says which it is.
    fn parse(cell: &str, is_bytes: bool) -> Self {
        if let Some((class, message)) = cell.split_once(' ')
            && class.ends_with("Exception")
        {
            let message = (message != "null").then(|| literal::text(message));
            return Self::Failed(format!("java.io.{class}"), message);
        }
        Self::Done(match cell {
            _ if is_bytes => Value::Bytes(literal::bytes(cell)),
            "null" => Value::Null,
            "true" | "false" => Value::Boolean(cell == "true"),
            _ if cell.starts_with('"') => Value::Text(literal::text(cell)),
            _ if cell.starts_with("0x") => Value::Bits(literal::bits(cell)),
            _ => Value::Integer(cell.parse().unwrap()),
        })
    }
}

/// A value of 65535 bytes is recognised by its beginning.
fn shown(outcome: &impl std::fmt::Debug) -> String {
    format!("{outcome:?}").chars().take(200).collect()
}

/// Names every row that does not hold, not the first alone.
#[track_caller]
fn assert_no_failures(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} rows:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

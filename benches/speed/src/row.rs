//! One measurement, and the line that it is between two processes.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// Who: `javatalk`, `java25`, the name of a crate.
    pub(crate) subject: String,
    /// What, by the Java method where there is one.
    pub(crate) operation: String,
    /// With what.
    pub(crate) input: String,
    pub(crate) nanoseconds: f64,
}

/// Four fields with tabs between them, as `Speed.java` prints them too.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            operation,
            input,
            nanoseconds,
        } = self;
        write!(f, "{subject}\t{operation}\t{input}\t{nanoseconds:.4}")
    }
}

impl FromStr for Row {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let wrong = || format!("not a measurement: {line:?}");
        let [subject, operation, input, nanoseconds] = fields[..] else {
            return Err(wrong());
        };
        Ok(Self {
            subject: subject.to_owned(),
            operation: operation.to_owned(),
            input: input.to_owned(),
            nanoseconds: nanoseconds.parse().map_err(|_| wrong())?,
        })
    }
}

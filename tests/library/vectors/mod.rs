//! The vectors hold: what the JDK made of each input, this library makes of it too.
//!
//! `javatalk vectors` has written the files of `tests/vectors`; `tests/sweep` puts them to every JDK.

mod class_files;
mod files;
mod notation;
#[cfg(feature = "object")]
mod object_streams;
mod reads;
mod writes;

use javatalk::JavaString;
use javatalk::data::Error;
use serde_json::Value;

/// A test of a file, and the group that it stands in.
struct Vector {
    group: Value,
    test: Value,
}

impl Vector {
    fn id(&self) -> &str {
        self.test["id"].as_str().unwrap()
    }

    fn input(&self) -> Vec<u8> {
        notation::bytes(self.test["input"].as_str().unwrap())
    }

    fn calls(&self) -> &[Value] {
        self.test["calls"].as_array().unwrap()
    }
}

/// All tests of a file.
fn vectors(json: &str) -> Vec<Vector> {
    let file: Value = serde_json::from_str(json).unwrap();
    let groups = file["groups"].as_array().unwrap();
    let all: Vec<Vector> = groups
        .iter()
        .flat_map(|group| {
            let tests = group["tests"].as_array().unwrap();
            tests.iter().map(|test| Vector {
                group: group.clone(),
                test: test.clone(),
            })
        })
        .collect();
    assert_eq!(file["tests"], all.len());
    all
}

/// How a call ended, in the form of the files.
fn ended(result: Result<Option<Value>, Error>) -> Value {
    let mut outcome = serde_json::Map::new();
    match result {
        Ok(None) => {}
        Ok(Some(value)) => {
            outcome.insert("returns".to_owned(), value);
        }
        Err(error) => {
            outcome.insert("throws".to_owned(), error.java_class().into());
            let message = error.java_message();
            match message.as_ref().map(|text| (text, text.as_str())) {
                None => outcome.insert("message".to_owned(), Value::Null),
                Some((_, Some(text))) => outcome.insert("message".to_owned(), text.into()),
                Some((text, None)) => outcome.insert("messageUnits".to_owned(), text_value(text)),
            };
        }
    }
    Value::Object(outcome)
}

/// A text in the form of the files, in full.
fn text_value(text: &JavaString) -> Value {
    let units = text.encode_utf16().map(|unit| format!("{unit:04x}"));
    units.collect::<Vec<_>>().join(" ").into()
}

/// What a call comes to in Java, with the keys that are compared. A text or bytes are in full.
fn expected(call: &Value, keys: &[&str]) -> Value {
    let mut outcome = serde_json::Map::new();
    for &key in keys {
        let Some(value) = call.get(key) else {
            continue;
        };
        let method = call["method"].as_str().unwrap();
        let value = match (key, value.as_str()) {
            ("written", Some(bytes)) => bytes_value(&notation::bytes(bytes)),
            ("messageUnits", Some(units)) => text_value(&notation::text(units)),
            ("returns", Some(value)) if ["readUTF", "readLine", "constant"].contains(&method) => {
                text_value(&notation::text(value))
            }
            ("returns", Some(value)) if method == "readFully" => {
                bytes_value(&notation::bytes(value))
            }
            _ => value.clone(),
        };
        outcome.insert(key.to_owned(), value);
    }
    Value::Object(outcome)
}

/// Bytes in the form of the files, in full.
fn bytes_value(bytes: &[u8]) -> Value {
    let bytes = bytes.iter().map(|byte| format!("{byte:02x}"));
    bytes.collect::<String>().into()
}

/// Names every vector that does not hold, not the first alone.
#[track_caller]
fn assert_no_failures(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} vectors:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// A difference, cut to a length that can be read.
fn differs(vector: &Vector, seen: &Value, java: &Value) -> String {
    let cut = |value: &Value| -> String { value.to_string().chars().take(200).collect() };
    format!(
        "{}: {} instead of {}; {}",
        vector.id(),
        cut(seen),
        cut(java),
        vector.test["comment"]
    )
}

//! The inputs of all vectors, a file for each subject. Not one outcome stands here: those are Java's.

mod bodies;
mod files;
mod lines;
mod modified_utf8;
mod numbers;
mod pieces;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::flag::Flag;
use super::model::{Call, Group, JavaClass, Test, VectorFile};
use super::notation;

/// All files, by name, without outcomes.
pub(crate) fn all() -> BTreeMap<&'static str, VectorFile> {
    BTreeMap::from([
        ("read_utf.json", modified_utf8::read_utf()),
        ("class_file.json", modified_utf8::class_file()),
        ("object_stream.json", modified_utf8::object_stream()),
        ("read_line.json", lines::read_line()),
        ("read_bytes.json", pieces::read_bytes()),
        ("read_numbers.json", numbers::reads()),
        ("write_numbers.json", numbers::writes()),
        ("write_utf.json", texts::write_utf()),
        ("write_text.json", texts::write_bytes_and_chars()),
        ("random_access_file.json", files::random_access_file()),
    ])
}

fn file(about: &str, groups: Vec<Group>) -> VectorFile {
    let tests = groups.iter().map(|group| group.tests.len()).sum();
    let all = groups.iter().flat_map(|group| &group.tests);
    let flags = all
        .flat_map(|test| &test.flags)
        .map(|&flag| (flag, flag.meaning().to_owned()))
        .collect();
    VectorFile {
        schema: "schema.json".to_owned(),
        about: about.to_owned(),
        jdks: BTreeMap::new(),
        tests,
        flags,
        groups,
    }
}

/// A group, whose name is the first part of the ids of its tests.
fn group(name: &str, stream: JavaClass, about: &str, tests: Vec<Test>) -> Group {
    let tests = tests
        .into_iter()
        .map(|test| Test {
            id: format!("{name}/{}", test.id),
            ..test
        })
        .collect();
    Group {
        name: name.to_owned(),
        stream,
        class_file_version: None,
        about: about.to_owned(),
        tests,
    }
}

fn test(id: impl Into<String>, flags: &[Flag], comment: impl Into<String>) -> Test {
    Test {
        id: id.into(),
        comment: comment.into(),
        flags: BTreeSet::from_iter(flags.iter().copied()),
        input: None,
        calls: Vec::new(),
        file: None,
        differs: Vec::new(),
    }
}

impl Test {
    fn input(self, bytes: &[u8]) -> Self {
        Self {
            input: Some(notation::of_bytes(bytes)),
            ..self
        }
    }

    fn call(self, method: &str) -> Self {
        self.call_of(Call::of(method, None))
    }

    fn call_with(self, method: &str, argument: impl Into<Value>) -> Self {
        self.call_of(Call::of(method, Some(argument.into())))
    }

    fn call_of(mut self, call: Call) -> Self {
        self.calls.push(call);
        self
    }
}

/// Reads hex with spaces, of which the cases are written.
fn hex(notation: &str) -> Vec<u8> {
    notation::bytes(notation).expect("the cases are written correctly")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;
    use crate::vectors::flag::Flag;
    use crate::vectors::method::{METHODS, Method};

    #[test]
    fn ids_are_unique_and_every_flag_and_method_occurs() {
        let files = all();
        let mut ids = BTreeSet::new();
        let mut flags: BTreeSet<Flag> = BTreeSet::new();
        let mut methods = BTreeSet::new();
        for (_, test) in files.values().flat_map(|file| file.tests()) {
            assert!(ids.insert(&test.id), "{} twice", test.id);
            assert!(!test.comment.ends_with('.'), "{}", test.comment);
            flags.extend(&test.flags);
            for call in &test.calls {
                assert!(Method::named(&call.method).is_some(), "{}", call.method);
                methods.insert(call.method.as_str());
            }
        }
        for flag in Flag::ALL {
            assert!(flags.contains(&flag), "{} does not occur", flag.name());
        }
        for method in &METHODS {
            assert!(
                methods.contains(method.name),
                "{} does not occur",
                method.name
            );
        }
    }
}

//! The files: what they hold, and how they are written as JSON. `schema.json` beside them is their
//! schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::flag::Flag;

/// One file of vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VectorFile {
    /// The file of the schema.
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    /// What the file is about, a sentence.
    pub(crate) about: String,
    /// The JDKs that were asked: the feature release, and the version.
    pub(crate) jdks: BTreeMap<u32, String>,
    /// The number of tests in all groups.
    pub(crate) tests: usize,
    /// The flags that occur, and what each means.
    pub(crate) flags: BTreeMap<Flag, String>,
    pub(crate) groups: Vec<Group>,
}

/// Tests of one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) stream: JavaClass,
    /// The major version of the class file, for the class loader.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) class_file_version: Option<u16>,
    /// What the tests have in common, a sentence.
    pub(crate) about: String,
    pub(crate) tests: Vec<Test>,
}

/// Whose methods are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JavaClass {
    /// `java.io.DataInputStream` over the input.
    DataInputStream,
    /// `java.io.DataOutputStream`.
    DataOutputStream,
    /// `java.io.ObjectInputStream` over the input.
    ObjectInputStream,
    /// `java.io.RandomAccessFile`, whose content is the input.
    RandomAccessFile,
    /// A class file in which the input is a `CONSTANT_Utf8` that a string constant names.
    ClassLoader,
}

/// Calls of one stream, and what each comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Test {
    /// Unique over all files, and stable.
    pub(crate) id: String,
    /// The mistake that the test catches.
    pub(crate) comment: String,
    pub(crate) flags: BTreeSet<Flag>,
    /// The bytes of the source, or the content of the file before the calls.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) input: Option<String>,
    /// With the outcomes of the newest JDK.
    pub(crate) calls: Vec<Call>,
    /// The content of the file after the calls.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) file: Option<String>,
    /// The JDKs with other outcomes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) differs: Vec<Differs>,
}

/// The outcomes of JDKs that differ from the newest one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Differs {
    pub(crate) jdks: BTreeSet<u32>,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// All that a test comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) calls: Vec<Call>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) file: Option<String>,
}

/// A call, and what it comes to. In an answer of another implementation, all but `throws`, `returns`
/// and `written` may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub(crate) method: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) argument: Option<Value>,
    /// The value. Left out if the method returns nothing.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "even_null"
    )]
    pub(crate) returns: Option<Value>,
    /// The class of the exception; in an answer, `true` stands for any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) throws: Option<Value>,
    /// Its message, null for none. Left out if it is not compared.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "even_null"
    )]
    pub(crate) message: Option<Value>,
    /// A message with an unpaired surrogate, as code units: not every JSON parser accepts it.
    #[serde(
        rename = "messageUnits",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub(crate) message_units: Option<String>,
    /// The bytes that the source has given since the stream was created.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) consumed: Option<i32>,
    /// The bytes that the call has written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) written: Option<String>,
    /// `size()` after the call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) size: Option<i32>,
    /// `getFilePointer()` after the call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) position: Option<i32>,
}

/// A value that is there, be it null.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Test {
    /// What the newest JDK made of it.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome {
            calls: self.calls.clone(),
            file: self.file.clone(),
        }
    }

    /// What is expected of a release that may not have been asked: the outcome of the newest one
    /// asked that is not newer, or else of the oldest.
    pub(crate) fn expected(&self, release: u32, asked: &BTreeMap<u32, String>) -> Outcome {
        let like = asked.range(..=release).next_back().or(asked.iter().next());
        let other = like.and_then(|(like, _)| {
            let mut others = self.differs.iter();
            others.find(|other| other.jdks.contains(like))
        });
        other.map_or_else(|| self.outcome(), |other| other.outcome.clone())
    }

    /// The same without any outcome.
    pub(crate) fn question(&self) -> Self {
        let calls = self.calls.iter().map(Call::question).collect();
        Self {
            calls,
            file: None,
            differs: Vec::new(),
            ..self.clone()
        }
    }
}

impl Call {
    /// A call that has not been made.
    pub(crate) fn of(method: &str, argument: Option<Value>) -> Self {
        Self {
            method: method.to_owned(),
            argument,
            ..Self::default()
        }
    }

    fn question(&self) -> Self {
        Self::of(&self.method, self.argument.clone())
    }
}

impl VectorFile {
    /// All tests, each with its group.
    pub(crate) fn tests(&self) -> impl Iterator<Item = (&Group, &Test)> {
        let groups = self.groups.iter();
        groups.flat_map(|group| group.tests.iter().map(move |test| (group, test)))
    }

    /// The text of the file: a test on a line of its own, so that changes can be read.
    pub(crate) fn to_json(&self) -> String {
        let without_groups = Self {
            groups: Vec::new(),
            ..self.clone()
        };
        let head = pretty(&without_groups, 0);
        let mut text = head.replace("\"groups\": []\n}", "\"groups\": [");
        for (index, group) in self.groups.iter().enumerate() {
            let without_tests = Group {
                tests: Vec::new(),
                ..group.clone()
            };
            let head = pretty(&without_tests, 4).replace("\"tests\": []\n    }", "\"tests\": [");
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    {head}");
            for (index, test) in group.tests.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                let test = serde_json::to_string(test).unwrap_or_default();
                let _ = write!(text, "{comma}\n        {test}");
            }
            text.push_str("\n      ]\n    }");
        }
        text.push_str("\n  ]\n}\n");
        text
    }
}

fn pretty(value: &impl Serialize, indent: usize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.replace('\n', &format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(differs: Vec<Differs>) -> Test {
        Test {
            id: "a".to_owned(),
            comment: "b".to_owned(),
            flags: BTreeSet::new(),
            input: Some(String::new()),
            calls: vec![Call {
                returns: Some(Value::Null),
                ..Call::of("readLine", None)
            }],
            file: None,
            differs,
        }
    }

    fn asked() -> BTreeMap<u32, String> {
        [11, 17, 25]
            .map(|release| (release, release.to_string()))
            .into()
    }

    #[test]
    fn a_file_round_trips_and_null_is_not_nothing() {
        let file = VectorFile {
            schema: "schema.json".to_owned(),
            about: "c".to_owned(),
            jdks: asked(),
            tests: 2,
            flags: BTreeMap::new(),
            groups: vec![Group {
                name: "d".to_owned(),
                stream: JavaClass::DataInputStream,
                class_file_version: None,
                about: "e".to_owned(),
                tests: vec![test(Vec::new()); 2],
            }],
        };
        let json = file.to_json();
        assert!(json.contains("\"returns\":null"), "{json}");
        assert_eq!(serde_json::from_str::<VectorFile>(&json).unwrap(), file);
    }

    #[test]
    fn a_release_that_was_not_asked_is_expected_to_be_like_the_one_before_it() {
        let old = Outcome {
            calls: Vec::new(),
            file: None,
        };
        let test = test(vec![Differs {
            jdks: BTreeSet::from([11]),
            outcome: old.clone(),
        }]);
        for release in [8, 11, 16] {
            assert_eq!(test.expected(release, &asked()), old, "{release}");
        }
        for release in [17, 24, 25, 30] {
            assert_eq!(
                test.expected(release, &asked()),
                test.outcome(),
                "{release}"
            );
        }
    }
}

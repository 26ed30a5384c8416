//! The object streams, each claim with every JDK: `cargo test object_streams::`.

use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::{self, Jdk, Lifetime};
use javatalk::internals::system::process::RequestPipe;
use libtest_mimic::{Failed, Trial};

use crate::object_streams::{
    Extent, Judge, foreign_objects_are_skipped, malformed_bytes_are_read_alike,
    strings_that_are_too_long_are_refused, typical_bugs_are_found, written_bytes_are_equal,
};

type Claim = fn(&mut ObjectStreams) -> Vec<String>;

/// A test for each claim and JDK.
pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let claims: [(&str, Claim); 5] = [
        ("written_bytes_are_equal", |judge| {
            written_bytes_are_equal(
                judge,
                &Extent {
                    seed: 1,
                    sequences: 2_000,
                },
            )
        }),
        ("malformed_bytes_are_read_alike", |judge| {
            malformed_bytes_are_read_alike(
                judge,
                &Extent {
                    seed: 2,
                    sequences: 5_000,
                },
            )
        }),
        ("typical_bugs_are_found", |judge| {
            typical_bugs_are_found(
                judge,
                &Extent {
                    seed: 3,
                    sequences: 2_000,
                },
            )
        }),
        ("foreign_objects_are_skipped", foreign_objects_are_skipped),
        (
            "strings_that_are_too_long_are_refused",
            strings_that_are_too_long_are_refused,
        ),
    ];
    let mut trials = Vec::new();
    for (name, claim) in claims {
        if toolbox.jdks().is_empty() {
            trials.push(Trial::test(format!("object_streams::{name}"), || {
                Err(Failed::from("there is no JDK to compare with"))
            }));
        }
        for jdk in toolbox.jdks() {
            let (toolbox, jdk) = (Arc::clone(toolbox), jdk.clone());
            let name = format!("object_streams::{name}::java{}", jdk.feature());
            trials.push(Trial::test(name, move || {
                let wrong = claim(&mut ObjectStreams::start(&jdk, &toolbox));
                if wrong.is_empty() {
                    return Ok(());
                }
                let shown: Vec<&str> = wrong.iter().take(SHOWN).map(String::as_str).collect();
                let count = wrong.len();
                Err(Failed::from(format!(
                    "{count} differ:\n{}",
                    shown.join("\n")
                )))
            }));
        }
    }
    trials
}

/// A JVM that runs `ObjectStreams.java`.
pub(crate) struct ObjectStreams {
    feature: u32,
    pipe: RequestPipe,
}

impl ObjectStreams {
    fn start(jdk: &Jdk, toolbox: &Toolbox) -> Self {
        let classes = toolbox.classes(jdk).unwrap_or_else(|why| panic!("{why}"));
        let mut pipe = jdk::java(jdk, Lifetime::Hostile, classes.folder(), "ObjectStreams")
            .talk(toolbox.javatalk(), TIME_LIMIT)
            .unwrap_or_else(|why| panic!("{why}"));
        let mut hello = [0; 4];
        pipe.receive(&mut hello).unwrap();
        assert_eq!(&hello, b"JTOS");
        Self {
            feature: jdk.feature(),
            pipe,
        }
    }
}

impl Judge for ObjectStreams {
    fn feature(&self) -> u32 {
        self.feature
    }

    fn ask(&mut self, request: &[u8]) -> Vec<u8> {
        let len = u32::try_from(request.len()).unwrap();
        self.pipe.send(&len.to_be_bytes()).unwrap();
        self.pipe.send(request).unwrap();
        let mut len = [0; 4];
        self.pipe.receive(&mut len).unwrap();
        let mut answer = vec![0; u32::from_be_bytes(len) as usize];
        self.pipe.receive(&mut answer).unwrap();
        answer
    }
}

/// An answer takes far less; the machine may be busy.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How many differences a failure shows.
const SHOWN: usize = 3;

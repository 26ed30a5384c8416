//! Starting a JVM so that it behaves the same on every release and every machine.

use std::path::Path;

use super::{Jdk, OPTION_VARIABLES};
use crate::system::process::Invocation;

/// For how long a program lives, which decides what is worth compiling of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    Moment,
    Run,
    /// As long as there is somebody to serve, as fast as it can: nothing is held back.
    Service,
    /// Seconds of nothing but calls, and millions of exceptions on the way.
    Sweep,
}

/// `java CLASS` on this JDK, with the classes of `folder`.
pub fn java(jdk: &Jdk, lifetime: Lifetime, folder: &Path, class: &str) -> Invocation {
    let options: &[&str] = if jdk.feature() < 9 {
        &BEFORE_9
    } else {
        &SINCE_9
    };
    Invocation::new(jdk.java())
        .without(&OPTION_VARIABLES)
        .args(ENCODINGS)
        .args(lifetime.options().iter().copied())
        // A file that shows its counters to monitoring tools is of no use to anybody here.
        .arg("-XX:-UsePerfData")
        .args(options)
        .arg("-cp")
        .arg(folder)
        .arg(class)
}

/// UTF-8 on all three streams. Up to 17 `file.encoding` decides, for stdout and stderr the `sun.`
/// properties; from 19 on the ones without; a release ignores what it does not know.
const ENCODINGS: [&str; 6] = [
    "-Dfile.encoding=UTF-8",
    "-Dstdin.encoding=UTF-8",
    "-Dstdout.encoding=UTF-8",
    "-Dstderr.encoding=UTF-8",
    "-Dsun.stdout.encoding=UTF-8",
    "-Dsun.stderr.encoding=UTF-8",
];

impl Lifetime {
    fn options(self) -> &'static [&'static str] {
        match self {
            // A tenth of a second gains nothing from any compiler: without one it takes four fifths
            // of the processor's time.
            Self::Moment => &["-Xint"],
            // Some seconds gain nothing from the optimising one.
            Self::Run => &["-XX:TieredStopAtLevel=1"],
            Self::Service => &[],
            Self::Sweep => &SWEEP,
        }
    }
}

/// The optimising compiler, and no stack traces: filling them in takes longer than all else that is
/// done with an exception. Where `readUTF` is part of its caller, throwing is a jump: 16 million
/// exceptions take 1.3 s instead of 2.0 on 17. Of the collectors the serial one leaves most of two
/// processors to those who compute; here nearly everything dies young. And compiling waits until a
/// method has run for long: each family of cases would have it done again, which took a fifth of
/// all processor time.
const SWEEP: [&str; 8] = [
    "-XX:-StackTraceInThrowable",
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=inline,java.io.DataInputStream::readUTF",
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=25000",
    "-XX:Tier4CompileThreshold=100000",
    "-XX:Tier4BackEdgeThreshold=1000000",
];

/// A JVM says its warnings on stdout, in the middle of what the program prints, unless told not to.
const SINCE_9: [&str; 2] = ["-Xlog:disable", "-Xlog:all=warning:stderr"];

/// The same, where unified logging does not exist yet.
const BEFORE_9: [&str; 2] = ["-XX:+DisplayVMOutputToStderr", "-Xshare:auto"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::jdk::Origin;

    fn jdk(version: &str) -> Jdk {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("bin")).unwrap();
        std::fs::write(crate::system::jdk::tool(home.path(), "java"), "").unwrap();
        std::fs::write(
            home.path().join("release"),
            format!("JAVA_VERSION={version}"),
        )
        .unwrap();
        Jdk::at(home.path(), Origin::Named).unwrap()
    }

    #[test]
    fn the_longer_a_program_lives_the_more_is_compiled() {
        let jdk = jdk("17.0.15");
        let limits = |lifetime| {
            let shown = java(&jdk, lifetime, Path::new("classes"), "client").to_string();
            ["-Xint", "TieredStopAtLevel"].map(|option| shown.contains(option))
        };
        assert_eq!(limits(Lifetime::Moment), [true, false]);
        assert_eq!(limits(Lifetime::Run), [false, true]);
        assert_eq!(limits(Lifetime::Service), [false, false]);
        assert_eq!(limits(Lifetime::Sweep), [false, false]);
    }

    #[test]
    fn unified_logging_is_never_asked_of_java_8() {
        let classes = Path::new("classes");
        let java = |version| java(&jdk(version), Lifetime::Moment, classes, "client");
        let of_8 = java("1.8.0_392").to_string();
        assert!(!of_8.contains("-Xlog"), "{of_8}");
        let of_11 = java("11.0.13").to_string();
        assert!(of_11.contains("-Xlog:disable"), "{of_11}");
        assert!(of_11.ends_with("-cp classes client"), "{of_11}");
    }
}

//! Starting a JVM so that it behaves the same on every release and every machine.

use std::path::Path;

use super::{Jdk, OPTION_VARIABLES};
use crate::interop::process::Invocation;

/// `java CLASS` on this JDK, with the classes of `folder`, for a program that lives for a moment.
pub fn java(jdk: &Jdk, folder: &Path, class: &str) -> Invocation {
    launch(jdk, &SHORT_RUN, folder, class)
}

/// The same, for a program that works for seconds and throws millions of exceptions on the way.
pub fn java_for_long_runs(jdk: &Jdk, folder: &Path, class: &str) -> Invocation {
    launch(jdk, &LONG_RUN, folder, class)
}

fn launch(jdk: &Jdk, profile: &[&str], folder: &Path, class: &str) -> Invocation {
    let options: &[&str] = if jdk.feature() < 9 {
        &BEFORE_9
    } else {
        &SINCE_9
    };
    Invocation::new(jdk.java())
        .without(&OPTION_VARIABLES)
        .args(ENCODINGS)
        .args(profile.iter().copied())
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

/// A program that lives for a tenth of a second gains nothing from the optimising compiler, nor
/// from a file that shows its counters to monitoring tools.
const SHORT_RUN: [&str; 2] = ["-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"];

/// The optimising compiler, and no stack traces: filling them in takes longer than all else that is
/// done with an exception. Where `readUTF` is part of its caller, throwing is a jump: 16 million
/// exceptions take 1.3 s instead of 2.0 on 17. Of the collectors the serial one leaves most of two
/// processors to those who compute; here nearly everything dies young. And compiling waits until a
/// method has run for long: each family of cases would have it done again, which took a fifth of
/// all processor time.
const LONG_RUN: [&str; 9] = [
    "-XX:-StackTraceInThrowable",
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=inline,java.io.DataInputStream::readUTF",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
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
    use crate::interop::jdk::Origin;

    fn jdk(version: &str) -> Jdk {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("bin")).unwrap();
        std::fs::write(super::super::tool(home.path(), "java"), "").unwrap();
        std::fs::write(
            home.path().join("release"),
            format!("JAVA_VERSION={version}"),
        )
        .unwrap();
        Jdk::at(home.path(), Origin::Named).unwrap()
    }

    #[test]
    fn a_long_run_has_the_optimising_compiler() {
        let jdk = jdk("17.0.15");
        let classes = Path::new("classes");
        let tiered = |invocation: Invocation| invocation.to_string().contains("TieredStopAtLevel");
        assert!(tiered(java(&jdk, classes, "client")));
        assert!(!tiered(java_for_long_runs(&jdk, classes, "Sweep")));
    }

    #[test]
    fn unified_logging_is_never_asked_of_java_8() {
        let classes = Path::new("classes");
        let of_8 = java(&jdk("1.8.0_392"), classes, "client").to_string();
        assert!(!of_8.contains("-Xlog"), "{of_8}");
        let of_11 = java(&jdk("11.0.13"), classes, "client").to_string();
        assert!(of_11.contains("-Xlog:disable"), "{of_11}");
        assert!(of_11.ends_with("-cp classes client"), "{of_11}");
    }
}

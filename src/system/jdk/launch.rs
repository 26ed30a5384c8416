//! Starts a JVM so that it behaves the same on every release and every machine.

use std::path::Path;

use super::{Jdk, OPTION_VARIABLES};
use crate::system::process::Invocation;

/// How long a program runs, which decides what is worth compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    Moment,
    Run,
    /// Runs as long as there are clients: full optimization.
    Service,
    /// Millions of calls and exceptions for some seconds.
    Sweep,
    /// Some seconds, of which input that claims to be huge must not make minutes.
    Hostile,
}

/// `java CLASS` on this JDK, with the classes in `folder`.
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
        // Disables the performance data file for monitoring tools, which is not needed here.
        .arg("-XX:-UsePerfData")
        .args(options)
        .arg("-cp")
        .arg(folder)
        .arg(class)
}

/// UTF-8 on all three streams. Up to 17, `file.encoding` decides, and the `sun.` properties for
/// stdout and stderr. From 19 on, the properties without `sun.` decide. A release ignores
/// properties that it does not know.
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
            // Within a tenth of a second, compilation does not pay: without it the program takes
            // four fifths of the processor time.
            Self::Moment => &["-Xint"],
            // Within some seconds, the optimizing compiler does not pay. With the serial collector, a
            // peer takes three quarters of the processor time that it takes with the default one.
            Self::Run => &["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
            Self::Service => &[],
            Self::Sweep => &SWEEP,
            // An array that does not fit fails at once, without being filled with zeros.
            Self::Hostile => &["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"],
        }
    }
}

/// With the optimizing compiler, but without stack traces: filling them in takes longer than
/// everything else about an exception. Where `readUTF` is inlined into its caller, throwing is a
/// jump: 16 million exceptions take 1.3 s instead of 2.0 s on 17. The serial collector leaves most
/// of two processors to the program, since nearly all objects die young. The compile thresholds are
/// raised, because each family of cases triggers recompilation, which took a fifth of all processor
/// time.
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

/// By default, a JVM prints warnings on stdout, in the middle of the program's output.
const SINCE_9: [&str; 2] = ["-Xlog:disable", "-Xlog:all=warning:stderr"];

/// The same for releases without unified logging.
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
    fn jit_limits_depend_on_the_lifetime_of_the_program() {
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
    fn unified_logging_is_not_configured_for_java_8() {
        let classes = Path::new("classes");
        let java = |version| java(&jdk(version), Lifetime::Moment, classes, "client");
        let of_8 = java("1.8.0_392").to_string();
        assert!(!of_8.contains("-Xlog"), "{of_8}");
        let of_11 = java("11.0.13").to_string();
        assert!(of_11.contains("-Xlog:disable"), "{of_11}");
        assert!(of_11.ends_with("-cp classes client"), "{of_11}");
    }
}

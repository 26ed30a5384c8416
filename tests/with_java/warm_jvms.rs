//! A program in a warm JVM shows what it shows in a JVM of its own.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::{JavaProgram, Jdk, Lifetime, WarmJvms, java};
use javatalk::internals::system::process::{Exit, Finished, Running};
use javatalk::internals::system::wait::{Notify, Timeouts};
use tempfile::TempDir;

const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(60),
    total: Duration::from_secs(120),
};

/// One of the endings of `Endings.java`.
struct Ending {
    name: &'static str,
    stdin: &'static [u8],
    /// Whether the JVM can run another program afterwards.
    keeps_the_jvm: bool,
}

const fn ending(name: &'static str, keeps_the_jvm: bool) -> Ending {
    Ending {
        name,
        stdin: "one\n二\n".as_bytes(),
        keeps_the_jvm,
    }
}

const ENDINGS: [Ending; 11] = [
    ending("counts", true),
    ending("echoes", true),
    ending("throws", true),
    ending("fails-to-initialize", true),
    ending("goes-on", true),
    ending("does-not-flush", true),
    ending("no-such-ending", true),
    ending("leaves-a-property", false),
    ending("leaves-a-locale", false),
    ending("leaves-a-handler", false),
    ending("exits", false),
];

/// A JDK, and `Endings` compiled for it.
struct Bench<'a> {
    jdk: &'a Jdk,
    javatalk: &'a Path,
    classes: TempDir,
    warm: WarmJvms,
    notify: Arc<Notify>,
}

impl<'a> Bench<'a> {
    fn all(toolbox: &'a Toolbox) -> impl Iterator<Item = Self> {
        let jdks = toolbox.jdks().iter();
        jdks.filter_map(|jdk| Self::of(jdk, toolbox.javatalk()))
    }

    /// `None` for a JDK without a compiler.
    fn of(jdk: &'a Jdk, javatalk: &'a Path) -> Option<Self> {
        let classes = tempfile::tempdir().unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sources = ["java/WarmLauncher.java", "tests/with_java/Endings.java"];
        let output = Command::new(jdk.javac()?)
            .args(["-encoding", "UTF-8", "-d"])
            .arg(classes.path())
            .args(sources.map(|source| here.join(source)))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        Some(Self {
            jdk,
            javatalk,
            classes,
            warm: WarmJvms::default(),
            notify: Arc::default(),
        })
    }

    fn fresh(&self, name: &str, stdin: &[u8]) -> Running {
        java(self.jdk, Lifetime::Moment, self.classes.path(), "Endings")
            .arg(name)
            .start(self.javatalk, stdin.to_vec(), &self.notify)
            .unwrap()
    }

    fn warm(&self, name: &str, stdin: &[u8]) -> Running {
        self.try_warm("Endings", &[name.to_owned()], stdin)
            .expect("a warm JVM")
    }

    fn try_warm(&self, class: &str, arguments: &[String], stdin: &[u8]) -> Option<Running> {
        let program = JavaProgram {
            jdk: self.jdk,
            folder: self.classes.path(),
            class,
            arguments,
        };
        let started = self.warm.start(program, self.javatalk, stdin, &self.notify);
        started.unwrap()
    }

    /// The process of a warm JVM that runs a program and is idle afterwards.
    fn process(&self) -> u32 {
        let running = self.warm("accepts", b"");
        let port = port(&running, &self.notify);
        let process = running.id().unwrap();
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap());
        assert_eq!(shown(ended(running)).2, Some(Exit::Code(0)));
        process
    }
}

/// Everything that it shows, once it has ended.
fn ended(running: Running) -> Finished {
    running.wait(PATIENCE).unwrap();
    running.finish()
}

fn shown(finished: Finished) -> (String, String, Option<Exit>) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(finished.stdout), text(finished.stderr), finished.exit)
}

/// The port that the program says on stderr.
fn port(running: &Running, notify: &Notify) -> u16 {
    let mut port = None;
    let said = notify.wait(PATIENCE, || {
        let stderr = String::from_utf8(running.stderr()).unwrap();
        let line = stderr.strip_suffix('\n');
        port = line.and_then(|line| line.strip_prefix("port ")?.parse().ok());
        port.is_some() || running.is_over()
    });
    said.unwrap();
    port.expect("a port")
}

pub(crate) fn a_program_shows_the_same_in_a_warm_jvm(toolbox: &Arc<Toolbox>) {
    for bench in Bench::all(toolbox) {
        for ending in ENDINGS {
            let Ending { name, stdin, .. } = ending;
            let fresh = shown(ended(bench.fresh(name, stdin)));
            let before = bench.process();
            assert_eq!(bench.process(), before, "before {name}");
            let warm = shown(ended(bench.warm(name, stdin)));
            assert_eq!(warm, fresh, "{} {name}", bench.jdk);
            let is_kept = bench.process() == before;
            assert_eq!(is_kept, ending.keeps_the_jvm, "{} {name}", bench.jdk);
        }
    }
}

pub(crate) fn what_a_program_leaves_in_a_warm_jvm_ends_with_it(toolbox: &Arc<Toolbox>) {
    for bench in Bench::all(toolbox) {
        for name in ["leaves-a-socket", "leaves-a-daemon"] {
            let before = bench.process();
            let running = bench.warm(name, b"");
            running.wait(PATIENCE).unwrap();
            let stderr = String::from_utf8(running.stderr()).unwrap();
            let port = stderr.trim().strip_prefix("port ");
            // A daemon may have had no time to listen.
            if let Some(port) = port {
                let port: u16 = port.parse().unwrap();
                let why = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap_err();
                assert_eq!(why.kind(), std::io::ErrorKind::ConnectionRefused, "{name}");
            }
            assert_eq!(shown(running.finish()).2, Some(Exit::Code(0)), "{name}");
            assert_ne!(bench.process(), before, "{} {name}", bench.jdk);
        }
    }
}

pub(crate) fn a_killed_program_ends_its_warm_jvm(toolbox: &Arc<Toolbox>) {
    for bench in Bench::all(toolbox) {
        let before = bench.process();
        let running = bench.warm("accepts", b"");
        assert_eq!(running.id(), Some(before));
        let port = port(&running, &bench.notify);
        // It had to be killed.
        assert_eq!(running.finish().exit, None);
        let why = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap_err();
        assert_eq!(why.kind(), std::io::ErrorKind::ConnectionRefused);
        assert_ne!(bench.process(), before);
    }
}

pub(crate) fn a_program_that_a_warm_jvm_cannot_run_is_left_to_a_fresh_one(toolbox: &Arc<Toolbox>) {
    for bench in Bench::all(toolbox) {
        assert!(bench.try_warm("NoSuchClass", &[], b"").is_none());
        // The request separates its words by tabs.
        let with_tab = ["counts\t".to_owned()];
        assert!(bench.try_warm("Endings", &with_tab, b"").is_none());
    }
}

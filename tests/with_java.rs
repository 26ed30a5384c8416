//! What the matrix does not show: the commands by hand, and how Java is compiled and started.

mod jdk;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use assert_cmd::Command;
use javatalk::interop::bell::{Bell, Patience};
use javatalk::interop::chat::{Bench, Play, announced};
use javatalk::interop::jdk::{Classes, Jdk, Origin};
use javatalk::interop::outcome::Ending;
use javatalk::interop::pairing::{Pairing, Peer, Role};
use javatalk::interop::process::Running;
use libtest_mimic::{Failed, Trial};
use predicates::prelude::*;

fn main() -> ExitCode {
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let tests: [(&str, fn(&Bench)); 10] = [
            (
                "a_harness_killed_in_the_middle_leaves_nothing",
                a_harness_killed_in_the_middle_leaves_nothing,
            ),
            (
                "rust_client_talks_to_java_server",
                rust_client_talks_to_java_server,
            ),
            (
                "java_client_talks_to_rust_server",
                java_client_talks_to_rust_server,
            ),
            ("a_closed_stdout_is_no_error", a_closed_stdout_is_no_error),
            (
                "the_environment_cannot_make_a_jvm_talk",
                the_environment_cannot_make_a_jvm_talk,
            ),
            (
                "sources_compile_without_a_warning",
                sources_compile_without_a_warning,
            ),
            (
                "compiling_at_once_compiles_once",
                compiling_at_once_compiles_once,
            ),
            (
                "what_a_killed_compiler_left_is_swept",
                what_a_killed_compiler_left_is_swept,
            ),
            ("a_runtime_borrows_classes", a_runtime_borrows_classes),
            (
                "a_program_that_cannot_be_compared_is_no_pass",
                a_program_that_cannot_be_compared_is_no_pass,
            ),
        ];
        tests
            .into_iter()
            .map(|(name, test)| {
                let bench = Arc::clone(&bench);
                Trial::test(name, move || -> Result<(), Failed> {
                    test(&bench);
                    Ok(())
                })
            })
            .collect()
    })
}

/// A `javatalk` command with nothing of the tests' environment that could matter.
fn javatalk(bench: &Bench) -> Command {
    let mut command = Command::new(bench.javatalk());
    command
        .env_remove("JAVATALK_JDK")
        .env_remove("JAVATALK_CACHE");
    command
}

fn newest(bench: &Bench) -> Peer {
    Peer::Java(*bench.javas().last().expect("a JDK was found"))
}

/// A server that listens, and its port.
fn listening(bench: &Bench, peer: Peer) -> (Running, u16) {
    let bell = Arc::new(Bell::default());
    let server = bench
        .invocation(peer, Role::Server, &["0".to_owned()])
        .unwrap()
        .expect("a peer with a program")
        .start(bench.javatalk(), Vec::new(), &bell)
        .unwrap();
    let mut port = None;
    bell.wait(Patience::of_a_conversation(), || {
        port = announced(&server.stderr());
        port.is_some()
    })
    .expect("the server says its port");
    (server, port.unwrap().unwrap())
}

fn ended(server: Running) -> (String, bool) {
    server
        .wait(Patience::of_a_conversation())
        .expect("the server ends");
    let finished = server.finish();
    let success = finished.exit.is_some_and(|exit| exit.success());
    (String::from_utf8(finished.stdout).unwrap(), success)
}

fn rust_client_talks_to_java_server(bench: &Bench) {
    let (server, port) = listening(bench, newest(bench));
    javatalk(bench)
        .args(["client", "localhost", &port.to_string()])
        .write_stdin("你好 😀\n")
        .assert()
        .success()
        .stdout("---client---\n你好 😀\n")
        .stderr("");
    let expected = "---server---\n一个客户端连接建立\nclient say:你好 😀\n";
    assert_eq!(ended(server), (expected.to_owned(), true));
}

fn java_client_talks_to_rust_server(bench: &Bench) {
    let (server, port) = listening(bench, Peer::Rust);
    let bell = Arc::new(Bell::default());
    let client = bench
        .invocation(
            newest(bench),
            Role::Client,
            &["localhost".to_owned(), port.to_string()],
        )
        .unwrap()
        .expect("a peer with a program")
        .start(bench.javatalk(), "你好 😀\n".into(), &bell)
        .unwrap();
    let expected = "---client---\n你好 😀\n";
    assert_eq!(ended(client), (expected.to_owned(), true));
    let expected = "---server---\n一个客户端连接建立\nclient say:你好 😀\n";
    assert_eq!(ended(server), (expected.to_owned(), true));
}

fn a_closed_stdout_is_no_error(bench: &Bench) {
    let (server, port) = listening(bench, newest(bench));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let (stdin, mut console) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut console, b"hello\n").unwrap();
    drop(console);
    let status = std::process::Command::new(bench.javatalk())
        .args(["client", "localhost", &port.to_string()])
        .stdin(stdin)
        .stdout(writer)
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
    assert!(ended(server).1);
}

/// One run that prints Chinese, under variables that would make any JVM talk or forget UTF-8.
fn the_environment_cannot_make_a_jvm_talk(bench: &Bench) {
    javatalk(bench)
        .env("JAVA_TOOL_OPTIONS", "-Dfile.encoding=US-ASCII")
        .env("_JAVA_OPTIONS", "-Xint -XshowSettings")
        .env("JDK_JAVA_OPTIONS", "-verbose:class")
        .env("JDK_JAVAC_OPTIONS", "-verbose")
        .env("CLASSPATH", "/nowhere")
        .env("LC_ALL", "C")
        .arg("interop")
        .arg("chat::chinese::")
        .args(
            bench
                .jdks()
                .iter()
                .flat_map(|jdk| ["--jdk".into(), jdk.home().as_os_str().to_owned()]),
        )
        .arg("--cache")
        .arg(tempfile::tempdir().unwrap().path())
        .assert()
        .success()
        .stdout(predicate::str::contains(" pass in "));
}

// The options are those of every run: all warnings, and each an error.
fn sources_compile_without_a_warning(bench: &Bench) {
    for jdk in bench.jdks().iter().filter(|jdk| jdk.javac().is_some()) {
        let cache = tempfile::tempdir().unwrap();
        let classes = Classes::of(jdk, &[], cache.path(), bench.javatalk()).unwrap();
        let client = fs::read(classes.folder().join("client.class")).unwrap();
        let release_8 = [0, 52];
        assert_eq!(client[6..8], release_8, "{jdk}");
    }
}

fn compiling_at_once_compiles_once(bench: &Bench) {
    let jdk = compiler(bench);
    let cache = tempfile::tempdir().unwrap();
    let made: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let classes = Classes::of(jdk, &[], cache.path(), bench.javatalk()).unwrap();
                    let class = classes.folder().join("server.class");
                    fs::metadata(class).unwrap().modified().unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(made.iter().all(|time| *time == made[0]), "{made:?}");
    let names = names(cache.path());
    assert_eq!(
        names.len(),
        2,
        "one folder of classes and the lock: {names:?}"
    );
}

fn what_a_killed_compiler_left_is_swept(bench: &Bench) {
    let cache = tempfile::tempdir().unwrap();
    fs::create_dir(cache.path().join(".compiling-left")).unwrap();
    Classes::of(compiler(bench), &[], cache.path(), bench.javatalk()).unwrap();
    let names = names(cache.path());
    assert!(!names.iter().any(|name| name.starts_with('.')), "{names:?}");
}

fn compiler(bench: &Bench) -> &Jdk {
    bench
        .jdks()
        .iter()
        .rev()
        .find(|jdk| jdk.javac().is_some())
        .expect("one can compile")
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// A runtime without compiler, made of a JDK: a home with links to all that is not `javac`.
#[cfg(unix)]
fn a_runtime_borrows_classes(bench: &Bench) {
    use std::os::unix::fs::symlink;

    let jdk = compiler(bench);
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("runtime");
    fs::create_dir_all(home.join("bin")).unwrap();
    symlink(jdk.java(), home.join("bin/java")).unwrap();
    fs::write(home.join("release"), "JAVA_VERSION=\"999.1\"\n").unwrap();
    let runtime = Jdk::at(&home, Origin::Named).unwrap();
    assert_eq!(runtime.javac(), None);

    let bench = Bench::new(
        bench.javatalk().to_path_buf(),
        vec![jdk.clone(), runtime],
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
        Patience::of_a_conversation(),
    );
    let pairing = Pairing {
        client: Peer::Java(999),
        server: Peer::Rust,
    };
    let outcome = bench
        .run(&Play::Console(b"hello\n".to_vec()), pairing)
        .unwrap();
    assert_eq!(outcome.ending, Ending::Complete);
    assert_eq!(outcome.client.unwrap().stdout, b"---client---\nhello\n");
}

#[cfg(not(unix))]
fn a_runtime_borrows_classes(_: &Bench) {
    panic!("proved on Unix only: it needs links");
}

fn a_program_that_cannot_be_compared_is_no_pass(bench: &Bench) {
    // A pairing with a JDK that is not there.
    let pairing = Pairing {
        client: Peer::Rust,
        server: Peer::Java(998),
    };
    let error = bench
        .run(&Play::Console(b"hello\n".to_vec()), pairing)
        .unwrap_err();
    assert_eq!(error.to_string(), "no JDK 998 was found");
}

/// A whole run with a cache of its own, whose name is in the command line of all that it starts.
#[cfg(target_os = "linux")]
fn a_harness_killed_in_the_middle_leaves_nothing(bench: &Bench) {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let cache = tempfile::tempdir().unwrap();
    let mark = cache.path().to_str().unwrap();
    let alive = || -> Vec<String> {
        fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("cmdline")).ok())
            .filter(|line| line.contains(mark) && !line.contains("interop"))
            .collect()
    };
    let mut harness = std::process::Command::new(bench.javatalk())
        .args(["interop", "--cache", mark])
        .args(
            bench
                .jdks()
                .iter()
                .flat_map(|jdk| ["--jdk".as_ref(), jdk.home()]),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first row is done: compiling is over, and the next rows are being played.
    let said = BufReader::new(harness.stderr.take().unwrap());
    let first_row = said
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains(" of "));
    assert!(
        first_row.is_some(),
        "the harness ended before it was killed"
    );
    let deadline = Instant::now() + Duration::from_secs(30);
    while alive().is_empty() {
        assert!(Instant::now() < deadline, "nothing was started");
    }
    harness.kill().unwrap();
    harness.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let left = alive();
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "still there: {left:?}");
    }
}

#[cfg(not(target_os = "linux"))]
fn a_harness_killed_in_the_middle_leaves_nothing(_: &Bench) {
    panic!("proved on Linux only: it reads /proc");
}

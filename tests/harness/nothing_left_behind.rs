//! However a run ends, no process outlives it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use javatalk::internals::system::process::{Exit, Invocation, Running};
use javatalk::internals::system::wait::{Notify, TimedOut, Timeouts};

const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(30),
    total: Duration::from_secs(30),
};

/// Long enough to hang by anybody's measure, and not for ever if a test fails.
const HANG: &str = "sleep 600";

fn shell() -> PathBuf {
    which::which("sh").expect("a Unix system has sh")
}

fn start(script: &str) -> Running {
    Invocation::new(shell())
        .args(["-c", script])
        .start(
            Path::new(env!("CARGO_BIN_EXE_javatalk")),
            Vec::new(),
            &Arc::new(Notify::default()),
        )
        .unwrap()
}

/// The numbers that a program has printed, one a line, once there are `count`.
fn numbers(running: &Running, count: usize) -> Vec<u32> {
    let parse = || -> Vec<u32> {
        let text = String::from_utf8(running.stdout()).unwrap();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    };
    until("the program prints its numbers", || parse().len() == count);
    parse()
}

#[track_caller]
fn until(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within 30 s");
        thread::yield_now();
    }
}

fn lives(process: u32) -> bool {
    // A zombie that nobody has asked about yet is dead too.
    !matches!(state(process), None | Some('Z'))
}

/// The state of a process as `ps` names it; `None` if there is no such process.
fn state(process: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.chars().next()
}

/// A shell that says its number and that of a grandchild which holds its pipes.
const WITH_GRANDCHILD: &str = "echo $$; sleep 600 & echo $!; wait";

/// A shell that says its number and that of a daemon, once that has left the session and the pipes
/// and its parent has ended.
const WITH_DAEMON: &str = "echo $$; \
    echo $(setsid -f sh -c 'echo $$; exec sleep 600 </dev/null >/dev/null 2>&1')";

#[test]
fn dropping_a_program_kills_it_and_its_descendants() {
    for script in [WITH_GRANDCHILD, &format!("{WITH_DAEMON}; {HANG}")] {
        let running = start(script);
        let processes = numbers(&running, 2);
        drop(running);
        for process in processes {
            until("it is gone", || !lives(process));
        }
    }
}

#[test]
fn a_daemon_does_not_outlive_the_program_that_started_it() {
    let running = start(&format!("{WITH_DAEMON}; exit 3"));
    let daemon = numbers(&running, 2)[1];
    running.wait(PATIENCE).expect("its end is seen");
    assert_eq!(running.exit(), Some(Exit::Code(3)));
    until("the daemon is gone", || !lives(daemon));
}

#[test]
fn a_program_that_stops_its_supervisor_is_still_killed() {
    // The program stops both before it is to be ended, or at the same time.
    for is_before in [true, false].repeat(20) {
        let running = start("echo $$; kill -STOP 0");
        let process = numbers(&running, 1)[0];
        if is_before {
            until("it has stopped", || state(process) == Some('T'));
        }
        drop(running);
        until("it is gone", || !lives(process));
    }
}

#[test]
fn a_panic_kills_the_running_programs() {
    let (said, heard) = std::sync::mpsc::channel();
    let panicked = thread::spawn(move || {
        let running = start(WITH_GRANDCHILD);
        said.send(numbers(&running, 2)).unwrap();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    for process in heard.recv().unwrap() {
        until("it is gone", || !lives(process));
    }
}

#[test]
fn a_grandchild_holding_the_pipes_does_not_delay_the_end() {
    let running = start("sleep 600 & echo $!; exit 3");
    let orphan = numbers(&running, 1)[0];
    running.wait(PATIENCE).expect("its end is seen");
    assert_eq!(running.exit(), Some(Exit::Code(3)));
    until("the orphan is gone", || !lives(orphan));
}

#[test]
fn a_program_that_hangs_times_out_and_is_killed() {
    let running = start(&format!("echo $$; exec {HANG}"));
    let process = numbers(&running, 1)[0];
    let short = Timeouts {
        idle: Duration::from_millis(50),
        total: Duration::from_secs(30),
    };
    assert_eq!(running.wait(short), Err(TimedOut::Idle));
    assert_eq!(running.finish().exit, None);
    until("it is gone", || !lives(process));
}

#[test]
fn a_fatal_signal_is_reported_through_the_supervisor() {
    let running = start("kill -SEGV $$");
    running.wait(PATIENCE).unwrap();
    assert_eq!(running.exit(), Some(Exit::Signal(11)));
}

#[test]
fn a_flood_on_both_pipes_does_not_block() {
    let running = start("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2");
    running.wait(PATIENCE).unwrap();
    let finished = running.finish();
    assert_eq!(finished.stdout.len(), 3_000_000);
    // stderr is for people, and its middle is left out.
    let said = String::from_utf8_lossy(&finished.stderr);
    assert!(said.len() < 200_000, "{} bytes", said.len());
    assert!(said.contains("\n[2868928 bytes left out]\n"));
    assert_eq!(finished.exit, Some(Exit::Code(0)));
}

#[test]
fn unread_input_does_not_block() {
    let running = Invocation::new(shell())
        .args(["-c", "exit 0"])
        .start(
            Path::new(env!("CARGO_BIN_EXE_javatalk")),
            vec![b'x'; 3_000_000],
            &Arc::new(Notify::default()),
        )
        .unwrap();
    running.wait(PATIENCE).unwrap();
    assert_eq!(running.exit(), Some(Exit::Code(0)));
}

#[test]
fn a_missing_program_is_reported() {
    let error = Invocation::new("/no/such/program")
        .arg("a b")
        .start(
            Path::new(env!("CARGO_BIN_EXE_javatalk")),
            Vec::new(),
            &Arc::new(Notify::default()),
        )
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`/no/such/program 'a b'` cannot be started: there is no such file"
    );
}

/// The guard, with its output read by this test instead of the harness.
fn guarded(script: &str) -> (Child, [u32; 2]) {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .args(["guard-program", "--"])
        .arg(shell())
        .args(["-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // As the harness starts it.
        .process_group(0)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(guard.stdout.as_mut().unwrap());
    let mut next = || {
        line.clear();
        lines.read_line(&mut line).unwrap();
        line.trim().parse().unwrap()
    };
    let numbers = [next(), next()];
    (guard, numbers)
}

#[test]
fn a_program_and_its_daemon_are_killed_when_their_output_is_closed() {
    let (mut guard, processes) = guarded(&format!("{WITH_DAEMON}; exec {HANG}"));
    assert!(processes.into_iter().all(lives));
    // What the system does to a harness that is killed: its ends of the pipes are closed.
    drop(guard.stdout.take());
    for process in processes {
        until("it is gone", || !lives(process));
    }
    guard.wait().unwrap();
}

//! A program that is asked and answers, and one that does not.

use std::path::Path;
use std::time::Duration;

use javatalk::internals::system::process::{Exit, Invocation, RequestPipe};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(100);

fn talk(command: &str, timeout: Duration) -> RequestPipe {
    Invocation::new("/bin/sh")
        .args(["-c", command])
        .talk(Path::new(env!("CARGO_BIN_EXE_javatalk")), timeout)
        .unwrap()
}

#[test]
fn each_request_gets_its_answer() {
    let mut cat = talk("cat", LONG);
    let mut answer = [0; 3];
    for question in [b"abc", b"def"] {
        cat.send(question).unwrap();
        cat.receive(&mut answer).unwrap();
        assert_eq!(&answer, question);
    }
    assert_eq!(cat.end().exit, Some(Exit::Code(0)));
}

#[test]
fn a_program_that_does_not_answer_is_killed() {
    let mut silent = talk("exec cat > /dev/null", SHORT);
    silent.send(b"anybody there?").unwrap();
    silent.receive(&mut [0]).unwrap_err();
    assert_eq!(silent.end().exit, Some(Exit::Signal(9)));
}

#[test]
fn sending_to_a_program_that_does_not_read_fails() {
    let mut deaf = talk("exec tail -f /dev/null", SHORT);
    deaf.send(&vec![0; 1 << 20]).unwrap_err();
}

#[test]
fn the_stderr_and_exit_code_of_an_ended_program_are_kept() {
    let mut broken = talk("echo no memory >&2; exit 3", LONG);
    broken.receive(&mut [0]).unwrap_err();
    let finished = broken.end();
    assert_eq!(finished.stderr, b"no memory\n");
    assert_eq!(finished.exit, Some(Exit::Code(3)));
}

#[test]
fn a_missing_program_is_an_error() {
    let missing = Invocation::new("/no/such/program");
    let javatalk = Path::new(env!("CARGO_BIN_EXE_javatalk"));
    let error = missing.talk(javatalk, LONG).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`/no/such/program` cannot be started: there is no such file"
    );
}

//! Each way of not playing along has its own words.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::model::participant::{Pairing, Participant};
use javatalk::internals::interop::peer::error::{PeerError, PeerFailure};
use javatalk::internals::interop::peer::pool::{ExternalPeer, PeerPool};
use javatalk::internals::interop::peer::process::PeerProcess;
use javatalk::internals::interop::protocol::message::{Answer, Command};
use javatalk::internals::interop::scenario::language::Script;
use javatalk::internals::interop::scenario::{Ending, Runner};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::process::{Exit, Invocation};
use javatalk::internals::system::wait::{Notify, Timeouts};

use super::bad;

/// Longer than anything that comes takes.
const LONG: Duration = Duration::from_secs(60);

/// For what never comes.
const SHORT: Duration = Duration::from_millis(50);

fn start_within(timeout: Duration, peer: &Invocation) -> Result<PeerProcess, PeerError> {
    let javatalk = Path::new(env!("CARGO_BIN_EXE_javatalk"));
    PeerProcess::start_within(timeout, peer, javatalk)
}

fn start(how: &str) -> PeerProcess {
    start_within(LONG, &bad(how)).unwrap()
}

/// What is said of a peer, without its command line.
fn said(error: &PeerError, how: &str) -> String {
    let said = error.to_string();
    let command = format!("`{}` ", bad(how));
    said.strip_prefix(&command).expect(&said).to_owned()
}

fn listen(peer: &mut PeerProcess, timeout: Duration) -> Result<Answer, PeerError> {
    peer.send(&Command::Listen).unwrap();
    peer.answer(timeout)
}

/// Gives something that nobody rings for the time to become so.
fn wait_a_moment(so: impl FnMut() -> bool) -> bool {
    let moment = Timeouts {
        idle: Duration::from_millis(10),
        total: Duration::from_millis(10),
    };
    Notify::default().wait(moment, so).is_ok()
}

pub(crate) fn a_missing_peer_program_cannot_be_started() {
    let error = start_within(LONG, &Invocation::new("/no/such/peer")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`/no/such/peer` cannot be started: there is no such file"
    );
}

pub(crate) fn a_peer_that_dies_at_start_is_reported_with_its_stderr() {
    let how = "dies at start";
    let error = start_within(LONG, &bad(how)).unwrap_err();
    assert_eq!(
        said(&error, how),
        "could not start: exit code 3 before it identified itself\n\
         its stderr ends with:\n  starting\n  no memory"
    );
}

pub(crate) fn a_peer_that_dies_later_is_reported_with_its_last_command() {
    let how = "dies in the middle";
    let mut peer = start(how);
    assert_eq!(listen(&mut peer, LONG), Ok(Answer::Port(1)));
    peer.send(&Command::Accept).unwrap();
    peer.send(&Command::End).unwrap();
    let error = peer.answer(LONG).unwrap_err();
    assert_eq!(
        said(&error, how),
        "ended at `accept`: exit code 4\nits stderr ends with:\n  no memory"
    );
}

pub(crate) fn a_peer_that_does_not_identify_itself_times_out() {
    let how = "says nothing";
    let error = start_within(SHORT, &bad(how)).unwrap_err();
    assert_eq!(
        said(&error, how),
        "did not identify itself within 50ms; a peer begins with `@@ peer NAME LANGUAGE VERSION`, \
         flushed at once"
    );
}

pub(crate) fn a_first_line_that_is_no_identity_is_quoted() {
    let how = "says something else";
    let error = start_within(LONG, &bad(how)).unwrap_err();
    assert_eq!(
        said(&error, how),
        "said `@@ hello` first; a peer begins with `@@ peer NAME LANGUAGE VERSION`"
    );
}

pub(crate) fn a_peer_that_never_answers_times_out() {
    let how = "never answers";
    let mut peer = start(how);
    let error = listen(&mut peer, SHORT).unwrap_err();
    assert_eq!(said(&error, how), "did not answer `listen` within 50ms");
}

/// More than a pipe holds is sent, and nobody waits for it to be taken.
pub(crate) fn a_peer_that_never_reads_does_not_block_the_sender() {
    let how = "never reads";
    let mut peer = start(how);
    for _ in 0..10 {
        peer.send(&Command::Raw("x".repeat(1 << 20))).unwrap();
    }
    assert_eq!(peer.poll(), Ok(None));
    let error = peer.answer(SHORT).unwrap_err();
    assert_eq!(
        said(&error, how),
        format!("did not answer `{}…` within 50ms", "x".repeat(60))
    );
}

pub(crate) fn a_peer_that_closes_its_stdin_is_reported() {
    let how = "closes stdin";
    let mut peer = start(how);
    // Seen when something is sent, once the guard has let go of the pipe as well.
    let sent = (0..6000).find_map(|_| {
        peer.send(&Command::Listen).unwrap();
        wait_a_moment(|| !matches!(peer.poll(), Ok(None)));
        peer.poll().err()
    });
    let error = sent.expect("nobody reads");
    assert_eq!(
        said(&error, how),
        "has closed its stdin, and is still running"
    );
}

pub(crate) fn a_peer_that_floods_is_reported() {
    let how = "floods";
    let mut peer = start(how);
    let error = listen(&mut peer, LONG).unwrap_err();
    assert_eq!(
        said(&error, how),
        "prints without end, and none of it is an answer"
    );
    assert!(peer.noise_tail().ends_with("\nall is well"));
}

pub(crate) fn an_unsolicited_answer_is_reported() {
    let how = "answers unasked";
    let mut peer = start(how);
    let error = peer.answer(LONG).unwrap_err();
    assert_eq!(
        said(&error, how),
        "sent the answer `@@ ok` without a command"
    );
}

pub(crate) fn a_malformed_answer_is_quoted() {
    let how = "answers garbage";
    let mut peer = start(how);
    let error = listen(&mut peer, LONG).unwrap_err();
    assert_eq!(
        said(&error, how),
        "answered `listen` with `@@ \u{fffd}yes\\0`: \"\u{fffd}yes\\0\": neither returned, threw \
         nor unsupported"
    );
}

pub(crate) fn an_answer_to_another_command_is_reported() {
    let how = "answers something else";
    let mut peer = start(how);
    let error = listen(&mut peer, LONG).unwrap_err();
    assert_eq!(
        said(&error, how),
        "answered `listen` with `@@ ok`: no answer to this command"
    );
}

pub(crate) fn noise_is_recorded_and_not_taken_for_an_answer() {
    let mut peer = start("prints noise");
    assert_eq!(peer.identity().name, "rust");
    assert!(matches!(listen(&mut peer, LONG), Ok(Answer::Port(_))));
    assert!(peer.noise_tail().ends_with("\n@@@ let me see\n@@"));
    assert_eq!(peer.dismiss(LONG), Some(Exit::Code(0)));
}

/// What the kernel says is certain. After a silence, the scenario would be played a second time.
#[cfg(target_os = "linux")]
pub(crate) fn bytes_that_never_arrive_are_waited_for_once() {
    let peer = ExternalPeer {
        name: "bad".to_owned(),
        invocation: bad("counts too much"),
        identity: None,
    };
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        Vec::new(),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let pool = PeerPool::new(Arc::new(toolbox), vec![peer]);
    let pairing = Pairing {
        client: Participant::Rust,
        server: Participant::external_peer("bad"),
    };
    let text = "# Four bytes.\nserver writeInt 7\nclient readInt\n";
    let script = Script::parse("four-bytes.scenario", text).unwrap();
    let scenario = Arc::new(script.scenarios().remove(0));
    let runner = Runner::new(pool, Timeouts::of_a_scenario());
    let transcript = runner.play(&scenario, pairing).unwrap();
    assert_eq!(transcript.ending, Ending::Complete);
    assert_eq!(transcript.wire.to_client.bytes, [0, 0, 0, 7]);
    assert_eq!(transcript.server_stderr, "a conversation");
}

pub(crate) fn later_calls_return_the_first_error_of_a_peer() {
    let mut peer = start("answers garbage");
    let error = listen(&mut peer, LONG).unwrap_err();
    assert!(matches!(error.failure(), PeerFailure::InvalidAnswer { .. }));
    assert_eq!(peer.send(&Command::End), Err(error.clone()));
    assert_eq!(peer.poll(), Err(error));
}

#[cfg(target_os = "linux")]
pub(crate) fn a_dropped_peer_leaves_no_process() {
    let lives = |how: &str| {
        let own = bad(how).to_string();
        std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            // The guard's command line has it at its end too.
            line.contains(&own.replace('\'', ""))
        })
    };
    // No other test plays this one.
    let how = "never reads, and is left";
    let this = std::env::current_exe().unwrap();
    let invocation = Invocation::new(this).args([super::PLAY, how]);
    let peer = start_within(LONG, &invocation).unwrap();
    assert!(lives(how));
    drop(peer);
    // Killed is not yet gone.
    assert!((0..6000).any(|_| wait_a_moment(|| !lives(how))));
}

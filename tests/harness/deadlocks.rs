//! Two peers that wait for each other are told so, by the kernel and not by a silence.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::model::deadlock::Deadlock;
use javatalk::internals::interop::model::participant::{Pairing, Participant, Role};
use javatalk::internals::interop::peer::pool::PeerPool;
use javatalk::internals::interop::scenario::language::Script;
use javatalk::internals::interop::scenario::{Ending, Runner};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;

/// Far longer than a test may take: a deadlock that is only known by its silence hangs here.
const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(3600),
    total: Duration::from_secs(3600),
};

/// How Rust with Rust ends in this scenario.
fn ending(steps: &str) -> Ending {
    let javatalk = PathBuf::from(env!("CARGO_BIN_EXE_javatalk"));
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let toolbox = Arc::new(Toolbox::new(javatalk, Vec::new(), cache));
    let runner = Runner::new(PeerPool::new(toolbox, Vec::new()), PATIENCE);
    let text = format!("# A deadlock.\n{steps}");
    let script = Script::parse("deadlock.scenario", &text).unwrap();
    let rust = Pairing {
        client: Participant::Rust,
        server: Participant::Rust,
    };
    let mut scenarios = script.scenarios();
    let scenario = Arc::new(scenarios.remove(0));
    runner.play(&scenario, rust).unwrap().ending
}

#[test]
fn both_roles_waiting_for_bytes_is_a_read_deadlock() {
    let steps = "client readInt\nserver readInt\n";
    assert_eq!(ending(steps), Ending::Deadlock(Deadlock::Read));
}

#[test]
fn waiting_for_bytes_of_a_finished_role_is_a_read_deadlock() {
    let steps = "client writeShort 7\nserver readInt\n";
    assert_eq!(ending(steps), Ending::Deadlock(Deadlock::Read));
}

/// One of eight megabytes, which no connection holds whose peers do not read.
const MUCH: &str = "write [2a] * 1048576";

#[test]
fn both_roles_writing_without_reading_is_a_write_deadlock() {
    let steps = format!("repeat 8\n  client {MUCH}\n  server {MUCH}\nend\n");
    assert_eq!(ending(&steps), Ending::Deadlock(Deadlock::Write));
}

#[test]
fn writing_to_a_role_that_does_not_read_is_an_unread_deadlock() {
    let steps = format!("repeat 8\n  server {MUCH}\nend\nclient writeInt 1\n");
    assert_eq!(
        ending(&steps),
        Ending::Deadlock(Deadlock::Unread(Role::Server))
    );
}

//! The harness must find what is wrong with a peer, and must find nothing wrong with a good one.
//!
//! This program is also the peers with a bug: started with `--play BUG` it is a mutant, and with
//! `bad-peer HOW` it breaks the protocol.

#![allow(
    clippy::incompatible_msrv,
    reason = "the command needs a newer compiler than the library"
)]

mod faults;
mod fuzz;
#[path = "../jdk/mod.rs"]
mod jdk;
mod mutants;
mod peer_check;
#[path = "../python/mod.rs"]
mod python;

use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [play, what] = arguments.as_slice() {
        match play.as_str() {
            mutants::PLAY => return mutants::play(what),
            peer_check::PLAY => return peer_check::play(what),
            _ => {}
        }
    }
    jdk::run(peer_check::trials(), |toolbox| {
        let toolbox = Arc::new(toolbox);
        let mut trials = mutants::trials(&toolbox);
        trials.extend(faults::trials(&toolbox));
        trials.extend(fuzz::trials(&toolbox));
        trials
    })
}

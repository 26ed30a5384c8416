//! The command as a user meets it, without Java.

#![allow(
    clippy::incompatible_msrv,
    reason = "the command needs a newer compiler than the library"
)]

mod boundaries;
mod chat_command;
#[cfg(unix)]
#[path = "../distributed/mod.rs"]
mod distributed;
#[cfg(unix)]
mod distributed_runs;
mod docs;
#[cfg(unix)]
mod forever;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod in_a_pod;
mod load;
mod object_wire;
mod pair_files;
mod sweep_command;
#[cfg(unix)]
mod terminal;
mod times;
#[cfg(target_os = "linux")]
mod trace;
#[cfg(target_os = "linux")]
#[path = "../traced/mod.rs"]
mod traced;
mod unused_options;
mod vectors;

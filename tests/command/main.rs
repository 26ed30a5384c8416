//! The command as a user meets it, without Java.

mod boundaries;
mod chat_command;
#[cfg(unix)]
mod forever;
#[cfg(target_os = "linux")]
mod full_disk;
mod load;
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

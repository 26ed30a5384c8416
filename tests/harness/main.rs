//! The harness, without Java: how it reads scenarios, runs programs, finds differences and reports them.

mod blame;
#[cfg(target_os = "linux")]
mod deadlocks;
#[cfg(unix)]
mod dialogue;
mod dialogues;
#[cfg(target_os = "linux")]
mod nothing_left_behind;
#[cfg(target_os = "linux")]
mod pairs;
mod reports;
mod scripts;
mod verdicts;

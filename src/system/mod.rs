//! The machine: processes, JDKs, compilers, sockets. Nothing here knows a type of the harness.

pub(crate) mod blocked;
pub(crate) mod cache;
pub mod compiler;
#[cfg(target_os = "linux")]
pub(crate) mod descriptors;
pub mod jdk;
pub(crate) mod listener;
pub(crate) mod poll;
pub mod process;
pub(crate) mod random;
pub mod sock_diag;
pub mod toolchain;
pub mod wait;
pub(crate) mod workers;

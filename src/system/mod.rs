//! The operating system: processes, JDKs, compilers and sockets. This module must not use any type
//! of the harness.

pub(crate) mod blocked;
pub(crate) mod cache;
pub(crate) mod compiler;
#[cfg(target_os = "linux")]
pub(crate) mod descriptors;
pub mod jdk;
pub(crate) mod listener;
pub(crate) mod poll;
pub(crate) mod ports;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod sock_diag;
pub(crate) mod toolchain;
pub(crate) mod wait;
pub(crate) mod workers;

//! The sweep: compares the codec with the JDK call by call, exhaustively where that takes only
//! seconds.
//!
//! A reference JVM that runs `java/Sweep.java` and the codec of this package get the same bytes,
//! values and calls, in blocks of some thousand cases. Each call has an outcome: the value or the
//! exception's class and message, the bytes consumed or written, and the stream position. The
//! checksums of a block's outcomes are compared first; the JVM sends the outcomes themselves only
//! if the checksums differ. No expected value is written by hand.
//!
//! | part | hides |
//! |---|---|
//! | [`family`], [`families`] | which cases exist, and how they are generated |
//! | [`block`], [`call`] | how a request to the JVM is encoded |
//! | [`jvm`] | the reference JVM |
//! | [`codec`] | running a block on the codec under test, blocking and asynchronous |
//! | [`outcome`] | how outcomes are encoded, parsed and displayed |
//! | [`run`] | the order of work, and the threads |
//! | [`mismatch`], [`minimize`], [`reproduce`] | finding the case, minimizing it, printing it as a test |
//! | [`table`], [`json`] | displaying the results |
//!
//! The codec runs a block in every [mode](codec::Mode): with the blocking streams; with the
//! asynchronous streams; with asynchronous streams that wait for each byte; and, for cancel-safe
//! methods, with each future dropped at each wait and the method called again. For the six largest
//! families the asynchronous streams run only a share of the blocks, and all of them with `--full`.
//!
//! # Not compared, on purpose
//!
//! - How often a source or sink is called, and for how many bytes: it differs between releases.
//!   Sources and sinks are built so that it does not affect what is compared.
//! - What Java checks and Rust cannot express: null, negative lengths, offsets outside an array.
//! - `available`, `mark`, `reset`, `skip`, `close`, `flush` and `read(byte[])` of the Java streams,
//!   which only forward to the underlying stream; in Rust they belong to `io::Read` and
//!   `io::Write`.
//! - Before 17, the message for a string that is too long, except for the number in it.
//! - A `size()` beyond the bytes that the sweep writes; `tests/library/size.rs` tests the limit.

pub(crate) mod block;
pub(crate) mod call;
pub(crate) mod codec;
pub(crate) mod families;
pub(crate) mod family;
#[cfg(feature = "cli")]
pub(crate) mod json;
pub(crate) mod jvm;
pub(crate) mod minimize;
pub(crate) mod mismatch;
pub(crate) mod outcome;
pub(crate) mod reproduce;
pub(crate) mod run;
#[cfg(feature = "cli")]
pub(crate) mod table;

pub(crate) use family::{Extent, Family};
pub(crate) use jvm::ReferenceJvm;
pub(crate) use run::{Swept, Worker, sweep};

/// The default seed of random cases. It is fixed, so that a failure can be reproduced.
pub const SEED: u64 = 1;

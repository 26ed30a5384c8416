//! The sweep: the codec against the JDK, call by call, exhaustively where that takes seconds.
//!
//! A JVM that runs `java/Sweep.java` and the codec of this package get the same bytes, values and
//! calls, in blocks of some thousand. Each call has an outcome: the value or the exception's class
//! and message, what has been consumed or written, and where the stream stands. The outcomes of a
//! block have a checksum, and only if those differ does the JVM tell them all. No expected value is
//! written by hand.
//!
//! | part | hides |
//! |---|---|
//! | [`section`], and one file for each family | which cases there are, and how they are made |
//! | [`block`], [`call`] | how a request is written for the JVM |
//! | [`judge`] | the JVM |
//! | `ours` | playing a block with the codec under test, blocking and asynchronous |
//! | [`outcome`] | how outcomes are written, parsed, shown |
//! | [`run`] | who plays what when |
//! | [`mismatch`], `shrink`, `as_rust` | finding the case, making it small, printing it as a test |
//! | [`table`], [`json`] | showing the results |
//!
//! The codec plays a block in every way it has: with the blocking streams, with the asynchronous
//! ones, with those waiting for each byte, and, of what may be dropped, with each future dropped at
//! each wait and the method called again. Of the six largest families the asynchronous streams play
//! a share, and everything in the full form.
//!
//! # Not compared, on purpose
//!
//! - How often a source or sink is called, and for how much at a time: it differs from release to
//!   release. Sources and sinks are made such that it makes no difference to what is compared.
//! - What Java checks and Rust cannot express: null, negative lengths, offsets outside of an array.
//! - `available`, `mark`, `reset`, `skip`, `close`, `flush` and `read(byte[])` of the Java streams,
//!   which pass through to what they stand on; here that is `io::Read`'s and `io::Write`'s affair.
//! - Before 17, the words of the message of a string that is too long, but for the number in it.
//! - A count of `size()` beyond what the sweep writes; `tests/library/size.rs` has its end.

pub(crate) mod block;
pub(crate) mod call;
pub(crate) mod codec;
pub(crate) mod families;
pub(crate) mod family;
pub(crate) mod json;
pub(crate) mod jvm;
pub(crate) mod minimize;
pub(crate) mod mismatch;
pub(crate) mod outcome;
pub(crate) mod reproduce;
pub(crate) mod run;
pub(crate) mod table;

pub(crate) use families::sections;
pub(crate) use family::{Extent, Family};
pub(crate) use jvm::ReferenceJvm;
pub(crate) use run::{Swept, Worker, sweep};

/// What random cases are made from if nobody says otherwise: the same in every run, so that a red
/// run is red again.
pub const SEED: u64 = 1;

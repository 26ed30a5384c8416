//! The harness: proves the programs of this package against a real JDK.
//!
//! Every row of input is played in every pairing of Rust and Java, and each must show what Java
//! with Java shows in the same run: the same stdout of both programs, the same success or failure,
//! the same bytes in both directions of the wire, and the same ends. No expected value is written
//! by hand.
//!
//! Each part hides one thing:
//!
//! | part | hides |
//! |---|---|
//! | [`jdk`] | where JDKs are, how they compile and are started |
//! | [`toolchain`] | where Python and C++ are, and the small socket programs in them |
//! | [`compiler`] | running a compiler, and keeping what it has made |
//! | `cache` | the folder of what is kept, and whether it can be trusted |
//! | [`process`] | starting programs, hearing them out, leaving none behind |
//! | [`mod@bench`] | what a run has at hand: JDKs and classes compiled for each, programs in other languages |
//! | [`bell`] | waiting without polling |
//! | [`hop`], [`relay`], [`raw`] | the harness's place on the wire: passing on and recording, or misbehaving |
//! | [`queue`], `blocked` | what the kernel says of a socket, and of the program that waits at it |
//! | [`network`] | the plan by which the relay misbehaves |
//! | [`call`] | a call of a method and what came of it, in the words of the contract of peers |
//! | [`script`] | scenario files: the claim, and the calls of both roles that prove it |
//! | [`peer`] | a peer that is led: its commands, its answers, and what it does wrong |
//! | [`peer_check`] | whether a program keeps to the contract of peers, rule by rule |
//! | [`rust_peer`] | the peer in Rust: this library's streams over a socket, call by call |
//! | [`pairing`], [`wire`], [`outcome`], [`deadlock`] | words: who, what passed, what was seen, who waits for whom |
//! | [`chat`] | the rows for the console programs, and how they are played |
//! | [`faults`] | scenarios whose connection breaks, at every byte |
//! | [`verdict`] | the comparison with the oracle; it runs nothing |
//! | `oracle` | what the oracle shows, and playing it again before a difference counts |
//! | [`case`], [`matrix`] | all cases of all suites, running them, and what came of each |
//! | [`shard`] | the parts of a matrix that is played on many machines |
//! | [`suggestion`] | the name that a filter probably means if it selects nothing |
//! | [`counted`] | a number of things in words |
//! | [`report`] | showing the results |
//! | [`mod@printable`] | text from elsewhere, made safe to print |
//! | [`sweep`] | the codec itself against the JDK, call by call |
//! | [`trace`] | one conversation as it is: calls, segments, stacks |
//! | [`fuzz`] | random dialogues in every pairing, and making small what differs |
//! | `workers` | threads that do the same work until nothing is left of it |
//! | `random` | numbers that look random and come again with their seed |

pub(crate) mod compare;
pub(crate) mod faults;
pub(crate) mod fuzz;
pub(crate) mod model;
mod oracle;
pub(crate) mod peer;
pub(crate) mod programs;
pub(crate) mod protocol;
pub(crate) mod proxy;
pub mod report;
pub(crate) mod runner;
pub(crate) mod scenario;
pub(crate) mod suites;
pub(crate) mod toolbox;

//! One conversation of any two programs as it is: the calls that each makes, the segments between
//! them, and for Java the stack under a call.
//!
//! Nobody stands between the two: the client connects to the server itself. The calls are what
//! `strace` writes, the segments what the kernel hands to a socket for packets.
//!
//! | part | hides |
//! |---|---|
//! | [`performance`], `watched` | starting both, who watches them, and when it is over |
//! | [`tap`] | `strace` around a program |
//! | [`strace`], [`sockets`] | what it writes, and what of it is about sockets; they run nothing |
//! | [`capture`] | the socket for packets |
//! | [`segment`], [`naming`], [`passage`] | what a packet is, and what its bytes mean; they run nothing |
//! | [`story`] | all of it in one order; it runs nothing |
//! | [`text`], [`svg`], [`pcapng`] | showing it |

pub mod packets;
pub mod pcapng;
pub mod plan;
pub(crate) mod process;
pub mod run;
pub mod segment;
pub(crate) mod serialize;
pub mod socket_calls;
pub mod strace;
pub mod streams;
pub mod svg;
pub mod text;
pub mod timeline;

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

pub(crate) mod packets;
pub(crate) mod pcapng;
pub(crate) mod plan;
pub(crate) mod process;
pub(crate) mod run;
pub(crate) mod segment;
pub(crate) mod serialize;
pub(crate) mod socket_calls;
pub(crate) mod strace;
pub(crate) mod streams;
pub(crate) mod svg;
pub(crate) mod text;
pub(crate) mod timeline;

//! Records one conversation of any two programs: the socket calls of each, the TCP segments between
//! them, and for Java the stack of each call.
//!
//! There is no proxy: the client connects directly to the server. The calls come from `strace`, the
//! segments from a packet socket.
//!
//! | part | hides |
//! |---|---|
//! | [`plan`], [`run`], [`process`] | starting both programs, their tracers, and when the trace ends |
//! | [`strace`] | running a program under `strace`, and parsing its output |
//! | [`socket_calls`] | which system calls concern TCP sockets; pure computation |
//! | [`packets`] | the packet socket |
//! | [`segment`], [`streams`] | parsing packets, and the meaning of their bytes; pure computation |
//! | [`timeline`] | all events in one order; pure computation |
//! | [`text`], [`svg`], [`pcapng`], [`serialize`] | displaying a trace |

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

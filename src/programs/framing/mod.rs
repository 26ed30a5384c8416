//! The framing of messages on the wire: `writeUTF`, lines of text, or raw bytes.

pub(crate) mod line;
pub(crate) mod raw;
pub(crate) mod utf;

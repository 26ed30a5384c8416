//! What a message is on the wire: `writeUTF`, a line of text, or bytes as they come.

pub(crate) mod line;
pub(crate) mod raw;
pub(crate) mod utf;

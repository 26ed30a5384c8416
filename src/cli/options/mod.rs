//! Options that several subcommands share.

pub(crate) mod file_limit;
pub(crate) mod filter;
pub(crate) mod framing;
pub(crate) mod isolation;
pub(crate) mod pairs;
pub(crate) mod participants;
pub(crate) mod participants_file;
pub(crate) mod report_options;
pub(crate) mod reproduce;
pub(crate) mod shards;

//! Results of shards that were joined.

use crate::cli::{Exit, complain};
use crate::interop::model::shard::Shard;

/// The exit status of joined results. If shards are missing, prints which, with advice; success
/// then becomes a failure unless `accepted`.
pub(crate) fn complete(exit: Exit, shards: &[Shard], accepted: bool, advice: &str) -> Exit {
    let missing: Vec<String> = Shard::missing(shards)
        .iter()
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        return exit;
    }
    complain(format!(
        "results of the shards {} are missing{advice}",
        missing.join(", ")
    ));
    match exit {
        Exit::Success if !accepted => Exit::Differs,
        exit => exit,
    }
}

//! The servers of the JDK under load, beside ours.

use std::sync::Arc;

use assert_cmd::Command;
use javatalk::internals::interop::toolbox::Toolbox;
use predicates::prelude::*;
use predicates::str::contains;

/// From this release on there are virtual threads.
const VIRTUAL: u32 = 21;

pub(crate) fn load_compares_java_servers_with_ours(toolbox: &Arc<Toolbox>) {
    let newest = toolbox.jdks().last().expect("a JDK was found");
    let mut load = Command::new(toolbox.javatalk());
    load.args(["load", "--at-once", "20", "--messages", "10", "--jdk"])
        .arg(newest.home())
        .env("JAVATALK_CACHE", toolbox.cache());
    let java = format!("java{}", newest.feature());
    let virtual_threads = format!("{java}-virtual");
    let columns = if newest.feature() >= VIRTUAL { 3 } else { 2 };
    let answered = format!("(?m)^messages answered( +200){{{columns}}}$");
    load.assert()
        .success()
        .stdout(contains("rust").and(contains(&java)))
        .stdout(contains(virtual_threads).count(columns - 2))
        // Each has answered 20 clients ten times.
        .stdout(predicate::str::is_match(answered).unwrap())
        .stdout(predicate::str::is_match(r"(?m)^failures( +0)+$").unwrap());
}

//! The peer in Python, and what becomes of its tests without a Python.

use std::path::{Path, PathBuf};

use javatalk::internals::system::process::Invocation;
use libtest_mimic::Failed;

/// The source of the peer.
pub(crate) const SOURCE: &str = "tests/peers/peer.py";

/// How a peer in Python is started; none if there is no Python and that has been accepted.
pub(crate) fn invocation(source: &Path) -> Result<Option<Invocation>, Failed> {
    match which::which("python3") {
        Ok(python) => Ok(Some(Invocation::new(python).arg(source))),
        Err(_) if std::env::var_os("JAVATALK_ALLOW_NOT_RUN").is_some() => {
            anstream::eprintln!(
                "\nJAVATALK_ALLOW_NOT_RUN: there is no python3 on PATH, so nothing of {} is \
                 proved\n",
                source.display()
            );
            Ok(None)
        }
        Err(_) => Err(Failed::from(
            "there is no python3 on PATH: install Python 3.9 or later, or set \
             JAVATALK_ALLOW_NOT_RUN=1 to do without",
        )),
    }
}

/// The peer as it is kept.
pub(crate) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(SOURCE)
}

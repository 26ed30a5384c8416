//! The commands that put single calls to the JVM of every JDK.

pub(crate) mod sweep;
pub(crate) mod vectors;

use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, shown};
use crate::interop::toolbox::Toolbox;
use crate::sweep::ReferenceJvm;
use crate::system::jdk::Jdk;

/// A JVM of each JDK, oldest first. Prints an error if one does not start.
fn jvms(toolbox: &Toolbox) -> Result<Vec<(&Jdk, ReferenceJvm)>, Exit> {
    let start = |jdk| {
        eprintln!("{}", shown(jdk));
        let classes = toolbox.classes(jdk).map_err(|why| {
            complain(&why);
            Exit::from(&why)
        })?;
        let jvm = ReferenceJvm::start(jdk, classes, toolbox.javatalk()).map_err(|why| {
            complain(why);
            Exit::NoJdk
        })?;
        Ok((jdk, jvm))
    };
    toolbox.jdks().iter().map(start).collect()
}

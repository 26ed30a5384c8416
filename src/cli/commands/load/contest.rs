//! The servers that a load run compares.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use super::Options;
use crate::cli::{Exit, complain};
use crate::interop::programs::announced;
use crate::system::jdk;
use crate::system::jdk::{Classes, Jdk, Lifetime, Sources};
use crate::system::process::{Invocation, Running};
use crate::system::wait::{Notify, Timeouts};

/// A kind of server that the command can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// `javatalk server --forever --print`
    Rust,
    /// `java ChatServer`, a thread for each client
    Java,
    /// `java VirtualChatServer`, a virtual thread for each client
    Virtual,
}

/// A server that is ready to be started.
pub(crate) struct Contestant {
    name: String,
    invocation: Invocation,
    javatalk: PathBuf,
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The servers that the options name, on the newest JDK. Without --server and --command these are
/// all of our own that are available.
pub(crate) fn wanted(options: &Options) -> Result<Vec<Contestant>, Exit> {
    let needs_java = |kinds: &[Kind]| kinds.iter().any(|kind| *kind != Kind::Rust);
    let all = [Kind::Rust, Kind::Java, Kind::Virtual];
    let named = !options.server.is_empty() || !options.command.is_empty();
    let kinds = if named { &options.server[..] } else { &all };
    let toolbox = if needs_java(kinds) {
        Some(options.jdks.toolbox(options.cache.clone())?)
    } else {
        options.jdks.none("no Java server takes part")?;
        None
    };
    let javatalk = match &toolbox {
        Some(toolbox) => toolbox.javatalk().to_path_buf(),
        None => std::env::current_exe().map_err(|why| {
            complain(why);
            Exit::Local
        })?,
    };
    let mut contestants = Vec::new();
    for kind in kinds {
        let newest = toolbox
            .as_ref()
            .and_then(|toolbox| Some((toolbox, toolbox.jdks().last()?)));
        let (name, invocation) = match (kind, newest) {
            (Kind::Rust, _) => {
                let arguments = ["server", "--forever", "0", "--print", "--max-clients"];
                let rust = Invocation::new(&javatalk).args(arguments).arg("1000000");
                ("rust".to_owned(), rust)
            }
            (Kind::Virtual, Some((_, jdk)))
                if jdk.feature() < Sources::WITH_VIRTUAL_THREADS.release() =>
            {
                if named {
                    complain(format!("{jdk}: virtual threads need release 21 or later"));
                    return Err(Exit::NoJdk);
                }
                continue;
            }
            (Kind::Java, Some((toolbox, jdk))) => {
                let classes = toolbox.classes(jdk).map_err(|why| {
                    complain(&why);
                    Exit::from(&why)
                })?;
                let name = format!("java{}", jdk.feature());
                (name, service(jdk, classes, "ChatServer"))
            }
            (Kind::Virtual, Some((toolbox, jdk))) => {
                let classes = Classes::of_sources(
                    Sources::WITH_VIRTUAL_THREADS,
                    jdk,
                    toolbox.jdks(),
                    toolbox.cache(),
                    toolbox.javatalk(),
                );
                let classes = classes.map_err(|why| {
                    complain(&why);
                    Exit::from(&why)
                })?;
                let name = format!("java{}-virtual", jdk.feature());
                (name, service(jdk, &classes, "VirtualChatServer"))
            }
            (Kind::Java | Kind::Virtual, None) => continue,
        };
        contestants.push(Contestant {
            name,
            invocation,
            javatalk: javatalk.clone(),
        });
    }
    contestants.extend(options.command.iter().map(|invocation| Contestant {
        name: name(invocation),
        invocation: invocation.clone(),
        javatalk: javatalk.clone(),
    }));
    number_repeated(&mut contestants);
    Ok(contestants)
}

/// The file name of the program.
fn name(invocation: &Invocation) -> String {
    let program = invocation.program();
    let file = program.file_name().unwrap_or(program.as_os_str());
    file.to_string_lossy().into_owned()
}

/// Two servers of one name are told apart by a number.
fn number_repeated(contestants: &mut [Contestant]) {
    let names: Vec<String> = contestants.iter().map(|one| one.name.clone()).collect();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        let earlier = names[..place]
            .iter()
            .filter(|name| **name == contestant.name);
        match earlier.count() {
            0 => {}
            earlier => contestant.name = format!("{}-{}", contestant.name, earlier + 1),
        }
    }
}

fn service(jdk: &Jdk, classes: &Classes, class: &str) -> Invocation {
    jdk::java(jdk, Lifetime::Service, classes.folder(), class).arg("0")
}

/// A running server; dropping this ends it.
pub(crate) struct Server {
    running: Running,
    port: u16,
}

impl Contestant {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(&self) -> Result<Server, Exit> {
        let notify = Arc::new(Notify::default());
        let failed = |why: String| {
            complain(format!("`{}`: {why}", self.invocation));
            Exit::NoConnection
        };
        let running = self
            .invocation
            .start(self.javatalk.as_path(), Vec::new(), &notify);
        let running = running.map_err(|why| failed(why.to_string()))?;
        let mut said = None;
        let waited = notify.wait(Timeouts::of_a_conversation(), || {
            said = announced(&running.stderr());
            said.is_some() || running.is_over()
        });
        match (said, waited) {
            (Some(Ok(port)), _) => Ok(Server { running, port }),
            (Some(Err(line)), _) => Err(failed(line)),
            (None, _) => {
                let stderr = running.finish().stderr;
                let said = String::from_utf8_lossy(&stderr).trim().to_owned();
                Err(failed(format!("it does not listen: {said}")))
            }
        }
    }
}

impl Server {
    /// The address it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its process ID.
    pub(crate) fn id(&self) -> Option<u32> {
        self.running.id()
    }
}

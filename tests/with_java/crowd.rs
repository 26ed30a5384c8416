//! Many clients at a time, of every peer, with each of the servers that are left running.

use std::sync::Arc;

use javatalk::internals::interop::programs::announced;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Lifetime;
use javatalk::internals::system::process::{Invocation, Running};
use javatalk::internals::system::wait::{Notify, Timeouts};

/// What all of them showed, in an order that does not depend on who came first.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    server: Vec<String>,
    clients: Vec<String>,
}

/// How often each client takes part, with lines of its own.
const TIMES: usize = 3;

pub(crate) fn concurrent_clients_of_every_peer_are_served_as_by_java(toolbox: &Arc<Toolbox>) {
    let clients = 2 * TIMES * (1 + toolbox.javas().len());
    let java = |feature: u32| {
        let server = toolbox.java(feature, Lifetime::Run, "ChatServer").unwrap();
        server.args(["0".to_owned(), clients.to_string()])
    };
    let mut javas = toolbox.javas().into_iter().rev().map(java);
    let newest = javas.next().expect("a JDK was found");
    let oracle = serve(toolbox, &newest);
    assert_eq!(oracle.clients.len(), clients);
    // Of the clients that converse each says two lines, of the others one.
    let said = |line: &&String| line.starts_with("client say:");
    assert_eq!(oracle.server.iter().filter(said).count(), clients / 2 * 3);
    for other in javas {
        assert_eq!(serve(toolbox, &other), oracle, "{other}");
    }
    let rust = Invocation::new(toolbox.javatalk())
        .args(["server", "--forever", "0", "--print", "--clients"])
        .arg(clients.to_string());
    assert_eq!(serve(toolbox, &rust), oracle);
}

/// All clients at once: those of one message, and those that converse.
fn serve(toolbox: &Toolbox, server: &Invocation) -> Shown {
    let notify = Arc::new(Notify::default());
    let start = |program: &Invocation, stdin: String| {
        program
            .start(toolbox.javatalk(), stdin.into_bytes(), &notify)
            .unwrap()
    };
    let server = start(server, String::new());
    let mut port = None;
    notify
        .wait(Timeouts::of_a_conversation(), || {
            port = announced(&server.stderr());
            port.is_some()
        })
        .expect("the server says its port");
    let address = ["localhost".to_owned(), port.unwrap().unwrap().to_string()];

    let rust = |options: &[&str]| Invocation::new(toolbox.javatalk()).args(options.iter().copied());
    let mut programs = vec![rust(&["client"]), rust(&["client", "--chat"])];
    for feature in toolbox.javas() {
        programs.push(toolbox.java(feature, Lifetime::Moment, "client").unwrap());
        programs.push(
            toolbox
                .java(feature, Lifetime::Moment, "ChatClient")
                .unwrap(),
        );
    }
    let clients: Vec<Running> = programs
        .iter()
        .cycle()
        .take(programs.len() * TIMES)
        .enumerate()
        .map(|(number, program)| {
            let program = program.clone().args(address.clone());
            start(&program, format!("{number} 世界\n{number} 😀\n"))
        })
        .collect();
    let clients = clients.into_iter().map(ended).collect();
    let mut server: Vec<String> = ended(server).lines().map(str::to_owned).collect();
    server.sort_unstable();
    Shown { server, clients }
}

/// What it printed; it must have ended well.
fn ended(program: Running) -> String {
    program
        .wait(Timeouts::of_a_conversation())
        .expect("it ends");
    let finished = program.finish();
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.exit.is_some_and(|exit| exit.success()), "{stderr}");
    String::from_utf8(finished.stdout).unwrap()
}

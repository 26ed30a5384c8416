//! Many clients at a time, of every peer, with each of the servers that are left running.

use std::sync::Arc;

use javatalk::interop::programs::announced;
use javatalk::interop::toolbox::Bench;
use javatalk::system::jdk::Lifetime;
use javatalk::system::process::{Invocation, Running};
use javatalk::system::wait::{Bell, Patience};

/// What all of them showed, in an order that does not depend on who came first.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    server: Vec<String>,
    clients: Vec<String>,
}

/// How often each client takes part, with lines of its own.
const TIMES: usize = 3;

pub(crate) fn a_crowd_of_every_peer_is_served_as_java_serves_it(bench: &Arc<Bench>) {
    let clients = 2 * TIMES * (1 + bench.javas().len());
    let java = |feature: u32| {
        let server = bench.java(feature, Lifetime::Run, "ChatServer").unwrap();
        server.args(["0".to_owned(), clients.to_string()])
    };
    let mut javas = bench.javas().into_iter().rev().map(java);
    let newest = javas.next().expect("a JDK was found");
    let oracle = serve(bench, &newest);
    assert_eq!(oracle.clients.len(), clients);
    // Of the clients that converse each says two lines, of the others one.
    let said = |line: &&String| line.starts_with("client say:");
    assert_eq!(oracle.server.iter().filter(said).count(), clients / 2 * 3);
    for other in javas {
        assert_eq!(serve(bench, &other), oracle, "{other}");
    }
    let rust = Invocation::new(bench.javatalk())
        .args(["server", "--forever", "0", "--print", "--clients"])
        .arg(clients.to_string());
    assert_eq!(serve(bench, &rust), oracle);
}

/// All clients at once: those of one message, and those that converse.
fn serve(bench: &Bench, server: &Invocation) -> Shown {
    let bell = Arc::new(Bell::default());
    let start = |program: &Invocation, stdin: String| {
        program
            .start(bench.javatalk(), stdin.into_bytes(), &bell)
            .unwrap()
    };
    let server = start(server, String::new());
    let mut port = None;
    bell.wait(Patience::of_a_conversation(), || {
        port = announced(&server.stderr());
        port.is_some()
    })
    .expect("the server says its port");
    let address = ["localhost".to_owned(), port.unwrap().unwrap().to_string()];

    let rust = |options: &[&str]| Invocation::new(bench.javatalk()).args(options.iter().copied());
    let mut programs = vec![rust(&["client"]), rust(&["client", "--chat"])];
    for feature in bench.javas() {
        programs.push(bench.java(feature, Lifetime::Moment, "client").unwrap());
        programs.push(bench.java(feature, Lifetime::Moment, "ChatClient").unwrap());
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
        .wait(Patience::of_a_conversation())
        .expect("it ends");
    let finished = program.finish();
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.exit.is_some_and(|exit| exit.success()), "{stderr}");
    String::from_utf8(finished.stdout).unwrap()
}

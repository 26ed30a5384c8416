//! Builds pairs of the programs of `room.py`, and plays them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::model::pair::run::{PairRun, ProgramRun};
use javatalk::internals::interop::model::pair::{
    Action, ActorName, Aspect, Comparison, Pattern, Port, PortNumber, ProgramCommand, ScriptStep,
    Sides, Stream, Transport, Where, Wire, Word, WordPart,
};
use javatalk::internals::interop::programs::pairs::{
    Jdks, Pair, PairCase, Player, ServerEnd, Stop, Version,
};
use javatalk::internals::interop::proxy::plan::NetworkPlan;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;

use crate::pairs::python;

/// A machine may be busy.
const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(20),
    total: Duration::from_secs(120),
};

/// A word in which `{port}` and `{host}` are placeholders.
fn word(text: &str) -> Word {
    Word(vec![match text {
        "{port}" => WordPart::Port(0),
        "{port.admin}" => WordPart::Port(1),
        "{host}" => WordPart::Host,
        "{here}" => WordPart::Here,
        text => WordPart::Text(text.to_owned()),
    }])
}

pub(super) fn command(words: &[&str]) -> ProgramCommand {
    ProgramCommand {
        text: words.join(" "),
        words: words.iter().copied().map(word).collect(),
        environment: Vec::new(),
        folder: None,
    }
}

/// `room.py` in this role, of this kind, on the port with this text.
pub(super) fn room(role: &str, port: &str, kind: &str) -> ProgramCommand {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/pairs/player/room.py");
    let source = source.display().to_string();
    command(&[python(), "-I", &source, role, port, kind])
}

/// A pair whose programs are told their port, and whose server is stopped by SIGTERM.
pub(super) fn pair(client: &str, server: &str) -> Pair {
    of_programs(
        PortNumber::Given,
        room("client", "{port}", client),
        room("server", "{port}", server),
    )
}

/// A pair with this port built into its programs.
pub(super) fn pair_on(port: u16, client: &str, server: &str) -> Pair {
    let text = port.to_string();
    of_programs(
        PortNumber::Fixed(port),
        room("client", &text, client),
        room("server", &text, server),
    )
}

/// Gives both programs one more argument.
pub(super) fn with_argument(pair: &mut Pair, argument: &str) {
    let Sides { client, server } = &mut pair.reference;
    client.words.push(word(argument));
    server.words.push(word(argument));
}

pub(super) fn of_programs(
    number: PortNumber,
    client: ProgramCommand,
    server: ProgramCommand,
) -> Pair {
    Pair {
        name: "room".to_owned(),
        here: PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
        reference: Sides { client, server },
        candidate: Sides::default(),
        compile: Vec::new(),
        ports: vec![Port {
            name: String::new(),
            transport: Transport::Tcp,
            number,
        }],
        wire: Sides {
            client: Wire::Unknown,
            server: Wire::Unknown,
        },
        jdks: Jdks::Default,
        comparison: Comparison {
            aspects: vec![Aspect::Stdout],
            masks: Vec::new(),
            unordered: Vec::new(),
            known_differences: Vec::new(),
        },
        server_end: ServerEnd::AfterClients(Stop::Terminate),
        timeout: None,
        cases: Vec::new(),
    }
}

/// A case with this script, in the words of a pair file.
pub(super) fn case(script: &str) -> PairCase {
    let lines = script.lines().map(str::trim).enumerate();
    let steps = lines.filter(|(_, line)| !line.is_empty());
    PairCase {
        name: "case".to_owned(),
        claim: "They talk.".to_owned(),
        script: steps.map(|(index, line)| step(index + 1, line)).collect(),
        arguments: Sides::default(),
        files: Sides::default(),
        networks: vec![NetworkPlan::default()],
    }
}

fn step(number: usize, line: &str) -> ScriptStep {
    let (name, rest) = line.split_once(' ').unwrap();
    let (verb, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let pattern = || Pattern::Text(text.as_bytes().to_vec());
    ScriptStep {
        actor: ActorName(Arc::from(name)),
        action: match verb {
            "starts" => Action::Start,
            "types" => Action::Type(format!("{text}\n").into_bytes()),
            "prints" => Action::Expect(Stream::Stdout, pattern()),
            "logs" => Action::Expect(Stream::Stderr, pattern()),
            "closes" => Action::Close,
            "ends" => Action::AwaitEnd,
            "stops" => Action::Stop,
            other => panic!("{other}: no such step"),
        },
        at: Where {
            line: number,
            text: line.to_owned(),
        },
    }
}

pub(super) fn player(pair: Pair) -> Player {
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        Vec::new(),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let timeouts = Timeouts {
        idle: pair.timeout.unwrap_or(PATIENCE.idle),
        ..PATIENCE
    };
    Player::new(Arc::new(pair), Arc::new(toolbox), timeouts)
}

/// What the old programs show in this script.
pub(super) fn played(pair: Pair, script: &str) -> PairRun {
    played_over("plain", pair, script)
}

/// What the old programs show in this script over this network.
pub(super) fn played_over(network: &str, pair: Pair, script: &str) -> PairRun {
    let network = network.parse().unwrap();
    player(pair)
        .play(&case(script), network, reference())
        .unwrap()
}

/// The old programs in both roles.
pub(super) fn reference() -> Sides<Version> {
    Sides {
        client: Version::Reference(None),
        server: Version::Reference(None),
    }
}

/// The program of this name.
pub(super) fn program<'a>(run: &'a PairRun, name: &str) -> &'a ProgramRun {
    run.program(&ActorName(Arc::from(name)))
        .unwrap_or_else(|| panic!("no {name} in {run:#?}"))
}

pub(super) fn stdout(run: &PairRun, name: &str) -> String {
    String::from_utf8(program(run, name).stdout.clone()).unwrap()
}

/// The bytes of each connection, by client: what the client sent, and what the server sent.
pub(super) fn wire(run: &PairRun) -> Vec<(String, String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let connections = run.connections.iter();
    connections
        .map(|connection| {
            let traffic = &connection.traffic;
            (
                format!("{} {}", connection.client, connection.number),
                text(&traffic.to_server.bytes),
                text(&traffic.to_client.bytes),
            )
        })
        .collect()
}

//! The comparison on runs that are made by hand.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::*;
use crate::interop::model::pair::run::{
    Connection, FileContent, PairEnding, PairRun, ProgramEnd, ProgramRun, WaitsFor,
};
use crate::interop::model::pair::{
    Action, ActorName, FieldType, Mask, MaskTarget, Pattern, PortNumber, Stream, Transport,
    Unordered, Where,
};
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::model::traffic::{End, Traffic};
use crate::interop::model::verdict::{Part, Verdict};
use crate::system::process::Exit;

const PAIRING: Pairing = Pairing {
    client: Participant::ExternalPeer("candidate"),
    server: Participant::ExternalPeer("reference"),
};

fn actor(name: &str) -> ActorName {
    ActorName(name.into())
}

/// A run under construction: each event happens after the one before.
#[derive(Clone)]
struct Made {
    run: PairRun,
    now: Instant,
    transport: Transport,
}

impl Made {
    /// A run of a server and these clients, which all succeed.
    fn of(clients: &[&str]) -> Self {
        let program = |name: &str, role| ProgramRun {
            name: actor(name),
            role,
            stdout: Vec::new(),
            stderr: Vec::new(),
            printed: Vec::new(),
            logged: Vec::new(),
            end: ProgramEnd::Exited(Exit::Code(0)),
            files: BTreeMap::new(),
        };
        let clients = clients.iter().map(|name| program(name, Role::Client));
        Self {
            run: PairRun {
                programs: std::iter::once(program("server", Role::Server))
                    .chain(clients)
                    .collect(),
                connections: Vec::new(),
                steps: Vec::new(),
                unobserved: None,
                ending: PairEnding::Complete,
            },
            now: Instant::now(),
            transport: Transport::Tcp,
        }
    }

    fn tick(&mut self) -> Instant {
        self.now += Duration::from_millis(1);
        self.now
    }

    fn program(&mut self, name: &str) -> &mut ProgramRun {
        let mut programs = self.run.programs.iter_mut();
        programs.find(|program| *program.name.0 == *name).unwrap()
    }

    fn prints(mut self, name: &str, text: &str) -> Self {
        let now = self.tick();
        let program = self.program(name);
        program.stdout.extend(text.bytes());
        program.printed.push((program.stdout.len(), now));
        self
    }

    fn logs(mut self, name: &str, text: &str) -> Self {
        let now = self.tick();
        let program = self.program(name);
        program.stderr.extend(text.bytes());
        program.logged.push((program.stderr.len(), now));
        self
    }

    fn ends(mut self, name: &str, end: ProgramEnd) -> Self {
        self.program(name).end = end;
        self
    }

    fn leaves(mut self, name: &str, path: &str, text: &str) -> Self {
        let content = FileContent::Bytes(text.as_bytes().to_vec());
        self.program(name).files.insert(path.into(), content);
        self
    }

    /// The last connection of this client, which is made if there is none.
    fn wire(&mut self, client: &str) -> &mut Traffic {
        let of = |c: &Connection| *c.client.0 == *client;
        if !self.run.connections.iter().any(of) {
            return self.connect(client);
        }
        let last = self.run.connections.iter_mut().rfind(|c| of(c));
        &mut last.unwrap().traffic
    }

    fn connect(&mut self, client: &str) -> &mut Traffic {
        let own = self.run.connections.iter();
        let number = own.filter(|c| *c.client.0 == *client).count();
        self.run.connections.push(Connection {
            client: actor(client),
            port: 0,
            transport: self.transport,
            number,
            traffic: Traffic::default(),
        });
        &mut self.run.connections.last_mut().unwrap().traffic
    }

    fn connects_again(mut self, client: &str) -> Self {
        self.connect(client);
        self
    }

    fn sends(mut self, client: &str, bytes: &str) -> Self {
        let now = self.tick();
        self.wire(client).pass(Role::Client, bytes.as_bytes(), now);
        self
    }

    fn answers(mut self, client: &str, bytes: &str) -> Self {
        let now = self.tick();
        self.wire(client).pass(Role::Server, bytes.as_bytes(), now);
        self
    }

    /// The connection of this client, closed by `role` and then by the other.
    fn closed_by(mut self, client: &str, role: Role) -> Self {
        let wire = self.wire(client);
        wire.end(role, End::Finished);
        wire.end(role.other(), End::Finished);
        self
    }

    fn step(mut self) -> Self {
        let now = self.tick();
        self.run.steps.push(now);
        self
    }

    fn ending(mut self, ending: PairEnding) -> Self {
        self.run.ending = ending;
        self
    }

    fn udp(mut self) -> Self {
        self.transport = Transport::Udp;
        self
    }
}

/// The rules of a pair, with the defaults of a pair file.
struct Pairs {
    comparison: Comparison,
    script: Vec<ScriptStep>,
    ports: Vec<Port>,
    wire: Sides<Wire>,
    by_itself: bool,
}

impl Default for Pairs {
    fn default() -> Self {
        Self {
            comparison: Comparison {
                aspects: vec![Aspect::Stdout, Aspect::Success, Aspect::Wire],
                masks: Vec::new(),
                unordered: Vec::new(),
                known_differences: Vec::new(),
            },
            script: Vec::new(),
            ports: vec![Port {
                name: String::new(),
                transport: Transport::Tcp,
                number: PortNumber::Fixed(2017),
            }],
            wire: Sides {
                client: Wire::Unknown,
                server: Wire::Unknown,
            },
            by_itself: false,
        }
    }
}

impl Pairs {
    fn comparing(aspects: &[Aspect]) -> Self {
        let mut pairs = Self::default();
        pairs.comparison.aspects = aspects.to_vec();
        pairs
    }

    fn masking(pattern: &str) -> Self {
        let mut pairs = Self::default();
        pairs.comparison.masks.push(Mask {
            name: "mask".to_owned(),
            pattern: regex::bytes::Regex::new(pattern).unwrap(),
            replacement: b"<mask>".to_vec(),
            targets: vec![
                MaskTarget::Stdout,
                MaskTarget::Stderr,
                MaskTarget::Files,
                MaskTarget::Wire,
            ],
        });
        pairs
    }

    fn knowing(mut self, matches: &str) -> Self {
        self.comparison.known_differences.push(KnownPairDifference {
            case: None,
            pairing: None,
            matches: regex::Regex::new(matches).unwrap(),
            reason: "we know".to_owned(),
        });
        self
    }

    /// Steps of a script: who does what.
    fn playing(mut self, steps: &[(&str, Action, &str)]) -> Self {
        let steps = steps.iter().enumerate();
        let steps = steps.map(|(index, (name, action, text))| ScriptStep {
            actor: actor(name),
            action: action.clone(),
            at: Where {
                line: index + 1,
                text: (*text).to_owned(),
            },
        });
        self.script = steps.collect();
        self
    }

    fn judged(&self, oracle: &Made, seen: &Made) -> (Verdict, Vec<bool>) {
        let rules = Rules {
            case: "case",
            comparison: &self.comparison,
            known_differences: &self.comparison.known_differences,
            script: &self.script,
            ports: &self.ports,
            wire: &self.wire,
            server_ends_by_itself: self.by_itself,
        };
        let (verdict, expected) = judge(&rules, PAIRING, &oracle.run, &seen.run);
        (
            verdict,
            expected.iter().map(|known| known.occurred).collect(),
        )
    }

    fn verdict(&self, oracle: &Made, seen: &Made) -> Verdict {
        self.judged(oracle, seen).0
    }

    #[track_caller]
    fn passes(&self, oracle: &Made, seen: &Made) {
        let verdict = self.verdict(oracle, seen);
        assert_eq!(verdict, Verdict::Pass, "{verdict}");
    }

    /// Who is blamed, and what is said.
    #[track_caller]
    fn blames(&self, oracle: &Made, seen: &Made, expected: (Role, Part), said: &str) {
        let verdict = self.verdict(oracle, seen);
        let blame = verdict.divergence().unwrap_or_else(|| panic!("{verdict}"));
        assert_eq!((blame.role, blame.part), expected, "{verdict}");
        assert_eq!(blame.peer, PAIRING.peer(blame.role));
        assert_eq!(blame.detail, said);
        assert!(!verdict.is_green());
    }
}

fn text(text: &str) -> Pattern {
    Pattern::Text(text.as_bytes().to_vec())
}

fn expects(pattern: &str) -> Action {
    Action::Expect(Stream::Stdout, text(pattern))
}

fn types(line: &str) -> Action {
    Action::Type(line.as_bytes().to_vec())
}

/// A client that asks and prints the answer.
fn echo(request: &str, answer: &str, printed: &str) -> Made {
    Made::of(&["client"])
        .prints("client", "say: ")
        .sends("client", request)
        .answers("client", answer)
        .prints("client", printed)
        .closed_by("client", Role::Client)
}

#[test]
fn equal_runs_pass_and_silent_ones_are_vacuous() {
    let rules = Pairs::default();
    let made = echo("hi\n", "HI\n", "HI\n");
    rules.passes(&made, &made.clone());
    let silent = Made::of(&["client"]);
    assert_eq!(rules.verdict(&silent, &silent.clone()), Verdict::Vacuous);
    // All that was printed is masked, so that nothing is compared.
    let masked = Pairs::masking("(?s).*");
    assert_eq!(masked.verdict(&made, &made.clone()), Verdict::Vacuous);
}

#[test]
fn a_wrong_byte_is_blamed_on_its_writer_and_not_on_those_who_read_it() {
    Pairs::default().blames(
        &echo("hi\n", "HI\n", "HI\n"),
        &echo("hi\n", "HU\n", "HU\n"),
        (Role::Server, Part::Encoder),
        r#"the bytes on the wire differ at byte 1: 55 0a "HU\n", the oracle's 49 0a "HI\n""#,
    );
    Pairs::default().blames(
        &echo("hi\n", "HI\n", "HI\n"),
        &echo("ho\n", "HO\n", "HO\n"),
        (Role::Client, Part::Encoder),
        r#"the bytes on the wire differ at byte 1: 6f 0a "ho\n", the oracle's 69 0a "hi\n""#,
    );
}

#[test]
fn wrong_output_after_equal_bytes_is_the_decoders() {
    // The prompt has no line end: what follows it is no greeting.
    Pairs::default().blames(
        &echo("hi\n", "HI\n", "HI\n"),
        &echo("hi\n", "HI\n", "HU\n"),
        (Role::Client, Part::Decoder),
        r#"stdout differs at byte 6: prints "say: HU\n", the oracle "say: HI\n""#,
    );
}

#[test]
fn wrong_output_before_any_byte_is_the_greetings() {
    let made = |prompt: &str| {
        Made::of(&["client"])
            .prints("client", prompt)
            .sends("client", "hi\n")
            .answers("client", "HI\n")
            .prints("client", "HI\n")
            .closed_by("client", Role::Client)
    };
    Pairs::default().blames(
        &made("say: "),
        &made("tell: "),
        (Role::Client, Part::Greeting),
        r#"stdout differs at byte 0: prints "tell: HI\n", the oracle "say: HI\n""#,
    );
}

#[test]
fn a_missing_answer_is_blamed_and_not_the_output_that_it_would_have_caused() {
    let seen = Made::of(&["client"])
        .prints("client", "say: ")
        .sends("client", "hi\n")
        .ends("client", ProgramEnd::Killed)
        .ending(PairEnding::Waiting(
            vec![
                (actor("client"), WaitsFor::Bytes),
                (actor("server"), WaitsFor::Bytes),
            ],
            None,
        ));
    let verdict = Pairs::default().verdict(&echo("hi\n", "HI\n", "HI\n"), &seen);
    assert_eq!(
        verdict.to_string(),
        r#"deadlock: the encoder of reference as server: the bytes on the wire differ at byte 0: nothing more, the oracle's 48 49 0a "HI\n"; then client waits for bytes and server waits for bytes"#
    );
}

/// Two clients of a chat room: what one sends reaches the other.
fn room(relayed: &str) -> Made {
    Made::of(&["x", "o"])
        .sends("x", "hello\n")
        .step()
        .answers("o", relayed)
        .prints("o", relayed)
        .step()
        .closed_by("x", Role::Client)
        .closed_by("o", Role::Client)
}

fn room_rules() -> Pairs {
    Pairs::default().playing(&[
        ("x", types("hello\n"), "x types hello"),
        ("o", expects("hello"), "o prints hello"),
    ])
}

#[test]
fn the_server_is_blamed_for_what_it_sends_to_another_client() {
    room_rules().blames(
        &room("hello\n"),
        &room("hallo\n"),
        (Role::Server, Part::Encoder),
        "to client o after line 1 (`x types hello`): the bytes on the wire differ at byte 1: 61 6c 6c 6f 0a \
         \"hallo\\n\", the oracle's 65 6c 6c 6f 0a \"hello\\n\"",
    );
}

#[test]
fn an_expectation_that_stays_open_names_its_step_and_both_texts() {
    let rules = Pairs {
        comparison: Comparison {
            aspects: vec![Aspect::Success],
            ..Pairs::default().comparison
        },
        ..room_rules()
    };
    let at = Where {
        line: 2,
        text: "o prints hello".to_owned(),
    };
    let seen = room("hullo\n").ending(PairEnding::Waiting(
        vec![(actor("o"), WaitsFor::Bytes)],
        Some(at.clone()),
    ));
    let verdict = rules.verdict(&room("hello\n"), &seen);
    assert_eq!(
        verdict.to_string(),
        r#"deadlock: o waits for bytes, at line 2 (`o prints hello`): o has printed "hullo\n", in the oracle's run "hello""#
    );
    let blame = verdict.divergence().unwrap();
    assert_eq!((blame.role, blame.part), (Role::Client, Part::Contract));
    let ended = room("").ending(PairEnding::EndedBefore(actor("o"), at));
    rules.blames(
        &room("hello\n"),
        &ended,
        (Role::Client, Part::Contract),
        r#"client o: client o ended with exit code 0 before line 2 (`o prints hello`) was satisfied: o has printed nothing since then, in the oracle's run "hello""#,
    );
}

#[test]
fn a_connection_that_is_missing_or_too_much_is_the_clients() {
    let once = echo("hi\n", "HI\n", "HI\n");
    let twice = once
        .clone()
        .connects_again("client")
        .sends("client", "again\n")
        .closed_by("client", Role::Client);
    Pairs::default().blames(
        &twice,
        &once,
        (Role::Client, Part::Contract),
        "does not make connection 2, which the oracle makes",
    );
    Pairs::default().blames(
        &once,
        &twice,
        (Role::Client, Part::Contract),
        "makes connection 2, which the oracle does not make",
    );
}

#[test]
fn a_second_connection_is_named() {
    let made = |answer: &str| {
        echo("hi\n", "1\n", "1\n")
            .connects_again("client")
            .sends("client", "hi\n")
            .answers("client", answer)
            .closed_by("client", Role::Client)
    };
    Pairs::default().blames(
        &made("2\n"),
        &made("1\n"),
        (Role::Server, Part::Encoder),
        r#"on connection 2: the bytes on the wire differ at byte 0: 31 0a "1\n", the oracle's 32 0a "2\n""#,
    );
}

#[test]
fn a_server_that_closes_too_early_is_blamed_for_what_the_client_then_lacks() {
    let oracle = echo("one\n", "1\n", "1\n").sends("client", "two\n");
    let mut early = Made::of(&["client"])
        .prints("client", "say: ")
        .sends("client", "one\n")
        .answers("client", "1\n")
        .closed_by("client", Role::Server)
        .prints("client", "1\n");
    early = early.ends("client", ProgramEnd::Exited(Exit::Code(1)));
    Pairs::default().blames(
        &oracle,
        &early,
        (Role::Server, Part::Close),
        "it closes the connection first, after 4 bytes of the client; in the oracle's run the client \
         does, after 8",
    );
}

#[test]
fn the_close_comes_before_the_exit_status_and_both_after_the_content() {
    let made = echo("hi\n", "HI\n", "HI\n");
    let mut reset = made
        .clone()
        .ends("client", ProgramEnd::Exited(Exit::Code(3)));
    Pairs::default().blames(
        &made,
        &reset,
        (Role::Client, Part::Exit),
        "ends with exit code 3, the oracle with exit code 0",
    );
    reset.wire("client").to_server.end = End::Reset;
    Pairs::default().blames(
        &made,
        &reset,
        (Role::Client, Part::Close),
        "its direction is reset, the oracle's closed; it ends with exit code 3",
    );
}

#[test]
fn exit_statuses_are_compared_as_far_as_asked() {
    let made =
        |code| echo("hi\n", "HI\n", "HI\n").ends("client", ProgramEnd::Exited(Exit::Code(code)));
    Pairs::default().passes(&made(1), &made(2));
    Pairs::comparing(&[Aspect::Stdout, Aspect::ExitStatus]).blames(
        &made(1),
        &made(2),
        (Role::Client, Part::Exit),
        "ends with exit code 2, the oracle with exit code 1",
    );
}

#[test]
fn how_a_server_stops_is_compared_on_request() {
    let made = |end| echo("hi\n", "HI\n", "HI\n").ends("server", end);
    let stopped = made(ProgramEnd::Stopped(Exit::Code(143)));
    let by_signal = made(ProgramEnd::Stopped(Exit::Signal(15)));
    let by_itself = made(ProgramEnd::Exited(Exit::Code(0)));
    let failed = made(ProgramEnd::Exited(Exit::Code(1)));
    Pairs::default().passes(&stopped, &by_signal);
    Pairs::default().blames(
        &stopped,
        &by_itself,
        (Role::Server, Part::Exit),
        "ends by itself with exit code 0; the oracle goes on until it is told to stop",
    );
    Pairs::default().blames(
        &by_itself,
        &stopped,
        (Role::Server, Part::Exit),
        "goes on until it is told to stop; the oracle ends by itself with exit code 0",
    );
    Pairs::default().blames(
        &stopped,
        &failed,
        (Role::Server, Part::Exit),
        "ends by itself with exit code 1; the oracle goes on until it is told to stop",
    );
    let stop = Pairs::comparing(&[Aspect::Stdout, Aspect::Stop]);
    stop.passes(&stopped, &by_signal);
    stop.blames(
        &stopped,
        &by_itself,
        (Role::Server, Part::Stop),
        "ends by itself with exit code 0; the oracle ends with exit code 143 when it is told to stop",
    );
}

#[test]
fn stderr_is_compared_on_request() {
    let made = |text: &str| echo("hi\n", "HI\n", "HI\n").logs("server", text);
    Pairs::default().passes(&made("a\n"), &made("b\n"));
    Pairs::comparing(&[Aspect::Stdout, Aspect::Stderr]).blames(
        &made("a\n"),
        &made("b\n"),
        (Role::Server, Part::Stderr),
        r#"stderr differs at byte 0: logs "b\n", the oracle "a\n""#,
    );
}

#[test]
fn files_are_compared_on_request_and_may_be_masked() {
    let rules = Pairs::comparing(&[Aspect::Stdout, Aspect::Files]);
    let made = || echo("hi\n", "HI\n", "HI\n");
    let one = made().leaves("server", "log.txt", "a\nb\n");
    let other = made().leaves("server", "log.txt", "a\nc\n");
    Pairs::default().passes(&one, &other);
    rules.blames(
        &one,
        &other,
        (Role::Server, Part::Files),
        r#"the file log.txt differs at byte 2, line 2: "c\n", the oracle's "b\n""#,
    );
    rules.blames(
        &one,
        &made(),
        (Role::Server, Part::Files),
        "leaves no file log.txt, the oracle does",
    );
    rules.blames(
        &made(),
        &one,
        (Role::Server, Part::Files),
        "leaves a file log.txt, the oracle does not",
    );
    let mut masked = Pairs::masking("[bc]");
    masked.comparison.aspects = rules.comparison.aspects;
    masked.passes(&one, &other);
}

#[test]
fn masked_text_may_differ_on_stdout_and_on_the_wire() {
    let made = |time: &str| {
        echo(
            "time\n",
            &format!("{time} ok\n"),
            &format!("it is {time}\n"),
        )
    };
    let rules = Pairs::masking(r"\d\d:\d\d");
    rules.passes(&made("10:00"), &made("11:59"));
    rules.blames(
        &made("10:00"),
        &made("1:00"),
        (Role::Server, Part::Encoder),
        r#"the bytes on the wire differ at byte 0: 31 3a 30 30 20 6f 6b 0a "1:00 ok\n", the oracle's 3c 6d 61 73 6b 3e 20 6f "<mask> ok\n""#,
    );
}

#[test]
fn unordered_lines_are_compared_as_a_multiset() {
    let made = |lines: &str| echo("hi\n", "HI\n", "").prints("server", lines);
    let mut rules = Pairs::default();
    rules.comparison.unordered.push(Unordered {
        target: MaskTarget::Stdout,
        from: None,
        to: None,
    });
    rules.passes(&made("a\nb\na\n"), &made("b\na\na\n"));
    rules.blames(
        &made("a\nb\na\n"),
        &made("b\na\nc\n"),
        (Role::Server, Part::Decoder),
        r#"stdout has the line "c" in place of the oracle's "a" (in any order)"#,
    );
    rules.blames(
        &made("a\nb\nb\n"),
        &made("b\na\n"),
        (Role::Server, Part::Decoder),
        r#"stdout lacks the line "b" of the oracle (in any order)"#,
    );
}

#[test]
fn datagrams_are_compared_with_their_boundaries() {
    let made = |datagrams: &[&str]| {
        let mut made = Made::of(&["client"]).udp();
        for datagram in datagrams {
            made = made.sends("client", datagram);
        }
        made
    };
    let rules = Pairs::default();
    rules.passes(&made(&["ab", "c"]), &made(&["ab", "c"]));
    rules.blames(
        &made(&["ab", "c"]),
        &made(&["a", "bc"]),
        (Role::Client, Part::Encoder),
        r#"datagram 1 differs: 1 bytes, "a", the oracle's 2 bytes, "ab""#,
    );
    rules.blames(
        &made(&["ab", "c"]),
        &made(&["ab"]),
        (Role::Client, Part::Encoder),
        r#"datagram 2 differs: none, the oracle's 1 bytes, "c""#,
    );
}

#[test]
fn fields_of_the_wire_are_named() {
    let mut rules = Pairs::default();
    rules.wire.client = Wire::Fields(vec![FieldType::Int, FieldType::Utf]);
    rules.blames(
        &echo("\0\0\0\u{5}\0\u{2}hi", "", ""),
        &echo("\0\0\0\u{6}\0\u{2}hi", "", ""),
        (Role::Client, Part::Encoder),
        "the bytes on the wire differ at byte 3: 06 00 02 68 69, the oracle's 05 00 02 68 69 (in int 6, the \
         oracle's int 5)",
    );
}

#[test]
fn a_known_difference_is_green_and_excuses_nothing_else() {
    let (oracle, seen) = (echo("hi\n", "HI\n", "HI\n"), echo("hi\n", "HI\n", "HU\n"));
    let rules = Pairs::default().knowing(r#"prints "say: HU"#);
    let (verdict, occurred) = rules.judged(&oracle, &seen);
    assert!(matches!(&verdict, Verdict::KnownDifference(_, reason) if reason == "we know"));
    assert_eq!((verdict.is_green(), occurred), (true, vec![true]));
    assert_eq!(
        rules.judged(&oracle, &oracle.clone()),
        (Verdict::Pass, vec![false])
    );
    let worse = seen.ends("server", ProgramEnd::Exited(Exit::Code(1)));
    let (verdict, occurred) = rules.judged(&oracle, &worse);
    assert_eq!(verdict.divergence().unwrap().part, Part::Exit);
    assert_eq!((verdict.is_green(), occurred), (false, vec![true]));
}

#[test]
fn both_waiting_in_the_same_place_is_equal() {
    let waits = |names: &[&str]| {
        let waiting = names.iter().map(|name| (actor(name), WaitsFor::Bytes));
        echo("hi\n", "HI\n", "HI\n").ending(PairEnding::Waiting(waiting.collect(), None))
    };
    let rules = Pairs::default();
    rules.passes(&waits(&["client", "server"]), &waits(&["server", "client"]));
    let verdict = rules.verdict(&waits(&["client", "server"]), &waits(&["client"]));
    assert!(matches!(verdict, Verdict::Deadlock(_)), "{verdict}");
    let complete = echo("hi\n", "HI\n", "HI\n");
    rules.blames(
        &waits(&["client", "server"]),
        &complete,
        (Role::Client, Part::Exit),
        "comes to its end; in the oracle's run client waits for bytes and server waits for bytes",
    );
}

#[test]
fn an_oracle_that_does_not_end_says_what_to_write() {
    let refused = |rules: &Pairs, ending: PairEnding| {
        let oracle = echo("hi\n", "HI\n", "HI\n").ending(ending);
        match rules.verdict(&oracle, &oracle.clone()) {
            Verdict::NotRun(why) => why,
            other => panic!("{other}"),
        }
    };
    let by_itself = Pairs {
        by_itself: true,
        ..Pairs::default()
    };
    let accepts = vec![(actor("server"), WaitsFor::Accept)];
    let why = refused(&by_itself, PairEnding::Waiting(accepts.clone(), None));
    assert!(
        why.contains("say `server-end = \"after-clients\"`"),
        "{why}"
    );
    let why = refused(
        &Pairs::default(),
        PairEnding::NoListener(0, Duration::from_secs(5)),
    );
    assert!(
        why.contains("did not listen on port 2017 within 5s")
            && why.contains("port = { transport = \"udp\", number = 2017 }"),
        "{why}"
    );
    let at = || {
        Some(Where {
            line: 2,
            text: "o prints hello".to_owned(),
        })
    };
    let mut both = accepts;
    both.push((actor("o"), WaitsFor::Bytes));
    let oracle = room("hullo\n").ending(PairEnding::Waiting(both, at()));
    let verdict = room_rules().verdict(&oracle, &oracle.clone());
    assert_eq!(
        verdict.to_string(),
        "not run: there is no oracle: the old programs alone do not come to an end: server waits for a \
         client and o waits for bytes, at line 2 (`o prints hello`): o has printed \"hullo\\n\": the \
         server waits for another client: start it before line 2 (`o prints hello`), or correct the step"
    );
    let stdin = vec![(actor("o"), WaitsFor::Stdin)];
    let oracle = room("hullo\n").ending(PairEnding::Waiting(stdin, at()));
    let verdict = room_rules().verdict(&oracle, &oracle.clone()).to_string();
    assert!(
        verdict.contains("o waits for its stdin: let it type"),
        "{verdict}"
    );
}

#[test]
fn a_comparison_of_nothing_is_not_green() {
    let mut made = echo("hi\n", "HI\n", "HI\n");
    made.run.unobserved = Some("no namespaces".to_owned());
    let verdict = Pairs::comparing(&[Aspect::Wire]).verdict(&made, &made.clone());
    assert!(!verdict.is_green(), "{verdict}");
    Pairs::default().passes(&made, &made.clone());
}

#[test]
fn a_crash_is_blamed_on_who_sent_the_wrong_bytes() {
    let crashed = |made: Made| made.ending(PairEnding::Crashed(actor("client"), Exit::Signal(6)));
    let oracle = echo("hi\n", "HI\n", "HI\n");
    let seen = crashed(echo("hi\n", "HI\n", ""));
    let verdict = Pairs::default().verdict(&oracle, &seen);
    assert_eq!(
        verdict.to_string(),
        "crash: the client crashed: killed by signal 6"
    );
    let seen = crashed(echo("hi\n", "HU\n", ""));
    let verdict = Pairs::default().verdict(&oracle, &seen);
    assert_eq!(verdict.divergence().unwrap().role, Role::Server);
}

//! What is compared, and what may differ: each aspect, masks, unordered lines, known differences.

use javatalk::internals::interop::model::pair::run::ProgramEnd;
use javatalk::internals::interop::model::pair::{Aspect, FieldType, MaskTarget, Unordered, Wire};
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::system::process::Exit;

use super::made::{Made, Pairs, echo};

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
fn a_known_difference_excuses_its_lines_and_not_those_behind_it() {
    let made = |lines: &str| echo("hi\n", "HI\n", lines);
    let oracle = made("version 1\nHI\nbye\n");
    let rules = Pairs::default().knowing("version 2");
    let (verdict, _) = rules.judged(&oracle, &made("version 2\nHI\nbye\n"));
    assert!(matches!(verdict, Verdict::KnownDifference(..)), "{verdict}");
    rules.blames(
        &oracle,
        &made("version 2\nHI\nby\n"),
        (Role::Client, Part::Decoder),
        r#"stdout differs at byte 20: prints "by\n", the oracle "bye\n""#,
    );
    let both = Pairs::default().knowing("version 2").knowing("prints \"by");
    let (verdict, occurred) = both.judged(&oracle, &made("version 2\nHI\nby\n"));
    assert!(verdict.is_green(), "{verdict}");
    assert_eq!(occurred, [true, true]);
}

#[test]
fn a_comparison_of_nothing_is_not_green() {
    let mut made = echo("hi\n", "HI\n", "HI\n");
    made.run.unobserved = Some("no namespaces".to_owned());
    let verdict = Pairs::comparing(&[Aspect::Wire]).verdict(&made, &made.clone());
    assert!(!verdict.is_green(), "{verdict}");
    Pairs::default().passes(&made, &made.clone());
}

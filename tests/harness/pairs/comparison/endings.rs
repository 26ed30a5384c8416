//! Runs that do not come to their end, of the pairing or of the oracle.

use std::time::Duration;

use javatalk::internals::interop::compare::pairs::Told;
use javatalk::internals::interop::model::pair::run::{PairEnding, ProgramEnd, WaitsFor};
use javatalk::internals::interop::model::pair::{Aspect, Comparison, Where};
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::system::process::Exit;

use super::made::{Made, Pairs, actor, echo, expects, room, room_rules};

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
fn an_old_server_that_goes_on_after_it_was_told_to_end_judges_nothing() {
    let killed = || echo("hi\n", "HI\n", "HI\n").ends("server", ProgramEnd::Killed);
    let quit = |told| Pairs {
        told,
        ..Pairs::default()
    };
    for (told, at) in [(Told::Server, "it"), (Told::Client, "one more client")] {
        let rules = quit(Some((told, &b"quit\n"[..])));
        assert_eq!(
            rules.verdict(&killed(), &killed()).to_string(),
            format!(
                "not run: with the old programs alone, the server goes on after \"quit\\n\" was typed \
                 at {at}; correct server-end, or say \"after-clients\""
            )
        );
        let broken = Pairs {
            breaks: true,
            ..rules
        };
        broken.passes(&killed(), &killed());
    }
    quit(None).passes(&killed(), &killed());
}

#[test]
fn both_breaking_off_in_the_same_place_is_equal_if_the_network_breaks() {
    let rules = Pairs::default().playing(&[("o", expects("hello"), "o prints hello")]);
    let at = Where {
        line: 1,
        text: "o prints hello".to_owned(),
    };
    let room = || Made::of(&["o"]).sends("o", "hi");
    let ended = || room().ending(PairEnding::EndedBefore(actor("o"), at.clone()));
    assert!(matches!(
        rules.verdict(&ended(), &ended()),
        Verdict::NotRun(why) if why.contains("correct line 1")
    ));
    let rules = Pairs {
        breaks: true,
        ..rules
    };
    assert_eq!(rules.verdict(&ended(), &ended()), Verdict::Pass);
    rules.blames(
        &ended(),
        &room(),
        (Role::Client, Part::Contract),
        "client o: does what line 1 (`o prints hello`) waits for; in the oracle's run o ends before",
    );
    rules.blames(
        &room(),
        &ended(),
        (Role::Client, Part::Contract),
        "client o: client o ended with exit code 0 before line 1 (`o prints hello`) was satisfied: o \
         has printed nothing since then, in the oracle's run nothing more",
    );
}

#[test]
fn a_step_that_differs_in_its_capital_letters_alone_says_so() {
    let rules = Pairs::default().playing(&[("o", expects("Word:"), "o prints Word:")]);
    let at = Where {
        line: 1,
        text: "o prints Word:".to_owned(),
    };
    let says = |printed: &str, ending: PairEnding, advice: &str| {
        let run = Made::of(&["o"]).prints("o", printed).ending(ending);
        match rules.verdict(&run, &run.clone()) {
            Verdict::NotRun(why) => assert!(why.ends_with(advice), "{why}"),
            other => panic!("{other}"),
        }
    };
    let ended = || PairEnding::EndedBefore(actor("o"), at.clone());
    let waits = || PairEnding::Waiting(vec![(actor("o"), WaitsFor::Bytes)], Some(at.clone()));
    for ending in [ended(), waits()] {
        says(
            "hello\nWORD: ",
            ending,
            ": correct line 1 (`o prints Word:`): it is printed as \"WORD:\", and capital letters count",
        );
    }
    let line = "line 1 (`o prints Word:`)";
    says(
        "WORT: ",
        ended(),
        &format!(": correct {line}, or what o is given before it"),
    );
    says(
        "WORT: ",
        waits(),
        &format!(": correct {line}: the old programs do not print this there"),
    );
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
        "not run: there is no oracle: with the old programs alone, server waits for a \
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

#[test]
fn a_client_that_never_connects_is_blamed_and_not_what_its_server_then_lacks() {
    let oracle = echo("hi\n", "HI\n", "HI\n").prints("server", "got hi\n");
    let seen = Made::of(&["client"])
        .prints("client", "say: ")
        .ending(PairEnding::NeverConnected(actor("client")));
    let verdict = Pairs::default().verdict(&oracle, &seen);
    assert!(
        matches!(verdict, Verdict::ProtocolViolation(_)),
        "{verdict}"
    );
    let blame = verdict.divergence().unwrap();
    assert_eq!((blame.role, blame.part), (Role::Client, Part::Contract));
    assert_eq!(
        verdict.to_string(),
        "protocol violation: the client never connected"
    );
}

#[test]
fn an_old_client_that_never_connects_is_an_outcome_like_any_other() {
    let refuses = |status, usage: &str| {
        let status = ProgramEnd::Exited(Exit::Code(status));
        let ended = Made::of(&["client"])
            .logs("client", usage)
            .ends("client", status);
        ended.ending(PairEnding::NotStarted(
            actor("client"),
            "old more".to_owned(),
            Exit::Code(1),
        ))
    };
    let rules = Pairs::comparing(&[Aspect::Stdout, Aspect::ExitStatus, Aspect::Wire]);
    rules.passes(&refuses(1, "usage\n"), &refuses(1, "Usage!\n"));
    rules.blames(
        &refuses(1, "usage\n"),
        &refuses(2, "usage\n"),
        (Role::Client, Part::Exit),
        r#"ends with exit code 2, the oracle with exit code 1; its stderr says "usage""#,
    );
    let verdict = rules.verdict(&refuses(1, "usage\n"), &echo("hi\n", "HI\n", ""));
    assert!(!verdict.is_green(), "{verdict}");
    // Where the author looks at neither, the command is more likely to be wrong.
    let verdict = Pairs::default().verdict(&refuses(1, "usage\n"), &refuses(1, "usage\n"));
    let said = verdict.to_string();
    assert!(
        matches!(verdict, Verdict::NotRun(_)) && said.contains("run the command by hand"),
        "{said}"
    );
    let never = Made::of(&["client"])
        .prints("client", "off line\n")
        .ending(PairEnding::NeverConnected(actor("client")));
    Pairs::default().passes(&never, &never.clone());
}

#[test]
fn a_crash_of_the_old_programs_is_no_oracle() {
    let oracle =
        echo("hi\n", "HI\n", "HI\n").ending(PairEnding::Crashed(actor("server"), Exit::Signal(11)));
    let verdict = Pairs::default().verdict(&oracle, &oracle.clone());
    assert!(matches!(verdict, Verdict::NotRun(_)), "{verdict}");
}

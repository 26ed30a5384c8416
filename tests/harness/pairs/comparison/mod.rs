//! The comparison of pairs, on runs that are made by hand: who is blamed, and for what.

mod aspects;
mod endings;
mod made;
mod suggestions;

use javatalk::internals::interop::model::pair::run::ProgramEnd;
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::traffic::End;
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::system::process::Exit;

use made::{Made, Pairs, echo, room, room_rules};

#[test]
fn equal_runs_pass_and_silent_ones_are_vacuous() {
    let rules = Pairs::default();
    let made = echo("hi\n", "HI\n", "HI\n");
    rules.passes(&made, &made.clone());
    let silent = Made::of(&["client"]);
    assert_eq!(rules.verdict(&silent, &silent.clone()), Verdict::Vacuous);
    // All that was printed is masked, so that nothing is compared.
    let masked = Pairs::masking("(?s).*");
    let verdict = masked.verdict(&made, &made.clone()).to_string();
    assert!(
        verdict.starts_with("not run: the masks hide all"),
        "{verdict}"
    );
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
fn a_server_that_wins_the_race_to_close_is_not_blamed_for_what_the_client_does_not_print() {
    let silent = Made::of(&["client"])
        .prints("client", "say: ")
        .sends("client", "one\n")
        .answers("client", "1\n")
        .closed_by("client", Role::Server);
    Pairs::default().blames(
        &echo("one\n", "1\n", "1\n"),
        &silent,
        (Role::Client, Part::Decoder),
        r#"stdout differs at byte 5: prints "say: ", the oracle "say: 1\n""#,
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

//! Rooms, dialogues and visits: shapes in which programs answer each other.

use javatalk::internals::interop::model::verdict::Part;

use super::{catches, client, passes, server};

#[test]
fn a_right_port_passes_in_every_dialogue() {
    for shape in ["room", "counter", "ledger", "quiet"] {
        passes(shape);
    }
}

#[test]
fn wrong_ports_of_a_room_are_caught() {
    for mutant in [
        client("shouts", Part::Encoder, "client x after line"),
        server("one-at-a-time", Part::Output, "(`o prints hello 2`)"),
        server("echoes-only", Part::Encoder, "to client o after line"),
        server(
            "mixes-up-names",
            Part::Encoder,
            r#""2: hi\n", the oracle's"#,
        ),
        server("forgets-who-left", Part::Decoder, r#""left 2\nleft 1\n""#),
    ] {
        catches("room", &mutant);
    }
}

#[test]
fn wrong_ports_of_a_counter_over_connections_are_caught() {
    for mutant in [
        server(
            "counts-each-alone",
            Part::Encoder,
            r#""you are visitor 1\n", the oracle's"#,
        ),
        server(
            "ends-after-one",
            Part::Close,
            "to client-2: its direction is reset, the oracle's closed; it ends by itself",
        ),
    ] {
        catches("counter", &mutant);
    }
}

#[test]
fn wrong_ports_of_a_dialogue_with_prompts_are_caught() {
    for mutant in [
        client("has-another-prompt", Part::Greeting, r#"prints "> "#),
        client(
            "has-another-status",
            Part::Exit,
            "ends with exit code 1, the oracle with exit code 3",
        ),
        client("prints-on-stderr", Part::Greeting, "prints nothing more"),
        client("rounds", Part::Decoder, r#"balance 0"#),
        server("cannot-add", Part::Encoder, r#""6\n"#),
        server("accepts-everything", Part::Encoder, r#""refused\n""#),
        server(
            "stops-answering",
            Part::Encoder,
            r#"nothing more, the oracle's 31 35 0a"#,
        ),
        server(
            "hangs-up",
            Part::Encoder,
            r#"nothing more, the oracle's 31 35 0a"#,
        ),
        server("goes-on", Part::Exit, "goes on until it is told to stop"),
        server("does-not-say-its-port", Part::Contract, "it announced"),
    ] {
        catches("ledger", &mutant);
    }
}

#[test]
fn a_port_that_answers_where_both_old_programs_wait_is_caught() {
    let answers = server("answers-half-a-line", Part::Encoder, r#""half a line""#);
    catches("quiet", &answers);
}

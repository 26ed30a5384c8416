//! What can be known of a scenario before anybody plays it.

use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::protocol::call::Method;
use javatalk::internals::interop::scenario::language::Edge;
use javatalk::internals::interop::scenario::language::coverage::Coverage;
use javatalk::internals::interop::scenario::language::simulate::{Flaw, simulate};

use super::parsed;

#[test]
fn scenarios_that_wait_forever_or_race_are_detected() {
    for (steps, flaw) in [
        ("client readInt", Flaw::Waits(vec![2])),
        (
            "client writeShort 1\nserver readInt\nserver close",
            Flaw::Waits(vec![3]),
        ),
        ("client readInt\nserver readInt", Flaw::Waits(vec![2, 3])),
        (
            "client readInt\nsync\nserver writeInt 1",
            Flaw::Waits(vec![2, 4]),
        ),
        (
            "client writeBytes \"a\\r\"\nserver readLine",
            Flaw::Waits(vec![3]),
        ),
        ("client close\nserver writeInt 1", Flaw::Races(3)),
        (
            "client writeInt 1\nclient reset\nserver readInt",
            Flaw::Races(3),
        ),
        (
            "client newObjectInputStream\nserver newObjectInputStream",
            Flaw::Waits(vec![2, 3]),
        ),
        (
            "client newObjectOutputStream\nclient writeInt 1\nserver newObjectInputStream\nserver \
             readInt",
            Flaw::Waits(vec![5]),
        ),
        (
            "client newObjectOutputStream\nclient writeObject \"a\"\nserver newObjectInputStream\n\
             server readObject\nserver readObject",
            Flaw::Waits(vec![6]),
        ),
        ("client close\nserver newObjectOutputStream", Flaw::Races(3)),
        // The first block has 1,024 bytes before JDK 24, and 1,023 since.
        (
            "client newObjectOutputStream\nclient writeUTF \"a\" * 1021 + \"\u{e9}\"",
            Flaw::Differs(3),
        ),
        // Before JDK 24 it is refused.
        (
            "client newObjectOutputStream\nclient writeUTF \"a\" * 65536",
            Flaw::Differs(3),
        ),
        // In Java the exception is collected.
        (
            "client newObjectOutputStream\nclient shutdownOutput\nclient writeObject \"a\"\nclient \
             writeInt 1",
            Flaw::Differs(5),
        ),
    ] {
        let scenario = parsed(&format!("# A claim.\n{steps}\n"))
            .scenarios()
            .remove(0);
        assert_eq!(
            simulate(&scenario, Role::Client).unwrap_err(),
            flaw,
            "{steps}"
        );
    }
}

#[test]
fn coverage_lists_the_missing_cells() {
    let text = "# A claim.\nclient writeInt 0\nserver readShort\nserver readShort\n";
    let coverage = Coverage::of(&parsed(text).scenarios());
    let cell =
        |method, edge| [Role::Client, Role::Server].map(|role| coverage.count(method, edge, role));
    assert_eq!(cell(Method::WriteInt, Edge::Zero), [1, 0]);
    assert_eq!(cell(Method::WriteInt, Edge::Mismatch), [1, 0]);
    assert_eq!(cell(Method::ReadShort, Edge::Mismatch), [0, 1]);
    assert_eq!(cell(Method::ReadShort, Edge::Pipelined), [0, 1]);
    assert_eq!(cell(Method::ReadShort, Edge::InPieces), [0, 0]);
    let missing = coverage.missing();
    assert!(missing.contains(&(Method::WriteInt, Edge::Zero, Role::Server)));
    assert!(!missing.contains(&(Method::WriteInt, Edge::Zero, Role::Client)));
    let table = coverage.to_string();
    let row = |name: &str| {
        table
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert!(
        row("writeInt ").starts_with("writeInt                 --    c-    --"),
        "{table}"
    );
    assert!(table.ends_with("5 of 738 covered\n"), "{table}");
}

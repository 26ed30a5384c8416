//! Runs beside each other: shards that are joined, and what has changed since another run.

use std::num::NonZero;

use javatalk::internals::interop::model::shard::Shard;
use javatalk::internals::interop::programs::ProgramPair;
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{Changes, Paint, Run, join};

use super::sample_run::{fails, pass, peer, run};
use super::{in_shards, mixed};

#[test]
fn changes_since_the_baseline_are_listed_by_kind() {
    let old = run(vec![
        pass("a", "rust", "rust"),
        fails("b", "rust", "rust", "differs"),
        fails("c", "rust", "rust", "differs"),
        pass("d", "rust", "rust"),
        pass("e", "rust", "rust"),
    ]);
    let new = run(vec![
        fails("a", "rust", "rust", "differs"),
        pass("b", "rust", "rust"),
        fails("c", "rust", "rust", "timeout"),
        pass("e", "rust", "rust"),
        pass("f", "rust", "rust"),
    ]);
    let changes = Changes::between(&old, &new);
    assert_eq!(
        changes.summary(),
        "since the baseline: 1 newly failing, 1 newly passing, 1 failing or passing otherwise, \
         1 new, 1 gone, 1 unchanged"
    );
    let text = report::terminal(&new, Some(&changes), Paint::Plain);
    for line in [
        "newly failing since the baseline:\n  chat::a::rust-to-rust: was pass, now differs: ",
        "newly passing since the baseline:\n  chat::b::rust-to-rust: was differs, now pass\n",
        "gone since the baseline:\n  chat::d::rust-to-rust: was pass\n",
        "new since the baseline:\n  chat::f::rust-to-rust: pass\n",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
    for text in [
        report::markdown(&new, Some(&changes)),
        report::html(&new, Some(&changes)).unwrap(),
    ] {
        assert!(text.contains("since the baseline: 1 newly failing, "));
    }
}

#[test]
fn every_row_is_in_exactly_one_shard_and_shards_are_balanced() {
    for of in [1, 2, 3, 4, 7, 100] {
        let shards = Shard::all(NonZero::new(of).unwrap());
        let mut sizes = vec![0; shards.len()];
        for row in ProgramPair::Hello.rows() {
            let holding = shards.iter().map(|shard| shard.holds("chat", &row.name));
            let holding: Vec<usize> = holding
                .enumerate()
                .filter(|(_, h)| *h)
                .map(|(i, _)| i)
                .collect();
            assert_eq!(holding.len(), 1, "{} of {of}: {holding:?}", row.name);
            sizes[holding[0]] += 1;
        }
        let fair = ProgramPair::Hello.rows().len() / shards.len();
        assert!(sizes.iter().all(|&size| size <= 2 * fair + 5), "{sizes:?}");
    }
}

#[test]
fn shards_joined_in_any_order_equal_the_whole_run() {
    let mut cases = Vec::new();
    for row in ["one", "two", "three", "four", "five", "six"] {
        for (client, server) in [("rust", "rust"), ("rust", "java25"), ("java25", "rust")] {
            cases.push(fails(row, client, server, "differs"));
        }
    }
    let whole = run(cases);
    let mut parts = in_shards(&whole, 4);
    assert_eq!(join(parts.clone()).unwrap(), whole);
    parts.reverse();
    assert_eq!(join(parts).unwrap(), whole);
}

#[test]
fn a_missing_shard_is_named() {
    let mut parts = in_shards(&mixed(), 3);
    parts.remove(1);
    let joined = join(parts).unwrap();
    let missing: Vec<String> = Shard::missing(&joined.shards)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(missing, ["2/3"]);
    assert!(Shard::missing(&mixed().shards).is_empty());
}

#[test]
fn the_error_for_results_that_cannot_be_joined_names_the_files() {
    let joined = |a: Run, b: Run| {
        join(vec![("a.json".to_owned(), a), ("b.json".to_owned(), b)])
            .unwrap_err()
            .to_string()
    };
    let changed = |change: fn(&mut Run)| {
        let mut run = mixed();
        change(&mut run);
        run
    };
    assert_eq!(
        joined(mixed(), changed(|run| run.cases[0].green = false)),
        "a.json and b.json both have chat::ascii::rust-to-java25, and differ about it"
    );
    assert_eq!(
        joined(mixed(), changed(|run| run.format = 2)),
        "b.json: these results are of format 2, and this program reads 1"
    );
    assert_eq!(
        joined(
            mixed(),
            changed(|run| run.oracle = Some("java17".to_owned()))
        ),
        "a.json and b.json were judged by different oracles"
    );
    let shard = |of| in_shards(&mixed(), of).remove(0).1;
    assert_eq!(
        joined(shard(2), shard(3)),
        "a.json and b.json are shards of different partitions"
    );
    assert_eq!(
        join(Vec::new()).unwrap_err().to_string(),
        "there are no results to join"
    );
}

#[test]
fn a_shard_judged_by_python_joins_shards_judged_by_java() {
    let raw = |name| Run {
        oracle: Some("python".to_owned()),
        cases: vec![pass(name, "rust", "rust")],
        ..mixed()
    };
    let named = |run: Run, name: &str| (name.to_owned(), run);
    for runs in [
        vec![named(raw("new"), "a"), named(mixed(), "b")],
        vec![named(mixed(), "b"), named(raw("new"), "a")],
    ] {
        assert_eq!(join(runs).unwrap().oracle, mixed().oracle);
    }
    let both = vec![named(raw("one"), "a"), named(raw("other"), "b")];
    assert_eq!(join(both).unwrap().oracle.as_deref(), Some("python"));
}

#[test]
fn joining_merges_peers_and_removes_duplicate_cases() {
    let mut other = mixed();
    other.peers = ["rust", "java17", "java25"].map(peer).to_vec();
    let joined = join(vec![("a".to_owned(), mixed()), ("b".to_owned(), other)]).unwrap();
    let names: Vec<&str> = joined.peers.iter().map(|peer| peer.name.as_str()).collect();
    assert_eq!(names, ["rust", "java17", "java25"]);
    assert_eq!(joined.cases, mixed().cases);
}

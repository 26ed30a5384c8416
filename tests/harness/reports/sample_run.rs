//! Runs that never were, for the tests of the reports.

use javatalk::internals::interop::model::evidence::{
    Event, FieldEntry, FlowEntry, PeerEntry, Side,
};
use javatalk::internals::interop::report::{Blame, CaseEntry, FORMAT, GoodEntry, Run};

/// A run with these cases, judged by java25.
pub(crate) fn run(mut cases: Vec<CaseEntry>) -> Run {
    let mut good: Vec<GoodEntry> = Vec::new();
    let mut rows: Vec<String> = Vec::new();
    for case in &mut cases {
        if !rows.contains(&case.row) {
            rows.push(case.row.clone());
        }
        case.index = rows.len();
        let entry = GoodEntry {
            suite: case.suite.clone(),
            row: case.row.clone(),
            pairing: JUDGE.to_owned(),
            events: events("c3 a9"),
        };
        if !good.contains(&entry) {
            good.push(entry);
        }
    }
    Run {
        format: FORMAT,
        javatalk: "0.1.0".to_owned(),
        seconds: 1.5,
        partial: false,
        filtered: false,
        shards: Vec::new(),
        oracle: Some("java25".to_owned()),
        peers: ["rust", "java25"].map(peer).to_vec(),
        cases,
        good,
    }
}

/// Who judges every case here.
const JUDGE: &str = "java25-to-java25";

/// A peer of this name.
pub(crate) fn peer(name: &str) -> PeerEntry {
    PeerEntry {
        name: name.to_owned(),
        what: format!("{name}, as it was then"),
        home: String::new(),
        version: "1".to_owned(),
    }
}

/// `chat::ROW::CLIENT-to-SERVER`, which passes.
pub(crate) fn pass(row: &str, client: &str, server: &str) -> CaseEntry {
    CaseEntry {
        name: format!("chat::{row}::{client}-to-{server}"),
        suite: "chat".to_owned(),
        index: 0,
        group: row.to_owned(),
        row: row.to_owned(),
        claim: format!("The claim of {row}."),
        client: client.to_owned(),
        server: server.to_owned(),
        verdict: "pass".to_owned(),
        green: true,
        detail: "pass".to_owned(),
        blame: None,
        judge: Some(JUDGE.to_owned()),
        oracle_again: 0,
        unobserved: None,
        known_differences: Vec::new(),
        masks: Vec::new(),
        advice: Vec::new(),
        with: String::new(),
        seconds: 0.25,
        seen: None,
        judged_by: None,
    }
}

/// The same with this verdict, which is not green.
pub(crate) fn fails(row: &str, client: &str, server: &str, verdict: &str) -> CaseEntry {
    let pass = pass(row, client, server);
    let pairing = format!("{client}-to-{server}");
    CaseEntry {
        verdict: verdict.to_owned(),
        green: false,
        detail: format!("{verdict}: the encoder of {client} as client: the bytes differ"),
        blame: Some(Blame {
            peer: client.to_owned(),
            role: "client".to_owned(),
            part: "encoder".to_owned(),
            method: None,
        }),
        seen: Some(side(&pairing, "e9")),
        judged_by: Some(side(JUDGE, "c3 a9")),
        ..pass
    }
}

fn side(pairing: &str, hex: &str) -> Side {
    Side {
        pairing: pairing.to_owned(),
        ending: "came to its end".to_owned(),
        unobserved: None,
        events: events(hex),
        to_server: FlowEntry {
            bytes: hex.replace(' ', ""),
            end: "closed".to_owned(),
        },
        to_client: FlowEntry::default(),
        client_stderr: "what the client said".to_owned(),
        server_stderr: String::new(),
        ..Side::default()
    }
}

/// A conversation of one message, whose body is this.
fn events(hex: &str) -> Vec<Event> {
    let event = |role: &str, text: &str, bytes| Event {
        role: Some(role.to_owned()),
        text: text.to_owned(),
        bytes,
    };
    let field = |hex: &str, meaning: &str| FieldEntry {
        hex: hex.to_owned(),
        meaning: meaning.to_owned(),
    };
    let message = vec![
        field("00 02", "length of the message"),
        field(hex, "the message"),
    ];
    vec![
        event("client", "prints \"hello\"", Vec::new()),
        event("client", "sends", message),
        event("server", "closes", Vec::new()),
    ]
}

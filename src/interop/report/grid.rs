//! The shape of the tables, the same in every report: rows are the inputs, columns the pairings.

use std::collections::BTreeMap;

use super::run::{CaseEntry, Run};

/// One table: the pairings of two programs of one suite, or those with the harness as a peer.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) suite: &'a str,
    /// Whether the harness is one of the two.
    pub(crate) raw: bool,
    /// Client and server of each column.
    pub(crate) columns: Vec<(&'a str, &'a str)>,
    /// The rows, in the order in which they were played.
    pub(crate) rows: Vec<GridRow<'a>>,
}

/// A row of a table.
#[derive(Debug)]
pub(crate) struct GridRow<'a> {
    pub(crate) group: &'a str,
    /// For each column the cases there; none where nothing was played.
    pub(crate) cells: Vec<Vec<&'a CaseEntry>>,
}

impl<'a> Grid<'a> {
    /// The tables of a run.
    pub(crate) fn of(run: &'a Run) -> Vec<Self> {
        let mut parts: Vec<(&str, bool, Vec<&CaseEntry>)> = Vec::new();
        for case in &run.cases {
            let raw = case.client == RAW || case.server == RAW;
            let part = parts.iter_mut().find(|p| (p.0, p.1) == (&case.suite, raw));
            match part {
                Some((_, _, part)) => part.push(case),
                None => parts.push((&case.suite, raw, vec![case])),
            }
        }
        parts
            .into_iter()
            .map(|(suite, raw, cases)| Self::of_part(suite, raw, &cases))
            .collect()
    }

    fn of_part(suite: &'a str, raw: bool, cases: &[&'a CaseEntry]) -> Self {
        let mut columns: Vec<(&str, &str)> = Vec::new();
        for case in cases {
            let pairing = (case.client.as_str(), case.server.as_str());
            if !columns.contains(&pairing) {
                columns.push(pairing);
            }
        }
        // With a filter the first row may lack some.
        columns.sort_by(|a, b| pairing_order(a.0, a.1).cmp(&pairing_order(b.0, b.1)));
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut rows: Vec<GridRow<'_>> = Vec::new();
        for case in cases {
            let place = *places.entry(&case.group).or_insert_with(|| {
                rows.push(GridRow {
                    group: &case.group,
                    cells: vec![Vec::new(); columns.len()],
                });
                rows.len() - 1
            });
            let pairing = (case.client.as_str(), case.server.as_str());
            if let Some(column) = columns.iter().position(|column| *column == pairing) {
                rows[place].cells[column].push(case);
            }
        }
        Self {
            suite,
            raw,
            columns,
            rows,
        }
    }
}

impl Grid<'_> {
    /// Whether the run is green with all that stands in it.
    pub(crate) fn is_green(&self) -> bool {
        let mut cells = self.rows.iter().flat_map(|row| row.cells.iter().flatten());
        cells.all(|case| case.green)
    }
}

impl<'a> GridRow<'a> {
    /// Whether nothing but passes stands in it.
    pub(crate) fn is_all_pass(&self) -> bool {
        self.cells.iter().flatten().all(|case| case.is_pass())
    }
}

/// Of several cases in one cell the one that matters most: the first that is not green, else the
/// first that is no pass, else the first.
pub(crate) fn worst<'a>(cell: &[&'a CaseEntry]) -> Option<&'a CaseEntry> {
    let first = |wanted: fn(&CaseEntry) -> bool| cell.iter().find(|case| wanted(case));
    first(|case| !case.green)
        .or_else(|| first(|case| !case.is_pass()))
        .or_else(|| cell.first())
        .copied()
}

/// The harness as a peer.
const RAW: &str = "raw";

/// Where a peer stands among the others.
type PeerOrder<'a> = (u8, u32, &'a str);

/// Where a pairing stands among the others.
pub(crate) type PairingOrder<'a> = (PeerOrder<'a>, PeerOrder<'a>);

/// The harness first, then Rust, then Java by release, then the guests by name.
pub(crate) fn peer_order(peer: &str) -> PeerOrder<'_> {
    let java = peer.strip_prefix("java").and_then(|n| n.parse().ok());
    match (peer, java) {
        (RAW, _) => (0, 0, ""),
        ("rust", _) => (1, 0, ""),
        (_, Some(feature)) => (2, feature, ""),
        (external_peer, None) => (3, 0, external_peer),
    }
}

/// By client, then by server.
pub(crate) fn pairing_order<'a>(client: &'a str, server: &'a str) -> PairingOrder<'a> {
    (peer_order(client), peer_order(server))
}

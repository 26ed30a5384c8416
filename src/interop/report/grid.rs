//! The layout of the tables, shared by all reports: a row for each input, a column for each
//! pairing.

use std::collections::BTreeMap;

use super::run::{CaseEntry, Run};
use crate::interop::model::participant::java_release;

/// One table: the pairings of two programs in a suite, or the pairings with the harness in a role.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) suite: &'a str,
    /// Whether the harness plays one of the roles.
    pub(crate) raw: bool,
    /// Client and server of each column.
    pub(crate) columns: Vec<(&'a str, &'a str)>,
    /// The rows in the order in which they were played.
    pub(crate) rows: Vec<GridRow<'a>>,
}

#[derive(Debug)]
pub(crate) struct GridRow<'a> {
    pub(crate) group: &'a str,
    /// The cases in each column; none where nothing was played.
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
        // If a filter is set, the first row may lack some pairings.
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
    /// Whether every case in the row is green.
    pub(crate) fn is_green(&self) -> bool {
        let mut cells = self.rows.iter().flat_map(|row| row.cells.iter().flatten());
        cells.all(|case| case.green)
    }
}

impl<'a> GridRow<'a> {
    /// Whether every case in the row is a pass.
    pub(crate) fn is_all_pass(&self) -> bool {
        self.cells.iter().flatten().all(|case| case.is_pass())
    }
}

/// The case in a cell that matters most: the first that is not green, else the first that is not a
/// pass, else the first.
pub(crate) fn worst<'a>(cell: &[&'a CaseEntry]) -> Option<&'a CaseEntry> {
    let first = |wanted: fn(&CaseEntry) -> bool| cell.iter().find(|case| wanted(case));
    first(|case| !case.green)
        .or_else(|| first(|case| !case.is_pass()))
        .or_else(|| cell.first())
        .copied()
}

/// The name of the harness in pairings.
const RAW: &str = "raw";

/// The sort key of a participant.
type PeerOrder<'a> = (u8, u32, &'a str);

/// The sort key of a pairing.
pub(crate) type PairingOrder<'a> = (PeerOrder<'a>, PeerOrder<'a>);

/// The order of participants: the harness, Rust, Java by release, external peers by name.
pub(crate) fn peer_order(peer: &str) -> PeerOrder<'_> {
    match (peer, java_release(peer)) {
        (RAW, _) => (0, 0, ""),
        ("rust", _) => (1, 0, ""),
        (_, Some(feature)) => (2, feature, ""),
        (external_peer, None) => (3, 0, external_peer),
    }
}

/// The order of pairings: by client, then by server.
pub(crate) fn pairing_order<'a>(client: &'a str, server: &'a str) -> PairingOrder<'a> {
    (peer_order(client), peer_order(server))
}

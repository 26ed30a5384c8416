//! Which edges of which methods the scenarios try, in each role.
//!
//! A row is a method, a column an edge of [`Edge`], and a cell lists the roles that try it. A table
//! in the code defines the edges of each method; the simulated steps show which of them a scenario
//! tries.

use std::collections::BTreeMap;
use std::fmt;

use super::edge::Edge;
use super::simulate::simulate;
use super::{Scenario, edge};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::Method;

/// How many scenarios try each edge of each method in each role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    counts: BTreeMap<(Method, Edge, Role), usize>,
}

impl Coverage {
    /// The coverage of these scenarios. A scenario that does not run to its end counts for nothing.
    pub fn of(scenarios: &[Scenario]) -> Self {
        let mut coverage = Self::default();
        for scenario in scenarios {
            for cell in cells(scenario) {
                *coverage.counts.entry(cell).or_default() += 1;
            }
        }
        coverage
    }

    /// How many scenarios try `edge` of `method` in `role`.
    pub fn count(&self, method: Method, edge: Edge, role: Role) -> usize {
        let cell = (method, edge, role);
        self.counts.get(&cell).copied().unwrap_or_default()
    }

    /// The number of cells: each edge of each method, in both roles.
    pub fn required() -> usize {
        required().count()
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        for (cell, count) in &other.counts {
            *self.counts.entry(*cell).or_default() += count;
        }
    }

    /// The cells that no scenario tries.
    pub fn missing(&self) -> Vec<(Method, Edge, Role)> {
        required()
            .filter(|&(method, edge, role)| self.count(method, edge, role) == 0)
            .collect()
    }
}

/// The table: `cs` means tried by client and server, `-` means missing, `.` means that the method
/// has no such edge.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = Method::ALL.iter().map(|method| method.name().len()).max();
        let width = width.unwrap_or_default();
        write!(f, "{:width$}", "")?;
        for edge in Edge::ALL {
            write!(f, " {:>5}", edge.heading())?;
        }
        writeln!(f)?;
        for &method in Method::ALL {
            write!(f, "{method:width$}")?;
            let edges = method.edges();
            for edge in Edge::ALL {
                let tried = |role, mark| match self.count(method, *edge, role) {
                    0 => '-',
                    _ => mark,
                };
                if edges.contains(edge) {
                    let (client, server) = (tried(Role::Client, 'c'), tried(Role::Server, 's'));
                    write!(f, "    {client}{server}")?;
                } else {
                    write!(f, "     .")?;
                }
            }
            writeln!(f)?;
        }
        for edge in Edge::ALL {
            writeln!(f, "{:>5}  {}", edge.heading(), edge.meaning())?;
        }
        let cells = required().count();
        let covered = cells - self.missing().len();
        writeln!(f, "{covered} of {cells} covered")
    }
}

/// Every cell that has to be tried.
fn required() -> impl Iterator<Item = (Method, Edge, Role)> {
    Method::ALL.iter().flat_map(|&method| {
        method
            .edges()
            .into_iter()
            .flat_map(move |edge| [Role::Client, Role::Server].map(|role| (method, edge, role)))
    })
}

/// The cells that one scenario tries, each once.
fn cells(scenario: &Scenario) -> Vec<(Method, Edge, Role)> {
    let Ok(simulated) = simulate(scenario, Role::Client) else {
        return Vec::new();
    };
    let mut cells: Vec<_> = edge::tried(scenario, &simulated)
        .into_iter()
        .filter_map(|(step, edge)| match &scenario.steps[step] {
            super::Step::Call { role, call, .. } => Some((call.method(), edge, *role)),
            super::Step::Sync { .. } => None,
        })
        .collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

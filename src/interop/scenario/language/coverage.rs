//! What the scenarios try: method by edge by role.
//!
//! A row is a method, a column an edge of [`Edge`], a cell the roles in which it is tried. Which
//! edges a method has is a table in code; what a scenario tries is worked out from its steps.

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
    /// What these scenarios try. One that cannot be played to its end tries nothing.
    pub fn of(scenarios: &[Scenario]) -> Self {
        let mut coverage = Self::default();
        for scenario in scenarios {
            for cell in cells(scenario) {
                *coverage.counts.entry(cell).or_default() += 1;
            }
        }
        coverage
    }

    /// How many scenarios try this.
    pub fn count(&self, method: Method, edge: Edge, role: Role) -> usize {
        let cell = (method, edge, role);
        self.counts.get(&cell).copied().unwrap_or_default()
    }

    /// How many cells there are: each edge of each method, in both roles.
    pub fn required() -> usize {
        required().count()
    }

    /// Adds what others try.
    pub fn add(&mut self, other: &Self) {
        for (cell, count) in &other.counts {
            *self.counts.entry(*cell).or_default() += count;
        }
    }

    /// What no scenario tries, though it should be tried.
    pub fn missing(&self) -> Vec<(Method, Edge, Role)> {
        required()
            .filter(|&(method, edge, role)| self.count(method, edge, role) == 0)
            .collect()
    }
}

/// The table; `cs` is tried by client and server, `-` is missing, `.` is no edge of the method.
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

/// All that has to be tried.
fn required() -> impl Iterator<Item = (Method, Edge, Role)> {
    Method::ALL.iter().flat_map(|&method| {
        method
            .edges()
            .into_iter()
            .flat_map(move |edge| [Role::Client, Role::Server].map(|role| (method, edge, role)))
    })
}

/// What one scenario tries, each once.
fn cells(scenario: &Scenario) -> Vec<(Method, Edge, Role)> {
    let Ok(simulated) = simulate(scenario, Role::Client) else {
        return Vec::new();
    };
    let mut cells: Vec<_> = edge::tried(scenario, &simulated)
        .into_iter()
        .filter_map(|(step, edge)| match &scenario.steps[step] {
            super::Step::Call { role, call, .. } => Some((call.method, edge, *role)),
            super::Step::Sync { .. } => None,
        })
        .collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

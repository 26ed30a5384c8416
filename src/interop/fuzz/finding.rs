//! A finding: a generated scenario that differs in some pairing, as a text and as a scenario file.

use std::fmt::Write as _;
use std::time::Duration;

use super::generate::GeneratedScenario;
use crate::interop::model::case::Case;
use crate::interop::model::participant::Pairing;
use crate::interop::report::{CaseEntry, failure};
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::evaluation::Judgement;
use crate::text::count::counted;

/// A generated scenario that differs.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The scenario that was generated.
    pub dialogue: GeneratedScenario,
    /// Every pairing in which the generated scenario is not green.
    pub pairings: Vec<Pairing>,
    /// How many steps the generated scenario had.
    pub steps: usize,
    /// Whether the scenario has been minimized.
    pub size: Size,
    /// What is left of the scenario.
    pub scenario: Scenario,
    /// The result of that scenario in the first of the pairings.
    pub case: CaseEntry,
}

/// Whether a scenario has been minimized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Not minimized yet.
    AsMade,
    /// As small as the minimizer could make it.
    Small,
    /// Green when it was played again, so the result depends on something that the scenario does
    /// not control.
    Fleeting,
}

impl Finding {
    /// A finding in these pairings; `heard` is the judgement of the first one. The command to
    /// replay it uses the options `with`.
    pub(crate) fn new(
        dialogue: GeneratedScenario,
        scenario: &Scenario,
        pairings: Vec<Pairing>,
        pairing: Pairing,
        heard: Judgement,
        with: &str,
    ) -> Self {
        Self {
            dialogue,
            pairings,
            steps: scenario.steps.len(),
            size: Size::AsMade,
            case: entry(dialogue, scenario, pairing, heard, with),
            scenario: scenario.clone(),
        }
    }

    /// The finding with its minimized scenario and the judgement of that.
    pub(crate) fn made_small(
        &self,
        scenario: &Scenario,
        pairing: Pairing,
        heard: Judgement,
    ) -> Self {
        let scenario = Scenario {
            claim: format!(
                "Every pairing runs this as Java does: what is left of dialogue {} of seed {}.",
                self.dialogue.number, self.dialogue.seed
            ),
            ..scenario.clone()
        };
        Self {
            size: Size::Small,
            case: entry(self.dialogue, &scenario, pairing, heard, &self.case.with),
            scenario,
            ..self.clone()
        }
    }

    /// The command that replays the generated scenario.
    pub fn again(&self) -> String {
        let GeneratedScenario { seed, number } = self.dialogue;
        let mut command = format!("javatalk fuzz --seed {seed} --only {number}");
        if !self.case.with.is_empty() {
            command = format!("{command} {}", self.case.with);
        }
        command
    }

    /// The scenario file, which can be put into `tests/scenarios` as it is. A comment below the
    /// steps holds the result, which refers to their line numbers.
    pub fn file(&self) -> String {
        let mut text = self.scenario.to_string();
        let on_one_line = |text: &str| text.replace(['\n', '\r'], " ");
        let seen = on_one_line(&self.case.detail);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# {}-to-{}: {seen}",
            self.case.client, self.case.server
        );
        let _ = writeln!(text, "# again: {}", on_one_line(&self.again()));
        text
    }

    /// The full report of the finding.
    pub fn description(&self) -> String {
        let mut text = failure(&self.case, &self.again());
        let left = counted(self.scenario.steps.len(), "step");
        let size = match self.size {
            Size::AsMade => format!("{left}, as it was made"),
            Size::Small => format!("{left} of {}", self.steps),
            Size::Fleeting => format!("{left}; the next time it was green"),
        };
        let pairings: Vec<String> = self.pairings.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "  in       {}", pairings.join(", "));
        let _ = writeln!(text, "  size     {size}\n");
        for line in self.file().lines() {
            let _ = writeln!(text, "    {line}");
        }
        text
    }
}

fn entry(
    dialogue: GeneratedScenario,
    scenario: &Scenario,
    pairing: Pairing,
    heard: Judgement,
    with: &str,
) -> CaseEntry {
    let case = Case {
        suite: "fuzz",
        index: dialogue.number,
        group: scenario.name.clone(),
        row: scenario.name.clone(),
        claim: scenario.claim.clone(),
        pairing,
    };
    let entry = CaseEntry::new(&heard.of(case, Duration::ZERO, |seen| seen));
    CaseEntry {
        with: with.to_owned(),
        ..entry
    }
}

//! A dialogue that is not the same everywhere, for people and for `tests/scenarios`.

use std::fmt::Write as _;
use std::time::Duration;

use super::generate::GeneratedScenario;
use crate::interop::model::case::Case;
use crate::interop::model::participant::Pairing;
use crate::interop::report::{CaseEntry, failure};
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::evaluation::Judgement;
use crate::text::count::counted;

/// Something that was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where it came from.
    pub dialogue: GeneratedScenario,
    /// Every pairing in which the dialogue, as it was made, is not green.
    pub pairings: Vec<Pairing>,
    /// How many steps the dialogue had as it was made.
    pub steps: usize,
    /// How far it was made small.
    pub size: Size,
    /// What is left of the dialogue.
    pub scenario: Scenario,
    /// What came of that in the first of the pairings.
    pub case: CaseEntry,
}

/// How far a dialogue was made small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// It is as it was made.
    AsMade,
    /// It is as small as could be found.
    Small,
    /// The next time it was green: it depends on something that the dialogue does not say.
    Fleeting,
}

impl Finding {
    /// What was found in these pairings, of which the first was `heard` so; it is played again `with`
    /// these options.
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

    /// The same, with the small dialogue that is left of it, and what came of that.
    pub(crate) fn made_small(
        &self,
        scenario: &Scenario,
        pairing: Pairing,
        heard: Judgement,
    ) -> Self {
        let scenario = Scenario {
            claim: format!(
                "Every pairing plays this as Java does: what is left of dialogue {} of seed {}.",
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

    /// The command that plays the whole dialogue again.
    pub fn again(&self) -> String {
        let GeneratedScenario { seed, number } = self.dialogue;
        let mut command = format!("javatalk fuzz --seed {seed} --only {number}");
        if !self.case.with.is_empty() {
            command = format!("{command} {}", self.case.with);
        }
        command
    }

    /// The scenario file: it goes into `tests/scenarios` as it is. What was seen stands below the
    /// steps, whose lines it names.
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

    /// All that there is to say about it.
    pub fn told(&self) -> String {
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

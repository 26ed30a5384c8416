//! What the masks have hidden.

use super::Rules;
use super::channel::Channel;
use super::view::View;
use crate::interop::model::evidence::MaskEntry;
use crate::interop::model::pair::run::{FileContent, PairRun};
use crate::interop::model::pair::{Aspect, MaskTarget};
use crate::text::quotation;

/// What each mask has hidden in a run, of what is compared.
pub(crate) fn masks(rules: &Rules<'_>, run: &PairRun) -> Vec<MaskEntry> {
    const SHOWN: usize = 60;
    let names = rules.comparison.masks.iter();
    let mut entries: Vec<MaskEntry> = names
        .map(|mask| MaskEntry {
            name: mask.name.clone(),
            ..MaskEntry::default()
        })
        .collect();
    if entries.is_empty() {
        return entries;
    }
    let mut note = |view: &View| {
        for found in &view.matches {
            let entry = &mut entries[found.mask];
            if entry.count == 0 {
                entry.example = quotation::quoted(&found.hidden, SHOWN);
            }
            entry.count += 1;
        }
    };
    for channel in Channel::all(rules, run, run) {
        note(&channel.actual.view);
    }
    if rules.compares(Aspect::Files) {
        for content in run
            .programs
            .iter()
            .flat_map(|program| program.files.values())
        {
            if let FileContent::Bytes(bytes) = content {
                note(&View::masked(bytes, rules.comparison, MaskTarget::Files));
            }
        }
    }
    entries
}

//! A suggestion as it stands in a pair file.

use super::Suggestion;
use crate::interop::model::pair::MaskTarget;
use crate::text::toml::quoted;

/// The table to add to the pair.
pub(super) fn written(suggestion: &Suggestion) -> String {
    match suggestion {
        Suggestion::Mask(mask) => {
            let targets: Vec<String> = mask.targets.iter().map(|t| quoted(word(*t))).collect();
            format!(
                "[[pair.mask]]\nname = {}\nmatch = {}\nin = [{}]",
                quoted(&mask.name),
                pattern(mask.pattern.as_str()),
                targets.join(", ")
            )
        }
        Suggestion::Unordered(target) => {
            format!("[[pair.unordered]]\nin = {}", quoted(word(*target)))
        }
    }
}

fn word(target: MaskTarget) -> &'static str {
    match target {
        MaskTarget::Stdout => "stdout",
        MaskTarget::Stderr => "stderr",
        MaskTarget::Files => "files",
        MaskTarget::Wire => "wire",
    }
}

/// A literal string where that is possible, so that no backslash is doubled.
fn pattern(text: &str) -> String {
    if text.contains('\'') {
        quoted(text)
    } else {
        format!("'{text}'")
    }
}

//! What is compared, and what may differ.

use std::collections::BTreeSet;

use strum::EnumCount;

use super::limits;
use super::pattern;
use super::source::Checked;
use super::table::{Section, Text};
use crate::interop::model::pair::{
    Aspect, Comparison, KnownPairDifference, Mask, MaskTarget, Pattern, Unordered,
};
use crate::interop::programs::pairs::definition::{Jdks, Pair};
use crate::interop::programs::pairs::version::Version;
use crate::text::suggestion::did_you_mean_whole;

/// `compare`, `mask`, `unordered` and `known-difference` of a pair.
pub(super) fn comparison(pair: &Section<'_>) -> Checked<Comparison> {
    Ok(Comparison {
        aspects: aspects(pair)?,
        masks: masks(pair)?,
        unordered: unordered(pair)?,
        known_differences: known_differences(pair)?,
    })
}

/// What is compared unless the pair says otherwise.
pub(crate) const USUAL: [Aspect; 3] = [Aspect::Stdout, Aspect::Success, Aspect::Wire];

const ASPECTS: [(&str, Aspect); Aspect::COUNT] = [
    ("stdout", Aspect::Stdout),
    ("stderr", Aspect::Stderr),
    ("success", Aspect::Success),
    ("exit-status", Aspect::ExitStatus),
    ("wire", Aspect::Wire),
    ("files", Aspect::Files),
    ("stop", Aspect::Stop),
];

const TARGETS: [(&str, MaskTarget); 4] = [
    ("stdout", MaskTarget::Stdout),
    ("stderr", MaskTarget::Stderr),
    ("files", MaskTarget::Files),
    ("wire", MaskTarget::Wire),
];

fn aspects(pair: &Section<'_>) -> Checked<Vec<Aspect>> {
    let Some(value) = pair.get("compare") else {
        return Ok(USUAL.to_vec());
    };
    let mut aspects = Vec::new();
    for text in value.texts(limits::RULES, "things to compare")? {
        let aspect = text.one_of(&ASPECTS)?;
        if aspects.contains(&aspect) {
            return Err(text.wrong(format!("`compare` has {:?} twice", text.text)));
        }
        aspects.push(aspect);
    }
    match aspects.is_empty() {
        true => Err(value.wrong(
            "`compare` is empty, so nothing could fail: leave it out for stdout, success and wire",
        )),
        false => Ok(aspects),
    }
}

fn masks(pair: &Section<'_>) -> Checked<Vec<Mask>> {
    let Some(value) = pair.get("mask") else {
        return Ok(Vec::new());
    };
    let name = "[[pair.mask]]";
    let sections = value.sections(name, &["name", "match", "in", "as"], limits::RULES)?;
    let mut names = BTreeSet::new();
    let mut masks = Vec::new();
    for section in sections {
        let name = section.require("name", "name = \"time\", for the reports")?;
        let name = name.text()?;
        if !names.insert(name.name()?) {
            return Err(name.wrong(format!("there are two masks with the name {:?}", name.text)));
        }
        let expression = section.require(
            "match",
            "match = '\\d\\d:\\d\\d:\\d\\d', a regular expression",
        )?;
        let expression = expression.text()?;
        let pattern = pattern::regex(expression.filled()?)
            .map_err(|why| expression.wrong(format!("`match`: {why}")))?;
        if pattern.is_match(b"") {
            return Err(expression.wrong(
                "`match` also matches nothing at all, so it would match everywhere: write + for *",
            ));
        }
        let replacement = section.text("as")?;
        masks.push(Mask {
            name: name.text.to_owned(),
            pattern,
            replacement: match replacement {
                Some(text) => text.text.as_bytes().to_vec(),
                None => format!("<{}>", name.text).into_bytes(),
            },
            targets: targets(&section)?,
        });
    }
    Ok(masks)
}

/// `in` of a mask; everywhere without it.
fn targets(section: &Section<'_>) -> Checked<Vec<MaskTarget>> {
    let Some(value) = section.get("in") else {
        return Ok(TARGETS.map(|(_, target)| target).to_vec());
    };
    let mut targets = Vec::new();
    for text in value.texts(TARGETS.len(), "places")? {
        targets.push(text.one_of(&TARGETS)?);
    }
    match targets.is_empty() {
        true => Err(value.wrong("`in` is empty: leave it out for all places")),
        false => Ok(targets),
    }
}

fn unordered(pair: &Section<'_>) -> Checked<Vec<Unordered>> {
    let Some(value) = pair.get("unordered") else {
        return Ok(Vec::new());
    };
    let sections = value.sections("[[pair.unordered]]", &["in", "from", "to"], limits::RULES)?;
    let mut all = Vec::new();
    for section in sections {
        let target = section.require("in", "in = \"stdout\"")?.text()?;
        all.push(Unordered {
            target: target.one_of(&TARGETS)?,
            from: edge(section.text("from")?)?,
            to: edge(section.text("to")?)?,
        });
    }
    Ok(all)
}

fn edge(text: Option<Text<'_>>) -> Checked<Option<Pattern>> {
    let edge = |text: Text<'_>| {
        pattern::pattern(text.text).map_err(|why| text.wrong(format!("`{}`: {why}", text.key)))
    };
    text.map(edge).transpose()
}

fn known_differences(pair: &Section<'_>) -> Checked<Vec<KnownPairDifference>> {
    let Some(value) = pair.get("known-difference") else {
        return Ok(Vec::new());
    };
    let keys = &["case", "pairing", "matches", "reason"];
    let sections = value.sections("[[pair.known-difference]]", keys, limits::RULES)?;
    let mut all = Vec::new();
    for section in sections {
        let matches = section.require("matches", "a regular expression on the message")?;
        let matches = matches.text()?;
        let reason = section.require("reason", "why the difference is accepted")?;
        let reason = reason.text()?;
        let name = |text: Option<Text<'_>>| text.map(|text| text.name()).transpose();
        all.push(KnownPairDifference {
            case: name(section.text("case")?)?,
            pairing: name(section.text("pairing")?)?,
            matches: pattern::text_regex(matches.filled()?)
                .map_err(|why| matches.wrong(format!("`matches`: {why}")))?,
            reason: reason.filled()?.to_owned(),
        });
    }
    Ok(all)
}

/// Every case and pairing that a known difference names must be there.
pub(super) fn check_known_differences(section: &Section<'_>, pair: &Pair) -> Checked<()> {
    let Some(value) = section.get("known-difference") else {
        return Ok(());
    };
    let keys = &["case", "pairing", "matches", "reason"];
    for section in value.sections("[[pair.known-difference]]", keys, limits::RULES)? {
        let case = section.text("case")?;
        if let Some(case) = case.filter(|it| pair.cases.iter().all(|case| case.name != it.text)) {
            let names = pair.cases.iter().map(|case| case.name.as_str());
            let close = did_you_mean_whole(case.text, names);
            let what = format!("there is no case {:?}{close}", case.text);
            return Err(case.wrong(what));
        }
        if let Some(pairing) = section.text("pairing")? {
            check_pairing(&pairing, pair)?;
        }
    }
    Ok(())
}

/// Which JDKs are found is not known here: with `jdks = "all"`, every release may be one.
fn check_pairing(text: &Text<'_>, pair: &Pair) -> Checked<()> {
    let name = |feature: u32| Version::Reference(Some(feature)).participant().to_string();
    let references: Vec<String> = match &pair.jdks {
        Jdks::Default => vec![Version::Reference(None).participant().to_string()],
        Jdks::All => vec![ANY_JDK.to_owned()],
        Jdks::These(features) => features.iter().map(|&feature| name(feature)).collect(),
    };
    let candidate = Version::Candidate.participant().to_string();
    let mut pairings = Vec::new();
    for reference in &references {
        pairings.push(format!("{reference}-to-{reference}"));
        if pair.candidate.client.is_some() {
            pairings.push(format!("{candidate}-to-{reference}"));
        }
        if pair.candidate.server.is_some() {
            pairings.push(format!("{reference}-to-{candidate}"));
        }
    }
    if pair.candidate.client.is_some() && pair.candidate.server.is_some() {
        pairings.push(format!("{candidate}-to-{candidate}"));
    }
    let is_meant = |pairing: &String| match text.text.split_once("reference-java") {
        Some((_, rest)) if pair.jdks == Jdks::All => {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            let feature = rest[..digits].parse::<u32>();
            feature.is_ok_and(|feature| pairing.replace(ANY_JDK, &name(feature)) == text.text)
        }
        Some(_) | None => pairing == text.text,
    };
    if pairings.iter().any(is_meant) {
        return Ok(());
    }
    let (last, others) = pairings.split_last().expect("the old programs play alone");
    let explained = match pair.jdks {
        Jdks::All => ", where N is a release of Java",
        Jdks::Default | Jdks::These(_) => "",
    };
    Err(text.wrong(format!(
        "there is no pairing {:?}; there are {} and {last}{explained}",
        text.text,
        others.join(", ")
    )))
}

const ANY_JDK: &str = "reference-javaN";

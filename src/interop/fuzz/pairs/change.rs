//! Changes what a case gives its programs, at random.

use super::input::{Input, Line, LineEnd, Lines};
use super::value;
use crate::system::random::Random;

/// The version of these changes: as long as it stays the same, a seed and a number give the same
/// case of the same pair file.
pub(crate) const GENERATOR: u32 = 1;

/// One to five changes of `base`. `others` are the lines that the cases of its pair type.
///
/// An input that types nothing and has no argument comes back as it was.
pub(super) fn changed(base: &Input, others: &[Line], random: &mut Random) -> Input {
    let changes = match random.below(10) {
        0..6 => 1,
        6..9 => 2,
        _ => 3 + random.below(3),
    };
    let mut input = base.clone();
    for _ in 0..changes {
        let count = input.texts_of_arguments().len();
        let has_places = !input.typed().is_empty();
        if count > 0 && (!has_places || random.percent(ARGUMENTS)) {
            let mut arguments = input.texts_of_arguments();
            let argument = &mut arguments[random.below(count)];
            **argument = argument_like(argument, random);
        } else if has_places {
            input = with_changed_line(&input, others, random);
        }
    }
    input
}

/// How many changes in a hundred are those of an argument, if there is one.
const ARGUMENTS: usize = 20;

/// An argument can be no zero byte, and is not long.
fn argument_like(argument: &str, random: &mut Random) -> String {
    let mut text = value::changed(argument, random).replace('\0', "0");
    value::cut(&mut text, LONGEST_ARGUMENT);
    text
}

/// In bytes; the system allows 128 KiB.
const LONGEST_ARGUMENT: usize = 4096;

fn with_changed_line(input: &Input, others: &[Line], random: &mut Random) -> Input {
    let mut texts: Vec<Lines> = input.typed().into_iter().cloned().collect();
    let place = place(&texts, random);
    let all: Vec<Line> = texts.iter().flat_map(|lines| lines.0.clone()).collect();
    let lines = &mut texts[place].0;
    let count = lines.len();
    let at = random.below(count.max(1));
    // A line that is there, or a new one.
    match random.below(20) {
        0..11 if count > 0 => {
            let old = lines[at].text.clone();
            lines[at].text = text_like(&old, random);
            let new = lines[at].text.clone();
            let mut input = input.with_typed(texts);
            input.expect(&old, &new);
            return input;
        }
        11 if count > 0 => {
            lines.remove(at);
        }
        12 if count > 0 => lines.insert(at, lines[at].clone()),
        13 if count > 1 => lines.swap(at, (at + 1) % count),
        // One of another program, or of another step.
        14 if count > 0 => lines[at] = all[random.below(all.len())].clone(),
        15 if count > 0 => {
            lines[at].end = random.pick(&[LineEnd::Missing, LineEnd::CrLf]);
        }
        16 if count > 0 => {
            // As much as makes a program that reads nothing meanwhile wait, or nearly.
            let times = random.pick(&[10, 100, 1000]);
            let many = std::iter::repeat_n(lines[at].clone(), times);
            lines.splice(at..at, many);
        }
        17 => lines.insert(at, Line::new("")),
        18 => lines.insert(at, Line::new(value::fresh(random))),
        _ if !others.is_empty() => lines.insert(at, others[random.below(others.len())].clone()),
        _ => lines.insert(at, Line::new(value::fresh(random))),
    }
    input.with_typed(texts)
}

/// A place at which something is typed. One without a line counts only if there is no other.
fn place(texts: &[Lines], random: &mut Random) -> usize {
    let is_filled = |place: &usize| !texts[*place].0.is_empty();
    let filled: Vec<usize> = (0..texts.len()).filter(is_filled).collect();
    match filled.is_empty() {
        // The first place is the server's, which seldom reads.
        true => texts.len() - 1,
        false => filled[random.below(filled.len())],
    }
}

fn text_like(text: &[u8], random: &mut Random) -> Vec<u8> {
    if let Ok(text) = str::from_utf8(text) {
        return value::changed(text, random).replace('\n', "").into_bytes();
    }
    // Not text: its bytes change.
    let mut bytes = text.to_vec();
    let at = random.below(bytes.len());
    match random.below(3) {
        0 => {
            bytes.remove(at);
        }
        1 => bytes[at] = random.byte(),
        _ => bytes.insert(at, random.byte()),
    }
    bytes.retain(|&byte| byte != b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::input::Stdin;
    use super::*;
    use crate::interop::model::pair::Sides;

    fn input(clients: &[&str]) -> Input {
        Input {
            stdin: Stdin::Whole {
                server: Lines::default(),
                clients: clients
                    .iter()
                    .map(|text| Lines::of(text.as_bytes()))
                    .collect(),
                at_once: true,
            },
            arguments: Sides::default(),
        }
    }

    /// What the client types in each of the first cases.
    fn typed(text: &str) -> BTreeSet<Vec<u8>> {
        let base = input(&[text]);
        let others = [Line::new("bye")];
        let texts = (0..2000).map(|number| {
            let mut random = Random::of(1, "pair", number);
            changed(&base, &others, &mut random).typed()[1].bytes()
        });
        texts.collect()
    }

    #[test]
    fn the_changes_find_the_usual_mistakes() {
        let all = typed("move 7\nend\n");
        let has = |what: &str, is_so: &dyn Fn(&str) -> bool| {
            let mut texts = all.iter().filter_map(|text| str::from_utf8(text).ok());
            assert!(texts.any(is_so), "{what}");
        };
        has("an empty line", &|text| text.contains("\n\n"));
        has("a dropped line", &|text| text == "end\n");
        has("a doubled line", &|text| text == "move 7\nmove 7\nend\n");
        has("swapped lines", &|text| text == "end\nmove 7\n");
        has("a blank at the end", &|text| text == "move 7 \nend\n");
        has("a blank at the beginning", &|text| text == " move 7\nend\n");
        has("an emoji", &|text| text.chars().any(|c| c > '\u{ffff}'));
        has("a limit of int", &|text| text.contains("2147483648"));
        has("a line beyond 64 KiB", &|text| text.len() > 1 << 16);
        has("a line of another case", &|text| text.contains("bye"));
        has("no last line end", &|text| text == "move 7\nend");
        has("a carriage return", &|text| text.contains("\r\n"));
        has("capital letters", &|text| text.contains("MOVE"));
    }

    #[test]
    fn a_client_without_input_gets_some() {
        assert!(typed("").iter().any(|text| text == b"bye\n"));
    }

    // A seed that a user has written down must stay what it was. A change of what is generated raises
    // the version, and replaces the checksum by the one that the failing test prints.
    #[test]
    fn a_version_of_the_changes_makes_the_same_of_a_case_for_ever() {
        let base = input(&["hello\n12\n", "b"]);
        let mut checksum = crc32fast::Hasher::new();
        for number in 0..2000 {
            let mut random = Random::of(1, "pair", number);
            for lines in changed(&base, &[Line::new("x")], &mut random).typed() {
                checksum.update(&lines.bytes());
            }
        }
        assert_eq!((GENERATOR, checksum.finalize()), (1, 0x0562_A2AA));
    }
}

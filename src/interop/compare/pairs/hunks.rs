//! Every place at which two texts differ, line by line.
//!
//! A known difference excuses the place that it explains, and no other: so what comes behind it must
//! be found too.

use std::ops::Range;

use super::view::lines;

/// Where lines of two texts differ: the lines of the one in place of those of the other. None of
/// them is empty on both sides.
pub(super) fn hunks(one: &[u8], other: &[u8]) -> Vec<[Range<usize>; 2]> {
    /// A larger table would take too long: then what differs is one hunk.
    const CELLS: usize = 1_000_000;
    let [ones, others] = [one, other].map(lines);
    let same = |a: usize, b: usize| one[ones[a].clone()] == other[others[b].clone()];
    let most = ones.len().min(others.len());
    let start = (0..most).take_while(|&at| same(at, at)).count();
    let end = (0..most - start)
        .take_while(|&at| same(ones.len() - 1 - at, others.len() - 1 - at))
        .count();
    let (rows, columns) = (ones.len() - end, others.len() - end);
    let (height, width) = (rows - start, columns - start);
    if (height, width) == (0, 0) {
        return Vec::new();
    }
    let span = |lines: &[Range<usize>], range: Range<usize>, length: usize| {
        let start = lines.get(range.start).map_or(length, |line| line.start);
        let end = lines[..range.end].last().map_or(0, |line| line.end);
        start..end.max(start)
    };
    let hunk = |a: Range<usize>, b: Range<usize>| {
        [span(&ones, a, one.len()), span(&others, b, other.len())]
    };
    if height.saturating_mul(width) > CELLS {
        return vec![hunk(start..rows, start..columns)];
    }
    // How many lines the texts have in common from each place on.
    let mut common = vec![vec![0_u32; width + 1]; height + 1];
    for a in (0..height).rev() {
        for b in (0..width).rev() {
            common[a][b] = if same(start + a, start + b) {
                common[a + 1][b + 1] + 1
            } else {
                common[a + 1][b].max(common[a][b + 1])
            };
        }
    }
    let mut hunks = Vec::new();
    let (mut a, mut b) = (0, 0);
    let (mut from_a, mut from_b) = (0, 0);
    let mut close = |from_a: usize, a: usize, from_b: usize, b: usize| {
        if from_a < a || from_b < b {
            hunks.push(hunk(start + from_a..start + a, start + from_b..start + b));
        }
    };
    while a < height && b < width {
        if same(start + a, start + b) {
            close(from_a, a, from_b, b);
            (a, b) = (a + 1, b + 1);
            (from_a, from_b) = (a, b);
        } else if common[a + 1][b] >= common[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    close(from_a, height, from_b, width);
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(one: &str, other: &str) -> Vec<(String, String)> {
        let hunks = hunks(one.as_bytes(), other.as_bytes()).into_iter();
        hunks
            .map(|[a, b]| (one[a].to_owned(), other[b].to_owned()))
            .collect()
    }

    fn pair(one: &str, other: &str) -> (String, String) {
        (one.to_owned(), other.to_owned())
    }

    #[test]
    fn every_stretch_of_lines_that_differs_is_a_hunk() {
        assert!(texts("a\nb\n", "a\nb\n").is_empty());
        assert_eq!(texts("a\nb\nc\n", "a\nx\nc\n"), [pair("b\n", "x\n")]);
        assert_eq!(
            texts("a\nb\nc\nd\ne\n", "x\nb\nc\ny\nz\ne\n"),
            [pair("a\n", "x\n"), pair("d\n", "y\nz\n")]
        );
        assert_eq!(texts("a\nc\n", "a\nb\nc\n"), [pair("", "b\n")]);
        assert_eq!(texts("a\nb\n", "a\n"), [pair("b\n", "")]);
        assert_eq!(texts("", "a"), [pair("", "a")]);
        assert_eq!(
            texts("a\nb\nc\n", "c\na\n"),
            [pair("a\nb\n", ""), pair("", "a\n")]
        );
    }

    #[test]
    fn two_long_texts_without_a_common_line_are_one_hunk() {
        let many = |text: &str| {
            (0..2000)
                .map(|n| format!("{text}{n}\n"))
                .collect::<String>()
        };
        assert_eq!(hunks(many("a").as_bytes(), many("b").as_bytes()).len(), 1);
    }
}

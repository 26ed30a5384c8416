//! A text as it is compared: masked, and with its unordered stretches sorted.
//!
//! Every byte knows where it came from, so that a difference can be dated.

use std::borrow::Cow;
use std::ops::Range;

use crate::interop::model::pair::{Comparison, MaskTarget, Unordered, Wire};

/// A text as it is compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub(crate) bytes: Vec<u8>,
    /// Where the bytes came from, in their order.
    pieces: Vec<Piece>,
    /// The length of the text as it was.
    original: usize,
    /// The stretches of `bytes` whose lines are sorted.
    pub(crate) sorted: Vec<Range<usize>>,
    /// Every match of a mask.
    pub(crate) matches: Vec<MaskMatch>,
    /// What is replaced in the text as it was.
    replaced: Vec<Range<usize>>,
}

/// The size of the length in front of a text.
const LENGTH: usize = 2;

/// A match of a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MaskMatch {
    /// The index of the mask in the comparison.
    pub(crate) mask: usize,
    /// Where the text that it hides stands.
    at: Range<usize>,
    /// The text that it hides.
    pub(crate) hidden: Vec<u8>,
}

/// Consecutive bytes that came from one place.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// How many bytes of the view these are.
    length: usize,
    /// Where they came from.
    from: usize,
    /// Whether they stand for a match of a mask as a whole.
    replaced: bool,
}

impl View {
    /// `text` with the masks and sorted stretches of `target`.
    pub(crate) fn new(text: &[u8], rules: &Comparison, target: MaskTarget) -> Self {
        let mut view = Self::masked(text, rules, target);
        for unordered in &rules.unordered {
            if unordered.target == target {
                view.sort(unordered);
            }
        }
        view
    }

    /// The bytes of a direction, with the masks and sorted stretches of the wire.
    pub(crate) fn of_wire(bytes: &[u8], rules: &Comparison, wire: &Wire) -> Self {
        let mut view = Self::masked_wire(bytes, rules, wire);
        for unordered in &rules.unordered {
            if unordered.target == MaskTarget::Wire {
                view.sort(unordered);
            }
        }
        view
    }

    /// The bytes of a direction, with the masks of the wire. A text that is masked gets the length
    /// of what it becomes: the length is a consequence of the text.
    pub(crate) fn masked_wire(bytes: &[u8], rules: &Comparison, wire: &Wire) -> Self {
        Self::replaced(bytes, rules, MaskTarget::Wire, &wire.texts(bytes))
    }

    /// `text` with the masks of `target`.
    pub(crate) fn masked(text: &[u8], rules: &Comparison, target: MaskTarget) -> Self {
        Self::replaced(text, rules, target, &[])
    }

    /// `text` with the masks of `target`. `texts` are stretches behind a length of two bytes.
    fn replaced(
        text: &[u8],
        rules: &Comparison,
        target: MaskTarget,
        texts: &[Range<usize>],
    ) -> Self {
        let mut matches: Vec<MaskMatch> = Vec::new();
        for (mask, rule) in rules.masks.iter().enumerate() {
            if rule.targets.contains(&target) {
                let found = rule.pattern.find_iter(text).map(|found| found.range());
                let found = found.filter(|at| !at.is_empty());
                matches.extend(found.map(|at| MaskMatch {
                    mask,
                    hidden: text[at.clone()].to_vec(),
                    at,
                }));
            }
        }
        // Of two masks that overlap, the one that begins first applies, else the one listed first.
        matches.sort_by_key(|found| (found.at.start, found.mask));
        let mut replaced: Vec<(Range<usize>, Cow<'_, [u8]>)> = Vec::new();
        for found in &matches {
            let done = replaced.last().map_or(0, |(range, _)| range.end);
            if found.at.start >= done {
                let replacement = &rules.masks[found.mask].replacement;
                replaced.push((found.at.clone(), replacement.into()));
            }
        }
        for text in texts {
            let within = |range: &Range<usize>| text.start <= range.start && range.end <= text.end;
            let own = replaced.iter().filter(|(range, _)| within(range));
            let own: Vec<_> = own
                .map(|(range, bytes)| (range.len(), bytes.len()))
                .collect();
            let (hidden, shown) = own
                .iter()
                .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
            let length = u16::try_from(text.len() + shown - hidden);
            if let (false, Ok(length)) = (own.is_empty(), length) {
                let bytes = length.to_be_bytes().to_vec();
                replaced.push((text.start - LENGTH..text.start, bytes.into()));
            }
        }
        replaced.sort_by_key(|(range, _)| range.start);
        let mut view = Self {
            original: text.len(),
            ..Self::default()
        };
        let mut done = 0;
        for (range, bytes) in replaced {
            // A match may reach into a length.
            if range.start >= done {
                view.push(&text[done..range.start], done, false);
                view.push(&bytes, range.start, true);
                done = range.end;
                view.replaced.push(range);
            }
        }
        view.push(&text[done..], done, false);
        view.matches = matches;
        view
    }

    fn push(&mut self, bytes: &[u8], from: usize, replaced: bool) {
        if !bytes.is_empty() {
            self.bytes.extend_from_slice(bytes);
            self.pieces.push(Piece {
                length: bytes.len(),
                from,
                replaced,
            });
        }
    }

    /// Appends `other`, whose text stands at `from`.
    pub(crate) fn append(&mut self, other: Self, from: usize) {
        let moved = |range: Range<usize>, by: usize| range.start + by..range.end + by;
        let length = self.bytes.len();
        self.bytes.extend(other.bytes);
        let pieces = other.pieces.into_iter();
        self.pieces.extend(pieces.map(|piece| Piece {
            from: piece.from + from,
            ..piece
        }));
        let sorted = other.sorted.into_iter();
        self.sorted.extend(sorted.map(|range| moved(range, length)));
        let matches = other.matches.into_iter();
        self.matches.extend(matches.map(|found| MaskMatch {
            at: moved(found.at, from),
            ..found
        }));
        let replaced = other.replaced.into_iter();
        self.replaced
            .extend(replaced.map(|range| moved(range, from)));
        self.original = self.original.max(from + other.original);
    }

    /// Sorts the lines of the stretches that `unordered` describes.
    fn sort(&mut self, unordered: &Unordered) {
        let lines = lines(&self.bytes);
        let matches = |pattern: &Option<_>, line: &Range<usize>| {
            let pattern: Option<&crate::interop::model::pair::Pattern> = pattern.as_ref();
            pattern.map(|pattern| pattern.find(&self.bytes[line.clone()]).is_some())
        };
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let mut next = 0;
        while next < lines.len() {
            let begins = |line| matches(&unordered.from, line).unwrap_or(true);
            let Some(start) = lines[next..].iter().position(begins) else {
                break;
            };
            let start = next + start;
            let ends = |line| matches(&unordered.to, line).unwrap_or(false);
            // Without `from` the first line may already be the end.
            let behind = start + usize::from(unordered.from.is_some());
            let end = lines[behind..].iter().position(ends);
            let end = end.map_or(lines.len(), |end| behind + end);
            stretches.push(start..end);
            if unordered.from.is_none() {
                break;
            }
            next = end.max(start + 1);
        }
        let mut sorted = Self {
            original: self.original,
            matches: std::mem::take(&mut self.matches),
            replaced: std::mem::take(&mut self.replaced),
            ..Self::default()
        };
        let mut next = 0;
        for stretch in stretches {
            for line in &lines[next..stretch.start] {
                sorted.copy(self, line.clone());
            }
            let from = sorted.bytes.len();
            let mut own: Vec<Range<usize>> = lines[stretch.clone()].to_vec();
            own.sort_by_key(|line| without_end(&self.bytes[line.clone()]));
            for line in own {
                let ends = self.bytes[line.clone()].ends_with(b"\n");
                let end = line.end;
                sorted.copy(self, line);
                // Which line is the last, and so may lack its end, is a matter of order too.
                if !ends {
                    sorted.push(b"\n", self.origin(end), true);
                }
            }
            sorted.sorted.push(from..sorted.bytes.len());
            next = stretch.end;
        }
        for line in &lines[next..] {
            sorted.copy(self, line.clone());
        }
        *self = sorted;
    }

    /// Appends these bytes of `other`.
    fn copy(&mut self, other: &Self, range: Range<usize>) {
        let mut start = 0;
        for piece in &other.pieces {
            let end = start + piece.length;
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                let skipped = if piece.replaced { 0 } else { from - start };
                self.push(&other.bytes[from..to], piece.from + skipped, piece.replaced);
            }
            start = end;
        }
    }

    /// Where byte `at` of the view stands in the text.
    pub(crate) fn origin(&self, at: usize) -> usize {
        let mut start = 0;
        for piece in &self.pieces {
            if at < start + piece.length {
                let skipped = if piece.replaced { 0 } else { at - start };
                return piece.from + skipped;
            }
            start += piece.length;
        }
        self.original
    }

    /// How many of the first `common` bytes of the view have been there since the text had this
    /// length.
    pub(crate) fn there(&self, common: usize, length: usize) -> usize {
        let mut start = 0;
        let mut there = 0;
        for piece in &self.pieces {
            if start >= common {
                break;
            }
            let own = piece.length.min(common - start);
            there += match (piece.replaced, length.checked_sub(piece.from)) {
                (_, None) => 0,
                (true, Some(behind)) => own * usize::from(behind > 0),
                (false, Some(behind)) => own.min(behind),
            };
            start += piece.length;
        }
        there
    }

    /// The length of the view when the text had this length, if no lines are sorted.
    pub(crate) fn at(&self, length: usize) -> usize {
        self.there(self.bytes.len(), length)
    }

    /// Whether any of these bytes of the text are replaced.
    pub(crate) fn is_masked(&self, range: &Range<usize>) -> bool {
        let mut replaced = self.replaced.iter();
        replaced.any(|other| other.start < range.end && range.start < other.end)
    }

    /// Whether byte `at` lies in a sorted stretch.
    pub(crate) fn sorted_at(&self, at: usize) -> Option<&Range<usize>> {
        self.sorted.iter().find(|range| range.contains(&at))
    }

    /// Whether anything is left beside masked text and white space.
    pub(crate) fn has_substance(&self) -> bool {
        let mut start = 0;
        self.pieces.iter().any(|piece| {
            let bytes = &self.bytes[start..start + piece.length];
            start += piece.length;
            !piece.replaced && !bytes.iter().all(u8::is_ascii_whitespace)
        })
    }
}

/// The lines of a text, each with its end.
pub(crate) fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut from = 0;
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    lines
        .map(|line| {
            let range = from..from + line.len();
            from = range.end;
            range
        })
        .collect()
}

/// A line without its end.
pub(crate) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::model::pair::{FieldType, Mask, Pattern};
    use crate::programs::framing::Framing;

    fn mask(name: &str, pattern: &str, replacement: &str) -> Mask {
        Mask {
            name: name.to_owned(),
            pattern: regex::bytes::Regex::new(pattern).unwrap(),
            replacement: replacement.as_bytes().to_vec(),
            targets: vec![MaskTarget::Stdout],
        }
    }

    fn rules(masks: Vec<Mask>, unordered: Vec<Unordered>) -> Comparison {
        Comparison {
            aspects: Vec::new(),
            masks,
            unordered,
            known_differences: Vec::new(),
        }
    }

    fn unordered(from: Option<&str>, to: Option<&str>) -> Unordered {
        let pattern = |text: &str| Pattern::Text(text.as_bytes().to_vec());
        Unordered {
            target: MaskTarget::Stdout,
            from: from.map(pattern),
            to: to.map(pattern),
        }
    }

    fn text(view: &View) -> &str {
        str::from_utf8(&view.bytes).unwrap()
    }

    #[test]
    fn a_match_is_replaced_and_every_byte_knows_where_it_stood() {
        let rules = rules(vec![mask("n", r"\d+", "<n>")], Vec::new());
        let view = View::new(b"at 12345 ok 6", &rules, MaskTarget::Stdout);
        assert_eq!(text(&view), "at <n> ok <n>");
        let origins: Vec<usize> = (0..=13).map(|at| view.origin(at)).collect();
        assert_eq!(origins, [0, 1, 2, 3, 3, 3, 8, 9, 10, 11, 12, 12, 12, 13]);
        assert_eq!(view.matches.len(), 2);
        assert_eq!(
            View::new(b"1", &rules, MaskTarget::Stderr).bytes,
            b"1",
            "another target"
        );
    }

    #[test]
    fn a_masked_text_gets_the_length_of_what_it_becomes() {
        let mut rules = rules(vec![mask("n", r"\d+", "<n>")], Vec::new());
        rules.masks[0].targets = vec![MaskTarget::Wire];
        let utf = Wire::Framing(Framing::Utf);
        let view = |bytes: &[u8], wire| View::masked_wire(bytes, &rules, wire);
        assert_eq!(view(b"\0\x021!\0\x02hi", &utf).bytes, b"\0\x04<n>!\0\x02hi");
        let masked = view(b"\0\x03at \0\x04at 9", &utf);
        assert_eq!(masked.bytes, b"\0\x03at \0\x06at <n>");
        assert!(masked.is_masked(&(5..7)) && !masked.is_masked(&(0..2)));
        let fields = Wire::Fields(vec![FieldType::Int, FieldType::Utf]);
        assert_eq!(
            view(b"\0\0\0\0\0\x0212", &fields).bytes,
            b"\0\0\0\0\0\x03<n>"
        );
        assert_eq!(view(b"\0\x0212", &Wire::Unknown).bytes, b"\0\x02<n>");
    }

    #[test]
    fn of_two_masks_that_overlap_the_first_applies_and_both_have_matched() {
        let masks = vec![
            mask("time", r"\d\d:\d\d", "<t>"),
            mask("number", r"\d+", "<n>"),
        ];
        let rules = rules(masks, Vec::new());
        let view = View::new(b"12:34 5", &rules, MaskTarget::Stdout);
        assert_eq!(text(&view), "<t> <n>");
        let masks: Vec<usize> = view.matches.iter().map(|found| found.mask).collect();
        assert_eq!(masks, [0, 1, 1, 1]);
    }

    #[test]
    fn unordered_lines_are_sorted_between_their_marks() {
        let all = rules(Vec::new(), vec![unordered(None, None)]);
        let view = View::new(b"b\na\nc", &all, MaskTarget::Stdout);
        assert_eq!((text(&view), view.origin(0)), ("a\nb\nc\n", 2));
        let some = rules(Vec::new(), vec![unordered(Some("in"), Some("end"))]);
        let view = View::new(
            b"z\nin 2\nin 1\nend\na\nin 4\nin 3\n",
            &some,
            MaskTarget::Stdout,
        );
        assert_eq!(text(&view), "z\nin 1\nin 2\nend\na\nin 3\nin 4\n");
        assert_eq!(view.sorted.len(), 2);
        let until = rules(Vec::new(), vec![unordered(None, Some("end"))]);
        let view = View::new(b"b\na\nend\nd\nc\n", &until, MaskTarget::Stdout);
        assert_eq!(text(&view), "a\nb\nend\nd\nc\n");
    }

    #[test]
    fn the_bytes_that_are_there_at_some_length_are_counted() {
        let rules = rules(vec![mask("n", r"\d+", "<n>")], Vec::new());
        let view = View::new(b"a 123 b", &rules, MaskTarget::Stdout);
        assert_eq!(text(&view), "a <n> b");
        let there: Vec<usize> = (0..=7).map(|length| view.there(6, length)).collect();
        assert_eq!(there, [0, 1, 2, 5, 5, 5, 6, 6]);
    }

    #[test]
    fn masked_text_alone_has_no_substance() {
        let rules = rules(vec![mask("n", r"\d+", "<n>")], Vec::new());
        assert!(!View::new(b"12 \n34", &rules, MaskTarget::Stdout).has_substance());
        assert!(View::new(b"12 a", &rules, MaskTarget::Stdout).has_substance());
    }
}

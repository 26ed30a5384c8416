//! Curves beside each other, as SVG.

use std::fmt::Write;

use crate::svg::{begin, count};

/// Curves over the same axes.
pub(crate) struct Panel<'a> {
    pub(crate) title: &'a str,
    pub(crate) across: Axis,
    pub(crate) up: Axis,
    pub(crate) curves: Vec<Curve<'a>>,
}

/// What is drawn through these points; its name is none if it is alone.
pub(crate) struct Curve<'a> {
    pub(crate) name: &'a str,
    pub(crate) points: Vec<[f64; 2]>,
}

/// The numbers along a side of a panel.
pub(crate) struct Axis {
    marks: Vec<(f64, String)>,
    is_logarithmic: bool,
}

impl Axis {
    /// Each mark as far from the next as the number is times larger.
    pub(crate) fn powers(marks: impl IntoIterator<Item = (f64, String)>) -> Self {
        Self {
            marks: marks.into_iter().collect(),
            is_logarithmic: true,
        }
    }

    /// From zero to where `most` has room, in round steps.
    pub(crate) fn steps(most: f64) -> Self {
        let power = 10_f64.powf((most / FEW).max(f64::MIN_POSITIVE).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|digit| digit * power)
            .find(|step| most / step <= FEW)
            .unwrap_or(most);
        let decimals = if step < 0.1 {
            2
        } else {
            usize::from(step < 1.0)
        };
        let steps = (0..=20).map(f64::from).map(|number| number * step);
        let end = (most / step).ceil() * step;
        let marks = steps
            .take_while(|mark| *mark <= end + step / 2.0)
            .map(|mark| (mark, format!("{mark:.decimals$}")))
            .collect();
        Self {
            marks,
            is_logarithmic: false,
        }
    }

    /// Where a number is, from 0 at the first mark to 1 at the last.
    fn place(&self, number: f64) -> f64 {
        let (Some((first, _)), Some((last, _))) = (self.marks.first(), self.marks.last()) else {
            return 0.0;
        };
        let measured = |number: f64| {
            if self.is_logarithmic {
                number.ln()
            } else {
                number
            }
        };
        (measured(number) - measured(*first)) / (measured(*last) - measured(*first))
    }
}

/// The page with all panels.
pub(crate) fn page(title: &str, panels: &[Panel<'_>]) -> String {
    let mut svg = begin(LEFT + PITCH * count(panels.len()), HEIGHT, title);
    for (index, panel) in panels.iter().enumerate() {
        draw(&mut svg, panel, LEFT + PITCH * count(index));
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, panel: &Panel<'_>, left: f64) {
    let floor = HEIGHT - BOTTOM;
    let x = |number: f64| left + panel.across.place(number) * WIDTH;
    let y = |number: f64| floor - panel.up.place(number) * (floor - TOP);
    _ = writeln!(
        svg,
        r#"<text class="heading" x="{left:.1}" y="16">{}</text>"#,
        panel.title
    );
    for (mark, label) in &panel.up.marks {
        let height = y(*mark);
        _ = writeln!(
            svg,
            r#"<line class="grid" x1="{left:.1}" y1="{height:.1}" x2="{:.1}" y2="{height:.1}"/><text class="name" x="{:.1}" y="{:.1}">{label}</text>"#,
            left + WIDTH,
            left - 6.0,
            height + 4.0,
        );
    }
    for (mark, label) in &panel.across.marks {
        _ = writeln!(
            svg,
            r#"<text class="label" x="{:.1}" y="{:.1}">{label}</text>"#,
            x(*mark),
            floor + 18.0
        );
    }
    for (index, curve) in panel.curves.iter().enumerate() {
        let points: Vec<String> = curve
            .points
            .iter()
            .map(|[at, high]| format!("{:.1},{:.1}", x(*at), y(*high)))
            .collect();
        _ = writeln!(
            svg,
            r#"<polyline class="kind{index}" points="{}"/><text class="text{index}" x="{:.1}" y="34">{}</text>"#,
            points.join(" "),
            left + 60.0 * count(index),
            curve.name,
        );
    }
}

/// So many steps are enough to read a height by.
const FEW: f64 = 8.0;

const LEFT: f64 = 50.0;
const PITCH: f64 = 380.0;
const WIDTH: f64 = 290.0;
const HEIGHT: f64 = 320.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 28.0;

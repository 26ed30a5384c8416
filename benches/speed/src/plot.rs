//! The plots, as SVG that is readable on light and on dark pages.

use std::fmt::Write;

use crate::case::{Case, shown};
use crate::curves::{Axis, Curve, Panel, page};
use crate::results::Results;
use crate::svg::{begin, count};

/// How many times faster than the faster JDK everything is, a line for each case.
pub(crate) fn speed(results: &Results, chapters: Vec<(&str, Vec<Case>)>) -> String {
    let mut lines = Vec::new();
    for (heading, cases) in chapters {
        let with_java = |case: &Case| case.fastest_java(results).is_some();
        let cases: Vec<Case> = cases.into_iter().filter(with_java).collect();
        if !cases.is_empty() {
            if !heading.is_empty() {
                lines.push(Line::Heading(heading));
            }
            lines.extend(cases.into_iter().map(Line::Case));
        }
    }
    let height = TOP + LINE * count(lines.len()) + BOTTOM;
    let mut svg = begin(WIDTH, height, "How many times faster than the faster JDK");

    let places = [
        (OURS, "javatalk"),
        (CRATE, "fastest other crate"),
        (JAVA, "JDKs"),
    ];
    for (index, (class, name)) in places.into_iter().enumerate() {
        let x = LEFT + 150.0 * count(index);
        _ = writeln!(
            svg,
            r#"<circle class="{class}" cx="{x}" cy="14" r="5"/><text x="{}" y="18">{name}</text>"#,
            x + 10.0
        );
    }
    for power in FIRST_POWER..=LAST_POWER {
        let times = f64::from(power).exp2();
        let class = if power == 0 { "one" } else { "grid" };
        let label = if power < 0 {
            format!("1/{}", 1.0 / times)
        } else {
            times.to_string()
        };
        let x = along(times);
        _ = writeln!(
            svg,
            r#"<line class="{class}" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{}"/><text class="label" x="{x:.1}" y="{}">{label}x</text>"#,
            height - BOTTOM,
            height - BOTTOM + 16.0,
        );
    }
    for (index, line) in lines.iter().enumerate() {
        let y = TOP + LINE * (count(index) + 0.5);
        match line {
            Line::Heading(heading) => {
                _ = writeln!(
                    svg,
                    r#"<text class="heading" x="0" y="{:.1}">{heading}</text>"#,
                    y + 4.0
                );
            }
            Line::Case(case) => dots(&mut svg, results, case, y),
        }
    }
    svg.push_str("</svg>\n");
    svg
}

enum Line<'a> {
    Heading(&'a str),
    Case(Case),
}

fn dots(svg: &mut String, results: &Results, case: &Case, y: f64) {
    let (Some(ours), Some(java)) = (case.ours(results), case.fastest_java(results)) else {
        return;
    };
    _ = writeln!(
        svg,
        r#"<text class="name" x="{:.1}" y="{:.1}">{}</text>"#,
        LEFT - 12.0,
        y + 4.0,
        case.name()
    );
    _ = writeln!(
        svg,
        r#"<line class="bar" x1="{:.1}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}"/>"#,
        along(1.0),
        along(java / ours),
    );
    let mut dot = |class: &str, who: &str, time: f64| {
        _ = writeln!(
            svg,
            r#"<circle class="{class}" cx="{:.1}" cy="{y:.1}" r="5"><title>{who}: {}</title></circle>"#,
            along(java / time),
            shown(time),
        );
    };
    for each in results.javas() {
        if let Some(time) = case.java(results, each) {
            dot(JAVA, each, time);
        }
    }
    if let Some((subject, time)) = case.rival(results) {
        dot(CRATE, subject, time);
    }
    dot(OURS, "javatalk", ours);
}

/// Where a number of times is drawn.
fn along(times: f64) -> f64 {
    let powers = f64::from(LAST_POWER - FIRST_POWER);
    let power = times
        .log2()
        .clamp(f64::from(FIRST_POWER), f64::from(LAST_POWER));
    LEFT + (power - f64::from(FIRST_POWER)) / powers * (WIDTH - LEFT - RIGHT)
}

/// What a byte costs, from short to long, reading and writing.
pub(crate) fn growth(results: &Results) -> String {
    let curve = |operation, name| Curve {
        name,
        points: SIZES
            .into_iter()
            .filter_map(|size| {
                let input = format!("{name} {size}");
                let time = results.nanoseconds("javatalk", operation, &input)?;
                Some([f64::from(size), time / f64::from(size)])
            })
            .collect(),
    };
    let titles = [
        ("readUTF", "readUTF, ns a byte"),
        ("writeUTF", "writeUTF, ns a byte"),
    ];
    let curves = titles.map(|(operation, _)| KINDS.map(|kind| curve(operation, kind)));
    let costs = curves.iter().flatten().flat_map(|curve| &curve.points);
    let most = costs.map(|[_, cost]| *cost).fold(0.0, f64::max);
    let panels = titles
        .into_iter()
        .zip(curves)
        .map(|((_, title), curves)| Panel {
            title,
            across: Axis::powers((0..=6).map(|power| {
                let kibibytes = 1 << power;
                (f64::from(kibibytes * 1024), format!("{kibibytes} KiB"))
            })),
            up: Axis::steps(most),
            curves: curves.into(),
        });
    page(
        "What a byte costs, from short to long",
        &panels.collect::<Vec<_>>(),
    )
}

const OURS: &str = "ours";
const CRATE: &str = "crate";
const JAVA: &str = "java";

const WIDTH: f64 = 820.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 28.0;
const LINE: f64 = 17.0;

const KINDS: [&str; 5] = ["ASCII", "Latin-1", "CJK", "emoji", "mixture"];
const SIZES: [u32; 7] = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_535];

const FIRST_POWER: i32 = -4;
const LAST_POWER: i32 = 8;

//! The frame of a drawing, readable on light and on dark pages.

pub(crate) fn begin(width: f64, height: f64, title: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>{title}</title>
<style>{STYLE}</style>
<rect width="100%" height="100%" class="page"/>
"#
    )
}

pub(crate) fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

const STYLE: &str = "
text { font: 12px system-ui, sans-serif; fill: #24292f }
.page { fill: #ffffff }
.heading { font-weight: 600 }
.name { text-anchor: end }
.label { text-anchor: middle; font-size: 10px }
.grid { stroke: #d0d7de }
.one { stroke: #57606a; stroke-width: 2 }
.bar { stroke: #0969da; stroke-width: 2; opacity: .35 }
.ours { fill: #0969da }
.crate { fill: #d4731a }
.java { fill: #8c959f }
polyline { fill: none; stroke-width: 2 }
.kind0 { stroke: #57606a } .text0 { fill: #57606a }
.kind1 { stroke: #0969da } .text1 { fill: #0969da }
.kind2 { stroke: #1a7f37 } .text2 { fill: #1a7f37 }
.kind3 { stroke: #d4731a } .text3 { fill: #d4731a }
.kind4 { stroke: #8250df } .text4 { fill: #8250df }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.page { fill: #0d1117 }
.grid { stroke: #30363d }
.one { stroke: #8b949e }
}
";

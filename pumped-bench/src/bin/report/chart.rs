//! The chart: a bar for each workload that has a goal, on a logarithmic scale from
//! what is written by hand, with the goal marked.
//!
//! It stands on a ground of its own and knows a light and a dark scheme, so it can
//! be read whichever of them a page has. Text is text, and is laid out by an upper
//! bound of its width, as the fonts are the reader's.

use std::fmt::Write as _;

use crate::time::Timed;

/// One bar.
pub(crate) struct Bar<'a> {
    label: &'a str,
    goal: f64,
    ratio: f64,
}

/// The bars of the rows that stand beside what is written by hand.
pub(crate) fn bars(rows: &[Timed]) -> Vec<Bar<'_>> {
    let bar = |row: &Timed| {
        let goal = row.beside.goal?;
        Some(Bar { label: row.workload.what, goal, ratio: row.ratio.median })
    };
    rows.iter().filter_map(bar).collect()
}

const WIDTH: f64 = 880.0;
const MARGIN: f64 = 20.0;
/// Where labels end and where bars may.
const LEFT: f64 = 320.0;
const RIGHT: f64 = 800.0;
/// Where the first row begins, and how high each is.
const TOP: f64 = 104.0;
const ROW: f64 = 28.0;
const BAR: f64 = 16.0;
/// Room behind a bar for its number.
const NUMBER: f64 = 58.0;

const STYLE: &str = "\
    text { font: 13px -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .quiet { fill: #59636e; font-size: 12px }
    .number { font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
    .ground { fill: #ffffff; stroke: #d1d9e0 }
    .grid { stroke: #d1d9e0 }
    .hand { stroke: #59636e; stroke-width: 1.5 }
    .met { fill: #2da44e }
    .over { fill: #e16f24 }
    .goal { fill: #1f2328; stroke: #ffffff }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .number { stroke: #0d1117 }
      .quiet { fill: #9198a1 }
      .ground { fill: #0d1117; stroke: #3d444d }
      .grid { stroke: #2f353d }
      .hand { stroke: #9198a1 }
      .met { fill: #2ea043 }
      .over { fill: #db6d28 }
      .goal { fill: #f0f6fc; stroke: #0d1117 }
    }
";

/// The powers of two between which everything lies.
struct Scale {
    first: i32,
    last: i32,
}

impl Scale {
    fn new(bars: &[Bar<'_>]) -> Self {
        let (mut least, mut most) = (1.0_f64, 2.0_f64);
        for bar in bars {
            least = least.min(bar.ratio);
            most = most.max(bar.ratio).max(bar.goal);
        }
        let mut scale = Self { first: 0, last: 1 };
        while 2.0_f64.powi(scale.first) > least && scale.first > -6 {
            scale.first -= 1;
        }
        while 2.0_f64.powi(scale.last) < most && scale.last < 20 {
            scale.last += 1;
        }
        scale
    }

    /// Where a ratio is, from the left.
    fn at(&self, ratio: f64) -> f64 {
        let (first, last) = (f64::from(self.first), f64::from(self.last));
        let part = (ratio.log2() - first) / (last - first);
        LEFT + 12.0 + part.clamp(0.0, 1.0) * (RIGHT - NUMBER - LEFT - 12.0)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|power| 2.0_f64.powi(power))
    }
}

/// The picture.
pub(crate) fn draw(bars: &[Bar<'_>]) -> String {
    let mut svg = String::new();
    write(&mut svg, bars).expect("a string takes all");
    svg
}

fn write(svg: &mut String, bars: &[Bar<'_>]) -> std::fmt::Result {
    let scale = Scale::new(bars);
    let rows = bars.iter().fold(0.0, |rows, _| rows + 1.0);
    let bottom = TOP + rows * ROW;
    let height = bottom + 44.0;
    let title = "Time of pumped, as a multiple of the same written by hand";
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{title}</title>\n<desc id=\"desc\">{}</desc>\n\
         <style>\n{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"34\">{title}</text>",
        description(bars),
        WIDTH - 1.0,
        height - 1.0,
    )?;
    legend(svg)?;
    for tick in scale.ticks() {
        let x = scale.at(tick);
        let class = if tick.total_cmp(&1.0).is_eq() { "hand" } else { "grid" };
        writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\n\
             <text class=\"quiet\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{tick}×</text>",
            TOP - 4.0,
            bottom + 20.0,
        )?;
    }
    writeln!(
        svg,
        "<text class=\"quiet\" x=\"{}\" y=\"{}\" text-anchor=\"end\">goal</text>",
        WIDTH - MARGIN,
        TOP - 10.0,
    )?;
    let mut y = TOP;
    for bar in bars {
        row(svg, &scale, bar, y)?;
        y += ROW;
    }
    svg.push_str("</svg>\n");
    Ok(())
}

fn legend(svg: &mut String) -> std::fmt::Result {
    const Y: f64 = 62.0;
    let mut x = MARGIN;
    for (class, text) in [("met", "within its goal"), ("over", "over it"), ("goal", "goal")] {
        let width = if class == "goal" { 4.0 } else { 12.0 };
        writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"12\" rx=\"1\"/>\n\
             <text class=\"quiet\" x=\"{}\" y=\"{Y}\">{text}</text>",
            Y - 10.5,
            x + width + 6.0,
        )?;
        x += width + 6.0 + width_of(text) + 16.0;
    }
    writeln!(
        svg,
        "<text class=\"quiet\" x=\"{}\" y=\"{Y}\" text-anchor=\"end\">\
         1× is by hand; shorter is better; logarithmic</text>",
        WIDTH - MARGIN,
    )
}

fn row(svg: &mut String, scale: &Scale, bar: &Bar<'_>, y: f64) -> std::fmt::Result {
    let Bar { label, goal, ratio } = bar;
    let (hand, end, mark) = (scale.at(1.0), scale.at(*ratio), scale.at(*goal));
    let class = if ratio <= goal { "met" } else { "over" };
    let top = y + (ROW - BAR) / 2.0;
    let line = y + ROW / 2.0 + 4.5;
    // The number stands behind the bar, and behind the mark where that is next.
    let behind = if mark > end - 6.0 && mark < end + NUMBER { mark.max(end) } else { end };
    writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{line}\" text-anchor=\"end\">{}</text>\n\
         <rect class=\"{class}\" x=\"{:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"1\"/>\n\
         <rect class=\"goal\" x=\"{:.1}\" y=\"{}\" width=\"4\" height=\"{}\" rx=\"1\"/>\n\
         <text class=\"number\" x=\"{:.1}\" y=\"{line}\">{}</text>\n\
         <text class=\"quiet\" x=\"{}\" y=\"{line}\" text-anchor=\"end\">≤ {goal}×</text>",
        escaped(label),
        hand.min(end),
        (end - hand).abs().max(1.0),
        mark - 2.0,
        top - 3.0,
        BAR + 6.0,
        behind.max(hand) + 8.0,
        number(*ratio),
        WIDTH - MARGIN,
    )
}

fn number(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}×") } else { format!("{ratio:.1}×") }
}

fn description(bars: &[Bar<'_>]) -> String {
    let mut text = String::new();
    for Bar { label, goal, ratio } in bars {
        let separator = if text.is_empty() { "" } else { "; " };
        _ = write!(text, "{separator}{}: {} (goal {goal}×)", escaped(label), number(*ratio));
    }
    text
}

/// More than a text is wide, in the fonts that are asked for.
fn width_of(text: &str) -> f64 {
    text.chars().fold(0.0, |width, _| width + 6.9)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{Bar, LEFT, MARGIN, draw, width_of};
    use pumped_bench::workload::Workload;
    use pumped_bench::workloads;

    #[test]
    fn labels_have_room() {
        let has_bar = |it: &&Workload| it.beside.iter().any(|beside| beside.goal.is_some());
        for workload in workloads::all().filter(has_bar) {
            let width = width_of(workload.what);
            assert!(width <= LEFT - MARGIN, "too long for the chart: {}", workload.what);
        }
    }

    #[test]
    fn a_label_is_no_markup() {
        let svg = draw(&[Bar { label: "a<b>&c", goal: 2.0, ratio: 0.3 }]);
        assert!(svg.contains("a&lt;b&gt;&amp;c: 0.30×") && !svg.contains("a<b>"));
    }
}

//! Bars of text: they are read wherever the page is.

use std::fmt::Write as _;

use pumped_bench::compile_time::{Cargo, Measured, Nodes};

use crate::tables::why;

/// How long the longest bar is.
const WIDTH: f64 = 48.0;

/// A bar, or what stands in its place.
struct Bar {
    group: String,
    name: String,
    value: Result<f64, String>,
}

/// Milliseconds of CPU time a node of the graphs with `layers` layers, pumped beside by hand:
/// on the clock where that is not known.
pub(crate) fn graphs(measured: &Measured, cargo: Cargo, layers: usize) -> String {
    let mut bars = Vec::new();
    let rows = measured
        .graphs
        .iter()
        .filter(|row| row.of == Nodes::Executors && row.cargo == cargo && row.depth[0] == layers);
    for row in rows {
        for (name, cost) in [("pumped", row.pumped), ("by hand", row.hand)] {
            let group = format!("{} nodes", row.nodes);
            bars.push(Bar {
                group,
                name: name.to_owned(),
                value: Ok(cost.cpu.unwrap_or(cost.time)),
            });
        }
    }
    draw(&bars)
}

/// Milliseconds a node that `cargo build` takes, of everyone, at one depth.
pub(crate) fn peers(measured: &Measured, layers: usize) -> String {
    let mut sizes: Vec<usize> = measured.peers.iter().map(|row| row.nodes).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut bars = Vec::new();
    for nodes in sizes {
        let rows = measured.peers.iter().filter(|row| row.nodes == nodes && row.depth[0] == layers);
        for row in rows {
            let [_, build] = &row.costs;
            let value = build.as_ref().map(|cost| cost.time).map_err(why);
            let (group, name) = (format!("{nodes} nodes"), row.author.name().to_owned());
            bars.push(Bar { group, name, value });
        }
    }
    draw(&bars)
}

fn draw(bars: &[Bar]) -> String {
    let most =
        bars.iter().filter_map(|bar| bar.value.as_ref().ok()).fold(0.0_f64, |a, b| a.max(*b));
    let mut text = "```text\n".to_owned();
    let mut group = "";
    for bar in bars {
        let label = if bar.group == group { "" } else { &bar.group };
        group = &bar.group;
        write!(text, "{label:>10}  {:<8} ", bar.name).expect("a string takes all");
        match &bar.value {
            Ok(value) => writeln!(text, "{} {value:.2}", line(*value, most)),
            Err(why) => writeln!(text, "{why}"),
        }
        .expect("a string takes all");
    }
    text.push_str("```\n");
    text
}

/// A bar in eighths of a character.
fn line(value: f64, most: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let mut left = if most > 0.0 { value / most * WIDTH } else { 0.0 };
    let mut line = String::new();
    while left >= 1.0 {
        line.push('█');
        left -= 1.0;
    }
    let part = EIGHTHS.iter().zip(1_u32..).take_while(|(_, next)| f64::from(*next) / 8.0 <= left);
    line.push_str(EIGHTHS[part.count()]);
    line
}

#[cfg(test)]
mod tests {
    use super::{Bar, draw};

    #[test]
    fn bars_are_to_scale() {
        let bar =
            |name: &str, value| Bar { group: "9 nodes".to_owned(), name: name.to_owned(), value };
        let drawn = draw(&[
            bar("most", Ok(48.0)),
            bar("some", Ok(2.5)),
            bar("none", Err("not done in 120 s".to_owned())),
        ]);
        let expected = format!(
            "```text\n   9 nodes  most     {} 48.00\n            some     ██▌ 2.50\n            \
             none     not done in 120 s\n```\n",
            "█".repeat(48)
        );
        assert_eq!(drawn, expected);
    }
}

//! The graph as a page: an SVG in layers, whatever needs something above it, and a table.
//!
//! Drawn here, so that whoever looks needs no network and no script.

use std::fmt::Write;

use pumped::EdgeKind;
use pumped::graph::{Graph, GraphNode, NodeState};

const STYLE: &str = "
    body { font: 14px system-ui, sans-serif; margin: 2em; color: #222 }
    svg { max-width: 100% } svg text { font: 13px ui-monospace, monospace; text-anchor: middle }
    rect { stroke: #555 } .resolved { fill: #d8f0d8 } .stale { fill: #ffe9b0 } .empty { fill: #fff }
    path { fill: none; stroke: #777; stroke-width: 1.3 } .reactive { stroke: #c0392b; stroke-width: 2.2 }
    .snapshot, .lazy, .controller { stroke-dasharray: 5 4 } .lazy { stroke: #8e44ad }
    .controller { stroke: #2471a3 } .snapshot { stroke: #b9770e }
    table { border-collapse: collapse; margin-top: 1.5em } td, th { padding: .25em .8em; text-align: left }
    tr { border-bottom: 1px solid #ddd } code { font-family: ui-monospace, monospace }
";

const HEIGHT: usize = 34;
const ROW: usize = 96;
const GAP: usize = 28;

/// The whole page.
pub(super) fn page(graph: &Graph) -> String {
    let style = STYLE;
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>graph</title>\
         <style>{style}</style></head>\n<body><h1>The graph</h1>\n\
         <p>Box: fixed. Round: live. Green: there. Yellow: stale, rebuilt at the next read. \
         White: not built.<br>Grey: dep. Red: reactive. Dashed blue: controller. \
         As <a href=\"?format=mermaid\">Mermaid</a>, <a href=\"?format=dot\">DOT</a>, \
         <a href=\"?format=json\">JSON</a>; <a href=\"/debug/executions\">executions</a>.</p>\n\
         {}\n{}\n</body></html>\n",
        picture(graph),
        table(graph),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn state(node: &GraphNode) -> &'static str {
    match node.state() {
        Some(NodeState::Resolved) => "resolved",
        Some(NodeState::Stale) => "stale",
        _ => "empty",
    }
}

/// Whether an edge has a direction that the layers can follow: these never form a circle.
fn is_needed(kind: EdgeKind) -> bool {
    matches!(kind, EdgeKind::Dep | EdgeKind::Reactive | EdgeKind::Snapshot)
}

/// The layer of each node, from the top: below everything that needs it.
fn layers(graph: &Graph) -> Vec<usize> {
    let mut layer = vec![0; graph.nodes().len()];
    // No way is longer than there are nodes.
    for _ in graph.nodes() {
        for (from, node) in graph.nodes().iter().enumerate() {
            for edge in node.edges().iter().filter(|edge| is_needed(edge.kind())) {
                layer[edge.to()] = layer[edge.to()].max(layer[from] + 1);
            }
        }
    }
    layer
}

/// Where a node is drawn.
#[derive(Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
}

impl Place {
    fn middle(self) -> usize {
        self.x + self.width / 2
    }
}

/// The place of each node, and the size of it all.
fn places(graph: &Graph) -> (Vec<Place>, usize, usize) {
    let layer = layers(graph);
    let rows = layer.iter().max().map_or(0, |deepest| deepest + 1);
    let mut places = vec![Place::default(); layer.len()];
    let mut widths = vec![0; rows];
    for (at, node) in graph.nodes().iter().enumerate() {
        let (row, width) = (layer[at], 24 + 8 * node.name().chars().count());
        places[at] = Place { x: widths[row], y: 8 + row * ROW, width };
        widths[row] += width + GAP;
    }
    let widest = widths.iter().max().copied().unwrap_or(0);
    for (at, place) in places.iter_mut().enumerate() {
        place.x += 8 + (widest - widths[layer[at]]) / 2;
    }
    (places, widest + 16, rows * ROW)
}

fn picture(graph: &Graph) -> String {
    let (places, width, height) = places(graph);
    let mut out = format!("<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\">\n");
    // Writing to a string cannot fail.
    for (from, node) in graph.nodes().iter().enumerate() {
        for edge in node.edges() {
            let (start, end, kind) = (places[from], places[edge.to()], edge.kind().name());
            let (from_y, to_y) = (start.y + HEIGHT, end.y);
            let _ = writeln!(
                out,
                "<path class=\"{kind}\" d=\"M{} {from_y} C{} {} {} {} {} {to_y}\">\
                 <title>{} takes {} ({kind})</title></path>",
                start.middle(),
                start.middle(),
                from_y + ROW / 3,
                end.middle(),
                to_y.saturating_sub(ROW / 3),
                end.middle(),
                escape(node.name()),
                escape(graph.nodes()[edge.to()].name()),
            );
        }
    }
    for (place, node) in places.iter().zip(graph.nodes()) {
        let Place { x, y, width } = *place;
        let round = if node.declaration().is_live() { HEIGHT / 2 } else { 3 };
        let _ = writeln!(
            out,
            "<g><rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" \
             rx=\"{round}\"/><text x=\"{}\" y=\"{}\">{}</text><title>{}</title></g>",
            state(node),
            place.middle(),
            y + 22,
            escape(node.name()),
            escape(node.declaration().output_name()),
        );
    }
    out + "</svg>"
}

fn table(graph: &Graph) -> String {
    let mut out = String::from(
        "<table><tr><th>executor</th><th>is</th><th>state</th><th>takes</th><th>declared</th></tr>\n",
    );
    for (at, node) in graph.nodes().iter().enumerate() {
        let declared = node.declaration();
        let kind = match (declared.is_mutable(), declared.is_live(), declared.is_provided()) {
            (true, ..) => "mutable",
            (_, true, _) => "live",
            (_, _, true) => "provided",
            _ => "fixed",
        };
        let takes =
            graph.dependencies(at).map(|(kind, node)| format!("{} ({})", node.name(), kind.name()));
        let takes = takes.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            out,
            "<tr><td><code>{}</code></td><td>{kind}</td><td>{}</td><td>{}</td><td>{}:{}</td></tr>",
            escape(node.name()),
            state(node),
            escape(&takes),
            escape(declared.file()),
            declared.line(),
        );
    }
    out + "</table>"
}

//! The tables, and what counts as reached.

use pumped_bench::compile_time::{Author, Cargo, Cost, Ended, Limit, Limits, Measured, Nodes, Row};
use pumped_bench::markdown::Table;

/// Milliseconds a node that `cargo check` may take.
const CHECK: f64 = 3.0;
/// How many times the hand-written version's memory rustc may need.
const MEMORY: f64 = 1.5;

/// All tables that have rows, with a line above each.
pub(crate) fn all(measured: &Measured) -> String {
    let parts = [
        (
            "Executors",
            of(measured, Nodes::Executors).next().is_some(),
            graphs(measured, Nodes::Executors),
        ),
        ("Flows", of(measured, Nodes::Flows).next().is_some(), graphs(measured, Nodes::Flows)),
        ("Growth", !measured.graphs.is_empty(), growth(measured)),
        ("Chains", !measured.chains.is_empty(), chains(measured)),
        ("Other libraries", !measured.peers.is_empty(), peers(measured)),
        ("From nothing", !measured.clean.is_empty(), clean(measured)),
    ];
    let shown = parts.into_iter().filter(|(_, shown, _)| *shown);
    shown.map(|(name, _, table)| format!("{name}\n\n{table}")).collect::<Vec<_>>().join("\n")
}

fn ok(reached: bool) -> String {
    if reached { "ok" } else { "over" }.to_owned()
}

fn or_dash(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "–".to_owned(), |number| format!("{number:.digits$}"))
}

/// Of what is there, and larger than nothing: in a small graph the noise of what any
/// program costs can be larger than what its nodes do.
fn ratio(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    let (a, b) = (a?, b?);
    (a > 0.0 && b > 0.0).then_some(a / b)
}

fn of(measured: &Measured, nodes: Nodes) -> impl Iterator<Item = &Row> {
    measured.graphs.iter().filter(move |row| row.of == nodes)
}

/// Graphs with pumped and by hand.
pub(crate) fn graphs(measured: &Measured, nodes: Nodes) -> Table {
    let mut table = Table::new(&[
        "cargo",
        "layers",
        "nodes",
        "pumped, ms a node",
        "by hand",
        "ratio",
        "pumped, CPU ms a node",
        "by hand",
        "ratio",
        "time ok?",
        "rustc, MiB",
        "by hand",
        "ratio",
        "memory ok?",
    ]);
    // In a small graph some depths come to the same, and are said once.
    let mut said = Vec::new();
    for row in of(measured, nodes) {
        let key = (row.nodes, row.depth[1], row.cargo);
        if said.contains(&key) {
            continue;
        }
        said.push(key);
        let Row { pumped, hand, cargo, .. } = row;
        let memory = ratio(pumped.memory, hand.memory);
        let reached = match cargo {
            Cargo::Check => pumped.time <= CHECK,
            Cargo::Build => pumped.time <= hand.time,
        };
        let (reached, memory_reached) = match nodes {
            Nodes::Executors => (ok(reached), memory.map(|memory| ok(memory <= MEMORY))),
            // Nothing was asked of these.
            Nodes::Flows => ("–".to_owned(), None),
        };
        table.row(vec![
            cargo.name().to_owned(),
            row.depth[1].to_string(),
            row.nodes.to_string(),
            format!("{:.2}", pumped.time),
            format!("{:.2}", hand.time),
            or_dash(ratio(Some(pumped.time), Some(hand.time)), 2),
            or_dash(pumped.cpu, 2),
            or_dash(hand.cpu, 2),
            or_dash(ratio(pumped.cpu, hand.cpu), 2),
            reached,
            or_dash(pumped.memory, 0),
            or_dash(hand.memory, 0),
            or_dash(memory, 2),
            memory_reached.unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    table
}

/// What a node of the largest graph costs beside one of a small graph of as many layers.
pub(crate) fn growth(measured: &Measured) -> Table {
    let mut table =
        Table::new(&["nodes are", "cargo", "layers", "from", "to", "pumped", "by hand"]);
    for last in &measured.graphs {
        let alike =
            |row: &&Row| (row.of, row.cargo, row.depth[0]) == (last.of, last.cargo, last.depth[0]);
        let rows: Vec<&Row> = measured.graphs.iter().filter(alike).collect();
        // Small graphs are mostly what any program costs.
        let Some(first) = rows.iter().find(|row| row.nodes >= 100) else { continue };
        let is_largest = rows.iter().all(|row| row.nodes <= last.nodes);
        if !is_largest || first.nodes == last.nodes {
            continue;
        }
        let grown = |cost: fn(&Row) -> &Cost| {
            let (last, first) = (cost(last), cost(first));
            let by_time = || ratio(Some(last.time), Some(first.time));
            or_dash(ratio(last.cpu, first.cpu).or_else(by_time), 2)
        };
        table.row(vec![
            last.of.name().to_owned(),
            last.cargo.name().to_owned(),
            last.depth[1].to_string(),
            first.nodes.to_string(),
            last.nodes.to_string(),
            grown(|row| &row.pumped),
            grown(|row| &row.hand),
        ]);
    }
    table
}

/// Chains as long as they get.
pub(crate) fn chains(measured: &Measured) -> Table {
    let mut table =
        Table::new(&["nodes", "declared", "check, ms a node", "build, ms a node", "runs"]);
    for chain in &measured.chains {
        table.row(vec![
            chain.nodes.to_string(),
            chain.order.name().to_owned(),
            format!("{:.2}", chain.time[0]),
            format!("{:.2}", chain.time[1]),
            if chain.runs { "ok" } else { "**wrong**" }.to_owned(),
        ]);
    }
    table
}

/// What tables call it, with its release.
fn called(author: Author) -> String {
    match (author, author.version()) {
        (Author::Hand, _) => "by hand, `Arc`".to_owned(),
        (_, Some(version)) => format!("{} {version}", author.name()),
        (_, None) => author.name().to_owned(),
    }
}

/// Why there is no number.
pub(crate) fn why(ended: &Ended) -> String {
    let limits = Limits::default();
    match ended {
        Ended::NotTried => "not tried: the check takes too long".to_owned(),
        Ended::Limit(Limit::Time) => format!("more than {} s of CPU", limits.time.as_secs()),
        Ended::Limit(Limit::Memory) => format!("more than {} GiB", limits.mebibytes / 1024),
        Ended::Failed(text) => {
            let error = text.lines().find(|line| line.starts_with("error")).unwrap_or("failed");
            format!("does not compile: {error}").replace('|', "\\|")
        }
    }
}

/// Other libraries, as far as they come.
pub(crate) fn peers(measured: &Measured) -> Table {
    let header = ["with", "layers", "nodes", "check, ms a node", "build, ms a node", "rustc, MiB"];
    let mut table = Table::new(&header);
    let mut said = Vec::new();
    for row in &measured.peers {
        let key = (row.author, row.nodes, row.depth[1]);
        if said.contains(&key) {
            continue;
        }
        said.push(key);
        let [check, build] = &row.costs;
        let time = |cost: &Result<Cost, Ended>| match cost {
            Ok(cost) => format!("{:.2}", cost.time),
            Err(ended) => why(ended),
        };
        let memory = build.as_ref().ok().and_then(|cost| cost.memory);
        table.row(vec![
            called(row.author),
            row.depth[1].to_string(),
            row.nodes.to_string(),
            time(check),
            time(build),
            or_dash(memory, 0),
        ]);
    }
    table
}

/// What each library brings along.
pub(crate) fn clean(measured: &Measured) -> Table {
    let mut table = Table::new(&["with", "seconds", "of CPU", "packages", "which"]);
    for row in &measured.clean {
        table.row(vec![
            called(row.author),
            format!("{:.1}", row.time),
            or_dash(row.cpu, 1),
            row.packages.len().to_string(),
            row.packages.join(", "),
        ]);
    }
    table
}

/// Tokens that the macros write, from the page that a test keeps true.
pub(crate) fn tokens() -> Table {
    let page = include_str!("../../../../docs/MACROS.md");
    let mut table = Table::new(&["form", "tokens written", "tokens that come out"]);
    for line in page.lines().filter(|line| line.starts_with("| [")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [form, written, out, _] = cells[..] {
            let form = form.trim_start_matches('[').split(']').next().unwrap_or(form);
            table.row([form, written, out].map(str::to_owned).to_vec());
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn tokens_of_every_form_are_found() {
        let table = tokens().to_string();
        assert!(table.contains("| An executor | "), "{table}");
        assert!(table.lines().count() > 10, "{table}");
    }
}

//! How long a graph takes to compile, beside the same graph written by hand with
//! `Arc`s: generates crates into a temporary directory, builds each once, and
//! then times rebuilds of that crate alone, in turns.

mod generate;
mod project;

use crate::markdown::Table;
use crate::timing::median;

use generate::{Order, Shape, Side};
use project::{Cargo, Place, Project};

/// What is generated, and how often it is rebuilt.
#[derive(Clone, Debug)]
pub struct Options {
    /// The sizes of the graphs.
    pub nodes: Vec<usize>,
    /// How many dependencies a node has.
    pub width: usize,
    /// How many layers.
    pub depth: usize,
    /// How many rebuilds of each.
    pub rounds: usize,
    /// The length of the chains.
    pub chain: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { nodes: vec![10, 100, 400], width: 2, depth: 40, rounds: 5, chain: 1000 }
    }
}

/// The tables, with a line above each.
///
/// # Errors
/// What cargo said.
pub fn report(options: &Options) -> Result<String, String> {
    let place = Place::new().map_err(|error| format!("no temporary directory: {error}"))?;
    Ok(format!("{}\n{}", graphs(&place, options)?, chains(&place, options.chain)?))
}

/// The two sides of one graph.
struct Pair {
    ours: Project,
    hand: Project,
}

impl Pair {
    fn new(place: &Place, shape: Shape) -> Result<Self, String> {
        let make = |side: Side| {
            let name = format!("{}-{}", side.name(), shape.nodes());
            Project::new(place, &name, side, &shape.code(side))
        };
        let pair = Self { ours: make(Side::Ours)?, hand: make(Side::Hand)? };
        let (ours, hand) = (pair.ours.run()?, pair.hand.run()?);
        if ours == hand { Ok(pair) } else { Err(format!("the sides disagree: {ours} and {hand}")) }
    }

    /// The medians of rebuilding each side, in milliseconds.
    fn measure(&self, cargo: Cargo, rounds: usize) -> Result<[f64; 2], String> {
        let mut times = [Vec::new(), Vec::new()];
        self.ours.rebuild(cargo)?;
        self.hand.rebuild(cargo)?;
        for _ in 0..rounds {
            times[0].push(self.ours.rebuild(cargo)?);
            times[1].push(self.hand.rebuild(cargo)?);
        }
        Ok(times.map(|series| median(&series) * 1e3))
    }
}

fn graphs(place: &Place, options: &Options) -> Result<String, String> {
    let Options { width, depth, rounds, .. } = *options;
    let mut text = format!(
        "Graphs of {width} dependencies a node, {depth} layers; the crate alone is rebuilt, not \
         incrementally. Milliseconds, medians of {rounds}; per node without an empty crate's time.\n\n"
    );
    let empty = Pair::new(place, Shape::EMPTY)?;
    let mut table = Table::new(&[
        "cargo",
        "nodes",
        "pumped",
        "by hand, `Arc`",
        "pumped a node",
        "by hand a node",
        "ratio",
        "goal a node",
        "ok?",
    ]);
    for &nodes in &options.nodes {
        let shape = Shape::Layers { nodes, width, depth };
        let pair = Pair::new(place, shape)?;
        for cargo in [Cargo::Check, Cargo::Build] {
            let nothing = empty.measure(cargo, rounds)?;
            let all = pair.measure(cargo, rounds)?;
            let per_node = |side: usize| (all[side] - nothing[side]) / to_float(nodes);
            let (ours, hand) = (per_node(0), per_node(1));
            let (goal, ok) = match cargo {
                Cargo::Check => ("≤ 3".to_owned(), ours <= 3.0),
                Cargo::Build => ("≤ by hand".to_owned(), ours <= hand),
            };
            table.row(vec![
                cargo.name().to_owned(),
                nodes.to_string(),
                format!("{:.0}", all[0]),
                format!("{:.0}", all[1]),
                format!("{ours:.2}"),
                format!("{hand:.2}"),
                format!("{:.2}", ours / hand),
                goal,
                if ok { "ok" } else { "over" }.to_owned(),
            ]);
        }
    }
    text.push_str(&table.to_string());
    Ok(text)
}

fn to_float(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// Long chains have to compile without a raised `recursion_limit`, and to run.
fn chains(place: &Place, nodes: usize) -> Result<String, String> {
    let mut text = format!(
        "Chains of {nodes}, without a raised `recursion_limit`; milliseconds of one rebuild.\n\n"
    );
    let mut table = Table::new(&["declared", "check", "build", "a node (check)", "runs"]);
    for order in [Order::DependenciesFirst, Order::DependentsFirst] {
        let shape = Shape::Chain { nodes, order };
        let name = format!("chain-{}", order.name().replace(' ', "-"));
        let project = Project::new(place, &name, Side::Ours, &shape.code(Side::Ours))?;
        let result = project.run()?;
        let runs = result.trim() == nodes.to_string();
        let check = project.rebuild(Cargo::Check)? * 1e3;
        let build = project.rebuild(Cargo::Build)? * 1e3;
        table.row(vec![
            order.name().to_owned(),
            format!("{check:.0}"),
            format!("{build:.0}"),
            format!("{:.2}", check / to_float(nodes)),
            if runs { "ok" } else { "**wrong**" }.to_owned(),
        ]);
    }
    text.push_str(&table.to_string());
    Ok(text)
}

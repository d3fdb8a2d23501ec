//! How long a graph takes to compile, beside the same graph written by hand and with other
//! libraries: generates crates into a temporary directory, builds each once, and then times
//! rebuilds of that crate alone, in turns.
//!
//! [`measure`] yields numbers; the program `compile-time` makes tables of them.

mod generate;
mod graph;
mod project;
mod watch;

use std::time::Instant;

use crate::timing::median;

use generate::code;
use graph::Graph;
use project::{Place, Project};

pub use generate::{Author, Nodes};
pub use graph::Order;
pub use project::{Cargo, Ended, Sample};
pub use watch::{Limit, Limits, in_place_of_rustc};

/// What is generated, and how often it is rebuilt.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many nodes the graphs have.
    pub nodes: Vec<usize>,
    /// How many layers the graphs of executors have.
    pub depths: Vec<usize>,
    /// How many layers the graphs of flows have.
    pub flow_depths: Vec<usize>,
    /// How many dependencies a node has.
    pub width: usize,
    /// How many rebuilds of each there are at most.
    pub rounds: usize,
    /// After how many seconds a row has had rounds enough, if there were two.
    pub seconds: f64,
    /// How long the chains are.
    pub chain: usize,
    /// How many layers the graphs have that are compared with other libraries.
    pub peer_depths: Vec<usize>,
    /// What rustc may take.
    pub limits: Limits,
    /// How often all dependencies are built.
    pub clean_rounds: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: vec![10, 100, 400, 1000],
            depths: vec![5, 40, 100],
            flow_depths: vec![40],
            width: 2,
            rounds: 5,
            seconds: 12.0,
            chain: 1000,
            peer_depths: Vec::new(),
            limits: Limits::default(),
            clean_rounds: 0,
        }
    }
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Graphs with pumped and by hand.
    pub graphs: Vec<Row>,
    /// Chains with pumped.
    pub chains: Vec<Chain>,
    /// Graphs with other libraries, and with pumped.
    pub peers: Vec<PeerRow>,
    /// Everything from nothing.
    pub clean: Vec<Clean>,
}

/// A graph with pumped and by hand.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the nodes are.
    pub of: Nodes,
    /// How many there are.
    pub nodes: usize,
    /// In how many layers they were to be, and are.
    pub depth: [usize; 2],
    /// The command.
    pub cargo: Cargo,
    /// With pumped.
    pub pumped: Cost,
    /// By hand.
    pub hand: Cost,
}

/// What a graph costs: medians.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Milliseconds a node, beyond those of a graph of one node.
    pub time: f64,
    /// Milliseconds a node of all processors, in the same way.
    pub cpu: Option<f64>,
    /// MiB of rustc in all.
    pub memory: Option<f64>,
}

impl Cost {
    /// Of the samples of a graph, and of a graph of one node.
    fn new(nodes: usize, of: &[Sample], one: &[Sample]) -> Self {
        let per_node = |part: fn(&Sample) -> Option<f64>| {
            let beyond = median_of(of, part)? - median_of(one, part)?;
            Some(beyond * 1e3 / to_float(nodes.saturating_sub(1).max(1)))
        };
        Self {
            time: per_node(|sample| Some(sample.time)).unwrap_or(f64::NAN),
            cpu: per_node(|sample| sample.cpu),
            memory: median_of(of, |sample| sample.memory),
        }
    }
}

fn median_of(samples: &[Sample], part: fn(&Sample) -> Option<f64>) -> Option<f64> {
    let series: Vec<f64> = samples.iter().filter_map(part).collect();
    (!series.is_empty()).then(|| median(&series))
}

/// A long chain, which has to compile without a raised `recursion_limit`, and to run.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    /// How long it is.
    pub nodes: usize,
    /// How it is declared.
    pub order: Order,
    /// Milliseconds a node of `cargo check`, and of `cargo build`.
    pub time: [f64; 2],
    /// Whether it yields what it should.
    pub runs: bool,
}

/// A graph with another library, or with pumped.
#[derive(Clone, Debug)]
pub struct PeerRow {
    /// Whose.
    pub author: Author,
    /// How many nodes.
    pub nodes: usize,
    /// In how many layers they were to be, and are.
    pub depth: [usize; 2],
    /// What `cargo check` takes, and `cargo build`.
    pub costs: [Result<Cost, Ended>; 2],
}

/// Everything from nothing.
#[derive(Clone, Debug)]
pub struct Clean {
    /// With what.
    pub author: Author,
    /// The packages that it consists of, itself included.
    pub packages: Vec<String>,
    /// The seconds that it takes.
    pub time: f64,
    /// The seconds of all processors.
    pub cpu: Option<f64>,
}

/// Measures all that the options ask for; `progress` hears what comes next.
///
/// # Errors
/// What cargo said.
pub fn measure(options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Measured, String> {
    let place = &Place::new()?;
    let mut bench = Bench { place, options, progress };
    let mut measured = Measured::default();
    for (of, depths) in [(Nodes::Executors, &options.depths), (Nodes::Flows, &options.flow_depths)]
    {
        if !depths.is_empty() {
            measured.graphs.extend(bench.graphs(of, depths)?);
        }
    }
    if options.chain > 0 {
        for order in [Order::DependenciesFirst, Order::DependentsFirst] {
            measured.chains.push(bench.chain(order)?);
        }
    }
    if !options.peer_depths.is_empty() {
        for author in [Author::Pumped, Author::Hand].iter().chain(&Author::PEERS) {
            measured.peers.extend(bench.peer(*author)?);
        }
    }
    if options.clean_rounds > 0 {
        measured.clean = bench.clean()?;
    }
    Ok(measured)
}

struct Bench<'a> {
    place: &'a Place,
    options: &'a Options,
    progress: &'a mut dyn FnMut(&str),
}

impl Bench<'_> {
    fn project(&self, author: Author, of: Nodes, graph: Graph) -> Result<Project, String> {
        let (nodes, layers) = (graph.nodes(), graph.layers());
        let name = format!("{}_{}_{nodes}_{layers}", author.name(), of.name());
        let code = code(author, of, graph);
        Project::new(self.place, &name, author, &code, self.options.limits)
    }

    fn graphs(&mut self, of: Nodes, depths: &[usize]) -> Result<Vec<Row>, String> {
        let options = self.options;
        let smallest = self.pair(of, Graph::SMALLEST)?;
        let one = [self.samples(&smallest, Cargo::Check)?, self.samples(&smallest, Cargo::Build)?];
        let mut rows = Vec::new();
        for &depth in depths {
            for &nodes in &options.nodes {
                let graph = Graph::Layers { nodes, width: options.width, depth };
                // In a small graph some depths come to the same.
                let is_same = |row: &&Row| row.nodes == nodes && row.depth[1] == graph.layers();
                let same: Vec<Row> = rows.iter().filter(is_same).take(2).cloned().collect();
                if !same.is_empty() {
                    let depth = [depth, graph.layers()];
                    rows.extend(same.into_iter().map(|row| Row { depth, ..row }));
                    continue;
                }
                (self.progress)(&format!("{nodes} {} in {} layers", of.name(), graph.layers()));
                let pair = self.pair(of, graph)?;
                for (cargo, one) in [Cargo::Check, Cargo::Build].into_iter().zip(&one) {
                    let samples = self.samples(&pair, cargo)?;
                    let [pumped, hand] =
                        [0, 1].map(|side: usize| Cost::new(nodes, &samples[side], &one[side]));
                    rows.push(Row {
                        of,
                        nodes,
                        depth: [depth, graph.layers()],
                        cargo,
                        pumped,
                        hand,
                    });
                }
            }
        }
        Ok(rows)
    }

    /// The two sides of one graph, which have to agree.
    fn pair(&self, of: Nodes, graph: Graph) -> Result<[Project; 2], String> {
        let pumped = self.project(Author::Pumped, of, graph)?;
        let hand = self.project(Author::Hand, of, graph)?;
        let results = [pumped.run()?, hand.run()?];
        let is_wrong = of == Nodes::Executors && results[0] != graph.printed();
        if is_wrong || results[0] != results[1] {
            return Err(format!("the sides of {graph:?} disagree: {results:?}"));
        }
        Ok([pumped, hand])
    }

    /// Rebuilds both sides in turns.
    fn samples(&self, pair: &[Project; 2], cargo: Cargo) -> Result<[Vec<Sample>; 2], String> {
        let mut samples = [Vec::new(), Vec::new()];
        if cargo == Cargo::Check {
            // The first has to check the dependencies, too.
            for side in pair {
                side.rebuild(cargo)?;
            }
        }
        let start = Instant::now();
        for round in 0..self.options.rounds {
            if round >= 2 && start.elapsed().as_secs_f64() > self.options.seconds {
                break;
            }
            for (side, samples) in pair.iter().zip(&mut samples) {
                samples.push(side.rebuild(cargo)?);
            }
        }
        Ok(samples)
    }

    fn chain(&mut self, order: Order) -> Result<Chain, String> {
        let nodes = self.options.chain;
        (self.progress)(&format!("a chain of {nodes}, {}", order.name()));
        let graph = Graph::Chain { nodes, order };
        let name = format!("chain_{}", order.name().replace(' ', "_"));
        let code = code(Author::Pumped, Nodes::Executors, graph);
        let limits = self.options.limits;
        let project = Project::new(self.place, &name, Author::Pumped, &code, limits)?;
        let runs = project.run()? == nodes.to_string();
        project.rebuild(Cargo::Check)?;
        let time = |cargo| {
            let sample = project.rebuild(cargo)?;
            Ok::<_, Ended>(sample.time * 1e3 / to_float(nodes))
        };
        Ok(Chain { nodes, order, time: [time(Cargo::Check)?, time(Cargo::Build)?], runs })
    }

    /// One library, from the smallest graph on, until it ends at one.
    fn peer(&mut self, author: Author) -> Result<Vec<PeerRow>, String> {
        // Graphs that everyone can compile, and so has to.
        const SURE: usize = 10;
        let of = Nodes::Executors;
        let smallest = self.project(author, of, Graph::SMALLEST)?;
        // With the dependencies, once for each command.
        smallest.run()?;
        smallest.rebuild(Cargo::Check)?;
        let one = [Cargo::Check, Cargo::Build].map(|cargo| samples_of_peer(&smallest, cargo));
        let mut rows: Vec<PeerRow> = Vec::new();
        for &depth in &self.options.peer_depths {
            for &nodes in &self.options.nodes {
                let graph = Graph::Layers { nodes, width: self.options.width, depth };
                let layers = graph.layers();
                // In a small graph some depths come to the same.
                if let Some(same) =
                    rows.iter().find(|row| (row.nodes, row.depth[1]) == (nodes, layers))
                {
                    let same = PeerRow { depth: [depth, layers], ..same.clone() };
                    rows.push(same);
                    continue;
                }
                (self.progress)(&format!("{nodes} in {layers} layers with {}", author.name()));
                let project = self.project(author, of, graph)?;
                if nodes <= SURE {
                    let printed = project.run()?;
                    if printed != graph.printed() {
                        return Err(format!("{}: {printed} of {graph:?}", author.name()));
                    }
                }
                let cost = |cargo, one: &Result<Vec<Sample>, Ended>| {
                    let samples = samples_of_peer(&project, cargo)?;
                    Ok(Cost::new(nodes, &samples, one.as_deref().unwrap_or_default()))
                };
                // What cannot be checked cannot be built either, and what is built is checked first.
                let start = Instant::now();
                let check = cost(Cargo::Check, &one[0]);
                let build = if check.is_ok() && start.elapsed() > self.options.limits.time / 3 {
                    Err(Ended::NotTried)
                } else {
                    check.clone().and_then(|_| cost(Cargo::Build, &one[1]))
                };
                let costs = [check, build];
                let ended = costs.iter().any(Result::is_err);
                rows.push(PeerRow { author, nodes, depth: [depth, layers], costs });
                if ended {
                    break;
                }
            }
        }
        Ok(rows)
    }

    /// Builds everything from nothing, in turns.
    fn clean(&mut self) -> Result<Vec<Clean>, String> {
        let mut projects = Vec::new();
        for author in [Author::Pumped].iter().chain(&Author::PEERS) {
            let name = format!("clean_{}", author.name());
            let (code, limits) = ("fn main() {}\n", self.options.limits);
            projects
                .push((*author, Project::new(self.place, &name, *author, code, limits)?.alone()));
        }
        let mut samples = vec![Vec::new(); projects.len()];
        let mut packages = vec![Vec::new(); projects.len()];
        for round in 1..=self.options.clean_rounds {
            (self.progress)(&format!("everything from nothing, round {round}"));
            for (at, (_, project)) in projects.iter().enumerate() {
                let (sample, names) = project.clean_build()?;
                samples[at].push(sample);
                packages[at] = names;
            }
        }
        let each = projects.iter().zip(samples).zip(packages);
        Ok(each
            .map(|(((author, _), samples), packages)| Clean {
                author: *author,
                packages,
                time: median_of(&samples, |sample| Some(sample.time)).unwrap_or(f64::NAN),
                cpu: median_of(&samples, |sample| sample.cpu),
            })
            .collect())
    }
}

/// Rebuilds one crate: more often if that is quick.
fn samples_of_peer(project: &Project, cargo: Cargo) -> Result<Vec<Sample>, Ended> {
    const QUICK: f64 = 4.0;
    let first = project.rebuild(cargo)?;
    if first.time > QUICK {
        return Ok(vec![first]);
    }
    (0..3).map(|_| project.rebuild(cargo)).collect()
}

fn to_float<N: TryInto<u32>>(number: N) -> f64 {
    number.try_into().map_or(f64::INFINITY, f64::from)
}

//! Section 3.5: the graph as data and as text, without a scope and of one.

use pumped::graph::{Graph, GraphNode, NodeState};
use pumped::prelude::*;

#[executor]
fn config() -> u16 {
    8080
}

#[executor(mutable)]
fn level(config: Dep<config>) -> u16 {
    *config
}

#[executor]
fn logger(level: Reactive<level>) -> u16 {
    *level
}

#[executor]
fn report(config: Dep<config>) -> u16 {
    *config
}

#[executor(name = "the \"server\"")]
struct Server {
    _config: Dep<config>,
    _logger: Reactive<logger>,
    _level: Snapshot<level>,
    _report: Lazy<report>,
    _control: Controller<level>,
    _tag: Tag<u8>,
    _optional: Option<Tag<u32>>,
    #[default]
    _cache: Vec<u8>,
}

fn names(graph: &Graph) -> Vec<&str> {
    graph.nodes().iter().map(GraphNode::name).collect()
}

/// Parity 8: nodes, edges with their kinds in the order of the parameters, tags.
#[test]
fn graph_of_an_executor_needs_no_scope() {
    let graph = Graph::of::<Server>();
    assert_eq!(names(&graph), ["the \"server\"", "config", "logger", "level", "report"]);
    let edges: Vec<_> =
        graph.dependencies(0).map(|(kind, node)| (kind.name(), node.name())).collect();
    let expected = [
        ("dep", "config"),
        ("reactive", "logger"),
        ("snapshot", "level"),
        ("lazy", "report"),
        ("controller", "level"),
    ];
    assert_eq!(edges, expected);
    let server = graph.node("the \"server\"").unwrap();
    assert_eq!(server.tags(), ["u8", "u32"]);
    assert_eq!(server.edges()[1].to(), 2);
    assert!(graph.nodes().iter().all(|node| node.state().is_none() && node.built_by().is_none()));
    assert!(graph.node("level").unwrap().declaration().is_mutable());
    assert!(graph.node("nothing").is_none());
}

/// A tree, which draws what it has drawn before only by name.
#[test]
fn graph_as_a_tree() {
    let tree = "\
the \"server\"
├─ config (dep)
├─ logger (reactive)
│  └─ level (reactive)
│     └─ config (dep)
├─ level (snapshot) …
├─ report (lazy)
│  └─ config (dep)
└─ level (controller) …
";
    assert_eq!(Graph::of::<Server>().to_string(), tree);
    assert_eq!(Graph::of::<config>().to_string(), "config\n");
}

/// Mermaid: live nodes are round, quotes are escaped, edges show their kind.
#[test]
fn graph_as_mermaid() {
    let mermaid = "\
flowchart TD
    n0[\"the 'server'\"]
    n1[\"config\"]
    n2([\"logger\"])
    n3([\"level\"])
    n4[\"report\"]
    n0 -->|dep| n1
    n0 ==>|reactive| n2
    n0 -.->|snapshot| n3
    n0 -.->|lazy| n4
    n0 -.->|controller| n3
    n2 ==>|reactive| n3
    n3 -->|dep| n1
    n4 -->|dep| n1
";
    // The server is live itself, since it has a reactive field.
    let mermaid = mermaid.replace("n0[\"the 'server'\"]", "n0([\"the 'server'\"])");
    assert_eq!(Graph::of::<Server>().to_mermaid(), mermaid);
}

/// DOT, which Graphviz reads.
#[test]
fn graph_as_dot() {
    let dot = "\
digraph pumped {
    n0 [label=\"logger\", shape=ellipse];
    n1 [label=\"level\", shape=ellipse];
    n2 [label=\"config\", shape=box];
    n0 -> n1 [label=\"reactive\", style=bold];
    n1 -> n2 [label=\"dep\", style=solid];
}
";
    assert_eq!(Graph::of::<logger>().to_dot(), dot);
}

/// Parity 18: the graph of a scope has what the scope has met, with its state.
#[test]
fn graph_of_a_scope_has_states() {
    let scope = Scope::builder().tag(1_u8).build().unwrap();
    assert_eq!(names(&scope.graph()), [""; 0]);

    scope.get::<config>().unwrap();
    assert_eq!(names(&scope.graph()), ["config"]);
    assert_eq!(scope.graph().to_string(), "config\n");

    scope.get::<Server>().unwrap();
    let state = |name| scope.graph().node(name).unwrap().state();
    assert_eq!(state("config"), Some(NodeState::Resolved));
    assert_eq!(state("the \"server\""), Some(NodeState::Resolved));
    assert_eq!(state("report"), Some(NodeState::Empty), "lazy, and never asked for");

    scope.update::<level>(1).unwrap();
    assert_eq!(state("level"), Some(NodeState::Resolved));
    assert_eq!(state("logger"), Some(NodeState::Stale));
    assert_eq!(state("the \"server\""), Some(NodeState::Stale));
    scope.get::<logger>().unwrap();
    assert_eq!(state("logger"), Some(NodeState::Resolved));
    scope.release::<level>().unwrap();
    assert_eq!(state("level"), Some(NodeState::Empty));
    assert_eq!(state("logger"), Some(NodeState::Empty));
}

/// States are written where they are not "resolved".
#[test]
fn graph_of_a_scope_is_drawn_with_states() {
    let scope = Scope::new();
    scope.get::<logger>().unwrap();
    scope.update::<level>(1).unwrap();
    let graph = scope.graph();
    let tree = "\
logger (stale)
└─ level (reactive)
   └─ config (dep)
";
    assert_eq!(graph.to_string(), tree);
    assert!(graph.to_mermaid().contains("([\"logger, stale\"])"), "{}", graph.to_mermaid());
    assert!(graph.to_dot().contains("[label=\"logger, stale\", shape=ellipse]"));
    scope.release::<logger>().unwrap();
    assert!(scope.graph().to_string().starts_with("logger (empty)\n"));
}

/// Rule 27: edges are those after presets, and a preset says what it replaced.
#[test]
fn rule_27_graph_after_presets() {
    #[executor]
    fn port() -> u16 {
        1
    }
    #[executor]
    fn fake_config(port: Dep<port>) -> u16 {
        *port
    }
    #[executor]
    fn fixed_level(port: Dep<port>) -> u16 {
        *port
    }

    let builder = Scope::builder().preset_with::<config, fake_config>();
    let scope = builder.preset_with::<level, fixed_level>().build().unwrap();
    scope.get::<logger>().unwrap();
    scope.get::<report>().unwrap();
    let graph = scope.graph();
    let level = graph.node("level").unwrap();
    assert_eq!(level.built_by(), Some("fixed_level"));
    assert!(graph.node("config").is_none(), "{graph}");
    let to = |name| graph.nodes().iter().position(|node| node.name() == name).unwrap();
    let report_edges: Vec<_> =
        graph.dependencies(to("report")).map(|(_, node)| node.name()).collect();
    assert_eq!(report_edges, ["fake_config"]);
    let level_edges: Vec<_> =
        graph.dependencies(to("level")).map(|(_, node)| node.name()).collect();
    assert_eq!(level_edges, ["port"]);
    assert!(graph.to_string().contains("level (by fixed_level) (reactive)"), "{graph}");

    let by_value = Scope::builder().preset::<level>(5).build().unwrap();
    by_value.get::<logger>().unwrap();
    assert_eq!(by_value.graph().to_string(), "logger\n└─ level (reactive)\n");
}

/// A graph with cycles through handles is drawn and ends.
#[test]
fn graph_with_cycles_through_handles() {
    #[executor]
    struct Left {
        _right: Dep<Right>,
    }
    #[executor]
    struct Right {
        _left: Lazy<Left>,
    }
    #[executor]
    struct Alone {
        _me: Controller<Alone>,
    }

    let tree = "Left\n└─ Right (dep)\n   └─ Left (lazy) …\n";
    assert_eq!(Graph::of::<Left>().to_string(), tree);
    assert_eq!(Graph::of::<Alone>().to_string(), "Alone\n└─ Alone (controller) …\n");
    let scope = Scope::new();
    scope.get::<Left>().unwrap();
    assert_eq!(scope.graph().nodes().len(), 2);
    assert_eq!(scope.graph().to_string().lines().count(), 3);
}

/// The graph as JSON, which others read.
#[cfg(feature = "serde")]
#[test]
fn graph_as_json() {
    use serde_json::{Value, json};

    let parsed = |graph: &Graph| serde_json::from_str::<Value>(&graph.to_json()).unwrap();
    let graph = parsed(&Graph::of::<Server>());
    let server = &graph["nodes"][0];
    assert_eq!(server["name"], "the \"server\"");
    assert_eq!(server["tags"], json!(["u8", "u32"]));
    assert_eq!(server["edges"][1], json!({ "kind": "reactive", "to": 2 }));
    assert_eq!((&server["state"], &server["built_by"]), (&Value::Null, &Value::Null));
    let level = &graph["nodes"][3];
    assert_eq!(level["output"], "u16");
    assert_eq!([&level["live"], &level["mutable"], &level["async"]], [true, true, false]);
    assert_eq!(level["file"], file!());
    assert!(level["line"].as_u64().unwrap() > 0);

    let scope = Scope::builder().preset_with::<level, config>().build().unwrap();
    scope.get::<logger>().unwrap();
    scope.update::<level>(1).unwrap();
    let graph = parsed(&scope.graph());
    let nodes = graph["nodes"].as_array().unwrap();
    let find = |name: &str| nodes.iter().find(|node| node["name"] == name).unwrap();
    assert_eq!(find("logger")["state"], "stale");
    assert_eq!(find("level")["state"], "resolved");
    assert_eq!(find("level")["built_by"], "config");
}

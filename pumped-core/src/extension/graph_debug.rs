//! The graph around an executor that has failed.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Extension, Operation, OperationKind};
use crate::error::BoxError;
use crate::execution::ExecutionCtx;
use crate::graph::{Graph, NodeState};
use crate::node::Node;
use crate::scope::{Scope, WeakScope};

/// Draws, when an executor fails, the tree of what was asked for: what is there, what has
/// failed, what waits for it, and the way down to it.
///
/// ```text
/// resolving `database` has failed: unable to open database file
/// server (pending) <-
/// ├─ config (ok)
/// └─ repo (pending) <-
///    ├─ database (failed) <-
///    │  └─ config (ok)
///    └─ cache (pending)
/// ```
///
/// ```
/// use pumped::extension::GraphDebug;
/// use pumped::prelude::*;
///
/// #[executor]
/// fn database() -> Result<u32, std::num::ParseIntError> { "x".parse() }
/// #[executor]
/// fn server(database: Dep<database>) -> u32 { *database }
///
/// let scope = Scope::builder().extension(GraphDebug::stderr()).build().unwrap();
/// scope.get::<server>().unwrap_err();
/// ```
pub struct GraphDebug<W> {
    writer: Mutex<W>,
    scope: OnceLock<WeakScope>,
}

impl GraphDebug<io::Stderr> {
    /// Draws on stderr.
    #[must_use]
    pub fn stderr() -> Self {
        Self::new(io::stderr())
    }
}

impl<W: Write + Send + 'static> GraphDebug<W> {
    /// Draws into `writer`.
    pub fn new(writer: W) -> Self {
        Self { writer: Mutex::new(writer), scope: OnceLock::new() }
    }
}

impl<W: Write + Send + 'static> Extension for GraphDebug<W> {
    fn name(&self) -> &'static str {
        "graph-debug"
    }

    fn init(&self, scope: &Scope) -> Result<(), BoxError> {
        let is_first = self.scope.set(scope.downgrade()).is_ok();
        if is_first { Ok(()) } else { Err("it draws for another scope already".into()) }
    }

    fn on_error(&self, operation: &Operation<'_>, error: &(dyn std::error::Error + 'static)) {
        let scope = self.scope.get().and_then(WeakScope::upgrade);
        if let (OperationKind::Resolve, Some(scope)) = (operation.kind(), scope) {
            let flow = operation.execution().map(ExecutionCtx::name);
            let drawn = draw(&scope, operation.path(), flow, error);
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody is there to be told that even this does not go.
            let _ = writer.write_all(drawn.as_bytes()).and_then(|()| writer.flush());
        }
    }
}

impl<W> std::fmt::Debug for GraphDebug<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GraphDebug")
    }
}

fn draw(
    scope: &Scope,
    path: &[&'static Node],
    flow: Option<&str>,
    error: &(dyn std::error::Error + 'static),
) -> String {
    let mut drawn = String::new();
    let (Some(root), Some(failed)) = (path.first(), path.last()) else { return drawn };
    // Writing to a string cannot fail.
    let _ = match flow {
        Some(flow) => writeln!(drawn, "{error} (in the flow `{flow}`)"),
        None => writeln!(drawn, "{error}"),
    };
    let graph = Graph::below(scope.core(), root);
    let mark = |node: &'static Node, state: Option<NodeState>| match state {
        _ if node == *failed => "failed",
        Some(NodeState::Resolved) => "ok",
        Some(NodeState::Stale) => "stale",
        Some(NodeState::Empty) | None => "pending",
    };
    let mut seen = vec![false; graph.nodes().len()];
    let mut lines = vec![(0, String::new(), "", "")];
    while let Some((at, rails, joint, below)) = lines.pop() {
        let node = &graph.nodes()[at];
        let declaration = node.declaration();
        let on_the_way = if path.contains(&declaration) { " <-" } else { "" };
        let again = std::mem::replace(&mut seen[at], true) && !node.edges().is_empty();
        let more = if again { " …" } else { "" };
        let (name, state) = (node.name(), mark(declaration, node.state()));
        let _ = writeln!(drawn, "{rails}{joint}{name} ({state}){on_the_way}{more}");
        if again {
            continue;
        }
        let last = node.edges().len();
        for (position, edge) in node.edges().iter().enumerate().rev() {
            let (joint, next) =
                if position + 1 == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            lines.push((edge.to(), format!("{rails}{below}"), joint, next));
        }
    }
    drawn
}

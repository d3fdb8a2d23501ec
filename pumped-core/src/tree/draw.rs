//! Drawing executions as text.

use std::fmt;

use super::{ExecutionNode, ExecutionTree, Status};

/// A line that is still to be written.
struct Line<'t> {
    node: &'t ExecutionNode,
    /// What stands before it: the rails of those above.
    rails: String,
    /// Whether it is the last of its siblings; none for a root.
    is_last: Option<bool>,
}

/// Draws each root and what is below it:
///
/// ```text
/// checkout success 1.2ms
/// ├─ price success 3µs
/// └─ pay failed 1ms: card declined
/// ```
pub(super) fn tree(tree: &ExecutionTree, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for root in tree.roots() {
        let mut lines = vec![Line { node: root, rails: String::new(), is_last: None }];
        while let Some(Line { node, rails, is_last }) = lines.pop() {
            let (joint, below) = match is_last {
                None => ("", ""),
                Some(true) => ("└─ ", "   "),
                Some(false) => ("├─ ", "│  "),
            };
            write!(f, "{rails}{joint}")?;
            line(node, f)?;
            let children = tree.children(node.id());
            let last = children.len();
            for (position, node) in children.into_iter().enumerate().rev() {
                let is_last = Some(position + 1 == last);
                lines.push(Line { node, rails: format!("{rails}{below}"), is_last });
            }
        }
        match tree.dropped(root.id()) {
            0 => {}
            dropped => writeln!(f, "… {dropped} more below `{}`", root.name())?,
        }
    }
    Ok(())
}

fn line(node: &ExecutionNode, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} {}", node.name(), node.status())?;
    if node.status() != Status::Running {
        write!(f, " {:.1?}", node.duration())?;
    }
    match node.error() {
        Some(error) => writeln!(f, ": {}", error.replace('\n', " ")),
        None => writeln!(f),
    }
}

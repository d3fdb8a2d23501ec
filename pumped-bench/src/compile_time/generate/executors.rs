//! Values with pumped, and by hand: a struct of fields that are filled when they are first
//! read. A value keeps handles to what it was built from.

use std::fmt::{Result, Write as _};

use super::{list, main, sum};
use crate::compile_time::graph::Graph;

pub(super) fn with_pumped(graph: Graph, code: &mut String) -> Result {
    code.push_str("use pumped::prelude::*;\n");
    for (node, below) in graph.declarations() {
        let fields = list(&below, |at, below| format!("d{at}: Dep<n{below}>, "));
        let moved = list(&below, |at, _| format!("d{at}, "));
        let sum = sum(&below, |at| format!("d{at}.sum"));
        writeln!(
            code,
            "pub struct V{node} {{ {fields}sum: u64 }}\n\
             #[executor]\npub fn n{node}({fields}) -> V{node} {{ \
             let sum = 1u64{sum}; V{node} {{ {moved}sum }} }}"
        )?;
    }
    let value = |node| format!("scope.get::<n{node}>().unwrap().sum");
    code.push_str(&main(graph, "let scope = Scope::new();", value));
    Ok(())
}

/// As many layers of `Arc`s compile without more.
const RECURSION: usize = 60;

pub(super) fn by_hand(graph: Graph, code: &mut String) -> Result {
    if graph.layers() > RECURSION {
        writeln!(code, "#![recursion_limit = \"{}\"]", 4 * graph.layers())?;
    }
    code.push_str("use std::sync::{Arc, OnceLock};\n#[derive(Default)]\npub struct App {\n");
    for node in 0..graph.nodes() {
        writeln!(code, "n{node}: OnceLock<Arc<V{node}>>,")?;
    }
    code.push_str("}\n");
    for (node, below) in graph.declarations() {
        let fields = list(&below, |at, below| format!("d{at}: Arc<V{below}>, "));
        let moved = list(&below, |at, _| format!("d{at}, "));
        let taken = list(&below, |_, below| format!("self.n{below}().clone(), "));
        let sum = sum(&below, |at| format!("d{at}.sum"));
        writeln!(
            code,
            "pub struct V{node} {{ {fields}sum: u64 }}\n\
             pub fn n{node}({fields}) -> V{node} {{ \
             let sum = 1u64{sum}; V{node} {{ {moved}sum }} }}\n\
             impl App {{ pub fn n{node}(&self) -> &Arc<V{node}> {{ \
             self.n{node}.get_or_init(|| Arc::new(n{node}({taken}))) }} }}"
        )?;
    }
    code.push_str(&main(graph, "let app = App::default();", |node| format!("app.n{node}().sum")));
    Ok(())
}

//! Operations with pumped, and by hand: functions over borrowed fields, each called with a
//! context of its own on the stack and under `catch_unwind`.
//!
//! Each of them reads one long-lived value, and calls those that it depends on as long as
//! there is something left to do: half of it for each.

use std::fmt::{Result, Write as _};

use super::{list, main};
use crate::compile_time::graph::Graph;

/// How much there is to do at first.
const WORK: u64 = 32;

pub(super) fn with_pumped(graph: Graph, code: &mut String) -> Result {
    code.push_str("use pumped::prelude::*;\n#[executor]\npub fn base() -> u64 { 1 }\n");
    for (node, below) in graph.declarations() {
        let calls = list(&below, |_, below| format!("sum += cx.call(f{below}(left / 2))?; "));
        writeln!(
            code,
            "#[flow]\npub fn f{node}(base: Ref<'_, base>, cx: &ExecutionCtx<'_>, \
             #[input] left: u64) -> Result<u64, Fault> {{ let mut sum = *base; \
             if left > 0 {{ {calls}}} let _ = (cx, &mut sum); Ok(sum) }}"
        )?;
    }
    let value = |node| format!("scope.exec(f{node}({WORK})).unwrap()");
    code.push_str(&main(graph, "let scope = Scope::new();", value));
    Ok(())
}

pub(super) fn by_hand(graph: Graph, code: &mut String) -> Result {
    code.push_str(BY_HAND);
    for (node, below) in graph.declarations() {
        let calls = list(&below, |_, below| {
            format!("sum += call(\"f{below}\", Some(cx), |cx| f{below}(app, cx, left / 2))?; ")
        });
        writeln!(
            code,
            "pub fn f{node}(app: &App, cx: &Cx<'_>, left: u64) -> Result<u64, Fault> {{ \
             let mut sum = *app.base(); \
             if left > 0 {{ {calls}}} let _ = (cx, &mut sum); Ok(sum) }}"
        )?;
    }
    let value = |node| format!("call(\"f{node}\", None, |cx| f{node}(&app, cx, {WORK})).unwrap()");
    code.push_str(&main(graph, "let app = App::default();", value));
    Ok(())
}

const BY_HAND: &str = r"
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

#[derive(Default)]
pub struct App { base: OnceLock<u64> }
impl App { pub fn base(&self) -> &u64 { self.base.get_or_init(|| 1) } }

pub struct Cx<'a> { parent: Option<&'a Cx<'a>>, name: &'static str, depth: u32 }

#[derive(Debug)]
pub enum Fault { TooDeep, Panicked(&'static str, Box<dyn Any + Send>) }

pub fn call<T>(
    name: &'static str,
    parent: Option<&Cx<'_>>,
    body: impl FnOnce(&Cx<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let depth = parent.map_or(0, |parent| parent.depth + 1);
    if depth > 100 { return Err(Fault::TooDeep); }
    let cx = Cx { parent, name, depth };
    match catch_unwind(AssertUnwindSafe(|| body(&cx))) {
        Ok(result) => result,
        Err(payload) => Err(Fault::Panicked(cx.name, payload)),
    }
}
";

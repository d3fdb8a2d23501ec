//! Executions: one run of a root flow with all its sub-flows.
//!
//! A context is a handle to a record, and records live where the execution itself
//! lives: on the stack of whoever runs it. So a flow allocates nothing, a record is gone
//! when its execution is, and nothing has to be pooled. What outlasts an execution (its
//! node in the history) is put together at its end, and only if somebody wants it.

mod begin;
mod context;
mod history;
mod limits;
mod log;
mod run;
mod run_async;
mod running;
mod watched;

pub use begin::Context;
pub use context::ExecutionCtx;

pub(crate) use history::History;
pub(crate) use limits::Limits;
pub(crate) use run::{called, root};
pub(crate) use run_async::root as root_async;
pub(crate) use running::{Running, Which};

use crate::extension::Extensions;
use crate::flow::FlowPreset;
use crate::node::Node;
use crate::sync::{AtomicU64, Ordering};

/// What a scope knows of executions: how they are to run, and which are running.
pub(crate) struct Executions {
    pub(crate) running: Running,
    pub(crate) extensions: Extensions,
    pub(crate) history: Option<History>,
    presets: Vec<FlowPreset>,
    max_depth: u32,
    /// Whether anything but the flow itself is to be done: one look in the common case.
    watched: bool,
    ids: AtomicU64,
}

/// How executions are to run, while a scope is put together.
pub(crate) struct Settings {
    pub(crate) extensions: Extensions,
    pub(crate) history: usize,
    pub(crate) history_nodes: usize,
    pub(crate) presets: Vec<FlowPreset>,
    pub(crate) max_depth: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extensions: Extensions::default(),
            history: 0,
            history_nodes: 10_000,
            presets: Vec::new(),
            max_depth: 128,
        }
    }
}

impl Executions {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings { extensions, history, history_nodes, presets, max_depth } = settings;
        let history = (history > 0).then(|| History::new(history, history_nodes));
        let watched = !extensions.is_empty() || history.is_some() || !presets.is_empty();
        Self {
            running: Running::new(),
            extensions,
            history,
            presets,
            max_depth,
            watched,
            ids: AtomicU64::new(0),
        }
    }

    /// The number of an execution, given out when somebody asks for it: a number that all
    /// share is what executions on several threads would wait for.
    fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether somebody may ask for the number of an execution.
    fn are_numbered(&self) -> bool {
        self.history.is_some() || !self.extensions.is_empty()
    }

    fn preset_of(&self, flow: &'static Node) -> Option<&FlowPreset> {
        self.presets.iter().find(|preset| preset.of.get() == flow)
    }
}

//! What the functions of one thread's scope do: they write down every run and every
//! cleanup, and fail where they are told to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pumped::prelude::*;

use super::graph::Graph;
use super::model::{NOTHING, Runs};
use super::value::{Behaviour, Built, Input};

/// What a scope did since it was last asked, and which members are to fail.
#[derive(Default)]
pub(crate) struct Seen {
    last_serial: u64,
    /// Every run of a function, and its value unless it failed.
    pub(crate) runs: Runs,
    pub(crate) closed: Vec<u64>,
    pub(crate) dropped: Vec<u64>,
    /// The value whose second cleanup has run, and its first one not yet.
    half_closed: Option<u64>,
    pub(crate) failing: BTreeSet<usize>,
    /// The calls of callbacks: which one, and with what.
    pub(crate) calls: Vec<(usize, u64)>,
    /// What went wrong where a panic would not be seen.
    pub(crate) faults: Vec<String>,
}

impl Seen {
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.last_serial += 1;
        self.last_serial
    }
}

#[derive(Clone)]
pub(crate) struct Recorder {
    graph: Arc<Graph>,
    seen: Arc<Mutex<Seen>>,
}

impl Recorder {
    pub(crate) fn new(graph: Arc<Graph>) -> Self {
        Self { graph, seen: Arc::default() }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Two cleanups: rule 17, the last one first.
    fn close_later(&self, serial: u64, cx: &ResolveCtx<'_>) {
        let (first, last) = (self.clone(), self.clone());
        cx.on_cleanup(move || {
            let mut seen = first.seen();
            if seen.half_closed.take() != Some(serial) {
                seen.faults.push(format!("the cleanups of {serial} are in disorder"));
            }
            seen.closed.push(serial);
        });
        cx.on_cleanup(move || {
            let mut seen = last.seen();
            if let Some(other) = seen.half_closed.replace(serial) {
                seen.faults.push(format!("{serial} is closed while {other} is"));
            }
        });
    }
}

impl Behaviour for Recorder {
    fn build(
        &self,
        name: &'static str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Built, String> {
        let at = self.graph.member(name);
        let member = &self.graph.members[at];
        let values: Vec<&Built> =
            inputs.iter().filter_map(|input| Some(&input.value()?.built)).collect();
        let mut data: Vec<i64> = values.iter().map(|value| value.data).collect();
        for (wire, input) in member.wires.iter().zip(inputs).filter(|(wire, _)| wire.reads) {
            let read = input.read().unwrap_or_else(|| panic!("{wire:?} brings a value"));
            data.push(read.map_or(NOTHING, |value| value.data));
        }
        let mut seen = self.seen();
        let built = if seen.failing.contains(&at) {
            None
        } else {
            Some(Built {
                serial: seen.next_serial(),
                data: member.combine(&data),
                from: values.iter().map(|value| value.serial).collect(),
                ..Built::default()
            })
        };
        seen.runs.entry(at).or_default().push_back(built.clone());
        drop(seen);
        let built = built.ok_or_else(|| format!("{name} fails"))?;
        if !member.node().declared {
            self.close_later(built.serial, cx);
        }
        Ok(built)
    }

    fn close(&self, closed: &Built) {
        self.seen().closed.push(closed.serial);
    }

    fn dropped(&self, gone: &Built) {
        self.seen().dropped.push(gone.serial);
    }
}

//! Models: every interleaving of two or three threads, with the weak memory of the
//! language, up to `LOOM_MAX_PREEMPTIONS`.
//!
//! `LOOM_MAX_PREEMPTIONS=2 RUSTFLAGS="--cfg loom" cargo test --release -p pumped-tests --test loom`
#![cfg(loom)]

mod builds;
mod ends;
mod guards;
mod live;
mod tasks;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::SeqCst};
use pumped::graph::Graph;
use pumped::prelude::*;

/// How often the factories of a model have run, and what they are to do.
#[derive(Default)]
struct Runs {
    value: AtomicU32,
    cleanups: AtomicU32,
    fail_first: bool,
}

type Count = Arc<Runs>;

/// Explores a model. An executor gets its number in the process at its first use,
/// which must not be in the first round only: rounds have to be alike.
fn model(model: impl Fn() + Sync + Send + 'static) {
    let _ = (Graph::of::<above>(), Graph::of::<join>());
    loom::model(model);
}

fn scope(fail_first: bool) -> (Scope, Count) {
    let runs = Arc::new(Runs { fail_first, ..Runs::default() });
    (Scope::builder().tag(runs.clone()).build().unwrap(), runs)
}

#[executor]
fn fixed(runs: Tag<Count>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let run = runs.value.fetch_add(1, SeqCst);
    let cleaned = Count::clone(&runs);
    cx.on_cleanup(move || {
        cleaned.cleanups.fetch_add(1, SeqCst);
    });
    if run == 0 && runs.fail_first { Err("first".into()) } else { Ok(7) }
}

#[executor]
fn above(fixed: Dep<fixed>) -> u32 {
    *fixed + 1
}

#[executor(mutable)]
fn left() -> u32 {
    0
}

#[executor]
fn derived(left: Reactive<left>) -> u32 {
    *left * 10
}

#[executor]
fn join(left: Reactive<left>, derived: Reactive<derived>, runs: Tag<Count>) -> (u32, u32) {
    runs.value.fetch_add(1, SeqCst);
    (*left, *derived)
}

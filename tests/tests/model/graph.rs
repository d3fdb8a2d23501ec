//! The executors that the model is compared with, and the table of what a scope
//! can do with each of them.
//!
//! Every value carries a number of its own and the numbers of the values that it
//! was built from, so that the model can tell versions apart.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard};

use pumped::error::ScopeError;
use pumped::prelude::*;

/// What a scope did since it was last asked, and which executors are to fail.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) last_serial: u64,
    /// Every run of a function: the executor, and its value unless it failed.
    pub(crate) builds: Vec<(&'static str, Option<Built>)>,
    pub(crate) closed: Vec<u64>,
    pub(crate) failing: BTreeSet<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    pub(crate) serial: u64,
    pub(crate) data: i64,
    /// The serials of the inputs, in the order of the parameters.
    pub(crate) from: Vec<u64>,
}

/// The switchboard of a scope: a tag. Each value holds one count of it.
#[derive(Clone, Default)]
pub(crate) struct Board(Arc<Mutex<Seen>>);

impl Board {
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap()
    }

    /// How many values, scopes and others hold the board.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// A value that is given, not built.
    pub(crate) fn given(&self, data: i64) -> Value {
        let mut seen = self.seen();
        seen.last_serial += 1;
        let built = Built { serial: seen.last_serial, data, from: Vec::new() };
        Value { built, board: self.clone() }
    }
}

/// The value of every executor here; equal if its data are.
pub(crate) struct Value {
    pub(crate) built: Built,
    board: Board,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.built.data == other.built.data
    }
}

/// Builds a value, or fails, as the switchboard says.
fn build(cx: &ResolveCtx<'_>, closes: bool, data: i64, from: &[&Value]) -> Result<Value, String> {
    let board = cx.tag::<Board>().unwrap().clone();
    let mut seen = board.seen();
    if seen.failing.contains(cx.name()) {
        seen.builds.push((cx.name(), None));
        return Err(format!("{} fails", cx.name()));
    }
    seen.last_serial += 1;
    let serial = seen.last_serial;
    let from = from.iter().map(|value| value.built.serial).collect();
    let built = Built { serial, data, from };
    seen.builds.push((cx.name(), Some(built.clone())));
    drop(seen);
    if closes {
        let board = board.clone();
        cx.on_cleanup(move || board.seen().closed.push(serial));
    }
    Ok(Value { built, board })
}

/// The declared cleanup of the mutable ones that are not `eq`.
fn close(value: &Value) {
    value.board.seen().closed.push(value.built.serial);
}

/// What an executor makes of its inputs: mostly a sum that tells them apart, but
/// coarse where it is to cut off.
pub(crate) fn combine(name: &str, inputs: &[i64]) -> i64 {
    match (name, inputs) {
        ("base", []) => 0,
        ("rate", []) => 1,
        ("config", []) => 5,
        ("parity", [base]) => base.rem_euclid(2),
        ("cap", [rate]) => rate / 2,
        _ => inputs.iter().fold(7, |sum, input| (sum * 31 + input) % 1_000_003),
    }
}

/// What an executor makes of a lazy one that fails.
pub(crate) const NOTHING: i64 = -1;

/// A function over its inputs. The closing ones register a cleanup.
macro_rules! plain {
    ($(($($option:tt)*) $name:ident($($kind:ident $input:ident),*) $closes:literal;)*) => {$(
        #[executor($($option)*)]
        pub(crate) fn $name(
            $($input: $kind<$input>,)*
            cx: &ResolveCtx<'_>,
        ) -> Result<Value, String> {
            let data = combine(cx.name(), &[$($input.built.data),*]);
            build(cx, $closes, data, &[$(&*$input),*])
        }
    )*};
}

plain! {
    (mutable, cleanup = close) base() false;
    (mutable, eq) rate() true;
    () config() true;
    () sum(Reactive base, Reactive rate) true;
    (eq) parity(Reactive base) true;
    () label(Reactive parity, Dep config) true;
    () total(Reactive sum, Reactive parity) true;
    (mutable, cleanup = close) tuned(Reactive parity, Snapshot sum) false;
    (mutable, eq) cap(Reactive rate) true;
    () view(Snapshot sum, Reactive rate, Reactive tuned) true;
    () frozen(Snapshot total, Dep config) true;
}

/// Reads one of two, of which it holds none.
#[executor]
pub(crate) fn chooser(
    parity: Reactive<parity>,
    sum: Lazy<sum>,
    frozen: Lazy<frozen>,
    cx: &ResolveCtx<'_>,
) -> Result<Value, String> {
    let lazy = if parity.built.data == 0 {
        sum.get().map_or(NOTHING, |sum| sum.built.data)
    } else {
        frozen.get().map_or(NOTHING, |frozen| frozen.built.data)
    };
    let data = combine(cx.name(), &[parity.built.data, lazy]);
    build(cx, true, data, &[&parity])
}

/// The join of it all, which could also write `base`.
#[executor]
pub(crate) fn page(
    total: Reactive<total>,
    label: Reactive<label>,
    view: Snapshot<view>,
    chooser: Reactive<chooser>,
    cap: Reactive<cap>,
    base: Controller<base>,
    cx: &ResolveCtx<'_>,
) -> Result<Value, String> {
    drop(base);
    let inputs = [&*total, &*label, &*view, &*chooser, &*cap];
    build(cx, true, combine(cx.name(), &inputs.map(|input| input.built.data)), &inputs)
}

#[executor]
pub(crate) fn app(
    frozen: Dep<frozen>,
    page: Snapshot<page>,
    cx: &ResolveCtx<'_>,
) -> Result<Value, String> {
    let inputs = [&*frozen, &*page];
    build(cx, true, combine(cx.name(), &inputs.map(|input| input.built.data)), &inputs)
}

/// An edge as the model knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Reactive,
    Snapshot,
    Dep,
}

pub(crate) type Held = Box<dyn Deref<Target = Value>>;

/// What a scope can do with one executor, and what the model has to know of it.
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) eq: bool,
    /// Whether values that are given have cleanups as well.
    pub(crate) declared: bool,
    pub(crate) inputs: &'static [(Edge, &'static str)],
    pub(crate) dep: fn(&Scope) -> Result<Held, ResolveError>,
    pub(crate) peek: fn(&Scope) -> Option<Built>,
    pub(crate) is_cached: fn(&Scope) -> bool,
    pub(crate) live: Option<LiveNode>,
    pub(crate) mutable: Option<MutableNode>,
}

pub(crate) struct LiveNode {
    pub(crate) release: fn(&Scope) -> Result<(), ScopeError>,
    pub(crate) reload: fn(&Scope) -> Result<Built, ScopeError>,
}

pub(crate) type Change<'c> = &'c dyn Fn(&Value) -> Value;

pub(crate) struct MutableNode {
    pub(crate) update: fn(&Scope, Value) -> Result<(), ScopeError>,
    pub(crate) modify: fn(&Scope, Change<'_>) -> Result<(), ScopeError>,
}

macro_rules! live {
    (fixed $name:ident) => {
        None
    };
    ($kind:ident $name:ident) => {
        Some(LiveNode {
            release: Scope::release::<$name>,
            reload: |scope| Ok(scope.reload::<$name>()?.built.clone()),
        })
    };
}

macro_rules! mutable {
    (mutable $name:ident) => {
        Some(MutableNode {
            update: Scope::update::<$name>,
            modify: |scope, change| scope.modify::<$name>(change),
        })
    };
    ($kind:ident $name:ident) => {
        None
    };
}

macro_rules! nodes {
    ($($kind:ident $name:ident [$($flag:ident)*] ($($edge:ident $input:ident),*);)*) => {[$(
        Node {
            name: stringify!($name),
            inputs: &[$((Edge::$edge, stringify!($input))),*],
            dep: |scope| Ok(Box::new(scope.dep::<$name>()?)),
            peek: |scope| scope.peek::<$name>().map(|value| value.built.clone()),
            is_cached: Scope::is_cached::<$name>,
            live: live!($kind $name),
            mutable: mutable!($kind $name),
            eq: contains!(eq $($flag)*),
            declared: contains!(declared $($flag)*),
        },
    )*]};
}

macro_rules! contains {
    (eq eq) => {
        true
    };
    (declared declared) => {
        true
    };
    ($($flag:ident)*) => {
        false
    };
}

pub(crate) const NODES: [Node; 14] = nodes! {
    mutable base [declared] ();
    mutable rate [eq] ();
    fixed config [] ();
    live sum [] (Reactive base, Reactive rate);
    live parity [eq] (Reactive base);
    live label [] (Reactive parity, Dep config);
    live total [] (Reactive sum, Reactive parity);
    mutable tuned [declared] (Reactive parity, Snapshot sum);
    mutable cap [eq] (Reactive rate);
    live view [] (Snapshot sum, Reactive rate, Reactive tuned);
    fixed frozen [] (Snapshot total, Dep config);
    live chooser [] (Reactive parity);
    live page [] (Reactive total, Reactive label, Snapshot view, Reactive chooser, Reactive cap);
    fixed app [] (Dep frozen, Snapshot page);
};

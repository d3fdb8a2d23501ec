//! The executors that random graphs are made of, and the table of what a scope can do with
//! each of them. As in `random_graphs`, no executor names another: each parameter names a
//! *port*, in whose place a scope puts any other executor.
//!
//! An executor is *plain*: a function above what is plain, so that it can be read without
//! awaiting; *mixed*: a function above anything; or it *awaits*: an `async fn` above
//! anything. The ports of the last two are async, as only those take what is async.

use std::future::{Future, pending};
use std::pin::Pin;

use pumped::error::ScopeError;
use pumped::prelude::*;
use pumped::{Batch, ScopeBuilder};

use super::graph::Weights;
use super::port::{Edge, Port, has};
use super::recorder::{Board, close};
use super::value::{Built, Held, Input, Value};

pub(crate) type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

pub(crate) type Get = fn(&Scope) -> Result<Built, ResolveError>;

/// What a scope can do with one executor, and what a model has to know of it.
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) awaits: bool,
    pub(crate) eq: bool,
    /// Whether values that are given have cleanups as well.
    pub(crate) declared: bool,
    pub(crate) ports: &'static [Port],
    pub(crate) give: fn(ScopeBuilder, Value) -> ScopeBuilder,
    pub(crate) get_async: fn(Scope) -> Boxed<Result<Built, ResolveError>>,
    pub(crate) dep_async: fn(Scope) -> Boxed<Result<Held, ResolveError>>,
    /// Of what is plain.
    pub(crate) get: Option<Get>,
    /// The serial of the value that is there.
    pub(crate) peek: fn(&Scope) -> Option<u64>,
    pub(crate) is_cached: fn(&Scope) -> bool,
    pub(crate) live: Option<LiveNode>,
    pub(crate) mutable: Option<MutableNode>,
}

pub(crate) struct LiveNode {
    pub(crate) release: fn(&Scope) -> Result<(), ScopeError>,
    pub(crate) reload_async: fn(Scope) -> Boxed<Result<Built, ScopeError>>,
}

pub(crate) type Change = Box<dyn FnOnce(&Value) -> Value + Send>;

pub(crate) struct MutableNode {
    pub(crate) update: fn(&Scope, Value) -> Result<(), ScopeError>,
    pub(crate) update_in: fn(&Batch<'_>, Value) -> Result<(), ScopeError>,
    pub(crate) modify_async: fn(Scope, Change) -> Boxed<Result<(), ScopeError>>,
}

macro_rules! port {
    (plain Dep $port:ident) => {
        #[executor]
        pub(crate) fn $port() -> Value;
    };
    (plain $edge:ident $port:ident) => {
        #[executor(mutable)]
        pub(crate) fn $port() -> Value;
    };
    ($kind:ident Dep $port:ident) => {
        #[executor]
        pub(crate) async fn $port() -> Value {
            pending().await
        }
    };
    ($kind:ident $edge:ident $port:ident) => {
        #[executor(mutable)]
        pub(crate) async fn $port() -> Value {
            pending().await
        }
    };
}

macro_rules! declare {
    ($($kind:ident $live:ident [$($option:tt)*] $name:ident($($edge:ident $port:ident),*);)*) => {$(
        $(port! { $kind $edge $port })*
        declare! { $kind: [$($option)*] $name($($edge $port),*) }
    )*};
    (awaits: [$($option:tt)*] $name:ident($($edge:ident $port:ident),*)) => {
        #[executor($($option)*)]
        pub(crate) async fn $name(
            $($port: $edge<$port>,)*
            board: Tag<Board>,
            cx: &ResolveCtx<'_>,
        ) -> Result<Value, String> {
            let inputs: &[&dyn Input] = &[$(&$port),*];
            board.build_async(stringify!($name), cx, inputs).await
        }
    };
    ($kind:ident: [$($option:tt)*] $name:ident($($edge:ident $port:ident),*)) => {
        #[executor($($option)*)]
        pub(crate) fn $name(
            $($port: $edge<$port>,)*
            board: Tag<Board>,
            cx: &ResolveCtx<'_>,
        ) -> Result<Value, String> {
            let inputs: &[&dyn Input] = &[$(&$port),*];
            board.build(stringify!($name), cx, inputs)
        }
    };
}

macro_rules! awaits {
    (awaits) => {
        true
    };
    ($kind:ident) => {
        false
    };
}

macro_rules! get {
    (plain $name:ident) => {
        Some(|scope| scope.get::<$name>().map(|value| value.built()))
    };
    ($kind:ident $name:ident) => {
        None
    };
}

macro_rules! live {
    (fixed $name:ident) => {
        None
    };
    ($live:ident $name:ident) => {
        Some(LiveNode {
            release: Scope::release::<$name>,
            reload_async: |scope| {
                Box::pin(async move { scope.reload_async::<$name>().await.map(|now| now.built()) })
            },
        })
    };
}

macro_rules! mutable {
    (mutable $name:ident) => {
        Some(MutableNode {
            update: Scope::update::<$name>,
            update_in: |batch, value| batch.update::<$name>(value),
            modify_async: |scope, change| {
                Box::pin(async move { scope.modify_async::<$name>(change).await })
            },
        })
    };
    ($live:ident $name:ident) => {
        None
    };
}

macro_rules! fitting {
    (plain Dep $port:ident) => {
        (LIVE, plain_fixed! { puts $port })
    };
    (plain $edge:ident $port:ident) => {
        (0, plain_live! { puts $port })
    };
    ($kind:ident Dep $port:ident) => {
        (LIVE, any_fixed! { puts $port })
    };
    ($kind:ident $edge:ident $port:ident) => {
        (0, any_live! { puts $port })
    };
}

macro_rules! puts {
    ($port:ident: $($to:ident)*) => { &[$(ScopeBuilder::preset_with::<$port, $to>),*] };
}

macro_rules! table {
    ($($kind:ident $live:ident [$($option:tt)*] $name:ident($($edge:ident $port:ident),*);)*) => {
        &[$(Node {
            name: stringify!($name),
            awaits: awaits!($kind),
            eq: has!(eq; $($option)*),
            declared: has!(cleanup; $($option)*),
            ports: &[$(Port {
                edge: Edge::$edge,
                fitting: fitting!($kind $edge $port),
                give: ScopeBuilder::preset::<$port>,
            }),*],
            give: ScopeBuilder::preset::<$name>,
            get_async: |scope| {
                Box::pin(async move { scope.get_async::<$name>().await.map(|value| value.built()) })
            },
            dep_async: |scope| Box::pin(async move {
                let dep = scope.dep_async::<$name>().await?;
                Ok(Box::new(dep) as Held)
            }),
            get: get!($kind $name),
            peek: |scope| scope.peek::<$name>().map(|value| value.serial()),
            is_cached: Scope::is_cached::<$name>,
            live: live!($live $name),
            mutable: mutable!($live $name),
        }),*]
    };
}

macro_rules! universe {
    ($use:ident) => { $use! {
        plain mutable [mutable] source();
        plain mutable [mutable, cleanup = close] closing_source();
        plain mutable [mutable, eq] eq_source();
        plain live [] plain_one(Reactive plain_one_a);
        plain live [eq] plain_eq_one(Reactive plain_eq_one_a);
        plain mutable [mutable] plain_two(Reactive plain_two_a, Reactive plain_two_b);
        plain live [eq] plain_seen(Snapshot plain_seen_a, Reactive plain_seen_b);
        plain live [] plain_all(Reactive plain_all_a, Snapshot plain_all_b, Dep plain_all_c, Controller plain_all_d);
        awaits mutable [mutable] slow_source();
        awaits mutable [mutable, eq, cleanup = close] slow_eq_source();
        mixed live [] one(Reactive one_a);
        mixed live [eq] eq_one(Reactive eq_one_a);
        mixed live [] two(Reactive two_a, Reactive two_b);
        mixed mutable [mutable, eq, cleanup = close] mutable_two(Reactive mutable_two_a, Reactive mutable_two_b);
        mixed live [eq] seen_first(Snapshot seen_first_a, Reactive seen_first_b);
        mixed live [] all(Reactive all_a, Lazy all_b, Snapshot all_c, Dep all_d);
        awaits live [] slow_one(Reactive slow_one_a);
        awaits live [eq] slow_eq_one(Reactive slow_eq_one_a);
        awaits live [eq] slow_other_eq(Reactive slow_other_eq_a);
        awaits live [] slow_two(Reactive slow_two_a, Reactive slow_two_b);
        awaits live [eq, cleanup = close] slow_eq_two(Reactive slow_eq_two_a, Reactive slow_eq_two_b);
        awaits mutable [mutable] slow_mutable(Reactive slow_mutable_a, Reactive slow_mutable_b);
        awaits live [] slow_three(Reactive slow_three_a, Reactive slow_three_b, Reactive slow_three_c);
        awaits live [] slow_seen(Reactive slow_seen_a, Snapshot slow_seen_b);
        awaits live [] slow_over_fixed(Reactive slow_over_fixed_a, Dep slow_over_fixed_b, Snapshot slow_over_fixed_c);
        awaits live [] slow_lazy(Lazy slow_lazy_a, Reactive slow_lazy_b);
        awaits mutable [mutable, eq] slow_controlling(Controller slow_controlling_a, Reactive slow_controlling_b);
        awaits live [eq] slow_all(Reactive slow_all_a, Controller slow_all_b, Snapshot slow_all_c, Lazy slow_all_d, Dep slow_all_e);
        plain fixed [] fixed_source();
        plain fixed [] fixed_seen(Snapshot fixed_seen_a);
        mixed fixed [] fixed_both(Dep fixed_both_a, Snapshot fixed_both_b);
        awaits fixed [] slow_fixed();
        awaits fixed [] slow_fixed_both(Dep slow_fixed_both_a, Snapshot slow_fixed_both_b);
        awaits fixed [] slow_fixed_lazy(Snapshot slow_fixed_lazy_a, Lazy slow_fixed_lazy_b, Snapshot slow_fixed_lazy_c);
    } };
}

/// The live ones that are plain, in the order of the table, and what comes after them.
macro_rules! plain_live {
    ($use:ident $port:ident $($more:ident)*) => {
        $use! { $port:
            source closing_source eq_source plain_one plain_eq_one plain_two plain_seen plain_all
            $($more)*
        }
    };
}

/// All live ones, in the order of the table.
macro_rules! any_live {
    ($use:ident $port:ident) => {
        plain_live! { $use $port
            slow_source slow_eq_source one eq_one two mutable_two seen_first all
            slow_one slow_eq_one slow_other_eq slow_two slow_eq_two slow_mutable slow_three slow_seen
            slow_over_fixed slow_lazy slow_controlling slow_all
        }
    };
}

/// The fixed ones that are plain, in the order of the table, and what comes after them.
macro_rules! plain_fixed {
    ($use:ident $port:ident $($more:ident)*) => {
        $use! { $port: fixed_source fixed_seen $($more)* }
    };
}

/// All fixed ones, in the order of the table.
macro_rules! any_fixed {
    ($use:ident $port:ident) => {
        plain_fixed! { $use $port fixed_both slow_fixed slow_fixed_both slow_fixed_lazy }
    };
}

universe! { declare }

/// The live ones come first.
pub(crate) static NODES: &[Node] = universe! { table };

/// How many executors are live.
pub(crate) const LIVE: usize = 28;

/// How graphs of these are drawn.
pub(crate) const WEIGHTS: Weights =
    Weights { given: 0.06, live: 6, reads: |node, raw| node.awaits && raw % 3 != 0 };

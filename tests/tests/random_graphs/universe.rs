//! The executors that random graphs are made of, of every kind and with every kind of
//! edge, and the table of what a scope can do with each of them.
//!
//! No executor here names another. Each parameter names a *port*, an executor of its
//! own that nobody provides; a scope puts any other executor in its place, or a value.
//! So the edges of each scope are as random as the presets that it is built with.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pumped::error::ScopeError;
use pumped::prelude::*;
use pumped::{Batch, ScopeBuilder, Subscription, Watch};

use super::graph::Weights;
use super::port::{Edge, Port, Put, has};
use super::value::{Board, Built, Held, Input, Value, close};

pub(crate) type See<'s> = &'s mut dyn FnMut(&Built);

/// What a scope can do with one executor, and what a model has to know of it.
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) eq: bool,
    pub(crate) eager: bool,
    /// Whether values that are given have cleanups as well.
    pub(crate) declared: bool,
    pub(crate) ports: &'static [Port],
    pub(crate) give: fn(ScopeBuilder, Value) -> ScopeBuilder,
    /// Shows the value while it is held.
    pub(crate) get: fn(&Scope, See<'_>) -> Result<(), ResolveError>,
    pub(crate) dep: fn(&Scope) -> Result<Held, ResolveError>,
    pub(crate) peek: fn(&Scope, See<'_>),
    pub(crate) is_cached: fn(&Scope) -> bool,
    pub(crate) live: Option<LiveNode>,
    pub(crate) mutable: Option<MutableNode>,
}

impl Node {
    /// A copy of what there is to see of the value.
    pub(crate) fn built(&self, scope: &Scope) -> Result<Built, ResolveError> {
        let mut built = Built::default();
        (self.get)(scope, &mut |now| built = now.clone())?;
        Ok(built)
    }

    /// The serial of the value that is there.
    pub(crate) fn peeked(&self, scope: &Scope) -> Option<u64> {
        let mut serial = None;
        (self.peek)(scope, &mut |now| serial = Some(now.serial));
        serial
    }
}

pub(crate) type Call = Box<dyn Fn(&Value) + Send + Sync>;

pub(crate) struct LiveNode {
    pub(crate) release: fn(&Scope) -> Result<(), ScopeError>,
    pub(crate) reload: fn(&Scope, See<'_>) -> Result<(), ScopeError>,
    pub(crate) on_change: fn(&Scope, Call) -> Subscription,
    pub(crate) watch: fn(&Scope) -> Box<dyn Watching>,
}

pub(crate) type Change = Box<dyn FnOnce(&Value) -> Value>;

pub(crate) struct MutableNode {
    pub(crate) update: fn(&Scope, Value) -> Result<(), ScopeError>,
    pub(crate) modify: fn(&Scope, Change) -> Result<(), ScopeError>,
    pub(crate) update_in: fn(&Batch<'_>, Value) -> Result<(), ScopeError>,
    pub(crate) modify_in: fn(&Batch<'_>, Change) -> Result<(), ScopeError>,
}

/// A watch of some executor.
pub(crate) trait Watching {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Built, ResolveError>>>;
}

impl<E: pumped::Executor<Output = Value>> Watching for Watch<E> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Built, ResolveError>>> {
        let item = Pin::new(self).poll_next(context);
        item.map(|item| item.map(|item| item.map(|value| value.built.clone())))
    }
}

/// A lazy handle to something fixed.
type Later<E> = Lazy<E>;

macro_rules! port {
    (Dep $port:ident) => {
        #[executor]
        pub(crate) fn $port() -> Value;
    };
    (Later $port:ident) => {
        port! { Dep $port }
    };
    ($edge:ident $port:ident) => {
        #[executor(mutable)]
        pub(crate) fn $port() -> Value;
    };
}

macro_rules! declare {
    ($($kind:ident [$($option:tt)*] $name:ident($($edge:ident $port:ident),*);)*) => {$(
        $(port! { $edge $port })*

        #[executor($($option)*)]
        pub(crate) fn $name(
            $($port: $edge<$port>,)*
            board: Tag<Board>,
            cx: &ResolveCtx<'_>,
        ) -> Result<Value, String> {
            let inputs: &[&dyn Input] = &[$(&$port),*];
            board.build(stringify!($name), cx, inputs)
        }
    )*};
}

macro_rules! live {
    (fixed $name:ident) => {
        None
    };
    ($kind:ident $name:ident) => {
        Some(LiveNode {
            release: Scope::release::<$name>,
            reload: |scope, see| Ok(see(&scope.reload::<$name>()?.built)),
            on_change: |scope, call| scope.on_change::<$name>(call),
            watch: |scope| Box::new(scope.watch::<$name>()),
        })
    };
}

macro_rules! mutable {
    (mutable $name:ident) => {
        Some(MutableNode {
            update: Scope::update::<$name>,
            modify: |scope, change| scope.modify::<$name>(change),
            update_in: |batch, value| batch.update::<$name>(value),
            modify_in: |batch, change| batch.modify::<$name>(change),
        })
    };
    ($kind:ident $name:ident) => {
        None
    };
}

macro_rules! edge {
    (Later) => {
        Edge::Lazy
    };
    ($edge:ident) => {
        Edge::$edge
    };
}

macro_rules! fitting {
    (Dep $port:ident) => {
        (LIVE, fixed_ones! { puts $port })
    };
    (Later $port:ident) => {
        (LIVE, fixed_ones! { puts $port })
    };
    ($edge:ident $port:ident) => {
        (0, live_ones! { puts $port })
    };
}

macro_rules! puts {
    ($port:ident: $($to:ident)*) => { &[$(ScopeBuilder::preset_with::<$port, $to>),*] };
}

macro_rules! table {
    ($($kind:ident [$($option:tt)*] $name:ident($($edge:ident $port:ident),*);)*) => {
        &[$(Node {
            name: stringify!($name),
            eq: has!(eq; $($option)*),
            eager: has!(eager; $($option)*),
            declared: has!(cleanup; $($option)*),
            ports: &[$(Port {
                edge: edge!($edge),
                fitting: fitting!($edge $port),
                give: ScopeBuilder::preset::<$port>,
            }),*],
            give: ScopeBuilder::preset::<$name>,
            get: |scope, see| Ok(see(&scope.get::<$name>()?.built)),
            dep: |scope| Ok(Box::new(scope.dep::<$name>()?)),
            peek: |scope, see| {
                if let Some(value) = scope.peek::<$name>() {
                    see(&value.built);
                }
            },
            is_cached: Scope::is_cached::<$name>,
            live: live!($kind $name),
            mutable: mutable!($kind $name),
        }),*]
    };
}

macro_rules! universe {
    ($use:ident) => { $use! {
        mutable [mutable] plain_source();
        mutable [mutable] other_source();
        mutable [mutable] third_source();
        mutable [mutable] fourth_source();
        mutable [mutable, cleanup = close] closing_source();
        mutable [mutable, eq] eq_source();
        mutable [mutable, eq, cleanup = close] closing_eq_source();
        live [] one(Reactive one_a);
        live [eq] eq_one(Reactive eq_one_a);
        live [eq] other_eq_one(Reactive other_eq_one_a);
        live [eager] eager_one(Reactive eager_one_a);
        mutable [mutable, cleanup = close] mutable_one(Reactive mutable_one_a);
        live [] two(Reactive two_a, Reactive two_b);
        live [] other_two(Reactive other_two_a, Reactive other_two_b);
        live [eq] eq_two(Reactive eq_two_a, Reactive eq_two_b);
        live [eq, eager] eager_two(Reactive eager_two_a, Reactive eager_two_b);
        mutable [mutable, eq, cleanup = close] mutable_two(Reactive mutable_two_a, Reactive mutable_two_b);
        live [] three(Reactive three_a, Reactive three_b, Reactive three_c);
        live [eq] many(Reactive many_a, Reactive many_b, Reactive many_c, Reactive many_d, Reactive many_e);
        live [] seen_last(Reactive seen_last_a, Snapshot seen_last_b);
        live [eq] seen_first(Snapshot seen_first_a, Reactive seen_first_b);
        mutable [mutable] seen_twice(Snapshot seen_twice_a, Snapshot seen_twice_b, Reactive seen_twice_c);
        live [] over_fixed(Reactive over_fixed_a, Dep over_fixed_b, Snapshot over_fixed_c);
        live [] lazy(Lazy lazy_a, Reactive lazy_b);
        live [eager] lazy_two(Reactive lazy_two_a, Dep lazy_two_b, Reactive lazy_two_c, Lazy lazy_two_d);
        mutable [mutable, eq] controlling(Controller controlling_a, Reactive controlling_b);
        live [] all(Reactive all_a, Controller all_b, Snapshot all_c, Lazy all_d, Dep all_e);
        fixed [] fixed_source();
        fixed [] fixed_one(Dep fixed_one_a);
        fixed [] fixed_seen(Snapshot fixed_seen_a);
        fixed [] fixed_both(Dep fixed_both_a, Snapshot fixed_both_b);
        fixed [] fixed_lazy(Snapshot fixed_lazy_a, Snapshot fixed_lazy_b, Dep fixed_lazy_c, Lazy fixed_lazy_d);
        fixed [] fixed_later(Dep fixed_later_a, Later fixed_later_b, Dep fixed_later_c, Controller fixed_later_d);
    } };
}

/// The live ones, in the order of the table.
macro_rules! live_ones {
    ($use:ident $port:ident) => {
        $use! { $port:
            plain_source other_source third_source fourth_source closing_source eq_source closing_eq_source
            one eq_one other_eq_one eager_one mutable_one
            two other_two eq_two eager_two mutable_two three many
            seen_last seen_first seen_twice over_fixed lazy lazy_two controlling all
        }
    };
}

/// The fixed ones, in the order of the table.
macro_rules! fixed_ones {
    ($use:ident $port:ident) => {
        $use! { $port:
            fixed_source fixed_one fixed_seen fixed_both fixed_lazy fixed_later
        }
    };
}

universe! { declare }

port! { Reactive cut_a }
port! { Reactive cut_b }
port! { Reactive cut_c }

/// Reads three live ones at once.
#[flow]
pub(crate) fn cut(
    one: Ref<'_, cut_a>,
    other: Ref<'_, cut_b>,
    third: Ref<'_, cut_c>,
    #[input] see: &mut (dyn FnMut([&Built; 3]) + Send),
) {
    see([&one.built, &other.built, &third.built]);
}

/// What the flow reads.
pub(crate) static CUT: [&[Put]; 3] =
    [live_ones! { puts cut_a }, live_ones! { puts cut_b }, live_ones! { puts cut_c }];

/// The live ones come first.
pub(crate) static NODES: &[Node] = universe! { table };

/// How many executors are live.
pub(crate) const LIVE: usize = 27;

/// How graphs of these are drawn.
pub(crate) const WEIGHTS: Weights = Weights { given: 0.08, live: 5, reads: |_, raw| raw % 2 == 0 };

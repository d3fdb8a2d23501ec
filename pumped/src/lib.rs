//! Compile-time dependency injection, reactive invalidation and request flows.
//!
//! An application is a graph of long-lived things: configuration, pools, clients,
//! services. [`#[executor]`](macro@executor) on a function or a struct declares one
//! of them and, by its parameters or fields, what it needs. A [`Scope`] resolves
//! them lazily, once each, and cleans up in the right order.
//!
//! ```
//! use pumped::prelude::*;
//!
//! #[executor]
//! fn config() -> String { "localhost".into() }
//!
//! #[executor]
//! fn server(config: Dep<config>, cx: &ResolveCtx<'_>) -> String {
//!     cx.on_cleanup(|| println!("server closed"));
//!     format!("server on {}", *config)
//! }
//!
//! let scope = Scope::builder().root::<server>().build().unwrap();
//! assert_eq!(*scope.get::<server>().unwrap(), "server on localhost");
//! scope.dispose().unwrap();
//! ```
//!
//! The macro generates statically typed code: no registration, no string keys, no
//! downcasts of what you wrote. The graph is a constant, which the compiler walks:
//! cycles and values that could go stale unnoticed do not compile. Errors of the
//! whole graph (a cycle that reaches far) appear at `cargo build`, where `get` is
//! called; all others already in the editor.
//!
//! What runs over the graph, a request or a job, is a [`#[flow]`](macro@flow): a function
//! with dependencies and inputs, that [`Scope::exec`] runs in an [`ExecutionCtx`].
//!
//! Executors and flows may be `async fn`s: [`Scope::get_async`], [`Scope::exec_async`].
//!
//! - What may stand as a parameter: [`Dep`], [`Reactive`], [`Snapshot`], [`Lazy`],
//!   [`Controller`], [`Tag`], [`ResolveCtx`].
//! - *Fixed* executors never change while their scope lives; *live* ones are
//!   `mutable` or have a `Reactive` dependency.
//! - [`testing`] shows how to call an executor by hand, [`ScopeBuilder`] how to
//!   replace one; [`graph`] draws what depends on what.
//! - [`extension`]s see everything that a scope does; [`tree`] is the history of what ran.
//!
//! # Features
//! - `tracing`: [`extension::Tracing`](extension), and errors that nobody is left to return
//!   to become events instead of lines on stderr, where there is a subscriber.
//! - `serde`: [`Graph::to_json`](graph::Graph).
//! - `tokio`: [`Context::timeout`] and [`Context::cancel_on`], [`Scope::shutdown`].

mod cleanup;
mod current;
mod cycle;
mod dependency;
pub mod error;
mod execution;
mod executor;
pub mod extension;
mod flow;
mod flow_param;
pub mod graph;
mod handle;
mod hazard;
mod node;
mod outcome;
mod reclaim;
mod resolve_ctx;
mod scope;
mod shared;
mod sync;
mod tags;
pub mod testing;
pub mod tree;
mod value;
mod walk;
mod walk_text;

pub use error::{Fault, FlowError};
pub use execution::{Context, ExecutionCtx};
pub use executor::{Access, Async, Blocking, Executor, Fixed, Kind, Live, Mode, Mutable, ReadOnly};
pub use flow::{Flow, FlowPreset, Returns};
pub use handle::{Controller, Dep, Lazy, Reactive, Ref, Snapshot, Tag};
pub use node::{EdgeKind, Node};
pub use pumped_macros::{executor, flow};
pub use resolve_ctx::ResolveCtx;
pub use scope::{Batch, Scope, ScopeBuilder, Subscription, Watch, WeakScope};

/// What wiring code writes: `use pumped::prelude::*;`.
pub mod prelude {
    pub use crate::error::{Fault, FlowError, ResolveError};
    pub use crate::{
        Controller, Dep, ExecutionCtx, Lazy, Reactive, Ref, ResolveCtx, Scope, Snapshot, Tag,
        executor, flow,
    };
}

/// The bounds that the compiler names when something does not fit, each with the
/// sentence that says what to write.
///
/// Code that is generic over executors can name them: `where E::Access: CanUpdate<E>`.
/// Only this crate meets them, also where coherence would allow others to:
///
/// ```compile_fail,E0277
/// use pumped::prelude::*;
///
/// #[executor]
/// fn config() -> u8 { 1 }
///
/// impl pumped::bounds::CanUpdate<config> for pumped::ReadOnly {}
/// ```
pub mod bounds {
    pub use crate::dependency::{Borrowed, CanBeKept, Dependency};
    pub use crate::executor::{
        AsReady, CanBlock, CanChange, CanRelease, CanReplace, CanUpdate, CanWatch, NeverStale,
        SameOutput, StaysInPlace,
    };
    pub use crate::flow::{CarriesFault, RunsNow};
    pub use crate::flow_param::{AsBuilt, FlowParam, IsLatest};
    pub use crate::outcome::{Cleaned, Comparable, Failure, Fallible, Meta};
}

/// What generated code names.
#[doc(hidden)]
pub mod __private {
    pub use crate::dependency::Dependency;
    pub use crate::error::{BoxError, Fault};
    pub use crate::execution::ExecutionCtx;
    pub use crate::executor::{
        Async, AsyncExecutor, Blocking, Broken, Built, Executor, Fixed, Is, Live, Liveness,
        Mutable, ReadOnly, any_live, not_built,
    };
    pub use crate::flow::{
        AnyPlace, Flow, FlowPreset, Place, Ran, Returns, any_place, not_run, output_name, preset_of,
    };
    pub use crate::flow_param::{FlowParam, Taking};
    pub use crate::node::{Declaration, FlowSpec, Index, MetaCell, NodeRef, Spec};
    pub use crate::outcome::{
        Cleaned, Comparable, Fallible, Meta, NoResult, ResultProbe, check_plain, check_plain_flow,
        meta_list,
    };
    pub use crate::resolve_ctx::ResolveCtx;
    pub use crate::walk::check_definition;
    pub use core::any::Any;
    pub use core::convert::Infallible;
    pub use core::default::Default;
    pub use core::future::Future;
    pub use core::marker::{PhantomData, Send, Sync};
    pub use core::mem::drop;
    pub use core::module_path;
    pub use core::ops::Fn;
    pub use core::option::Option;
    pub use core::result::Result;
    pub use std::boxed::Box;
}

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

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

#[doc(inline)]
pub use pumped_core::{
    Access, Async, Batch, Blocking, Context, Controller, Dep, EdgeKind, ExecutionCtx, Executor,
    Fault, Fixed, Flow, FlowError, FlowPreset, Kind, Lazy, Live, Mode, Mutable, Node, Reactive,
    ReadOnly, Ref, ResolveCtx, Returns, Scope, ScopeBuilder, Snapshot, Subscription, Tag, Watch,
    WeakScope,
};
#[doc(inline)]
pub use pumped_core::{bounds, error, extension, graph, testing, tree};
#[doc(inline)]
pub use pumped_macros::{executor, flow};

/// What wiring code writes: `use pumped::prelude::*;`.
pub mod prelude {
    pub use crate::error::{Fault, FlowError, ResolveError};
    pub use crate::{
        Controller, Dep, ExecutionCtx, Lazy, Reactive, Ref, ResolveCtx, Scope, Snapshot, Tag,
        executor, flow,
    };
}

/// What generated code names.
#[doc(hidden)]
pub use pumped_core::__private;

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

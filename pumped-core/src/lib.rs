//! The runtime of [pumped](https://docs.rs/pumped): scopes, values, contexts, and the traits
//! that its macros implement. Depend on `pumped`, which re-exports all of it together with
//! the macros; that this is a crate of its own lets cargo compile it beside them.

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
mod keyed;
mod maps;
mod node;
mod outcome;
mod reclaim;
mod resolve_ctx;
mod scope;
mod shared;
mod short;
mod sorted;
mod sync;
mod tags;
pub mod testing;
mod threads;
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
pub use resolve_ctx::ResolveCtx;
pub use scope::{Batch, Scope, ScopeBuilder, Subscription, Watch, WeakScope};

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
    pub use crate::dependency::{Borrowed, CanBeKept, Defaulted, Dependency};
    pub use crate::executor::{
        AsReady, CanBlock, CanChange, CanRelease, CanReplace, CanUpdate, CanWatch, NeverStale,
        SameOutput, StaysInPlace,
    };
    pub use crate::flow::{CarriesFault, RunsNow};
    pub use crate::flow_param::{AsBuilt, FlowParam, IsLatest};
    pub use crate::outcome::{Cleaned, Comparable, Failure, Fallible, Meta};
    pub use crate::threads::{CanBeShown, ForAllThreads, ForOtherThreads};
}

/// What generated code names.
#[doc(hidden)]
pub mod __private {
    pub use crate::dependency::{Defaulted, Dependency};
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
    pub use core::module_path;
    pub use core::ops::Fn;
    pub use core::option::Option;
    pub use core::result::Result;
    pub use std::boxed::Box;
}

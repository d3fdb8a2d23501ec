//! Compile-time dependency injection, reactive invalidation and request flows.

mod cleanup;
mod current;
mod cycle;
mod dependency;
pub mod error;
mod executor;
pub mod graph;
mod handle;
mod node;
mod outcome;
mod reclaim;
mod resolve_ctx;
mod scope;
mod sync;
pub mod testing;
mod value;
mod walk;
mod walk_text;

pub use executor::{
    Access, Async, Blocking, Executor, Fixed, Kind, Live, Mode, Mutable, ReadOnly,
};
pub use handle::{Controller, Dep, Lazy, Reactive, Ref, Snapshot, Tag};
pub use node::{EdgeKind, Node};
pub use pumped_macros::executor;
pub use resolve_ctx::ResolveCtx;
pub use scope::{Scope, ScopeBuilder, WeakScope};

/// What wiring code writes: `use pumped::prelude::*;`.
pub mod prelude {
    pub use crate::error::ResolveError;
    pub use crate::{
        Controller, Dep, Lazy, Reactive, Ref, ResolveCtx, Scope, Snapshot, Tag, executor,
    };
}

/// What generated code names.
#[doc(hidden)]
pub mod __private {
    pub use crate::dependency::Dependency;
    pub use crate::error::BoxError;
    pub use crate::executor::{
        Async, Blocking, Broken, Built, Executor, Fixed, Is, Live, Liveness, Mutable, ReadOnly,
        any_live, not_built,
    };
    pub use crate::node::{Declaration, Index, MetaCell, NodePtr, Spec};
    pub use crate::outcome::{
        Fallible, NoResult, ResultProbe, check_plain, cleaned, fallible, meta_list, meta_value,
        same,
    };
    pub use crate::resolve_ctx::ResolveCtx;
    pub use crate::walk::check_definition;
    pub use core::default::Default;
    pub use core::option::Option;
    pub use core::result::Result;
}

//! What unit tests need to call an executor's function by hand.
//!
//! The annotated function stays callable, and every handle can be made by hand:
//! [`Dep::new`], [`Reactive::new`], [`Snapshot::new`], [`Tag::new`],
//! [`Lazy::ready`], [`Controller::detached`].
//!
//! ```
//! use pumped::prelude::*;
//!
//! #[executor]
//! fn config() -> String { "localhost".into() }
//!
//! #[executor]
//! fn url(config: Dep<config>, cx: &ResolveCtx<'_>) -> String {
//!     cx.on_cleanup(|| println!("bye"));
//!     format!("http://{}", *config)
//! }
//!
//! let cx = pumped::testing::resolve_cx();
//! assert_eq!(url(Dep::new("test".into()), &cx), "http://test");
//! ```
//!
//! [`Dep::new`]: crate::Dep::new
//! [`Reactive::new`]: crate::Reactive::new
//! [`Snapshot::new`]: crate::Snapshot::new
//! [`Tag::new`]: crate::Tag::new
//! [`Lazy::ready`]: crate::Lazy::ready
//! [`Controller::detached`]: crate::Controller::detached

use crate::error::BoxError;
use crate::executor::{Blocking, Executor, Fixed, ReadOnly};
use crate::node::{Declaration, Index, NodeRef, Spec};
use crate::resolve_ctx::ResolveCtx;

/// A context without a scope: it has no tags, its scope upgrades to nothing, and
/// the cleanups that are registered with it run when it is dropped, last first.
#[must_use]
pub fn resolve_cx() -> ResolveCtx<'static> {
    ResolveCtx::detached(Test::NODE.get())
}

/// The executor that a context without a scope says it belongs to.
enum Test {}

static INDEX: Index = Index::NEW;

static NODE: Declaration =
    Declaration::new::<Test>(Spec { name: "test", provided: true, ..Spec::PLAIN }, &INDEX);

impl Executor for Test {
    type Output = ();
    type Kind = Fixed;
    type Mode = Blocking;
    type Access = ReadOnly;
    const NODE: NodeRef = NODE.node();

    fn build(_: &ResolveCtx<'_>) -> Result<(), BoxError> {
        Ok(())
    }
}

//! Extensions: code around every resolve, update, release and execution.
//!
//! Tracing, metrics, policy, caches. An extension sees each *real* operation, also of
//! what is only a dependency, and no cache hit. With none registered nothing is paid.
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering};
//! use pumped::extension::{Extension, Operation, OperationKind};
//! use pumped::error::BoxError;
//! use pumped::prelude::*;
//!
//! /// Lets a flow run so many times.
//! struct Quota(AtomicUsize);
//!
//! impl Extension for Quota {
//!     fn before(&self, operation: &Operation<'_>) -> Result<(), BoxError> {
//!         if operation.kind() != OperationKind::Execute {
//!             return Ok(());
//!         }
//!         let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
//!         left.map(drop).map_err(|_| format!("`{}` has no runs left", operation.name()).into())
//!     }
//! }
//!
//! #[flow]
//! fn ping() -> &'static str { "pong" }
//!
//! let scope = Scope::builder().extension(Quota(AtomicUsize::new(1))).build().unwrap();
//! assert_eq!(scope.exec(ping()).unwrap(), "pong");
//! assert_eq!(scope.exec(ping()).unwrap_err().to_string(), "`ping` has no runs left");
//! ```

mod chain;
mod chain_async;
mod graph_debug;
mod operation;
#[cfg(feature = "tracing")]
mod tracing;

use std::future::Future;
use std::pin::Pin;

use crate::error::{BoxError, CleanupError};
use crate::scope::Scope;

pub use chain::Next;
pub(crate) use chain::{Extensions, Work};
pub use chain_async::NextAsync;
pub(crate) use chain_async::WorkAsync;
pub use graph_debug::GraphDebug;
pub use operation::{Operation, OperationError, OperationKind, Outcome};
#[cfg(feature = "tracing")]
pub use tracing::Tracing;

/// A future in a box, as [`Extension::wrap_async`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Code around what a scope does.
///
/// Every method has a default that does nothing, so an extension has those that it needs.
/// An operation passes the extensions from the outside in: of each one `before`, then
/// `wrap` around all that follows, then, on the way out, `on_error` if it failed, and
/// `after`. What an extension itself asks of the scope is not shown to that extension. A
/// panic in one of them is an error of the operation, or is reported where it is over.
///
/// An extension that keeps the scope it is given keeps it from ending:
/// [`downgrade`](Scope::downgrade) it. One that keeps a controller, a watch or a subscription
/// of its own scope does not, but is never dropped itself, and neither is a tag that does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extension: give a value of a type of yours with an `impl pumped::extension::Extension`",
    label = "not an extension",
    note = "it is given by value: what is to be shared with it stands inside of it, as in `struct Count(Arc<AtomicU64>)`"
)]
pub trait Extension: Send + Sync + 'static {
    /// What errors call it. The name of its type, if nothing else is said.
    fn name(&self) -> &str {
        std::any::type_name::<Self>()
    }

    /// Where it stands: a lower one is further out. Of equals, the one that was registered
    /// first is.
    fn order(&self) -> i32 {
        100
    }

    /// Called when the scope is built, from the outside in.
    ///
    /// # Errors
    /// Then there is no scope: `build` fails with it.
    fn init(&self, scope: &Scope) -> Result<(), BoxError> {
        let _ = scope;
        Ok(())
    }

    /// Called before an operation, sync or async.
    ///
    /// # Errors
    /// Then the operation does not happen, and fails with it.
    fn before(&self, operation: &Operation<'_>) -> Result<(), BoxError> {
        let _ = operation;
        Ok(())
    }

    /// Called after an operation, sync or async, whose `before` had let it pass. An async one
    /// that is dropped in the middle was cancelled.
    fn after(&self, operation: &Operation<'_>, outcome: &Outcome<'_>) {
        let _ = (operation, outcome);
    }

    /// Around a sync operation: `next.run()` is the operation, and what is further in.
    ///
    /// # Errors
    /// It fails with what is returned here; but a failure of the operation itself stays
    /// what it is, and cannot be swallowed. An update or a release that has been made
    /// stays made: an error that comes after it is reported, and fails nothing.
    fn wrap(&self, operation: &Operation<'_>, next: Next<'_>) -> Result<(), BoxError> {
        let _ = operation;
        next.run()
    }

    /// As [`wrap`](Self::wrap), around an async operation. One that is cancelled is dropped
    /// where it is: nothing more is called for it.
    ///
    fn wrap_async<'a>(
        &'a self,
        operation: &'a Operation<'a>,
        next: NextAsync<'a>,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        let _ = operation;
        next.run()
    }

    /// Called once for each operation that has failed, before `after`.
    fn on_error(&self, operation: &Operation<'_>, error: &(dyn std::error::Error + 'static)) {
        let _ = (operation, error);
    }

    /// Called with each cleanup that has failed. Whether it is dealt with: then it is not
    /// collected for [`dispose`](Scope::dispose).
    fn on_cleanup_error(&self, error: &CleanupError) -> bool {
        let _ = error;
        false
    }

    /// Called at the end of the scope, after all cleanups, the one that was registered
    /// last first.
    ///
    /// # Errors
    /// It is collected for [`dispose`](Scope::dispose).
    fn dispose(&self, scope: &Scope) -> Result<(), BoxError> {
        let _ = scope;
        Ok(())
    }
}

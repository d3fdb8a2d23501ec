//! A scope, held weakly.

use std::fmt;

use super::Scope;
use super::core::Core;
use crate::cleanup;
use crate::sync::Arc;

/// A handle that does not keep its scope: for values inside of the scope that use
/// it later, such as schedulers and servers.
///
/// ```
/// use pumped::prelude::*;
///
/// let scope = Scope::new();
/// let weak = scope.downgrade();
/// assert!(weak.upgrade().is_some());
/// drop(scope);
/// assert!(weak.upgrade().is_none());
/// ```
#[derive(Clone, Default)]
pub struct WeakScope(Option<Arc<Core>>);

impl WeakScope {
    pub(crate) fn new(core: Option<Arc<Core>>) -> Self {
        Self(core)
    }

    /// The scope, unless its last handle is gone. What comes back is a user handle
    /// like any other: the scope lives until it is dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<Scope> {
        let core = self.0.as_ref()?;
        core.try_add_user().then(|| Scope::from_core(core.clone()))
    }

    /// Awaits async cleanups as they come up, until the scope has ended: those of values
    /// that were replaced, once their last holder has let go. For a task of its own, in a
    /// program whose values change while it runs; see [`Scope::drain`].
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let scope = Scope::new();
    /// let drained = tokio::spawn(scope.downgrade().keep_drained());
    /// // …
    /// scope.dispose_async().await.unwrap();
    /// drained.await.unwrap();
    /// # }
    /// ```
    pub async fn keep_drained(self) {
        if let Some(core) = self.0 {
            cleanup::keep_drained(core).await;
        }
    }
}

impl fmt::Debug for WeakScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakScope")
    }
}

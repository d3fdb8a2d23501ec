//! A scope, held weakly.

use std::fmt;

use super::Scope;
use super::core::Core;
use super::eager;
use crate::cleanup;
use crate::sync::{Arc, Weak, downgrade};

/// A handle that does not keep its scope: for values inside of the scope that use
/// it later, such as schedulers and servers. Of a scope that has ended it keeps some six
/// kilobytes, and nothing that was in it.
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
pub struct WeakScope(Option<Weak<Core>>);

impl WeakScope {
    /// Of none, where nothing ever was. It keeps nothing that the scope has, tags and extensions
    /// neither, which may well have one; but for the memory of the core itself.
    pub(crate) fn new(core: Option<&Arc<Core>>) -> Self {
        Self(core.map(downgrade))
    }

    fn core(&self) -> Option<Arc<Core>> {
        self.0.as_ref()?.upgrade()
    }

    /// The scope, unless its last handle is gone. What comes back is a user handle
    /// like any other: the scope lives until it is dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<Scope> {
        let core = self.core()?;
        core.try_add_user().then(|| Scope::from_core(core))
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
        if let Some(core) = self.core() {
            cleanup::keep_drained(core).await;
        }
    }

    /// Rebuilds what is `eager` and async, or `eager` and above a live executor that is async, as
    /// soon as a change has made it stale, until the scope has ended. For a task of its own: whoever
    /// updates has no way to await a rebuild, so without such a task it is left to the next
    /// reader, like that of any other executor.
    ///
    /// Rebuilds of several executors go on side by side. A change in the middle of one has
    /// another one follow it. An error is reported, and the next change tries again. If the
    /// future is dropped, what is not finished is left to the next one who keeps at it.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn port() -> u16 { 8080 }
    ///
    /// #[executor(eager)]
    /// async fn server(port: Reactive<port>) -> String {
    ///     // …
    ///     format!("listening on {}", *port)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let scope = Scope::new();
    /// let kept = tokio::spawn(scope.downgrade().keep_eager());
    /// scope.get_async::<server>().await.unwrap();
    /// scope.update::<port>(8081).unwrap();
    /// # while *scope.peek::<server>().unwrap() != "listening on 8081" { tokio::task::yield_now().await; }
    /// // Soon after, nobody has to ask for it:
    /// assert_eq!(*scope.peek::<server>().unwrap(), "listening on 8081");
    ///
    /// scope.dispose_async().await.unwrap();
    /// kept.await.unwrap();
    /// # }
    /// ```
    pub async fn keep_eager(self) {
        if let Some(core) = self.core() {
            eager::keep(core).await;
        }
    }
}

impl fmt::Debug for WeakScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakScope")
    }
}

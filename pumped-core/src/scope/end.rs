//! How a scope ends, as its users ask for it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
#[cfg(feature = "tokio")]
use std::time::Duration;

use super::{Scope, teardown};
use crate::cleanup;
use crate::error::DisposeError;

impl Scope {
    /// Ends the scope: refuses what is new, waits for the executions and builds of other
    /// threads (which may still resolve what they need), runs every cleanup that
    /// remains, dependents first, whoever still holds the values, and disposes the
    /// extensions. After it, everything returns `Disposed`.
    ///
    /// Disposing again returns the same result, and waits for it if need be.
    /// Values are dropped with the last handle and the last [`Dep`](crate::Dep).
    ///
    /// # Errors
    /// With every cleanup that failed, or would have to be awaited; or if it is called from
    /// inside an execution, a build, a cleanup or a change of the same scope; or if something
    /// async is alive.
    pub fn dispose(&self) -> Result<(), DisposeError> {
        teardown::dispose(&self.core)
    }

    /// Awaits the async cleanups of values that were replaced or released and that nobody
    /// holds any more, in the order in which these were let go of; and what these values
    /// were built from is cleaned up after them. An error is kept for
    /// [`dispose`](Self::dispose), unless an extension takes it.
    ///
    /// Several may wait; who gives up loses nothing. From inside of a cleanup of this scope
    /// it returns at once.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn url() -> String { "db1".into() }
    /// #[executor]
    /// fn pool(url: Reactive<url>, cx: &ResolveCtx<'_>) -> String {
    ///     let name = url.to_string();
    ///     cx.on_cleanup_async(|| async move { println!("{name} closed") });
    ///     url.to_string()
    /// }
    ///
    /// # pollster::block_on(async {
    /// let scope = Scope::new();
    /// scope.get::<pool>().unwrap();
    /// scope.update::<url>("db2".into()).unwrap();
    /// assert_eq!(*scope.get::<pool>().unwrap(), "db2");
    /// scope.drain().await; // "db1 closed"
    /// # });
    /// ```
    pub fn drain(&self) -> impl Future<Output = ()> + Send {
        cleanup::drain(&self.core)
    }

    /// As [`dispose`](Self::dispose), which refuses while something async is alive: this
    /// one waits for it, and awaits the async cleanups, one after the other, in their
    /// order. If the future is dropped before it has ended, or is not polled any more,
    /// nothing new is let in, and whoever disposes next goes on.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// async fn pool(cx: &ResolveCtx<'_>) -> u8 {
    ///     cx.on_cleanup_async(|| async { println!("closed") });
    ///     1
    /// }
    ///
    /// # pollster::block_on(async {
    /// let scope = Scope::new();
    /// scope.get_async::<pool>().await.unwrap();
    /// scope.dispose_async().await.unwrap(); // "closed"
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`dispose`](Self::dispose).
    pub fn dispose_async(&self) -> impl Future<Output = Result<(), DisposeError>> + Send {
        teardown::dispose_async(&self.core)
    }

    /// As [`dispose_async`](Self::dispose_async), for no longer than one has patience with
    /// what is running: once `patience` has ended, async executions are dropped where they
    /// wait, with [`FlowError::Cancelled`](crate::FlowError::Cancelled), builds that are
    /// waited for end with an error, and sync executions see
    /// [`is_cancelled`](crate::ExecutionCtx::is_cancelled) and begin no sub-flow any more.
    /// Cleanups are run and awaited as ever.
    ///
    /// It ends when all of them have ended. An execution whose future is kept and not polled
    /// any more cannot be dropped from here: drop that first.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[flow]
    /// async fn endless() { std::future::pending().await }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let scope = Scope::new();
    /// let of_task = scope.clone();
    /// let task = tokio::spawn(async move { of_task.exec_async(endless()).await });
    /// tokio::task::yield_now().await;
    /// scope.shutdown_when(async {}).await.unwrap();
    /// assert!(matches!(task.await.unwrap(), Err(FlowError::Cancelled)));
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`dispose`](Self::dispose).
    pub async fn shutdown_when(
        &self,
        patience: impl Future<Output = ()> + Send,
    ) -> Result<(), DisposeError> {
        let mut disposing = pin!(self.dispose_async());
        let mut patience = pin!(patience);
        let mut is_patient = true;
        poll_fn(|context| {
            if let Poll::Ready(result) = disposing.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            if is_patient && patience.as_mut().poll(context).is_ready() {
                is_patient = false;
                teardown::stop(self.core());
                return disposing.as_mut().poll(context);
            }
            Poll::Pending
        })
        .await
    }

    /// [`shutdown_when`](Self::shutdown_when) the grace period has passed. With the feature
    /// `tokio`.
    ///
    /// # Errors
    /// As [`dispose`](Self::dispose).
    ///
    /// # Panics
    /// If it is polled outside of a tokio runtime with a timer.
    #[cfg(feature = "tokio")]
    pub fn shutdown(
        &self,
        grace: Duration,
    ) -> impl Future<Output = Result<(), DisposeError>> + Send {
        self.shutdown_when(async move { tokio::time::sleep(grace).await })
    }
}

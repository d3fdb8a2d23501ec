//! The one door to synchronisation, so that loom can stand in for the standard
//! library. Everything that the runtime shares between threads comes from here.

#[cfg(not(loom))]
use std::sync as from;
#[cfg(not(loom))]
pub(crate) use std::sync::Arc;

#[cfg(loom)]
use loom::sync as from;
#[cfg(loom)]
pub(crate) use loom::sync::Arc;

pub(crate) use from::MutexGuard;
pub(crate) use from::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};

use std::sync::{PoisonError, TryLockError};

/// Stands between two `SeqCst` accesses whose order counts: loom takes those for weaker
/// ones than they are, and knows such an order from fences only.
#[inline]
pub(crate) fn fence_in_models() {
    #[cfg(loom)]
    fence(Ordering::SeqCst);
}

/// A mutex that knows no poison: user code never runs under a lock of ours.
pub(crate) struct Mutex<T>(from::Mutex<T>);

impl<T> Mutex<T> {
    #[inline]
    pub(crate) fn new(value: T) -> Self {
        Self(from::Mutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value, if nobody has locked it.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A condition variable for [`Mutex`].
pub(crate) struct Condvar(from::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Self(from::Condvar::new())
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// The current version of a live value: read without a lock and without counting.
#[cfg(not(loom))]
pub(crate) mod swap {
    use crate::value::Handle;

    pub(crate) type Held = arc_swap::Guard<Option<Handle>>;

    pub(crate) struct Swap(arc_swap::ArcSwapAny<Option<Handle>>);

    impl Swap {
        pub(crate) fn new(value: Option<Handle>) -> Self {
            Self(arc_swap::ArcSwapAny::new(value))
        }

        #[inline]
        pub(crate) fn load(&self) -> Held {
            self.0.load()
        }

        pub(crate) fn swap(&self, value: Option<Handle>) -> Option<Handle> {
            self.0.swap(value)
        }
    }

    #[inline]
    pub(crate) fn hold(value: Handle) -> Held {
        arc_swap::Guard::from_inner(Some(value))
    }
}

/// arc-swap knows nothing of loom: a lock stands in for it in the models.
#[cfg(loom)]
pub(crate) mod swap {
    use super::Mutex;
    use crate::value::Handle;

    pub(crate) type Held = Box<Option<Handle>>;

    pub(crate) struct Swap(Mutex<Option<Handle>>);

    impl Swap {
        pub(crate) fn new(value: Option<Handle>) -> Self {
            Self(Mutex::new(value))
        }

        pub(crate) fn load(&self) -> Held {
            Box::new(self.0.lock().clone())
        }

        pub(crate) fn swap(&self, value: Option<Handle>) -> Option<Handle> {
            std::mem::replace(&mut *self.0.lock(), value)
        }
    }

    pub(crate) fn hold(value: Handle) -> Held {
        Box::new(Some(value))
    }
}

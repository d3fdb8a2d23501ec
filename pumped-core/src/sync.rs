//! The one door to synchronisation, so that loom can stand in for the standard
//! library. Everything that the runtime shares between threads comes from here.

#[cfg(not(loom))]
use std::sync as from;
#[cfg(not(loom))]
pub(crate) use std::sync::{Arc, Weak};

#[cfg(loom)]
use loom::sync as from;
#[cfg(loom)]
pub(crate) use loom::sync::Arc;

pub(crate) use from::MutexGuard;
pub(crate) use from::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence,
};

use std::sync::{PoisonError, TryLockError};

/// Loom knows none: this one keeps what it points to.
#[cfg(loom)]
pub(crate) struct Weak<T>(Arc<T>);

#[cfg(loom)]
impl<T> Weak<T> {
    pub(crate) fn upgrade(&self) -> Option<Arc<T>> {
        Some(self.0.clone())
    }
}

#[cfg(loom)]
impl<T> Clone for Weak<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What points to the same and does not keep it.
pub(crate) fn downgrade<T>(shared: &Arc<T>) -> Weak<T> {
    #[cfg(not(loom))]
    return Arc::downgrade(shared);
    #[cfg(loom)]
    return Weak(shared.clone());
}

/// A shared `T` that `write` writes where it stays, for what is too large to be moved there.
///
/// # Safety
/// `write` leaves a valid `T` where it is told to.
#[cfg(not(loom))]
pub(crate) unsafe fn shared_in_place<T>(write: impl FnOnce(*mut T)) -> Arc<T> {
    let mut room = Arc::<T>::new_uninit();
    write(Arc::get_mut(&mut room).expect("nobody else has it").as_mut_ptr());
    // SAFETY: the caller's promise.
    unsafe { room.assume_init() }
}

/// As above; loom's cannot be written in place.
///
/// # Safety
/// `write` leaves a valid `T` where it is told to.
#[cfg(loom)]
pub(crate) unsafe fn shared_in_place<T>(write: impl FnOnce(*mut T)) -> Arc<T> {
    let mut room = std::mem::MaybeUninit::uninit();
    write(room.as_mut_ptr());
    // SAFETY: the caller's promise.
    Arc::new(unsafe { room.assume_init() })
}

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
    #[cfg(not(loom))]
    #[inline]
    pub(crate) const fn new(value: T) -> Self {
        Self(from::Mutex::new(value))
    }

    #[cfg(loom)]
    pub(crate) fn new(value: T) -> Self {
        Self(from::Mutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        }
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

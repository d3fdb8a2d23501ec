//! Tags: typed ambient values, in a list that only grows, at its head.
//!
//! What was set stays where it is until the list is gone, so a reference to a tag
//! lives as long as its list, whatever is set later. One allocation holds a tag
//! and its place in the list, and [`Tag`] shares it.

use std::any::TypeId;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use crate::cleanup::discard;
use crate::handle::Tag;
use crate::sync::{AtomicPtr, Ordering};

/// The tags of a scope, or of an execution.
pub(crate) struct TagList {
    newest: AtomicPtr<Link>,
}

/// The place of a tag in its list.
struct Link {
    of: TypeId,
    older: *mut Link,
    /// Lets go of the count that the list has.
    release: unsafe fn(*mut Link),
}

/// A value with its place. The link comes first, so that a pointer to one is a
/// pointer to the other.
#[repr(C)]
pub(crate) struct Tagged<T> {
    link: Link,
    pub(crate) value: T,
}

// SAFETY: what a link points to is shared by counted references to values that are
// `Send + Sync` (`TagList::set`), and is not changed once it is in a list.
unsafe impl<T: Send + Sync> Send for Tagged<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Tagged<T> {}

impl<T> Tagged<T> {
    pub(crate) fn new(value: T) -> Arc<Self>
    where
        T: 'static,
    {
        let of = TypeId::of::<T>();
        let link = Link { of, older: ptr::null_mut(), release: release::<T> };
        Arc::new(Self { link, value })
    }
}

/// # Safety
/// `link` is that of a `Tagged<T>` whose count the caller has, and gives up.
unsafe fn release<T>(link: *mut Link) {
    // SAFETY: the caller's promise.
    drop(unsafe { Arc::from_raw(link.cast_const().cast::<Tagged<T>>()) });
}

impl TagList {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { newest: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Sets the tag of the type `T`; the last one set counts. Costs one allocation.
    pub(crate) fn set<T: Send + Sync + 'static>(&self, value: T) {
        let tagged = Arc::into_raw(Tagged::new(value)).cast_mut();
        let mut newest = self.newest.load(Ordering::Acquire);
        loop {
            // SAFETY: nobody else knows the tag yet.
            unsafe { (*tagged).link.older = newest };
            let link = tagged.cast::<Link>();
            match self.newest.compare_exchange(newest, link, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return,
                Err(other) => newest = other,
            }
        }
    }

    fn find(&self, of: TypeId) -> Option<*mut Link> {
        let mut at = self.newest.load(Ordering::Acquire);
        // SAFETY: what is in the list stays there as long as the list.
        while let Some(link) = unsafe { at.as_ref() } {
            if link.of == of {
                return Some(at);
            }
            at = link.older;
        }
        None
    }

    pub(crate) fn has(&self, of: TypeId) -> bool {
        self.find(of).is_some()
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let link = self.find(TypeId::of::<T>())?;
        // SAFETY: a link of this type is that of a `Tagged<T>`, which stays as long
        // as the list.
        Some(unsafe { &(*link.cast_const().cast::<Tagged<T>>()).value })
    }

    pub(crate) fn owned<T: Send + Sync + 'static>(&self) -> Option<Tag<T>> {
        let tagged = self.find(TypeId::of::<T>())?.cast_const().cast::<Tagged<T>>();
        // SAFETY: as in `get`; the list has a count, so that there can be another.
        let shared = unsafe {
            Arc::increment_strong_count(tagged);
            Arc::from_raw(tagged)
        };
        Some(Tag::from_shared(shared))
    }

    #[cold]
    fn clear(&mut self) {
        let mut at = self.newest.swap(ptr::null_mut(), Ordering::Acquire);
        while !at.is_null() {
            // SAFETY: the list has a count of each of its tags, and gives it up once.
            let (link, release) = unsafe { (at, (*at).release) };
            // SAFETY: as above.
            at = unsafe { (*link).older };
            // A tag is the user's, and may panic when it is dropped.
            // SAFETY: as above.
            let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { release(link) }));
            if let Err(payload) = dropped {
                discard(payload);
            }
        }
    }
}

impl Default for TagList {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TagList {
    #[inline]
    fn drop(&mut self) {
        if !self.newest.load(Ordering::Relaxed).is_null() {
            self.clear();
        }
    }
}

impl fmt::Debug for TagList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TagList")
    }
}

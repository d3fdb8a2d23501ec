//! A global allocator that counts: per thread always, and over all threads while
//! somebody asks for it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::{Add, AddAssign, Sub};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts every allocation; a reallocation is one, of its new size.
pub struct Counting;

/// How much was allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allocated {
    /// Calls of the allocator.
    pub count: u64,
    /// What they asked for.
    pub bytes: u64,
}

impl Sub for Allocated {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { count: self.count - before.count, bytes: self.bytes - before.bytes }
    }
}

impl Add for Allocated {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { count: self.count + other.count, bytes: self.bytes + other.bytes }
    }
}

impl AddAssign for Allocated {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

thread_local! {
    static MINE: Cell<Allocated> = const { Cell::new(Allocated { count: 0, bytes: 0 }) };
}

static COUNT_ALL: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn note(bytes: usize) {
    let bytes = bytes as u64;
    let one = Allocated { count: 1, bytes };
    // A thread that is ending counts no more.
    let _ = MINE.try_with(|mine| mine.set(mine.get() + one));
    if COUNT_ALL.load(Ordering::Relaxed) {
        COUNT.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// What `f` allocates on this thread.
pub fn of_this_thread<R>(f: impl FnOnce() -> R) -> (R, Allocated) {
    let before = MINE.get();
    let result = f();
    (result, MINE.get() - before)
}

/// What is allocated on all threads while `f` runs.
pub fn of_all_threads<R>(f: impl FnOnce() -> R) -> (R, Allocated) {
    let now =
        || Allocated { count: COUNT.load(Ordering::SeqCst), bytes: BYTES.load(Ordering::SeqCst) };
    let before = now();
    COUNT_ALL.store(true, Ordering::SeqCst);
    let result = f();
    COUNT_ALL.store(false, Ordering::SeqCst);
    (result, now() - before)
}

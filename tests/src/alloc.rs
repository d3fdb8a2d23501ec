//! An allocator that counts, thread by thread, so that tests can run side by side.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counted. Make it the `#[global_allocator]` of a test.
pub struct Counting;

/// How often this thread has allocated.
#[must_use]
pub fn allocations() -> usize {
    ALLOCATIONS.get()
}

/// What this thread has allocated and not freed, in bytes. Negative if it frees
/// what others have allocated.
#[must_use]
pub fn live_bytes() -> isize {
    BYTES.get()
}

fn count(bytes: isize) {
    BYTES.set(BYTES.get() + bytes);
}

fn signed(size: usize) -> isize {
    isize::try_from(size).expect("no allocation is that large")
}

// SAFETY: every call goes to `System` as it came; the counters are plain cells
// that allocate nothing and need no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        count(signed(layout.size()));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: the caller's promise; `alloc` got it from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        count(signed(size) - signed(layout.size()));
        // SAFETY: the caller's promise; `alloc` got it from `System`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

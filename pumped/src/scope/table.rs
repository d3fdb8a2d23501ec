//! From an executor's index to what a scope holds for it: a radix tree of 64
//! entries a page. The first page is part of the table; pages never move, so a
//! read is a few loads and needs no lock.

use std::ptr;

use bumpalo::Bump;

use crate::sync::{AtomicPtr, Ordering};

/// Entries a page, and pages a directory. Loom pays for each.
const FAN: u32 = if cfg!(loom) { 4 } else { 64 };

/// Directories a table: they are part of every scope, so there are few.
const TOP: u32 = 16;

/// How many executors one process may use.
const CAPACITY: u32 = TOP * FAN * FAN;

struct Page([AtomicPtr<()>; FAN as usize]);

struct Directory([AtomicPtr<Page>; FAN as usize]);

/// The entries of one scope. An entry is null until its value can be read.
pub(crate) struct Table {
    first: Page,
    directories: [AtomicPtr<Directory>; TOP as usize],
}

// The pointers go to `Header`s and `LiveSlot`s, which are shared between threads.

impl Page {
    fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())))
    }
}

impl Directory {
    fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())))
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            first: Page::new(),
            directories: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        }
    }

    /// What stands at `index`; null where nothing does.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> *mut () {
        if index < FAN {
            self.first.0[index as usize].load(Ordering::Acquire)
        } else {
            self.get_far(index)
        }
    }

    #[inline]
    fn get_far(&self, index: u32) -> *mut () {
        if index >= CAPACITY {
            return ptr::null_mut();
        }
        let directory = self.directories[(index / (FAN * FAN)) as usize].load(Ordering::Acquire);
        // SAFETY: a directory, once set, lives in the scope's arena, as long as the table.
        let Some(directory) = (unsafe { directory.as_ref() }) else { return ptr::null_mut() };
        let page = directory.0[(index / FAN % FAN) as usize].load(Ordering::Acquire);
        // SAFETY: as above.
        let Some(page) = (unsafe { page.as_ref() }) else { return ptr::null_mut() };
        page.0[(index % FAN) as usize].load(Ordering::Acquire)
    }

    /// Puts `entry` at `index`. Call it under the scope's lock, with its arena.
    ///
    /// # Panics
    /// If the process uses more executors than a table can hold (65,536).
    #[inline]
    pub(crate) fn set(&self, index: u32, entry: *mut (), arena: &Bump) {
        self.entry(index, arena).store(entry, Ordering::Release);
    }

    #[inline]
    fn entry(&self, index: u32, arena: &Bump) -> &AtomicPtr<()> {
        if index < FAN {
            return &self.first.0[index as usize];
        }
        assert!(index < CAPACITY, "more than {CAPACITY} executors in one process");
        let directory = &self.directories[(index / (FAN * FAN)) as usize];
        let directory = get_or_insert(directory, arena, Directory::new);
        let page = &directory.0[(index / FAN % FAN) as usize];
        &get_or_insert(page, arena, Page::new).0[(index % FAN) as usize]
    }

    /// Takes every entry out, so that reads find nothing any more.
    pub(crate) fn take_all(&self, mut each: impl FnMut(u32, *mut ())) {
        let mut page = |page: &Page, first: u32| {
            for (at, entry) in (0..).zip(&page.0) {
                let taken = entry.swap(ptr::null_mut(), Ordering::AcqRel);
                if !taken.is_null() {
                    each(first + at, taken);
                }
            }
        };
        page(&self.first, 0);
        for (high, directory) in (0..).zip(&self.directories) {
            // SAFETY: a directory, once set, lives as long as the table.
            let directory = unsafe { directory.load(Ordering::Acquire).as_ref() };
            for (low, entry) in (0..).zip(directory.iter().flat_map(|directory| &directory.0)) {
                // SAFETY: so does a page.
                if let Some(found) = unsafe { entry.load(Ordering::Acquire).as_ref() } {
                    page(found, (high * FAN + low) * FAN);
                }
            }
        }
    }
}

/// What the pointer points to; made in the arena if it is null.
fn get_or_insert<'t, T>(pointer: &'t AtomicPtr<T>, arena: &Bump, make: fn() -> T) -> &'t T {
    let mut found = pointer.load(Ordering::Acquire);
    if found.is_null() {
        found = arena.alloc_with(make);
        pointer.store(found, Ordering::Release);
    }
    // SAFETY: it lives in the scope's arena, as long as the table that points to it.
    unsafe { &*found }
}

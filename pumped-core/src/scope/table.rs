//! From an executor's index to what a scope holds for it: pages of entries. The
//! first page is part of the table, the others are made when they are needed.
//! Pages never move, so a read is a few loads and needs no lock.

use std::ptr;

use super::arena::Arena;
use crate::sync::{AtomicPtr, Ordering};

/// Entries of the first page. Loom pays for each.
const FIRST: usize = if cfg!(loom) { 4 } else { 64 };

/// Entries of each other page.
const PAGE: usize = if cfg!(loom) { 4 } else { 256 };

/// How many other pages there may be. They are part of every scope, so there are few:
/// they hold 16,384 executors, those of the first page included. Whatever comes after these
/// is found under the lock.
const PAGES: usize = if cfg!(loom) { 4 } else { 64 };

type Entry = AtomicPtr<()>;
type Page = [Entry; PAGE];

/// The entries of one scope. An entry is null until its value can be read.
pub(crate) struct Table {
    first: [Entry; FIRST],
    /// What is at an index is in the page number `index / PAGE`, if not in the first one.
    pages: [AtomicPtr<Page>; PAGES],
}

/// Stands for every page that is not made yet, so that a read finds one in any case. Nothing
/// is ever written to it.
#[cfg(not(loom))]
static NO_PAGE: Page = [const { AtomicPtr::new(ptr::null_mut()) }; PAGE];

#[cfg(not(loom))]
const NO_PAGE_AT: *mut Page = (&raw const NO_PAGE).cast_mut();

#[cfg(loom)]
const NO_PAGE_AT: *mut Page = ptr::null_mut();

impl Table {
    /// Constants, so that they are written where they are to be.
    #[cfg(not(loom))]
    #[inline]
    pub(crate) fn new() -> Self {
        let first = [const { AtomicPtr::new(ptr::null_mut()) }; FIRST];
        Self { first, pages: [const { AtomicPtr::new(NO_PAGE_AT) }; PAGES] }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        let first = std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut()));
        Self { first, pages: std::array::from_fn(|_| AtomicPtr::new(NO_PAGE_AT)) }
    }

    /// What stands at `index`; null where nothing does, or where there is no room.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> *mut () {
        let index = index as usize;
        if index < FIRST {
            return self.first[index].load(Ordering::Acquire);
        }
        let Some(page) = self.pages.get(index / PAGE) else { return ptr::null_mut() };
        match Self::page(page) {
            Some(page) => page[index % PAGE].load(Ordering::Acquire),
            None => ptr::null_mut(),
        }
    }

    #[inline]
    fn page(page: &AtomicPtr<Page>) -> Option<&Page> {
        let page = page.load(Ordering::Acquire);
        if cfg!(loom) && page == NO_PAGE_AT {
            return None;
        }
        // SAFETY: it is `NO_PAGE`, or lives in the scope's arena, as long as the table.
        Some(unsafe { &*page })
    }

    /// Puts `entry` at `index`; false if there is no room for it. Call it under the
    /// scope's lock, with its arena.
    #[inline]
    #[must_use]
    pub(crate) fn set(&self, index: u32, entry: *mut (), arena: &mut Arena) -> bool {
        match self.first.get(index as usize) {
            Some(place) => {
                place.store(entry, Ordering::Release);
                true
            }
            None => self.set_far(index as usize, entry, arena),
        }
    }

    fn set_far(&self, index: usize, entry: *mut (), arena: &mut Arena) -> bool {
        let Some(page) = self.pages.get(index / PAGE) else { return false };
        let mut found = page.load(Ordering::Acquire);
        if found == NO_PAGE_AT {
            let empty = arena.put_each(PAGE, |_| Entry::new(ptr::null_mut()));
            found = empty.cast::<Page>().as_ptr();
            page.store(found, Ordering::Release);
        }
        // SAFETY: a page, once set, lives in the scope's arena, as long as the table.
        let page = unsafe { &*found };
        page[index % PAGE].store(entry, Ordering::Release);
        true
    }

    /// Takes every entry out, so that reads find nothing any more.
    pub(crate) fn take_all(&self, mut each: impl FnMut(u32, *mut ())) {
        let mut take = |first: usize, entries: &[Entry]| {
            for (at, entry) in entries.iter().enumerate() {
                let taken = entry.swap(ptr::null_mut(), Ordering::AcqRel);
                if !taken.is_null() {
                    each(u32::try_from(first + at).expect("an index of a page"), taken);
                }
            }
        };
        take(0, &self.first);
        for (number, page) in self.pages.iter().enumerate() {
            if page.load(Ordering::Acquire) != NO_PAGE_AT
                && let Some(page) = Self::page(page)
            {
                take(number * PAGE, page);
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const ROOM: usize = PAGE * PAGES;

    /// The indices at the borders of pages, and in the middle of some.
    fn borders() -> Vec<u32> {
        let borders = [0, FIRST, 100, PAGE, 2 * PAGE, 1000, ROOM - PAGE, ROOM];
        let around = |border: usize| border.saturating_sub(1)..=border + 1;
        let mut all: Vec<usize> = borders.into_iter().flat_map(around).collect();
        all.dedup();
        all.into_iter().filter(|at| *at < ROOM).map(|at| u32::try_from(at).unwrap()).collect()
    }

    /// An entry that is told from that of any other index. Nobody reads what it points to.
    fn entry(index: u32) -> *mut () {
        ptr::without_provenance_mut(0x10_0000 + index as usize * 8)
    }

    /// Every entry that can be read, and one look beyond.
    fn seen(table: &Table) -> Vec<(u32, *mut ())> {
        let all = (0..=u32::try_from(ROOM).unwrap()).map(|index| (index, table.get(index)));
        all.filter(|(_, entry)| !entry.is_null()).collect()
    }

    fn all_of(indices: &[u32]) -> Vec<(u32, *mut ())> {
        indices.iter().map(|index| (*index, entry(*index))).collect()
    }

    #[test]
    fn each_index_has_a_place_of_its_own_and_is_taken_out_once() {
        let (mut arena, table, indices) = (Arena::new(), Table::new(), borders());
        assert!(indices.windows(2).all(|pair| pair[0] < pair[1]), "{indices:?}");
        assert!(seen(&table).is_empty());
        // From the far end, so that pages are made in no order.
        for (at, index) in indices.iter().enumerate().rev() {
            assert!(table.set(*index, entry(*index), &mut arena), "{index}");
            assert_eq!(seen(&table), all_of(&indices[at..]));
        }
        let mut taken = Vec::new();
        table.take_all(|index, entry| taken.push((index, entry)));
        assert_eq!(taken, all_of(&indices));
        assert!(seen(&table).is_empty());
        table.take_all(|index, _| panic!("{index} again"));
        // A page that was emptied is used again.
        assert!(table.set(300, entry(300), &mut arena));
        assert_eq!(seen(&table), all_of(&[300]));
    }

    #[test]
    fn beyond_the_last_page_there_is_no_room() {
        let (mut arena, table) = (Arena::new(), Table::new());
        for index in [u32::try_from(ROOM).unwrap(), u32::MAX - 1, u32::MAX] {
            assert!(!table.set(index, entry(0), &mut arena), "{index}");
            assert!(table.get(index).is_null(), "{index}");
        }
        table.take_all(|index, _| panic!("{index}"));
    }

    #[test]
    fn what_stands_for_missing_pages_is_never_written() {
        let (mut arena, one, other) = (Arena::new(), Table::new(), Table::new());
        for index in borders() {
            assert!(one.set(index, entry(index), &mut arena));
        }
        assert!(seen(&other).is_empty());
        one.take_all(|_, _| {});
        assert!(NO_PAGE.iter().all(|entry| entry.load(Ordering::Relaxed).is_null()));
    }
}

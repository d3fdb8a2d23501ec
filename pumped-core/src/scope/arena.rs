//! The memory of what is as old as its scope: fixed values, slots, pages of the table. It is
//! given out from pieces, and freed when the scope's core is.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::ptr::NonNull;

/// The first piece, which is part of a scope's core: enough for some forty small values.
/// Loom's types are larger, and move when they are made; its arenas have none.
const FIRST: usize = if cfg!(loom) { 0 } else { 4000 };

/// Pieces are twice as large as the one before, up to this.
const LARGEST: usize = 1 << 20;

/// Aligned as `malloc` has it, so that small values are seldom aligned any further. A cell,
/// because it is written while there are references to the core that it is part of.
#[repr(align(16))]
pub(super) struct FirstPiece(
    #[expect(dead_code, reason = "the arena knows where it is")]
    UnsafeCell<[MaybeUninit<u8>; FIRST]>,
);

// SAFETY: nobody but the arena looks at it, and the arena gives out each byte once.
unsafe impl Sync for FirstPiece {}

/// Gives out memory, and takes none back before its own end. What lies in it is not dropped.
pub(crate) struct Arena {
    /// What is left of the piece at hand.
    next: NonNull<u8>,
    left: usize,
    /// How large the next piece will be.
    size: usize,
    /// All but the first piece.
    pieces: Vec<(NonNull<u8>, Layout)>,
}

impl Arena {
    /// One that has nothing yet.
    #[cfg(test)]
    pub(crate) const fn new() -> Self {
        Self { next: NonNull::dangling(), left: 0, size: 512, pieces: Vec::new() }
    }

    /// One that begins with `first`, which has not to be written before.
    ///
    /// # Safety
    /// `first` is used by this arena only, stays where it is, and lives as long as what is
    /// given out.
    #[inline]
    pub(super) unsafe fn over(first: NonNull<FirstPiece>) -> Self {
        let size = if cfg!(loom) { 512 } else { 2 * FIRST };
        Self { next: first.cast(), left: FIRST, size, pieces: Vec::new() }
    }

    /// Memory of this layout, which nobody else has.
    #[inline]
    pub(crate) fn allocate(&mut self, layout: Layout) -> NonNull<u8> {
        let padding = self.next.addr().get().wrapping_neg() & (layout.align() - 1);
        let Some(left) = self.left.checked_sub(padding + layout.size()) else {
            return self.allocate_elsewhere(layout);
        };
        // SAFETY: as much is left of the piece.
        let found = unsafe { self.next.byte_add(padding) };
        // SAFETY: as above.
        self.next = unsafe { found.byte_add(layout.size()) };
        self.left = left;
        found
    }

    /// As [`allocate`](Self::allocate), where the piece at hand has no room.
    #[cold]
    fn allocate_elsewhere(&mut self, layout: Layout) -> NonNull<u8> {
        if layout.size() + layout.align() > self.size / 2 {
            // A piece of its own: what is left of the one at hand is for others.
            return self.piece(layout.size().max(1), layout.align());
        }
        self.next = self.piece(self.size, align_of::<FirstPiece>());
        self.left = self.size;
        self.size = (2 * self.size).min(LARGEST);
        self.allocate(layout)
    }

    fn piece(&mut self, size: usize, align: usize) -> NonNull<u8> {
        let piece = Layout::from_size_align(size, align).expect("a layout");
        // SAFETY: it is not empty.
        let memory = unsafe { alloc(piece) };
        let memory = NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(piece));
        self.pieces.push((memory, piece));
        memory
    }

    /// Memory for `count` of these, each written where it stays.
    pub(crate) fn put_each<T>(
        &mut self,
        count: usize,
        mut make: impl FnMut(usize) -> T,
    ) -> NonNull<[T]> {
        let layout = Layout::array::<T>(count).expect("a layout");
        let first = self.allocate(layout).cast::<T>();
        for at in 0..count {
            // SAFETY: there is room for as many.
            unsafe { first.add(at).write(make(at)) };
        }
        NonNull::slice_from_raw_parts(first, count)
    }
}

/// A list in an arena. What it has outgrown stays behind, as long as the arena.
pub(crate) struct Grown<T> {
    items: NonNull<T>,
    count: u32,
    room: u32,
}

impl<T: Copy> Grown<T> {
    pub(super) const fn new() -> Self {
        Self { items: NonNull::dangling(), count: 0, room: 0 }
    }

    /// Adds an item. It is the same arena each time.
    #[inline]
    pub(super) fn push(&mut self, item: T, arena: &mut Arena) {
        if self.count == self.room {
            self.grow(arena);
        }
        // SAFETY: there is room for one more.
        unsafe { self.items.add(self.count as usize).write(item) };
        self.count += 1;
    }

    fn grow(&mut self, arena: &mut Arena) {
        const FIRST_ROOM: u32 = 2;
        self.room = (2 * self.room).max(FIRST_ROOM);
        let items = arena.allocate(Layout::array::<T>(self.room as usize).expect("a layout"));
        // SAFETY: there is room for more than that, and nobody else knows it.
        unsafe { items.cast().copy_from_nonoverlapping(self.items, self.count as usize) };
        self.items = items.cast();
    }
}

impl<T> Deref for Grown<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: as many were written, and the arena is there as long as whoever uses it.
        unsafe { NonNull::slice_from_raw_parts(self.items, self.count as usize).as_ref() }
    }
}

impl Drop for Arena {
    #[inline]
    fn drop(&mut self) {
        for (memory, piece) in &self.pieces {
            // SAFETY: `piece` allocated it.
            unsafe { dealloc(memory.as_ptr(), *piece) };
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Asks for many sizes and alignments, and writes all over each.
    fn exercise(arena: &mut Arena) -> Vec<(usize, Layout)> {
        let layouts = (0..300_usize).map(|number| {
            let (size, align) = (number * 7 % 200, 1 << (number % 8));
            Layout::from_size_align(if number % 97 == 96 { 10_000 } else { size }, align).unwrap()
        });
        let given = layouts.map(|layout| {
            let memory = arena.allocate(layout);
            // SAFETY: it is as large as that.
            unsafe { memory.write_bytes(0xA5, layout.size()) };
            (memory.addr().get(), layout)
        });
        given.collect()
    }

    #[test]
    fn a_list_grows_beside_others() {
        let mut arena = Arena::new();
        let mut lists = [const { Grown::new() }; 3];
        assert!(lists[0].is_empty());
        for number in 0..1000_u32 {
            let list = [0, 1, 2, 2, 2][number as usize % 5];
            lists[list].push(number, &mut arena);
        }
        let expected = |list: usize| {
            let all = 0..1000_u32;
            all.filter(|number| [0, 1, 2, 2, 2][*number as usize % 5] == list).collect::<Vec<_>>()
        };
        for (at, list) in lists.iter().enumerate() {
            assert_eq!(**list, expected(at));
        }
    }

    #[test]
    fn what_is_given_out_is_aligned_and_nobody_elses() {
        let first = Box::new(FirstPiece(UnsafeCell::new([MaybeUninit::uninit(); FIRST])));
        // SAFETY: nobody else uses it, and it outlives the arena.
        let over = unsafe { Arena::over(NonNull::from(&*first)) };
        for mut arena in [Arena::new(), over] {
            let mut given = exercise(&mut arena);
            assert!(given.iter().all(|(at, layout)| at % layout.align() == 0));
            given.retain(|(_, layout)| layout.size() > 0);
            given.sort_by_key(|(at, _)| *at);
            assert!(given.windows(2).all(|two| two[0].0 + two[0].1.size() <= two[1].0));
            assert!(arena.pieces.len() < 12, "pieces grow");
        }
    }

    #[test]
    fn what_is_large_has_a_piece_of_its_own_and_the_one_at_hand_stays() {
        let mut arena = Arena::new();
        let of = |size, align| Layout::from_size_align(size, align).unwrap();
        let small = arena.allocate(of(8, 8));
        let sizes = [(1 << 22, 8), (0, 1 << 20), (10, 1 << 20)];
        for (size, align) in sizes {
            assert_eq!(arena.allocate(of(size, align)).addr().get() % align, 0);
        }
        // SAFETY: that far there is memory behind it.
        assert_eq!(arena.allocate(of(8, 8)), unsafe { small.byte_add(8) });
        assert_eq!((arena.pieces.len(), arena.size), (4, 1024));
        for _ in 0..10_000 {
            arena.allocate(of(500, 1));
        }
        assert_eq!(arena.size, LARGEST);
    }

    #[test]
    fn the_first_piece_is_used_up_before_there_is_another() {
        let first = FirstPiece(UnsafeCell::new([MaybeUninit::uninit(); FIRST]));
        // SAFETY: nobody else uses it, and it outlives the arena.
        let mut arena = unsafe { Arena::over(NonNull::from(&first)) };
        let words = |count| Layout::array::<u64>(count).unwrap();
        assert_eq!(arena.allocate(words(FIRST / 8 - 1)), NonNull::from(&first).cast());
        arena.allocate(words(1));
        assert!(arena.pieces.is_empty());
        arena.allocate(words(1));
        assert_eq!(arena.pieces.len(), 1);
    }

    #[test]
    fn each_is_written_where_it_stays() {
        let mut arena = Arena::new();
        let numbers = arena.put_each(1_000, |at| at);
        let none = arena.put_each(0, |at| at);
        // SAFETY: they were written, and the arena is still there.
        let (numbers, none) = unsafe { (numbers.as_ref(), none.as_ref()) };
        assert!(numbers.iter().copied().eq(0..1_000) && none.is_empty());
    }
}

//! The memory of what is as old as its scope: fixed values, slots, pages of the table. It is
//! given out from pieces, and freed when the scope's core is.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// The first piece, which is part of a scope's core: enough for some forty small values.
/// Loom's types are larger, and move when they are made; its arenas have none.
const FIRST: usize = if cfg!(loom) { 0 } else { 4000 };

/// As `malloc` has it, so that small values are seldom aligned any further.
#[repr(align(16))]
pub(super) struct FirstPiece(
    #[expect(dead_code, reason = "the arena knows where it is")]
    UnsafeCell<[MaybeUninit<u8>; FIRST]>,
);

// SAFETY: nobody but the arena looks at it, and the arena gives out each byte once.
unsafe impl Sync for FirstPiece {}

/// Gives out memory, and takes none back before its own end. What lies in it is not dropped.
pub(crate) struct Arena {
    /// What is left of the newest piece.
    next: NonNull<u8>,
    left: usize,
    /// All but the first piece.
    pieces: Vec<(NonNull<u8>, Layout)>,
}

impl Arena {
    /// One that has nothing yet.
    #[cfg(test)]
    pub(crate) const fn new() -> Self {
        Self { next: NonNull::dangling(), left: 0, pieces: Vec::new() }
    }

    /// One that begins with `first`, which has not to be written before.
    ///
    /// # Safety
    /// `first` is used by this arena only, stays where it is, and lives as long as what is
    /// given out.
    #[inline]
    pub(super) unsafe fn over(first: NonNull<FirstPiece>) -> Self {
        Self { next: first.cast(), left: FIRST, pieces: Vec::new() }
    }

    /// Memory of this layout, which nobody else has.
    #[inline]
    pub(crate) fn allocate(&mut self, layout: Layout) -> NonNull<u8> {
        loop {
            let padding = self.next.addr().get().wrapping_neg() & (layout.align() - 1);
            if let Some(left) = self.left.checked_sub(padding + layout.size()) {
                // SAFETY: as much is left of the piece.
                let found = unsafe { self.next.byte_add(padding) };
                // SAFETY: as above.
                self.next = unsafe { found.byte_add(layout.size()) };
                self.left = left;
                return found;
            }
            self.grow(layout);
        }
    }

    /// Begins a piece that has room for this layout.
    #[cold]
    fn grow(&mut self, layout: Layout) {
        let twice = 2 * self.pieces.last().map_or(FIRST.max(256), |(_, piece)| piece.size());
        let size = twice.max(layout.size() + layout.align());
        let piece = Layout::from_size_align(size, align_of::<FirstPiece>()).expect("a layout");
        // SAFETY: it is not empty.
        let memory = unsafe { alloc(piece) };
        let memory = NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(piece));
        self.pieces.push((memory, piece));
        (self.next, self.left) = (memory, size);
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

impl Drop for Arena {
    #[inline]
    fn drop(&mut self) {
        for (memory, piece) in &self.pieces {
            // SAFETY: `grow` allocated it.
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
            assert!(arena.pieces.len() < 10, "pieces grow");
        }
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

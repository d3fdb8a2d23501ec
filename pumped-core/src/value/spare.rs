//! Memory of values that are gone, for those that come next.

use std::alloc::{Layout, dealloc};
use std::ptr::NonNull;

/// How much larger one kind of memory is than the one before. Allocators give it in such
/// steps, too, a word of which is theirs.
const STEP: usize = 16;
const WORD: usize = size_of::<usize>();
/// The alignment of all that is kept.
const ALIGN: usize = align_of::<usize>();
/// The kinds that are kept: up to 248 bytes.
const KINDS: usize = 17;

/// The next size that memory comes in.
#[inline]
pub(super) fn size_in_steps(size: usize) -> usize {
    (size + WORD).next_multiple_of(STEP) - WORD
}

/// Which kind of memory it is, if it is kept.
#[inline]
fn kind(layout: Layout) -> Option<usize> {
    let kind = (layout.size() + WORD) / STEP;
    (kind < KINDS && layout.align() == ALIGN).then_some(kind)
}

/// Some memory that the allocator has given, and that nobody uses. What was in use last is at
/// hand, so it is what is used next. Nothing is kept before the first of it comes.
#[derive(Default)]
pub(crate) struct Spares(Option<Box<Kept>>);

#[derive(Default)]
struct Kept {
    /// The latest of each kind.
    latest: [Option<NonNull<Free>>; KINDS],
    count: u32,
}

/// What stands in memory that nobody uses.
struct Free {
    /// The one before, of the same kind.
    before: Option<NonNull<Free>>,
}

// SAFETY: nobody else knows the memory.
unsafe impl Send for Kept {}

impl Spares {
    /// How many are kept at most.
    const MOST: u32 = 64;

    /// The latest of this layout, which is of a size in steps.
    #[inline]
    pub(crate) fn take(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let kept = self.0.as_mut()?;
        let latest = &mut kept.latest[kind(layout)?];
        let free = (*latest)?;
        // SAFETY: `put` wrote it, and nobody has used the memory since.
        *latest = unsafe { free.as_ref() }.before;
        kept.count -= 1;
        Some(free.cast())
    }

    /// Whether there is room for one more of this layout.
    #[inline]
    pub(crate) fn keeps(&self, layout: Layout) -> bool {
        self.0.as_ref().is_none_or(|kept| kept.count < Self::MOST) && kind(layout).is_some()
    }

    /// Keeps `memory`.
    ///
    /// # Safety
    /// It was allocated with this layout, of a size in steps, which is [kept](Self::keeps), and
    /// nobody else knows it.
    #[inline]
    pub(crate) unsafe fn put(&mut self, memory: NonNull<u8>, layout: Layout) {
        let Some(kind) = kind(layout) else { return };
        let free = memory.cast::<Free>();
        let kept = self.0.get_or_insert_default();
        // SAFETY: the smallest size in steps is that of a word, and the alignment is its.
        unsafe { free.write(Free { before: kept.latest[kind].replace(free) }) };
        kept.count += 1;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for (kind, latest) in self.latest.iter_mut().enumerate() {
            while let Some(free) = *latest {
                // SAFETY: as in `take`; `put` was promised the layout.
                unsafe {
                    *latest = free.as_ref().before;
                    let layout = Layout::from_size_align_unchecked(kind * STEP - WORD, ALIGN);
                    dealloc(free.as_ptr().cast(), layout);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(words: usize) -> Layout {
        let size = size_in_steps(words * WORD);
        Layout::from_size_align(size, ALIGN).unwrap()
    }

    fn put(spares: &mut Spares, layout: Layout) -> NonNull<u8> {
        assert!(spares.keeps(layout));
        // SAFETY: the layout is not empty.
        let memory = NonNull::new(unsafe { std::alloc::alloc(layout) }).unwrap();
        // SAFETY: just allocated, and asked for above.
        unsafe { spares.put(memory, layout) };
        memory
    }

    #[test]
    fn the_latest_of_a_kind_is_taken() {
        let mut spares = Spares::default();
        let first = put(&mut spares, layout(4));
        let second = put(&mut spares, layout(5));
        let other = put(&mut spares, layout(6));
        assert_eq!(spares.take(layout(8)), None);
        for (words, expected) in [(4, second), (7, other), (5, first)] {
            assert_eq!(spares.take(layout(words)), Some(expected));
            // SAFETY: it was taken.
            unsafe { dealloc(expected.as_ptr(), layout(words)) };
        }
        assert_eq!(spares.take(layout(4)), None);
    }

    #[test]
    fn what_is_large_or_aligned_is_not_kept() {
        let spares = Spares::default();
        assert!(spares.keeps(layout(1)) && spares.keeps(layout(31)));
        assert!(!spares.keeps(layout(32)));
        assert!(!spares.keeps(layout(4).align_to(2 * ALIGN).unwrap()));
    }

    #[test]
    fn a_few_are_kept() {
        let mut spares = Spares::default();
        for words in (1..31).cycle().take(64) {
            assert!(spares.keeps(layout(words)));
            put(&mut spares, layout(words));
        }
        assert!(!spares.keeps(layout(1)));
    }
}

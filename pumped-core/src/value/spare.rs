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

/// Which kind of memory it is, if it is one that is kept. Whoever makes many values of a size
/// finds that out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind(u8);

impl Kind {
    /// That of what is not kept.
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(super) fn of(layout: Layout) -> Self {
        match u8::try_from((layout.size() + WORD) / STEP) {
            Ok(kind) if usize::from(kind) < KINDS && layout.align() == ALIGN => Self(kind),
            _ => Self::NONE,
        }
    }

    /// The layout of all of this kind.
    fn layout(self) -> Layout {
        Layout::from_size_align(usize::from(self.0) * STEP - WORD, ALIGN).expect("it is small")
    }
}

/// Some memory that the allocator has given, and that nobody uses. What was in use last is at
/// hand, so it is what is used next. Nothing is kept before the first of it comes.
#[derive(Default)]
pub(crate) struct Spares(Option<Box<Kept>>);

#[derive(Default)]
struct Kept {
    /// The latest of each kind; never one of `Kind::NONE`.
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

    /// The latest of this kind.
    #[inline]
    pub(crate) fn take(&mut self, kind: Kind) -> Option<NonNull<u8>> {
        let kept = self.0.as_mut()?;
        let latest = &mut kept.latest[usize::from(kind.0)];
        let free = (*latest)?;
        // SAFETY: `put` wrote it, and nobody has used the memory since.
        *latest = unsafe { free.as_ref() }.before;
        kept.count -= 1;
        Some(free.cast())
    }

    /// Whether there is room for one more of this kind.
    #[inline]
    pub(crate) fn keeps(&self, kind: Kind) -> bool {
        kind != Kind::NONE && self.0.as_ref().is_none_or(|kept| kept.count < Self::MOST)
    }

    /// Keeps `memory`.
    ///
    /// # Safety
    /// It was allocated with the layout of this kind, which is [kept](Self::keeps), and nobody
    /// else knows it.
    #[inline]
    pub(crate) unsafe fn put(&mut self, memory: NonNull<u8>, kind: Kind) {
        let free = memory.cast::<Free>();
        let kept = self.0.get_or_insert_default();
        // SAFETY: the smallest size in steps is that of a word, and the alignment is its.
        unsafe { free.write(Free { before: kept.latest[usize::from(kind.0)].replace(free) }) };
        kept.count += 1;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for (kind, latest) in (0..).map(Kind).zip(&mut self.latest) {
            while let Some(free) = *latest {
                // SAFETY: as in `take`; `put` was promised the layout.
                unsafe {
                    *latest = free.as_ref().before;
                    dealloc(free.as_ptr().cast(), kind.layout());
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

    fn kind(words: usize) -> Kind {
        Kind::of(layout(words))
    }

    fn put(spares: &mut Spares, words: usize) -> NonNull<u8> {
        assert!(spares.keeps(kind(words)));
        // SAFETY: the layout is not empty.
        let memory = NonNull::new(unsafe { std::alloc::alloc(layout(words)) }).unwrap();
        // SAFETY: just allocated, and asked for above.
        unsafe { spares.put(memory, kind(words)) };
        memory
    }

    #[test]
    fn a_kind_has_one_layout() {
        for words in 1..31 {
            assert_eq!(kind(words).layout(), layout(words));
        }
    }

    #[test]
    fn the_latest_of_a_kind_is_taken() {
        let mut spares = Spares::default();
        let first = put(&mut spares, 4);
        let second = put(&mut spares, 5);
        let other = put(&mut spares, 6);
        assert_eq!(spares.take(kind(8)), None);
        for (words, expected) in [(4, second), (7, other), (5, first)] {
            assert_eq!(spares.take(kind(words)), Some(expected));
            // SAFETY: it was taken.
            unsafe { dealloc(expected.as_ptr(), layout(words)) };
        }
        assert_eq!(spares.take(kind(4)), None);
    }

    #[test]
    fn what_is_large_or_aligned_is_not_kept() {
        let mut spares = Spares::default();
        assert!(spares.keeps(kind(1)) && spares.keeps(kind(31)));
        for layout in [layout(32), layout(8000), layout(4).align_to(2 * ALIGN).unwrap()] {
            assert_eq!(Kind::of(layout), Kind::NONE);
        }
        assert!(!spares.keeps(Kind::NONE));
        put(&mut spares, 4);
        assert_eq!(spares.take(Kind::NONE), None);
    }

    #[test]
    fn a_few_are_kept() {
        let mut spares = Spares::default();
        for words in (1..31).cycle().take(64) {
            assert!(spares.keeps(kind(words)));
            put(&mut spares, words);
        }
        assert!(!spares.keeps(kind(1)));
    }
}

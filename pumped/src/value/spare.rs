//! Memory of values that are gone, for those that come next.

use std::alloc::{Layout, dealloc};
use std::ptr::NonNull;

/// A few pieces of memory that the allocator has given, and that nobody uses. What was in use
/// last is at hand, so it is what is used next.
#[derive(Default)]
pub(crate) struct Spares(Vec<(NonNull<u8>, Layout)>);

// SAFETY: nobody else knows the memory.
unsafe impl Send for Spares {}

impl Spares {
    /// How many there are at most.
    const MOST: usize = 64;
    /// How many are looked at.
    const NEAR: usize = 8;
    /// The largest that is kept.
    pub(crate) const LARGEST: usize = 256;

    /// The latest that is of this layout.
    #[inline]
    pub(crate) fn take(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        match self.0.pop_if(|(_, of)| *of == layout) {
            Some((memory, _)) => Some(memory),
            None => self.search(layout),
        }
    }

    fn search(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let far = self.0.len().saturating_sub(Self::NEAR);
        let near = self.0[far..].iter().rposition(|(_, of)| *of == layout)?;
        Some(self.0.remove(far + near).0)
    }

    /// Whether one more would take the place of another.
    #[inline]
    pub(crate) fn are_enough(&self) -> bool {
        self.0.len() == Self::MOST
    }

    /// Keeps `memory`, or what is there already.
    ///
    /// # Safety
    /// It was allocated with this layout, and nobody else knows it.
    #[inline]
    pub(crate) unsafe fn put(&mut self, memory: NonNull<u8>, layout: Layout) {
        if self.are_enough() {
            self.free_oldest();
        }
        self.0.push((memory, layout));
    }

    #[cold]
    fn free_oldest(&mut self) {
        let (memory, layout) = self.0.remove(0);
        // SAFETY: `put` was promised this.
        unsafe { dealloc(memory.as_ptr(), layout) };
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        for (memory, layout) in self.0.drain(..) {
            // SAFETY: `put` was promised this.
            unsafe { dealloc(memory.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(spares: &mut Spares, layout: Layout) -> NonNull<u8> {
        // SAFETY: the layout is not empty.
        let memory = NonNull::new(unsafe { std::alloc::alloc(layout) }).unwrap();
        // SAFETY: just allocated.
        unsafe { spares.put(memory, layout) };
        memory
    }

    #[test]
    fn the_latest_that_fits_is_taken() {
        let mut spares = Spares::default();
        let small = Layout::new::<[u64; 4]>();
        let aligned = small.align_to(64).unwrap();
        let first = put(&mut spares, small);
        let second = put(&mut spares, small);
        let third = put(&mut spares, aligned);
        assert_eq!(spares.take(Layout::new::<[u64; 5]>()), None);
        for (layout, expected) in [(small, second), (aligned, third), (small, first)] {
            assert_eq!(spares.take(layout), Some(expected));
            // SAFETY: it was taken.
            unsafe { dealloc(expected.as_ptr(), layout) };
        }
        assert_eq!(spares.take(small), None);
    }

    #[test]
    fn few_are_kept() {
        let mut spares = Spares::default();
        let layouts: Vec<_> = (1..=100).map(|words| Layout::array::<u64>(words).unwrap()).collect();
        for layout in &layouts {
            put(&mut spares, *layout);
        }
        assert_eq!(spares.0.len(), Spares::MOST);
        assert_eq!(spares.take(layouts[0]), None);
        let last = layouts[99];
        let memory = spares.take(last).unwrap();
        // SAFETY: it was taken.
        unsafe { dealloc(memory.as_ptr(), last) };
    }
}

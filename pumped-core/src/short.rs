//! A list that is short on most days.

use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};
use std::{ptr, slice};

/// A list whose first `N` elements are where it is itself; one that grows longer moves to
/// the heap. For the cold paths, which must not allocate for what few of them need.
pub(crate) struct Short<T, const N: usize>(Place<T, N>);

enum Place<T, const N: usize> {
    /// The first `len` are written.
    Here {
        len: usize,
        room: [MaybeUninit<T>; N],
    },
    Heap(ManuallyDrop<Vec<T>>),
}

impl<T, const N: usize> Short<T, N> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self(Place::Here { len: 0, room: [const { MaybeUninit::uninit() }; N] })
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if matches!(self.0, Place::Here { len, .. } if len == N) {
            self.move_to_heap();
        }
        match &mut self.0 {
            Place::Here { len, room } => {
                room[*len].write(value);
                *len += 1;
            }
            Place::Heap(all) => all.push(value),
        }
    }

    #[cold]
    fn move_to_heap(&mut self) {
        let mut all = Vec::with_capacity(2 * N + 1);
        if let Place::Here { len, room } = &mut self.0 {
            // SAFETY: the first `len`, at most `N`, are written, and are the vector's from here on.
            unsafe {
                ptr::copy_nonoverlapping(room.as_ptr().cast(), all.as_mut_ptr(), *len);
                all.set_len(mem::take(len));
            }
        }
        self.0 = Place::Heap(ManuallyDrop::new(all));
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        match &mut self.0 {
            Place::Here { len, room } => {
                *len = len.checked_sub(1)?;
                // SAFETY: it was written, and is not among the first `len` any more.
                Some(unsafe { room[*len].assume_init_read() })
            }
            Place::Heap(all) => all.pop(),
        }
    }

    /// Drops the elements, from the first on; nobody sees them after this.
    #[cold]
    fn drop_all(&mut self) {
        match &mut self.0 {
            Place::Here { len, room } => {
                let elements = ptr::slice_from_raw_parts_mut(room.as_mut_ptr().cast::<T>(), *len);
                // SAFETY: the first `len` are written.
                unsafe { elements.drop_in_place() };
            }
            // SAFETY: nobody sees it after this.
            Place::Heap(all) => unsafe { ManuallyDrop::drop(all) },
        }
    }

    /// Takes the elements out, from the first on; those that are left stay, in reverse.
    #[inline]
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = T> {
        self.reverse();
        std::iter::from_fn(|| self.pop())
    }
}

impl<T, const N: usize> Deref for Short<T, N> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            // SAFETY: the first `len` are written.
            Place::Here { len, room } => unsafe {
                slice::from_raw_parts(room.as_ptr().cast(), *len)
            },
            Place::Heap(all) => all,
        }
    }
}

impl<T, const N: usize> DerefMut for Short<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            // SAFETY: the first `len` are written.
            Place::Here { len, room } => unsafe {
                slice::from_raw_parts_mut(room.as_mut_ptr().cast(), *len)
            },
            Place::Heap(all) => all,
        }
    }
}

impl<T, const N: usize> Drop for Short<T, N> {
    #[inline]
    fn drop(&mut self) {
        let is_plain = |len| len == 0 || !mem::needs_drop::<T>();
        if !matches!(self.0, Place::Here { len, .. } if is_plain(len)) {
            self.drop_all();
        }
    }
}

impl<T, const N: usize> Default for Short<T, N> {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Extend<T> for Short<T, N> {
    #[inline]
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl<T, const N: usize> FromIterator<T> for Short<T, N> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut all = Self::new();
        all.extend(values);
        all
    }
}

impl<T, const N: usize> IntoIterator for Short<T, N> {
    type Item = T;
    type IntoIter = FromFirst<T, N>;

    #[inline]
    fn into_iter(mut self) -> FromFirst<T, N> {
        self.reverse();
        FromFirst(self)
    }
}

/// The elements of a list, which is in reverse now.
pub(crate) struct FromFirst<T, const N: usize>(Short<T, N>);

impl<T, const N: usize> Iterator for FromFirst<T, N> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.0.pop()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn is_a_list_on_both_sides_of_its_border() {
        for length in 0..10 {
            let mut list: Short<usize, 4> = (0..length).collect();
            assert_eq!(*list, *(0..length).collect::<Vec<_>>());
            list.push(length);
            assert_eq!(list.pop(), Some(length));
            list.iter_mut().for_each(|value| *value += 1);
            assert!(list.into_iter().eq(1..=length));
        }
    }

    #[test]
    fn drops_each_element_once_however_it_goes() {
        for length in [3, 4, 5, 9] {
            let element = Arc::new(());
            let list = || std::iter::repeat_n(element.clone(), length).collect::<Short<_, 4>>();
            let (mut popped, mut half) = (list(), list().into_iter());
            drop((popped.pop(), half.next()));
            assert_eq!(Arc::strong_count(&element), 1 + 2 * (length - 1));
            drop((popped, half));
            assert_eq!(Arc::strong_count(&element), 1);
        }
    }

    #[test]
    fn drops_from_the_first_on() {
        struct Noted<'n>(usize, &'n RefCell<Vec<usize>>);
        impl Drop for Noted<'_> {
            fn drop(&mut self) {
                self.1.borrow_mut().push(self.0);
            }
        }
        for length in [3, 5] {
            let dropped = RefCell::default();
            let list = (0..length).map(|number| Noted(number, &dropped));
            drop(list.collect::<Short<_, 4>>());
            assert!(dropped.into_inner().into_iter().eq(0..length));
        }
    }
}

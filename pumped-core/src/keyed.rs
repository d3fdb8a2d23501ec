//! Values that are known by a key.

use std::mem;
use std::ops::{Index, IndexMut};

/// Values, each known by the key that it got; once it is removed, the next one gets that. So
/// a steady coming and going allocates nothing.
pub(crate) struct Keyed<T> {
    places: Vec<Place<T>>,
    /// The place that the next value gets.
    free: usize,
}

enum Place<T> {
    Taken(T),
    /// And the place that is free besides.
    Free(usize),
}

impl<T> Keyed<T> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), free: 0 }
    }

    /// Adds a value; returns its key.
    pub(crate) fn insert(&mut self, value: T) -> usize {
        let key = self.free;
        let Some(place) = self.places.get_mut(key) else {
            self.places.push(Place::Taken(value));
            self.free += 1;
            return key;
        };
        if let Place::Free(next) = mem::replace(place, Place::Taken(value)) {
            self.free = next;
        }
        key
    }

    /// Removes the value of a key.
    ///
    /// # Panics
    /// If it has none.
    pub(crate) fn remove(&mut self, key: usize) -> T {
        let place = &mut self.places[key];
        match mem::replace(place, Place::Free(self.free)) {
            Place::Taken(value) => {
                self.free = key;
                value
            }
            free @ Place::Free(_) => {
                *place = free;
                unreachable!("a key is used until its value is removed")
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|place| match place {
            Place::Taken(value) => Some(value),
            Place::Free(_) => None,
        })
    }
}

impl<T> Index<usize> for Keyed<T> {
    type Output = T;

    fn index(&self, key: usize) -> &T {
        match &self.places[key] {
            Place::Taken(value) => value,
            Place::Free(_) => unreachable!("a key is used until its value is removed"),
        }
    }
}

impl<T> IndexMut<usize> for Keyed<T> {
    fn index_mut(&mut self, key: usize) -> &mut T {
        match &mut self.places[key] {
            Place::Taken(value) => value,
            Place::Free(_) => unreachable!("a key is used until its value is removed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_given_again_only_once_its_value_is_removed() {
        let mut keyed = Keyed::new();
        let first = ["a", "b", "c"].map(|value| keyed.insert(value));
        assert_eq!((keyed.remove(first[0]), keyed.remove(first[2])), ("a", "c"));
        assert!(keyed.iter().eq(&["b"]));
        let second = ["d", "e", "f"].map(|value| keyed.insert(value));
        assert_eq!((second[0], second[1]), (first[2], first[0]), "the last that was removed");
        keyed[second[2]] = "g";
        assert_eq!(second.map(|key| keyed.remove(key)), ["d", "e", "g"]);
        assert_eq!(keyed.remove(first[1]), "b");
        assert_eq!(keyed.iter().count(), 0);
        assert_eq!(keyed.places.len(), 4, "no more places than there ever were values");
    }
}

//! What is to be known of a live slot in passing: one byte.
//!
//! Readers look at it without the lock, and at one mark only, `STALE`. Everything else is
//! for the holder of the lock, who alone writes. Two marks say that a value is out of date,
//! not one: `STALE` is what readers check, `TOUCHED` is what a plan in the making has to
//! know. The walk that marks stops at `TOUCHED`.

use crate::sync::{AtomicU8, Ordering};

/// The value is not current.
const STALE: u8 = 1;
/// Marked since its last plan; then so are all its dependents.
const TOUCHED: u8 = 1 << 1;
/// Something below the attempt in flight has changed: its result is for those who asked.
const OUTDATED: u8 = 1 << 2;
/// Whoever changes it or makes it stale is to note that: it is eager, or somebody follows.
const NOTED: u8 = 1 << 3;
/// It is eager.
const EAGER: u8 = 1 << 4;
/// Something is built from it, by a reactive edge.
const HAS_DEPENDENTS: u8 = 1 << 5;
/// The walk has come by since it was written.
const PASSED: u8 = 1 << 6;
/// Its state has something that is to be dropped.
const HAS_MORE: u8 = 1 << 7;

/// The marks of a slot.
pub(crate) struct Marks(AtomicU8);

/// What the walk that marks has to do where it came by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed(u8);

impl Marks {
    /// Those of a slot that never had a value.
    pub(super) fn of_new() -> Self {
        Self(AtomicU8::new(STALE | TOUCHED))
    }

    pub(super) fn set_eager(&self) {
        self.set(self.get() | EAGER | NOTED);
    }

    /// Whether the value is not current, as readers see it.
    #[inline]
    pub(super) fn are_stale(&self) -> bool {
        self.0.load(Ordering::Acquire) & STALE != 0
    }

    /// As [`are_stale`](Self::are_stale), under the lock.
    #[inline]
    pub(super) fn is_stale(&self) -> bool {
        self.get() & STALE != 0
    }

    #[inline]
    pub(super) fn is_outdated(&self) -> bool {
        self.get() & OUTDATED != 0
    }

    /// Marks a slot above a change, if it is what most are: not marked, and nothing is built
    /// from it. Whether it was.
    #[inline]
    pub(super) fn pass_end(&self) -> bool {
        let marks = self.get();
        let is_end = marks & (TOUCHED | HAS_DEPENDENTS | NOTED) == 0;
        if is_end {
            self.set(marks | STALE | TOUCHED | OUTDATED | PASSED);
        }
        is_end
    }

    /// Marks a slot above a change, unless it is marked already. What the walk has to do
    /// there, if anything.
    pub(super) fn pass(&self) -> Option<Passed> {
        let marks = self.get();
        if marks & TOUCHED != 0 {
            return None;
        }
        self.set(marks | STALE | TOUCHED | OUTDATED | PASSED);
        Some(Passed(marks))
    }

    /// Makes the slot stale, for readers and for the build in flight.
    #[inline]
    pub(super) fn set_touched(&self) {
        self.set(self.get() | STALE | TOUCHED | OUTDATED);
    }

    /// Makes it stale, for readers and for the build in flight, but not for the walk.
    #[inline]
    pub(super) fn set_stale(&self) {
        self.set(self.get() | STALE | OUTDATED);
    }

    /// The value is current: readers may have it.
    #[inline]
    pub(super) fn set_clean(&self) {
        self.set(self.get() & !(STALE | TOUCHED));
    }

    /// A batch has written it, and is not done yet.
    pub(super) fn set_written(&self) {
        self.set(self.get() & !(TOUCHED | PASSED));
    }

    /// Whether something below has changed since.
    pub(super) fn is_passed(&self) -> bool {
        self.get() & PASSED != 0
    }

    /// The value of an attempt is current; what has come since its plan is not forgotten.
    #[inline]
    pub(super) fn set_fresh(&self) {
        self.set(self.get() & !STALE);
    }

    /// An attempt is made of what is there now.
    #[inline]
    pub(super) fn set_planned(&self) {
        self.set(self.get() & !(TOUCHED | OUTDATED));
    }

    /// Has the next change below come by again. Whether it would have passed.
    #[inline]
    pub(super) fn take_touched(&self) -> bool {
        let marks = self.get();
        self.set(marks & !TOUCHED);
        marks & TOUCHED != 0
    }

    /// The attempt in flight is not to be joined any more.
    pub(super) fn set_outdated(&self) {
        self.set(self.get() | OUTDATED);
    }

    pub(super) fn set_has_dependents(&self) {
        self.set(self.get() | HAS_DEPENDENTS);
    }

    pub(super) fn set_has_more(&self) {
        self.set(self.get() | HAS_MORE);
    }

    pub(super) fn has_more(&self) -> bool {
        self.get() & HAS_MORE != 0
    }

    /// Somebody follows it, or nobody does any more.
    pub(super) fn set_followed(&self, followed: bool) {
        let marks = self.get();
        let noted = followed || marks & EAGER != 0;
        self.set(if noted { marks | NOTED } else { marks & !NOTED });
    }

    #[inline]
    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    fn set(&self, marks: u8) {
        self.0.store(marks, Ordering::Release);
    }
}

impl Passed {
    pub(super) fn is_noted(self) -> bool {
        self.0 & NOTED != 0
    }
}

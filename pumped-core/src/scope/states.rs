//! The live executors of a scope, by their numbers. Their slots and states are made in blocks
//! in the scope's arena, so none of them ever moves.

use std::mem::MaybeUninit;
use std::ops::{Index, IndexMut};
use std::ptr::NonNull;

use super::arena::Arena;
use super::live::{LiveSlot, LiveState};

/// How many are made at once. Loom pays for each slot.
const AT_ONCE: usize = if cfg!(loom) { 1 } else { 8 };

/// The slots lie side by side, so that an update of many takes little memory to mark them.
struct Block {
    slots: [LiveSlot; AT_ONCE],
    states: [MaybeUninit<LiveState>; AT_ONCE],
}

/// The states of the live executors that have a slot.
#[derive(Default)]
pub(crate) struct LiveStates {
    blocks: Vec<NonNull<Block>>,
    /// How many there are: the first ones of the blocks, whose states are written.
    count: usize,
}

impl LiveStates {
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The slot of the one that is [pushed](Self::push) next.
    pub(super) fn next_slot(&mut self, arena: &mut Arena) -> &'static LiveSlot {
        if self.count == self.blocks.len() * AT_ONCE {
            let number = |at: usize| u32::try_from(self.count + at).expect("fewer than executors");
            let block = arena.put_each(1, |_| Block {
                slots: std::array::from_fn(|at| LiveSlot::new(number(at))),
                states: [const { MaybeUninit::uninit() }; AT_ONCE],
            });
            self.blocks.push(block.cast());
        }
        self.slot(self.count)
    }

    /// Adds the state of the next slot.
    #[inline]
    pub(super) fn push(&mut self, state: LiveState) {
        assert!(self.count < self.blocks.len() * AT_ONCE, "its slot was asked for");
        // SAFETY: there is a block with room for its state.
        unsafe { self.place(self.count).write(state) };
        self.count += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &LiveState> {
        (0..self.count).map(|at| &self[at])
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut LiveState> {
        (at < self.count).then(|| &mut self[at])
    }

    /// The slot of one of them, or of the next.
    pub(super) fn slot(&self, at: usize) -> &'static LiveSlot {
        let block = self.blocks[at / AT_ONCE];
        // SAFETY: a block that was made. Slots are only ever shared, no reference to one leaves
        // the engine but for a moment, and what is in the arena stays as long as the core.
        let slots = unsafe { &(*block.as_ptr()).slots };
        &slots[at % AT_ONCE]
    }

    /// The state of a slot, to be looked at again after the lock was released.
    #[inline]
    pub(super) fn still(&self, at: usize) -> Still {
        assert!(at < self.count, "a slot of this scope");
        // SAFETY: it was pushed.
        Still(unsafe { self.place(at) })
    }

    /// Where the state of a slot is.
    ///
    /// # Safety
    /// The slot was made.
    #[inline]
    unsafe fn place(&self, at: usize) -> NonNull<LiveState> {
        debug_assert!(at < self.blocks.len() * AT_ONCE, "in a block that was made");
        // SAFETY: the caller's promise.
        let block = unsafe { *self.blocks.get_unchecked(at / AT_ONCE) };
        // SAFETY: a block that was made has as many places.
        unsafe {
            let states = &raw mut (*block.as_ptr()).states;
            NonNull::new_unchecked(states.cast::<LiveState>().add(at % AT_ONCE))
        }
    }
}

/// The place of a state, which never moves.
#[derive(Clone, Copy)]
pub(super) struct Still(NonNull<LiveState>);

impl Still {
    /// The state.
    ///
    /// # Safety
    /// It is one of these.
    #[inline]
    pub(super) unsafe fn of(self, _: &LiveStates) -> &LiveState {
        // SAFETY: it was pushed, stays until the scope is torn down, which whoever uses it
        // keeps from that, and is borrowed as the whole is.
        unsafe { self.0.as_ref() }
    }

    /// The state, to change it.
    ///
    /// # Safety
    /// As [`of`](Self::of).
    #[inline]
    pub(super) unsafe fn of_mut(mut self, _: &mut LiveStates) -> &mut LiveState {
        // SAFETY: as above.
        unsafe { self.0.as_mut() }
    }
}

impl Index<usize> for LiveStates {
    type Output = LiveState;

    #[inline]
    fn index(&self, at: usize) -> &LiveState {
        assert!(at < self.count, "a slot of this scope");
        // SAFETY: it was pushed, and is borrowed as the whole is.
        unsafe { self.place(at).as_ref() }
    }
}

impl IndexMut<usize> for LiveStates {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut LiveState {
        assert!(at < self.count, "a slot of this scope");
        // SAFETY: it was pushed, and is borrowed as the whole is.
        unsafe { self.place(at).as_mut() }
    }
}

impl Drop for LiveStates {
    fn drop(&mut self) {
        for at in 0..self.count {
            // Most have nothing to be dropped, and are not looked at.
            if self.slot(at).marks.has_more() {
                // SAFETY: it was pushed, and nobody looks at it any more.
                unsafe { self.place(at).drop_in_place() };
            }
        }
    }
}

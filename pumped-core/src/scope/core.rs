//! What a scope is behind its handles: the table of values, the lock that every
//! change goes through, and the count of those who use it.

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::task::Waker;

use super::arena::{Arena, FirstPiece};
use super::engine::{Engine, Phase};
use super::live::LiveSlot;
use super::presets::Presets;
use super::table::Table;
use crate::cleanup::{Registry, discard};
use crate::execution::Executions;
use crate::graph::NodeState;
use crate::node::Node;
use crate::reclaim;
use crate::shared::wake_all;
use crate::sync::{
    Arc, AtomicBool, AtomicU64, AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, shared_in_place,
};
use crate::tags::TagList;
use crate::value::{Handle, Header};

/// The state of one scope. Its memory lives as long as anything that points to
/// it; its *life* ends with the last user handle (see `teardown`).
pub(crate) struct Core {
    pub(crate) table: Table,
    /// User handles in the upper half, operations of controllers in the lower.
    life: AtomicU64,
    engine: Mutex<Engine>,
    /// Whoever waits for a change under the engine's lock waits here. How many do
    /// is known, because waking nobody is a system call, too.
    changed: Condvar,
    waiting: AtomicUsize,
    /// Tasks that wait for the same; they are counted, too.
    sleepers: Mutex<Vec<Waker>>,
    sleepers_due: AtomicBool,
    /// Whether anything ever was in the registry of cleanups.
    pub(crate) has_cleanups: AtomicBool,
    pub(crate) cleanups: Mutex<Registry>,
    pub(crate) cleaned: Condvar,
    pub(crate) tags: TagList,
    pub(crate) presets: Presets,
    pub(crate) executions: Executions,
    /// Of the engine's arena, which alone uses it.
    first_piece: FirstPiece,
}

const USER: u64 = 1 << 32;

/// An executor as a scope sees it: whose slot it is, and whose function fills it.
///
/// The two differ only where a preset put a fixed executor in the place of a
/// live one; any other preset shares the slot of the one that replaces.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) key: &'static Node,
    pub(crate) builder: &'static Node,
}

impl Core {
    pub(crate) fn new(tags: TagList, presets: Presets, executions: Executions) -> Arc<Self> {
        // All fields, which the compiler checks as long as there is no `..` here: they are
        // written one by one below.
        let _ = |core: &Self| {
            let Self {
                table: _,
                life: _,
                engine: _,
                changed: _,
                waiting: _,
                sleepers: _,
                sleepers_due: _,
                has_cleanups: _,
                cleanups: _,
                cleaned: _,
                tags: _,
                presets: _,
                executions: _,
                first_piece: _,
            } = core;
        };
        // SAFETY: every field is written but the first piece, which is valid as it is; that
        // stays where it is, as the whole core does, and is its arena's.
        unsafe {
            shared_in_place(|at: *mut Self| {
                let arena = Arena::over(NonNull::new_unchecked(&raw mut (*at).first_piece));
                (&raw mut (*at).engine).write(Mutex::new(Engine::new(arena)));
                (&raw mut (*at).table).write(Table::new());
                (&raw mut (*at).life).write(AtomicU64::new(USER));
                (&raw mut (*at).changed).write(Condvar::new());
                (&raw mut (*at).waiting).write(AtomicUsize::new(0));
                (&raw mut (*at).sleepers).write(Mutex::new(Vec::new()));
                (&raw mut (*at).sleepers_due).write(AtomicBool::new(false));
                (&raw mut (*at).has_cleanups).write(AtomicBool::new(false));
                (&raw mut (*at).cleanups).write(Mutex::new(Registry::new()));
                (&raw mut (*at).cleaned).write(Condvar::new());
                (&raw mut (*at).tags).write(tags);
                (&raw mut (*at).presets).write(presets);
                (&raw mut (*at).executions).write(executions);
            })
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked { core: self, guard: Some(self.engine.lock()) }
    }

    /// Wakes everybody who waits for a change; tasks once the lock is released. Call it
    /// under the lock.
    #[inline]
    pub(crate) fn notify(&self) {
        // Whoever waits has counted itself under the lock, before the change.
        if self.waiting.load(Ordering::Relaxed) != 0 {
            self.changed.notify_all();
            // A swap as below, so that all of them are in one order.
            self.sleepers_due.swap(true, Ordering::AcqRel);
        }
    }

    /// Wakes the tasks that wait, once there was a change. A runtime may do anything with
    /// that, so it is done without the lock.
    #[cold]
    fn wake_sleepers(&self) {
        if !self.sleepers_due.swap(false, Ordering::AcqRel) {
            return;
        }
        let sleepers = std::mem::take(&mut *self.sleepers.lock());
        self.waiting.fetch_sub(sleepers.len(), Ordering::Relaxed);
        wake_all(sleepers);
    }

    /// Has `waker` woken at the next change. Call it under the lock: it is counted before
    /// the change that it waits for.
    pub(super) fn sleep(&self, waker: &Waker) {
        let mut sleepers = self.sleepers.lock();
        if !sleepers.iter().any(|other| other.will_wake(waker)) {
            sleepers.push(waker.clone());
            self.waiting.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(crate) fn target(&self, node: &'static Node) -> Target {
        self.presets.target(node)
    }

    /// The value of a fixed executor, if it was built.
    #[inline]
    pub(crate) fn fixed(&self, target: Target) -> Option<NonNull<Header>> {
        let index = target.key.index();
        match NonNull::new(self.table.get(index)) {
            Some(entry) => Some(entry.cast()),
            None => self.lock().hidden(index).map(NonNull::cast),
        }
    }

    /// The value of a fixed executor, if it was built and the scope is not disposed.
    pub(crate) fn fixed_if_open(&self, target: Target) -> Option<NonNull<Header>> {
        if let Some(entry) = NonNull::new(self.table.get(target.key.index_if_used())) {
            return Some(entry.cast());
        }
        let engine = self.lock();
        let entry = engine.entry(self, target.key.index())?;
        (engine.phase == Phase::Open).then(|| entry.cast())
    }

    /// Looks at the slot of a live executor, presets applied, if the scope is not
    /// disposed.
    pub(crate) fn with_slot<R>(
        &self,
        node: &'static Node,
        look: impl FnOnce(&LiveSlot) -> R,
    ) -> Option<R> {
        let key = self.target(node).key;
        if let Some(slot) = self.live(key) {
            return Some(look(slot));
        }
        let engine = self.lock();
        let slot = engine.live[engine.live_slot(self, key)? as usize].slot;
        let is_open = engine.phase == Phase::Open;
        drop(engine);
        is_open.then(|| look(slot))
    }

    /// The slot of a live executor, if it may be read without a lock.
    #[inline]
    pub(crate) fn live(&self, node: &'static Node) -> Option<&LiveSlot> {
        let entry = self.table.get(node.index_if_used()).cast::<LiveSlot>();
        // SAFETY: the entry of a live executor is a slot that the engine keeps
        // until the teardown, which no user of the scope can see.
        unsafe { entry.cast_const().as_ref() }
    }

    /// Makes a value of `node` that outlives the scope hold what it was built from.
    pub(crate) fn retain_inputs_of(&self, node: &'static Node) {
        for header in self.lock().fixed_inputs(self, node) {
            // SAFETY: the scope still holds it: values go in reverse order of building.
            unsafe { Handle::share(header) }.into_raw();
        }
    }

    /// Undoes [`retain_inputs_of`](Self::retain_inputs_of).
    pub(crate) fn release_inputs_of(&self, node: &'static Node) {
        let inputs: Vec<_> = self.lock().fixed_inputs(self, node).collect();
        for header in inputs {
            // SAFETY: `retain_inputs_of` took this count.
            drop(unsafe { Handle::from_raw(header) });
        }
    }
}

/// The count of those who use a scope.
impl Core {
    /// Whether the scope has come to its end.
    pub(crate) fn is_disposed(&self) -> bool {
        self.lock().disposed.is_some()
    }

    pub(crate) fn add_user(&self) {
        self.life.fetch_add(USER, Ordering::Relaxed);
    }

    /// A new user handle, if one is left.
    pub(crate) fn try_add_user(&self) -> bool {
        self.try_add(USER, USER)
    }

    /// Lets a controller use the scope for a moment, if a user handle is left.
    pub(crate) fn try_enter(&self) -> bool {
        self.try_add(1, USER)
    }

    /// As [`try_enter`](Self::try_enter), if anybody at all still uses the scope.
    pub(crate) fn try_enter_again(&self) -> bool {
        self.try_add(1, 1)
    }

    fn try_add(&self, what: u64, at_least: u64) -> bool {
        let add = |life: u64| (life >= at_least).then(|| life + what);
        self.life.fetch_update(Ordering::Acquire, Ordering::Relaxed, add).is_ok()
    }

    /// Whether this was the last user, so that the scope must be torn down.
    #[must_use]
    pub(crate) fn remove_user(&self) -> bool {
        self.life.fetch_sub(USER, Ordering::AcqRel) == USER
    }

    /// As [`remove_user`](Self::remove_user), for a controller's moment.
    #[must_use]
    pub(crate) fn leave(&self) -> bool {
        self.life.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// The engine, locked. What became garbage is dropped when the lock is released:
/// dropping runs user code.
pub(crate) struct Locked<'c> {
    core: &'c Core,
    guard: Option<MutexGuard<'c, Engine>>,
}

impl Locked<'_> {
    /// Releases the lock until somebody has changed something. What the caller
    /// waits for may have happened before or during the wait, or not at all.
    pub(crate) fn wait(&mut self) {
        if self.has_garbage() {
            self.unlock();
            self.relock();
            return;
        }
        let waiting = &self.core.waiting;
        waiting.fetch_add(1, Ordering::Relaxed);
        self.guard = self.guard.take().map(|guard| self.core.changed.wait(guard));
        waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Releases the lock, until [`relock`](Self::relock).
    #[inline]
    pub(crate) fn unlock(&mut self) {
        match self.guard.take() {
            Some(guard) if guard.has_garbage() => drop_garbage(guard),
            _ => {}
        }
        if self.core.waiting.load(Ordering::Relaxed) != 0 {
            self.core.wake_sleepers();
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.guard.is_some()
    }

    #[inline]
    pub(crate) fn relock(&mut self) {
        self.guard = Some(self.core.engine.lock());
    }
}

#[cold]
fn drop_garbage(mut guard: MutexGuard<'_, Engine>) {
    if guard.garbage.len() == 1 && guard.failed.is_empty() && guard.abandoned.is_empty() {
        let only = guard.garbage.pop();
        drop(guard);
        drop(only);
        return;
    }
    let garbage = std::mem::take(&mut guard.garbage);
    let failed = std::mem::take(&mut guard.failed);
    let abandoned = std::mem::take(&mut guard.abandoned);
    drop(guard);
    for task in abandoned {
        task.cancel();
    }
    reclaim::deferred(|| drop(garbage));
    // An error is the user's, and may panic when it is dropped.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(failed))) {
        discard(payload);
    }
}

impl Deref for Locked<'_> {
    type Target = Engine;

    #[inline]
    fn deref(&self) -> &Engine {
        self.guard.as_ref().expect("locked until dropped")
    }
}

impl DerefMut for Locked<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Engine {
        self.guard.as_mut().expect("locked until dropped")
    }
}

impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        self.unlock();
    }
}

/// What the graph shows of a scope.
impl Core {
    /// The executors that have a value or a slot here, in the order of their values.
    pub(crate) fn met(&self) -> Vec<&'static Node> {
        let engine = self.lock();
        let mut nodes = Vec::new();
        let mut next = engine.newest;
        while let Some(header) = next {
            // SAFETY: the scope holds its fixed values until the teardown.
            let value = unsafe { header.as_ref() };
            nodes.push(value.node());
            next = value.previous();
        }
        let given = engine.given.iter().rev().map(|(node, _)| *node);
        nodes.extend(given.filter(|node| !node.is_live()));
        nodes.reverse();
        nodes.extend(engine.live.iter().map(|state| state.key));
        nodes
    }

    pub(crate) fn state_of(&self, target: Target) -> NodeState {
        if target.key.is_live() {
            let engine = self.lock();
            let slot = engine.live_slot(self, target.key);
            slot.map_or(NodeState::Empty, |slot| {
                let slot = engine.live[slot as usize].slot;
                match (slot.current.address().is_some(), slot.marks.is_stale()) {
                    (false, _) => NodeState::Empty,
                    (true, true) => NodeState::Stale,
                    (true, false) => NodeState::Resolved,
                }
            })
        } else if self.fixed(target).is_some() {
            NodeState::Resolved
        } else {
            NodeState::Empty
        }
    }
}

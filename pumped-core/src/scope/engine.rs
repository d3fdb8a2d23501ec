//! The data that a scope's lock guards, and the small steps on it. The protocols
//! over it are in `fixed`, `plan`, `drive` and `commit`.

use std::ptr::NonNull;

use super::arena::Arena;
use super::core::{Core, Target};
use super::eager::Awaited;
use super::states::LiveStates;
use super::task::Task;
use crate::current;
use crate::error::{DisposeError, ResolveError};
use crate::keyed::Keyed;
use crate::maps::{HashMap, HashSet};
use crate::node::{Node, Param};
use crate::shared::Shared;
use crate::short::Short;
use crate::value::{self, Handle, Header, Inputs, Spares};

/// Everything of a scope that changes under its lock.
pub(crate) struct Engine {
    /// The values made so far; the next one's number.
    numbers: u64,
    /// The attempts so far; the last one's number.
    pub(super) attempts: u64,
    /// The commits so far.
    pub(crate) revision: u64,
    /// The fixed value built last; each knows the one before.
    pub(crate) newest: Option<NonNull<Header>>,
    /// The fixed executors that are being built.
    pub(crate) building: InFlight,
    /// What is being built and is async, fixed or live.
    pub(crate) tasks: Vec<std::sync::Arc<Task>>,
    /// Async builds that nobody waits for any more: dropped once the lock is released.
    pub(crate) abandoned: Vec<std::sync::Arc<Task>>,
    /// Those who wait for a fixed one: the attempt, and their request.
    pub(crate) joined: Vec<(u64, usize)>,
    /// Rooms in the arena that a failed attempt has left, by index.
    pub(crate) spare: Vec<(u32, Entry)>,
    pub(crate) live: LiveStates,
    /// The values that were provided, or that presets put in the place of functions: older
    /// than all that is built.
    pub(crate) given: Vec<(&'static Node, Handle)>,
    /// Those who asked for the result of an attempt.
    pub(crate) asked: Keyed<Option<Outcome>>,
    /// User code in flight: builds and writes.
    pub(crate) running: usize,
    pub(crate) phase: Phase,
    /// The end of a scope that awaits its cleanups.
    pub(crate) finishing: Option<std::sync::Arc<Shared<()>>>,
    /// How `dispose` ended.
    pub(crate) disposed: Option<Result<(), DisposeError>>,
    /// Entries that are found under the lock only: those that `dispose` took out of
    /// the table, for what is still in flight, and those that it has no room for.
    pub(crate) hidden: HashMap<u32, Entry>,
    /// The thread of the one reader who was thwarted too often: no new plans before
    /// its own, except by what it drops meanwhile.
    pub(crate) gate: Option<usize>,
    /// What is to be dropped once the lock is released.
    pub(crate) garbage: Short<Handle, 4>,
    /// Errors that are to be dropped then: they hold what the user's code made.
    pub(crate) failed: Vec<ResolveError>,
    pub(crate) epoch: u64,
    /// Room for the walks.
    pub(crate) scratch: Vec<u32>,
    /// Eager slots that the commit at hand has made stale, and followed ones that it
    /// has changed or made stale.
    pub(crate) eager: Vec<u32>,
    /// What is eager and has to be awaited.
    pub(super) awaited: Option<Box<Awaited>>,
    /// Eager or followed slots whose last rebuild has failed.
    pub(crate) owed: HashSet<u32>,
    /// The memory of live versions that were replaced.
    pub(super) spares: Spares,
    /// Where the fixed values are, and the slots of the live ones.
    pub(crate) arena: Arena,
}

/// How far a scope has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// `dispose` waits for what is in flight, which may still resolve.
    Draining,
    Closed,
}

/// A pointer of the table, while it is kept elsewhere.
pub(crate) struct Entry(pub(crate) NonNull<()>);

// SAFETY: the `Header`s and `LiveSlot`s that entries point to are shared between threads.
unsafe impl Send for Entry {}

// SAFETY: `newest` and `hidden` point to headers and slots, which are shared
// between threads; the arena is used under the lock only.
unsafe impl Send for Engine {}

/// The fixed executors that are being built: by index, with their attempts. On
/// most days there is one, and it must cost next to nothing.
#[derive(Default)]
pub(crate) struct InFlight {
    first: Option<(u32, u64)>,
    others: Vec<(u32, u64)>,
}

impl InFlight {
    #[inline]
    pub(crate) fn add(&mut self, index: u32, attempt: u64) {
        match self.first {
            None => self.first = Some((index, attempt)),
            Some(_) => self.others.push((index, attempt)),
        }
    }

    #[inline]
    pub(crate) fn remove(&mut self, attempt: u64) {
        if self.first.is_some_and(|(_, first)| first == attempt) {
            self.first = None;
        } else if let Some(at) = self.others.iter().position(|(_, other)| *other == attempt) {
            self.others.swap_remove(at);
        }
    }

    /// The attempt in flight on an executor.
    #[inline]
    pub(crate) fn attempt(&self, index: u32) -> Option<u64> {
        let mut all = self.first.iter().chain(&self.others);
        all.find(|(building, _)| *building == index).map(|(_, attempt)| *attempt)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none() && self.others.is_empty()
    }
}

/// How an attempt ended, for those who asked.
#[derive(Clone)]
pub(crate) enum Outcome {
    /// The fixed value is in the table.
    Ready,
    Value(Handle),
    Failed(ResolveError),
}

impl Engine {
    #[inline]
    pub(crate) fn new(arena: Arena) -> Self {
        Self {
            numbers: 0,
            attempts: 0,
            revision: 0,
            newest: None,
            building: InFlight::default(),
            tasks: Vec::new(),
            abandoned: Vec::new(),
            joined: Vec::new(),
            spare: Vec::new(),
            live: LiveStates::default(),
            given: Vec::new(),
            asked: Keyed::new(),
            running: 0,
            phase: Phase::Open,
            finishing: None,
            disposed: None,
            hidden: HashMap::default(),
            gate: None,
            garbage: Short::new(),
            failed: Vec::new(),
            epoch: 0,
            scratch: Vec::new(),
            eager: Vec::new(),
            awaited: None,
            owed: HashSet::default(),
            spares: Spares::default(),
            arena,
        }
    }

    #[inline]
    pub(crate) fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    #[inline]
    pub(crate) fn next_attempt(&mut self) -> u64 {
        self.attempts += 1;
        self.attempts
    }

    /// The async build that is the attempt number `attempt`.
    pub(crate) fn task(&self, attempt: u64) -> Option<std::sync::Arc<Task>> {
        self.tasks.iter().find(|task| task.attempt() == attempt).cloned()
    }

    /// Takes out the async build that is the attempt number `attempt`.
    pub(super) fn remove_task(&mut self, attempt: u64) -> Option<std::sync::Arc<Task>> {
        let at = self.tasks.iter().position(|task| task.attempt() == attempt)?;
        Some(self.tasks.remove(at))
    }

    /// Whether something is to be dropped once the lock is released.
    #[inline]
    pub(crate) fn has_garbage(&self) -> bool {
        !self.garbage.is_empty() || !self.failed.is_empty() || !self.abandoned.is_empty()
    }

    /// Room in the arena for the value at `index`.
    #[inline]
    pub(crate) fn room(
        &mut self,
        index: u32,
        node: &'static Node,
        inputs: Option<&mut Inputs>,
    ) -> NonNull<Header> {
        let spare = self.spare.iter().position(|(of, _)| *of == index);
        let memory = if let Some(at) = spare {
            self.spare.swap_remove(at).1.0.cast()
        } else {
            let count = inputs.as_ref().map_or(0, |inputs| inputs.len());
            value::memory_in(&mut self.arena, node, count)
        };
        // SAFETY: fresh, or left by an attempt of the same executor, which has the
        // same number of inputs each time.
        unsafe { value::room_in_arena(memory, node, inputs) }
    }

    /// Whether something new may begin: from outside only while the scope is open.
    pub(crate) fn is_open_to_me(&self, core: &Core) -> bool {
        match self.phase {
            Phase::Open => true,
            Phase::Draining => current::is_inside(core),
            Phase::Closed => false,
        }
    }

    pub(crate) fn admit(&self, core: &Core, node: &'static Node) -> Result<(), ResolveError> {
        if self.is_open_to_me(core) { Ok(()) } else { Err(ResolveError::disposed(node)) }
    }

    pub(crate) fn hidden(&self, index: u32) -> Option<NonNull<()>> {
        self.hidden.get(&index).map(|entry| entry.0)
    }

    /// What stands at `index`, also where `dispose` has hidden it from readers.
    #[inline]
    pub(crate) fn entry(&self, core: &Core, index: u32) -> Option<NonNull<()>> {
        match NonNull::new(core.table.get(index)) {
            None if !self.hidden.is_empty() => self.hidden(index),
            entry => entry,
        }
    }

    /// The fixed values that a value of `node` is built from.
    pub(crate) fn fixed_inputs(
        &self,
        core: &Core,
        node: &'static Node,
    ) -> impl Iterator<Item = NonNull<Header>> {
        node.params().iter().filter_map(|param| match param {
            Param::Edge(edge) if edge.is_fixed() => {
                let entry = self.entry(core, core.target(edge.node()).key.index());
                entry.map(NonNull::cast)
            }
            _ => None,
        })
    }

    /// Makes `entry` readable at `index`.
    #[inline]
    pub(crate) fn publish(&mut self, core: &Core, index: u32, entry: NonNull<()>) {
        let is_open = self.phase == Phase::Open;
        if !is_open || !core.table.set(index, entry.as_ptr(), &mut self.arena) {
            self.hide(index, entry);
        }
    }

    /// Keeps `entry` where only the holder of the lock finds it.
    #[cold]
    pub(crate) fn hide(&mut self, index: u32, entry: NonNull<()>) {
        self.hidden.insert(index, Entry(entry));
    }

    /// Makes what `target` has readable as `node`, too: a preset shares the slot of
    /// the one that replaces.
    #[inline]
    pub(crate) fn share_slot(&mut self, core: &Core, node: &'static Node, target: Target) {
        if target.key != node
            && let Some(entry) = self.entry(core, target.key.index())
        {
            self.publish(core, node.index(), entry);
        }
    }

    /// Whether a target needs nothing more before those above it can be built. A live
    /// one that was given its value needs nothing until that is stale.
    #[inline]
    pub(crate) fn is_prepared(&self, core: &Core, target: Target) -> bool {
        if target.key.is_live() {
            self.is_live_prepared(core, target.key)
        } else {
            self.entry(core, target.key.index()).is_some()
        }
    }
}

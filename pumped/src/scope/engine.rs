//! The data that a scope's lock guards, and the small steps on it. The protocols
//! over it are in `fixed`, `plan`, `drive` and `commit`.
//!
//! A live executor has two halves: a [`LiveSlot`], which readers see without the
//! lock, and a [`LiveState`], which only the holder of the lock sees. Slots name
//! each other by number, so that everything under the lock is plain data.
//!
//! Two marks, not one: `stale` is what readers check, `touched` is what a build
//! in flight has to know. The walk that marks stops at `touched`.

use std::collections::BTreeMap;
use std::ptr::NonNull;

use bumpalo::Bump;
use slab::Slab;
use smallvec::SmallVec;

use super::core::Target;
use crate::current;
use crate::error::{DisposeError, ResolveError};
use crate::node::{EdgeKind, Node, Param};
use crate::scope::Core;
use crate::sync::swap::{Held, Swap};
use crate::sync::{Arc, AtomicBool, Ordering};
use crate::value::{self, Handle, Header, Inputs};

/// Everything of a scope that changes under its lock.
pub(crate) struct Engine {
    pub(crate) arena: Bump,
    /// The values made so far; the next one's number.
    numbers: u64,
    /// The attempts so far; the next one's number.
    attempts: u64,
    /// The commits so far.
    pub(crate) revision: u64,
    /// The fixed value made last; each knows the one before.
    pub(crate) newest: Option<NonNull<Header>>,
    /// The fixed executors that are being built.
    pub(crate) building: InFlight,
    /// Those who wait for one of them: the attempt, and their request.
    pub(crate) joined: Vec<(u64, usize)>,
    /// Rooms in the arena that a failed attempt has left, by index.
    pub(crate) spare: Vec<(u32, Entry)>,
    pub(crate) live: Vec<LiveState>,
    /// The values that presets put in the place of functions.
    pub(crate) given: Vec<(&'static Node, Handle)>,
    /// Those who asked for the result of an attempt.
    pub(crate) asked: Slab<Option<Outcome>>,
    /// User code in flight: builds and writes.
    pub(crate) running: usize,
    pub(crate) phase: Phase,
    /// How `dispose` ended.
    pub(crate) disposed: Option<Result<(), DisposeError>>,
    /// Entries that are found under the lock only: those that `dispose` took out of
    /// the table, for what is still in flight, and those that it has no room for.
    pub(crate) hidden: BTreeMap<u32, Entry>,
    /// The one reader who was thwarted too often: no new plans before its own.
    pub(crate) gate: Option<u64>,
    /// What is to be dropped once the lock is released.
    pub(crate) garbage: SmallVec<[Handle; 4]>,
    /// Errors that are to be dropped then: they hold what the user's code made.
    pub(crate) failed: Vec<ResolveError>,
    pub(crate) epoch: u64,
    /// Room for the walks.
    pub(crate) scratch: Vec<u32>,
    /// Eager slots that the commit at hand has made stale.
    pub(crate) eager: Vec<u32>,
    /// Eager slots whose last rebuild has failed.
    pub(crate) owed: Vec<u32>,
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
        } else {
            self.others.retain(|(_, other)| *other != attempt);
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

/// The half of a live executor that readers see.
pub(crate) struct LiveSlot {
    pub(crate) stale: AtomicBool,
    pub(crate) current: Swap,
    pub(crate) number: u32,
}

impl LiveSlot {
    /// The value, if it is current.
    #[inline]
    pub(crate) fn read(&self) -> Option<Held> {
        if self.stale.load(Ordering::Acquire) {
            return None;
        }
        let held = self.current.load();
        held.is_some().then_some(held)
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }
}

/// The half of a live executor that the lock guards.
pub(crate) struct LiveState {
    pub(crate) slot: Arc<LiveSlot>,
    pub(crate) target: Target,
    /// The live executors that it is built from.
    pub(crate) inputs: SmallVec<[LiveInput; 4]>,
    /// The slots that are built from it, by reactive edges.
    pub(crate) dependents: Vec<u32>,
    /// Marked since its last plan; then so are all its dependents.
    pub(crate) touched: bool,
    /// Whether every fixed value below it is built.
    pub(crate) prepared: bool,
    /// The value that a preset put in the place of the function.
    pub(crate) preset: Option<Handle>,
    pub(crate) attempt: Attempt,
    /// The tickets of those who want to write it, in order; the first one may.
    pub(crate) writers: SmallVec<[u64; 2]>,
    pub(crate) visited: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct LiveInput {
    pub(crate) slot: u32,
    pub(crate) reactive: bool,
}

/// The build that is in flight for a live slot; at most one at a time.
#[derive(Default)]
pub(crate) struct Attempt {
    pub(crate) phase: AttemptPhase,
    pub(crate) number: u64,
    /// The commit that its inputs were pinned after.
    pub(crate) revision: u64,
    /// Something below changed since; its result is for those who asked only.
    pub(crate) outdated: bool,
    /// One for each of the state's inputs.
    pub(crate) inputs: SmallVec<[Input; 4]>,
    /// The attempts that wait for this one, and as which input.
    pub(crate) parents: SmallVec<[(u32, u16); 2]>,
    pub(crate) asked: SmallVec<[usize; 2]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AttemptPhase {
    #[default]
    Idle,
    Planned,
    Running,
}

/// An input of an attempt.
pub(crate) enum Input {
    Pinned(Handle),
    /// The attempt in flight for that input's slot.
    Pending,
}

impl Engine {
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            arena: Bump::with_capacity(ARENA),
            numbers: 0,
            attempts: 0,
            revision: 0,
            newest: None,
            building: InFlight::default(),
            joined: Vec::new(),
            spare: Vec::new(),
            live: Vec::new(),
            given: Vec::new(),
            asked: Slab::new(),
            running: 0,
            phase: Phase::Open,
            disposed: None,
            hidden: BTreeMap::new(),
            gate: None,
            garbage: SmallVec::new(),
            failed: Vec::new(),
            epoch: 0,
            scratch: Vec::new(),
            eager: Vec::new(),
            owed: Vec::new(),
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

    /// Whether something is to be dropped once the lock is released.
    #[inline]
    pub(crate) fn has_garbage(&self) -> bool {
        !self.garbage.is_empty() || !self.failed.is_empty()
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
            value::memory_in(&self.arena, node, count)
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
        if !is_open || !core.table.set(index, entry.as_ptr(), &self.arena) {
            self.hide(index, entry);
        }
    }

    /// Keeps `entry` where only the holder of the lock finds it.
    #[cold]
    pub(crate) fn hide(&mut self, index: u32, entry: NonNull<()>) {
        self.hidden.insert(index, Entry(entry));
    }

    /// The number of a live executor's slot.
    pub(crate) fn live_slot(&self, core: &Core, key: &'static Node) -> Option<u32> {
        let slot = self.entry(core, key.index())?.cast::<LiveSlot>();
        // SAFETY: the entry of a live executor is a slot that `self.live` keeps.
        Some(unsafe { slot.as_ref() }.number)
    }

    /// The slot of a live executor; made, with those below it, if there is none.
    pub(crate) fn ensure_live(&mut self, core: &Core, target: Target) -> u32 {
        if let Some(found) = self.live_slot(core, target.key) {
            return found;
        }
        let mut stack: SmallVec<[Target; 8]> = SmallVec::new();
        stack.push(target);
        while let Some(&top) = stack.last() {
            let missing = live_edges(core, top)
                .map(|(_, below)| below)
                .find(|below| self.live_slot(core, below.key).is_none());
            if let Some(below) = missing {
                stack.push(below);
            } else {
                // A diamond may have put it on the stack twice.
                if self.live_slot(core, top.key).is_none() {
                    self.make_live(core, top);
                }
                stack.pop();
            }
        }
        self.live_slot(core, target.key).expect("made above")
    }

    /// Makes the slot of `target`; those below it are there.
    fn make_live(&mut self, core: &Core, target: Target) {
        let number = u32::try_from(self.live.len()).expect("fewer slots than executors");
        let mut inputs: SmallVec<[LiveInput; 4]> = SmallVec::new();
        for (kind, below) in live_edges(core, target) {
            let slot = self.live_slot(core, below.key).expect("made before its dependents");
            let reactive = kind == EdgeKind::Reactive;
            let known = inputs.iter().any(|input| input.slot == slot && input.reactive);
            if reactive && !known {
                self.live[slot as usize].dependents.push(number);
            }
            inputs.push(LiveInput { slot, reactive });
        }
        let given = self.given.iter().find(|(of, _)| *of == target.builder);
        let preset = given.map(|(_, value)| value.clone());
        let slot =
            Arc::new(LiveSlot { stale: AtomicBool::new(true), current: Swap::new(None), number });
        self.publish(core, target.key.index(), NonNull::from(&*slot).cast());
        self.live.push(LiveState {
            slot,
            target,
            inputs,
            dependents: Vec::new(),
            touched: true,
            prepared: preset.is_some(),
            preset,
            attempt: Attempt::default(),
            writers: SmallVec::new(),
            visited: 0,
        });
    }

    /// Makes the value that was given for a slot its version.
    pub(crate) fn show_preset(&mut self, slot: u32) {
        let state = self.state(slot);
        state.touched = false;
        state.slot.current.swap(state.preset.clone());
        state.slot.stale.store(false, Ordering::Release);
    }

    /// Makes what `target` has readable as `node`, too: a preset shares the slot of
    /// the one that replaces.
    pub(crate) fn share_slot(&mut self, core: &Core, node: &'static Node, target: Target) {
        if target.key != node
            && let Some(entry) = self.entry(core, target.key.index())
        {
            self.publish(core, node.index(), entry);
        }
    }

    pub(crate) fn state(&mut self, slot: u32) -> &mut LiveState {
        &mut self.live[slot as usize]
    }

    fn is_live_prepared(&self, core: &Core, key: &'static Node) -> bool {
        let slot = self.live_slot(core, key);
        slot.is_some_and(|slot| {
            let state = &self.live[slot as usize];
            state.prepared || state.is_clean()
        })
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

/// The first piece of a scope's arena: enough for some forty small values.
const ARENA: usize = if cfg!(loom) { 512 } else { 4000 };

/// The live executors that a target is built from, in the order of its parameters.
pub(crate) fn live_edges(core: &Core, target: Target) -> impl Iterator<Item = (EdgeKind, Target)> {
    core.presets.params(target).iter().filter_map(|param| match param {
        Param::Edge(edge) if edge.is_live() => Some((edge.kind(), core.target(edge.node()))),
        _ => None,
    })
}

//! A live executor of a scope, in two halves: a [`LiveSlot`], which readers see
//! without the lock, and a [`LiveState`], which only the holder of the lock sees.
//! Slots name each other by number, or by the half that never moves.

use std::ptr::{self, NonNull};

use smallvec::SmallVec;

use super::check;
use super::core::{Core, Target};
use super::engine::Engine;
use super::follow::Follower;
use super::marks::Marks;
use super::version::Same;
use crate::hazard::{Current, Guard};
use crate::node::{EdgeKind, Node, Param};
use crate::sync::Arc;
use crate::value::{Handle, Header};

/// The half of a live executor that readers see. What an update has to look at is here
/// as well, so that marking those who depend on it touches nothing else.
pub(crate) struct LiveSlot {
    pub(crate) current: Current,
    pub(crate) number: u32,
    pub(crate) marks: Marks,
}

impl LiveSlot {
    /// The value, if it is current.
    #[inline]
    pub(crate) fn read(&self) -> Option<Guard> {
        if self.marks.are_stale() { None } else { self.current.load() }
    }
}

/// The half of a live executor that the lock guards. What each rebuild looks at comes first.
#[repr(C, align(64))]
pub(crate) struct LiveState {
    pub(crate) slot: &'static LiveSlot,
    /// The live executors that it is built from, in the order of its parameters.
    pub(crate) inputs: &'static [LiveInput],
    pub(crate) attempt: Attempt,
    /// How many fixed ones it is built from, too.
    pub(crate) fixed_inputs: u32,
    /// Whether every fixed value below it is built.
    pub(crate) prepared: bool,
    /// Whether whoever needs it can build it: no value was given for it, and it is not async.
    pub(super) is_called: bool,
    /// Whether it is eager and cannot be rebuilt without waiting.
    pub(super) is_awaited: bool,
    pub(crate) target: Target,
    /// The slots that are built from it, by reactive edges.
    pub(crate) dependents: Vec<&'static LiveSlot>,
    /// The tickets of those who want to write it, in order; the first one may.
    pub(crate) writers: SmallVec<[u64; 2]>,
    pub(crate) visited: u64,
    /// The value that a preset put in the place of the function.
    pub(crate) preset: Option<Handle>,
    /// Those who want to know when the value has changed.
    pub(super) followers: Vec<Arc<Follower>>,
}

#[derive(Clone, Copy)]
pub(crate) struct LiveInput {
    pub(crate) slot: &'static LiveSlot,
    pub(crate) reactive: bool,
    /// How two of its values are compared, if they are.
    pub(super) same: Option<Same>,
}

impl Engine {
    /// The executors that wait for an attempt on a live one, the one that was asked for
    /// first; of several that wait for the same, the first.
    pub(crate) fn waiting_for(&self, attempt: u64) -> Vec<&'static Node> {
        let mut nodes = Vec::new();
        let mut at = self.live.iter().position(|state| state.attempt.number == attempt);
        while let Some(slot) = at {
            let lists = self.live[slot].attempt.lists.as_ref();
            let parent = lists.and_then(|lists| lists.parents.first());
            at = parent.map(|(parent, _)| *parent as usize);
            nodes.extend(at.map(|parent| self.live[parent].target.builder));
        }
        nodes.reverse();
        nodes
    }
}

/// The build that is in flight for a live slot; at most one at a time.
#[derive(Default)]
#[repr(C)]
pub(crate) struct Attempt {
    pub(crate) number: u64,
    /// The commit that its inputs were pinned after.
    pub(crate) revision: u64,
    /// What few attempts have: those that are planned, or that somebody else waits for.
    pub(super) lists: Option<Box<Lists>>,
    pub(crate) phase: AttemptPhase,
    /// It is async, and about to be dropped.
    pub(crate) abandoned: bool,
}

/// What an attempt is made of, and what it is for.
#[derive(Default)]
pub(super) struct Lists {
    /// One for each of the state's inputs, if it was planned.
    pub(crate) inputs: SmallVec<[Input; 4]>,
    /// The attempts that wait for this one, and as which input.
    pub(crate) parents: SmallVec<[(u32, u16); 2]>,
    pub(crate) asked: SmallVec<[usize; 2]>,
    /// The version before it, if that was replaced while it ran: it goes once the attempt has
    /// ended, so that its cleanup does not wait for it while it waits for that.
    pub(crate) replaced: Option<Handle>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AttemptPhase {
    #[default]
    Idle,
    Planned,
    Running,
}

impl Attempt {
    /// Its lists, to write to.
    pub(super) fn lists(&mut self) -> &mut Lists {
        self.lists.get_or_insert_default()
    }

    /// What its inputs are, if it was planned.
    pub(super) fn inputs(&self) -> &[Input] {
        self.lists.as_ref().map_or(&[], |lists| &lists.inputs)
    }

    /// Takes what its inputs are.
    pub(super) fn take_inputs(&mut self) -> SmallVec<[Input; 4]> {
        self.lists.as_mut().map(|lists| std::mem::take(&mut lists.inputs)).unwrap_or_default()
    }

    /// Whether anybody waits for it.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.lists
            .as_ref()
            .is_some_and(|lists| !lists.parents.is_empty() || !lists.asked.is_empty())
    }

    /// Ends what nobody waits for, and nothing has come in between.
    #[inline]
    pub(super) fn end(&mut self) {
        self.phase = AttemptPhase::Idle;
        self.number = 0;
    }
}

/// An input of an attempt.
pub(crate) enum Input {
    Pinned(Handle),
    /// The attempt in flight for that input's slot.
    Pending,
}

impl LiveState {
    /// Begins an attempt: for whoever waits for it, or already by whoever holds the lock.
    #[inline]
    pub(super) fn begin(&mut self, phase: AttemptPhase, number: u64, revision: u64) {
        self.slot.marks.set_planned();
        self.attempt.phase = phase;
        self.attempt.number = number;
        self.attempt.revision = revision;
        self.attempt.abandoned = false;
    }

    /// Puts `version` into the slot, and returns the one before, unless that is kept for
    /// whoever builds the next one just now. Nothing else does.
    #[inline]
    pub(crate) fn show(&mut self, version: Option<Handle>) -> Option<Handle> {
        let before = self.slot.current.swap(version);
        if self.attempt.phase == AttemptPhase::Running {
            let replaced = &mut self.attempt.lists().replaced;
            if replaced.is_none() {
                *replaced = before;
                return None;
            }
        }
        before
    }

    /// The version in the slot, stale or not. It stays until the next [`show`](Self::show).
    #[inline]
    pub(crate) fn version(&self) -> Option<NonNull<Header>> {
        self.slot.current.address()
    }

    /// The version in the slot, stale or not.
    #[inline]
    pub(crate) fn current(&self) -> Option<Handle> {
        // SAFETY: the slot holds a count of it, and `show` needs this state for itself.
        self.version().map(|version| unsafe { Handle::share(version) })
    }

    /// As [`current`](Self::current), if a new version is compared with it.
    #[inline]
    pub(super) fn current_if_compared(&self) -> Option<Handle> {
        self.target.key.same.and_then(|_| self.current())
    }
}

impl Engine {
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
        if self.live_missing(core, target).is_none() {
            return self.make_live(core, target);
        }
        let mut stack: SmallVec<[Target; 8]> = SmallVec::new();
        stack.push(target);
        while let Some(&top) = stack.last() {
            if let Some(below) = self.live_missing(core, top) {
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

    /// A live executor that a target is built from, and that has no slot.
    fn live_missing(&self, core: &Core, target: Target) -> Option<Target> {
        let mut below = live_edges(core, target).map(|(_, below)| below);
        below.find(|below| self.live_slot(core, below.key).is_none())
    }

    /// Makes the slot of `target`; those below it are there.
    fn make_live(&mut self, core: &Core, target: Target) -> u32 {
        let number = u32::try_from(self.live.len()).expect("fewer slots than executors");
        let marks = Marks::of_new(target.key.is_eager());
        let slot = LiveSlot { current: Current::new(), number, marks };
        // SAFETY: no reference to it leaves the engine but for a moment.
        let slot: &'static LiveSlot = unsafe { kept(self.arena.alloc(slot)) };
        let mut inputs: SmallVec<[LiveInput; 4]> = SmallVec::new();
        for (kind, below) in live_edges(core, target) {
            let number = self.live_slot(core, below.key).expect("made before its dependents");
            let below_it = self.state(number);
            let input = LiveInput {
                slot: below_it.slot,
                reactive: kind == EdgeKind::Reactive,
                same: below.key.same,
            };
            let is_same = |known: &LiveInput| known.slot.number == number && known.reactive;
            if input.reactive && !inputs.iter().any(is_same) {
                below_it.dependents.push(slot);
                below_it.slot.marks.set_has_dependents();
            }
            inputs.push(input);
        }
        // SAFETY: as above.
        let inputs = unsafe { kept(self.arena.alloc_slice_copy(&inputs)) };
        let given = self.given.iter().find(|(of, _)| *of == target.builder);
        let preset = given.map(|(_, value)| value.clone());
        let fixed_inputs = target.builder.params().iter().filter(|param| param.is_fixed());
        self.publish(core, target.key.index(), NonNull::from(slot).cast());
        self.live.push(LiveState {
            slot,
            inputs,
            attempt: Attempt::default(),
            fixed_inputs: u32::try_from(fixed_inputs.count()).expect("fewer than parameters"),
            prepared: preset.is_some() || self.has_all_below(core, target),
            is_called: preset.is_none() && !target.builder.is_async(),
            is_awaited: target.key.is_eager() && check::reaches_async(core, target.key),
            target,
            dependents: Vec::new(),
            writers: SmallVec::new(),
            visited: 0,
            preset,
            followers: Vec::new(),
        });
        number
    }

    /// Whether everything fixed that a target needs is built.
    fn has_all_below(&self, core: &Core, target: Target) -> bool {
        core.presets.params(target).iter().all(|param| match param {
            Param::Edge(edge) if edge.kind().is_needed_at_build() => {
                self.is_prepared(core, core.target(edge.node()))
            }
            _ => true,
        })
    }

    /// Makes the value that was given for a slot its version.
    pub(crate) fn show_preset(&mut self, slot: u32) {
        let state = self.state(slot);
        state.show(state.preset.clone());
        state.slot.marks.set_clean();
    }

    /// Lets go of a version that was just replaced. If there is nothing to do but to let go of
    /// its inputs, its memory, which is at hand, is for the next version of any slot.
    #[inline]
    pub(super) fn retire(&mut self, old: Handle) {
        let Some(last) = old.let_go() else { return };
        let before = self.garbage.len();
        if let Some(last) = self.take_apart(last) {
            self.garbage.push(last);
        } else if self.garbage.len() > before {
            self.retire_garbage(before);
        }
    }

    /// As [`retire`](Self::retire), of what a version was built from, and of what that was, as
    /// long as there is use for the memory.
    fn retire_garbage(&mut self, mut from: usize) {
        while self.garbage.len() > from && !self.spares.are_enough() {
            let Some(last) = self.garbage.pop() else { return };
            if let Some(last) = self.take_apart(last) {
                self.garbage.insert(from, last);
                from += 1;
            }
        }
    }

    /// Takes apart what needs no more than that. What it was built from and nobody else holds
    /// becomes garbage.
    #[inline]
    fn take_apart(&mut self, last: Handle) -> Option<Handle> {
        let Self { garbage, spares, .. } = self;
        last.into_spare(spares, |input| {
            if let Some(last) = input.let_go() {
                garbage.push(last);
            }
        })
    }

    /// Lets go of what was the version of `slot` a moment ago. If it still is, this
    /// was not its last handle.
    #[inline]
    pub(crate) fn no_longer_held(&mut self, slot: u32, old: Handle) {
        if self.live[slot as usize].version() != Some(old.as_raw()) {
            self.garbage.push(old);
        }
    }

    #[inline]
    pub(crate) fn state(&mut self, slot: u32) -> &mut LiveState {
        &mut self.live[slot as usize]
    }

    pub(super) fn is_live_prepared(&self, core: &Core, key: &'static Node) -> bool {
        let slot = self.live_slot(core, key);
        slot.is_some_and(|slot| {
            let state = &self.live[slot as usize];
            state.prepared || state.is_clean()
        })
    }
}

/// A reference to something in an arena, which lives as long as the scope's core.
///
/// # Safety
/// It is in the arena of a core, and whoever gets hold of a copy keeps that.
unsafe fn kept<T: ?Sized>(in_arena: &T) -> &'static T {
    // SAFETY: what is in the arena is neither moved nor freed before the core is.
    unsafe { &*ptr::from_ref(in_arena) }
}

/// The live executors that a target is built from, in the order of its parameters.
pub(crate) fn live_edges(core: &Core, target: Target) -> impl Iterator<Item = (EdgeKind, Target)> {
    core.presets.params(target).iter().filter_map(|param| match param {
        Param::Edge(edge) if edge.is_live() => Some((edge.kind(), core.target(edge.node()))),
        _ => None,
    })
}

//! A live executor of a scope, in two halves: a [`LiveSlot`], which readers see
//! without the lock, and a [`LiveState`], which only the holder of the lock sees.
//! Slots name each other by number, or by the half that never moves.

use std::ptr::NonNull;

use super::arena::Grown;
use super::core::{Core, Target};
use super::engine::Engine;
use super::follow::Follower;
use super::marks::Marks;
use super::version::Same;
use crate::hazard::{Current, Guard};
use crate::node::{EdgeKind, Node, Param};
use crate::short::Short;
use crate::sync::Arc;
use crate::value::{self, Handle, Header, Kind};

/// The half of a live executor that readers see. What an update has to look at is here
/// as well, so that marking those who depend on it touches nothing else.
pub(crate) struct LiveSlot {
    pub(crate) current: Current,
    pub(crate) number: u32,
    pub(crate) marks: Marks,
}

impl LiveSlot {
    pub(super) fn new(number: u32) -> Self {
        Self { current: Current::new(), number, marks: Marks::of_new() }
    }

    /// The value, if it is current.
    #[inline]
    pub(crate) fn read(&self) -> Option<Guard> {
        if self.marks.are_stale() { None } else { self.current.load() }
    }
}

/// The half of a live executor that the lock guards. What each rebuild looks at comes first,
/// and is one cache line. Only what makes its slot have more is ever dropped.
#[repr(C, align(64))]
pub(crate) struct LiveState {
    pub(crate) slot: &'static LiveSlot,
    /// The live executors that it is built from, in the order of its parameters.
    pub(crate) inputs: &'static [LiveInput],
    pub(crate) attempt: Attempt,
    /// Whose function fills it.
    pub(crate) builder: &'static Node,
    /// How far the attempt has come.
    pub(crate) phase: AttemptPhase,
    /// The attempt is async, and about to be dropped.
    pub(crate) abandoned: bool,
    /// How many fixed ones it is built from, too.
    pub(crate) fixed_inputs: u16,
    /// Whether every fixed value below it is built.
    pub(crate) prepared: bool,
    /// Whether whoever needs it can build it: no value was given for it, and it is not async.
    pub(super) is_called: bool,
    /// Whether a new version is compared with the one before.
    is_compared: bool,
    /// What memory its versions have.
    pub(super) kind: Kind,
    /// Whose slot it is.
    pub(crate) key: &'static Node,
    /// The slots that are built from it, by reactive edges.
    pub(crate) dependents: Grown<&'static LiveSlot>,
    pub(crate) visited: u64,
    pub(super) rare: Option<Box<Rare>>,
    /// Whether it, or a live one below it, is async: then a rebuild has to be awaited. What is
    /// fixed is there once it was built.
    pub(super) is_awaited: bool,
}

/// What few slots have.
#[derive(Default)]
pub(super) struct Rare {
    /// The tickets of those who want to write it, in order; the first one may.
    pub(super) writers: Vec<u64>,
    /// The value that a preset put in the place of the function.
    pub(super) preset: Option<Handle>,
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
            nodes.extend(at.map(|parent| self.live[parent].builder));
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
}

/// What an attempt is made of, and what it is for.
#[derive(Default)]
pub(super) struct Lists {
    /// One for each of the state's inputs, if it was planned.
    pub(crate) inputs: Short<Input, 4>,
    /// The attempts that wait for this one, and as which input.
    pub(crate) parents: Vec<(u32, u16)>,
    pub(crate) asked: Vec<usize>,
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
    /// What its inputs are, if it was planned.
    pub(super) fn inputs(&self) -> &[Input] {
        self.lists.as_ref().map_or(&[], |lists| &lists.inputs)
    }

    /// Takes what its inputs are.
    pub(super) fn take_inputs(&mut self) -> Short<Input, 4> {
        self.lists.as_mut().map(|lists| std::mem::take(&mut lists.inputs)).unwrap_or_default()
    }

    /// Whether anybody waits for it.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.lists
            .as_ref()
            .is_some_and(|lists| !lists.parents.is_empty() || !lists.asked.is_empty())
    }
}

/// An input of an attempt.
pub(crate) enum Input {
    Pinned(Handle),
    /// The attempt in flight for that input's slot.
    Pending,
}

impl LiveState {
    /// Whose slot it is, and whose function fills it.
    pub(super) fn target(&self) -> Target {
        Target { key: self.key, builder: self.builder }
    }

    /// What few slots have, to write to.
    pub(super) fn rare(&mut self) -> &mut Rare {
        self.slot.marks.set_has_more();
        self.rare.get_or_insert_default()
    }

    /// The lists of the attempt, to write to.
    pub(super) fn lists(&mut self) -> &mut Lists {
        self.slot.marks.set_has_more();
        self.attempt.lists.get_or_insert_default()
    }

    pub(super) fn followers(&self) -> &[Arc<Follower>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.followers)
    }

    /// The value that a preset put in the place of the function.
    pub(super) fn preset(&self) -> Option<&Handle> {
        self.rare.as_ref()?.preset.as_ref()
    }

    /// Begins an attempt: for whoever waits for it, or already by whoever holds the lock.
    #[inline]
    pub(super) fn begin(&mut self, phase: AttemptPhase, number: u64, revision: u64) {
        self.slot.marks.set_planned();
        self.phase = phase;
        self.attempt.number = number;
        self.attempt.revision = revision;
        self.abandoned = false;
    }

    /// Ends an attempt that nobody waits for, and that nothing came in between.
    #[inline]
    pub(super) fn end(&mut self) {
        self.phase = AttemptPhase::Idle;
        self.attempt.number = 0;
    }

    /// Takes out an attempt that has ended, or will not be.
    pub(super) fn take_attempt(&mut self) -> Attempt {
        self.phase = AttemptPhase::Idle;
        std::mem::take(&mut self.attempt)
    }

    /// Puts `version` into the slot, and returns the one before, unless that is kept for
    /// whoever builds the next one just now. Nothing else does.
    #[inline]
    pub(crate) fn show(&mut self, version: Option<Handle>) -> Option<Handle> {
        let before = self.slot.current.swap(version);
        if self.phase == AttemptPhase::Running {
            let replaced = &mut self.lists().replaced;
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
        if self.is_compared { self.current() } else { None }
    }
}

impl Engine {
    /// The number of a live executor's slot.
    #[inline]
    pub(crate) fn live_slot(&self, core: &Core, key: &'static Node) -> Option<u32> {
        let slot = self.entry(core, key.index())?.cast::<LiveSlot>();
        // SAFETY: the entry of a live executor is a slot that `self.live` keeps.
        Some(unsafe { slot.as_ref() }.number)
    }

    /// The slot of a live executor; made, with those below it, if there is none.
    #[inline]
    pub(crate) fn ensure_live(&mut self, core: &Core, target: Target) -> u32 {
        match self.live_slot(core, target.key) {
            Some(found) => found,
            None => self.make_live_with_all_below(core, target),
        }
    }

    fn make_live_with_all_below(&mut self, core: &Core, target: Target) -> u32 {
        if self.live_missing(core, target).is_none() {
            return self.make_live(core, target);
        }
        let mut stack = vec![target];
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
        live_edges(core, target).find(|below| self.live_slot(core, below.key).is_none())
    }

    /// Makes the slot of `target`; those below it are there.
    fn make_live(&mut self, core: &Core, target: Target) -> u32 {
        let slot = self.live.next_slot(&mut self.arena);
        let made = slot.number;
        if target.key.is_eager() {
            slot.marks.set_eager();
        }
        let mut inputs: Short<LiveInput, 4> = Short::new();
        let (mut fixed_inputs, mut has_all_below, mut is_awaited) = (0, true, false);
        for param in core.presets.params(target) {
            let Param::Edge(edge) = param else { continue };
            if edge.is_fixed() {
                fixed_inputs += 1;
                has_all_below = has_all_below && self.is_prepared(core, core.target(edge.node()));
            }
            if !edge.is_live() {
                continue;
            }
            let below = core.target(edge.node()).key;
            let number = self.live_slot(core, below).expect("made before its dependents");
            let Self { live, arena, .. } = self;
            let below_it = &mut live[number as usize];
            has_all_below = has_all_below && (below_it.prepared || below_it.is_clean());
            is_awaited |= below_it.is_awaited;
            let input = LiveInput {
                slot: below_it.slot,
                reactive: edge.kind() == EdgeKind::Reactive,
                same: below.same,
            };
            let is_same = |known: &LiveInput| known.slot.number == number && known.reactive;
            if input.reactive && !inputs.iter().any(is_same) {
                below_it.dependents.push(slot, arena);
                below_it.slot.marks.set_has_dependents();
            }
            inputs.push(input);
        }
        let inputs = self.arena.put_each(inputs.len(), |at| inputs[at]);
        // SAFETY: no reference to them leaves the engine but for a moment, and what is in the
        // arena is neither moved nor freed before the core is.
        let inputs = unsafe { inputs.as_ref() };
        let given = self.given.iter().find(|(of, _)| *of == target.builder);
        let preset = given.map(|(_, value)| value.clone());
        if preset.is_some() {
            slot.marks.set_has_more();
        }
        let kind = value::kind_on_heap(target.builder, inputs.len() + usize::from(fixed_inputs));
        self.publish(core, target.key.index(), NonNull::from(slot).cast());
        self.live.push(LiveState {
            slot,
            inputs,
            attempt: Attempt::default(),
            builder: target.builder,
            phase: AttemptPhase::Idle,
            abandoned: false,
            fixed_inputs,
            prepared: preset.is_some() || has_all_below,
            is_called: preset.is_none() && !target.builder.is_async(),
            is_compared: target.key.same.is_some(),
            kind,
            key: target.key,
            dependents: Grown::new(),
            visited: 0,
            is_awaited: preset.is_none() && (target.builder.is_async() || is_awaited),
            rare: preset.map(|preset| Box::new(Rare { preset: Some(preset), ..Rare::default() })),
        });
        made
    }

    /// Makes the value that was given for a slot its version.
    pub(crate) fn show_preset(&mut self, slot: u32) {
        let state = self.state(slot);
        state.show(state.preset().cloned());
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
        while self.garbage.len() > from {
            let Some(last) = self.garbage.pop() else { return };
            if let Some(last) = self.take_apart(last) {
                self.garbage.push(last);
                // Before what is still to be looked at, which stays in order.
                for at in (from + 1..self.garbage.len()).rev() {
                    self.garbage.swap(at - 1, at);
                }
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

/// The live executors that a target is built from, in the order of its parameters.
pub(crate) fn live_edges(core: &Core, target: Target) -> impl Iterator<Item = Target> {
    core.presets.params(target).iter().filter_map(|param| match param {
        Param::Edge(edge) if edge.is_live() => Some(core.target(edge.node())),
        _ => None,
    })
}

//! Those who want to know when a live value has changed: callbacks, and tasks that
//! wait.
//!
//! A commit notes the followed slots that it changes or makes stale, as it does the
//! eager ones. Once it has settled, and without a lock, [`settle`] tells whoever
//! follows them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use super::core::Core;
use super::engine::{Engine, Phase};
use super::{drive, drive_async, eager};
use crate::cleanup::{discard, report};
use crate::current::{self, Frame, Role};
use crate::error::ResolveError;
use crate::node::Node;
use crate::sync::{Arc, Mutex};
use crate::value::Handle;

/// One who follows a slot.
pub(super) enum Follower {
    Callback(Callback),
    Waiter(Waiter),
}

/// Rebuilds what is eager among the slots of a commit that has settled, and tells
/// those who follow them.
pub(super) fn settle(core: &Arc<Core>, slots: &[u32]) {
    for &slot in slots {
        let (followers, is_eager, is_awaited) = {
            let engine = core.lock();
            let state = &engine.live[slot as usize];
            (state.followers().to_vec(), state.key.is_eager(), state.is_awaited)
        };
        let calls = followers.iter().any(|one| matches!(**one, Follower::Callback(_)));
        if is_eager && is_awaited {
            eager::put(core, slot);
        } else if is_eager && !calls {
            drive::rebuild(core, slot);
        }
        for follower in followers {
            match &*follower {
                Follower::Callback(callback) => callback.run(core, slot),
                Follower::Waiter(waiter) => waiter.wake(false),
            }
        }
    }
}

/// Tells those who wait that the scope has ended.
pub(super) fn end(followers: &[Arc<Follower>]) {
    for follower in followers {
        if let Follower::Waiter(waiter) = &**follower {
            waiter.wake(true);
        }
    }
}

/// Makes `follower` follow the slot of `node`. Returns the number of that slot.
pub(super) fn begin(core: &Arc<Core>, node: &'static Node, follower: &Arc<Follower>) -> u32 {
    let mut engine = core.lock();
    let slot = engine.ensure_live(core, core.target(node));
    let state = engine.state(slot);
    state.rare().followers.push(follower.clone());
    state.slot.marks.set_followed(true);
    slot
}

/// Takes `follower` off its slot, if the scope still has one.
pub(super) fn leave(core: &Core, slot: u32, follower: &Arc<Follower>) {
    let mut engine = core.lock();
    if let Some(state) = engine.live.get_mut(slot as usize) {
        // The caller holds it as well: nothing is dropped under the lock.
        state.rare().followers.retain(|other| !Arc::ptr_eq(other, follower));
        state.slot.marks.set_followed(!state.followers().is_empty());
    }
}

/// The current value, for a follower. After an error the next change is to come by,
/// also where the walk that marks has passed already; none says that the scope has ended.
pub(super) fn look(
    core: &Arc<Core>,
    node: &'static Node,
    slot: u32,
) -> Option<Result<Handle, ResolveError>> {
    looked(core, slot, drive::get(core, node))
}

/// As [`look`], of what is async as well.
pub(super) async fn look_async(
    core: &Arc<Core>,
    node: &'static Node,
    slot: u32,
) -> Option<Result<Handle, ResolveError>> {
    looked(core, slot, drive_async::get(core, node).await)
}

fn looked(
    core: &Core,
    slot: u32,
    result: Result<Handle, ResolveError>,
) -> Option<Result<Handle, ResolveError>> {
    if result.is_err() {
        let mut engine = core.lock();
        if engine.phase != Phase::Open {
            return None;
        }
        engine.owe(slot);
    }
    Some(result)
}

impl Engine {
    /// Has the next change below `slot` come by, whatever is marked.
    pub(super) fn owe(&mut self, slot: u32) {
        self.owed.insert(slot);
    }
}

type Call = Box<dyn Fn(&Handle) + Send + Sync>;

/// A function to call with new values, by one thread at a time.
pub(super) struct Callback {
    node: &'static Node,
    call: Option<Call>,
    state: Mutex<Calling>,
}

struct Calling {
    busy: bool,
    /// Something has changed since whoever is busy looked.
    again: bool,
    ended: bool,
    /// The number of the last value.
    last: Option<u64>,
}

impl Callback {
    /// A callback that is busy until [`start`](Self::start).
    pub(super) fn new(node: &'static Node, call: Call) -> Self {
        let state = Calling { busy: true, again: false, ended: false, last: None };
        Self { node, call: Some(call), state: Mutex::new(state) }
    }

    /// Remembers the value that changes are to be told from.
    pub(super) fn start(&self, core: &Arc<Core>, slot: u32) {
        match look(core, self.node, slot) {
            Some(Ok(value)) => self.state.lock().last = Some(value.header().number()),
            Some(Err(error)) => self.tell(&error),
            None => {}
        }
        if !self.is_done() {
            self.follow(core, slot);
        }
    }

    /// Calls the function if the value has changed, or leaves it to whoever does so now.
    fn run(&self, core: &Arc<Core>, slot: u32) {
        let mut state = self.state.lock();
        if state.busy {
            state.again = true;
            return;
        }
        state.busy = true;
        drop(state);
        self.follow(core, slot);
    }

    fn follow(&self, core: &Arc<Core>, slot: u32) {
        loop {
            match look(core, self.node, slot) {
                Some(Ok(value)) => self.call_with(core, &value),
                Some(Err(error)) => self.tell(&error),
                None => {}
            }
            if self.is_done() {
                return;
            }
        }
    }

    /// Whether nothing has changed since; then the function is free again.
    fn is_done(&self) -> bool {
        let mut state = self.state.lock();
        state.busy = std::mem::take(&mut state.again) && !state.ended;
        !state.busy
    }

    fn call_with(&self, core: &Arc<Core>, value: &Handle) {
        let number = Some(value.header().number());
        {
            let mut state = self.state.lock();
            if state.ended || state.last == number {
                return;
            }
            state.last = number;
        }
        let Some(call) = &self.call else { return };
        let frame = Frame::new(Arc::as_ptr(core), 0, self.node, Role::Callback);
        let _inside = current::enter(&frame);
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| call(value))) {
            report(format_args!(
                "after a change: {}",
                ResolveError::panicked(self.node, &*payload)
            ));
            discard(payload);
        }
    }

    fn tell(&self, error: &ResolveError) {
        report(format_args!("following `{}`: {error}", self.node.name()));
    }

    /// Calls no more.
    pub(super) fn stop(&self) {
        self.state.lock().ended = true;
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        let call = self.call.take();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(call))) {
            discard(payload);
        }
    }
}

/// A task that waits for the next change.
pub(super) struct Waiter(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    changed: bool,
    ended: bool,
    waker: Option<Waker>,
}

/// What a waiter knows.
pub(super) enum News {
    /// Nothing new; the waker is kept.
    Nothing,
    /// Something may have changed.
    Changed,
    /// The scope has ended.
    Ended,
}

impl Waiter {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Waiting::default()))
    }

    pub(super) fn wake(&self, ended: bool) {
        let waker = {
            let mut state = self.0.lock();
            state.changed = true;
            state.ended |= ended;
            state.waker.take()
        };
        // The runtime's code: it may do anything, but not to the thread that changes something.
        if let Some(waker) = waker
            && let Err(payload) = catch_unwind(AssertUnwindSafe(|| waker.wake()))
        {
            discard(payload);
        }
    }

    /// What has happened since the last call; if nothing has, `waker` is woken once it does.
    pub(super) fn news(&self, waker: &Waker) -> News {
        let waker = waker.clone();
        let mut state = self.0.lock();
        if state.ended {
            return News::Ended;
        }
        if std::mem::take(&mut state.changed) {
            return News::Changed;
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        News::Nothing
    }
}

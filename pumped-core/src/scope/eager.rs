//! Rebuilding what is eager and has to be awaited: whoever updates cannot do that, so a
//! commit notes it, and a task that keeps at it does the rest.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::core::Core;
use super::engine::Engine;
use super::{follow, ops};
use crate::cleanup::report;
use crate::error::ResolveErrorKind;
use crate::extension::BoxFuture;
use crate::maps::HashSet;
use crate::shared::{drop_quietly, wake_all};
use crate::sorted::each_once;
use crate::sync::Arc;

/// What is left to be done, and by whom.
#[derive(Default)]
pub(crate) struct Awaited {
    /// The slots that are to be rebuilt, and that no keeper has taken.
    due: HashSet<u32>,
    /// The keepers that sleep.
    keepers: Vec<Waker>,
}

impl Engine {
    /// What is eager and awaited; most scopes have nothing of that kind.
    fn awaited(&mut self) -> &mut Awaited {
        self.awaited.get_or_insert_default()
    }

    /// Leaves `slots` to the keepers; those are to be woken without the lock.
    #[must_use]
    fn leave_to_keepers(&mut self, slots: impl IntoIterator<Item = u32>) -> Vec<Waker> {
        let awaited = self.awaited();
        awaited.due.extend(slots);
        std::mem::take(&mut awaited.keepers)
    }
}

/// Has a slot rebuilt by those who keep at it, if it ever was built.
pub(super) fn put(core: &Core, slot: u32) {
    let mut engine = core.lock();
    if engine.state(slot).version().is_none() {
        return;
    }
    let keepers = engine.leave_to_keepers([slot]);
    drop(engine);
    wake_all(keepers);
}

/// Wakes those who keep at it: the scope has ended. Not under its lock.
pub(super) fn end(awaited: Option<Box<Awaited>>) {
    if let Some(awaited) = awaited {
        wake_all(awaited.keepers);
    }
}

/// Rebuilds what comes up, until the scope has ended.
pub(super) async fn keep(core: Arc<Core>) {
    let mut keeper = Keeper { core, rebuilding: Vec::new() };
    poll_fn(|context| keeper.poll(context)).await;
}

/// One who keeps at it. What it has not finished is left to others.
struct Keeper {
    core: Arc<Core>,
    /// Each slot once.
    rebuilding: Vec<(u32, BoxFuture<'static, ()>)>,
}

impl Keeper {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // The scope is in use while this is polled, and not in between.
        let own = self.core.clone();
        let Some(core) = ops::enter(&own) else { return Poll::Ready(()) };
        while self.take_due(&core, context.waker()) {
            let before = self.rebuilding.len();
            self.rebuilding.retain_mut(|(_, one)| Pin::new(one).poll(context).is_pending());
            // What has ended may be due again, and was not taken.
            if self.rebuilding.len() == before {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    /// Begins what is due, unless it is being rebuilt: that comes to its end first, so that
    /// a change follows another as fast as it likes and a rebuild still ends. Whether the
    /// scope goes on.
    fn take_due(&mut self, core: &Arc<Core>, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut engine = core.lock();
        if engine.disposed.is_some() {
            return false;
        }
        let awaited = engine.awaited();
        if !awaited.keepers.iter().any(|other| other.will_wake(&waker)) {
            awaited.keepers.push(waker);
        }
        let being_rebuilt: HashSet<u32> = self.rebuilding.iter().map(|(slot, _)| *slot).collect();
        let due: Vec<u32> = awaited.due.difference(&being_rebuilt).copied().collect();
        for slot in each_once(&due) {
            awaited.due.remove(&slot);
            self.rebuilding.push((slot, Box::pin(rebuild(core.clone(), slot))));
        }
        true
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if self.rebuilding.is_empty() {
            return;
        }
        let rebuilding = std::mem::take(&mut self.rebuilding);
        let slots: Vec<u32> = rebuilding.iter().map(|(slot, _)| *slot).collect();
        // The user's futures go with it.
        drop_quietly(rebuilding);
        let keepers = self.core.lock().leave_to_keepers(slots);
        wake_all(keepers);
    }
}

async fn rebuild(core: Arc<Core>, slot: u32) {
    let node = core.lock().live[slot as usize].key;
    if let Some(Err(error)) = follow::look_async(&core, node, slot).await
        && error.kind() != ResolveErrorKind::Disposed
    {
        report(format_args!("rebuilding after an update: {error}"));
    }
}

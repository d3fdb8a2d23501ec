//! The end of a scope: `dispose` runs what has to be run, `tear_down` drops what
//! is left once the last user handle is gone.

use std::future::poll_fn;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::Scope;
use super::core::Core;
use super::eager;
use super::engine::{Engine, Phase};
use super::follow;
use super::live::Input;
use super::order;
use crate::cleanup::{self, report};
use crate::current;
use crate::error::DisposeError;
use crate::execution::Which;
use crate::reclaim;
use crate::shared::Shared;
use crate::sorted::by_rank;
use crate::sync::{Arc, Ordering};
use crate::value::{Handle, Header};

/// Refuses what is new, waits for what is in flight, runs every cleanup.
///
/// Several may wait. Nobody of them owns the wait: whoever finds nothing in flight closes
/// the scope and does the rest, so that one who gives up, or is not polled, hangs nobody.
pub(crate) fn dispose(core: &Arc<Core>) -> Result<(), DisposeError> {
    if current::is_inside(Arc::as_ptr(core)) {
        return Err(DisposeError::Nested);
    }
    let mut engine = core.lock();
    if engine.phase != Phase::Closed {
        core.executions.running.close();
        if !engine.tasks.is_empty() || !core.executions.running.has_none(Which::Async) {
            if engine.phase == Phase::Open {
                core.executions.running.reopen();
            }
            return Err(DisposeError::Running);
        }
    }
    loop {
        match engine.drain(core) {
            Drained::NotYet if engine.finishing.is_some() => return Err(DisposeError::Running),
            Drained::NotYet => engine.wait(),
            Drained::Before(result) => return result,
            Drained::ByMe => break,
        }
    }
    drop(engine);
    end_followers(core);
    run_cleanups(core);
    conclude(core)
}

/// As [`dispose`], waiting for what is async as well.
pub(crate) async fn dispose_async(core: &Arc<Core>) -> Result<(), DisposeError> {
    if current::is_inside(Arc::as_ptr(core)) {
        return Err(DisposeError::Nested);
    }
    loop {
        match poll_fn(|context| close(core, context)).await {
            Ok(result) => return result,
            Err(finishing) => finishing.wait().await,
        }
    }
}

/// Closes the scope once nothing is in flight. Until then async builds go on by this, too:
/// those who began them may be held and not polled.
fn close(core: &Arc<Core>, context: &Context<'_>) -> Poll<Result<Ended, Finishing>> {
    loop {
        let mut engine = core.lock();
        match engine.drain(core) {
            Drained::NotYet => {
                if let Some(finishing) = &engine.finishing {
                    return Poll::Ready(Err(finishing.clone()));
                }
            }
            Drained::Before(result) => return Poll::Ready(Ok(result)),
            Drained::ByMe => {
                let finishing = std::sync::Arc::new(Shared::new(Box::pin(finish(core.clone()))));
                return Poll::Ready(Err(engine.finishing.insert(finishing).clone()));
            }
        }
        core.sleep(context.waker());
        let tasks = engine.tasks.clone();
        drop(engine);
        let ended = tasks.iter().fold(false, |ended, task| task.poll(context.waker()) | ended);
        if !ended {
            return Poll::Pending;
        }
    }
}

/// How a scope has ended.
type Ended = Result<(), DisposeError>;

/// Its end, in flight.
type Finishing = std::sync::Arc<Shared<()>>;

/// Has whatever is still running end, as far as it can be told.
pub(super) fn stop(core: &Arc<Core>) {
    core.executions.running.stop();
    let tasks = core.lock().tasks.clone();
    for task in tasks {
        task.cancel();
    }
}

/// How far the end of a scope has come.
enum Drained {
    /// Something is in flight, or somebody is at it.
    NotYet,
    /// The caller has closed it, and has to do the rest.
    ByMe,
    /// Somebody else; this is how it ended.
    Before(Result<(), DisposeError>),
}

impl Engine {
    /// Lets nothing new in, and closes the scope if nothing is in flight: in one step, so
    /// that nothing begins in between.
    fn drain(&mut self, core: &Core) -> Drained {
        if self.phase == Phase::Closed {
            return self.disposed.clone().map_or(Drained::NotYet, Drained::Before);
        }
        if self.phase == Phase::Open {
            self.phase = Phase::Draining;
            core.executions.running.close();
            core.table.take_all(|index, entry| {
                let entry = NonNull::new(entry).expect("only what is there is taken");
                self.hide(index, entry);
            });
        }
        let is_over = core.executions.running.is_over();
        if self.running > 0 || !self.building.is_empty() || !is_over {
            return Drained::NotYet;
        }
        self.phase = Phase::Closed;
        core.executions.running.end();
        Drained::ByMe
    }
}

/// Runs and awaits what is to be run at the end of a scope that is closed.
async fn finish(core: Arc<Core>) {
    end_followers(&core);
    cleanup::drain(&core).await;
    for number in order::of_cleanups(&core, &cleanup::pending(&core)) {
        cleanup::run_one(&core, number);
        cleanup::drain(&core).await;
    }
    // What another thread has let go of, after it was drained and before it was asked what
    // is pending.
    cleanup::drain(&core).await;
    // Whoever waits is told of it by the result that is kept.
    let _ = conclude(&core);
}

/// Tells those who follow a value that there will be no other.
fn end_followers(core: &Core) {
    let mut followers = Vec::new();
    for state in core.lock().live.iter() {
        followers.extend_from_slice(state.followers());
    }
    follow::end(&followers);
}

/// Disposes the extensions, and keeps how it all ended.
fn conclude(core: &Arc<Core>) -> Result<(), DisposeError> {
    let cleanups = cleanup::take_errors(core);
    let extensions = if core.executions.extensions.are_set_up() {
        core.add_user();
        core.executions.extensions.dispose(&Scope::from_core(core.clone()))
    } else {
        Vec::new()
    };
    let result = DisposeError::check(cleanups, extensions);
    let mut engine = core.lock();
    engine.disposed = Some(result.clone());
    core.notify();
    let awaited = engine.awaited.take();
    drop(engine);
    cleanup::wake_watching(core);
    eager::end(awaited);
    result
}

/// Runs every cleanup that remains. Nothing is built any more, so there are no new ones.
fn run_cleanups(core: &Arc<Core>) {
    if !core.has_cleanups.load(Ordering::Acquire) {
        return;
    }
    cleanup::end_queue(core);
    for number in order::of_cleanups(core, &cleanup::pending(core)) {
        cleanup::run_one(core, number);
        cleanup::end_queue(core);
    }
    // As in `finish`.
    cleanup::end_queue(core);
}

/// Disposes a scope that nobody can use any more, and drops its values,
/// dependents first. A value that somebody still holds stays, and keeps what it
/// was built from.
#[cold]
pub(crate) fn tear_down(core: &Arc<Core>) {
    let mut engine = core.lock();
    let finishing = engine.finishing.take();
    if !engine.tasks.is_empty() || finishing.is_some() || core.executions.extensions.are_set_up() {
        let tasks = std::mem::take(&mut engine.tasks);
        drop(engine);
        // Whoever awaited these is gone, or does not keep the scope.
        for task in tasks {
            task.cancel();
        }
        if finishing.is_some() || core.executions.extensions.are_set_up() {
            return end_once_more(core, finishing);
        }
        engine = core.lock();
    }
    let is_closed = std::mem::replace(&mut engine.phase, Phase::Closed) == Phase::Closed;
    if !is_closed && core.has_cleanups.load(Ordering::Acquire) {
        engine.unlock();
        run_cleanups(core);
        for error in cleanup::take_errors(core) {
            report(error);
        }
        engine.relock();
    }
    let newest = engine.newest.take();
    let mut live = std::mem::take(&mut engine.live);
    let given = std::mem::take(&mut engine.given);
    let awaited = engine.awaited.take();
    drop(engine);
    cleanup::wake_watching(core);
    eager::end(awaited);
    // Together with the live versions, so that the order of building holds for both.
    let (mut versions, mut numbers) = (Vec::new(), Vec::new());
    let mut keep = |version: Option<Handle>| {
        numbers.push(version.as_ref().map_or(0, |version| version.header().number()));
        versions.push(version);
    };
    for at in 0..live.len() {
        let slot = live.slot(at);
        // SAFETY: whoever reads borrows a user handle of the scope, and there is none left.
        keep(unsafe { slot.current.take_unread() });
        if !slot.marks.has_more() {
            continue;
        }
        if let Some(mut rare) = live[at].rare.take() {
            keep(rare.preset.take());
            follow::end(&rare.followers);
        }
        // What was planned, and never run.
        if let Some(mut lists) = live[at].attempt.lists.take() {
            keep(lists.replaced.take());
            for input in lists.inputs {
                if let Input::Pinned(version) = input {
                    keep(Some(version));
                }
            }
        }
    }
    let mut newest_last = by_rank(&numbers);
    reclaim::deferred(|| {
        for header in chain(newest) {
            // SAFETY: the scope's own count keeps it until `let_go`.
            let number = unsafe { header.as_ref() }.number();
            while let Some(at) = newest_last.pop_if(|at| numbers[*at] > number) {
                drop(versions[at].take());
                reclaim::catch_up();
            }
            // SAFETY: as above.
            let value = unsafe { header.as_ref() };
            if value.is_unshared() && value.is_plain() {
                continue;
            }
            // SAFETY: nobody can reach the value through the scope any more, and
            // the chain holds each value once.
            unsafe { let_go(core, header) };
            reclaim::catch_up();
        }
        while let Some(at) = newest_last.pop() {
            drop(versions[at].take());
            reclaim::catch_up();
        }
        for (_, value) in given.into_iter().rev() {
            drop(value);
            reclaim::catch_up();
        }
    });
    for error in cleanup::take_errors(core) {
        report(error);
    }
}

/// Lets a scope that nobody can use any more live once more, to dispose it: extensions are to
/// be shown one.
fn end_once_more(core: &Arc<Core>, finishing: Option<std::sync::Arc<Shared<()>>>) {
    core.add_user();
    let scope = Scope::from_core(core.clone());
    let ended = match finishing {
        Some(finishing) if finishing.take_back() => {
            run_cleanups(core);
            conclude(core)
        }
        _ => dispose(core),
    };
    match ended {
        // Whoever runs it inside of the scope itself: it ends like one without them.
        Err(DisposeError::Nested) => {
            core.executions.extensions.dispose(&scope).iter().for_each(report);
        }
        Err(error) => {
            error.errors().iter().for_each(report);
            error.extensions().iter().for_each(report);
        }
        Ok(()) => {}
    }
}

/// The fixed values that a scope has built, the newest first.
fn chain(newest: Option<NonNull<Header>>) -> impl Iterator<Item = NonNull<Header>> {
    let mut next = newest;
    std::iter::from_fn(move || {
        let header = next?;
        // SAFETY: the caller lets go of a value only after it was yielded, and
        // this is read before that.
        next = unsafe { header.as_ref() }.previous();
        Some(header)
    })
}

/// Lets go of the scope's count of a fixed value.
///
/// # Safety
/// The count is there, and the scope's table is out of everybody's reach.
unsafe fn let_go(core: &Arc<Core>, header: NonNull<Header>) {
    // SAFETY: the scope's count keeps it.
    let value = unsafe { header.as_ref() };
    if value.is_unshared() {
        // SAFETY: nobody else holds it, and nobody can get at it any more.
        unsafe { reclaim::take_apart(header) };
    } else {
        value.keep(core.clone());
        core.retain_inputs_of(value.node());
        // SAFETY: this was the scope's count.
        drop(unsafe { Handle::from_raw(header) });
    }
}

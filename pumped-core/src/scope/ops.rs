//! What can be asked of a scope, for those who have one and for those who reach
//! one for a moment.

use std::ops::Deref;
use std::ptr::NonNull;

use super::core::{Core, Target};
use super::{commit, drive, drive_async, fixed, resolve_async, watched};
use crate::current;
use crate::error::{ResolveError, ScopeError};
use crate::executor::{Executor, Kind};
use crate::extension::OperationKind;
use crate::handle::{Dep, Ref};
use crate::hazard::Guard;
use crate::node::{Node, Param};
use crate::reclaim;
use crate::sync::Arc;
use crate::value::{Header, Inputs};

/// A controller's use of a scope: the scope is not torn down before it ends.
pub(crate) struct Moment<'c>(&'c Arc<Core>);

/// Uses a scope for a moment, unless its last user handle is gone. User code of
/// the scope itself may go on until whoever runs it has left.
pub(crate) fn enter(core: &Arc<Core>) -> Option<Moment<'_>> {
    let inside = || current::is_inside(Arc::as_ptr(core)) && core.try_enter_again();
    // Not `then_some`: a moment that was not entered must not be left.
    (core.try_enter() || inside()).then(|| Moment(core))
}

/// Goes on using a scope that is in use, if only by what is about to be dropped.
pub(super) fn stay(core: &Arc<Core>) -> Option<Moment<'_>> {
    core.try_enter_again().then(|| Moment(core))
}

impl Deref for Moment<'_> {
    type Target = Arc<Core>;

    fn deref(&self) -> &Arc<Core> {
        self.0
    }
}

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        if self.0.leave() {
            reclaim::tear_down(self.0);
        }
    }
}

#[inline]
pub(crate) fn get<E: Executor>(core: &Arc<Core>) -> Result<Ref<'_, E>, ResolveError> {
    if let Some(value) = read(core) { Ok(value) } else { resolve(core) }
}

/// The value, if it can be read without a lock.
#[inline]
fn read<E: Executor>(core: &Arc<Core>) -> Option<Ref<'_, E>> {
    if E::Kind::LIVE {
        core.live(E::NODE.get())?.read().map(Ref::live)
    } else {
        let header = NonNull::new(core.table.get(E::NODE.get().index_if_used()))?;
        // SAFETY: the entry of a fixed executor is its value, which the scope keeps
        // until the teardown; the borrow of the core stands for a user of the scope.
        Some(unsafe { Ref::fixed(header.cast()) })
    }
}

#[cold]
fn resolve<E: Executor>(core: &Arc<Core>) -> Result<Ref<'_, E>, ResolveError> {
    if E::Kind::LIVE {
        drive::get(core, E::NODE.get()).map(Ref::owned)
    } else {
        let header = resolve_fixed(core, E::NODE.get())?;
        // SAFETY: as in `read`.
        Ok(unsafe { Ref::fixed(header) })
    }
}

/// As [`get`], also of what is async.
pub(crate) async fn get_async<E: Executor>(core: &Arc<Core>) -> Result<Ref<'_, E>, ResolveError> {
    if let Some(value) = read(core) {
        return Ok(value);
    }
    // In a box, so that the warm way is short.
    if E::Kind::LIVE {
        return Box::pin(drive_async::get(core, E::NODE.get())).await.map(Ref::owned);
    }
    Box::pin(resolve_async::prepare(core, E::NODE.get())).await?;
    get(core)
}

/// The version of a live executor, if it can be read without a lock.
#[inline]
pub(crate) fn read_live(core: &Arc<Core>, node: &'static Node) -> Option<Guard> {
    core.live(node)?.read()
}

/// Whether everything fixed that `node` needs is there, itself included if it is fixed, as
/// far as one can see without the lock.
#[inline]
pub(crate) fn is_prepared(core: &Arc<Core>, node: &'static Node) -> bool {
    // A live one that has a value has been prepared for it.
    !core.table.get(node.index_if_used()).is_null()
        && (!node.is_live() || core.live(node).is_some_and(|slot| slot.read().is_some()))
}

pub(crate) async fn prepare_async(
    core: &Arc<Core>,
    node: &'static Node,
) -> Result<(), ResolveError> {
    resolve_async::prepare(core, node).await
}

/// As [`cut`], if all of them are there and current.
pub(crate) fn cut_at_once(core: &Arc<Core>, node: &'static Node) -> Option<Inputs> {
    drive_async::cut_at_once(core, Target { key: node, builder: node })
}

/// As [`cut`], also of what is async.
pub(crate) async fn cut_async(
    core: &Arc<Core>,
    node: &'static Node,
) -> Result<Inputs, ResolveError> {
    drive_async::cut_inputs(core, Target { key: node, builder: node }).await
}

/// As [`dep`], also of what is async, of a scope that is entered for so long.
pub(crate) async fn dep_async_in<E: Executor>(core: &Arc<Core>) -> Result<Dep<E>, ResolveError> {
    let core = enter(core).ok_or_else(|| ResolveError::disposed(E::NODE.get()))?;
    get_async::<E>(&core).await.map(|value| value.to_dep())
}

/// Builds a fixed executor. A preset shares the value of the one that replaces it.
fn resolve_fixed(core: &Arc<Core>, node: &'static Node) -> Result<NonNull<Header>, ResolveError> {
    let mut engine = core.lock();
    fixed::prepare(core, &mut engine, node)?;
    let target = core.target(node);
    engine.share_slot(core, node, target);
    Ok(engine.entry(core, target.key.index()).expect("prepared").cast())
}

pub(crate) fn dep<E: Executor>(core: &Arc<Core>) -> Result<Dep<E>, ResolveError> {
    get::<E>(core).map(|value| value.to_dep())
}

/// The live values that `node`, a flow, takes, all current together.
pub(crate) fn cut(core: &Arc<Core>, node: &'static Node) -> Result<Inputs, ResolveError> {
    for param in node.params() {
        if let Param::Edge(edge) = param
            && edge.is_live()
        {
            fixed::prepare(core, &mut core.lock(), edge.node())?;
        }
    }
    drive::cut_inputs(core, Target { key: node, builder: node })
}

pub(crate) fn peek<E: Executor>(core: &Arc<Core>) -> Option<Ref<'_, E>> {
    if E::Kind::LIVE {
        core.with_slot(E::NODE.get(), |slot| slot.current.load())?.map(Ref::live)
    } else {
        let header = core.fixed_if_open(core.target(E::NODE.get()))?;
        // SAFETY: as in `read`.
        Some(unsafe { Ref::fixed(header) })
    }
}

pub(crate) fn is_cached<E: Executor>(core: &Arc<Core>) -> bool {
    if E::Kind::LIVE {
        core.with_slot(E::NODE.get(), |slot| slot.read().is_some()).unwrap_or(false)
    } else {
        peek::<E>(core).is_some()
    }
}

pub(crate) fn update<E: Executor>(core: &Arc<Core>, value: E::Output) -> Result<(), ScopeError> {
    let node = E::NODE.get();
    watched::change(core, OperationKind::Update, node, || commit::update::<E>(core, value))
}

pub(crate) fn modify<E: Executor>(
    core: &Arc<Core>,
    change: impl FnOnce(&E::Output) -> E::Output,
) -> Result<(), ScopeError> {
    let node = E::NODE.get();
    watched::change(core, OperationKind::Update, node, || commit::modify::<E>(core, change))
}

/// As [`modify`], of what is async. The value is awaited without a turn to write, so that
/// one who is not polled keeps nobody from writing; if it has gone stale before the turn
/// came, it is awaited again.
pub(crate) async fn modify_async<E: Executor>(
    core: &Arc<Core>,
    change: impl FnOnce(&E::Output) -> E::Output + Send,
) -> Result<(), ScopeError> {
    let mut change = Some(change);
    loop {
        drop(get_async::<E>(core).await?);
        let node = E::NODE.get();
        let modified = watched::change(core, OperationKind::Update, node, || {
            commit::modify_if_current::<E>(core, &mut change)
        })?;
        if modified {
            return Ok(());
        }
    }
}

pub(crate) fn release<E: Executor>(core: &Arc<Core>) -> Result<(), ScopeError> {
    let node = E::NODE.get();
    watched::change(core, OperationKind::Release, node, || commit::release(core, core.target(node)))
}

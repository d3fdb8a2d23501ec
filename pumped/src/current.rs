//! Where this thread is: the builds, cleanups and callbacks that it is inside of,
//! innermost first, as a list of frames on its own stack.
//!
//! The identity of whoever waits is the attempt, not the thread: a frame carries
//! the number of the attempt that runs in it.

use std::cell::Cell;
use std::ptr;

use crate::node::Node;
use crate::scope::Core;

/// One piece of user code that this thread is running for a scope.
pub(crate) struct Frame {
    core: *const Core,
    attempt: u64,
    node: &'static Node,
    role: Role,
    outer: Cell<*const Frame>,
}

/// What kind of user code runs in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// An executor's function.
    Build,
    /// The closure of a `modify`, or an `eq`: other writers wait for it.
    Write,
    /// A cleanup.
    Cleanup,
}

/// Names an attempt among those of all scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttemptKey {
    pub(crate) core: *const Core,
    pub(crate) attempt: u64,
}

// SAFETY: the pointer is compared and never followed.
unsafe impl Send for AttemptKey {}

impl Frame {
    pub(crate) fn new(core: *const Core, attempt: u64, node: &'static Node, role: Role) -> Self {
        Self { core, attempt, node, role, outer: Cell::new(ptr::null()) }
    }

    pub(crate) fn key(&self) -> AttemptKey {
        AttemptKey { core: self.core, attempt: self.attempt }
    }

    pub(crate) fn node(&self) -> &'static Node {
        self.node
    }

    pub(crate) fn core(&self) -> *const Core {
        self.core
    }

    /// Whether others may wait for this frame.
    pub(crate) fn is_attempt(&self) -> bool {
        matches!(self.role, Role::Build | Role::Write)
    }
}

#[cfg(not(loom))]
thread_local! {
    static INNERMOST: Cell<*const Frame> = const { Cell::new(ptr::null()) };
}

#[cfg(loom)]
loom::thread_local! {
    static INNERMOST: Cell<*const Frame> = Cell::new(ptr::null());
}

/// Makes `frame` the innermost one until the guard is dropped.
pub(crate) fn enter(frame: &Frame) -> Inside<'_> {
    let outer = INNERMOST.with(|innermost| innermost.replace(frame));
    frame.outer.set(outer);
    Inside { frame }
}

pub(crate) struct Inside<'f> {
    frame: &'f Frame,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        INNERMOST.with(|innermost| innermost.set(self.frame.outer.get()));
    }
}

/// Calls `f` with each frame, innermost first, until it returns something.
pub(crate) fn find<R>(mut f: impl FnMut(&Frame) -> Option<R>) -> Option<R> {
    let mut at = INNERMOST.with(Cell::get);
    // SAFETY: a frame leaves the list (`Inside`) before it leaves the stack, and
    // only its own thread reads it.
    while let Some(frame) = unsafe { at.as_ref() } {
        if let Some(found) = f(frame) {
            return Some(found);
        }
        at = frame.outer.get();
    }
    None
}

/// Whether this thread runs user code for `core`.
pub(crate) fn is_inside(core: *const Core) -> bool {
    find(|frame| ptr::eq(frame.core(), core).then_some(())).is_some()
}

/// Whether this thread runs user code that others may be waiting for.
pub(crate) fn is_attempting() -> bool {
    find(|frame| frame.is_attempt().then_some(())).is_some()
}

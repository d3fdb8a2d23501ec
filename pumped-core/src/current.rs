//! Where this thread is: the builds, cleanups and callbacks that it is inside of,
//! innermost first, as a list of frames on its own stack.
//!
//! The identity of whoever waits is the attempt, not the thread: a frame carries
//! the number of the attempt that runs in it.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::execution::ExecutionCtx;
use crate::node::Node;
use crate::scope::Core;

/// One piece of user code that this thread is running for a scope.
pub(crate) struct Frame {
    core: *const Core,
    attempt: u64,
    /// None where the code is about the scope as a whole.
    node: Option<&'static Node>,
    role: Role,
    /// The context, in the frame of an execution.
    execution: *const ExecutionCtx<'static>,
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
    /// A flow.
    Execution,
    /// What an extension does itself.
    Hook,
    /// What an extension lets go on.
    Next,
    /// What is called after a change.
    Callback,
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
        Self::of(core, attempt, Some(node), role)
    }

    fn of(core: *const Core, attempt: u64, node: Option<&'static Node>, role: Role) -> Self {
        Self { core, attempt, node, role, execution: ptr::null(), outer: Cell::new(ptr::null()) }
    }

    /// The frame of an execution, at its depth.
    #[inline]
    pub(crate) fn of_execution(
        core: *const Core,
        depth: u32,
        node: &'static Node,
        cx: &ExecutionCtx<'_>,
    ) -> Self {
        let execution = ptr::from_ref(cx).cast();
        let outer = Cell::new(ptr::null());
        let (attempt, node) = (u64::from(depth), Some(node));
        Self { core, attempt, node, role: Role::Execution, execution, outer }
    }

    /// The frame of the extension number `at`.
    pub(crate) fn of_extension(core: *const Core, at: usize, role: Role) -> Self {
        Self::of(core, at as u64, None, role)
    }

    pub(crate) fn key(&self) -> AttemptKey {
        AttemptKey { core: self.core, attempt: self.attempt }
    }

    /// The executor or flow whose code it is, if it is that of one.
    pub(crate) fn node(&self) -> Option<&'static Node> {
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
#[inline]
pub(crate) fn enter(frame: &Frame) -> Inside<'_> {
    let outer = INNERMOST.with(|innermost| innermost.replace(frame));
    frame.outer.set(outer);
    Inside { frame }
}

pub(crate) struct Inside<'f> {
    frame: &'f Frame,
}

impl Drop for Inside<'_> {
    #[inline]
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

/// How many executions of `core` this thread is inside of.
#[inline]
pub(crate) fn depth(core: *const Core) -> u32 {
    let depth = find(|frame| {
        let found = frame.role == Role::Execution && ptr::eq(frame.core, core);
        found.then(|| u32::try_from(frame.attempt).unwrap_or(u32::MAX).saturating_add(1))
    });
    depth.unwrap_or(0)
}

/// Calls `f` with the innermost execution of `core` that this thread is inside of.
pub(crate) fn with_execution<R>(
    core: *const Core,
    f: impl FnOnce(Option<&ExecutionCtx<'_>>) -> R,
) -> R {
    let found = find(|frame| {
        let found = frame.role == Role::Execution && ptr::eq(frame.core, core);
        found.then_some(frame.execution)
    });
    // SAFETY: a frame is on the stack below this call, and the context that it points to
    // is borrowed for longer than the frame; `f` cannot keep it.
    f(found.and_then(|cx| unsafe { cx.as_ref() }))
}

/// Whether this thread is in the code of the extension number `at` itself, and not in
/// what that lets go on.
pub(crate) fn is_hook_of(core: *const Core, at: usize) -> bool {
    let innermost = find(|frame| {
        let is_extension = matches!(frame.role, Role::Hook | Role::Next);
        let found = is_extension && frame.attempt == at as u64 && ptr::eq(frame.core, core);
        found.then_some(frame.role)
    });
    innermost == Some(Role::Hook)
}

/// The number of this thread, given out at its first use.
#[inline]
pub(crate) fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    NUMBER.with(|number| {
        if number.get() == usize::MAX {
            number.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        number.get()
    })
}

/// Names this thread among those that are alive.
pub(crate) fn thread() -> usize {
    INNERMOST.with(|innermost| ptr::from_ref(innermost).addr())
}

/// Whether this thread runs any user code for a scope.
#[inline]
pub(crate) fn is_anywhere() -> bool {
    INNERMOST.with(|innermost| !innermost.get().is_null())
}

/// Whether this thread runs user code for `core`.
pub(crate) fn is_inside(core: *const Core) -> bool {
    find(|frame| ptr::eq(frame.core(), core).then_some(())).is_some()
}

/// Whether this thread runs a cleanup of `core`.
pub(crate) fn is_in_cleanup(core: *const Core) -> bool {
    let found = |frame: &Frame| frame.role == Role::Cleanup && ptr::eq(frame.core(), core);
    find(|frame| found(frame).then_some(())).is_some()
}

/// Whether this thread runs user code that others may be waiting for.
pub(crate) fn is_attempting() -> bool {
    find(|frame| frame.is_attempt().then_some(())).is_some()
}

//! What a build sees of its scope, and where its value goes.

use std::ptr::NonNull;

use crate::cleanup::CleanupList;
use crate::executor::Executor;
use crate::handle::Tag;
use crate::node::{Node, Param};
use crate::outcome::Cleaned;
use crate::scope::{Core, Locked, WeakScope};
use crate::sync::Arc;
use crate::value::{self, Handle, Header, Inputs, Storage};

/// What an executor's function may ask for beside its dependencies.
///
/// Take it as a parameter: `cx: &ResolveCtx<'_>`.
///
/// ```
/// use pumped::prelude::*;
///
/// struct Region(&'static str);
///
/// #[executor]
/// fn greeting(cx: &ResolveCtx<'_>) -> String {
///     cx.on_cleanup(|| println!("closed"));
///     let region = cx.tag::<Region>().map_or("nowhere", |region| region.0);
///     format!("hello from {} in {region}", cx.name())
/// }
///
/// let scope = Scope::builder().tag(Region("eu")).build().unwrap();
/// assert_eq!(*scope.get::<greeting>().unwrap(), "hello from greeting in eu");
/// ```
pub struct ResolveCtx<'a> {
    core: Option<&'a Arc<Core>>,
    node: &'static Node,
    pins: &'a [Pin],
    cleanups: CleanupList<'a>,
}

/// The version of a live dependency that a build is to see.
pub(crate) struct Pin {
    /// The parameter.
    pub(crate) at: u16,
    pub(crate) value: Handle,
}

impl<'a> ResolveCtx<'a> {
    pub(crate) fn new(core: &'a Arc<Core>, node: &'static Node, pins: &'a [Pin]) -> Self {
        Self { core: Some(core), node, pins, cleanups: CleanupList::new(node, Some(core)) }
    }

    /// A context without a scope, for unit tests.
    pub(crate) fn detached(node: &'static Node) -> Self {
        Self { core: None, node, pins: &[], cleanups: CleanupList::new(node, None) }
    }

    /// Registers what is to be done when nobody uses the value any more, at the
    /// latest when the scope is disposed.
    ///
    /// Cleanups run once each, the one registered last first, and after those of
    /// everything that was built from the value. A closure may return a
    /// `Result`: its error is collected for
    /// [`DisposeError`](crate::error::DisposeError). If the build fails, its
    /// cleanups run at once.
    ///
    /// Costs an allocation or two, at build only.
    pub fn on_cleanup<R: Cleaned>(&self, cleanup: impl FnOnce() -> R + Send + 'static) {
        self.cleanups.push(cleanup);
    }

    /// The name of the executor that is being built.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.node.name()
    }

    /// A tag of the scope.
    #[must_use]
    pub fn tag<T: Send + Sync + 'static>(&self) -> Option<&'a T> {
        self.core?.tags.get()
    }

    /// The scope, held weakly: for values that resolve or run something later.
    ///
    /// From a context of [`testing`](crate::testing) it upgrades to nothing.
    #[must_use]
    pub fn scope(&self) -> WeakScope {
        WeakScope::new(self.core.cloned())
    }

    pub(crate) fn cleanups(&mut self) -> &mut CleanupList<'a> {
        &mut self.cleanups
    }

    pub(crate) fn weak(&self) -> Arc<Core> {
        self.core.expect("only a scope calls a build").clone()
    }

    /// The dependency number `at`, which is an `E`.
    pub(crate) fn input<E: Executor>(&self, at: usize) -> Handle {
        let handle = self.handle(at);
        assert!(handle.holds::<E::Output>(), "this parameter is of another executor");
        handle
    }

    fn handle(&self, at: usize) -> Handle {
        if let Some(pin) = self.pins.iter().find(|pin| usize::from(pin.at) == at) {
            return pin.value.clone();
        }
        let (Some(core), Some(Param::Edge(edge))) = (self.core, self.node.params().get(at)) else {
            panic!("`{}` has no dependency number {at}", self.name());
        };
        let header = core.fixed(core.target(edge.node())).expect("prepared before its dependent");
        // SAFETY: the scope holds its fixed values while a build runs in it.
        unsafe { Handle::share(header) }
    }

    pub(crate) fn required_tag<T: Send + Sync + 'static>(&self, at: usize) -> Tag<T> {
        let tag = self.owned_tag();
        tag.unwrap_or_else(|| panic!("tag number {at} of `{}` was checked before", self.name()))
    }

    pub(crate) fn owned_tag<T: Send + Sync + 'static>(&self) -> Option<Tag<T>> {
        self.core?.tags.owned()
    }
}

/// Where a build puts its value. Putting it takes the scope's lock, which then
/// stays held for the publication.
pub(crate) struct Place<'c, 'p> {
    core: &'c Arc<Core>,
    node: &'static Node,
    pins: &'p [Pin],
    storage: Storage,
    locked: Option<Locked<'c>>,
}

impl<'c, 'p> Place<'c, 'p> {
    pub(crate) fn new(
        core: &'c Arc<Core>,
        node: &'static Node,
        pins: &'p [Pin],
        storage: Storage,
    ) -> Self {
        Self { core, node, pins, storage, locked: None }
    }

    /// Moves the value to where it will live.
    pub(crate) fn put<E: Executor>(&mut self, value: E::Output) -> NonNull<Header> {
        debug_assert_eq!(self.node.output, std::any::TypeId::of::<E::Output>());
        let header = self.reserve();
        // SAFETY: `reserve` made room for the output of `self.node`, which is an
        // `E::Output`: only a node's own `build` gets its place.
        unsafe { value::value_of(header).write(value) };
        header
    }

    fn reserve(&mut self) -> NonNull<Header> {
        let mut engine = self.core.lock();
        let number = engine.next_number();
        let header = match self.storage {
            Storage::Arena => {
                let snapshots = self.pins.iter().map(|pin| pin.value.clone());
                value::in_arena(&engine.arena, self.node, number, snapshots)
            }
            Storage::Heap => {
                // A version may outlive its scope, so it holds what is fixed as well.
                let pinned = self.pins.iter().map(|pin| pin.value.clone());
                let mut inputs: Inputs = pinned.collect();
                for header in engine.fixed_inputs(self.core, self.node) {
                    // SAFETY: the scope holds its fixed values while a build runs in it.
                    inputs.push(unsafe { Handle::share(header) });
                }
                value::on_heap(self.node, number, inputs)
            }
        };
        self.locked = Some(engine);
        header
    }

    pub(crate) fn into_locked(self) -> Locked<'c> {
        self.locked.unwrap_or_else(|| self.core.lock())
    }
}

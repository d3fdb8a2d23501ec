//! Putting a scope together: presets, values, tags, and the check of its roots.

use super::check;
use super::core::Core;
use super::presets::{Presets, Replacement};
use super::{Scope, engine::Engine};
use crate::error::{BuildError, BuildProblem};
use crate::execution::{Executions, Settings};
use crate::executor::{AsReady, CanReplace, Executor, SameOutput};
use crate::extension::Extension;
use crate::flow::FlowPreset;
use crate::node::Node;
use crate::tags::TagList;
use crate::value::Handle;
use crate::walk;

/// Builds a [`Scope`]: see [`Scope::builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ScopeBuilder {
    presets: Presets,
    given: Vec<(&'static Node, Handle)>,
    provided: Vec<(&'static Node, Handle)>,
    tags: TagList,
    roots: Vec<&'static Node>,
    problems: Vec<BuildProblem>,
    executions: Settings,
}

impl ScopeBuilder {
    /// Gives the value of an executor that has no body.
    ///
    /// Giving it to one that has a body does not compile: that is what
    /// [`preset`](Self::preset) is for.
    pub fn provide<E: Executor>(mut self, value: E::Output) -> Self {
        const { walk::check_provided(E::NODE) }
        let node = E::NODE.get();
        if self.provided.iter().any(|(other, _)| *other == node) {
            self.problems.push(BuildProblem::PresetTwice { executor: node.name() });
        }
        self.provided.push((node, Handle::given::<E>(value)));
        self
    }

    /// Puts a value in the place of an executor's function, which then never runs,
    /// nor do those of its dependencies. A value of another type does not compile;
    /// one that coerces does: `preset::<store>(Arc::new(Fake))` for an `Arc<dyn Store>`.
    ///
    /// A mutable executor can still be updated, and a release returns to the
    /// preset. The value has no cleanups.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// fn url() -> String { "https://example.org".into() }
    ///
    /// let scope = Scope::builder().preset::<url>("http://localhost".into()).build().unwrap();
    /// assert_eq!(*scope.get::<url>().unwrap(), "http://localhost");
    /// ```
    pub fn preset<E: Executor>(mut self, value: E::Output) -> Self {
        self.given.push((E::NODE.get(), Handle::given::<E>(value)));
        self.replace(E::NODE.get(), Replacement::Value);
        self
    }

    /// Puts another executor in the place of one, with dependencies and cleanups
    /// of its own. Both stand for the same value from then on.
    ///
    /// The other output must be the same; a live executor cannot stand in for a
    /// fixed one, nor an async one for a sync one: neither compiles.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// fn url() -> String { "https://example.org".into() }
    /// #[executor]
    /// fn local_url(port: Dep<port>) -> String { format!("http://localhost:{}", *port) }
    /// #[executor]
    /// fn port() -> u16 { 8080 }
    ///
    /// let scope = Scope::builder().preset_with::<url, local_url>().build().unwrap();
    /// assert_eq!(*scope.get::<url>().unwrap(), "http://localhost:8080");
    /// ```
    pub fn preset_with<E, F>(mut self) -> Self
    where
        E: Executor,
        F: Executor,
        F::Output: SameOutput<E::Output, E, F>,
        F::Kind: CanReplace<E::Kind, E, F>,
        F::Mode: AsReady<E::Mode, E, F>,
    {
        self.replace(E::NODE.get(), Replacement::Executor(F::NODE.get()));
        self
    }

    fn replace(&mut self, node: &'static Node, by: Replacement) {
        if !self.presets.add(node, by) {
            self.problems.push(BuildProblem::PresetTwice { executor: node.name() });
        }
    }

    /// Sets a tag. The type is the key: the last one of a type counts.
    pub fn tag<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.tags.set(value);
        self
    }

    /// Puts something else in the place of a flow, on every path: a closure over its
    /// inputs, or one that also gets the context, so that it can run another flow.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[flow]
    /// fn price(#[input] sku: &str, #[input] amount: u32) -> Result<u32, String> {
    ///     Err(format!("no price for {amount} of {sku}"))
    /// }
    ///
    /// #[flow]
    /// fn flat_price(#[input] amount: u32) -> u32 { amount * 10 }
    ///
    /// let free = Scope::builder().preset_flow(price::preset(|_sku, _amount| Ok(0))).build().unwrap();
    /// assert_eq!(free.exec(price("tea", 2)).unwrap(), 0);
    ///
    /// let by_another = price::preset_with(|cx, _sku, amount| {
    ///     cx.exec(flat_price(amount)).map_err(|fault| fault.map(|never| match never {}))
    /// });
    /// let flat = Scope::builder().preset_flow(by_another).build().unwrap();
    /// assert_eq!(flat.exec(price("tea", 2)).unwrap(), 20);
    /// ```
    pub fn preset_flow(mut self, preset: FlowPreset) -> Self {
        let of = preset.of.get();
        if self.executions.presets.iter().any(|other| other.of.get() == of) {
            self.problems.push(BuildProblem::PresetTwice { executor: of.name() });
        }
        self.executions.presets.push(preset);
        self
    }

    /// Adds an extension: see [`Extension`].
    pub fn extension(mut self, extension: impl Extension) -> Self {
        self.executions.extensions.add(Box::new(extension));
        self
    }

    /// Keeps the last `roots` root executions, with all that is below them, for
    /// [`Scope::executions`]. Zero, as if it was not called, keeps none and costs nothing.
    pub fn history(mut self, roots: usize) -> Self {
        self.executions.history = roots;
        self
    }

    /// Keeps at most so many nodes of all roots together; 10,000 if it is not called. The
    /// oldest roots go first. Of a single root that has more, those that are furthest
    /// from it go.
    pub fn history_nodes(mut self, nodes: usize) -> Self {
        self.executions.history_nodes = nodes;
        self
    }

    /// How deeply flows may be nested, 128 if it is not called. One that would be deeper
    /// is [`FlowError::TooDeep`](crate::FlowError::TooDeep), and not the end of the stack.
    pub fn max_depth(mut self, depth: u32) -> Self {
        self.executions.max_depth = depth;
        self
    }

    /// Has `build` walk the graph below `E`, presets applied, and report
    /// everything that is missing there at once. Nothing is resolved.
    ///
    /// Lazy dependencies are not followed: they may never be needed.
    ///
    /// ```
    /// use pumped::prelude::*;
    /// use pumped::error::BuildProblem;
    ///
    /// #[executor]
    /// fn settings() -> String;
    /// #[executor]
    /// fn app(settings: Dep<settings>) -> usize { settings.len() }
    ///
    /// let error = Scope::builder().root::<app>().build().unwrap_err();
    /// assert!(matches!(error.problems(), [BuildProblem::NotProvided { executor: "settings", .. }]));
    /// ```
    pub fn root<E: Executor>(mut self) -> Self {
        self.roots.push(E::NODE.get());
        self
    }

    /// The scope.
    ///
    /// # Errors
    /// If an executor or a flow is replaced twice, if presets lead to a cycle, if
    /// something is missing below a [`root`](Self::root), or if an extension cannot be
    /// set up. The error lists it all.
    pub fn build(mut self) -> Result<Scope, BuildError> {
        for (node, value) in std::mem::take(&mut self.provided) {
            // A preset also replaces what was provided.
            if self.presets.of(node).is_none() {
                self.presets.add(node, Replacement::Value);
                self.given.push((node, value));
            }
        }
        let replaced: Vec<_> = self.presets.replaced_by_executors().collect();
        let mut problems = self.problems;
        let circles = self.presets.circles();
        if !circles.is_empty() {
            // Presets that lead round in a circle cannot be followed any further.
            problems.extend(circles.into_iter().map(|path| BuildProblem::Cycle { path }));
            return Err(BuildError::new(problems));
        }
        let core = Core::new(self.tags, self.presets, Executions::new(self.executions));
        let scope = Scope::from_core(core.clone());
        problems.extend(check::cycles(&core, replaced.into_iter()));
        for root in self.roots {
            let below = check::problems_below(&core, root);
            let new: Vec<_> = below.into_iter().filter(|new| !problems.contains(new)).collect();
            problems.extend(new);
        }
        BuildError::check(problems)?;
        install(&core, &mut core.lock(), self.given);
        match core.executions.extensions.init(&scope) {
            Ok(()) => Ok(scope),
            Err((extension, error)) => {
                Err(BuildError::new(vec![BuildProblem::Extension { extension, error }]))
            }
        }
    }
}

/// Makes the values that were given readable.
fn install(core: &Core, engine: &mut Engine, given: Vec<(&'static Node, Handle)>) {
    for (node, value) in &given {
        if !node.is_live() {
            engine.publish(core, node.index(), value.as_raw().cast());
        }
    }
    engine.given = given;
    for at in 0..engine.given.len() {
        let node = engine.given[at].0;
        if node.is_live() {
            let slot = engine.ensure_live(core, core.target(node));
            engine.show_preset(slot);
        }
    }
}

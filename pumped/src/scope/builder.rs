//! Putting a scope together: presets, values, tags, and the check of its roots.

use super::check;
use super::core::Core;
use super::presets::{Presets, Replacement};
use super::tags::Tags;
use super::{Scope, engine::Engine};
use crate::error::{BuildError, BuildProblem};
use crate::executor::{AsReady, CanReplace, Executor, SameOutput};
use crate::node::Node;
use crate::value::Handle;
use crate::walk;

/// Builds a [`Scope`]: see [`Scope::builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ScopeBuilder {
    presets: Presets,
    given: Vec<(&'static Node, Handle)>,
    provided: Vec<(&'static Node, Handle)>,
    tags: Tags,
    roots: Vec<&'static Node>,
    problems: Vec<BuildProblem>,
}

impl ScopeBuilder {
    /// Gives the value of an executor that has no body.
    ///
    /// Giving it to one that has a body does not compile: that is what
    /// [`preset`](Self::preset) is for.
    pub fn provide<E: Executor>(mut self, value: E::Output) -> Self {
        const { walk::check_provided(E::NODE.erase()) }
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
    pub fn tag<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.tags.set(value);
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
    /// If an executor is replaced twice, if presets lead to a cycle, or if
    /// something is missing below a [`root`](Self::root). The error lists it all.
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
        let core = Core::new(self.tags, self.presets);
        let scope = Scope::from_core(core.clone());
        problems.extend(check::cycles(&core, replaced.into_iter()));
        for root in self.roots {
            let below = check::problems_below(&core, root);
            let new: Vec<_> = below.into_iter().filter(|new| !problems.contains(new)).collect();
            problems.extend(new);
        }
        BuildError::check(problems)?;
        install(&core, &mut core.lock(), self.given);
        Ok(scope)
    }
}

/// Makes the values that were given readable.
fn install(core: &Core, engine: &mut Engine, given: Vec<(&'static Node, Handle)>) {
    for (node, value) in &given {
        if !node.is_live() {
            let header = value.clone().into_raw();
            // SAFETY: nobody but this scope knows the value.
            unsafe { header.as_ref() }.previous.set(engine.newest.replace(header));
            engine.publish(core, node.index(), header.cast());
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

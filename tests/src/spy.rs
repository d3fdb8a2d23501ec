//! An extension that writes down what it sees, and does what a test tells it.

use std::fmt;

use pumped::Scope;
use pumped::error::{BoxError, CleanupError};
use pumped::extension::{Extension, Next, Operation, Outcome};

use crate::Log;

type Before = dyn Fn(&Operation<'_>) -> Result<(), BoxError> + Send + Sync;
type Wrap = dyn Fn(&Operation<'_>, Next<'_>) -> Result<(), BoxError> + Send + Sync;
type After = dyn Fn(&Operation<'_>, &Outcome<'_>) + Send + Sync;
type OnError = dyn Fn(&Operation<'_>, &(dyn std::error::Error + 'static)) + Send + Sync;
type OfScope = dyn Fn(&Scope) -> Result<(), BoxError> + Send + Sync;
type OnCleanupError = dyn Fn(&CleanupError) -> bool + Send + Sync;

/// Writes `a before resolve base`, `a runs resolve base`, `a ran resolve base`,
/// `a error resolve base: text` and `a after resolve base: success`, where `a` is its
/// name.
pub struct Spy {
    name: &'static str,
    order: i32,
    log: Log,
    before: Box<Before>,
    wrap: Box<Wrap>,
    after: Box<After>,
    on_error: Box<OnError>,
    on_cleanup_error: Box<OnCleanupError>,
    init: Box<OfScope>,
    dispose: Box<OfScope>,
}

impl Spy {
    /// One that lets everything pass.
    #[must_use]
    pub fn new(name: &'static str, log: &Log) -> Self {
        Self {
            name,
            order: 100,
            log: log.clone(),
            before: Box::new(|_| Ok(())),
            wrap: Box::new(|_, next| next.run()),
            after: Box::new(|_, _| ()),
            on_error: Box::new(|_, _| ()),
            on_cleanup_error: Box::new(|_| false),
            init: Box::new(|_| Ok(())),
            dispose: Box::new(|_| Ok(())),
        }
    }

    /// Stands elsewhere.
    #[must_use]
    pub fn order(mut self, order: i32) -> Self {
        self.order = order;
        self
    }

    /// Does this in `before`.
    #[must_use]
    pub fn before(
        mut self,
        before: impl Fn(&Operation<'_>) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.before = Box::new(before);
        self
    }

    /// Does this in `wrap`.
    #[must_use]
    pub fn wrap(
        mut self,
        wrap: impl Fn(&Operation<'_>, Next<'_>) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.wrap = Box::new(wrap);
        self
    }

    /// Does this in `after`.
    #[must_use]
    pub fn after(
        mut self,
        after: impl Fn(&Operation<'_>, &Outcome<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.after = Box::new(after);
        self
    }

    /// Does this in `on_error`.
    #[must_use]
    pub fn on_error(
        mut self,
        on_error: impl Fn(&Operation<'_>, &(dyn std::error::Error + 'static)) + Send + Sync + 'static,
    ) -> Self {
        self.on_error = Box::new(on_error);
        self
    }

    /// Does this in `on_cleanup_error`.
    #[must_use]
    pub fn on_cleanup_error(
        mut self,
        on_cleanup_error: impl Fn(&CleanupError) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.on_cleanup_error = Box::new(on_cleanup_error);
        self
    }

    /// Does this in `init`.
    #[must_use]
    pub fn init(
        mut self,
        init: impl Fn(&Scope) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.init = Box::new(init);
        self
    }

    /// Does this in `dispose`.
    #[must_use]
    pub fn dispose(
        mut self,
        dispose: impl Fn(&Scope) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.dispose = Box::new(dispose);
        self
    }

    fn note(&self, line: impl fmt::Display) {
        self.log.note(format!("{} {line}", self.name));
    }
}

impl Extension for Spy {
    fn name(&self) -> &str {
        self.name
    }

    fn order(&self) -> i32 {
        self.order
    }

    fn init(&self, scope: &Scope) -> Result<(), BoxError> {
        self.note("init");
        (self.init)(scope)
    }

    fn before(&self, operation: &Operation<'_>) -> Result<(), BoxError> {
        self.note(format_args!("before {operation:?}"));
        (self.before)(operation)
    }

    fn wrap(&self, operation: &Operation<'_>, next: Next<'_>) -> Result<(), BoxError> {
        self.note(format_args!("runs {operation:?}"));
        let result = (self.wrap)(operation, next);
        self.note(format_args!("ran {operation:?}"));
        result
    }

    fn on_error(&self, operation: &Operation<'_>, error: &(dyn std::error::Error + 'static)) {
        self.note(format_args!("error {operation:?}: {error}"));
        (self.on_error)(operation, error);
    }

    fn after(&self, operation: &Operation<'_>, outcome: &Outcome<'_>) {
        self.note(format_args!("after {operation:?}: {}", outcome.status()));
        (self.after)(operation, outcome);
    }

    fn on_cleanup_error(&self, error: &CleanupError) -> bool {
        self.note(error);
        (self.on_cleanup_error)(error)
    }

    fn dispose(&self, scope: &Scope) -> Result<(), BoxError> {
        self.note("dispose");
        (self.dispose)(scope)
    }
}

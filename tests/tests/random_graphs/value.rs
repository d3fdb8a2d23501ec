//! The value of every executor of a random graph, and the switchboard behind it: a tag
//! that says what a function does, so that one set of executors serves all tests.

use std::ops::Deref;
use std::sync::Arc;

use pumped::Executor;
use pumped::bounds::CanBlock;
use pumped::prelude::*;

/// What a test sees of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Built {
    /// No two values of a scope have the same.
    pub(crate) serial: u64,
    pub(crate) data: i64,
    /// The serials of the inputs, in the order of the parameters.
    pub(crate) from: Vec<u64>,
    /// What it was built from at any distance; see `threads`.
    pub(crate) stamps: Vec<(usize, u64)>,
}

/// What the functions of a scope do.
pub(crate) trait Behaviour: Send + Sync + 'static {
    /// A run of the function of `name`.
    fn build(
        &self,
        name: &'static str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Built, String>;

    /// The declared cleanup of a value.
    fn close(&self, closed: &Built);

    /// A value is gone.
    fn dropped(&self, gone: &Built) {
        let _ = gone;
    }
}

/// The switchboard of a scope: a tag. Each value holds one count of it.
#[derive(Clone)]
pub(crate) struct Board(Arc<dyn Behaviour>);

impl Board {
    pub(crate) fn new(behaviour: impl Behaviour) -> Self {
        Self(Arc::new(behaviour))
    }

    /// How many values, scopes and others hold the board.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// A value that is given, not built.
    pub(crate) fn given(&self, built: Built) -> Value {
        Value { built, board: self.clone() }
    }

    pub(crate) fn build(
        &self,
        name: &'static str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Value, String> {
        Ok(self.given(self.0.build(name, cx, inputs)?))
    }
}

/// The value of every executor here; equal if its data are.
pub(crate) struct Value {
    pub(crate) built: Built,
    board: Board,
}

impl Drop for Value {
    fn drop(&mut self) {
        self.board.0.dropped(&self.built);
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.built.data == other.built.data
    }
}

/// The declared cleanup.
pub(crate) fn close(value: &Value) {
    value.board.0.close(&value.built);
}

/// A value that somebody holds.
pub(crate) type Held = Box<dyn Deref<Target = Value>>;

/// A parameter.
pub(crate) trait Input {
    /// What it brings, if it brings a value.
    fn value(&self) -> Option<&Value> {
        None
    }

    /// What it reads when it is asked to, if it is a handle for later.
    fn read(&self) -> Option<Result<Built, ResolveError>> {
        None
    }
}

macro_rules! brings {
    ($($kind:ident)*) => {$(
        impl<E: Executor<Output = Value>> Input for $kind<E> {
            fn value(&self) -> Option<&Value> {
                Some(self)
            }
        }
    )*};
}

macro_rules! reads {
    ($($kind:ident)*) => {$(
        impl<E: Executor<Output = Value>> Input for $kind<E>
        where
            E::Mode: CanBlock<E>,
        {
            fn read(&self) -> Option<Result<Built, ResolveError>> {
                Some(self.get().map(|value| value.built.clone()))
            }
        }
    )*};
}

brings!(Dep Reactive Snapshot);
reads!(Lazy Controller);

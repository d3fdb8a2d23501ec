//! The value of every executor of a random graph, and what its function is given.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use pumped::Executor;
use pumped::prelude::*;

use super::recorder::Board;

/// What a test sees of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    /// No two values of a scope have the same.
    pub(crate) serial: u64,
    pub(crate) data: i64,
}

/// The value of every executor here; equal if its data are.
pub(crate) struct Value {
    pub(crate) built: Built,
    pub(crate) board: Board,
}

impl Value {
    pub(crate) fn built(&self) -> Built {
        self.built
    }

    pub(crate) fn serial(&self) -> u64 {
        self.built.serial
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.board.dropped(self.built.serial);
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.built.data == other.built.data
    }
}

/// A value that somebody holds.
pub(crate) type Held = Box<dyn Deref<Target = Value>>;

/// What a handle for later brings.
pub(crate) type Reading<'a> =
    Pin<Box<dyn Future<Output = Result<Built, ResolveError>> + Send + 'a>>;

/// A parameter.
pub(crate) trait Input: Sync {
    /// What it brings, if it brings a value.
    fn value(&self) -> Option<&Value> {
        None
    }

    /// What it reads when it is asked to, if it is a handle for later.
    fn read(&self) -> Option<Reading<'_>> {
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
        impl<E: Executor<Output = Value>> Input for $kind<E> {
            fn read(&self) -> Option<Reading<'_>> {
                Some(Box::pin(async { self.get_async().await.map(|value| value.built()) }))
            }
        }
    )*};
}

brings!(Dep Reactive Snapshot);
reads!(Lazy Controller);

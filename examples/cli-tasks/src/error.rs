//! Everything that a command can fail with, in words for the person who typed it.

use std::error::Error as _;
use std::io;
use std::process::ExitCode;

use pumped::error::{BuildError, DisposeError};
use pumped::prelude::*;

use crate::store::StoreError;
use crate::tasks::TaskError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tasks are not such that it can be done.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The tasks cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that it needs is missing: a mistake in the wiring.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Something that it needs cannot be had.
    #[error("{}", cause(.0))]
    Resolve(#[from] ResolveError),
    /// The tasks cannot be written.
    #[error("{}", causes(.0))]
    Dispose(#[from] DisposeError),
    /// The answer cannot be written.
    #[error("cannot write the answer: {0}")]
    Output(io::Error),
}

impl Error {
    /// What the process ends with: see `--help`.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Task(TaskError::NoSuchTask(_)) => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Our own words, without the names of executors, if it was us who failed.
fn cause(error: &ResolveError) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &DisposeError) -> String {
    let own = error.errors().iter().filter_map(|failed| failed.source());
    let own: Vec<_> = own.map(ToString::to_string).collect();
    if own.is_empty() { error.to_string() } else { own.join("; ") }
}

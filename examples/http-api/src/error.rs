//! What can go wrong in a flow. What that is in HTTP, [`http::error`](crate::http::error) says.

use std::path::PathBuf;

use pumped::error::ScopeError;
use pumped::prelude::*;

/// Why a flow has failed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It is not there.
    #[error("there is no {0}")]
    NotFound(String),
    /// It is there already.
    #[error("{0}")]
    Conflict(String),
    /// It makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The database has failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A change was refused.
    #[error(transparent)]
    Change(#[from] ScopeError),
    /// What happened around a flow: with this, `call` and `?` work.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a handle cannot give is as what a flow cannot take.
impl From<ResolveError> for AppError {
    fn from(error: ResolveError) -> Self {
        Self::Fault(error.into())
    }
}

/// Why the database has no answer.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A statement has failed.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// It was closed. Nobody sees this: whoever has a database has an open one.
    #[error("the database is closed")]
    Closed,
}

/// A file cannot be opened as a database.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot open {}: {reason}", file.display())]
pub struct OpenError {
    /// The file.
    pub file: PathBuf,
    /// What `SQLite` says.
    pub reason: String,
}

//! What the program is told: once when it starts, and again and again while it runs.
//!
//! `config` is what `PUT /config` replaces. Nothing depends on it as a whole: each part is
//! an executor of its own, with `eq`, so that a change of one part reaches what depends on
//! that part and nothing else.

use std::path::PathBuf;
use std::time::Duration;

use pumped::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is fixed from the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database to begin with.
    pub database: PathBuf,
    /// How long a client may take to send a header, or a body.
    pub read_timeout: Duration,
    /// How long requests may take to end at shutdown.
    pub grace: Duration,
}

/// No body: [`wiring::builder`](crate::wiring::builder) provides it.
#[executor]
pub fn settings() -> Settings;

/// What can be changed while the program runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file of the database.
    pub database: PathBuf,
    /// How many users or posts are listed at once, at most.
    pub page_size: u32,
    /// What `GET /health` says.
    pub greeting: String,
    /// How long a request may take.
    pub deadline_ms: u64,
}

impl Config {
    /// Whether it can be worked with.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(&self) -> Result<(), AppError> {
        let problem = if self.database.as_os_str().is_empty() {
            "`database` is empty"
        } else if !(1..=1_000).contains(&self.page_size) {
            "`page_size` is not between 1 and 1000"
        } else if !(1..=60_000).contains(&self.deadline_ms) {
            "`deadline_ms` is not between 1 and 60000"
        } else {
            return Ok(());
        };
        Err(AppError::Invalid(problem.into()))
    }
}

/// The configuration as it is now.
#[executor(mutable, eq)]
pub fn config(settings: Dep<settings>) -> Config {
    Config {
        database: settings.database.clone(),
        page_size: 50,
        greeting: "hello".into(),
        deadline_ms: 5_000,
    }
}

/// The part that the database depends on.
#[executor(eq)]
pub fn database_file(config: Reactive<config>) -> PathBuf {
    config.database.clone()
}

/// The part that lists depend on.
#[executor(eq)]
pub fn page_size(config: Reactive<config>) -> u32 {
    config.page_size
}

/// The part that `GET /health` depends on.
#[executor(eq)]
pub fn greeting(config: Reactive<config>) -> String {
    config.greeting.clone()
}

/// How long a request may take.
#[executor(eq)]
pub fn deadline(config: Reactive<config>) -> Duration {
    Duration::from_millis(config.deadline_ms)
}

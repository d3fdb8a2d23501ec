//! Where tasks are kept: the interface, and the choice.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use clap::ValueEnum;
use pumped::prelude::*;

use crate::error::Error;
use crate::file_store::file_store;
use crate::tasks::{TaskError, TaskList};

/// Keeps the tasks.
pub trait Store: Send + Sync {
    /// The tasks as they are.
    ///
    /// # Errors
    /// If they cannot be read.
    fn read(&self) -> Result<TaskList, Error>;

    /// Changes the tasks. If `change` fails they stay as they were.
    ///
    /// # Errors
    /// If they cannot be read or locked, or if `change` fails.
    fn change(&self, change: Change<'_>) -> Result<(), Error>;
}

/// What is done with a list.
pub type Change<'a> = &'a mut dyn FnMut(&mut TaskList) -> Result<(), TaskError>;

/// Why the tasks could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file does not hold tasks.
    #[error("{} is damaged, or no list of tasks; it is left as it is: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be written. It is what it was, or what it was to be: never in between.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// A tag: the `--storage` option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Storage {
    /// In a file
    #[default]
    File,
    /// Nowhere: to try a command, which begins with no tasks and keeps none
    Memory,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::File { "file" } else { "memory" })
    }
}

/// The store that the tag asks for. The other is never built.
#[executor]
pub fn store(
    storage: Option<Tag<Storage>>,
    file: Lazy<file_store>,
    memory: Lazy<memory_store>,
) -> Result<Arc<dyn Store>, ResolveError> {
    Ok(match storage.as_deref().copied().unwrap_or_default() {
        Storage::File => (*file.get()?).clone(),
        Storage::Memory => (*memory.get()?).clone(),
    })
}

/// Keeps tasks as long as it lives.
#[derive(Default)]
pub struct MemoryStore(Mutex<TaskList>);

impl Store for MemoryStore {
    fn read(&self) -> Result<TaskList, Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn change(&self, change: Change<'_>) -> Result<(), Error> {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = tasks.clone();
        change(&mut changed)?;
        *tasks = changed;
        Ok(())
    }
}

/// A store for one command.
#[executor]
pub fn memory_store() -> Arc<MemoryStore> {
    Arc::default()
}

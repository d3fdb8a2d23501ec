//! Tasks in a file.

use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use pumped::prelude::*;
use tracing::info;

use crate::disk::disk;
use crate::error::Error;
use crate::file_lock::{beside, file_lock};
use crate::format;
use crate::settings::tasks_file;
use crate::store::{Change, Store, StoreError};
use crate::tasks::TaskList;

/// Reads the file when it is asked, locks it when it is to be changed, and writes
/// it when its scope ends.
pub struct FileStore {
    path: Dep<tasks_file>,
    disk: Dep<disk>,
    lock: Lazy<file_lock>,
    /// What is to be written.
    changed: Mutex<Option<TaskList>>,
}

/// The lock is lazy: to list tasks needs none, and works where nothing can be written.
/// A lazy edge counts in the order of cleanups as any other does: a lock that was
/// taken is let go after the file is written.
#[executor(cleanup = FileStore::flush)]
pub fn file_store(
    tasks_file: Dep<tasks_file>,
    disk: Dep<disk>,
    lock: Lazy<file_lock>,
) -> Arc<FileStore> {
    Arc::new(FileStore { path: tasks_file, disk, lock, changed: Mutex::default() })
}

impl FileStore {
    fn flush(&self) -> Result<(), StoreError> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(tasks) = changed else { return Ok(()) };
        let bytes = format::encode(&tasks);
        // Of this name, because whoever writes it has the lock. What a crash left is overwritten.
        let new = beside(&self.path, ".new");
        let written =
            self.disk.write(&new, &bytes).and_then(|()| self.disk.replace(&self.path, &new));
        if let Err(error) = written {
            // Not worth a second error: the next write begins by overwriting it.
            let _ = fs::remove_file(&new);
            return Err(StoreError::Write { path: self.path.to_path_buf(), error });
        }
        info!(path = %self.path.display(), tasks = tasks.tasks().len(), "written");
        Ok(())
    }

    fn load(&self) -> Result<TaskList, StoreError> {
        let path = || self.path.to_path_buf();
        match fs::read(&*self.path) {
            Ok(bytes) => format::decode(&bytes)
                .map_err(|reason| StoreError::Damaged { path: path(), reason }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(TaskList::default()),
            Err(error) => Err(StoreError::Read { path: path(), error }),
        }
    }
}

impl Store for FileStore {
    fn read(&self) -> Result<TaskList, Error> {
        match &*self.changed.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(tasks) => Ok(tasks.clone()),
            None => Ok(self.load()?),
        }
    }

    fn change(&self, change: Change<'_>) -> Result<(), Error> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        self.lock.get()?;
        let before = match &*changed {
            Some(tasks) => tasks.clone(),
            None => self.load()?,
        };
        let mut tasks = before.clone();
        change(&mut tasks)?;
        if tasks != before {
            *changed = Some(tasks);
        }
        Ok(())
    }
}

//! One process at a time changes the tasks.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use pumped::prelude::*;
use tracing::info;

use crate::disk::directory;
use crate::settings::{settings, tasks_file};

/// A lock between processes. The system lets go of it when a process dies, however.
pub struct FileLock {
    file: File,
    path: PathBuf,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("another process is changing the tasks ({} is locked, waited {} s)", path.display(), waited.as_secs())]
    Busy {
        /// The file that is locked.
        path: PathBuf,
        /// How long that was too long.
        waited: Duration,
    },
    /// The system says no.
    #[error("cannot lock {}: {error}", path.display())]
    Failed {
        /// The file that was to be locked.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// The lock. Whoever depends on it has it until the scope ends.
///
/// A file of its own is locked, because the file of the tasks is replaced. It
/// stays: removing it would take it away from under a process that waits for it.
#[executor(cleanup = FileLock::unlock)]
pub fn file_lock(
    tasks_file: Dep<tasks_file>,
    settings: Dep<settings>,
) -> Result<FileLock, LockError> {
    let path = beside(&tasks_file, ".lock");
    let failed = |error| LockError::Failed { path: path.clone(), error };
    fs::create_dir_all(directory(&path)).map_err(failed)?;
    let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
    let began = Instant::now();
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if began.elapsed() < settings.wait => {
                if !std::mem::replace(&mut told, true) {
                    info!(path = %path.display(), "waiting for another process");
                }
                thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Busy { path, waited: settings.wait });
            }
            Err(TryLockError::Error(error)) => return Err(LockError::Failed { path, error }),
        }
    }
    info!(path = %path.display(), "locked");
    Ok(FileLock { file, path })
}

impl FileLock {
    fn unlock(&self) -> io::Result<()> {
        self.file.unlock()?;
        info!(path = %self.path.display(), "unlocked");
        Ok(())
    }
}

/// The path of a file that belongs to another.
#[must_use]
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

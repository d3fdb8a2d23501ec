//! The two steps by which a file is replaced. Tests put a disk in this place that
//! fails, or crashes, at either of them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use pumped::prelude::*;

/// Writes files so that a crash cannot take them half-way.
pub trait Disk: Send + Sync {
    /// Writes a file that nobody reads yet, down to the medium.
    ///
    /// # Errors
    /// If it cannot be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Puts that file in the place of another: at once or, if it fails, not at all.
    ///
    /// # Errors
    /// If it cannot be put there.
    fn replace(&self, path: &Path, with: &Path) -> io::Result<()>;
}

/// The file system of this machine.
pub struct RealDisk;

impl Disk for RealDisk {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn replace(&self, path: &Path, with: &Path) -> io::Result<()> {
        match fs::metadata(path) {
            // A rename would not ask.
            Ok(old) if old.permissions().readonly() => {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
            }
            Ok(old) => fs::set_permissions(with, old.permissions())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        fs::rename(with, path)?;
        sync_directory(path)
    }
}

/// A rename is down on the medium when its directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    // Elsewhere, a directory cannot be opened as a file.
    if cfg!(unix) {
        File::open(directory(path))?.sync_all()?;
    }
    Ok(())
}

/// The directory that a file is in.
#[must_use]
pub fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The disk that is written to.
#[executor]
pub fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

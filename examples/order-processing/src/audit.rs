//! The audit log: what happened to which request.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pumped::prelude::*;

use crate::settings::audit_file;

/// A tag of an execution: the request that it belongs to.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Lines, in the order in which they were recorded.
#[derive(Default)]
pub struct AuditLog {
    lines: Mutex<Vec<String>>,
}

/// Kept in memory and, if there is a file for it, appended to that when the scope ends.
#[executor]
pub fn audit_log(file: Dep<audit_file>, cx: &ResolveCtx<'_>) -> Arc<AuditLog> {
    let log = Arc::new(AuditLog::default());
    if let Some(path) = &*file {
        let (log, path) = (log.clone(), path.clone());
        cx.on_cleanup(move || log.append_to(path));
    }
    log
}

/// The audit log cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the audit log {}: {error}", path.display())]
pub struct AuditError {
    path: PathBuf,
    error: io::Error,
}

impl AuditLog {
    /// Records what an execution has done. Of which request, it knows itself: the tag is
    /// found in the executions around it.
    pub fn record(&self, cx: &ExecutionCtx<'_>, what: impl fmt::Display) {
        let request = cx.tag::<RequestId>().map_or("no request", |request| &request.0);
        self.record_of(request, cx.name(), what);
    }

    /// Records what has happened to a request outside of an execution.
    pub fn record_of(&self, request: &str, event: &str, what: impl fmt::Display) {
        let line = format!("{request} {event}: {what}");
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// What was recorded.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn append_to(&self, path: PathBuf) -> Result<(), AuditError> {
        let text = self.lines().join("\n") + "\n";
        let file = File::options().create(true).append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| AuditError { path, error })
    }
}

//! The database: a file of `SQLite` and the thread that has it open.
//!
//! `SQLite` blocks, so no async thread touches it: a [`Database`] sends closures to its own
//! thread, and awaits their answers. To build one is to start that thread, to clean it up
//! is to tell it to close: neither blocks.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use pumped::prelude::*;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;
use tracing::{error, info};

use crate::settings::database_file;

/// So many checks of a target are kept.
pub const KEPT_CHECKS: u32 = 100;

const SCHEMA: &str = "
    PRAGMA journal_mode = wal;
    PRAGMA synchronous = normal;
    CREATE TABLE IF NOT EXISTS checks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        target TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        took_ms INTEGER NOT NULL,
        problem TEXT
    );
    CREATE INDEX IF NOT EXISTS checks_of_target ON checks (target, id);
    CREATE TABLE IF NOT EXISTS incidents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        target TEXT NOT NULL,
        opened_ms INTEGER NOT NULL,
        problem TEXT NOT NULL,
        closed_ms INTEGER,
        outcome TEXT
    );
    CREATE UNIQUE INDEX IF NOT EXISTS one_open_incident ON incidents (target)
        WHERE closed_ms IS NULL;
";

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
    file: PathBuf,
    reason: String,
}

/// The database that the configuration names. Another name makes another one; the old one
/// is closed when the last execution that uses it has ended.
#[executor]
pub fn database(file: Reactive<database_file>, cx: &ResolveCtx<'_>) -> io::Result<Database> {
    let (database, closed) = Database::open(&file)?;
    let jobs = database.jobs.clone();
    // What is registered last runs first: it is told to close, at once and without waiting,
    // and `drain` or the end of the scope awaits that it has.
    cx.on_cleanup_async(|| async { drop(closed.await) });
    cx.on_cleanup(move || drop(jobs.send(Message::Close)));
    Ok(database)
}

/// An open database, or one that could not be opened and says so to everybody.
pub struct Database {
    jobs: Sender<Message>,
}

enum Message {
    Job(Job),
    Close,
}

type Job = Box<dyn FnOnce(Result<&mut Connection, OpenError>) + Send>;

impl Database {
    /// Starts a thread that opens `file`, which is made if there is none. What comes with it
    /// ends when the thread has closed it.
    ///
    /// # Errors
    /// If there is no thread for it.
    pub fn open(file: &Path) -> io::Result<(Self, oneshot::Receiver<()>)> {
        // Tells one from the other in the log.
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (jobs, received) = channel();
        let (closing, closed) = oneshot::channel();
        let path = file.to_owned();
        thread::Builder::new().name("database".into()).spawn(move || {
            serve(number, &path, &received);
            // It fails if nobody waits.
            let _ = closing.send(());
        })?;
        Ok((Self { jobs }, closed))
    }

    /// Waits until it is open, and answers.
    ///
    /// # Errors
    /// If it cannot be opened, or does not answer.
    pub async fn ready(&self) -> Result<(), DatabaseError> {
        self.run(|sql| sql.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))).await
    }

    /// Does something in one transaction. It is undone if `work` fails.
    ///
    /// # Errors
    /// With that of `work`, or if the database has failed.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = connection.map_err(DatabaseError::from).and_then(|connection| {
                let writes = TransactionBehavior::Immediate;
                let transaction = connection.transaction_with_behavior(writes)?;
                let value = work(&transaction)?;
                transaction.commit()?;
                Ok(value)
            });
            // It fails if whoever asked has given up.
            let _ = reply.send(done);
        });
        self.jobs.send(Message::Job(job)).map_err(|_| DatabaseError::Closed)?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }
}

/// Whether `file` can be opened, as a database.
///
/// # Errors
/// If not.
pub fn try_open(file: &Path) -> Result<(), OpenError> {
    connect(file).map(drop)
}

fn connect(file: &Path) -> Result<Connection, OpenError> {
    let connected = Connection::open(file).and_then(|connection| {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(SCHEMA)?;
        Ok(connection)
    });
    connected.map_err(|error| OpenError { file: file.into(), reason: error.to_string() })
}

/// What the thread does.
fn serve(number: u64, file: &Path, messages: &Receiver<Message>) {
    let mut connected = connect(file);
    let shown = file.display();
    match &connected {
        Ok(_) => info!(number, file = %shown, "database opened"),
        Err(error) => error!(number, "{error}"),
    }
    // Ends without `Close` when nobody can send any more.
    while let Ok(Message::Job(job)) = messages.recv() {
        let connection = connected.as_mut().map_err(|error| error.clone());
        // If a job panics, its reply is dropped: whoever waits for it is told.
        let _ = catch_unwind(AssertUnwindSafe(|| job(connection)));
    }
    if let Ok(connection) = connected {
        match connection.close() {
            Ok(()) => info!(number, file = %shown, "database closed"),
            Err((_, error)) => error!(number, file = %shown, %error, "database not closed"),
        }
    }
}

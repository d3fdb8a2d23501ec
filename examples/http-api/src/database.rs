//! The database: a file of `SQLite` and the thread that has it open.
//!
//! `SQLite` blocks, so no async thread touches it: a [`Database`] sends closures to its own
//! thread, and awaits their answers. To build one is to start that thread, to clean it up
//! is to tell it to close: neither blocks.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use pumped::prelude::*;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::oneshot;
use tracing::{error, info, trace};

use crate::error::{DatabaseError, OpenError};
use crate::settings::database_file;

const SCHEMA: &str = "
    PRAGMA journal_mode = wal;
    PRAGMA synchronous = normal;
    PRAGMA foreign_keys = on;
    CREATE TABLE IF NOT EXISTS users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (tenant, name)
    );
    CREATE INDEX IF NOT EXISTS users_of_tenant ON users (tenant, id);
    CREATE TABLE IF NOT EXISTS posts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        title TEXT NOT NULL,
        text TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS posts_of_user ON posts (user, id);
";

/// The database that the configuration names. A new name makes a new one; the old one is
/// closed when the last request that uses it has ended.
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
    file: PathBuf,
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
        Ok((Self { file: file.to_owned(), jobs }, closed))
    }

    /// Its file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Waits until it is open, and answers.
    ///
    /// # Errors
    /// If it cannot be opened, or does not answer.
    pub async fn ready(&self) -> Result<(), DatabaseError> {
        self.read(|sql| sql.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))).await
    }

    /// Reads in one transaction.
    ///
    /// # Errors
    /// With that of `work`, or if the database has failed.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        self.run(TransactionBehavior::Deferred, work).await
    }

    /// Writes in one transaction. It is undone if `work` fails, or if nobody waits for it
    /// any more.
    ///
    /// # Errors
    /// With that of `work`, or if the database has failed.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        self.run(TransactionBehavior::Immediate, work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let writes = matches!(behavior, TransactionBehavior::Immediate);
            trace!(writes, "job begins");
            let done = connection.map_err(DatabaseError::from).and_then(|connection| {
                let transaction = connection.transaction_with_behavior(behavior)?;
                let value = work(&transaction)?;
                if !reply.is_closed() {
                    transaction.commit()?;
                }
                Ok(value)
            });
            // It fails if the request was given up.
            let _ = reply.send(done);
        });
        self.jobs.send(Message::Job(job)).map_err(|_| DatabaseError::Closed)?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Whether `file` can be opened, as a database.
///
/// # Errors
/// If not.
pub fn probe(file: &Path) -> Result<(), OpenError> {
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

/// Whether a statement was refused for what it would make of the tables: a name that is taken,
/// an owner who is not there.
#[must_use]
pub fn breaks_a_rule(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
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

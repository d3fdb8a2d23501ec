//! The program itself, in a directory of its own, and what it logs.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::client::{Client, FOR_EVER};

pub(crate) struct Process {
    pub(crate) client: Client,
    child: Child,
    directory: TempDir,
    coming: UnboundedReceiver<String>,
    /// What was logged, as far as it was looked at.
    pub(crate) log: Vec<String>,
}

impl Process {
    /// Starts it with these arguments on a port of its own, and a database `a.db`.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let directory = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_http-api"))
            .args(["--listen", "127.0.0.1:0", "--database", "a.db"])
            .args(arguments)
            .current_dir(directory.path())
            .env("RUST_LOG", "info,pumped=error,http_api=trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().expect("it says where it listens").unwrap();
        let address = address.strip_prefix("listening on http://").unwrap().to_owned();
        let (sender, coming) = unbounded_channel();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            log.map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { client: Client::new(&address), child, directory, coming, log: Vec::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Waits for a line of the log that is still to come, or was not looked at.
    pub(crate) async fn logged(&mut self, text: &str) {
        loop {
            let Ok(Some(line)) = timeout(FOR_EVER, self.coming.recv()).await else {
                panic!("it has ended, or come to a halt, without `{text}`: {:#?}", self.log)
            };
            let is_it = line.contains(text);
            self.log.push(line);
            if is_it {
                return;
            }
        }
    }

    /// How many lines say so, of those that were looked at.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.log.iter().filter(|line| line.contains(text)).count()
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    /// As ctrl-c does.
    pub(crate) fn interrupt(&self) {
        self.signal("-INT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Reads the rest of the log, and waits for the end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let rest = async {
            while let Some(line) = self.coming.recv().await {
                self.log.push(line);
            }
        };
        timeout(FOR_EVER, rest).await.expect("it ends");
        self.child.wait().unwrap()
    }

    /// Keeps everybody else from writing to a database, until it is dropped.
    pub(crate) fn lock(&self, name: &str) -> Connection {
        let connection = Connection::open(self.path(name)).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        connection
    }

    /// Adds a user, which waits as long as the database is locked; in a task of its own.
    /// When this returns, it is waiting.
    pub(crate) async fn post_user_that_waits(
        &mut self,
        name: &str,
    ) -> tokio::task::JoinHandle<Result<super::client::Answer, String>> {
        let (client, body) = (self.client.clone(), json!({ "name": name }));
        let posting =
            tokio::spawn(
                async move { client.json(axum::http::Method::POST, "/users", body).await },
            );
        self.logged("job begins writes=true").await;
        posting
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that has failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A configuration with another database.
pub(crate) fn config(database: &str) -> Value {
    json!({ "database": database, "page_size": 50, "greeting": "hello", "deadline_ms": 5_000 })
}

//! What was found out: the checks of each target, and the incidents that follow from them.

use pumped::prelude::*;
use rusqlite::{Row, params};
use serde::Serialize;
use tracing::info;

use crate::database::{DatabaseError, KEPT_CHECKS, database};
use crate::settings::Target;

/// Both repositories, of one and the same database.
///
/// A flow takes it once: while the configuration changes, all it does is in one database.
#[executor]
pub struct Ledger {
    /// What each probe has found.
    pub checks: Reactive<Checks>,
    /// When a target was not there for some time.
    pub incidents: Reactive<Incidents>,
}

/// What one probe has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// When it began, in milliseconds since 1970.
    pub at_ms: i64,
    /// How long it took.
    pub took_ms: i64,
    /// What was wrong, if anything was.
    pub problem: Option<String>,
}

/// Keeps the last checks of each target.
#[executor(cleanup = checks_closed)]
pub struct Checks {
    database: Reactive<database>,
}

impl Checks {
    /// Adds one. Returns how many have failed since the last good one, this one included.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn insert(&self, target: &str, check: Check) -> Result<u32, DatabaseError> {
        const INSERT: &str =
            "INSERT INTO checks (target, at_ms, took_ms, problem) VALUES (?, ?, ?, ?)";
        const FORGET: &str = "DELETE FROM checks WHERE target = ?1 AND id <=
            (SELECT id FROM checks WHERE target = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
        const FAILURES: &str = "SELECT count(*) FROM checks WHERE target = ?1 AND id > coalesce(
            (SELECT max(id) FROM checks WHERE target = ?1 AND problem IS NULL), 0)";
        let target = target.to_owned();
        let inserted = self.database.run(move |sql| {
            let Check { at_ms, took_ms, problem } = check;
            sql.prepare_cached(INSERT)?.execute(params![target, at_ms, took_ms, problem])?;
            sql.prepare_cached(FORGET)?.execute(params![target, KEPT_CHECKS])?;
            sql.prepare_cached(FAILURES)?.query_row([target], |row| row.get(0))
        });
        inserted.await
    }

    /// The last ones of a target, the newest first.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn last(&self, target: &str, limit: u32) -> Result<Vec<Check>, DatabaseError> {
        const SQL: &str = "SELECT at_ms, took_ms, problem FROM checks WHERE target = ?
            ORDER BY id DESC LIMIT ?";
        let target = target.to_owned();
        let read = |row: &Row<'_>| {
            Ok(Check { at_ms: row.get(0)?, took_ms: row.get(1)?, problem: row.get(2)? })
        };
        let last = self.database.run(move |sql| {
            sql.prepare_cached(SQL)?.query_map(params![target, limit], read)?.collect()
        });
        last.await
    }
}

fn checks_closed(_: &Checks) {
    info!("checks closed");
}

/// A time in which a target was not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub target: String,
    /// When it was noticed, in milliseconds since 1970.
    pub opened_ms: i64,
    /// What was wrong then.
    pub problem: String,
    /// When it ended, if it has.
    pub closed_ms: Option<i64>,
    /// How it ended.
    pub outcome: Option<String>,
}

/// Keeps incidents. A target has at most one that is open.
#[executor(cleanup = incidents_closed)]
pub struct Incidents {
    database: Reactive<database>,
}

impl Incidents {
    /// Opens one, unless one is open. Whether it did.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn open(
        &self,
        target: &str,
        at_ms: i64,
        problem: String,
    ) -> Result<bool, DatabaseError> {
        const SQL: &str = "INSERT INTO incidents (target, opened_ms, problem) VALUES (?, ?, ?)
            ON CONFLICT DO NOTHING";
        let target = target.to_owned();
        let opened = self
            .database
            .run(move |sql| sql.prepare_cached(SQL)?.execute(params![target, at_ms, problem]));
        Ok(opened.await? == 1)
    }

    /// Closes the one that is open. Whether there was one.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn close(
        &self,
        target: &str,
        at_ms: i64,
        outcome: &'static str,
    ) -> Result<bool, DatabaseError> {
        const SQL: &str = "UPDATE incidents SET closed_ms = ?, outcome = ?
            WHERE target = ? AND closed_ms IS NULL";
        let target = target.to_owned();
        let closed = self
            .database
            .run(move |sql| sql.prepare_cached(SQL)?.execute(params![at_ms, outcome, target]));
        Ok(closed.await? == 1)
    }

    /// Closes those of targets that are not among these. Returns their targets.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn close_others(
        &self,
        watched: &[Target],
        at_ms: i64,
        outcome: &'static str,
    ) -> Result<Vec<String>, DatabaseError> {
        const OPEN: &str = "SELECT target FROM incidents WHERE closed_ms IS NULL ORDER BY id";
        let open = self.database.run(|sql| {
            sql.prepare_cached(OPEN)?.query_map([], |row| row.get::<_, String>(0))?.collect()
        });
        let mut others: Vec<_> = open.await?;
        others.retain(|open| watched.iter().all(|target| target.name != *open));
        for other in &others {
            self.close(other, at_ms, outcome).await?;
        }
        Ok(others)
    }

    /// The open ones, and the last of the others; the newest first.
    ///
    /// # Errors
    /// If the database has failed.
    pub async fn latest(&self, limit: u32) -> Result<Vec<Incident>, DatabaseError> {
        const SQL: &str = "SELECT id, target, opened_ms, problem, closed_ms, outcome
            FROM incidents ORDER BY closed_ms IS NULL DESC, id DESC LIMIT ?";
        let read = |row: &Row<'_>| {
            Ok(Incident {
                id: row.get(0)?,
                target: row.get(1)?,
                opened_ms: row.get(2)?,
                problem: row.get(3)?,
                closed_ms: row.get(4)?,
                outcome: row.get(5)?,
            })
        };
        let latest = self
            .database
            .run(move |sql| sql.prepare_cached(SQL)?.query_map([limit], read)?.collect());
        latest.await
    }
}

fn incidents_closed(_: &Incidents) {
    info!("incidents closed");
}

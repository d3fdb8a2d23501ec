//! Users, and where they are kept.

use std::sync::Arc;

use async_trait::async_trait;
use pumped::prelude::*;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use tracing::info;

use crate::database::{breaks_a_rule, database};
use crate::error::AppError;
use crate::tags::Tenant;

/// Somebody who writes posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its number, never given out twice.
    pub id: i64,
    /// Unique among those of a tenant.
    pub name: String,
}

/// Somebody who is to become a user.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What it is to be called.
    pub name: String,
}

impl NewUser {
    /// Whether it can be one.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(&self) -> Result<(), AppError> {
        if self.name.trim().is_empty() || self.name.chars().count() > 100 {
            return Err(AppError::Invalid("`name` is empty, or longer than 100 characters".into()));
        }
        Ok(())
    }
}

/// Keeps users. Each method is about one tenant, and sees those of no other.
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds one.
    async fn insert(&self, tenant: &Tenant, new: NewUser) -> Result<User, AppError>;
    /// Those whose number is greater than `after`, in the order of their numbers.
    async fn list(&self, tenant: &Tenant, after: i64, limit: u32) -> Result<Vec<User>, AppError>;
    /// The one with this number.
    async fn find(&self, tenant: &Tenant, id: i64) -> Result<Option<User>, AppError>;
    /// Removes one with all its posts. Whether it was there.
    async fn delete(&self, tenant: &Tenant, id: i64) -> Result<bool, AppError>;
}

/// Where users are kept: in the database. A test presets something else.
#[executor]
pub fn users(database: Reactive<database>, cx: &ResolveCtx<'_>) -> Arc<dyn Users> {
    let file = database.file().to_owned();
    cx.on_cleanup(move || info!(file = %file.display(), "users closed"));
    Arc::new(SqliteUsers { database })
}

struct SqliteUsers {
    database: Reactive<database>,
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User { id: row.get(0)?, name: row.get(1)? })
}

#[async_trait]
impl Users for SqliteUsers {
    async fn insert(&self, Tenant(tenant): &Tenant, new: NewUser) -> Result<User, AppError> {
        const SQL: &str = "INSERT INTO users (tenant, name) VALUES (?, ?)";
        let tenant = tenant.clone();
        let inserted = self.database.write(move |sql| {
            match sql.prepare_cached(SQL)?.execute(params![tenant, new.name]) {
                Ok(_) => Ok(Some(User { id: sql.last_insert_rowid(), name: new.name })),
                Err(error) if breaks_a_rule(&error) => Ok(None),
                Err(error) => Err(error),
            }
        });
        let taken = || AppError::Conflict("there is a user of that name".into());
        inserted.await?.ok_or_else(taken)
    }

    async fn list(
        &self,
        Tenant(tenant): &Tenant,
        after: i64,
        limit: u32,
    ) -> Result<Vec<User>, AppError> {
        const SQL: &str =
            "SELECT id, name FROM users WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?";
        let tenant = tenant.clone();
        let listed = self.database.read(move |sql| {
            sql.prepare_cached(SQL)?.query_map(params![tenant, after, limit], user)?.collect()
        });
        Ok(listed.await?)
    }

    async fn find(&self, Tenant(tenant): &Tenant, id: i64) -> Result<Option<User>, AppError> {
        const SQL: &str = "SELECT id, name FROM users WHERE tenant = ? AND id = ?";
        let tenant = tenant.clone();
        let found = self.database.read(move |sql| {
            sql.prepare_cached(SQL)?.query_row(params![tenant, id], user).optional()
        });
        Ok(found.await?)
    }

    async fn delete(&self, Tenant(tenant): &Tenant, id: i64) -> Result<bool, AppError> {
        const SQL: &str = "DELETE FROM users WHERE tenant = ? AND id = ?";
        let tenant = tenant.clone();
        let deleted =
            self.database.write(move |sql| sql.prepare_cached(SQL)?.execute(params![tenant, id]));
        Ok(deleted.await? == 1)
    }
}

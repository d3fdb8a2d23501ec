//! Posts, and where they are kept.

use std::sync::Arc;

use async_trait::async_trait;
use pumped::prelude::*;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use tracing::info;

use crate::database::{breaks_a_rule, database};
use crate::error::AppError;
use crate::tags::Tenant;

/// What a user has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its number, never given out twice.
    pub id: i64,
    /// The number of the user.
    pub user: i64,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// What is to become a post.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// What it is about.
    pub title: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

impl NewPost {
    /// Whether it can be one.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(&self) -> Result<(), AppError> {
        if self.title.trim().is_empty() {
            return Err(AppError::Invalid("`title` is empty".into()));
        }
        Ok(())
    }
}

/// Keeps posts.
#[async_trait]
pub trait Posts: Send + Sync {
    /// Adds one to those of a user.
    async fn insert(&self, user: i64, new: NewPost) -> Result<Post, AppError>;
    /// Those of a user whose number is greater than `after`, in the order of their numbers.
    async fn list(&self, user: i64, after: i64, limit: u32) -> Result<Vec<Post>, AppError>;
    /// The one with this number.
    async fn find(&self, tenant: &Tenant, id: i64) -> Result<Option<Post>, AppError>;
}

/// Where posts are kept: in the database. A test presets something else.
#[executor]
pub fn posts(database: Reactive<database>, cx: &ResolveCtx<'_>) -> Arc<dyn Posts> {
    let file = database.file().to_owned();
    cx.on_cleanup(move || info!(file = %file.display(), "posts closed"));
    Arc::new(SqlitePosts { database })
}

struct SqlitePosts {
    database: Reactive<database>,
}

fn post(row: &Row<'_>) -> rusqlite::Result<Post> {
    Ok(Post { id: row.get(0)?, user: row.get(1)?, title: row.get(2)?, text: row.get(3)? })
}

#[async_trait]
impl Posts for SqlitePosts {
    async fn insert(&self, user: i64, new: NewPost) -> Result<Post, AppError> {
        const SQL: &str = "INSERT INTO posts (user, title, text) VALUES (?, ?, ?)";
        let inserted = self.database.write(move |sql| {
            match sql.prepare_cached(SQL)?.execute(params![user, new.title, new.text]) {
                Ok(_) => {
                    let NewPost { title, text } = new;
                    Ok(Some(Post { id: sql.last_insert_rowid(), user, title, text }))
                }
                Err(error) if breaks_a_rule(&error) => Ok(None),
                Err(error) => Err(error),
            }
        });
        // The user was there a moment ago.
        inserted.await?.ok_or_else(|| AppError::NotFound(format!("user {user}")))
    }

    async fn list(&self, user: i64, after: i64, limit: u32) -> Result<Vec<Post>, AppError> {
        const SQL: &str = "SELECT id, user, title, text FROM posts
            WHERE user = ? AND id > ? ORDER BY id LIMIT ?";
        let listed = self.database.read(move |sql| {
            sql.prepare_cached(SQL)?.query_map(params![user, after, limit], post)?.collect()
        });
        Ok(listed.await?)
    }

    async fn find(&self, Tenant(tenant): &Tenant, id: i64) -> Result<Option<Post>, AppError> {
        const SQL: &str = "SELECT posts.id, user, title, text
            FROM posts JOIN users ON users.id = user WHERE tenant = ? AND posts.id = ?";
        let tenant = tenant.clone();
        let found = self.database.read(move |sql| {
            sql.prepare_cached(SQL)?.query_row(params![tenant, id], post).optional()
        });
        Ok(found.await?)
    }
}

//! What can be asked for: a request is one of these flows.
//!
//! Dependencies come from the scope, the tenant from the request's execution, `#[input]`s
//! from whoever runs the flow. A step that is a flow of its own is shown in the tree.

use std::panic::resume_unwind;

use pumped::prelude::*;
use serde::{Deserialize, Serialize};

use crate::blog::Blog;
use crate::database::{database, probe};
use crate::error::AppError;
use crate::posts::{NewPost, Post};
use crate::settings::{Config, config, greeting};
use crate::tags::Tenant;
use crate::users::{NewUser, User};

/// Which part of a list: `?after=7&limit=10`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Page {
    /// The number of the last one that was seen.
    #[serde(default)]
    pub after: i64,
    /// How many; at most as many as the configuration allows.
    pub limit: Option<u32>,
}

/// How the program does.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    greeting: String,
}

/// Says hello, if the database answers.
#[flow]
pub async fn health(
    database: Ref<'_, database>,
    greeting: Ref<'_, greeting>,
) -> Result<Health, AppError> {
    database.ready().await?;
    Ok(Health { status: "ok", greeting: greeting.clone() })
}

/// Adds a user.
#[flow]
pub async fn create_user(
    blog: Ref<'_, Blog>,
    tenant: Tag<Tenant>,
    #[input] new: NewUser,
) -> Result<User, AppError> {
    new.check()?;
    blog.users().insert(&tenant, new).await
}

/// A part of the users.
#[flow]
pub async fn list_users(
    blog: Ref<'_, Blog>,
    tenant: Tag<Tenant>,
    #[input] page: Page,
) -> Result<Vec<User>, AppError> {
    blog.users().list(&tenant, page.after, blog.limit(page.limit)).await
}

/// A user.
#[flow]
pub async fn show_user(
    blog: Ref<'_, Blog>,
    cx: &ExecutionCtx<'_>,
    #[input] id: i64,
) -> Result<User, AppError> {
    cx.call_async(find_user(&blog, id)).await
}

/// The step of several flows: the user has to be there.
#[flow]
pub async fn find_user(
    tenant: Tag<Tenant>,
    #[input] blog: &Blog,
    #[input] id: i64,
) -> Result<User, AppError> {
    let found = blog.users().find(&tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound(format!("user {id}")))
}

/// Removes a user with all posts.
#[flow]
pub async fn delete_user(
    blog: Ref<'_, Blog>,
    tenant: Tag<Tenant>,
    #[input] id: i64,
) -> Result<(), AppError> {
    let deleted = blog.users().delete(&tenant, id).await?;
    if deleted { Ok(()) } else { Err(AppError::NotFound(format!("user {id}"))) }
}

/// Adds a post to those of a user.
#[flow]
pub async fn create_post(
    blog: Ref<'_, Blog>,
    cx: &ExecutionCtx<'_>,
    #[input] user: i64,
    #[input] new: NewPost,
) -> Result<Post, AppError> {
    new.check()?;
    let user = cx.call_async(find_user(&blog, user)).await?;
    blog.posts().insert(user.id, new).await
}

/// A part of the posts of a user.
#[flow]
pub async fn list_posts(
    blog: Ref<'_, Blog>,
    cx: &ExecutionCtx<'_>,
    #[input] user: i64,
    #[input] page: Page,
) -> Result<Vec<Post>, AppError> {
    let user = cx.call_async(find_user(&blog, user)).await?;
    blog.posts().list(user.id, page.after, blog.limit(page.limit)).await
}

/// A post.
#[flow]
pub async fn show_post(
    blog: Ref<'_, Blog>,
    tenant: Tag<Tenant>,
    #[input] id: i64,
) -> Result<Post, AppError> {
    let found = blog.posts().find(&tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound(format!("post {id}")))
}

/// The configuration.
#[flow]
pub fn show_config(config: Ref<'_, config>) -> Config {
    config.clone()
}

/// Puts another configuration in force. What depends on a part of it that differs is built
/// anew; the rest stays, and so does what requests are using until they have ended.
#[flow]
pub async fn replace_config(
    config: Controller<config>,
    database: Controller<database>,
    blog: Controller<Blog>,
    cx: &ExecutionCtx<'_>,
    #[input] new: Config,
) -> Result<Config, AppError> {
    new.check()?;
    if config.get()?.database != new.database {
        cx.call_async(probe_database(&new)).await?;
    }
    config.update(new.clone())?;
    // Values are built when they are read: here, so that all is there before we say so, and
    // nothing but requests that are running keeps what it replaces.
    blog.get()?;
    let database = database.get()?;
    database.ready().await?;
    // What nobody uses any more is closed; what is in use closes when that ends.
    cx.scope().drain().await;
    Ok(new)
}

/// Whether a database can be opened: nobody is to be left with one that cannot.
#[flow]
pub async fn probe_database(#[input] new: &Config) -> Result<(), AppError> {
    let file = new.database.clone();
    let probed = tokio::task::spawn_blocking(move || probe(&file)).await;
    // A panic in there is one of this flow.
    let probed = probed.unwrap_or_else(|error| resume_unwind(error.into_panic()));
    probed.map_err(|error| AppError::Invalid(error.to_string()))
}

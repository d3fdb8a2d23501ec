//! The service that requests work with: what belongs together, of one and the same database.

use std::sync::Arc;

use pumped::prelude::*;

use crate::posts::{Posts, posts};
use crate::settings::page_size;
use crate::users::{Users, users};

/// Users and posts, and how many are shown at once.
///
/// A flow takes it once and hands it on: while the configuration changes, all it does is
/// in one database.
#[executor]
pub struct Blog {
    users: Reactive<users>,
    posts: Reactive<posts>,
    page_size: Reactive<page_size>,
}

impl Blog {
    /// The users.
    #[must_use]
    pub fn users(&self) -> &Arc<dyn Users> {
        &self.users
    }

    /// The posts.
    #[must_use]
    pub fn posts(&self) -> &Arc<dyn Posts> {
        &self.posts
    }

    /// How many of a list are shown, of those that are asked for.
    #[must_use]
    pub fn limit(&self, asked: Option<u32>) -> u32 {
        asked.map_or(*self.page_size, |asked| asked.min(*self.page_size))
    }
}

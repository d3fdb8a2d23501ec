//! A handler for each route: what comes in, one flow, what goes out.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;

use super::call::Call;
use super::error::HttpError;
use super::extract::{Body, Path, Query};
use crate::flows::{self, Health, Page};
use crate::posts::{NewPost, Post};
use crate::settings::Config;
use crate::users::{NewUser, User};

type Answer<T> = Result<Json<T>, HttpError>;

pub(super) async fn health(call: Call) -> Answer<Health> {
    call.run(flows::health()).await.map(Json)
}

pub(super) async fn list_users(call: Call, Query(page): Query<Page>) -> Answer<Vec<User>> {
    call.run(flows::list_users(page)).await.map(Json)
}

pub(super) async fn create_user(
    call: Call,
    Body(new): Body<NewUser>,
) -> Result<impl IntoResponse, HttpError> {
    let user = call.run(flows::create_user(new)).await?;
    let location = format!("/users/{}", user.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(user)))
}

pub(super) async fn show_user(call: Call, Path(id): Path<i64>) -> Answer<User> {
    call.run(flows::show_user(id)).await.map(Json)
}

pub(super) async fn delete_user(call: Call, Path(id): Path<i64>) -> Result<StatusCode, HttpError> {
    call.run(flows::delete_user(id)).await.map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn list_posts(
    call: Call,
    Path(user): Path<i64>,
    Query(page): Query<Page>,
) -> Answer<Vec<Post>> {
    call.run(flows::list_posts(user, page)).await.map(Json)
}

pub(super) async fn create_post(
    call: Call,
    Path(user): Path<i64>,
    Body(new): Body<NewPost>,
) -> Result<impl IntoResponse, HttpError> {
    let post = call.run(flows::create_post(user, new)).await?;
    let location = format!("/posts/{}", post.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(post)))
}

pub(super) async fn show_post(call: Call, Path(id): Path<i64>) -> Answer<Post> {
    call.run(flows::show_post(id)).await.map(Json)
}

pub(super) async fn show_config(call: Call) -> Answer<Config> {
    call.run(flows::show_config()).await.map(Json)
}

pub(super) async fn replace_config(call: Call, Body(new): Body<Config>) -> Answer<Config> {
    call.run(flows::replace_config(new)).await.map(Json)
}

//! Raw identifiers, keys of another name, functions and macros as places.
use pumped::prelude::*;

#[executor]
fn r#type() -> u8 {
    7
}

#[executor]
struct r#Struct {
    r#type: Dep<r#type>,
}

#[executor(key = PumpedKey)]
fn pumped() -> std::marker::PhantomData<pumped::error::BoxError> {
    std::marker::PhantomData
}

macro_rules! declare {
    ($name:ident, $ty:ty, $value:expr) => {
        #[executor]
        fn $name() -> $ty {
            $value
        }

        #[executor]
        pub(crate) fn fixed_name(it: $crate::Handle<$name>, cx: &$crate::Cx<'_>) -> $ty {
            let _ = cx;
            *it + 1
        }
    };
}

pub(crate) use pumped::{Dep as Handle, ResolveCtx as Cx};

declare!(from_a_macro, u8, 3);

mod elsewhere {
    use pumped::prelude::*;

    declare!(from_a_macro, u16, 30);

    pub(crate) fn read(scope: &Scope) -> u16 {
        *scope.get::<fixed_name>().unwrap()
    }
}

macro_rules! results {
    ($($name:ident: $ty:ty = $value:expr;)*) => {$(
        #[executor]
        fn $name() -> $ty { $value }
    )*};
}

results! {
    fails: Result<u8, std::fmt::Error> = Ok(5);
    plain: Vec<u8> = vec![1];
}

type AppResult<T = u8> = Result<T, std::fmt::Error>;

#[executor]
fn projected() -> AppResult {
    Ok(6)
}

#[executor(fallible)]
fn attempt() -> Attempt {
    Ok(7)
}

type Attempt = Result<u8, String>;

#[executor(infallible)]
fn kept_result() -> Result<u8, String> {
    Err("kept".into())
}

#[executor]
fn nothing() {}

#[executor]
fn object() -> std::sync::Arc<dyn Fn(&str) -> &str + Send + Sync> {
    std::sync::Arc::new(|it| it)
}

#[executor]
fn pointer() -> fn(&str) -> &str {
    |it| it
}

#[executor]
fn text() -> &'static str {
    "text"
}

#[executor]
fn ignores(_: Dep<text>, mut _text: Dep<text>) -> (u8, u8) {
    (1, 2)
}

#[executor]
const fn constant() -> u8 {
    1
}

struct AppError;

impl From<AppError> for pumped::error::BoxError {
    fn from(_: AppError) -> Self {
        "converted".into()
    }
}

#[executor]
fn converted() -> Result<u8, AppError> {
    Err(AppError)
}

fn main() {
    #[executor]
    fn local() -> u8 {
        9
    }

    #[executor]
    fn local_user(local: Dep<local>) -> u8 {
        *local
    }

    let scope = Scope::new();
    assert_eq!(*scope.get::<local_user>().unwrap(), 9);
    assert_eq!(*scope.get::<r#Struct>().unwrap().r#type, 7);
    scope.get::<PumpedKey>().unwrap();
    assert_eq!(*scope.get::<fixed_name>().unwrap(), 4);
    assert_eq!(elsewhere::read(&scope), 31);
    assert_eq!(*scope.get::<fails>().unwrap(), 5);
    assert_eq!(*scope.get::<projected>().unwrap(), 6);
    assert_eq!(*scope.get::<attempt>().unwrap(), 7);
    assert!(scope.get::<kept_result>().unwrap().is_err());
    assert_eq!(scope.get::<object>().unwrap()("a"), "a");
    assert_eq!(scope.get::<pointer>().unwrap()("a"), "a");
    assert_eq!(*scope.get::<text>().unwrap(), "text");
    assert_eq!(*scope.get::<ignores>().unwrap(), (1, 2));
    assert_eq!(*scope.get::<constant>().unwrap(), 1);
    assert_eq!(scope.get::<plain>().unwrap().len(), 1);
    scope.get::<nothing>().unwrap();
    let error = scope.get::<converted>().err().unwrap().to_string();
    assert_eq!(error, "resolving `converted`: converted");
    assert_eq!(pumped(), std::marker::PhantomData);
}

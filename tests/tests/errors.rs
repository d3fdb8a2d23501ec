//! Section 3.6: what errors say, carry and keep.

use std::error::Error;
use std::fmt;
use std::io;

use pumped::error::{BoxError, DisposeError, ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::Log;

#[derive(Debug)]
enum AppError {
    Io(io::Error),
    Resolve(ResolveError),
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("the disk is gone"),
            Self::Resolve(_) => f.write_str("something below is gone"),
        }
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Resolve(error) => Some(error),
        }
    }
}

impl From<ResolveError> for AppError {
    fn from(error: ResolveError) -> Self {
        Self::Resolve(error)
    }
}

#[executor]
fn database(log: Tag<Log>) -> Result<u8, AppError> {
    log.note("database");
    Err(AppError::Io(io::Error::other("unable to open database file")))
}
#[executor]
fn repo(database: Dep<database>) -> u8 {
    *database
}
#[executor]
fn server(repo: Dep<repo>) -> u8 {
    *repo
}

/// Executor, path, kind, text, and the user's own error with its own source.
#[test]
fn errors_say_what_failed_and_on_which_path() {
    let scope = Log::new().scope();
    let error = scope.get::<server>().unwrap_err();
    assert_eq!(error.executor(), "database");
    assert_eq!(error.path(), ["server", "repo", "database"]);
    assert_eq!(error.kind(), ResolveErrorKind::Failed);
    assert_eq!(error.to_string(), "resolving `server` -> `repo` -> `database`: the disk is gone");
    let source = error.source().unwrap();
    assert!(matches!(source.downcast_ref(), Some(AppError::Io(_))));
    assert_eq!(source.source().unwrap().to_string(), "unable to open database file");
    let debug = format!("{error:?}");
    assert!(debug.contains("Failed") && debug.contains("database"), "{debug}");
    // Asked for in the middle, the path begins there.
    assert_eq!(scope.get::<repo>().unwrap_err().path(), ["repo", "database"]);
    assert_eq!(scope.get::<database>().unwrap_err().path(), ["database"]);
    assert_eq!(scope.dep::<repo>().unwrap_err().path(), ["repo", "database"]);
    assert_eq!(scope.controller::<repo>().get().unwrap_err().path(), ["repo", "database"]);
}

/// Clones share one source, and are errors like any other.
#[test]
fn errors_are_cheap_to_clone() {
    fn check<T: Error + Clone + Send + Sync + 'static>() {}
    check::<ResolveError>();
    check::<ScopeError>();
    check::<DisposeError>();
    check::<pumped::error::BuildError>();
    check::<pumped::error::CleanupError>();

    let error = Log::new().scope().get::<server>().unwrap_err();
    let clone = error.clone();
    let address = |error: &ResolveError| std::ptr::from_ref(error.source().unwrap()).addr();
    assert_eq!(address(&error), address(&clone));
    drop(error);
    assert_eq!(clone.path(), ["server", "repo", "database"]);
    assert!(clone.source().unwrap().is::<AppError>());
}

/// An error of a handle that is passed on by `?` becomes part of the path; one
/// that was wrapped is the user's own error, with the other as its source.
#[test]
fn errors_that_are_passed_on() {
    #[executor]
    fn passes_on(repo: Lazy<repo>) -> Result<u8, ResolveError> {
        Ok(*repo.get()?)
    }
    #[executor]
    fn boxes(repo: Controller<repo>) -> Result<u8, BoxError> {
        Ok(*repo.get()?)
    }
    #[executor]
    fn wraps(repo: Lazy<repo>) -> Result<u8, AppError> {
        Ok(*repo.get()?)
    }
    #[executor]
    fn top(wraps: Dep<wraps>) -> u8 {
        *wraps
    }

    let scope = Log::new().scope();
    for error in [scope.get::<passes_on>().unwrap_err(), scope.get::<boxes>().unwrap_err()] {
        assert_eq!(error.path()[1..], ["repo", "database"]);
        assert_eq!((error.kind(), error.executor()), (ResolveErrorKind::Failed, "database"));
        assert!(matches!(error.source().unwrap().downcast_ref(), Some(AppError::Io(_))));
    }
    let error = scope.get::<top>().unwrap_err();
    assert_eq!(error.path(), ["top", "wraps"]);
    assert_eq!(error.to_string(), "resolving `top` -> `wraps`: something below is gone");
    let Some(AppError::Resolve(inner)) = error.source().unwrap().downcast_ref() else {
        panic!("{error:?}")
    };
    assert_eq!(inner.path(), ["repo", "database"]);
}

/// The kind of an error is kept on the whole way up.
#[test]
fn errors_keep_their_kind() {
    struct Absent;
    #[executor]
    fn settings() -> u8;
    #[executor]
    fn needs_settings(settings: Dep<settings>) -> u8 {
        *settings
    }
    #[executor]
    fn needs_tag(_absent: Tag<Absent>) -> u8 {
        0
    }
    #[executor]
    fn panics() -> u8 {
        panic!("no")
    }
    #[executor]
    fn passes_on(
        which: Tag<u8>,
        settings: Lazy<needs_settings>,
        tag: Lazy<needs_tag>,
        panics: Lazy<panics>,
    ) -> Result<u8, ResolveError> {
        match *which {
            0 => settings.get().map(|value| *value),
            1 => tag.get().map(|value| *value),
            _ => panics.get().map(|value| *value),
        }
    }
    #[executor]
    fn top(passes_on: Dep<passes_on>) -> u8 {
        *passes_on
    }

    let error = |which: u8| {
        let scope = Scope::builder().tag(which).build().unwrap();
        scope.get::<top>().unwrap_err()
    };
    let missing = error(0);
    assert_eq!(missing.kind(), ResolveErrorKind::NotProvided);
    assert_eq!(missing.path(), ["top", "passes_on", "needs_settings", "settings"]);
    assert!(missing.source().is_none());
    assert!(missing.to_string().ends_with(
        "-> `settings`: `settings` has no body: give its value with `Scope::builder().provide::<settings>(..)`"
    ), "{missing}");
    assert_eq!(error(1).kind(), ResolveErrorKind::MissingTag);
    assert_eq!(error(1).executor(), "needs_tag");
    assert_eq!(error(2).kind(), ResolveErrorKind::Panicked);
    assert_eq!(error(2).executor(), "panics");
}

/// A failure below a live executor reaches its readers, and is not cached either.
#[test]
fn errors_below_live_executors() {
    #[executor(mutable)]
    fn level(database: Dep<database>) -> u8 {
        *database
    }
    #[executor]
    fn logger(level: Reactive<level>) -> u8 {
        *level
    }
    #[executor]
    fn service(logger: Snapshot<logger>) -> u8 {
        *logger
    }

    let log = Log::new();
    let scope = log.scope();
    let error = scope.get::<service>().unwrap_err();
    assert_eq!(error.path(), ["service", "logger", "level", "database"]);
    let error = scope.get::<logger>().unwrap_err();
    assert_eq!(error.path(), ["logger", "level", "database"]);
    assert_eq!(log.count("database"), 2);
}

/// A `ScopeError` names what a change ran into, and shows the error below.
#[test]
fn errors_of_changes() {
    #[executor(mutable)]
    fn level(repo: Dep<repo>) -> u8 {
        *repo
    }

    let scope = Log::new().scope();
    let errors = [
        scope.modify::<level>(|now| *now).unwrap_err(),
        scope.reload::<level>().map(drop).unwrap_err(),
        scope.controller::<level>().reload().map(drop).unwrap_err(),
    ];
    for error in errors {
        let text = "resolving `level` -> `repo` -> `database`: the disk is gone";
        assert_eq!(error.to_string(), text);
        assert!(error.source().unwrap().is::<AppError>());
        let ScopeError::Resolve(inner) = error else { panic!("{error:?}") };
        assert_eq!(inner.path(), ["level", "repo", "database"]);
    }
    scope.dispose().unwrap();
    let error = scope.modify::<level>(|now| *now).unwrap_err();
    assert_eq!(error.to_string(), "the scope is disposed");
}

/// A `DisposeError` has all that failed, each with its executor and source.
#[test]
fn errors_of_dispose() {
    #[executor]
    fn below(cx: &ResolveCtx<'_>) -> u8 {
        cx.on_cleanup(|| Err::<(), _>(io::Error::other("first")));
        cx.on_cleanup(|| Ok::<(), io::Error>(()));
        cx.on_cleanup(|| Err::<(), _>("second".to_owned()));
        1
    }
    #[executor]
    fn above(below: Dep<below>, cx: &ResolveCtx<'_>) -> u8 {
        cx.on_cleanup(|| -> Result<(), io::Error> { panic!("third") });
        *below
    }

    let scope = Scope::new();
    scope.get::<above>().unwrap();
    let error = scope.dispose().unwrap_err();
    let seen: Vec<_> = error.errors().iter().map(pumped::error::CleanupError::executor).collect();
    assert_eq!(seen, ["above", "below", "below"]);
    let text = error.to_string();
    let order =
        ["disposing the scope: ", "cleaning up `above`: ", "third", "; ", "second", "first"];
    let places: Vec<_> = order.iter().map(|part| text.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert!(error.errors()[2].source().unwrap().is::<io::Error>());
    // Idempotent: the same result again.
    assert_eq!(scope.dispose().unwrap_err().to_string(), text);
}

/// `dispose` from inside a build, a cleanup or a change is an error, not a deadlock.
#[test]
fn rule_19_dispose_from_inside() {
    #[executor(mutable)]
    fn inside(log: Tag<Log>, cx: &ResolveCtx<'_>) -> u8 {
        let scope = cx.scope().upgrade().unwrap();
        if matches!(scope.dispose(), Err(DisposeError::Nested)) {
            log.note("nested in a build");
        }
        let (weak, log) = (cx.scope(), log.clone());
        cx.on_cleanup(move || {
            let scope = weak.upgrade().unwrap();
            if matches!(scope.dispose(), Err(DisposeError::Nested)) {
                log.note("nested in a cleanup");
            }
        });
        1
    }

    let _watchdog = pumped_tests::Watchdog::start();
    let log = Log::new();
    let scope = log.scope();
    assert_eq!(*scope.get::<inside>().unwrap(), 1);
    scope
        .modify::<inside>(|now| {
            if matches!(scope.dispose(), Err(DisposeError::Nested)) {
                log.note("nested in a change");
            }
            *now
        })
        .unwrap();
    scope.release::<inside>().unwrap();
    scope.get::<inside>().unwrap();
    scope.dispose().unwrap();
    for (place, times) in [("build", 2), ("change", 1), ("cleanup", 2)] {
        assert_eq!(log.count(&format!("nested in a {place}")), times, "in a {place}");
    }
}

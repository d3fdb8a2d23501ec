//! Rules 5, 9 and 13: changes that could never come to rest, and waits that
//! could never end, are errors. The watchdog turns a deadlock into a failure.

use std::sync::{Arc, Barrier};
use std::thread;

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

/// What a build does with the controller of its source: a test's own choice.
type Change = fn(&Controller<source>) -> Result<(), ScopeError>;

const CHANGES: [Change; 4] = [
    |source| source.update(5),
    |source| source.modify(|now| now + 1),
    Controller::release,
    |source| source.reload().map(drop),
];

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(1)
}

#[executor(mutable)]
fn unrelated() -> u32 {
    1
}

/// Changes what it was built from.
#[executor]
fn restless(
    source: Reactive<source>,
    control: Controller<source>,
    change: Option<Tag<Change>>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, ScopeError> {
    live::run(cx).unwrap();
    if let Some(change) = change {
        change(&control)?;
    }
    Ok(*source)
}

#[executor]
fn between(source: Reactive<source>) -> u32 {
    *source
}

/// The same, two edges away.
#[executor]
fn far(
    between: Reactive<between>,
    control: Controller<source>,
    change: Tag<Change>,
) -> Result<u32, ScopeError> {
    change(&control)?;
    Ok(*between)
}

/// Changes the source without depending on it.
#[executor(mutable)]
fn meddler(control: Controller<source>, change: Tag<Change>) -> Result<u32, ScopeError> {
    change(&control)?;
    Ok(7)
}

/// The same, by a build that it starts itself.
#[executor]
fn nested(between: Reactive<between>, meddler: Lazy<meddler>) -> Result<u32, ResolveError> {
    Ok(*between + *meddler.get()?)
}

/// Changes what it has only a snapshot of.
#[executor]
fn onlooker(
    source: Snapshot<source>,
    unrelated: Reactive<unrelated>,
    control: Controller<source>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, ScopeError> {
    live::run(cx).unwrap();
    control.update(*source + 10)?;
    Ok(*source + *unrelated)
}

fn scope_with(change: Change) -> (Trace, Scope) {
    let trace = Trace::new();
    let scope = Scope::builder().tag(trace.clone()).tag(change).build().unwrap();
    (trace, scope)
}

fn scope_error(error: &ResolveError) -> &ScopeError {
    std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}

/// Rule 9: a build that changes what it reactively depends on gets an error with the path, and
/// the source stays as it was.
#[test]
fn a_build_cannot_change_what_it_is_built_from() {
    let _watchdog = watchdog();
    for change in CHANGES {
        let (trace, scope) = scope_with(change);
        let error = scope.get::<restless>().unwrap_err();
        let ScopeError::Cycle(cycle) = scope_error(&error) else { panic!("{error}") };
        assert_eq!(cycle.kind(), ResolveErrorKind::Cycle);
        let path = cycle.path();
        assert!(path.contains(&"restless") && path.contains(&"source"), "{path:?}");
        assert_eq!(*scope.get::<source>().unwrap(), 1);
        assert_eq!([trace.runs("source"), trace.runs("restless")], [1, 1]);
    }
}

/// Rule 9: at any distance.
#[test]
fn a_build_cannot_change_what_is_far_below_it() {
    let _watchdog = watchdog();
    for change in CHANGES {
        let (_, scope) = scope_with(change);
        let error = scope.get::<far>().unwrap_err();
        assert!(matches!(scope_error(&error), ScopeError::Cycle(_)), "{error}");
        assert_eq!(*scope.get::<between>().unwrap(), 1);
    }
}

/// Rule 9: also through a build that it waits for.
#[test]
fn nor_let_another_build_do_it() {
    let _watchdog = watchdog();
    for change in CHANGES {
        let (_, scope) = scope_with(change);
        let error = scope.get::<nested>().unwrap_err();
        assert_eq!(error.path(), ["nested", "meddler"]);
        assert!(matches!(scope_error(&error), ScopeError::Cycle(_)), "{error}");
        // On its own it may.
        assert_eq!(*scope.get::<meddler>().unwrap(), 7);
        assert_eq!(*scope.get::<nested>().unwrap(), *scope.get::<source>().unwrap() + 7);
    }
}

/// Rule 9: a rebuild is no exception.
#[test]
fn a_rebuild_cannot_either() {
    let _watchdog = watchdog();
    for change in CHANGES {
        let (trace, scope) = scope_with(change);
        scope.update::<source>(3).unwrap();
        for _ in 0..2 {
            let error = scope.get::<restless>().unwrap_err();
            assert!(matches!(scope_error(&error), ScopeError::Cycle(_)), "{error}");
        }
        assert_eq!((*scope.get::<source>().unwrap(), trace.runs("restless")), (3, 2));
    }
}

/// Rule 9: a snapshot does not make it stale, so a build may change what it has one of.
#[test]
fn a_build_may_change_what_it_has_a_snapshot_of() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<onlooker>().unwrap(), 2);
    assert_eq!(*scope.get::<source>().unwrap(), 11);
    assert!(scope.is_cached::<onlooker>());
    scope.update::<unrelated>(2).unwrap();
    assert_eq!(*scope.get::<onlooker>().unwrap(), 13);
    assert_eq!((trace.runs("onlooker"), *scope.get::<source>().unwrap()), (2, 21));
}

/// Rule 13: a write of a source from inside a `modify` of it would wait for itself.
#[test]
fn a_write_within_a_modify_of_the_same_source_is_an_error() {
    let _watchdog = watchdog();
    for change in CHANGES {
        let (_, scope) = scope_with(change);
        let control = scope.controller::<source>();
        let mut inner = None;
        let outer = scope.modify::<source>(|now| {
            inner = Some(change(&control));
            now + 1
        });
        assert!(matches!(inner, Some(Err(ScopeError::Cycle(_)))), "{inner:?}");
        outer.unwrap();
        assert_eq!(*scope.get::<source>().unwrap(), 2, "the outer one counts");
        scope.modify::<source>(|now| now + 1).unwrap();
        assert_eq!(*scope.get::<source>().unwrap(), 3);
    }
}

/// Rule 13: in a `modify` one may read everything, and write others.
#[test]
fn a_modify_may_read_and_write_others() {
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let change = |now: &u32| {
        assert_eq!(*scope.get::<source>().unwrap(), *now);
        assert_eq!(*scope.get::<between>().unwrap(), *now);
        scope.modify::<unrelated>(|other| other + now).unwrap();
        now + 1
    };
    scope.modify::<source>(change).unwrap();
    assert_eq!([*scope.get::<between>().unwrap(), *scope.get::<unrelated>().unwrap()], [2, 2]);
}

/// Rules 5 and 13: two threads, each modifying a source and in it the other's. One gets an error,
/// and then the other one gets its turn.
#[test]
fn writers_that_wait_for_each_other() {
    let _watchdog = watchdog();
    for _ in 0..50 {
        let scope = Trace::new().scope();
        let both_inside = Barrier::new(2);
        let (there, back) = thread::scope(|threads| {
            let there = threads.spawn(|| {
                let mut inner = Ok(());
                let change = |now: &u32| {
                    both_inside.wait();
                    inner = scope.modify::<unrelated>(|other| other + 10);
                    now + 1
                };
                scope.modify::<source>(change).unwrap();
                inner
            });
            let mut back = Ok(());
            let change = |now: &u32| {
                both_inside.wait();
                back = scope.modify::<source>(|other| other + 10);
                now + 1
            };
            scope.modify::<unrelated>(change).unwrap();
            (there.join().unwrap(), back)
        });
        assert_eq!(u8::from(there.is_ok()) + u8::from(back.is_ok()), 1, "{there:?}, {back:?}");
        let error = there.and(back).unwrap_err();
        assert!(matches!(error, ScopeError::Cycle(_)), "{error:?}");
        let sum = *scope.get::<source>().unwrap() + *scope.get::<unrelated>().unwrap();
        assert_eq!(sum, 14, "both outer changes, and one inner one");
    }
}

/// Holds the builds below until a write is under way.
struct Meet(Arc<Barrier>);

/// A build that writes `unrelated`.
#[executor(mutable)]
fn writing(meet: Tag<Meet>, unrelated: Controller<unrelated>) -> Result<u32, ScopeError> {
    meet.0.wait();
    unrelated.modify(|now| now + 10)?;
    Ok(1)
}

/// Rules 5 and 13: a write that reads what is being built, by a build that waits for the write.
#[test]
fn a_writer_and_a_build_that_wait_for_each_other() {
    let _watchdog = watchdog();
    for _ in 0..50 {
        let meet = Arc::new(Barrier::new(2));
        let scope = Scope::builder().tag(Meet(meet.clone())).build().unwrap();
        thread::scope(|threads| {
            let built = threads.spawn(|| scope.get::<writing>().map(|value| *value));
            let mut read = None;
            let change = |now: &u32| {
                meet.wait();
                read = Some(scope.get::<writing>().map(|value| *value));
                now + 1
            };
            scope.modify::<unrelated>(change).unwrap();
            let (built, read) = (built.join().unwrap(), read.unwrap());
            // Whoever came second found the circle. If that was the build, both see it fail.
            match (&built, &read) {
                (Ok(1), Err(error)) => assert_eq!(error.kind(), ResolveErrorKind::Cycle),
                (Err(built), Err(read)) => {
                    assert!(matches!(scope_error(built), ScopeError::Cycle(_)), "{built}");
                    assert!(matches!(scope_error(read), ScopeError::Cycle(_)), "{read}");
                }
                _ => panic!("{built:?}, {read:?}"),
            }
        });
    }
}

#[executor(mutable)]
fn ping(meet: Tag<Meet>, pong: Lazy<pong>) -> Result<u32, ResolveError> {
    meet.0.wait();
    Ok(*pong.get()? + 1)
}

#[executor(mutable)]
fn pong(meet: Tag<Meet>, ping: Lazy<ping>) -> Result<u32, ResolveError> {
    meet.0.wait();
    Ok(*ping.get()? + 1)
}

/// Rule 5: two live builds on two threads that ask for each other.
#[test]
fn builds_that_wait_for_each_other() {
    let _watchdog = watchdog();
    for _ in 0..50 {
        let scope = Scope::builder().tag(Meet(Arc::new(Barrier::new(2)))).build().unwrap();
        let (one, other) = thread::scope(|threads| {
            let one = threads.spawn(|| scope.get::<ping>().map(|value| *value));
            let other = threads.spawn(|| scope.get::<pong>().map(|value| *value));
            (one.join().unwrap(), other.join().unwrap())
        });
        for result in [one, other] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ResolveErrorKind::Cycle, "{error}");
            assert!(error.path().contains(&"ping") && error.path().contains(&"pong"), "{error}");
        }
        scope.update::<ping>(1).unwrap();
        assert_eq!(*scope.get::<ping>().unwrap(), 1, "and all of it stays usable");
    }
}

//! Rules 7, 17 and 19: the last handle of a scope, and values that outlive it.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, Mutex, OnceLock};
use std::thread;

use pumped::WeakScope;
use pumped::error::{BoxError, ResolveErrorKind, ScopeError};
use pumped::extension::{Extension, GraphDebug};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

/// Says when it is dropped, and reads in its drop what it was built from.
struct Noted<T> {
    name: &'static str,
    below: T,
    trace: Trace,
    read: fn(&T) -> u32,
}

impl<T> Noted<T> {
    fn number(&self) -> u32 {
        (self.read)(&self.below) + 1
    }
}

impl<T> Drop for Noted<T> {
    fn drop(&mut self) {
        self.trace.note(format!("{} {} dropped", self.name, self.number()));
    }
}

fn noted<T>(cx: &ResolveCtx<'_>, below: T, read: fn(&T) -> u32) -> Noted<T> {
    live::tracked(cx).unwrap();
    Noted { name: cx.name(), below, trace: cx.tag::<Trace>().unwrap().clone(), read }
}

type Config = Noted<()>;
type Url = Noted<()>;
type Pool = Noted<(Dep<config>, Reactive<url>)>;
type Repository = Noted<Reactive<pool>>;
type Report = Noted<(Snapshot<repository>, Dep<config>)>;
type Archive = Noted<Dep<report>>;

#[executor]
fn config(cx: &ResolveCtx<'_>) -> Config {
    noted(cx, (), |()| 0)
}

#[executor(mutable)]
fn url(cx: &ResolveCtx<'_>) -> Url {
    noted(cx, (), |()| 10)
}

#[executor]
fn pool(config: Dep<config>, url: Reactive<url>, cx: &ResolveCtx<'_>) -> Pool {
    noted(cx, (config, url), |(config, url)| config.number() + url.number())
}

#[executor]
fn repository(pool: Reactive<pool>, cx: &ResolveCtx<'_>) -> Repository {
    noted(cx, pool, |pool| pool.number())
}

#[executor]
fn report(repository: Snapshot<repository>, config: Dep<config>, cx: &ResolveCtx<'_>) -> Report {
    noted(cx, (repository, config), |(repository, config)| repository.number() + config.number())
}

#[executor]
fn archive(report: Dep<report>, cx: &ResolveCtx<'_>) -> Archive {
    noted(cx, report, |report| report.number())
}

/// The names of what was dropped, in order.
fn dropped(trace: &Trace) -> Vec<String> {
    let drops = trace.take().into_iter().filter(|line| line.ends_with("dropped"));
    drops.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

const BUILT: [&str; 6] = ["config", "url", "pool", "repository", "report", "archive"];

/// Checks that each of `names` is there once, and after what was built from it.
fn check_order(order: &[String], names: &[&str]) {
    let at = |name: &str| order.iter().position(|other| other == name);
    let edges = [
        ("archive", "report"),
        ("report", "repository"),
        ("report", "config"),
        ("repository", "pool"),
        ("pool", "config"),
        ("pool", "url"),
    ];
    for (above, below) in edges {
        if let (Some(above), Some(below)) = (at(above), at(below)) {
            assert!(above < below, "{order:?}");
        }
    }
    let (mut sorted, mut expected) = (order.to_vec(), names.to_vec());
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
}

/// Rule 19: `dispose` drops no value; the last handle does, dependents first.
#[test]
fn values_go_with_the_last_handle() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<archive>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(trace.take().len(), 6, "the cleanups only");
    let clone = scope.clone();
    drop(scope);
    assert_eq!(dropped(&trace), Vec::<String>::new());
    drop(clone);
    check_order(&dropped(&trace), &BUILT);
}

/// Rule 19: dropping the last handle disposes: all cleanups, then the values.
#[test]
fn the_last_handle_disposes() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<archive>().unwrap();
    let (clone, weak) = (scope.clone(), scope.downgrade());
    drop(scope);
    assert_eq!(trace.take(), Vec::<String>::new());
    let again = weak.upgrade().unwrap();
    drop(clone);
    assert_eq!(trace.take(), Vec::<String>::new());
    assert_eq!(again.get::<archive>().unwrap().number(), 17);
    thread::spawn(move || drop(again)).join().unwrap();
    assert!(weak.upgrade().is_none());
    let lines = trace.take();
    let (cleanups, drops) = lines.split_at(6);
    assert!(cleanups.iter().all(|line| line.starts_with('-')), "{lines:?}");
    assert!(drops.iter().all(|line| line.ends_with("dropped")), "{lines:?}");
    assert_eq!(drops.len(), 6);
}

/// Rule 19: controllers, lazy handles and weak scopes keep no scope alive, and then say so.
#[test]
fn controllers_do_not_keep_a_scope() {
    #[executor]
    fn lazies(url: Lazy<url>) -> Lazy<url> {
        url
    }
    let trace = Trace::new();
    let scope = trace.scope();
    let (control, weak) = (scope.controller::<url>(), scope.downgrade());
    let lazy = (*scope.get::<lazies>().unwrap()).clone();
    control.get().unwrap();
    drop(scope);
    assert_eq!(trace.take(), ["-url#1", "url 11 dropped"]);
    assert!(weak.upgrade().is_none());
    assert_eq!(control.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
    assert_eq!(lazy.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
    assert!(control.peek().is_none() && !control.is_cached());
    assert!(matches!(control.release(), Err(ScopeError::Disposed)));
    assert!(matches!(control.modify(|_| unreachable!()), Err(ScopeError::Disposed)));
    drop((control, lazy));
    assert_eq!(trace.take(), Vec::<String>::new());
}

/// Rule 19: a `Dep` that outlives its scope keeps what it was built from, and nothing else.
#[test]
fn a_dep_outlives_its_scope() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<archive>().unwrap();
    let held = scope.dep::<repository>().unwrap();
    drop(scope);
    assert_eq!(dropped(&trace), ["archive", "report"]);
    assert_eq!(held.number(), 14);
    let clone = held.clone();
    drop(held);
    assert_eq!(clone.below.below.0.number(), 1);
    thread::spawn(move || drop(clone)).join().unwrap();
    check_order(&dropped(&trace), &["repository", "pool", "config", "url"]);
}

/// Rule 19: so does one of a fixed value at the top, and one of an old version.
#[test]
fn fixed_and_old_values_outlive_it_as_well() {
    let trace = Trace::new();
    let scope = trace.scope();
    let archive = scope.dep::<archive>().unwrap();
    let old = scope.dep::<pool>().unwrap();
    scope.release::<url>().unwrap();
    let new = scope.dep::<pool>().unwrap();
    assert_eq!(dropped(&trace), Vec::<String>::new(), "the report has the old ones");
    drop(scope);
    assert_eq!(dropped(&trace), Vec::<String>::new());
    drop(archive);
    assert_eq!(dropped(&trace), ["archive", "report", "repository"]);
    drop(new);
    assert_eq!(dropped(&trace), ["pool", "url"]);
    assert_eq!(old.number(), 13);
    drop(old);
    check_order(&dropped(&trace), &["pool", "url", "config"]);
}

/// Rule 19: a build that a controller has begun goes on when the last handle is dropped, may still
/// resolve what it needs, and then the scope ends.
#[test]
fn the_last_handle_waits_for_a_controllers_build() {
    #[executor(mutable)]
    fn slow(url: Lazy<url>, cx: &ResolveCtx<'_>) -> Result<u32, ResolveError> {
        live::tracked(cx).unwrap();
        Ok(url.get()?.number())
    }
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let control = scope.controller::<slow>();
    let gate = trace.gate("slow");
    thread::scope(|threads| {
        let reader = threads.spawn(|| control.get());
        gate.reached();
        drop(scope);
        assert_eq!(trace.take(), Vec::<String>::new(), "nothing ends under a build");
        gate.open();
        let value = reader.join().unwrap();
        assert_eq!(trace.take(), ["-slow#1", "-url#1", "url 11 dropped"]);
        assert_eq!(*value.unwrap(), 11);
    });
    assert_eq!(control.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
}

/// Rule 19: a scope that is dropped by a panic ends as any other.
#[test]
fn unwinding_disposes() {
    let trace = Trace::new();
    let scope = trace.scope();
    let unwinding = || {
        let scope = scope;
        scope.get::<archive>().unwrap();
        panic!("on purpose");
    };
    catch_unwind(AssertUnwindSafe(unwinding)).unwrap_err();
    let lines = trace.take();
    assert_eq!(lines.iter().filter(|line| line.starts_with('-')).count(), 6);
    assert_eq!(lines.iter().filter(|line| line.ends_with("dropped")).count(), 6);
}

/// Rules 16 and 19: the last handles of the scope and of its values go at the same time, on several
/// threads: everything once, in order.
#[test]
fn all_last_handles_at_once() {
    let _watchdog = watchdog();
    for round in 0..200 {
        let trace = Trace::new();
        let scope = trace.scope();
        let fixed = Mutex::new(Some(scope.dep::<archive>().unwrap()));
        let live = Mutex::new(Some(scope.dep::<repository>().unwrap()));
        if round % 2 == 0 {
            scope.release::<pool>().unwrap();
            scope.get::<repository>().unwrap();
        }
        let scope = Mutex::new(Some(scope));
        let start = Barrier::new(3);
        thread::scope(|threads| {
            threads.spawn(|| {
                let scope = scope.lock().unwrap().take();
                start.wait();
                drop(scope);
            });
            threads.spawn(|| {
                let fixed = fixed.lock().unwrap().take();
                start.wait();
                drop(fixed);
            });
            let live = live.lock().unwrap().take();
            start.wait();
            drop(live);
        });
        let lines = trace.take();
        let count = if round % 2 == 0 { 8 } else { 6 };
        assert_eq!(lines.iter().filter(|line| line.starts_with('-')).count(), count, "{lines:?}");
        assert_eq!(lines.iter().filter(|line| line.ends_with("dropped")).count(), count);
    }
}

/// What belongs to a scope, and knows it weakly, is dropped with it: a tag, an extension, and
/// the writer of one that comes with pumped.
#[test]
fn what_knows_its_scope_weakly_goes_with_it() {
    /// Says when it is dropped; also a writer, and an extension.
    struct Owned(&'static str, Trace, OnceLock<WeakScope>);
    impl Drop for Owned {
        fn drop(&mut self) {
            assert!(self.2.get().is_none_or(|scope| scope.upgrade().is_none()));
            self.1.note(format!("{} dropped", self.0));
        }
    }
    impl Write for Owned {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Extension for Owned {
        fn name(&self) -> &'static str {
            self.0
        }
        fn init(&self, scope: &Scope) -> Result<(), BoxError> {
            self.2.set(scope.downgrade()).map_err(|_| "set up twice".into())
        }
    }

    let trace = Trace::default();
    let owned = |name| Owned(name, trace.clone(), OnceLock::new());
    let scope = Scope::builder()
        .tag(owned("tag"))
        .extension(owned("extension"))
        .extension(GraphDebug::new(owned("writer")))
        .build()
        .unwrap();
    scope.tag::<Owned>().unwrap().2.set(scope.downgrade()).unwrap();
    let (weak, kept) = (scope.downgrade(), scope.downgrade().keep_drained());
    assert!(weak.upgrade().is_some());
    drop(scope);
    assert!(weak.upgrade().is_none());
    pollster::block_on(kept);
    let mut dropped = dropped(&trace);
    dropped.sort();
    assert_eq!(dropped, ["extension", "tag", "writer"]);
}

//! User code that comes back into its scope where the runtime has something in
//! hand: cleanups, errors and comparisons that run beside a build or a write.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::live::{Trace, watchdog};

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn middle(source: Reactive<source>, top: Controller<top>, cx: &ResolveCtx<'_>) -> u32 {
    cx.on_cleanup(move || drop(top.get()));
    *source
}

#[executor]
fn top(middle: Reactive<middle>) -> u32 {
    *middle + 1
}

/// Rule 5: the cleanup of a replaced version may read what is just about to be built.
#[test]
fn a_cleanup_reads_what_is_built_next() {
    let _watchdog = watchdog();
    let scope = Scope::new();
    scope.get::<middle>().unwrap();
    scope.update::<source>(2).unwrap();
    assert_eq!(*scope.get::<top>().unwrap(), 3);
}

type Seen = Arc<Mutex<Vec<ResolveErrorKind>>>;

fn seen() -> (Scope, Seen) {
    let seen = Seen::default();
    (Scope::builder().tag(seen.clone()).build().unwrap(), seen)
}

#[executor]
fn failing(own: Lazy<failing>, seen: Tag<Seen>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let seen = seen.clone();
    cx.on_cleanup(move || seen.lock().unwrap().extend(own.get().err().map(|error| error.kind())));
    Err("as asked".into())
}

#[executor]
fn failing_live(
    _source: Reactive<source>,
    own: Lazy<failing_live>,
    seen: Tag<Seen>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    let seen = seen.clone();
    cx.on_cleanup(move || seen.lock().unwrap().extend(own.get().err().map(|error| error.kind())));
    Err("as asked".into())
}

/// Rules 2 and 5: the cleanups of a failed attempt belong to the attempt.
#[test]
fn a_cleanup_of_a_failed_build_asks_for_it() {
    let _watchdog = watchdog();
    let (scope, seen) = seen();
    assert_eq!(scope.get::<failing>().unwrap_err().kind(), ResolveErrorKind::Failed);
    assert_eq!(scope.get::<failing_live>().unwrap_err().kind(), ResolveErrorKind::Failed);
    assert_eq!(*seen.lock().unwrap(), [ResolveErrorKind::Cycle, ResolveErrorKind::Cycle]);
}

#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no text")
    }
}

impl std::error::Error for Unprintable {}

#[executor]
fn unprintable() -> Result<u32, Unprintable> {
    Err(Unprintable)
}

#[executor]
fn unprintable_live(_source: Reactive<source>) -> Result<u32, Unprintable> {
    Err(Unprintable)
}

/// Rule 4: an error whose text panics is an error all the same, and the slot can be retried.
#[test]
fn an_error_without_a_text() {
    let _watchdog = watchdog();
    let scope = Scope::new();
    for _ in 0..2 {
        let kinds = [scope.get::<unprintable>().err(), scope.get::<unprintable_live>().err()]
            .map(|error| error.unwrap().kind());
        assert_eq!(kinds, [ResolveErrorKind::Failed; 2]);
    }
    scope.dispose().unwrap();
}

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[executor]
fn counted(drops: Tag<Arc<AtomicUsize>>, cx: &ResolveCtx<'_>) -> Counted {
    cx.on_cleanup(|| Err::<(), _>(Unprintable));
    Counted(drops.clone())
}

/// Rule 18: nor does it keep anything from being dropped.
#[test]
fn a_cleanup_error_without_a_text() {
    let drops = Arc::new(AtomicUsize::new(0));
    let scope = Scope::builder().tag(drops.clone()).build().unwrap();
    scope.get::<counted>().unwrap();
    drop(scope);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}

#[executor(mutable)]
fn keeps_its_scope(cx: &ResolveCtx<'_>) -> u32 {
    let scope = cx.scope().upgrade();
    cx.on_cleanup(move || drop(scope));
    1
}

/// Rule 19: a cleanup drops the last handle of its own scope.
#[test]
fn a_cleanup_drops_the_last_scope() {
    let _watchdog = watchdog();
    let scope = Scope::new();
    let held = scope.dep::<keeps_its_scope>().unwrap();
    scope.update::<keeps_its_scope>(2).unwrap();
    drop(scope);
    drop(held);
}

#[executor]
fn slow(_source: Reactive<source>, counts: Tag<Counts>, cx: &ResolveCtx<'_>) -> u32 {
    counts.note(cx);
    for _ in 0..50 {
        thread::yield_now();
    }
    1
}

#[executor]
fn above_slow(_slow: Reactive<slow>, counts: Tag<Counts>, cx: &ResolveCtx<'_>) -> u32 {
    counts.note(cx);
    2
}

#[executor]
fn fixed_slow(counts: Tag<Counts>, cx: &ResolveCtx<'_>) -> u32 {
    counts.note(cx);
    for _ in 0..50 {
        thread::yield_now();
    }
    1
}

#[executor]
fn above_fixed_slow(_slow: Dep<fixed_slow>, counts: Tag<Counts>, cx: &ResolveCtx<'_>) -> u32 {
    counts.note(cx);
    2
}

#[derive(Clone, Default)]
struct Counts(Arc<[AtomicUsize; 2]>);

impl Counts {
    fn note(&self, cx: &ResolveCtx<'_>) {
        self.0[0].fetch_add(1, Ordering::SeqCst);
        let counts = self.clone();
        cx.on_cleanup(move || {
            counts.0[1].fetch_add(1, Ordering::SeqCst);
        });
    }
}

/// Rule 19: who only waited for a build when the scope was closed builds nothing afterwards.
#[test]
fn nothing_is_built_after_dispose() {
    let _watchdog = watchdog();
    for _ in 0..500 {
        let counts = Counts::default();
        let scope = Scope::builder().tag(counts.clone()).build().unwrap();
        thread::scope(|threads| {
            threads.spawn(|| drop(scope.get::<slow>()));
            threads.spawn(|| drop(scope.get::<fixed_slow>()));
            threads.spawn(|| drop(scope.get::<above_slow>()));
            threads.spawn(|| drop(scope.get::<above_fixed_slow>()));
            while counts.0[0].load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
            scope.dispose().unwrap();
        });
        let [built, closed] = [0, 1].map(|at| counts.0[at].load(Ordering::SeqCst));
        assert_eq!(built, closed, "dispose runs every cleanup");
    }
}

thread_local! {
    static HOOK: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

#[derive(Debug)]
struct Hooked(u32);

impl PartialEq for Hooked {
    fn eq(&self, other: &Self) -> bool {
        if let Some(hook) = HOOK.take() {
            hook();
        }
        self.0 == other.0
    }
}

#[executor(mutable, eq)]
fn compared(source: Reactive<source>, own: Controller<compared>, cx: &ResolveCtx<'_>) -> Hooked {
    cx.on_cleanup(move || own.update(Hooked(7)).unwrap());
    Hooked(*source)
}

/// Rule 13: what a write let go of is cleaned up once the write has ended.
#[test]
fn a_cleanup_writes_where_its_value_was_compared() {
    let _watchdog = watchdog();
    for panics in [false, true] {
        let scope = Scope::new();
        scope.get::<compared>().unwrap();
        let below = scope.controller::<source>();
        HOOK.set(Some(Box::new(move || {
            below.release().unwrap();
            assert!(!panics, "as asked");
        })));
        assert_eq!(scope.update::<compared>(Hooked(5)).is_err(), panics);
    }
}

#[executor]
fn released_meanwhile(
    source: Reactive<source>,
    own: Controller<released_meanwhile>,
    seen: Tag<Seen>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    if *source == 2 {
        thread::scope(|threads| threads.spawn(|| own.release().unwrap()).join().unwrap());
        return Err("as asked".into());
    }
    let (own, seen) = (own.clone(), seen.clone());
    cx.on_cleanup(move || seen.lock().unwrap().extend(own.get().err().map(|error| error.kind())));
    Ok(1)
}

/// Rules 2 and 13: the version before a failed build goes once the attempt has ended.
#[test]
fn a_cleanup_of_the_version_before_a_failed_build() {
    let _watchdog = watchdog();
    let (scope, seen) = seen();
    scope.get::<released_meanwhile>().unwrap();
    scope.update::<source>(2).unwrap();
    assert!(scope.get::<released_meanwhile>().is_err());
    assert_eq!(*seen.lock().unwrap(), [ResolveErrorKind::Failed]);
}

#[executor(mutable)]
fn left_source() -> u32 {
    1
}

#[executor(mutable)]
fn right_source() -> u32 {
    1
}

/// Held in the middle of a plan.
#[executor]
fn first(_source: Reactive<source>, trace: Tag<Trace>) -> u32 {
    trace.pass("first");
    0
}

/// Always the same: what is built again is thrown away, and then reads.
#[executor(eq)]
fn left(
    _source: Reactive<left_source>,
    read: Lazy<top>,
    trace: Tag<Trace>,
    cx: &ResolveCtx<'_>,
) -> u32 {
    cx.on_cleanup(move || trace.note(format!("top is {}", *read.get().unwrap())));
    0
}

#[executor]
fn right(source: Reactive<right_source>) -> u32 {
    *source
}

#[executor]
fn all_three(first: Snapshot<first>, left: Snapshot<left>, right: Snapshot<right>) -> u32 {
    *first + *left + *right
}

#[executor]
fn pair(left: Snapshot<left>, right: Snapshot<right>) -> u32 {
    *left + *right
}

/// Rule 10: who closes the gate does not stand before it. A reader finds two outdated
/// attempts in its way; what the first of them leaves behind reads while it closes.
#[test]
fn a_cleanup_reads_on_the_thread_that_was_let_through() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<left>().unwrap();
    scope.update::<left_source>(2).unwrap();
    let gate = trace.gate("first");
    thread::scope(|threads| {
        let other = threads.spawn(|| *scope.get::<all_three>().unwrap());
        gate.reached();
        scope.update::<left_source>(3).unwrap();
        scope.update::<right_source>(2).unwrap();
        assert_eq!(*scope.get::<pair>().unwrap(), 2);
        assert_eq!(trace.take(), ["top is 2"; 2]);
        gate.open();
        assert_eq!(other.join().unwrap(), 1, "it asked before the update");
    });
}

#[executor(mutable)]
fn closing(source: Reactive<source>, own: Controller<closing>, cx: &ResolveCtx<'_>) -> u32 {
    let own = own.clone();
    if *source == 1 {
        cx.on_cleanup(move || drop(own.update(7)));
    }
    *source
}

/// Rules 13 and 16: the value that a panicking `modify` was given goes after the turn has
/// ended, also if it is the last to hold it.
#[test]
fn a_cleanup_writes_what_a_panicking_change_was_made_of() {
    let _watchdog = watchdog();
    for in_a_batch in [false, true] {
        let scope = Scope::new();
        scope.get::<closing>().unwrap();
        let inner = scope.clone();
        let change = move |_: &u32| -> u32 {
            inner.update::<source>(2).unwrap();
            assert_eq!(*inner.get::<closing>().unwrap(), 2);
            panic!("as asked")
        };
        let changed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            if in_a_batch {
                scope.batch(|b| b.modify::<closing>(change))
            } else {
                scope.modify::<closing>(change)
            }
        }));
        assert!(changed.is_err());
        assert_eq!(*scope.get::<closing>().unwrap(), 7);
    }
}

#[executor(mutable)]
fn waits_for_two(source: Reactive<source>, own: Controller<waits_for_two>) -> u32 {
    if *source == 2 {
        let write = || {
            own.update(10).unwrap();
            own.update(11).unwrap();
        };
        thread::scope(|threads| threads.spawn(write).join().unwrap());
    }
    *source
}

/// Rule 15: while one is built, only the version before it is kept from going.
#[test]
fn what_is_given_beside_a_build() {
    let _watchdog = watchdog();
    let scope = Scope::new();
    scope.get::<waits_for_two>().unwrap();
    scope.update::<source>(2).unwrap();
    assert_eq!(*scope.get::<waits_for_two>().unwrap(), 2, "for the one who asked before");
    assert_eq!(*scope.get::<waits_for_two>().unwrap(), 11);
}

//! Rule 12: what is equal to what it was before changes nothing above it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace};

/// Compared by its number; a comparison with `POISON` panics.
struct Value {
    number: u32,
    #[expect(dead_code, reason = "its drop is what it is for")]
    guard: Option<Guard>,
}

const POISON: u32 = 666;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        assert!(self.number != POISON && other.number != POISON, "compared with poison");
        self.number == other.number
    }
}

/// Writes a line when it is dropped.
struct Guard(Trace, &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

fn value(number: u32) -> Value {
    Value { number, guard: None }
}

#[executor(mutable, eq)]
fn source(cx: &ResolveCtx<'_>) -> Result<Value, String> {
    live::tracked(cx)?;
    Ok(value(1))
}

/// As `source`, without `eq`.
#[executor(mutable)]
fn plain(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(2)
}

#[executor(eq)]
fn parity(plain: Reactive<plain>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*plain % 2)
}

#[executor]
fn label(parity: Reactive<parity>, cx: &ResolveCtx<'_>) -> Result<&'static str, String> {
    live::tracked(cx)?;
    Ok(if *parity == 0 { "even" } else { "odd" })
}

#[executor]
fn page(label: Reactive<label>, cx: &ResolveCtx<'_>) -> Result<String, String> {
    live::tracked(cx)?;
    Ok(format!("<{}>", *label))
}

#[executor]
fn shown(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(source.number)
}

/// Reads both kinds.
#[executor]
fn both(
    source: Reactive<source>,
    parity: Reactive<parity>,
    cx: &ResolveCtx<'_>,
) -> Result<[u32; 2], String> {
    live::tracked(cx)?;
    Ok([source.number, *parity])
}

/// `eq`, mutable and derived.
#[executor(mutable, eq)]
fn tuned(plain: Reactive<plain>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*plain / 10)
}

#[executor]
fn on_tuned(tuned: Reactive<tuned>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*tuned)
}

/// An equal update: the old value stays, the new one is dropped, nothing goes stale.
#[test]
fn an_equal_update_changes_nothing() {
    let trace = Trace::new();
    let scope = trace.scope();
    let shown: *const u32 = &raw const **scope.get::<shown>().as_ref().unwrap();
    let new = Value { number: 1, guard: Some(Guard(trace.clone(), "new dropped")) };
    scope.update::<source>(new).unwrap();
    assert_eq!(trace.take(), ["new dropped"], "and the old one is not cleaned up");
    assert!(scope.is_cached::<shown>() && scope.is_cached::<source>());
    scope.modify::<source>(|now| value(now.number)).unwrap();
    assert!(scope.is_cached::<shown>());
    assert!(std::ptr::eq(shown, &raw const **scope.get::<shown>().as_ref().unwrap()));
    assert_eq!(trace.runs("shown"), 1);
    scope.update::<source>(value(2)).unwrap();
    assert!(!scope.is_cached::<shown>());
    assert_eq!(*scope.get::<shown>().unwrap(), 2);
}

/// An equal rebuild: nothing above is rebuilt, through any depth.
#[test]
fn an_equal_rebuild_cuts_off_what_is_above() {
    let trace = Trace::new();
    let scope = trace.scope();
    let old: *const String = &raw const **scope.get::<page>().as_ref().unwrap();
    for (even, runs) in [(4, 2), (6, 3), (8, 4)] {
        scope.update::<plain>(even).unwrap();
        assert!(!scope.is_cached::<page>(), "it may have to be rebuilt");
        let page = scope.get::<page>().unwrap();
        assert!(std::ptr::eq(old, &raw const *page), "the value itself stays");
        assert!(scope.is_cached::<page>() && scope.is_cached::<label>());
        assert_eq!([trace.runs("parity"), trace.runs("label"), trace.runs("page")], [runs, 1, 1]);
    }
    scope.update::<plain>(5).unwrap();
    assert_eq!(*scope.get::<page>().unwrap(), "<odd>");
    assert_eq!([trace.runs("parity"), trace.runs("label"), trace.runs("page")], [5, 2, 2]);
}

/// Without `eq` equal values are changes.
#[test]
fn without_eq_equal_values_are_new() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<page>().unwrap();
    scope.update::<plain>(2).unwrap();
    scope.get::<page>().unwrap();
    assert_eq!([trace.runs("parity"), trace.runs("label")], [2, 1]);
    scope.reload::<label>().unwrap();
    scope.get::<page>().unwrap();
    assert_eq!([trace.runs("label"), trace.runs("page")], [2, 2], "`label` is not `eq`");
}

/// Set and set back, unread in between: nothing is rebuilt.
#[test]
fn set_and_set_back_is_no_change() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<both>().unwrap();
    scope.update::<source>(value(2)).unwrap();
    scope.update::<source>(value(1)).unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), [1, 0]);
    assert_eq!([trace.runs("both"), trace.runs("parity")], [1, 1]);
    scope.update::<plain>(3).unwrap();
    scope.update::<plain>(4).unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), [1, 0]);
    assert_eq!([trace.runs("both"), trace.runs("parity")], [1, 2]);
}

/// Set and set back, with a rebuild of what is between in between: what had seen the first value
/// only is not rebuilt.
#[test]
fn set_and_set_back_with_reads_in_between() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<page>().unwrap();
    scope.get::<both>().unwrap();
    scope.update::<plain>(3).unwrap();
    assert_eq!(*scope.get::<parity>().unwrap(), 1);
    scope.update::<source>(value(9)).unwrap();
    assert_eq!(scope.get::<source>().unwrap().number, 9);
    scope.update::<plain>(4).unwrap();
    assert_eq!(*scope.get::<parity>().unwrap(), 0);
    scope.update::<source>(value(1)).unwrap();
    assert_eq!(
        (&**scope.get::<page>().unwrap(), *scope.get::<both>().unwrap()),
        ("<even>", [1, 0])
    );
    assert_eq!([trace.runs("label"), trace.runs("page"), trace.runs("both")], [1, 1, 1]);
    // A change after that is one again.
    scope.update::<source>(value(2)).unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), [2, 0]);
    assert_eq!([trace.runs("page"), trace.runs("both")], [1, 2]);
}

/// Who depends on two and sees one of them change is rebuilt.
#[test]
fn one_changed_input_is_enough() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<both>().unwrap();
    scope.update::<plain>(4).unwrap();
    scope.update::<source>(value(7)).unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), [7, 0]);
    scope.update::<plain>(5).unwrap();
    scope.update::<source>(value(7)).unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), [7, 1]);
    assert_eq!(trace.runs("both"), 3);
}

/// A failure in between is no change either.
#[test]
fn a_failure_in_between_is_no_change() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<page>().unwrap();
    trace.on("parity fails");
    scope.update::<plain>(4).unwrap();
    assert_eq!(scope.get::<page>().unwrap_err().executor(), "parity");
    trace.off("parity fails");
    assert_eq!(*scope.get::<page>().unwrap(), "<even>");
    assert_eq!([trace.runs("label"), trace.runs("page")], [1, 1]);
}

/// What was released is built again, equal or not.
#[test]
fn a_release_is_a_change() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<page>().unwrap();
    scope.release::<parity>().unwrap();
    assert_eq!(*scope.get::<page>().unwrap(), "<even>");
    assert_eq!([trace.runs("parity"), trace.runs("label"), trace.runs("page")], [2, 2, 2]);
}

/// `eq` on what is derived and mutable at once, by both ways.
#[test]
fn derived_and_mutable() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<on_tuned>().unwrap();
    scope.update::<tuned>(0).unwrap();
    assert!(scope.is_cached::<on_tuned>());
    scope.update::<plain>(5).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 0);
    assert_eq!([trace.runs("tuned"), trace.runs("on_tuned")], [2, 1]);
    scope.update::<tuned>(3).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 3);
    // Overruled: the next change below still counts.
    scope.update::<plain>(31).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 3);
    assert_eq!([trace.runs("tuned"), trace.runs("on_tuned")], [3, 2]);
    scope.update::<plain>(42).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 4);
}

fn close(door: &Door) {
    door.1.note(format!("{} closed", door.0));
}

/// Compared by its number, closed by a declared cleanup.
struct Door(u32, Trace);

impl PartialEq for Door {
    fn eq(&self, other: &Self) -> bool {
        self.0 / 10 == other.0 / 10
    }
}

#[executor(mutable, eq, cleanup = close)]
fn door(cx: &ResolveCtx<'_>) -> Door {
    Door(10, cx.tag::<Trace>().unwrap().clone())
}

/// Rule 16: a value that is given and discarded is closed like one that is built and discarded.
#[test]
fn a_discarded_update_is_closed() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<door>().unwrap();
    scope.update::<door>(Door(11, trace.clone())).unwrap();
    scope.modify::<door>(|now| Door(now.0 + 2, trace.clone())).unwrap();
    assert_eq!(trace.take(), ["11 closed", "12 closed"]);
    scope.update::<door>(Door(20, trace.clone())).unwrap();
    assert_eq!(trace.take(), ["10 closed"]);
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["20 closed"]);
}

/// Rules 4 and 12: a comparison that panics fails the update, or the rebuild, and nothing else.
#[test]
fn a_panicking_comparison_is_an_error() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<shown>().unwrap();
    let new = Value { number: POISON, guard: Some(Guard(trace.clone(), "new dropped")) };
    let updated = catch_unwind(AssertUnwindSafe(|| scope.update::<source>(new)));
    // Whether it comes as an error or as the panic itself, the value is the old one.
    if let Ok(result) = updated {
        let ScopeError::Resolve(error) = result.unwrap_err() else { panic!("another kind") };
        assert_eq!((error.kind(), error.executor()), (ResolveErrorKind::Panicked, "source"));
    }
    assert_eq!(trace.take(), ["new dropped"]);
    assert!(scope.is_cached::<shown>());
    scope.update::<source>(value(3)).unwrap();
    assert_eq!(*scope.get::<shown>().unwrap(), 3);
    assert_eq!(trace.runs("shown"), 2);
}

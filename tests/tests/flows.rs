//! Flows: what they take, what they return, and how they end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::{Log, together};

#[executor]
fn catalog() -> Vec<(&'static str, u32)> {
    vec![("tea", 3), ("rum", 20)]
}

#[executor(mutable)]
fn rate() -> u32 {
    2
}

#[flow]
fn price(
    catalog: Ref<'_, catalog>,
    #[input] sku: &str,
    #[input] amount: u32,
) -> Result<u32, String> {
    let found = catalog.iter().find(|(name, _)| *name == sku);
    found.map(|(_, price)| price * amount).ok_or_else(|| format!("no {sku}"))
}

#[test]
fn a_flow_takes_dependencies_and_inputs() {
    let scope = Scope::new();
    assert_eq!(scope.exec(price("tea", 2)).unwrap(), 6);
    assert!(
        matches!(scope.exec(price("gin", 2)), Err(FlowError::Failed(error)) if error == "no gin")
    );
}

#[flow]
fn longest<'a>(#[input] names: &'a [&'a str]) -> &'a str {
    names.iter().copied().max_by_key(|name| name.len()).unwrap_or("")
}

#[flow]
fn trimmed(cx: &ExecutionCtx<'_>, #[input] text: &str) -> &str {
    assert_eq!(cx.name(), "trimmed");
    text.trim()
}

#[flow]
fn pushes(#[input] list: &mut Vec<u32>, #[input] value: u32) {
    list.push(value);
}

#[test]
fn outputs_borrow_from_inputs_and_inputs_borrow_mutably() {
    let scope = Scope::new();
    let names = [String::from("ada"), String::from("grace")];
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(scope.exec(longest(&borrowed)).unwrap(), "grace");
    assert_eq!(scope.exec(trimmed("  x ")).unwrap(), "x");
    let mut list = vec![1];
    scope.exec(pushes(&mut list, 2)).unwrap();
    assert_eq!(list, [1, 2]);
}

#[flow]
fn live_pair(a: Ref<'_, rate>, b: Dep<rate>, c: Controller<rate>, d: Lazy<catalog>) -> (u32, u32) {
    c.update(*a + 1).unwrap();
    assert_eq!(d.get().unwrap().len(), 2);
    (*a, *b)
}

#[test]
fn a_flow_takes_live_values_controllers_and_lazy_ones() {
    let scope = Scope::new();
    assert_eq!(scope.exec(live_pair()).unwrap(), (2, 2));
    assert_eq!(scope.exec(live_pair()).unwrap(), (3, 3));
}

struct Tenant(&'static str);
struct Depth(u32);

#[flow]
fn tenant(tenant: Tag<Tenant>, depth: Option<Tag<Depth>>) -> (&'static str, Option<u32>) {
    (tenant.0, depth.map(|depth| depth.0))
}

#[flow]
fn outer(cx: &ExecutionCtx<'_>) -> Result<(&'static str, Option<u32>), Fault> {
    cx.set(Depth(1));
    cx.exec(tenant())
}

#[test]
fn rule_22_tags_are_read_upwards() {
    let scope = Scope::new();
    let missing = scope.exec(tenant()).unwrap_err();
    let FlowError::Resolve(error) = &missing else { panic!("{missing}") };
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    let scope = Scope::builder().tag(Tenant("scope")).build().unwrap();
    assert_eq!(scope.exec(tenant()).unwrap(), ("scope", None));
    assert_eq!(scope.call(outer()).unwrap(), ("scope", Some(1)));
    let own = scope.context().tag(Tenant("own"));
    assert_eq!(own.call(outer()).unwrap(), ("own", Some(1)));
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    "x".parse()
}

#[flow]
fn needs_broken(broken: Ref<'_, broken>) -> u32 {
    *broken
}

#[flow]
fn panics() -> u32 {
    panic!("boom")
}

#[flow]
fn survives(cx: &ExecutionCtx<'_>) -> Result<u32, String> {
    assert!(matches!(cx.exec(panics()), Err(FlowError::Panicked(_))));
    assert!(matches!(cx.exec(needs_broken()), Err(FlowError::Resolve(_))));
    cx.exec(price("tea", 1)).map_err(|error| error.to_string())
}

#[test]
fn rule_23_a_panic_is_an_error_and_the_parent_goes_on() {
    let scope = Scope::new();
    let FlowError::Panicked(panic) = scope.exec(panics()).unwrap_err() else { panic!() };
    assert_eq!(panic.message(), "boom");
    assert!(panic.file().ends_with("flows.rs"));
    assert_eq!(scope.exec(survives()).unwrap(), 3);
}

#[flow]
fn endless(cx: &ExecutionCtx<'_>, #[input] depth: u32) -> Result<u32, String> {
    match cx.exec(endless(depth + 1)) {
        Err(FlowError::TooDeep) => Ok(depth),
        other => other.map_err(|error| error.to_string()),
    }
}

#[test]
fn flows_without_end_are_too_deep() {
    let scope = Scope::builder().max_depth(10).build().unwrap();
    assert_eq!(scope.exec(endless(1)).unwrap(), 10);
    assert_eq!(Scope::new().exec(endless(1)).unwrap(), 128);
}

#[executor]
fn shared(log: Tag<Log>) -> usize {
    log.note("shared")
}

#[executor(mutable)]
fn level(log: Tag<Log>) -> usize {
    log.note("level")
}

#[executor]
fn twice(log: Tag<Log>, level: Reactive<level>) -> usize {
    log.note("twice");
    *level * 2
}

#[flow]
fn counts(
    shared: Ref<'_, shared>,
    owned: Dep<shared>,
    level: Ref<'_, level>,
    twice: Dep<twice>,
    log: Tag<Log>,
    #[input] number: usize,
) -> usize {
    log.note(format!("body {number}"));
    assert_eq!((*shared, *owned), (1, 1));
    assert_eq!(*twice, *level * 2);
    log.count(&format!("body {number}"))
}

/// Rule 21, parity 27 and B1: the body runs at each exec, once; what it takes is built
/// once for all of them.
#[test]
fn rule_21_the_body_runs_once_per_exec_and_dependencies_once() {
    let log = Log::new();
    let scope = log.scope();
    for run in 1..=100 {
        assert_eq!(scope.exec(counts(7)).unwrap(), run);
    }
    assert_eq!(log.count("body 7"), 100);
    for built in ["shared", "level", "twice"] {
        assert_eq!(log.count(built), 1, "{built}");
    }
    // What `get` gives is what the flow took, and the other way round.
    assert_eq!(*scope.get::<shared>().unwrap(), 1);
    scope.update::<level>(5).unwrap();
    scope.exec(counts(8)).unwrap();
    scope.exec(counts(8)).unwrap();
    assert_eq!((log.count("level"), log.count("twice")), (1, 2));
}

/// Making a flow runs nothing.
#[test]
fn rule_21_a_flow_that_is_not_run_does_nothing() {
    let log = Log::new();
    let scope = log.scope();
    drop(counts(1));
    let flow = counts(2);
    assert_eq!(log.lines(), [""; 0]);
    scope.exec(flow).unwrap();
    assert_eq!(log.count("body 2"), 1);
}

#[flow]
#[expect(clippy::too_many_arguments, reason = "that is the point")]
fn every_parameter(
    fixed: Ref<'_, shared>,
    owned: Dep<shared>,
    live: Ref<'_, level>,
    owned_live: Dep<twice>,
    controller: Controller<level>,
    lazy: Lazy<catalog>,
    required: Tag<Log>,
    tenant: Option<Tag<Tenant>>,
    depth: Option<Tag<Depth>>,
    cx: &ExecutionCtx<'_>,
    #[input] copied: u32,
    #[input] borrowed: &str,
    #[input] mutable: &mut String,
    #[input] callback: &mut (dyn FnMut(u32) + Send),
) -> Result<Dep<twice>, String> {
    mutable.push_str(borrowed);
    callback(copied);
    assert!(!cx.scope().is_cached::<catalog>(), "lazy is not resolved before it is asked");
    assert_eq!(lazy.get().unwrap().len(), 2);
    controller.update(*live + 10).unwrap();
    // What was taken stays what it was.
    assert_eq!((*live, *owned_live), (1, 2));
    assert_eq!(*controller.get().unwrap(), 11);
    assert!(std::ptr::eq(&raw const *fixed, &raw const *owned));
    assert_eq!(tenant.unwrap().0, "acme");
    assert!(depth.is_none());
    if required.note("all") > 1 { Err("once only".into()) } else { Ok(owned_live) }
}

/// Parity 26: every kind of parameter in one flow, in any order, beside any inputs.
#[test]
fn parity_26_every_parameter() {
    let log = Log::new();
    let scope = log.builder().tag(Tenant("acme")).build().unwrap();
    let (mut text, mut called) = (String::from("a"), 0);
    let held = {
        let mut callback = |by| called += by;
        scope.exec(every_parameter(3, "b", &mut text, &mut callback)).unwrap()
    };
    assert_eq!((text.as_str(), called, log.count("all")), ("ab", 3, 1));
    assert_eq!(*scope.get::<twice>().unwrap(), 22);
    drop(scope);
    assert_eq!(*held, 2);
}

#[executor(mutable)]
fn base() -> u64 {
    0
}

#[executor]
fn derived(base: Reactive<base>) -> u64 {
    *base * 10
}

#[executor]
fn above(derived: Reactive<derived>, base: Reactive<base>) -> u64 {
    *derived + *base
}

#[flow]
fn cut(
    above: Dep<above>,
    base: Ref<'_, base>,
    fixed: Ref<'_, catalog>,
    derived: Ref<'_, derived>,
    again: Dep<base>,
) -> (u64, u64, u64, u64) {
    assert_eq!(fixed.len(), 2);
    (*base, *derived, *above, *again)
}

#[flow]
fn nested_cut(cx: &ExecutionCtx<'_>) -> Result<(u64, u64, u64, u64), Fault> {
    cx.exec(cut())
}

/// Rule 10: the live parameters of one call were current together, and two calls of one
/// reader never go backwards.
#[test]
fn rule_10_live_parameters_are_current_together() {
    const UPDATES: u64 = 2000;
    let scope = Scope::new();
    let is_over = AtomicBool::new(false);
    together(3, |thread| {
        if thread == 0 {
            for value in 1..=UPDATES {
                scope.update::<base>(value).unwrap();
            }
            return is_over.store(true, Ordering::SeqCst);
        }
        let mut last = 0;
        let mut is_last = false;
        while !is_last {
            is_last = is_over.load(Ordering::SeqCst);
            let seen = if thread == 1 { scope.call(cut()) } else { scope.call(nested_cut()) };
            let (base, derived, above, again) = seen.unwrap();
            assert_eq!((derived, above, again), (base * 10, base * 11, base));
            assert!(base >= last, "a reader went back from {last} to {base}");
            last = base;
        }
        assert_eq!(last, UPDATES);
    });
}
